"""HTML that a page holds as text in its scripts, its JSON or its form fields, to be shown by the browser."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

LEAST = 60
_MOST_FOUND = 200
_TAGS = re.compile(r"<(?:p|div|table|span|a|br|h[1-6]|section|article|strong|tr|td)\b[^<>]*/?>", re.IGNORECASE)
_ESCAPED_TAGS = re.compile(r"&lt;(?:p|div|table|span|h[1-6]|section|strong)\b", re.IGNORECASE)
_JSON = re.compile(r"[\ufeff\s]*(?:[\w$.]{1,60}\s*\(\s*)?(?=[{\[]\s*[\[{\"\]}])")
_KEY = re.compile(r"""["']?\b(?:content|contentHtml|articleContent)["']?\s*:\s*(?=")""")
_TOKEN = re.compile(
    r"""//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)"""
    # A literal that is not closed ends with its line, so that none is tried again from within.
    r"""|"(?:[^"\\\n]|\\.)*\\?(?:"|\n|\Z)|'(?:[^'\\\n]|\\.)*\\?(?:'|\n|\Z)|`(?:[^`\\]|\\.)*\\?(?:`|\Z)""",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r\n|.))", re.DOTALL
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": "", "\r": ""}
_CALL = re.compile(r"(unescape|decodeURIComponent|decodeURI|atob|[bB]ase64\w*\.decode)\s*\(\s*$")
_WRITE = re.compile(r"document\.write(?:ln)?\s*\(\s*(?:(?:unescape|decodeURIComponent|decodeURI)\s*\(\s*)?$")
_PERCENT = re.compile(r"%u([0-9a-fA-F]{4})")
_TITLES = ("title", "articletitle", "doctitle", "infotitle", "subject", "name")
_DATES = (
    "pubdate",
    "publishdate",
    "publishtime",
    "publishedtime",
    "displaypublishtime",
    "docreltime",
    "createdate",
    "releasetime",
)
_DECODER = json.JSONDecoder(strict=False)
_DEEPEST = 12


class Held(NamedTuple):
    """HTML that was found: in what (`script`, `json`, `textarea` …), at which character of the page, and what else the
    same record says of it."""

    place: str
    at: int
    html: str
    title: str = ""
    published: str = ""


def held_in(text: str) -> list[Held]:
    """Everything that a page holds as HTML in text, longest first."""
    found = [*_in_json(text)] or [*_in_scripts(text), *_in_elements(text), *_in_attributes(text)]
    return sorted(found, key=lambda one: -len(one.html))


def is_json(text: str) -> bool:
    """Whether a text is JSON as a whole, or JSON in a call (JSONP), as far as its beginning shows."""
    return bool(_JSON.match(text))


def is_html(text: str) -> bool:
    return len(text) >= LEAST and bool(_TAGS.search(text))


def _in_json(text: str) -> Iterator[Held]:
    """The strings of a page that is JSON as a whole, or JSON in a call (JSONP)."""
    match = _JSON.match(text)
    if match is None:
        return
    try:
        value, _ = _DECODER.raw_decode(text, match.end())
    except (ValueError, RecursionError):
        return
    yield from _walk(value, {}, 0)


def _walk(value: Any, about: dict[str, str], depth: int) -> Iterator[Held]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        own = about | {_plain(key): each for key, each in value.items() if isinstance(each, str) and len(each) < 200}
        for each in value.values():
            yield from _walk(each, own, depth + 1)
    elif isinstance(value, list):
        for each in value[:_MOST_FOUND]:
            yield from _walk(each, about, depth + 1)
    elif isinstance(value, str) and len(value) >= LEAST:
        if value.lstrip().startswith(("{", "[")):
            try:
                yield from _walk(_DECODER.raw_decode(value.lstrip())[0], about, depth + 1)
                return
            except (ValueError, RecursionError):
                pass
        unfolded = _unescaped(value)
        if not is_html(unfolded):
            if value.count("\n") < 3:
                return
            unfolded = "".join(f"<p>{html.escape(line)}</p>" for line in value.splitlines())
        title = next((about[key] for key in _TITLES if about.get(key)), "")
        published = next((about[key] for key in _DATES if about.get(key)), "")
        yield Held("json", 0, unfolded, title, published)


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _in_scripts(text: str) -> Iterator[Held]:
    """The long strings of each script: literals put together with `+`, and what follows each other by document.write."""
    yield from _in_keys(text)
    for start, head, body in _elements(text, "script"):
        kind = re.search(r"""\btype\s*=\s*["']?([\w/.+-]+)""", head)
        if kind and not re.search(r"javascript|ecmascript|module|json", kind[1], re.IGNORECASE):
            if is_html(body):
                yield Held("script", start, body)
            continue
        written: list[str] = []
        for call, literal in _strings(body):
            if _WRITE.search(call):
                written.append(literal)
            elif is_html(literal):
                yield Held("script", start, literal)
        if is_html(whole := "".join(written)):
            yield Held("script", start, whole)


