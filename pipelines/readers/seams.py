"""What a page break does to a report: running heads, tables torn in two, rows torn in two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.pieces import PageLine, Piece, Table, TableCell
from pipelines.readers.typeset import join
from pipelines.strips import is_value

_PAGE_NUMBER = re.compile(
    r"[-—–－―_·~\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[,，/]?\s*共?\s*\d{1,3}(?:\s*页)?)?[-—–－―_·~\s]*"
)
_DIGITS = re.compile(r"\d+")
_ENDS = 2
"""Running heads and feet are among the first and last two lines of a page."""
_EDGE = 0.12
_LONGEST_HEADER = 4
_SAME_BORDER = 4.0


def without_furniture(pages: Sequence[tuple[Sequence[Piece], float]]) -> list[list[Piece]]:
    """The pages (pieces, height) without page numbers and without lines that stand at the same place of several."""
    places = Counter(mark for page, height in pages for mark in {_mark(line) for line in _outer(page, height)})
    kept = []
    for page, height in pages:
        drop = {
            id(line)
            for line in _outer(page, height)
            if _PAGE_NUMBER.fullmatch(line.line.text) or (len(pages) > 1 and places[_mark(line)] > 1)
        }
        kept.append([piece for piece in page if id(piece) not in drop])
    return kept


def _outer(page: Sequence[Piece], height: float) -> list[PageLine]:
    """The lines at the upper and lower edge of the page, no table between them and the edge."""
    found: list[PageLine] = []
    for piece in page[:_ENDS]:
        if isinstance(piece, Table) or piece.line.top > _EDGE * height:
            break
        found.append(piece)
    for piece in page[: -_ENDS - 1 : -1]:
        if isinstance(piece, Table) or piece.line.bottom < (1 - _EDGE) * height:
            break
        found.append(piece)
    return found


def _mark(piece: PageLine) -> tuple[str, int]:
    return _DIGITS.sub("#", squeeze(piece.line.text)), round(piece.line.top / 6)


def sewn(pages: Sequence[Sequence[Piece]]) -> list[Piece]:
    """All pieces in order; a table that goes on at the top of the next page is one. A frame with a single column that
    belongs to no table is the text in it."""
    result: list[Piece] = []
    for page in pages:
        pieces = list(page)
        last = result[-1] if result else None
        if pieces and isinstance(pieces[0], Table) and isinstance(last, Table) and _goes_on(last, pieces[0]):
            result[-1] = sew(last, pieces.pop(0))  # type: ignore[arg-type]
        result += pieces
    return [part for piece in result for part in _unframed(piece)]


def _unframed(piece: Piece) -> Sequence[Piece]:
    return piece.prose if isinstance(piece, Table) and piece.xs and piece.columns == 1 else (piece,)


def _goes_on(above: Table, below: Table) -> bool:
    if not above.xs or not below.xs or max(above.columns, below.columns) < 2:
        return False
    slack, shift = _slack(above, below)
    lefts = [x + shift for x in below.xs]
    if abs(above.xs[-1] - lefts[-1]) > slack:
        return False
    # On a page that a tall cell only crosses its own left border need not be drawn.
    return any(abs(lefts[0] - x) <= slack for x in above.xs[:2]) or abs(above.xs[0] - lefts[1]) <= slack


def _slack(above: Table, below: Table) -> tuple[float, float]:
    """How far borders may lie apart, and how far the part below is moved: pictures do not lie alike."""
    slack = max(above.slack, below.slack)
    return (slack, above.xs[-1] - below.xs[-1]) if slack else (_SAME_BORDER, 0.0)


def sew(above: Table, below: Table) -> Table:
    """One table of two parts whose outer borders agree: repeated headings dropped, a torn row put together, cells that
    reach over the break joined."""
    slack, move = _slack(above, below)
    below = replace(below, xs=tuple(x + move for x in below.xs))
    xs = _common(above.xs, below.xs, slack)
    upper, lower = _on(above, xs), _without_headings(above, _on(below, xs), xs)
    if not lower.rows:
        return upper
    shift = upper.rows
    pairs = _pairs(upper, lower)
    torn = pairs is not None and _is_torn(list(pairs))
    gone: set[int] = set()
    for top, bottom in pairs or _shared(upper, lower):
        if torn or _reaches_over(top, bottom):
            if not top.text:
                top.box, top.score = bottom.box, bottom.score
            top.text = (
                join([top.text, bottom.text], [True, True]) if top.text and bottom.text else top.text or bottom.text
            )
            top.score = min(top.score, bottom.score)
            top.rowspan += bottom.rowspan - torn
            gone.add(id(bottom))
    for cell in lower.cells:
        cell.row += shift - torn
    cells = [*upper.cells, *(cell for cell in lower.cells if id(cell) not in gone)]
    return Table(below.page, cells, shift + lower.rows - torn, len(xs) - 1, upper.top, xs, slack=above.slack)


def _common(one: Sequence[float], other: Sequence[float], slack: float) -> tuple[float, ...]:
    merged: list[float] = []
    for x in sorted((*one, *other)):
        if not merged or x - merged[-1] > slack:
            merged.append(x)
    return tuple(merged)


def _on(table: Table, xs: Sequence[float]) -> Table:
    """The table with its columns counted on these borders."""
    index = [min(range(len(xs)), key=lambda i: abs(xs[i] - x)) for x in table.xs]
    cells = [
        replace(cell, column=index[cell.column], colspan=max(1, index[cell.column + cell.colspan] - index[cell.column]))
        for cell in table.cells
    ]
    return replace(table, cells=cells, columns=len(xs) - 1, xs=tuple(xs))


def _without_headings(above: Table, below: Table, xs: Sequence[float]) -> Table:
    first = _on(above, xs)
    same = 0
    while (
        same < min(_LONGEST_HEADER, above.rows, below.rows)
        and (row := _row(below, same)) == _row(first, same)
        and any(text and not is_value(text) for _, _, text in row)
        and not any(text and is_value(text) for _, _, text in row)
    ):
        same += 1
    if not same:
        return below
    cells = [replace(cell, row=cell.row - same) for cell in below.cells if cell.row >= same]
    return replace(below, cells=cells, rows=below.rows - same)


def _row(table: Table, row: int) -> list[tuple[int, int, str]]:
    return [(cell.column, cell.colspan, cell.text) for cell in table.starting(row)]


def _pairs(upper: Table, lower: Table) -> list[tuple[TableCell, TableCell]] | None:
    """The cells on both sides of the break; None if a cell with any text is on one side only."""
    above, below = upper.covering(upper.rows - 1), lower.covering(0)
    if any((above.get(key) or below[key]).text for key in above.keys() ^ below.keys()):
        return None
    return [(above[key], below[key]) for key in sorted(above.keys() & below.keys())]


def _shared(upper: Table, lower: Table) -> list[tuple[TableCell, TableCell]]:
    above, below = upper.covering(upper.rows - 1), lower.covering(0)
    return [(above[key], below[key]) for key in sorted(above.keys() & below.keys())]


def _is_torn(pairs: Sequence[tuple[TableCell, TableCell]]) -> bool:
    """Whether the last row above and the first one below are one row: figures stand on one side only, and no two labels
    that are whole meet."""
    figures = [any(pair[side].text and is_value(pair[side].text) for pair in pairs) for side in (0, 1)]
    labels = [
        (top.text, bottom.text)
        for top, bottom in pairs
        if (top.text or bottom.text) and not is_value(top.text or bottom.text)
    ]
    if all(figures) or any(is_value(bottom) for top, bottom in labels if top and bottom):
        return False
    both = [(top, bottom) for top, bottom in labels if top and bottom]
    if any(known_label(top) and known_label(bottom) for top, bottom in both):
        return False
    if any(known_label(top + bottom) for top, bottom in both):
        return True
    if not any(figures):
        return False
    # All that is printed stands on one side, or a label's end without figures on the other.
    whole = figures.index(True)
    return all(not known_label(pair[1 - whole]) for pair in labels)


def _reaches_over(top: TableCell, bottom: TableCell) -> bool:
    """Whether a cell of several rows goes on below the break."""
    if top.rowspan == bottom.rowspan == 1 or any(text and is_value(text) for text in (top.text, bottom.text)):
        return False
    if top.text and bottom.text:
        return known_label(top.text + bottom.text) and not (known_label(top.text) and known_label(bottom.text))
    return True
