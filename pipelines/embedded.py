"""Reports that a page carries as a JSON string in a script, to be shown by the browser (gkmlpt: `DETAIL.content`)."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from pipelines.decode import decode
from pipelines.model import Source

_KEY = re.compile(r"""["']?\b(?:content|contentHtml|articleContent)["']?\s*:\s*(?=")""")
# The boundary is tested behind the word, so that the search can skip to the word.
_MARK = re.compile(rb"""content(?<!\wcontent)(?:Html)?["']?\s*:\s*"(?:\\u003[cC]|<|\\n|\s)""")
_DECODER = json.JSONDecoder(strict=False)


def unfold(source: Source) -> Source:
    """The source with the longest HTML that its scripts hold as a JSON string put into its body; the same source when
    they hold none. The page's own head and foot stay, so title, meta and 网站标识码 are read as ever."""
    if not _MARK.search(source.body):
        return source
    text = decode(source.body, source.charset).text
    place, held = max(_strings(text), key=lambda found: len(found[1]), default=(0, ""))
    if not held:
        return source
    # Before the script that holds it: where the page would show it, above the page's foot.
    start = max(text.rfind("<script", 0, place), 0)
    return replace(source, body=b"\xef\xbb\xbf" + f"{text[:start]}\n<div>{held}</div>\n{text[start:]}".encode())


def _strings(text: str) -> list[tuple[int, str]]:
    """Place and value of each JSON string that is HTML."""
    found: list[tuple[int, str]] = []
    for match in _KEY.finditer(text):
        try:
            value, _ = _DECODER.raw_decode(text, match.end())
        except ValueError:
            continue
        if isinstance(value, str) and re.search(r"<(?:p|div|table|span|a)\b", value):
            found.append((match.start(), value))
    return found
