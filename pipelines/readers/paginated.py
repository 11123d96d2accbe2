"""Pages to one document: tables over page breaks, lines to paragraphs, and the place of everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from pipelines.document import Box, Cell, Document, Grid, Layout
from pipelines.model import ContentKind
from pipelines.readers.build import Item, Line, build
from pipelines.readers.pieces import PageLine, Piece, Table, pieces
from pipelines.readers.seams import sewn, without_furniture
from pipelines.readers.sheet import Sheet
from pipelines.readers.typeset import join

_OPENING = re.compile(
    r"第?[一二三四五六七八九十]{1,3}(?:[、.．]|部分|章)|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．](?!\d)|附件"
)
_STOP = tuple("。；;！!？?：:")
_INDENT, _RAGGED, _SPACED, _LARGER = 1.2, 1.6, 1.22, 1.2
Placed = tuple[Item, list[tuple[int, Box]], Table | None]


def paginate(sheets: Sequence[Sheet], kind: ContentKind) -> Document:
    """The document that these pages are."""
    pages = [(pieces(sheet), sheet.height) for sheet in sheets]
    placed = [item for item in _items(sewn(without_furniture(pages))) if _printed(item[0])]
    blocks, text = build([item for item, _, _ in placed], passages=False)
    cells: dict[tuple[int, int, int], Box] = {}
    scores: dict[tuple[int, int, int], float] = {}
    lines: list[tuple[int, Box]] = []
    for block, (_, offsets, table) in zip(blocks, placed, strict=True):
        lines += [(block.start + offset, box) for offset, box in offsets]
        if table is not None and isinstance(block, Grid):
            for cell in table.cells:
                key = (block.table, cell.row, cell.column)
                if cell.box is not None:
                    cells[key] = cell.box
                if cell.score < 1:
                    scores[key] = cell.score
    recognised = frozenset(sheet.number for sheet in sheets if sheet.recognised)
    return Document(kind, blocks, text, layout=Layout(cells, tuple(lines), recognised, scores))


def _printed(item: Item) -> bool:
    return bool(item.text) if isinstance(item, Line) else True


def _items(found: Sequence[Piece]) -> Iterator[Placed]:
    texts = [piece.line for piece in found if isinstance(piece, PageLine)]
    body = median(text.height for text in texts) if texts else 1.0
    pitch = _pitch(found)
    paragraph: list[PageLine] = []
    titled = False
    for piece in found:
        if isinstance(piece, PageLine) and paragraph and _continues(paragraph, piece, body, pitch):
            paragraph.append(piece)
            continue
        if paragraph:
            titled, item = _paragraph(paragraph, body, titled)
            yield item
        paragraph = []
        if isinstance(piece, Table):
            yield _grid(piece), [], piece
        else:
            paragraph = [piece]
    if paragraph:
        yield _paragraph(paragraph, body, titled)[1]


def _pitch(found: Sequence[Piece]) -> float:
    """The usual distance of two lines of running text."""
    steps = [
        below.line.words[0].middle[1] - above.line.words[0].middle[1]
        for above, below in pairwise(found)
        if isinstance(above, PageLine) and isinstance(below, PageLine) and above.page == below.page
    ]
    return median(steps) if steps else 0.0


def _continues(paragraph: Sequence[PageLine], here: PageLine, body: float, pitch: float) -> bool:
    """Whether this line goes on with the paragraph."""
    last = paragraph[-1]
    size = max(body, 1.0)
    large = last.line.height > _LARGER * body
    if large or here.line.height > _LARGER * body:
        # A title of several lines.
        return large and abs(here.line.height - last.line.height) < 0.1 * last.line.height and here.page == last.page
    if here.page == last.page:
        step = here.line.words[0].middle[1] - last.line.words[0].middle[1]
        if step > _SPACED * pitch and step > _SPACED * (
            paragraph[-1].line.top - paragraph[-2].line.top if len(paragraph) > 1 else pitch
        ):
            return False
    if last.line.x1 < last.right - _RAGGED * size or here.line.x0 > here.left + _INDENT * size:
        return False
    return not (_OPENING.match(here.line.text) and last.line.text.endswith(_STOP))


def _paragraph(printed: Sequence[PageLine], body: float, titled: bool) -> tuple[bool, Placed]:
    """The lines as one paragraph, with the offset of each; the first that is set larger than the text is the title."""
    text = ""
    offsets: list[tuple[int, Box]] = []
    for piece in printed:
        before = len(text)
        text = join([text, piece.line.text], [True, True]) if text else piece.line.text
        offsets.append((max(len(text) - len(piece.line.text), before), piece.box))
    title = not titled and printed[0].line.height > _LARGER * body
    return titled or title, (Line(text, 1 if title else 0), offsets, None)


def _grid(table: Table) -> Grid:
    cells = tuple(
        Cell(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text)
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    )
    return Grid(0, cells, table.rows, table.columns, 0, table.kind)
