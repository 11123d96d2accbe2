"""Table 2, what was disclosed on the agency's own initiative: a row's figures stand under the headings of its band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from pipelines.align import Placement, all_filled, by_columns, distinct, windows
from pipelines.forms import lexicon
from pipelines.model import Form
from pipelines.numbers import header_unit
from pipelines.rows import Heading, RawRow
from pipelines.strips import Slot
from pipelines.values import Readings

NUMBER = "2"


def read_table2(rows: Iterable[RawRow], form: Form, readings: Readings) -> None:
    """Reads every row of table 2 into `readings`. A row whose figures do not fit the headings above it is ambiguous."""
    rows = [row for row in rows if row.number == 2]
    surplus = _surplus(rows)
    lossy = {row.strip.table for row in rows if row.strip.kind == "text" and len(row.values) < len(row.headings)}
    joined = any(not _is_apart(row) for row in rows)
    headed = {row.key for row in rows if any(_names(row))}
    for row, uneven in zip(rows, surplus, strict=True):
        if row.key and row.key in headed and not any(_names(row)):
            # A menu that names 规章 and has figures is no second table.
            readings.note("stray_row", f"{row.label} is printed once more without headings", row.values[0].locator)
            continue
        if not row.key:
            readings.note("unknown_label", f"table 2 has a row of unknown label: {row.label!r}", row.values[0].locator)
            continue
        if row.strip.kind == "text" and row.strip.table in lossy and _stutters(row):
            # Where blanks are lost as many figures as headings may be one figure twice.
            uneven = 1
        if joined and _is_apart(row):
            # Figures below a label, where others stand beside theirs, may be those of a row whose label is lost.
            readings.note("stray_row", f"{row.label}: figures below the label are no one's", row.values[0].locator)
            for name in list(filter(None, _names(row))) or lexicon().cells2(form, row.key):
                readings.doubt(name, ("",), row.values, "text")
            continue
        _read_row(row, uneven, form, readings)


def _surplus(rows: Sequence[RawRow]) -> list[int]:
    """For each row how many cells it has more than the row of its headings and most rows of its table. A row above other
    headings, or the last one, may end with the blank line between two tables. Where a row below the same headings is
    longer the headings may have lost an empty cell, too: then the row has fewer."""
    own = [_longer(row) for row in rows]
    last = [row.headings != after.headings for row, after in pairwise(rows)] + [True] * bool(rows)
    keys = [(row.strip.table, row.strip.kind == "lines" and end) for row, end in zip(rows, last, strict=True)]
    counts: dict[tuple[int, bool], Counter[int]] = {}
    for key, count in zip(keys, own, strict=True):
        counts.setdefault(key, Counter())[count] += 1
    usual = {key: _most(count) for key, count in counts.items()}
    # Tables of one row each are padded like the others of the document.
    whole = {
        kind: _most(Counter(count for row, count in zip(rows, own, strict=True) if row.strip.kind == kind))
        for kind in {row.strip.kind for row in rows}
    }
    for row, key in zip(rows, keys, strict=True):
        if counts[key] == {whole[row.strip.kind]: 1}:
            usual[key] = whole[row.strip.kind]
    uneven = [count - usual[key] for key, count in zip(keys, own, strict=True)]
    longest: dict[tuple[Heading, ...], int] = {}
    for row, count in zip(rows, uneven, strict=True):
        longest[row.headings] = max(count, longest.get(row.headings, count))
    return [
        -1 if not count and row.strip.kind != "table" and longest[row.headings] > 0 else count
        for row, count in zip(rows, uneven, strict=True)
    ]


def _longer(row: RawRow) -> int:
    """How many cells the row has more than the row of its headings from the first heading on."""
    if not row.headings:
        return 0
    end = max(heading.end for heading in row.headings)
    return row.end - end if row.strip.kind == "table" else len(row.values) - (end - row.headings[0].slot.column)


def _most(counts: Counter[int]) -> int:
    """How many cells more most rows have: none, unless two rows at least agree. That all have fewer proves nothing: each
    may have lost another one."""
    most = max(counts, key=lambda count: (counts[count], not count))
    return most if most > 0 and counts[most] > 1 else 0


def _stutters(row: RawRow) -> bool:
    """Whether two figures that stand side by side are the same."""
    return any(a.text and a.text == b.text for a, b in pairwise(row.values))


def _is_apart(row: RawRow) -> bool:
    """Whether the label stands in a paragraph of its own above the figures."""
    return row.strip.kind == "text" and all(slot.text != row.label for slot in row.strip.slots)


def _names(row: RawRow) -> list[str]:
    """The indicator of the row under each of its headings, '' where the forms have none."""
    words = lexicon()
    return [words.indicator2(row.key, heading.role) for heading in row.headings]


def _read_row(row: RawRow, uneven: int, form: Form, readings: Readings) -> None:
    names = _names(row)
    if not any(names):
        _without_headings(row, form, readings)
        return
    placement, method = _place(row, uneven, _is_complete(names, form, row.key))
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


def _ends_open(row: RawRow) -> bool:
    """Whether a row of a cell a line has fewer figures than headings and an empty cell at its end: the empty line there may
    be the gap after a table whose row lost a cell before the figure."""
    filled = sum(1 for slot in row.values if slot.text)
    return row.strip.kind == "lines" and 0 < filled < len(row.headings) and not row.values[-1].text


def _is_complete(names: Collection[str], form: Form, stem: str) -> bool:
    """Whether the headings name every cell that the form has in this row; a row of the other form has that one's."""
    other: Form = "2019" if form == "2021" else "2021"
    own = lexicon().cells2(form, stem)
    asked = own if own and not set(own).isdisjoint(names) else lexicon().cells2(other, stem)
    return bool(asked) and set(asked) <= set(names)


def _place(row: RawRow, uneven: int, complete: bool) -> tuple[Placement | None, str]:
    """The figures of the row under its headings, None if that is not certain. `uneven` is how many cells the row has more
    than its neighbours: only filled cells are certain then. Below headings that are not `complete` the order of figures
    says nothing: one stands below the heading that is lost."""
    kind: str = "grid" if row.strip.kind == "table" else row.strip.kind
    if len({heading.role for heading in row.headings}) < len(row.headings):
        return None, kind
    if row.strip.kind == "table" and all(heading.table == row.strip.table for heading in row.headings):
        placement = by_columns(row.values, row.headings)
        sound = complete or all(heading.end == row.end for heading in row.headings)
        if placement is not None and sound and _is_even(row, placement, uneven):
            return placement, kind
        kind += "+order"
        if any(slot.text and (slot.carried or slot.tall) for slot in row.values):
            return None, kind
    else:
        placement = _as_printed(row)
        if placement is not None and complete and _is_even(row, placement, uneven):
            return placement, kind
    if not complete or _ends_open(row):
        return None, kind
    options = distinct(windows(row.values, len(row.headings)))
    if row.strip.kind == "table":
        options = tuple(option for option in options if all_filled(option))
    else:
        options = tuple(
            option for option in options if option[0] is row.values[0] or not any(s and s.text for s in option)
        )
    options = tuple(option for option in options if _is_even(row, option, uneven))
    return (options[0] if len(options) == 1 else None), kind


def _is_even(row: RawRow, placement: Placement, uneven: int) -> bool:
    """Whether the row is as long as its neighbours, or figures stand in all its cells so that only empty ones can be lost
    or too many. A figure that stands there twice may be the one too many."""
    fits = uneven < 0 or (row.strip.kind != "table" and not _stutters(row))
    return not uneven or (all_filled(placement) and fits)


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
