"""What kind of file bytes are: magic numbers first, then the declared media type, then the name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipelines.model import ContentKind, Source

_MAGIC: tuple[tuple[bytes, ContentKind], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "doc"),
)
_MIMES: tuple[tuple[str, ContentKind], ...] = (
    ("html", "html"),
    ("pdf", "pdf"),
    ("wordprocessingml", "docx"),
    ("msword", "doc"),
    ("spreadsheetml", "xlsx"),
    ("ms-excel", "xlsx"),
    ("image/", "image"),
    ("text/", "text"),
)
_SUFFIXES: dict[str, ContentKind] = {
    "pdf": "pdf",
    "docx": "docx",
    "doc": "doc",
    "wps": "doc",
    "rtf": "doc",
    "xlsx": "xlsx",
    "xls": "xlsx",
    "et": "xlsx",
    "txt": "text",
    "md": "text",
    "html": "html",
    "htm": "html",
    "shtml": "html",
    "png": "image",
    "jpg": "image",
    "jpeg": "image",
    "gif": "image",
    "bmp": "image",
    "tif": "image",
    "tiff": "image",
    "webp": "image",
}
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|span|h[1-6]|article|section)[\s>/]", re.IGNORECASE
)
_WORD = re.compile(rb"word[/\\]document", re.IGNORECASE)
_EXCEL = re.compile(rb"xl[/\\]workbook", re.IGNORECASE)
_BOOK, _TEXT = "Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
_WINDOW = 4096
_ODD = bytes({*range(9), *range(14, 27), *range(28, 32)})
"""Control bytes that text does not have."""


def kind_by_magic(body: bytes) -> ContentKind | None:
    """The kind that the bytes themselves prove; None when they are text without markup, or nothing known."""
    head = body[:16]
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return None if magic == b"BM" and b"\0" not in body[:32] else kind
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if head.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image"
    if head.startswith(b"PK\x03\x04"):
        return "docx" if _WORD.search(body) else "xlsx" if _EXCEL.search(body) else None
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xlsx" if _BOOK in body and _TEXT not in body else "doc"
    window = body[:_WINDOW].replace(b"\0", b"")
    return "html" if _TAG.search(window) else None


def is_binary(body: bytes) -> bool:
    """Whether bytes of no known kind are anything but text: control bytes without a UTF-16 or UTF-32 mark."""
    window = body[:_WINDOW]
    if window.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    odd = len(window) - len(window.translate(None, _ODD))
    return b"\0" in window or odd * 50 > len(window)


def kind_of(source: Source) -> ContentKind:
    """The kind of the source; `text` when neither bytes, media type nor name say more. Never raises."""
    proved = kind_by_magic(source.body)
    if proved is not None:
        return proved
    if not is_binary(source.body):
        return "html" if "html" in source.mime else "text"
    for mark, kind in _MIMES:
        if mark in source.mime:
            return kind
    for name in (source.name, urlsplit(source.url).path):
        suffix = name.rpartition(".")[2].lower()
        if suffix in _SUFFIXES:
            return _SUFFIXES[suffix]
    return "text"
