"""What stands on a page, from top to bottom: printed lines and tables, with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.document import Box
from pipelines.readers.borderless import borderless
from pipelines.readers.lattice import Lattice, lattices
from pipelines.readers.sheet import Sheet, Word
from pipelines.readers.typeset import TextLine, cell_text, lines

_SLACK = 0.015
"""Of a table's width, by which its columns may lie apart on two pictures."""


@dataclass(slots=True)
class TableCell:
    """A cell of a table in the making; its box is None where only its place in the table is known."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    box: Box | None = None
    score: float = 1.0


@dataclass(slots=True)
class Table:
    """A table as found on one page, or put together from several. `xs` are its column borders, none where it has no
    lines; `prose` are the printed lines in it, for a frame that turns out to be no table; `slack` is how far they may lie
    from those of the same table on another picture."""

    page: int
    cells: list[TableCell]
    rows: int
    columns: int
    top: float
    xs: tuple[float, ...] = ()
    kind: Literal["table", "pipes"] = "table"
    prose: tuple[PageLine, ...] = ()
    slack: float = 0.0

    def starting(self, row: int) -> list[TableCell]:
        """The cells that begin in a row, from left to right."""
        return sorted((cell for cell in self.cells if cell.row == row), key=lambda cell: cell.column)

    def covering(self, row: int) -> dict[tuple[int, int], TableCell]:
        """The cells that reach into a row, by column and width."""
        return {(cell.column, cell.colspan): cell for cell in self.cells if cell.row <= row < cell.row + cell.rowspan}


@dataclass(frozen=True, slots=True)
class PageLine:
    """A printed line of running text. `left` and `right` are the margins of its page's text."""

    page: int
    line: TextLine
    box: Box
    left: float = 0.0
    right: float = 0.0


Piece = PageLine | Table


def pieces(sheet: Sheet) -> list[Piece]:
    """The lines and tables of one page in reading order."""
    rest = list(sheet.words)
    found: list[Piece] = []
    # A frame may stand around a table: the words belong to the table.
    for lattice in sorted(lattices(sheet), key=lambda one: (len(one.xs) == 2, one.ys[0])):
        inside = [word for word in rest if lattice.holds(*word.middle)]
        if inside:
            taken = set(map(id, inside))
            rest = [word for word in rest if id(word) not in taken]
            found.append(_table(sheet, lattice, inside))
    texts, tables = borderless(lines(rest))
    found += [_page_line(sheet, text) for text in texts]
    for rows in tables:
        found.append(_pipes(sheet, rows))
    return sorted(_with_margins(found), key=lambda piece: piece.top if isinstance(piece, Table) else piece.line.top)


def _page_line(sheet: Sheet, text: TextLine) -> PageLine:
    return PageLine(sheet.number, text, sheet.box(text.x0, text.top, text.x1, text.bottom))


def _table(sheet: Sheet, lattice: Lattice, words: Sequence[Word]) -> Table:
    owner = {
        (row, column): index
        for index, region in enumerate(lattice.regions)
        for row in range(region.row, region.row + region.rowspan)
        for column in range(region.column, region.column + region.colspan)
    }
    inside: list[list[Word]] = [[] for _ in lattice.regions]
    for word in words:
        inside[owner[lattice.slot(*word.middle)]].append(word)
    cells = []
    for region, own in zip(lattice.regions, inside, strict=True):
        x0, x1 = lattice.xs[region.column], lattice.xs[region.column + region.colspan]
        top, bottom = lattice.ys[region.row], lattice.ys[region.row + region.rowspan]
        score = min((word.score for word in own), default=1.0)
        cells.append(TableCell(*region, cell_text(own, x1 - x0), sheet.box(x0, top, x1, bottom), score))
    columns = len(lattice.xs) - 1
    slack = _SLACK * (lattice.xs[-1] - lattice.xs[0]) if sheet.recognised else 0.0
    prose = tuple(_page_line(sheet, text) for text in lines(words)) if columns == 1 else ()
    return Table(sheet.number, cells, len(lattice.ys) - 1, columns, lattice.ys[0], lattice.xs, "table", prose, slack)


def _pipes(sheet: Sheet, rows: Sequence[Sequence[TextLine | None]]) -> Table:
    """A table without lines: a row of texts each, None where a column has nothing."""
    cells = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            box = sheet.box(text.x0, text.top, text.x1, text.bottom) if text else None
            score = min(word.score for word in text.words) if text else 1.0
            cells.append(TableCell(number, column, 1, 1, text.text if text else "", box, score))
    top = min(text.top for row in rows for text in row if text)
    return Table(sheet.number, cells, len(rows), max(map(len, rows)), top, (), "pipes")


def _with_margins(found: Sequence[Piece]) -> list[Piece]:
    """The lines with the margins of their page: the left end that most lines share, the right one that few pass."""
    texts = [piece.line for piece in found if isinstance(piece, PageLine)]
    if not texts:
        return list(found)
    ends = sorted(text.x1 for text in texts)
    right = ends[-1 - len(ends) // 10]
    lefts = sorted(text.x0 for text in texts)
    left = max(lefts, key=lambda x: (sum(abs(x - other) < 2 for other in lefts), -x))
    return [
        PageLine(piece.page, piece.line, piece.box, left, right) if isinstance(piece, PageLine) else piece
        for piece in found
    ]
