"""Reports that a page carries in a script, in JSON or in an element that is not shown, for the browser to show them.

They are looked for only where the page itself shows no report, so that nothing is read twice.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipelines.decode import decode
from pipelines.document import Document
from pipelines.held import Held, held_in, is_json
from pipelines.model import Source
from pipelines.readers import kind_of, read
from pipelines.readers.guard import Unreadable
from pipelines.wording import squeeze

MOST_TRIED = 6
_HINTS = (b"<script", b"<textarea", b"<xmp", b"<noscript", b"<template", b"srcdoc", b"data-", b"{", b"<input")


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, the bytes that it was read from, and where in the page it was held: '' for the page as it is, else
    `script`, `json`, `textarea` … What leads back into it counts in the page with the held HTML put before the element that holds it."""

    document: Document
    source: Source
    place: str = ""


def open_source(source: Source, tells: Callable[[Document], bool]) -> Opened:
    """The source as a document: as it is if `tells` finds a report in it, else with the first HTML held in it in which
    `tells` does, else as it is. Raises `Unreadable` as `read` does."""
    text = decode(source.body, source.charset).text if kind_of(source) in ("html", "text") else ""
    if is_json(text):
        # Markup inside JSON strings is escaped: read as it stands, tags and numbers would come out wrong.
        return _in_held(source, text, tells) or Opened(read(source), source)
    own = read(source)
    if not text or tells(own) or not any(hint in source.body for hint in _HINTS):
        return Opened(own, source)
    return _in_held(source, text, tells) or Opened(own, source)


def _in_held(source: Source, text: str, tells: Callable[[Document], bool]) -> Opened | None:
    for held in [one for one in held_in(text) if "公开" in squeeze(one.html) or len(one.html) > 2000][:MOST_TRIED]:
        shown = _shown(source, text, held)
        try:
            document = read(shown)
        except Unreadable:
            continue
        if tells(document):
            return Opened(document, shown, held.place)
    return None


def _shown(source: Source, text: str, held: Held) -> Source:
    """The page as the browser would show it: its head and foot stay, so title, meta and 网站标识码 are read as ever."""
    if held.place == "json":
        title = html.escape(held.title)
        page = f"<title>{title}</title><meta name=PubDate content={html.escape(held.published)!r}>"
        page += f"<h1>{title}</h1><div>{held.html}</div>"
    else:
        page = f"{text[: held.at]}\n<div>{held.html}</div>\n{text[held.at :]}"
    return replace(source, body=b"\xef\xbb\xbf" + page.encode("utf-8", "replace"), mime="text/html", charset="utf-8")
