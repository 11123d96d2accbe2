"""Rows of cells between vertical edges to a grid with spans, as word processors keep their tables: each row has edges of
its own, and a column of the grid is whatever lies between two edges of any row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipelines.document import Cell, Grid
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.build import Item, Line

Merge = Literal["", "start", "continue"]

SNAP = 100
"""Edges nearer than this (twentieths of a point: 1.8 mm) are one edge drawn by an unsteady hand."""
_PROSE = 400
"""A cell longer than this is not one of a table of figures."""
_NARROW = 5
"""A single row of fewer columns is a frame, not data, unless it begins with a label of a form."""


@dataclass(slots=True)
class EdgeCell:
    """A cell from `left` to `right` (twentieths of a point). `items` is what stands in it, in order. `merge` says
    whether a vertical merge starts here or goes on from the cell above; of the latter nothing is shown."""

    left: int
    right: int
    items: list[Item] = field(default_factory=list)
    merge: Merge = ""

    @property
    def text(self) -> str:
        return squeeze("\n".join(item.text for item in self.items if isinstance(item, Line)))


Row = list[EdgeCell]


def table_items(rows: Sequence[Row]) -> list[Item]:
    """What a table is in reading order: one grid; or, where it only lays out text or other tables, what its cells hold."""
    rows = [row for row in rows if row]
    nested = any(isinstance(item, Grid) for row in rows for cell in row for item in cell.items)
    grid = None if nested else edge_grid(rows)
    if grid is None or _is_frame(grid):
        return [item for row in rows for cell in row for item in (cell.items or [Line("")])]
    return [grid]


def edge_grid(rows: Sequence[Row]) -> Grid | None:
    """The grid of these rows, None when there is no cell. Its table number and offset are set by the document."""
    snapped = _snap(rows, SNAP)
    rows = snapped if snapped is not None else _snap(rows, 0) or []
    columns = sorted({edge for row in rows for cell in row for edge in (cell.left, cell.right)})
    at = {edge: index for index, edge in enumerate(columns)}
    cells: list[Cell] = []
    # Column and width of each cell that the row above may still merge into this one: index into `cells`.
    above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for cell in row:
            place = (at[cell.left], at[cell.right])
            if cell.merge == "continue" and place in above:
                index = above[place]
                cells[index] = cells[index]._replace(rowspan=number - cells[index].row + 1)
            else:
                index = len(cells)
                cells.append(Cell(number, place[0], 1, place[1] - place[0], cell.text))
            if cell.merge:
                here[place] = index
        above = here
    return Grid(0, tuple(cells), len(rows), len(columns) - 1, 0) if cells else None


def _snap(rows: Sequence[Row], distance: int) -> list[Row] | None:
    """The rows with near edges made one, slivers without text left out; None when a cell with text would vanish."""
    edges = sorted({edge for row in rows for cell in row for edge in (cell.left, cell.right)})
    kept: list[int] = []
    for edge in edges:
        if not kept or edge - kept[-1] > distance:
            kept.append(edge)
    result: list[Row] = []
    for row in rows:
        fresh: Row = []
        for cell in row:
            left, right = (kept[bisect_right(kept, edge) - 1] for edge in (cell.left, cell.right))
            if left < right:
                fresh.append(replace(cell, left=left, right=right))
            elif cell.text and cell.merge != "continue":
                return None
        result.append(fresh)
    return result


def _is_frame(grid: Grid) -> bool:
    frame = grid.columns == 1 or (grid.rows == 1 and grid.columns < _NARROW and not known_label(grid.cells[0].text))
    return frame or any(len(cell.text) > _PROSE for cell in grid.cells)


def even(count: Iterable[int], unit: int = 1000) -> list[int]:
    """Edges for columns whose widths are not known: as many as spans say, all equally wide."""
    edges = [0]
    for span in count:
        edges.append(edges[-1] + span * unit)
    return edges
