"""Record sets: XML whose records are HTML in CDATA, as 大汉 jpage and TrueCMS deliver lists."""

from __future__ import annotations

import html
import re

from spiders.page import Link, fragment_links

_RECORD = re.compile(
    r"<record>\s*(?:<!\[CDATA\[(?P<cdata>.*?)\]\]>|(?P<plain>.*?))\s*</record>", re.DOTALL | re.IGNORECASE
)
_NEXT = re.compile(r"<nextgroup>\s*(?:<!\[CDATA\[)?.*?href\s*=\s*[\"']?(?P<url>[^\"'>\s]+)", re.DOTALL | re.IGNORECASE)


def record_links(text: str, base: str) -> tuple[Link, ...]:
    """The links of all records in a text, in order; the text may be a page that holds the XML in a script."""
    pieces = (
        hit["cdata"] if hit["cdata"] is not None else html.unescape(hit["plain"]) for hit in _RECORD.finditer(text)
    )
    return tuple(link for piece in pieces for link in fragment_links(piece, base))


def record_count(text: str) -> int:
    """How many records stand in the text."""
    return sum(1 for _ in _RECORD.finditer(text))


def next_group(text: str) -> str:
    """The address in `<nextgroup>`, with whatever ids the server encrypted into it; '' when there is none."""
    hit = _NEXT.search(text)
    return html.unescape(hit["url"]) if hit else ""


def number_of(text: str, *names: str) -> int:
    """The first number that the text gives under one of the names: `<totalrecord>58<`, `totalRecord:58`, `perPage = 15`."""
    for name in names:
        if hit := re.search(rf"\b{name}\b[\"']?\s*(?:>|:|=)\s*[\"']?(\d{{1,7}})", text, re.IGNORECASE):
            return int(hit[1])
    return 0
