"""Documents as strips: one row of cells each, whatever the table was printed as.

A row of a marked-up table, a line with pipes, a label with the cells below it, a paragraph that begins with a label:
all become a `Strip`, so that one reader of rows serves them all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from pipelines.document import Cell, Document, Grid, Paragraph
from pipelines.forms import known_label, lexicon, spellings
from pipelines.numbers import looks_like_value

_LONGEST_LINE = 160
_TURNED = 18
_LONGEST_VALUE = 14
_LABEL = re.compile(r"[一-鿿].*[一-鿿].*[一-鿿].*[一-鿿]")


class Slot(NamedTuple):
    """One cell of a strip. `column` and `width` place it in its grid. `carried` is a cell that began in a row above,
    `tall` one that reaches into the row below. `place` is (table, row, column), or (start, end) in the text."""

    text: str
    column: int
    width: int
    place: tuple[int, ...]
    carried: bool = False
    tall: bool = False

    @property
    def locator(self) -> str:
        """The place as JSON."""
        if len(self.place) == 3:
            table, row, column = self.place
            return f'{{"table":{table},"row":{row},"col":{column}}}'
        start, end = self.place
        return f'{{"start":{start},"end":{end}}}'


@dataclass(frozen=True, slots=True)
class Strip:
    """Cells that stand in one row. `kind` says how the row was printed: `table`, `pipes`, `lines` or `text`."""

    kind: Literal["table", "pipes", "lines", "text"]
    table: int
    slots: tuple[Slot, ...]


def strips_of(document: Document) -> Iterator[Strip]:
    """All strips of the document in reading order."""
    before = ""
    follows = False
    for block in document.blocks:
        if isinstance(block, Paragraph):
            strip = _paragraph(block, before, follows)
            follows = strip is not None
            if strip is not None:
                yield strip
            before = block.text if len(block.text) <= _LONGEST_LINE else ""
            continue
        before, follows = "", False
        if block.kind == "table":
            yield from _columns(block) if _is_turned(block) else _rows(block)
        elif block.kind == "pipes":
            yield from _lines_with_pipes(block)
        else:
            yield from _cell_a_line(block)


@lru_cache(maxsize=16_384)
def is_value(text: str) -> bool:
    """Whether a cell outside a sound grid is a figure's and not a label: empty, a number, a dash, or short with digits."""
    if not text or looks_like_value(text):
        return True
    if len(text) > _LONGEST_VALUE or not any(map(str.isdigit, text)):
        return False
    return not _LABEL.search(text) and not known_label(text)


def _slot(cell: Cell, table: int, row: int) -> Slot:
    place = (table, cell.row, cell.column)
    return Slot(cell.text, cell.column, cell.colspan, place, row != cell.row, row < cell.row + cell.rowspan - 1)


def _rows(grid: Grid) -> Iterator[Strip]:
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, min(cell.row + cell.rowspan, grid.rows)):
            rows[row].append(cell)
    for row, cells in enumerate(rows):
        if cells:
            cells.sort(key=lambda cell: cell.column)
            yield Strip("table", grid.table, tuple(_slot(cell, grid.table, row) for cell in cells))


def _is_turned(grid: Grid) -> bool:
    """Whether a table 3 has its applicants as rows: one row names most of its rows, one column most of its columns."""
    if grid.columns < _TURNED or grid.rows > _TURNED:
        return False
    words = lexicon()
    rows = Counter(cell.row for cell in grid.cells if any(name in words.rows3 for name in spellings(cell.text)))
    columns = Counter(
        cell.column for cell in grid.cells if any(name in words.columns3 for name in spellings(cell.text))
    )
    return max(rows.values(), default=0) > _TURNED // 2 and max(columns.values(), default=0) > _TURNED // 4


def _columns(grid: Grid) -> Iterator[Strip]:
    """The columns of a turned table as rows; each cell keeps its place in the table as printed."""
    cells = tuple(Cell(c.column, c.row, c.colspan, c.rowspan, c.text, c.header) for c in grid.cells)
    for strip in _rows(replace(grid, cells=cells, rows=grid.columns, columns=grid.rows)):
        slots = (slot._replace(place=(slot.place[0], slot.place[2], slot.place[1])) for slot in strip.slots)
        yield Strip(strip.kind, strip.table, tuple(slots))


def _lines_with_pipes(grid: Grid) -> Iterator[Strip]:
    """A line is a strip. A label that is printed once for each column that it spans is one wide cell."""
    slots: list[Slot] = []
    for cell in grid.cells:
        if slots and slots[-1].place[1] != cell.row:
            yield Strip("pipes", grid.table, tuple(slots))
            slots = []
        slot = _slot(cell, grid.table, cell.row)
        if slots and slots[-1].text == slot.text and not is_value(slot.text):
            slots[-1] = slots[-1]._replace(width=slots[-1].width + slot.width)
        else:
            slots.append(slot)
    if slots:
        yield Strip("pipes", grid.table, tuple(slots))


def _cell_a_line(grid: Grid) -> Iterator[Strip]:
    """A new strip begins where a text follows figures or empty cells."""
    slots: list[Slot] = []
    after_values = False
    for cell in grid.cells:
        value = is_value(cell.text)
        if after_values and not value:
            yield Strip("lines", grid.table, tuple(slots))
            slots = []
        slots.append(Slot(cell.text, len(slots), 1, (grid.table, cell.row, 0)))
        after_values = value
    if slots:
        yield Strip("lines", grid.table, tuple(slots))


def _paragraph(paragraph: Paragraph, before: str, follows: bool) -> Strip | None:
    """A paragraph that is a label, ends one that the paragraph before began, or is nothing but labels and figures. One of
    figures alone counts only where it `follows` another strip of text."""
    text = paragraph.text
    if len(text) > _LONGEST_LINE:
        return None
    if _is_prose(text) and not (before and known_label(before + text)):
        return None
    if known_label(text) or (before and known_label(before + text)):
        label = text if known_label(text) else before + text
        return Strip("text", -1, (Slot(label, 0, 1, (paragraph.start, paragraph.start + len(text))),))
    return _spaced(paragraph, follows)


@lru_cache(maxsize=16_384)
def _is_prose(text: str) -> bool:
    """Whether a paragraph alone is no strip, whatever stands before it: the entries of menus come on every page."""
    return not known_label(text) and _spaced(Paragraph(text, 0), follows=True) is None


def _spaced(paragraph: Paragraph, follows: bool) -> Strip | None:
    """A paragraph of nothing but labels and figures with spaces between them; None for any other."""
    slots: list[Slot] = []
    offset = paragraph.start
    parts: list[str] = []
    figures = False
    for word in paragraph.text.split(" "):
        value = looks_like_value(word)
        label = not value and known_label(" ".join((*parts, word)))
        if value and parts:
            return None
        if value or label:
            text = " ".join((*parts, word))
            slots.append(Slot(text, len(slots), 1, (offset, offset + len(text))))
            offset += len(text) + 1
            parts = []
            figures = figures or value
        else:
            parts.append(word)
    known = sum(known_label(slot.text) for slot in slots)
    if parts or not slots:
        return None
    told = (known and (figures or known > 1)) or (follows and not known and figures)
    return Strip("text", -1, tuple(slots)) if told else None
