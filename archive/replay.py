"""What a browser may show of a capture: made safe, so that an archived page runs no script and loads nothing."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from archive.capture import Capture
from archive.harmless import harmless

# For the HTTP header Content-Security-Policy of every replayed body; what `harmless` does is the second line.
CONTENT_SECURITY_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_PASSED = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-icon")
_HTML = ("text/html", "application/xhtml+xml")
_TEXT = ("text/", "application/json", "application/javascript", "application/x-javascript", "application/xml")
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_STARTS_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|meta)\b", re.IGNORECASE)
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer for a browser: send it with CONTENT_SECURITY_POLICY and `X-Content-Type-Options: nosniff`.

    `mime` is the whole Content-Type header. `application/octet-stream` is meant as a download. `status` is that of
    the capture when the body is a page of its own (200, 404, 500 …), 200 when a redirect is shown as a note.
    """

    status: int
    mime: str
    body: bytes = field(repr=False)


def replay(capture: Capture) -> Replayed:
    """The capture's body as a browser may show it.

    HTML comes back as UTF-8 without scripts, handlers, forms, frames and remote loads. PDF and raster images pass as
    they are, text (SVG, script and XML included) as text/plain, anything else as a download. A redirect is not
    followed but told. Never raises on content.
    """
    body = capture.body()
    if 300 <= capture.status < 400 and capture.status != 304:
        target = capture.header("location")
        return _plain(200, f"{capture.status} → {_utf8(target)}\n")
    mime = capture.mime
    if mime in ("", "application/octet-stream", "unk"):
        mime = _sniffed(body)
    if mime in _HTML:
        return Replayed(capture.status, "text/html; charset=utf-8", harmless(decode(body, capture.charset)).encode())
    if mime in _PASSED:
        return Replayed(capture.status, mime, body)
    if mime.startswith(_TEXT) or mime.endswith("+xml"):
        return _plain(capture.status, decode(body, capture.charset))
    return Replayed(capture.status, "application/octet-stream", body)


def decode(body: bytes, declared: str = "") -> str:
    """Text of a page: byte order mark, UTF-8, charset of the header, of the meta element, GB18030.

    UTF-8 comes before what is declared: servers mislabel pages, and GBK text is not UTF-8 by accident. It also counts
    where less than a twentieth of what is not ASCII is damaged, because GB18030 would find some character for nearly
    any bytes. Then the first charset that the bytes do not contradict; a character cut off at the end is no
    contradiction. Labels other than UTF-8, UTF-16, the GB family and Big5 are not believed.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    meta = _META.search(body, 0, 4096)
    labels = (declared, meta[1].decode("ascii").lower() if meta else "")
    names = [_CODECS[label.strip()] for label in labels if label.strip() in _CODECS]
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)
    except ValueError:
        text = body.decode("utf-8", "replace")
        if text.count("\ufffd") * 20 < len(text) - len(text.encode("ascii", "ignore")):
            return text
    for name in [*names, "gb18030"]:
        try:
            return codecs.getincrementaldecoder(name)().decode(body)
        except ValueError:
            continue
    return body.decode("gb18030", "replace")


def _sniffed(body: bytes) -> str:
    for magic, mime in _MAGIC:
        if body.startswith(magic):
            return mime
    return "text/html" if _STARTS_HTML.match(body.removeprefix(codecs.BOM_UTF8)) else "application/octet-stream"


def _plain(status: int, text: str) -> Replayed:
    return Replayed(status, "text/plain; charset=utf-8", text.encode("utf-8", "replace"))


def _utf8(latin: str) -> str:
    """Header text as people read it: its bytes are UTF-8 more often than not."""
    try:
        return latin.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return latin
