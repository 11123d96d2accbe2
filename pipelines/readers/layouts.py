"""Tables whose markup came before: only their figures are new.

One template of a county's portal, or one file from Word, serves many reports, and their tables then differ in nothing
but figures. So the markup of a table with its figures taken out, its layout, is read once; the next tables of that
layout are a grid known already with other figures in it, and neither the parser nor the walk sees their cells.

A layout is kept only where that makes no difference. Its markup holds no tags but those of tables and of plain text,
the parser leaves nothing of it outside its table, and each figure alone is the text of one cell. In the page a stub
stands for the table: a table that the parser finds where the other would have been. If the walk does not meet every stub once
(it stood in a script, a comment, an attribute), or inside a link, the page is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborHTMLParser

from pipelines.document import Cell, Grid
from pipelines.readers.build import Item, Line

STUB = "nianbao-layout"
"""The attribute that numbers a stub."""
MAX_LAYOUTS = 256
MAX_SEEN = 4_096
MAX_LAYOUT = 100_000
_TABLE = re.compile(r"<table(?=[\s>])|</table\s*>", re.IGNORECASE)
_FIGURE = re.compile(r">[ \t\r\n]*([-+/—\d.,]{1,14})[ \t\r\n]*<", re.ASCII)
"""What stands between two tags and cannot be a label: the walk takes it as it is, whatever it says."""
_TAG = re.compile(r"</?([a-zA-Z!?/][^\s>/]*)")
_PLAIN = frozenset(
    re.findall(
        r"\S+", "table caption colgroup col thead tbody tfoot tr td th p div br span font b strong i em u o:p center"
    )
)
"""What is read alike wherever it stands: inside a cell the parser looks no farther out than that cell."""
_FIRST = 700_000_001
"""The figures that a layout is read with: all different, none printed by any report."""


class Layout:
    """The grid of a layout. `cells` has its cells, those of figures at `places`, in the order of the markup."""

    __slots__ = ("_cells", "_columns", "_places", "_rows")

    def __init__(self, grid: Grid, places: Sequence[int]) -> None:
        self._cells = grid.cells
        self._rows, self._columns = grid.rows, grid.columns
        self._places = [(place, *grid.cells[place]) for place in places]

    def filled(self, figures: Sequence[str]) -> Grid:
        """The grid with these figures in their cells."""
        cells = list(self._cells)
        new = tuple.__new__
        for (place, row, column, rowspan, colspan, _, header), figure in zip(self._places, figures, strict=True):
            cells[place] = new(Cell, (row, column, rowspan, colspan, figure, header))
        return Grid(0, tuple(cells), self._rows, self._columns, 0)


class Layouts:
    """The layouts met so far; `items` is how a page is walked. What is kept is bounded, and changes no reading."""

    def __init__(self, items: Callable[[LexborHTMLParser], Sequence[Item] | None]) -> None:
        self._items = items
        self._seen: set[int] = set()
        self._known: dict[str, Layout | None] = {}

    def cut(self, text: str) -> tuple[str, list[Grid]]:
        """The page with a stub for each table of a known layout, and the grids of these tables."""
        parts: list[str] = []
        grids: list[Grid] = []
        done = 0
        opened = -1
        for match in _TABLE.finditer(text) if STUB not in text else ():
            if match.group()[1] != "/":
                opened = match.start()
                continue
            if opened >= 0:
                grid = self._grid(text[opened : match.end()])
                if grid is not None:
                    parts += (text[done:opened], f'<table {STUB}="{len(grids)}"></table>')
                    grids.append(grid)
                    done = match.end()
            opened = -1
        parts.append(text[done:])
        return "".join(parts), grids

    def _grid(self, table: str) -> Grid | None:
        if len(table) > MAX_LAYOUT:
            return None
        pieces = _FIGURE.split(table)
        figures = pieces[1::2]
        key = ">\0<".join(pieces[::2])
        if key not in self._known:
            # The second table of its kind is worth the trouble; most layouts come once.
            mark = hash(key)
            if mark not in self._seen:
                if len(self._seen) >= MAX_SEEN:
                    self._seen.clear()
                self._seen.add(mark)
                return None
            if len(self._known) >= MAX_LAYOUTS:
                self._known.clear()
            self._known[key] = self._read(pieces)
        layout = self._known[key]
        return None if layout is None else layout.filled(figures)

    def _read(self, pieces: Sequence[str]) -> Layout | None:
        """The layout of a table cut up at its figures; None unless it is safe to keep."""
        names = [name.lower() for name in _TAG.findall("><".join(pieces[::2]))]
        if names.count("table") != 2 or "\0" in "".join(pieces) or not _PLAIN.issuperset(names):
            return None
        figures = [str(_FIRST + number) for number in range(len(pieces) // 2)]
        markup = [*pieces]
        markup[1::2] = [f">{figure}<" for figure in figures]
        parser = LexborHTMLParser(f"<!DOCTYPE html><body>x{''.join(markup)}y</body>")
        if parser.body is None or [node.tag for node in parser.body.iter(include_text=True)] != [
            "-text",
            "table",
            "-text",
        ]:
            return None
        items = self._items(parser)
        if items is None or len(items) != 3 or not isinstance(items[1], Grid):
            return None
        if (items[0], items[2]) != (Line("x"), Line("y")):
            return None
        where = {cell.text: place for place, cell in enumerate(items[1].cells)}
        if any(figure not in where for figure in figures):
            return None
        return Layout(items[1], [where[figure] for figure in figures])
