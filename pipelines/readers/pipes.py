"""Rows of cells between pipes (or tabs): which lines are rows, and what their cells are."""

from __future__ import annotations

from pipelines.document import Cell, Grid
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.numbers import looks_like_value


def is_row(line: str) -> bool:
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
