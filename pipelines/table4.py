"""Table 4, reviews and litigation: one row of fifteen figures under three groups of five outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.align import Placement, all_filled, by_columns, distinct, vector_of, windows
from pipelines.rows import CELLS4, Heading, RawTable4
from pipelines.strips import Slot, Strip
from pipelines.values import Readings

NUMBER = "4"
GROUPS = ("review", "litigation_direct", "litigation_after_review")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
OFFICIAL = tuple((group, outcome) for group in GROUPS for outcome in OUTCOMES)
Role = tuple[str, str]


def read_table4(table: RawTable4, readings: Readings) -> None:
    """Reads a table 4 into `readings`. Its figures are one strip; empty strips pad the table."""
    filled = [(strip, values) for strip, values in table.strips if any(slot.text for slot in values)]
    if len(filled) > 1:
        readings.note("table4_rows", "table 4 has more than one row of figures", filled[1][1][0].locator)
        readings.slots[NUMBER] += CELLS4
        for group, outcome in OFFICIAL:
            readings.doubt(f"{group}_{outcome}", ("",), [slot for _, values in filled for slot in values], "grid")
        return
    if not table.strips:
        return
    strip, values = (filled or table.strips)[0]
    if not filled and len(values) < CELLS4:
        return
    readings.slots[NUMBER] += CELLS4
    kind = "grid" if strip.kind == "table" else strip.kind
    if strip.kind == "table":
        found = _by_columns(table.headings, values, strip.table)
        if found is not None:
            emit4(found, kind, readings)
            return
    roles = roles_in_order(table.headings)
    if roles is not None:
        if roles != OFFICIAL:
            readings.note(
                "column_order", "the outcomes of table 4 stand in another order than in the form", values[0].locator
            )
        options = _runs(strip, values, len(roles))
        if strip.kind == "table":
            options = tuple(option for option in options if all_filled(option) or not filled)
        method: str = "grid+order" if kind == "grid" else kind
        if len(options) > 1:
            options = tuple(option for option in options if _groups_add_up(option, roles))
            method = "arithmetic"
        if len(options) == 1 and not _spanned(values):
            emit4(dict(zip(roles, options[0], strict=True)), method, readings)
            return
    _official(strip, values, kind, readings)


def _runs(strip: Strip, values: Sequence[Slot], count: int) -> tuple[Placement, ...]:
    """Every run of as many cells as columns. A cell a line: the empty cells at the end may be lost, and what stands before
    the first figure may be the end of the headings; of fewer cells than columns nobody knows which are missing."""
    if strip.kind != "lines" or sum(1 for slot in values if slot.text) >= count:
        return distinct(windows(values, count))
    end = values[-1]._replace(text="")
    return distinct(windows([*values, *[end] * count], count)) if len(values) >= count else ()


def _spanned(values: Sequence[Slot]) -> bool:
    return any(slot.text and (slot.carried or slot.tall) for slot in values)


def _by_columns(headings: Sequence[Heading], values: Sequence[Slot], table: int) -> dict[Role, Slot | None] | None:
    """Each outcome's group is the lowest group heading above it; sound if each of the fifteen has its own cell."""
    groups = [h for h in headings if h.role in (*GROUPS, "litigation")]
    outcomes = [h for h in headings if h.role in OUTCOMES]
    if any(h.table != table for h in headings):
        return None
    roles: list[Role] = []
    for outcome in outcomes:
        above = [
            g
            for g in groups
            if g.slot.column <= outcome.slot.column
            and outcome.slot.column + outcome.slot.width <= g.slot.column + g.slot.width
            and g.slot.place[1] < outcome.slot.place[1]
        ]
        if not above:
            return None
        roles.append((max(above, key=lambda g: g.slot.place[1]).role, outcome.role))
    if len(set(roles)) != len(roles) or not set(OFFICIAL) <= set(roles):
        return None
    placement = by_columns(values, outcomes)
    return None if placement is None else dict(zip(roles, placement, strict=True))


def roles_in_order(headings: Sequence[Heading]) -> tuple[Role, ...] | None:
    """Group and outcome of each figure by the order in which the headings were printed; None unless they are the three
    groups in order with five different outcomes each."""
    groups = [h.role for h in headings if h.role in GROUPS]
    outcomes = [h.role for h in headings if h.role in OUTCOMES]
    if sorted(groups) != sorted(GROUPS) or groups[0] != "review" or len(outcomes) != CELLS4:
        return None
    fives = [outcomes[start : start + 5] for start in range(0, CELLS4, 5)]
    if any(set(five) != set(OUTCOMES) for five in fives):
        return None
    return tuple((group, outcome) for group, five in zip(groups, fives, strict=True) for outcome in five)


def _official(strip: Strip, values: Sequence[Slot], kind: str, readings: Readings) -> None:
    """Headings lost: the official order, if there is one run of fifteen cells in which all three groups add up."""
    options = [option for option in _runs(strip, values, CELLS4) if _groups_add_up(option, OFFICIAL)]
    if len(options) == 1 and not _spanned(values):
        emit4(dict(zip(OFFICIAL, options[0], strict=True)), f"{kind}+official_order", readings)
        return
    readings.note("broken_row", f"{len(values)} cells cannot be put to the 15 of table 4", values[0].locator)
    for group, outcome in OFFICIAL:
        readings.doubt(f"{group}_{outcome}", ("",), values, kind)


def _groups_add_up(option: Placement, roles: Sequence[Role]) -> bool:
    """Whether in each group the outcomes add up to its total, empty cells counting zero."""
    for group in GROUPS:
        places = [i for i, (name, _) in enumerate(roles) if name == group]
        total = roles.index((group, "total"))
        counts = vector_of([option[i] for i in (*(i for i in places if i != total), total)])
        if counts is None or sum(counts[:-1]) != counts[-1]:
            return False
    return True


def emit4(cells: dict[Role, Slot | None], method: str, readings: Readings) -> None:
    """Records the figures of table 4 by group and outcome; a litigation total of both groups becomes an extra."""
    for (group, outcome), slot in cells.items():
        if group == "litigation":
            readings.extra("litigation_total", outcome, "", slot)
        else:
            readings.cell(f"{group}_{outcome}", "", slot, method)