def _in_keys(text: str) -> Iterator[Held]:
    """JSON strings under the keys that portals use, also where the script around them is no sound JavaScript."""
    for match in _KEY.finditer(text):
        try:
            value, _ = _DECODER.raw_decode(text, match.end())
        except ValueError:
            continue
        if isinstance(value, str) and is_html(unfolded := _unescaped(value)):
            start = max(text.rfind("<script", 0, match.start()), 0)
            yield Held("script", start, unfolded)


def _strings(script: str) -> Iterator[tuple[str, str]]:
    """What stands before, and the value, of each string; literals joined by `+` are one."""
    parts: list[str] = []
    call, end = "", 0
    for match in _TOKEN.finditer(script):
        literal = match.group()
        if literal.startswith("/") or len(literal) < 2 or literal[-1] != literal[0]:
            continue
        between = script[end : match.start()] if end else ""
        if not (parts and between.strip() == "+"):
            if parts:
                yield call, _decoded(call, "".join(parts))
            parts = []
            call = script[max(0, match.start() - 80) : match.start()]
        parts.append(_value(literal[1:-1]))
        end = match.end()
    if parts:
        yield call, _decoded(call, "".join(parts))


def _value(literal: str) -> str:
    """What a JavaScript literal means."""
    if "\\" not in literal:
        return literal

    def one(match: re.Match[str]) -> str:
        wide, four, two, octal, other = match.groups()
        if wide or four or two:
            point = int(wide or four or two, 16)
            return chr(point) if point < 0x110000 else ""
        return chr(int(octal, 8)) if octal else _SIMPLE.get(other, other)

    value = _ESCAPE.sub(one, literal)
    # Two halves of one character beyond the first plane; a half alone is no text.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(call: str, value: str) -> str:
    """A string after the function to which it is given."""
    match = _CALL.search(call)
    if match is None:
        return _unescaped(value)
    name = match[1].lower()
    if "64" in name or name == "atob":
        try:
            return base64.b64decode(value, validate=False).decode("utf-8")
        except ValueError:
            return value
    if name == "unescape":
        value = _PERCENT.sub(lambda found: chr(int(found[1], 16)), value)
        return unquote_to_bytes(value).decode("utf-8", "replace") if _is_utf8(value) else unquote(value, "latin-1")
    return unquote(value)


def _is_utf8(value: str) -> bool:
    return value.isascii() and "%" in value and not _PERCENT.search(value) and _sound(unquote_to_bytes(value))


def _sound(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unescaped(value: str) -> str:
    """HTML that was escaped once too often made plain."""
    return html.unescape(value) if not _TAGS.search(value) and _ESCAPED_TAGS.search(value) else value


def _in_elements(text: str) -> Iterator[Held]:
    """What elements hold that are not shown: textarea, xmp, noscript, template."""
    for name in ("textarea", "xmp", "noscript", "template"):
        for start, _, body in _elements(text, name):
            raw = html.unescape(body) if name == "textarea" else _unescaped(body)
            if is_html(raw):
                yield Held(name, start, raw)


def _in_attributes(text: str) -> Iterator[Held]:
    """Data attributes, hidden fields and srcdoc."""
    for match in re.finditer(
        r"""\b(data-[\w-]{1,40}|value|srcdoc)\s*=\s*(?:"([^"]{60,})"|'([^']{60,})')""", text, re.IGNORECASE
    ):
        value = html.unescape(match[2] or match[3])
        if is_html(unfolded := _unescaped(value)):
            start = text.rfind("<", 0, match.start())
            yield Held("attribute", max(start, 0), unfolded)


def _elements(text: str, name: str) -> Iterator[tuple[int, str, str]]:
    """Where each element of that name begins, its opening tag, and what it holds up to its end tag."""
    opening = re.compile(rf"<{name}\b([^>]*)>", re.IGNORECASE)
    closing = re.compile(rf"</{name}\s*>", re.IGNORECASE)
    at = found = 0
    while found < _MOST_FOUND and (match := opening.search(text, at)):
        end = closing.search(text, match.end())
        if end is None:
            return
        yield match.start(), match[1], text[match.end() : end.start()]
        at, found = end.end(), found + 1
