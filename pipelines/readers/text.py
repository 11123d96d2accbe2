"""Plain text to a document: paragraphs, rows of cells between pipes, passages of a cell a line."""

from __future__ import annotations

import re

from pipelines.decode import Decoded
from pipelines.document import Cell, Document, Grid
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.numbers import looks_like_value
from pipelines.readers.build import Item, Line, build

_RULE = re.compile(r"^[\s|:+=_—-]*-[\s|:+=_—-]*$")
_HEADING = re.compile(r"^(#{1,6})\s+")
_LEAST_CELLS = 8
_NO_BREAK = ("\u00a0", "\u3000", "\t")


def read_text(decoded: Decoded) -> Document:
    """The text as a document. A line with a pipe is a table row; rows that follow each other make one grid of kind
    `pipes`, rules of Markdown tables are dropped. Lines without pipes are paragraphs, or passages of cells."""
    items: list[Item] = []
    rows: list[str] = []
    for line in _single_cells(decoded.text.splitlines()):
        if _is_row(line):
            if not _RULE.match(line):
                rows.append(line)
            continue
        if rows and not line.strip():
            continue
        if rows:
            items.append(pipes_grid(split_rows(rows)))
            rows = []
        items.append(_line(line))
    if rows:
        items.append(pipes_grid(split_rows(rows)))
    blocks, text = build(items)
    return Document(
        kind="text",
        blocks=blocks,
        text=text,
        declared_charset=decoded.declared,
        used_charset=decoded.used,
    )


def _line(line: str) -> Line:
    heading = _HEADING.match(line)
    text = squeeze(line[heading.end() :] if heading else line)
    if not text and any(space in line for space in _NO_BREAK):
        text = _NO_BREAK[0]
    return Line(text, len(heading.group(1)) if heading else 0)


def _single_cells(lines: list[str]) -> list[str]:
    """The lines, those passages in which every line is one cell and a pipe after it (`规章|`) without their pipes. A pipe
    alone is an empty cell; blank lines between cells are none."""
    result: list[str] = []
    position = 0
    while position < len(lines):
        end = position
        while end < len(lines) and (not lines[end].strip() or _is_single(lines[end])):
            end += 1
        while end > position and not lines[end - 1].strip():
            end -= 1
        cells = [line.strip()[:-1].strip() for line in lines[position:end] if line.strip()]
        if len(cells) >= _LEAST_CELLS:
            result += cells
        else:
            end = max(end, position + 1)
            result += lines[position:end]
        position = end
    return result


def _is_single(line: str) -> bool:
    text = line.strip()
    return text.endswith("|") and "|" not in text[:-1]


def _is_row(line: str) -> bool:
    """Whether a line is a row of cells. A menu has pipes too, but neither a border, an empty cell, a figure nor a label."""
    if "|" not in line:
        # Tabs stand between cells, too; but one also indents a paragraph.
        cells = split_row(line)
        return len(cells) > 1 and any(cell and (looks_like_value(cell) or known_label(cell)) for cell in cells)
    if line.lstrip().startswith("|"):
        return True
    return any(not cell or looks_like_value(cell) or known_label(cell) for cell in split_row(line))


def split_rows(lines: list[str]) -> list[list[str]]:
    """The cells of the rows of one table. Where not all rows begin with a pipe, one that does has a border there only if
    a label follows and the rows do not all end with one: else its first cell is empty. A pipe at the end closes rows that
    a border opens, or all."""
    piped = [line.strip() for line in lines if "|" in line]
    left = all(line.startswith("|") for line in piped)
    right = all(line.endswith("|") and len(line) > 1 for line in piped)
    rows = []
    for line in lines:
        opened = left or (not right and _begins_with_label(line))
        rows.append(split_row(line, opened, right or opened))
    return rows


def _begins_with_label(line: str) -> bool:
    line = line.strip()
    first = line.split("|", 2)[1].strip() if line.startswith("|") else ""
    return bool(first) and not looks_like_value(first)


def split_row(line: str, left: bool = True, right: bool = True) -> list[str]:
    """The cells of a line with pipes, or else with tabs. A pipe at the beginning or at the end is a border where `left`
    or `right` says so."""
    if "|" not in line:
        return [squeeze(cell) for cell in line.split("\t")] if line.strip() else [""]
    line = line.strip()
    cells = [squeeze(cell) for cell in line.split("|")]
    if left and line.startswith("|"):
        cells = cells[1:]
    if right and line.endswith("|") and len(cells) > 1:
        cells = cells[:-1]
    return cells


def pipes_grid(rows: list[list[str]]) -> Grid:
    """A grid whose rows are as wide as printed: spans are lost, so columns of different rows need not agree."""
    cells = tuple(Cell(row, column, 1, 1, text) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    return Grid(0, cells, len(rows), max(map(len, rows)), 0, "pipes")
