"""What every reader turns its bytes into: headings, paragraphs and grids, in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pipelines.model import ContentKind


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line or paragraph of running text, white space collapsed.

    `start` is its offset in `Document.text`; `level` is 1–6 for what the markup calls a heading, else 0.
    """

    text: str
    start: int
    level: int = 0


class Cell(NamedTuple):
    """One cell as printed, before spans are unrolled. `row` and `column` count from 0 in the unrolled grid."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    header: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `table` counts the document's data tables from 0; `start` is the offset of its text in `Document.text`.

    `kind` says what the grid was: `table` (markup with spans), `pipes` (a line a row, cells between pipes: widths may be
    wrong and spans are lost) or `lines` (a cell a line: one column, empty cells kept as empty texts).
    """

    table: int
    cells: tuple[Cell, ...]
    rows: int
    columns: int
    start: int
    kind: Literal["table", "pipes", "lines"] = "table"


Block = Paragraph | Grid


class Box(NamedTuple):
    """A place on a page, counted from 1: left, top, right and bottom from the page's upper left corner, in points (PDF)
    or pixels (picture)."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where on its pages a document's text stands.

    `cells` has a box for each cell (table, row, column); `lines` one for each printed line of running text, with the
    offset in `Document.text` at which it begins, in rising order. `recognised` are the pages whose text was read from a
    picture, `scores` how sure the recognition of such a cell was (0 to 1).
    """

    cells: Mapping[tuple[int, int, int], Box] = field(default_factory=dict)
    lines: Sequence[tuple[int, Box]] = ()
    recognised: frozenset[int] = frozenset()
    scores: Mapping[tuple[int, int, int], float] = field(default_factory=dict)

    def box(self, locator: Mapping[str, Any]) -> Box | None:
        """The box of a cell (`table`, `row`, `col`), or of the line that holds the character `start`; None if unknown."""
        if "table" in locator:
            return self.cells.get((locator["table"], locator["row"], locator["col"]))
        index = bisect_right(self.lines, locator.get("start", -1), key=lambda line: line[0]) - 1
        return self.lines[index][1] if index >= 0 else None


@dataclass(frozen=True, slots=True)
class Document:
    """A page or file as read. `text` is all of it as plain text (cells separated by tabs, rows and blocks by newlines).
    `layout` is there for what has pages: PDF and pictures."""

    kind: ContentKind
    blocks: tuple[Block, ...]
    text: str
    title: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    declared_charset: str = ""
    used_charset: str = ""
    images: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    layout: Layout | None = None

    def meta_value(self, name: str) -> str:
        """Content of the first non-empty meta tag of that name, in any case; '' when there is none."""
        wanted = name.lower()
        return next((content for key, content in self.meta if key.lower() == wanted and content.strip()), "").strip()
