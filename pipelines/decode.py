"""Bytes to text. What is declared is often wrong (a page labelled utf-8 may be GB18030), so the bytes speak first."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_META_WINDOW = 4096
_LABEL = re.compile(r"[a-z0-9_.:-]{2,40}")
_PAGE_CODECS = (
    "utf",
    "gb",
    "big5",
    "hz",
    "iso8859",
    "iso2022",
    "cp",
    "windows",
    "shift_jis",
    "euc",
    "koi8",
    "mac",
    "latin",
)
_DAMAGED = 20
"""A text counts as damaged UTF-8 (or GB18030) when fewer than one in so many of its non-ASCII characters is broken."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`declared` is the label that the transport or the page gave ('' if none), `used` the codec that read the bytes."""

    text: str
    declared: str
    used: str


def decode(body: bytes, declared: str = "") -> Decoded:
    """Text of `body`: byte order mark, strict UTF-8, strict GB18030, the declared label, then detection by statistics.

    `declared` is the charset of the Content-Type header; without one, a meta tag in the first 4096 bytes counts.
    Never raises: what no codec reads is replaced by U+FFFD.
    """
    label = (declared or meta_charset(body)).strip().lower()
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), label, name)
    wide = _codec(label)
    if wide.startswith("utf-16") and body.count(b"\0", 0, _META_WINDOW):
        return Decoded(body.decode(wide, "replace"), label, wide)
    for name in ("utf-8", "gb18030"):
        text = _strict(body, name)
        if text is not None:
            return Decoded(text, label, name)
    return _by_label(body, label)


def meta_charset(body: bytes) -> str:
    """The charset that a meta tag in the first 4096 bytes names, lower case; '' when there is none."""
    found = _META.search(body, 0, _META_WINDOW)
    return found.group(1).decode("ascii").lower() if found else ""


def _strict(body: bytes, name: str) -> str | None:
    """The text if the bytes are `name`, a few damaged characters (a cut page, a stray byte) aside; else None."""
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        text = body.decode(name, "replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text if character > "\x7f")
    return text if broken * _DAMAGED < foreign else None


def _codec(label: str) -> str:
    """Python's name of the codec that a label means; '' for a label that is none for pages."""
    try:
        name = codecs.lookup(label).name if _LABEL.fullmatch(label) else ""
    except LookupError:
        return ""
    return name if name.startswith(_PAGE_CODECS) else ""


def _by_label(body: bytes, label: str) -> Decoded:
    name = _codec(label)
    if name and not name.startswith(("utf-8", "gb")):
        try:
            return Decoded(body.decode(name), label, name)
        except UnicodeDecodeError:
            pass
    from resiliparse.parse.encoding import detect_encoding

    guessed = _codec((detect_encoding(body) or "").lower()) or "utf-8"
    return Decoded(body.decode(guessed, "replace"), label, guessed)
