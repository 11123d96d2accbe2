"""Puts the cells of a row to its columns, and proves it: by the columns of the grid, by count, or by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipelines.numbers import read_cell
from pipelines.rows import Heading
from pipelines.strips import Slot

Placement = tuple[Slot | None, ...]
"""For each column in turn the cell that stands in it, None where there is no cell."""

MAX_OPTIONS = 64
MAX_NODES = 50_000


@dataclass(frozen=True, slots=True)
class Placed:
    """All placements that nothing speaks against. One: proven, `method` says by what. None: no place can be proven."""

    options: tuple[Placement, ...]
    method: str


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


def spreads(values: Sequence[Slot], count: int) -> list[Placement]:
    """Every way to put fewer cells than columns into the columns in their order."""
    found: list[Placement] = []
    for columns in combinations(range(count), len(values)):
        placement: list[Slot | None] = [None] * count
        for column, slot in zip(columns, values, strict=True):
            placement[column] = slot
        found.append(tuple(placement))
        if len(found) > MAX_OPTIONS:
            return []
    return found


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
class Balance:
    """Sums that hold in every column: the rows `parts` add up to `whole` (each a name and a sign)."""

    terms: Mapping[str, int]


def solve(options: Mapping[str, Sequence[Placement]], balances: Sequence[Balance]) -> dict[str, tuple[Placement, ...]]:
    """For each row the placements that occur in some choice of one placement a row under which every balance holds in
    every column, empty cells counting zero.

    A row that no balance names keeps its options, and so do all when the search would take more than 50,000 steps.
    Where no choice satisfies the balances the rows concerned get none.
    """
    result = {name: tuple(placements) for name, placements in options.items()}
    for balance in (*balances, *balances):
        open_rows = [name for name in balance.terms if len(result.get(name, ())) > 1]
        if not open_rows or any(not result.get(name) for name in balance.terms):
            continue
        kept = _consistent(result, balance, open_rows)
        if kept is not None:
            result.update(kept)
    return result


def holds(options: Mapping[str, Sequence[Placement]], balance: Balance) -> bool:
    """Whether every row of the balance has exactly one placement and every column adds up."""
    rows = [(sign, options.get(name, ())) for name, sign in balance.terms.items()]
    if any(len(placements) != 1 for _, placements in rows):
        return False
    width = len(rows[0][1][0])
    return all(sum(sign * (number(choice[0][column]) or 0.0) for sign, choice in rows) == 0 for column in range(width))


def _consistent(
    options: Mapping[str, Sequence[Placement]], balance: Balance, open_rows: Sequence[str]
) -> dict[str, tuple[Placement, ...]] | None:
    width = len(next(iter(options.values()))[0]) if options else 0
    need = [0.0] * width
    for name, sign in balance.terms.items():
        if name not in open_rows:
            for column in range(width):
                need[column] -= sign * (number(options[name][0][column]) or 0.0)
    vectors = {
        name: [[balance.terms[name] * (number(slot) or 0.0) for slot in option] for option in options[name]]
        for name in open_rows
    }
    # What the rows from here on can still add, column by column, bounds the search.
    reach: list[list[tuple[float, float]]] = [[(0.0, 0.0)] * width]
    for name in reversed(open_rows):
        reach.append(
            [
                (low + min(v[c] for v in vectors[name]), high + max(v[c] for v in vectors[name]))
                for c, (low, high) in enumerate(reach[-1])
            ]
        )
    reach.reverse()
    kept: dict[str, set[int]] = {name: set() for name in open_rows}
    chosen: list[int] = []
    nodes = 0

    def descend(depth: int, rest: list[float]) -> bool:
        nonlocal nodes
        nodes += 1
        if nodes > MAX_NODES:
            return False
        if any(not low <= value <= high for value, (low, high) in zip(rest, reach[depth], strict=True)):
            return True
        if depth == len(open_rows):
            for name, index in zip(open_rows, chosen, strict=True):
                kept[name].add(index)
            return True
        for index, vector in enumerate(vectors[open_rows[depth]]):
            chosen.append(index)
            complete = descend(depth + 1, [r - v for r, v in zip(rest, vector, strict=True)])
            chosen.pop()
            if not complete:
                return False
        return True

    if not descend(0, need):
        return None
    return {name: tuple(options[name][index] for index in sorted(kept[name])) for name in open_rows}
