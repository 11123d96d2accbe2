"""Readers turn the bytes of each media type into one `Document`."""

from __future__ import annotations

from pipelines.decode import decode
from pipelines.document import Document
from pipelines.model import Source
from pipelines.readers.guard import MAX_BYTES, MAX_RAW, Unreadable, check_lines, check_markup
from pipelines.readers.html import read_html
from pipelines.readers.mhtml import html_of, is_mhtml
from pipelines.readers.office import read_office
from pipelines.readers.shed import shed
from pipelines.readers.sniff import is_binary, kind_by_magic, kind_of
from pipelines.readers.text import read_text

__all__ = ["MAX_BYTES", "Unreadable", "kind_of", "read"]


def read(source: Source) -> Document:
    """The source as a document. The bytes decide what it is, the declared media type and the name only help.

    Raises `Unreadable`: `empty` (nothing but white space), `too_large` (over 16 MB without embedded pictures, scripts and comments, or
    more tags, lines or cells than the readers are given), `unsupported` (a kind that has no reader), `binary` (no kind known), `damaged`, `encrypted`.
    """
    body = source.body
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("empty", "the file is empty")
    kind = kind_of(source)
    _check_size(body, MAX_RAW if kind == "html" else MAX_BYTES)
    if kind == "pdf":
        # Most sources are pages, and these two readers take half a second to load.
        from pipelines.readers.pdf import read_pdf

        return read_pdf(body)
    if kind == "image":
        from pipelines.readers.ocr import read_image

        return read_image(body)
    if kind in ("docx", "doc", "xlsx"):
        return read_office(body)
    if kind not in ("html", "text"):
        raise Unreadable("unsupported", f"no reader for this kind of file: {kind}")
    if is_binary(body) and kind_by_magic(body) is None:
        raise Unreadable("binary", "the bytes are neither text nor a known kind of file")
    charset = source.charset
    if is_mhtml(body):
        kind = "html"
        body, charset = html_of(body)
    if kind == "html":
        body = shed(body)
    _check_size(body, MAX_BYTES)
    decoded = decode(body, charset)
    if kind == "text":
        check_lines(decoded.text)
        return read_text(decoded)
    check_markup(decoded.text)
    return read_html(decoded)


def _check_size(body: bytes, most: int) -> None:
    if len(body) > most:
        raise Unreadable("too_large", f"{len(body)} bytes; at most {most} are read")
