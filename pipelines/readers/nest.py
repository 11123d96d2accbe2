"""Tables within tables, as Word's streams of paragraphs have them: each says how deep it stands and what it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipelines.readers.build import Item
from pipelines.readers.edges import Row, table_items

DEEPEST = 20


@dataclass(slots=True)
class _Open:
    """A table being read: its rows, the cells of the row so far, what stands in the cell so far."""

    rows: list[Row] = field(default_factory=list)
    cells: list[list[Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Nest:
    """What was read so far. A depth of 0 is outside of tables, 1 in a table, 2 in a table in one of its cells."""

    _found: list[Item] = field(default_factory=list)
    _tables: list[_Open] = field(default_factory=list)

    def add(self, depth: int, items: Iterable[Item]) -> None:
        """A paragraph at that depth; tables that are deeper end here."""
        self._reach(depth)
        (self._tables[-1].items if self._tables else self._found).extend(items)

    def end_cell(self, depth: int) -> None:
        self._reach(depth)
        table = self._tables[-1]
        table.cells.append(table.items)
        table.items = []

    def end_row(self, depth: int, row_of: Callable[[list[list[Item]]], Row]) -> None:
        """`row_of` makes a row of the cells' contents."""
        self._reach(depth)
        table = self._tables[-1]
        table.rows.append(row_of(table.cells))
        table.cells, table.items = [], []

    def finish(self) -> list[Item]:
        """Everything in reading order."""
        self._reach(0)
        return self._found

    def _reach(self, depth: int) -> None:
        while len(self._tables) > depth:
            table = self._tables.pop()
            left_over = [item for cell in table.cells for item in cell] + table.items
            outer = self._tables[-1].items if self._tables else self._found
            outer.extend(table_items(table.rows) + left_over)
        while len(self._tables) < min(depth, DEEPEST):
            self._tables.append(_Open())
