"""Table 2, what was disclosed on the agency's own initiative: a row's figures stand under the headings of its band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipelines.align import Placement, all_filled, by_columns, distinct, windows
from pipelines.forms import lexicon
from pipelines.model import Form
from pipelines.numbers import header_unit
from pipelines.rows import RawRow, usual_ends
from pipelines.strips import Slot
from pipelines.values import Readings

NUMBER = "2"


def read_table2(rows: Iterable[RawRow], form: Form, readings: Readings) -> None:
    """Reads every row of table 2 into `readings`. A row whose figures do not fit the headings above it is ambiguous."""
    rows = [row for row in rows if row.number == 2]
    ends = usual_ends(rows)
    counts: dict[int, Counter[int]] = {}
    for row in rows:
        counts.setdefault(row.strip.table, Counter())[_padding(row)] += 1
    paddings = {table: max(count, key=lambda width: (count[width], width)) for table, count in counts.items()}
    headed = {row.key for row in rows if any(_names(row))}
    for row in rows:
        if row.key and row.key in headed and not any(_names(row)):
            # A menu that names 规章 and has figures is no second table.
            readings.note("stray_row", f"{row.label} is printed once more without headings", row.values[0].locator)
            continue
        if not row.key:
            readings.note("unknown_label", f"table 2 has a row of unknown label: {row.label!r}", row.values[0].locator)
            continue
        end = max(ends.get(row.headings, 0), max((heading.end for heading in row.headings), default=0))
        usual = paddings[row.strip.table]
        uneven = row.end != end if row.strip.kind == "table" else _padding(row) != usual
        if row.strip.kind == "pipes":
            uneven = _padding(row) < usual
        _read_row(row, uneven, form, readings)


def _padding(row: RawRow) -> int:
    """How many cells a row has more than headings: the rows of one table are padded alike."""
    return len(row.values) - len(row.headings)


def _names(row: RawRow) -> list[str]:
    """The indicator of the row under each of its headings, '' where the forms have none."""
    words = lexicon()
    return [words.indicator2(row.key, heading.role) for heading in row.headings]


def _read_row(row: RawRow, uneven: bool, form: Form, readings: Readings) -> None:
    names = _names(row)
    if not any(names):
        _without_headings(row, form, readings)
        return
    placement, method = _place(row, uneven, len(lexicon().cells2(form, row.key)))
    readings.slots[NUMBER] += sum(map(bool, names))
    if placement is None:
        readings.note(
            "broken_row", f"{row.label}: {len(row.values)} cells under {len(names)} headings", row.values[0].locator
        )
        for name in filter(None, names):
            readings.doubt(name, ("",), row.values, method)
        return
    for name, heading, slot in zip(names, row.headings, placement, strict=True):
        if name:
            readings.cell(name, "", slot, method, header_unit(heading.slot.text))
        elif slot is not None and slot.text:
            readings.note("unknown_cell", f"{row.label} has no cell under {heading.slot.text}", slot.locator)


def _place(row: RawRow, uneven: bool, official: int) -> tuple[Placement | None, str]:
    """The figures of the row under its headings, None if that is not certain; `official` is how many the form has.
    `uneven` tells that the row is longer or shorter than its neighbours: only filled cells are certain then."""
    kind: str = "grid" if row.strip.kind == "table" else row.strip.kind
    if len({heading.role for heading in row.headings}) < len(row.headings):
        return None, kind
    if row.strip.kind == "table" and all(heading.table == row.strip.table for heading in row.headings):
        placement = by_columns(row.values, row.headings)
        if placement is not None and (not uneven or all_filled(placement)):
            return placement, kind
        kind += "+order"
        if any(slot.text and (slot.carried or slot.tall) for slot in row.values):
            return None, kind
    else:
        placement = _as_printed(row)
        if placement is not None:
            return placement, kind
    options = distinct(windows(row.values, len(row.headings)))
    if row.strip.kind == "table":
        options = tuple(option for option in options if all_filled(option))
    elif len(row.headings) < official:
        # A heading is lost: of more cells than headings nobody knows which to leave out.
        options = options if len(row.values) == len(row.headings) else ()
    else:
        options = tuple(
            option for option in options if option[0] is row.values[0] or not any(s and s.text for s in option)
        )
    if uneven:
        options = tuple(option for option in options if all_filled(option))
    return (options[0] if len(options) == 1 else None), kind


def _as_printed(row: RawRow) -> Placement | None:
    """The cells of a line with pipes, where it is as wide as the line of its headings and each cell stands below one.
    A cell that was printed once for each column that it spans counts once."""
    if row.strip.kind != "pipes" or any(heading.table != row.strip.table for heading in row.headings):
        return None
    if any(heading.end != row.end for heading in row.headings):
        return None
    values: list[Slot] = []
    for slot in row.values:
        wide = any(h.slot.column < slot.column < h.slot.column + h.slot.width for h in row.headings)
        if not (wide and values and values[-1].text == slot.text):
            values.append(slot)
    return by_columns(values, row.headings)


def _without_headings(row: RawRow, form: Form, readings: Readings) -> None:
    """Without its headings a row is read only where the form gives it a single column and it has a single figure."""
    names = lexicon().cells2(form, row.key)
    method = ("grid" if row.strip.kind == "table" else row.strip.kind) + "+official_order"
    filled = [slot for slot in row.values if slot.text]
    readings.slots[NUMBER] += len(names)
    if len(names) == 1 and len(filled) == 1 and not (filled[0].carried or filled[0].tall):
        readings.cell(names[0], "", filled[0], method)
        return
    if names:
        readings.note("no_headings", f"{row.label}: the headings of this row were not found", row.values[0].locator)
    for name in names:
        readings.doubt(name, ("",), row.values, method)
