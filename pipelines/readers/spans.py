"""Rows of cells with spans to a grid, as the HTML table model lays them out, but no slot given twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.document import Cell, Grid
from pipelines.readers.guard import MAX_SLOTS, Unreadable

MAX_SPAN = 100
MAX_COLUMNS = 400
_USUAL = frozenset("123456789")


@dataclass(slots=True)
class RawCell:
    """A cell as its tag has it. The spans are the attributes' text: numbers, nonsense or None. `lines` are the
    lines of `text` as printed."""

    rowspan: str | None = None
    colspan: str | None = None
    header: bool = False
    text: str = ""
    lines: Sequence[str] = ()


def span(value: str | None, zero: int = 1) -> int:
    """A span attribute as a number from 1 to 100; `zero` is what 0 means (a rowspan of 0 reaches to the end)."""
    if value is None:
        return 1
    if value in _USUAL:
        return int(value)
    digits = value.strip()
    if not (digits.isascii() and digits[:3].isdigit()):
        digits = "".join(character for character in digits[:4] if character.isascii() and character.isdigit())
    number = int(digits[:6]) if digits.isdigit() else 1
    return zero if number == 0 else min(number, MAX_SPAN)


def place(rows: Sequence[Sequence[RawCell]], groups: Sequence[int] | None = None) -> Grid | None:
    """The grid of these rows, or None when there is no cell.

    `groups` says for each row to which tbody it belongs: a rowspan ends with its group. A slot belongs to the first cell
    that covers it: a later cell is moved right past taken slots, and its colspan ends before the next taken one. The
    table field and the offset are set by the document. Raises `Unreadable` (`too_large`) for a table whose cells reach
    over more than a million places of other rows.
    """
    groups = groups if groups is not None else [0] * len(rows)
    ends = _group_ends(groups)
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    width = 0
    for row, raw_cells in enumerate(rows):
        column = 0
        for raw in raw_cells:
            while (row, column) in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break
            height = min(span(raw.rowspan, MAX_SPAN), ends[row] - row)
            breadth = 1
            for _ in range(span(raw.colspan) - 1):
                if (row, column + breadth) in taken:
                    break
                breadth += 1
            cells.append(Cell(row, column, height, breadth, raw.text, raw.header))
            if height > 1:
                if len(taken) > MAX_SLOTS:
                    raise Unreadable("too_large", f"a table of more than {MAX_SLOTS} places")
                taken |= {(r, c) for r in range(row + 1, row + height) for c in range(column, column + breadth)}
            column += breadth
            width = max(width, column)
    if not cells:
        return None
    return Grid(0, tuple(cells), len(rows), width, 0)


def _group_ends(groups: Sequence[int]) -> list[int]:
    ends = [0] * len(groups)
    end = len(groups)
    for row in range(len(groups) - 1, -1, -1):
        if row + 1 < len(groups) and groups[row] != groups[row + 1]:
            end = row + 1
        ends[row] = end
    return ends
