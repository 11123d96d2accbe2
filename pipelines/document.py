"""What every reader turns its bytes into: headings, paragraphs and grids, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

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


@dataclass(frozen=True, slots=True)
class Document:
    """A page or file as read. `text` is all of it as plain text (cells separated by tabs, rows and blocks by newlines)."""

    kind: ContentKind
    blocks: tuple[Block, ...]
    text: str
    title: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    declared_charset: str = ""
    used_charset: str = ""
    images: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def meta_value(self, name: str) -> str:
        """Content of the first non-empty meta tag of that name, in any case; '' when there is none."""
        wanted = name.lower()
        return next((content for key, content in self.meta if key.lower() == wanted and content.strip()), "").strip()
