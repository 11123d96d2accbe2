"""The statistics table as rows: a label, a unit, and figures under their headings, whatever the markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.fold import fold
from pipelines.forms import bare, lexicon
from pipelines.numbers import looks_like_value, quantity
from pipelines.strips import Slot, Strip

_OF_WHICH = re.compile(r"^(?:其\s*中|包括|其中包括)\s*[:：]?\s*")
_PARENTHESES = re.compile(r"[(（][^()（）]{1,40}[)）]")
_SERIAL = 5
_LONGEST_LABEL = 90


class Figure(NamedTuple):
    """A figure as printed: its text, the heading of its column ('' for none), the column, and where it stands."""

    text: str
    heading: str
    column: int
    locator: str


@dataclass(frozen=True, slots=True)
class Row:
    """`names` are the indicators that the label may mean (several where chapters repeat a label), `above` the texts of
    group cells to its left; `unit` is that of the row ('' if not printed); `table` numbers the table (-1 for text)."""

    label: str
    names: tuple[str, ...]
    above: str
    unit: str
    figures: tuple[Figure, ...]
    kind: str
    table: int


@lru_cache(maxsize=4096)
def names_of(label: str) -> tuple[str, ...]:
    """The indicators that a printed label may mean: as it stands, or without 其中, notes in parentheses, unit."""
    label = label.strip()
    for text in (label, _OF_WHICH.sub("", label)):
        for form in (text, split_unit(text)[0]):
            for folded in (fold(form), bare(form), fold(_OF_WHICH.sub("", re.sub(r"^[\W\d]+", "", form)))):
                if folded in lexicon().stats:
                    return lexicon().stats[folded]
    return ()


def split_unit(text: str) -> tuple[str, str]:
    """A label and the unit at its end: `主动公开政府信息数（条）`, `…数条`, `…（单位：元）`; '' where there is none."""
    text = text.strip()
    if inner := re.search(r"[(（]\s*(?:计量)?(?:单位\s*[:：]?)?\s*([^()（）:：]{1,4})\s*[)）]$", text):
        return (text[: inner.start()], inner[1]) if is_unit(inner[1]) else (text, "")
    for size in (3, 2, 1):
        unit = text[-size:]
        if len(text) > size + 1 and is_unit(unit):
            return text[:-size].rstrip(" :：,，/"), unit
    return text, ""


def is_unit(text: str) -> bool:
    """Whether a cell names a unit and nothing else (条, 件, 万元, 单位：元)."""
    return fold(re.sub(r"^(?:计量)?单位\s*[:：]", "", text.strip())) in lexicon().units


def is_figure(text: str) -> bool:
    """Whether a cell may hold a figure: a value, a dash, nothing, or something with digits that is no label."""
    if not text or looks_like_value(text):
        return True
    return bool(re.search(r"\d", text)) and len(text) <= 20 and not names_of(text) and quantity(text)


def rows_of(strips: Iterable[Strip]) -> Iterator[Row]:
    """The rows of all tables, pipes and passages of cells; paragraphs are left to `stats.text`."""
    run: list[Strip] = []
    for strip in strips:
        if strip.kind == "text":
            continue
        if run and (strip.table, strip.kind) != (run[0].table, run[0].kind):
            yield from _of_table(run)
            run = []
        run.append(strip)
    if run:
        yield from _of_table(run)


def _of_table(strips: Sequence[Strip]) -> Iterator[Row]:
    headings: list[Slot] = []
    begun = False
    serial = _serial_column(strips)
    for strip in strips:
        if _is_header(strip):
            headings = [] if begun else headings
            headings += [slot for slot in strip.slots if slot.text and not slot.carried]
            begun = False
            continue
        if not begun and headings and _goes_on(strip):
            headings += [slot for slot in strip.slots if slot.text and not slot.carried]
            continue
        for row in _of_strip(strip, headings, serial):
            begun = True
            yield row


def _is_header(strip: Strip) -> bool:
    folded = [fold(slot.text) for slot in strip.slots if slot.text and not slot.carried]
    known = sum(text in lexicon().stats_headers for text in folded)
    named = any(names_of(slot.text) for slot in strip.slots)
    return known >= 1 and not named and (known == len(folded) or len(folded) >= 2)


def _goes_on(strip: Strip) -> bool:
    """Whether a row goes on with the headings: names of columns (2011年度, 历年累计) and no label."""
    texts = [slot.text for slot in strip.slots if slot.text and not slot.carried]
    return (
        bool(texts)
        and not any(names_of(text) or is_unit(text) or looks_like_value(text) for text in texts)
        and (len(texts) > 1 and any(slot.carried for slot in strip.slots))
    )


def _serial_column(strips: Sequence[Strip]) -> int:
    """The column of serial numbers (1, 2, 3 … without a gap); -1 when there is none."""
    columns: dict[int, list[int]] = {}
    for strip in strips:
        for slot in strip.slots:
            if slot.text.isdigit() and not slot.carried and strip.kind != "lines":
                columns.setdefault(slot.column, []).append(int(slot.text))
    for column, numbers in columns.items():
        rising = all(b == a + 1 for a, b in pairwise(numbers))
        if len(columns) > 1 and len(numbers) >= _SERIAL and numbers[0] in (0, 1) and rising:
            return column
    return -1


def _heading(headings: Sequence[Slot], slot: Slot) -> str:
    covering = (h.text for h in headings if h.column < slot.column + slot.width and slot.column < h.column + h.width)
    return " ".join(dict.fromkeys(covering))


def _of_strip(strip: Strip, headings: Sequence[Slot], serial: int) -> Iterator[Row]:
    """The rows that stand in a strip: one, or two where the table runs in two halves side by side."""
    flat = strip.kind == "lines"
    texts: list[Slot] = []
    label: Slot | None = None
    first: Slot | None = None
    shift = 0
    units: list[str] = []
    figures: list[Figure] = []
    early: list[Figure] = []

    def close() -> Row | None:
        cells = figures if label is not None else []
        if label is None or not label.text:
            return None
        own_unit = split_unit(label.text)[1]
        above = "".join(slot.text for slot in texts if slot is not label)
        unit = units[0] if units else own_unit or next((u for cell in cells if (u := _named_unit(cell.heading))), "")
        # Only a grid proves that a figure before the label is the label's; else a row before it may have run into it.
        torn = strip.kind != "table" and any(cell.text for cell in early) and not any(cell.text for cell in cells)
        names = () if torn else names_of(label.text)
        return Row(label.text, names, above, unit, (*early, *cells), strip.kind, strip.table)

    for slot in strip.slots:
        head = fold(_heading(headings, slot)) if not flat else ""
        if (slot.column == serial and not flat) or head in lexicon().stats_serials:
            continue
        if head in lexicon().stats_remarks:
            continue
        if slot.text and is_unit(slot.text):
            units.append(re.sub(r"^(?:计量)?单位\s*[:：]", "", slot.text))
        elif is_figure(slot.text):
            if slot.carried or (not slot.text and head in lexicon().stats_headers - lexicon().stats_values):
                continue
            heading = "" if flat else _heading(headings, slot)
            # A cell a line has no columns: its figures are counted from the label.
            column = len(early) + len(figures) if flat else slot.column - shift
            figure = Figure(slot.text, heading, column, slot.locator)
            (figures if label is not None else early).append(figure)
        elif len(slot.text) <= _LONGEST_LABEL:
            if any(figure.text for figure in figures):
                if not names_of(slot.text):
                    continue
                row = close()
                if row is not None:
                    yield row
                first = first or label
                # The second half's columns are those of the first.
                shift = slot.column - first.column if first else 0
                texts, units, figures, early, label = [], [], [], [], None
            texts.append(slot)
            # An unknown text after a label explains it; after the unit it is the next row's label, run into this row.
            explains = label is not None and names_of(label.text) and not names_of(slot.text)
            if not slot.carried and not (explains and (strip.kind == "table" or not units)):
                label, figures = slot, []
    early = [figure for figure in early if figure.text]
    row = close()
    if row is not None and row.figures:
        yield row


def _named_unit(heading: str) -> str:
    return next((unit for part in _PARENTHESES.findall(heading) if is_unit(unit := part[1:-1].strip())), "")
