"""HTML to a document: parsed, walked, built."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from pipelines.decode import Decoded
from pipelines.document import Document, Grid
from pipelines.readers.build import Item, build
from pipelines.readers.layouts import Layouts
from pipelines.readers.walk import Walker


def read_html(decoded: Decoded) -> Document:
    """The page as a document: data tables as grids with their spans, everything else as paragraphs.

    Scripts, styles, comments, lists of options and cells or rows styled `display:none` are left out. A table that
    contains tables is layout; its innermost tables are the data. Passages of a cell a line become grids of kind
    `lines`.
    """
    text, grids = _LAYOUTS.cut(decoded.text)
    walker = _walk(_parsed(text), grids)
    if not walker.whole:
        walker = _walk(_parsed(decoded.text))
    blocks, text = build(walker.items)
    return Document(
        kind="html",
        blocks=blocks,
        text=text,
        title=walker.title,
        meta=tuple(walker.meta),
        declared_charset=decoded.declared,
        used_charset=decoded.used,
        images=tuple(walker.images),
        links=tuple(walker.links),
    )


def _parsed(text: str) -> LexborHTMLParser:
    """Raises MemoryError where the parser gets no memory; there is no text that it does not parse."""
    try:
        return LexborHTMLParser(text)
    except SelectolaxError as error:
        raise MemoryError from error


def _walk(parser: LexborHTMLParser, grids: Sequence[Grid] = ()) -> Walker:
    walker = Walker(grids)
    if parser.root is not None:
        walker.read_head(parser)
        walker.walk(parser.root)
    return walker


def _items(parser: LexborHTMLParser) -> list[Item] | None:
    """The items of a page that has nothing besides; None for one that has images or links."""
    walker = _walk(parser)
    return None if walker.images or walker.links else walker.items


_LAYOUTS = Layouts(_items)
