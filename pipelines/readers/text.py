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
_NO_BREAK = ("\u00a0", "\u3000", "\t")


def read_text(decoded: Decoded) -> Document:
    """The text as a document. A line with a pipe is a table row; rows that follow each other make one grid of kind
    `pipes`, rules of Markdown tables are dropped. Lines without pipes are paragraphs, or passages of cells."""
    items: list[Item] = []
    rows: list[list[str]] = []
    for line in decoded.text.splitlines():
        if _is_row(line):
            if not _RULE.match(line):
                rows.append(split_row(line))
            continue
        if rows and not line.strip():
            continue
        if rows:
            items.append(pipes_grid(rows))
            rows = []
        items.append(_line(line))
    if rows:
        items.append(pipes_grid(rows))
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


def _is_row(line: str) -> bool:
    """Whether a line is a row of cells. A menu has pipes too, but neither a border, an empty cell, a figure nor a label."""
    if "|" not in line:
        return False
    if line.lstrip().startswith("|"):
        return True
    return any(not cell or looks_like_value(cell) or known_label(cell) for cell in split_row(line))


def split_row(line: str) -> list[str]:
    """The cells of a line with pipes. A pipe at the beginning or at the end is a border."""
    line = line.strip()
    cells = [squeeze(cell) for cell in line.split("|")]
    if line.startswith("|"):
        cells = cells[1:]
    if line.endswith("|") and len(cells) > 1:
        cells = cells[:-1]
    return cells


def pipes_grid(rows: list[list[str]]) -> Grid:
    """A grid whose rows are as wide as printed: spans are lost, so columns of different rows need not agree."""
    cells = tuple(Cell(row, column, 1, 1, text) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    return Grid(0, cells, len(rows), max(map(len, rows)), 0, "pipes")
