"""Which reader takes an office file: its bytes decide, whatever it is named."""

from __future__ import annotations

import io

import olefile

from pipelines.document import Document
from pipelines.readers.doc import read_doc
from pipelines.readers.docx import read_docx
from pipelines.readers.guard import Unreadable
from pipelines.readers.package import Package
from pipelines.readers.rtf import read_rtf
from pipelines.readers.sheets import read_sheets

RTF, ZIP, OLE = b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = frozenset(("encryptedpackage", "encryptioninfo"))


def read_office(body: bytes) -> Document:
    """A file of Word, Excel or WPS as a document.

    Raises `Unreadable`: `damaged`, `encrypted`, `too_large`, or `unsupported` for formats older than those of 1997 and
    for files that only share a container with them.
    """
    try:
        if body.startswith(RTF):
            return read_rtf(body)
        return _of_parts(body) if body.startswith(ZIP) else _of_streams(body)
    except RecursionError:
        raise Unreadable("damaged", "tables or boxes are nested too deeply") from None


def _of_parts(body: bytes) -> Document:
    names = {name.replace("\\", "/").lower() for name in Package(body).names}
    if any(name.startswith("word/") for name in names):
        return read_docx(body)
    if any(name.startswith("xl/") for name in names):
        return read_sheets(body)
    raise Unreadable("unsupported", "a ZIP file that is no document of Word or Excel")


def _of_streams(body: bytes) -> Document:
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as file:
            names = {entry[0].lower() for entry in file.listdir()}
    except Exception as error:  # olefile raises whatever a damaged file makes it stumble over.
        raise Unreadable("damaged", f"the file's container is damaged ({type(error).__name__})") from None
    if names & _LOCKED:
        raise Unreadable("encrypted", "the file is locked with a password")
    if names & {"workbook", "book"}:
        return read_sheets(body)
    return read_doc(body)
