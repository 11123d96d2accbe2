"""Puts the cells of a row to its columns, and proves it: by the columns of the grid, by count, or by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from pipelines.numbers import read_cell
from pipelines.rows import Heading
from pipelines.solver import Budget, Equation, Exhausted, Vector, solve
from pipelines.strips import Slot

Placement = tuple[Slot | None, ...]
"""For each column in turn the cell that stands in it, None where there is no cell."""

_MOST_SURPLUS = 3
_GREATEST = 10**15


@dataclass(frozen=True, slots=True)
class Placed:
    """All placements that nothing speaks against. One: proven, `method` says by what. None: no place can be proven.

    With `open` they are proposals: they count only if the sums down the columns, with all rows of the table, can hold.
    """

    options: tuple[Placement, ...]
    method: str
    open: bool = False


def number(slot: Slot | None) -> float | None:
    """The count in the cell; None when there is none."""
    return None if slot is None else read_cell(slot.text, "").value


def by_columns(values: Sequence[Slot], headings: Sequence[Heading]) -> Placement | None:
    """The cells below the headings, if each heading has exactly one cell, no filled cell stands under two headings or
    none, and no filled cell began in another row; else None."""
    if len(values) == len(headings) and all(
        slot.column == heading.slot.column and slot.width == heading.slot.width
        for slot, heading in zip(values, headings, strict=True)
    ):
        return None if any(slot.text and (slot.carried or slot.tall) for slot in values) else tuple(values)
    found: list[Slot] = []
    for heading in headings:
        start, end = heading.slot.column, heading.slot.column + heading.slot.width
        below = [slot for slot in values if slot.column < end and slot.column + slot.width > start]
        filled = [slot for slot in below if slot.text]
        if not below or len(filled) > 1:
            return None
        found.append(filled[0] if filled else below[0])
    used = [slot for slot in found if slot.text]
    if len({slot.place for slot in used}) != len(used):
        return None
    if any(slot.text and (slot.carried or slot.tall or slot not in used) for slot in values):
        return None
    return tuple(found)


def windows(values: Sequence[Slot], count: int) -> list[Placement]:
    """Every run of `count` neighbouring cells that leaves only empty cells outside."""
    filled = [index for index, slot in enumerate(values) if slot.text]
    first, last = (filled[0], filled[-1]) if filled else (0, 0)
    return [
        tuple(values[start : start + count])
        for start in range(len(values) - count + 1)
        if start <= first and last < start + count
    ]


@cache
def _choices(count: int, size: int) -> tuple[tuple[int, ...], ...]:
    return tuple(combinations(range(count), size))


def spreads(values: Sequence[Slot], count: int) -> list[Placement]:
    """Every way to put fewer cells than columns into the columns in their order."""
    found: list[Placement] = []
    for columns in _choices(count, len(values)):
        placement: list[Slot | None] = [None] * count
        for column, slot in zip(columns, values, strict=True):
            placement[column] = slot
        found.append(tuple(placement))
    return found


def subsets(values: Sequence[Slot], count: int) -> list[Placement]:
    """Every way to leave out cells of a row that has up to three more than columns."""
    if len(values) > count + _MOST_SURPLUS:
        return []
    return [tuple(values[index] for index in kept) for kept in _choices(len(values), count)]


def all_filled(placement: Placement) -> bool:
    """Whether something is printed in every cell: then their count alone proves their order."""
    return all(slot is not None and slot.text for slot in placement)


def parts_add_up(placement: Placement, parts: Sequence[int], total: int) -> bool | None:
    """Whether the cells at `parts` add up to the one at `total`, empty ones counting zero; None when the total is no
    number or a part is text that is none."""
    whole = number(placement[total])
    cells = [placement[index] for index in parts]
    if whole is None or any(slot is not None and read_cell(slot.text, "").state == "ambiguous" for slot in cells):
        return None
    return sum(number(slot) or 0.0 for slot in cells) == whole


def distinct(options: Sequence[Placement]) -> tuple[Placement, ...]:
    """The placements that differ in what they say: a blank cell is a blank cell, whichever it is."""
    kept: dict[tuple[str, ...], Placement] = {}
    for option in options:
        kept.setdefault(tuple("" if slot is None else slot.text for slot in option), option)
    return tuple(kept.values())


@dataclass(frozen=True, slots=True)
class Decision:
    """What the sums down the columns say of each row's placements.

    `kept` has, for each row that some equation reaches, the placements that occur in solutions; rows in `unproven` were
    open and stay without proof: no equation reaches them, or `reason` (`no_solution`, `budget`) tells why.
    """

    kept: Mapping[str, tuple[Placement, ...]]
    unproven: frozenset[str]
    reason: str = ""


def decide(
    rows: Mapping[str, Placed],
    equations: Sequence[Equation],
    groups: Sequence[Equation] = (),
    budget: Budget | None = None,
) -> Decision:
    """Searches all choices of one placement a row for those under which the equations hold in every column, empty cells
    and dashes counting zero, and keeps for each row the placements that occur in one.

    An equation counts only if every row that it names has placements, all of numbers. `groups` are sums that few reports
    print: they count only if they can hold together with the others. When all equations together admit no choice, the
    report may break one of them itself: then the one alone that admits some decides, unless several do.

    What is proven. Let the truth be that only blanks were lost (or borders, or surplus cells added). Then the true
    choice is among the solutions, and a cell on which all solutions agree is right. If a figure was lost, too, there is
    no solution, so nothing is read: a lost part breaks the sum of its row wherever the others are put, because the total
    stands at the row's end and the parts are all the others; a lost total makes the last part pass for the total, and
    then the column of totals, in which the search has no choice, does not add up. Two lost figures in different rows can
    cancel out only if they are equal and each row's last part is the sum of its other parts. A figure that was changed
    breaks sums in the same way. So a row with fewer cells than columns is never read by its own sum alone.
    """
    domains: dict[str, dict[Vector, list[Placement]]] = {}
    for name, placed in rows.items():
        found = _by_vector(placed.options)
        if found:
            domains[name] = found
    is_open = frozenset(name for name, placed in rows.items() if placed.open)
    usable = [equation for equation in equations if all(name in domains for name in equation)]
    if not usable:
        return Decision({}, is_open)
    vectors = {name: list(found) for name, found in domains.items()}
    printed = [equation for equation in groups if all(name in domains for name in equation)]
    try:
        solved, reason = _best(vectors, usable, printed, budget or Budget())
    except Exhausted:
        return Decision({}, is_open, "budget")
    kept = {
        name: tuple(option for vector, options in domains[name].items() if vector in found for option in options)
        for name, found in solved.items()
    }
    return Decision(kept, is_open - kept.keys(), reason)


def _best(
    domains: Mapping[str, Sequence[Vector]], equations: Sequence[Equation], groups: Sequence[Equation], budget: Budget
) -> tuple[Mapping[str, frozenset[Vector]], str]:
    """The solutions of the most equations that can hold together, and the reason why that is not all."""
    for used in [[*groups, *equations], equations] if groups else [equations]:
        try:
            solved = _all_solved(domains, used, budget)
        except Exhausted as error:
            if error.narrowed is None:
                raise
            return error.narrowed, "budget"
        if solved:
            return solved, ""
    alone = [solved for one in equations if len(equations) > 1 and (solved := _all_solved(domains, [one], budget))]
    return (alone[0] if len(alone) == 1 else {}), "no_solution"


def _by_vector(options: Sequence[Placement]) -> dict[Vector, list[Placement]]:
    """The placements by what they count; empty if one holds anything else than counts."""
    found: dict[Vector, list[Placement]] = {}
    for option in options:
        vector = vector_of(option)
        if vector is None:
            return {}
        found.setdefault(vector, []).append(option)
    return found


def _all_solved(
    domains: Mapping[str, Sequence[Vector]], equations: Sequence[Equation], budget: Budget
) -> dict[str, frozenset[Vector]] | None:
    """The vectors in solutions; None when there is no solution."""
    named = {name for equation in equations for name in equation}
    solved = solve({name: domains[name] for name in named}, equations, budget)
    return solved if all(solved.values()) else None


def vector_of(placement: Sequence[Slot | None]) -> Vector | None:
    """The counts of a placement, empty cells and dashes as zero; None if a cell is no whole number of at least zero."""
    counts: list[int] = []
    for slot in placement:
        reading = read_cell(slot.text, "") if slot is not None else None
        if reading is None or reading.value is None:
            if reading is not None and reading.state == "ambiguous":
                return None
            counts.append(0)
            continue
        if not 0 <= reading.value < _GREATEST or reading.value != int(reading.value):
            return None
        counts.append(int(reading.value))
    return tuple(counts)
