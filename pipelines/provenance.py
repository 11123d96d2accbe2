"""From a fact's locator back to its cell, its sentence, or its place on the page in the archived bytes. Pure.

A locator is JSON: `table`, `row`, `col` (a cell of a data table), or `start`, `end` (characters of the document's text; with
`figure` the number in them), with `page` and `box` where the file has pages; `attachment`, `member` and `in` say in which
file, in which of an archive's, and in what part of a page it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from pipelines.bundles import members
from pipelines.document import Cell, Document, Grid, Paragraph
from pipelines.embedded import open_source
from pipelines.model import ContentKind, Source
from pipelines.outline import outline
from pipelines.parts import TELLING
from pipelines.strips import is_value
from pipelines.tables import choose_form

_STOPS = "。！？；!?;"
_AROUND = 120
_ROWS_ABOVE = 1


class NotFound(Exception):
    """The locator leads nowhere in these bytes; one line that says at which step."""


@dataclass(frozen=True, slots=True)
class Place:
    """The file that a locator leads into, as it was read. `source` holds its bytes: the page's, an attachment's, an
    archive member's, or the page as the browser would show it."""

    source: Source
    document: Document
    locator: Mapping[str, Any]

    @property
    def attachment(self) -> int | None:
        """Number of the attachment among the source's; None for the page itself."""
        found = self.locator.get("attachment")
        return int(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a figure stands. `text` is what is printed there, `before` and `after` what is printed around it: the other cells
    of its row, or the rest of its sentence. `labels` are the headings of its column. `html` shows it marked, in tags
    without attributes but spans. `page` (from 1) and `box` (left, top, right, bottom; points or pixels) are there for
    files with pages."""

    kind: Literal["cell", "sentence"]
    before: str
    text: str
    after: str
    html: str
    labels: tuple[str, ...] = ()
    content_kind: ContentKind = "html"
    attachment: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


def locate(source: Source | Document, locator: str | Mapping[str, Any]) -> Snippet:
    """What stands at the locator. Of a `Document` (the one that it leads into) `attachment` and the like are passed over.
    Raises NotFound, and `Unreadable` where the bytes cannot be read."""
    place = locator if isinstance(locator, Mapping) else parsed(locator)
    document = source if isinstance(source, Document) else find(source, place).document
    snippet = _of_cell(document, place) if "table" in place else _of_text(document, place)
    box = place.get("box")
    return replace(
        snippet,
        content_kind=document.kind,
        attachment=place.get("attachment"),
        page=place.get("page"),
        box=(box[0], box[1], box[2], box[3]) if box else None,
    )


def parsed(locator: str) -> dict[str, Any]:
    """The locator's fields; NotFound where it is empty or leads to no place."""
    try:
        place = json.loads(locator or "{}")
    except ValueError:
        place = None
    if not isinstance(place, dict) or not ({"table", "row", "col"} <= place.keys() or {"start", "end"} <= place.keys()):
        raise NotFound("no place is known for this figure")
    return place


def find(source: Source, locator: str | Mapping[str, Any]) -> Place:
    """The file that the locator leads into, read as it was read for the tables."""
    place = locator if isinstance(locator, Mapping) else parsed(locator)
    opened = open_source(pick(source, place), _tells)
    return Place(opened.source, opened.document, place)


def pick(source: Source, place: Mapping[str, Any]) -> Source:
    """The bytes of the file that the place is in: the page's, an attachment's, or an archive member's."""
    number = place.get("attachment")
    if number is not None:
        if number >= len(source.attachments):
            raise NotFound(f"the figure stands in attachment {number}, and there are {len(source.attachments)}")
        source = source.attachments[number]
    if "member" in place:
        found = dict(members(source))
        if place["member"] not in found:
            raise NotFound(f"the archive holds no {place['member']!r}")
        source = found[place["member"]]
    return source


def _tells(document: Document) -> bool:
    return choose_form(document) is not None or len(outline(document).sections) >= TELLING


def _of_cell(document: Document, place: Mapping[str, Any]) -> Snippet:
    grid = next((b for b in document.blocks if isinstance(b, Grid) and b.table == place["table"]), None)
    if grid is None:
        raise NotFound(f"the document has no table {place['table']}")
    row, column = place["row"], place["col"]
    target = next((cell for cell in grid.cells if (cell.row, cell.column) == (row, column)), None)
    if target is None:
        raise NotFound(f"table {grid.table} has no cell in row {row}, column {column}")
    if grid.kind == "lines":
        texts = [cell.text for cell in grid.cells]
        at = grid.cells.index(target)
        before = next((i for i in range(at - 1, -1, -1) if not is_value(texts[i])), 0)
        shown = [*texts[before:at], target.text, *texts[at + 1 : at + 3]]
        html = "".join(f"<p>{_marked(text, i == at - before)}</p>" for i, text in enumerate(shown))
        return Snippet("cell", " | ".join(texts[before:at]), target.text, " | ".join(texts[at + 1 : at + 3]), html)
    line = _line(grid, row)
    at = line.index(target)
    labels = _labels(grid, target) if grid.kind == "table" else ()
    left, right = (" | ".join(cell.text for cell in cells) for cells in (line[:at], line[at + 1 :]))
    return Snippet("cell", left, target.text, right, _table(grid, target, labels), labels)


def _line(grid: Grid, row: int) -> list[Cell]:
    """The cells that stand in a row, those that began above it too."""
    return sorted(
        (cell for cell in grid.cells if cell.row <= row < cell.row + cell.rowspan), key=lambda cell: cell.column
    )


def _labels(grid: Grid, target: Cell) -> tuple[str, ...]:
    """What the cells above the target say that is no figure, from the top, each once."""
    above = (
        cell.text
        for cell in grid.cells
        if cell.row < target.row
        and cell.column < target.column + target.colspan
        and target.column < cell.column + cell.colspan
    )
    return tuple(dict.fromkeys(text for text in above if text and not is_value(text)))


def _table(grid: Grid, target: Cell, labels: tuple[str, ...]) -> str:
    rows = range(max(0, target.row - _ROWS_ABOVE), min(grid.rows, target.row + 2))
    body = "".join(
        "<tr>"
        + "".join(f"{_tag(cell)}{_marked(cell.text, cell is target)}</td>" for cell in _line(grid, row))
        + "</tr>"
        for row in rows
    )
    caption = f"<caption>{escape(' › '.join(labels))}</caption>" if labels else ""
    return f"<table>{caption}{body}</table>"


def _tag(cell: Cell) -> str:
    return f'<td colspan="{cell.colspan}">' if cell.colspan > 1 else "<td>"


def _marked(text: str, wanted: bool = True) -> str:
    return f"<mark>{escape(text) or '&nbsp;'}</mark>" if wanted else escape(text)


def _of_text(document: Document, place: Mapping[str, Any]) -> Snippet:
    start, end = place["start"], place["end"]
    if not 0 <= start <= end <= len(document.text):
        raise NotFound(f"the document's text has no characters {start} to {end}")
    inner = place.get("figure")
    first, last = (inner[0], inner[1]) if inner else (start, end)
    block = next((b for b in reversed(document.blocks) if b.start <= start), None)
    opening, closing = start, end
    if isinstance(block, Paragraph):
        whole, base = block.text, block.start
        opening = base + max((whole.rfind(stop, 0, start - base) + 1 for stop in _STOPS), default=0)
        stops = [at for stop in _STOPS if (at := whole.find(stop, max(0, end - base - 1))) >= 0]
        closing = max(end, base + (min(stops) + 1 if stops else len(whole)))
    text = document.text[first:last]
    before = document.text[max(opening, first - _AROUND) : first]
    after = document.text[last : min(closing, last + _AROUND)]
    html = f"<p>{escape(before)}{_marked(text)}{escape(after)}</p>"
    return Snippet("sentence", before, text, after, html)
