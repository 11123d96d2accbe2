"""Puts what a reader finds into a `Document`: keeps offsets, and turns passages of a cell a line into grids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.document import Block, Cell, Grid, Paragraph
from pipelines.numbers import looks_like_value
from pipelines.readers.guard import MAX_CELLS, Unreadable
from pipelines.readers.passages import find_passages
from pipelines.readers.pipes import is_row, pipes_grid, split_row, split_rows


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph on its way into a document. An empty `text` is an empty line, which only passages of cells need."""

    text: str
    level: int = 0


Item = Line | Grid
_LEAST_ROWS = 2


def build(items: Sequence[Item], passages: bool = True) -> tuple[tuple[Block, ...], str]:
    """Blocks with their offsets, and the whole text: a line a paragraph or table row, cells separated by tabs.

    Without `passages` each item with any text is one block, in order. Raises `Unreadable` (`too_large`) for more cells
    than any report has."""
    blocks: list[Block] = []
    lines: list[str] = []
    position = tables = cells = 0
    for item in _with_passages(_with_pipes(items)) if passages else items:
        if isinstance(item, Grid):
            cells += len(item.cells)
            if cells > MAX_CELLS:
                raise Unreadable("too_large", f"more than {MAX_CELLS} cells in tables")
            text = "\n".join(_rows(item))
            blocks.append(replace(item, table=tables, start=position))
            tables += 1
        elif not item.text:
            continue
        else:
            text = item.text
            blocks.append(Paragraph(text, position, item.level))
        lines.append(text)
        position += len(text) + 1
    return tuple(blocks), "\n".join(lines)


def lines_grid(texts: Sequence[str]) -> Grid:
    """One column with a cell a line, empty ones kept."""
    cells = tuple(Cell(row, 0, 1, 1, text) for row, text in enumerate(texts))
    return Grid(0, cells, len(cells), 1, 0, "lines")


def _with_pipes(items: Sequence[Item]) -> Iterable[Item]:
    """Paragraphs of cells between pipes that follow each other make a grid: a table whose rows became paragraphs. A menu
    has pipes, too: two rows must follow each other, and one have a figure."""
    run: list[Line] = []
    for item in (*items, None):
        if isinstance(item, Line) and "|" in item.text and is_row(item.text):
            run.append(item)
            continue
        if run and isinstance(item, Line) and not item.text:
            continue
        texts = [line.text for line in run]
        if len(run) >= _LEAST_ROWS and any(looks_like_value(cell) for text in texts for cell in split_row(text)):
            yield pipes_grid(split_rows(texts))
        else:
            yield from run
        run = []
        if item is not None:
            yield item


def _with_passages(items: Iterable[Item]) -> Iterable[Item]:
    run: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            run.append(item)
            continue
        yield from _split(run)
        run = []
        yield item
    yield from _split(run)


def _split(run: list[Line]) -> Iterable[Item]:
    if not run:
        return
    done = 0
    for start, end, cells in find_passages([line.text for line in run]):
        yield from run[done:start]
        yield lines_grid(cells)
        done = end
    yield from run[done:]


def _rows(grid: Grid) -> Iterable[str]:
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return ("\t".join(row) for row in rows)
