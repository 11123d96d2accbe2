"""An archived page as it may be shown, with the place that a figure was read from marked. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

from archive.harmless import harmless
from pipelines import crops
from pipelines.decode import decode
from pipelines.document import Document, Grid
from pipelines.model import Source
from pipelines.provenance import NotFound, Place, find, parsed, pick
from pipelines.readers import kind_of
from pipelines.readers.mhtml import html_of, is_mhtml
from pipelines.tracing import Trace, trace

ANCHOR = "nianbao-cell"
"""The id of what is marked: show the page at `#nianbao-cell`."""
_STYLE = "background:#ffe066;color:#000;outline:3px solid #c92a2a;outline-offset:1px"
_OPEN, _CLOSE = "\U0010fff0", "\U0010fff1"
"""Characters of no meaning that stand for the mark until the tree is text again."""


def highlight(source: Source | bytes, locator: str | Mapping[str, Any]) -> bytes:
    """The file that the locator leads into as an HTML page in UTF-8 that runs and loads nothing, the place marked by the id
    `nianbao-cell`.

    A page stays as it is otherwise; a text, an office file is shown as it was read; of a PDF or picture the page is drawn.
    Raises NotFound where the locator leads nowhere, `Unreadable` where the bytes cannot be read.
    """
    place = locator if isinstance(locator, Mapping) else parsed(locator)
    source = Source(source) if isinstance(source, bytes) else source
    if "box" in place:
        # Drawn without being read: reading scanned pages takes long.
        return _drawn(pick(source, place), place)
    found = find(source, place)
    if found.document.kind == "html":
        return _page(found)
    return _as_read(found.document, place)


def _page(found: Place) -> bytes:
    body, charset = found.source.body, found.source.charset
    if is_mhtml(body):
        body, charset = html_of(body)
    traced = trace(decode(body, charset).text)
    place = found.locator
    if "table" in place and (node := traced.cells.get((place["table"], place["row"], place["col"]))) is not None:
        node.attrs["id"] = ANCHOR
        node.attrs["style"] = f"{node.attributes.get('style') or ''};{_STYLE}".lstrip(";")
    else:
        _mark_text(traced, *_span(found.document, place))
    opening = f'<mark id="{ANCHOR}" style="{_STYLE}">'
    page = (traced.parser.html or "").replace(_OPEN, opening, 1)
    page = page.replace(_OPEN, f'<mark style="{_STYLE}">').replace(_CLOSE, "</mark>")
    return harmless(page).encode("utf-8", "replace")


def _mark_text(traced: Trace, start: int, end: int) -> None:
    for spot in reversed(traced.spots(start, end)):
        text = spot.node.text_content or ""
        spot.node.replace_with(f"{text[: spot.start]}{_OPEN}{text[spot.start : spot.end]}{_CLOSE}{text[spot.end :]}")


def _span(document: Document, place: Mapping[str, Any]) -> tuple[int, int]:
    """The characters of the document's text that the locator means."""
    if "table" not in place:
        start, end = place.get("figure") or (place["start"], place["end"])
        if not 0 <= start <= end <= len(document.text):
            raise NotFound(f"the document's text has no characters {start} to {end}")
        return int(start), int(end)
    grid = next((b for b in document.blocks if isinstance(b, Grid) and b.table == place["table"]), None)
    at = grid.start if grid else 0
    row = 0
    for cell in grid.cells if grid else ():
        # Cells are separated by tabs, rows by line ends; a row without cells is an empty line.
        at += max(0, cell.row - row - 1)
        row = cell.row
        if (cell.row, cell.column) == (place["row"], place["col"]):
            return at, at + len(cell.text)
        at += len(cell.text) + 1
    raise NotFound(f"the document has no cell at {dict(place)}")


def _drawn(source: Source, place: Mapping[str, Any]) -> bytes:
    png = base64.b64encode(crops.page_image(source.body, kind_of(source), place)).decode()
    picture = f'<img alt="" style="max-width:100%" src="data:image/png;base64,{png}">'
    return harmless(f"<!DOCTYPE html><title></title><div id={ANCHOR}>{picture}</div>").encode()


def _as_read(document: Document, place: Mapping[str, Any]) -> bytes:
    """A file as it was read: its paragraphs and tables in order."""
    start, end = (-1, -1) if "table" in place else _span(document, place)
    parts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            parts.append(_grid(block, place))
            continue
        first, last = max(0, start - block.start), min(len(block.text), end - block.start)
        if start >= 0 and first < last:
            text = escape(block.text[:first]) + _mark(block.text[first:last]) + escape(block.text[last:])
        else:
            text = escape(block.text)
        parts.append(f"<p>{text}</p>")
    return harmless(f"<!DOCTYPE html><title>{escape(document.title)}</title>{''.join(parts)}").encode(
        "utf-8", "replace"
    )


def _mark(text: str) -> str:
    return f'<mark id="{ANCHOR}" style="{_STYLE}">{escape(text) or "&nbsp;"}</mark>'


def _grid(grid: Grid, place: Mapping[str, Any]) -> str:
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        wanted = (grid.table, cell.row, cell.column) == (place.get("table"), place.get("row"), place.get("col"))
        spans = f' rowspan="{cell.rowspan}" colspan="{cell.colspan}"' if cell.rowspan + cell.colspan > 2 else ""
        rows[cell.row].append(f"<td{spans}>{_mark(cell.text) if wanted else escape(cell.text)}</td>")
    return '<table border="1">' + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"
