"""Record sets: XML whose records are HTML in CDATA, as 大汉 jpage and TrueCMS deliver lists."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from spiders.page import Link, fragment_links

_TAGS = re.compile(r"</?(record|nextgroup)>", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


def record_links(text: str, base: str) -> tuple[Link, ...]:
    """The links of all records in a text, in order; the text may be a page that holds the XML in a script."""
    return tuple(link for piece in _contents(text, "record") for link in fragment_links(piece, base))


def record_count(text: str) -> int:
    """How many records stand in the text."""
    return sum(1 for _ in _contents(text, "record"))


def next_group(text: str) -> str:
    """The address in `<nextgroup>`, with whatever ids the server encrypted into it; '' when there is none."""
    hit = _HREF.search(next(_contents(text, "nextgroup"), ""))
    return html.unescape(hit[1]) if hit else ""


def _contents(text: str, name: str) -> Iterator[str]:
    """What stands between the tags of that name, CDATA or escapes undone; one pass, however broken the text is."""
    start = -1
    for tag in _TAGS.finditer(text):
        if tag[1].lower() != name:
            continue
        if tag[0][1] != "/":
            start = tag.end()
        elif start >= 0:
            piece, start = text[start : tag.start()].strip(), -1
            inner = piece.removeprefix("<![CDATA[").removesuffix("]]>")
            yield inner if inner != piece else html.unescape(piece)


def number_of(text: str, *names: str) -> int:
    """The first number that the text gives under one of the names: `<totalrecord>58<`, `totalRecord:58`, `perPage = 15`."""
    for name in names:
        if hit := re.search(rf"\b{name}\b[\"']?\s*(?:>|:|=)\s*[\"']?(\d{{1,7}})", text, re.IGNORECASE):
            return int(hit[1])
    return 0
