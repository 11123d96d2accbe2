"""Where in a page's tree the cells and characters of its document stand: the reader's own walk, with its steps noted."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.document import Grid
from pipelines.fold import visible
from pipelines.readers.build import build
from pipelines.readers.spans import RawCell
from pipelines.readers.walk import Walker, _Table


@dataclass(frozen=True, slots=True)
class Spot:
    """Characters `start` to `end` of a text node."""

    node: LexborNode
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trace:
    """`cells` has the element of each cell of a data table (table, row, column); `text` is the document's text; `nodes` are
    the text nodes that were read, in order, and `counts` how many printed characters stand before each."""

    parser: LexborHTMLParser
    cells: dict[tuple[int, int, int], LexborNode]
    text: str
    nodes: list[LexborNode]
    counts: list[int]

    def spots(self, start: int, end: int) -> list[Spot]:
        """The parts of text nodes that print the document's characters `start` to `end`; where nothing is printed there,
        the place behind what is printed before. Empty where the tree prints another text than the document."""
        first, last = len(_printed(self.text[:start])), len(_printed(self.text[:end]))
        if len(_printed(self.text)) != self.counts[-1]:
            return []
        found: list[Spot] = []
        number = max(0, bisect_right(self.counts, max(0, first - (first == last))) - 1)
        while number < len(self.nodes) and (self.counts[number] < last or not found):
            node, before = self.nodes[number], self.counts[number]
            text = node.text_content or ""
            places = [at for at, letter in enumerate(text) if _printed(letter)]
            inside = places[max(0, first - before) : max(0, last - before)]
            if inside:
                found.append(Spot(node, inside[0], inside[-1] + 1))
            elif first == last and places:
                at = places[min(max(0, first - before), len(places)) - 1] + 1
                found.append(Spot(node, at, at))
            number += 1
        return found


def trace(text: str) -> Trace:
    """The page's tree with the places of its document in it."""
    parser = LexborHTMLParser(text)
    tracer = _Tracer()
    if parser.root is None:
        return Trace(parser, {}, "", [], [0])
    tracer.walk(parser.root)
    blocks, whole = build(tracer.items)
    grids = [block for block in blocks if isinstance(block, Grid) and block.kind == "table"]
    cells = {
        (grid.table, row, column): node
        for grid, places in zip(grids, tracer.grids, strict=True)
        for (row, column), node in places.items()
    }
    nodes = _read(parser.root, tracer.refused)
    counts = [0]
    for node in nodes:
        counts.append(counts[-1] + len(_printed(node.text_content or "")))
    return Trace(parser, cells, whole, nodes, counts)


class _Tracer(Walker):
    """`grids` has the elements of each data table's cells, `refused` the elements that are not read."""

    def __init__(self) -> None:
        super().__init__()
        self.grids: list[dict[tuple[int, int], LexborNode]] = []
        self.refused: set[int] = set()
        self._elements: dict[int, tuple[RawCell, LexborNode]] = {}

    def _enter(self, tag: str, node: LexborNode) -> bool:
        inside = super()._enter(tag, node)
        if not inside:
            self.refused.add(node.mem_id)
        elif tag in ("td", "th") and self._tables and self._tables[-1].cell is not None:
            cell = self._tables[-1].cell
            self._elements[id(cell)] = cell, node
        return inside

    def _close_table(self, table: _Table) -> None:
        before = len(self.items)
        super()._close_table(table)
        grid = self.items[before] if len(self.items) > before else None
        if not isinstance(grid, Grid):
            return
        places: dict[tuple[int, int], LexborNode] = {}
        for row, raw_cells in enumerate(table.rows):
            # Those beyond the widest row are left out of the grid, and stand at the end.
            placed = [cell for cell in grid.cells if cell.row == row]
            for cell, raw in zip(placed, raw_cells, strict=False):
                places[cell.row, cell.column] = self._elements[id(raw)][1]
        self.grids.append(places)


def _read(root: LexborNode, refused: set[int]) -> list[LexborNode]:
    """The text nodes outside of what was refused, in order."""
    found: list[LexborNode] = []
    above: list[LexborNode] = []
    node: LexborNode | None = root
    while node is not None or above:
        if node is None:
            node = above.pop().next
            continue
        if node.tag == "-text":
            found.append(node)
        elif node.mem_id not in refused and node.first_child is not None:
            above.append(node)
            node = node.first_child
            continue
        node = node.next
    return found


def _printed(text: str) -> str:
    return "".join(visible(text).split())
