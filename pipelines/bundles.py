"""Archives as attachments: what a ZIP holds that may be a report or a part of one; other archives are only recognised."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.model import Source
from pipelines.readers import Unreadable
from pipelines.readers.office import ZIP
from pipelines.readers.package import Package

MOST_MEMBERS = 30
_READABLE = re.compile(r"\.(?:html?|mht(?:ml)?|txt|pdf|docx?|wps|xlsx?|et|rtf|jpe?g|png|tiff?)$", re.IGNORECASE)
_OTHERS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_OFFICE = ("word/", "xl/", "ppt/", "[content_types].xml")


def is_archive(body: bytes) -> bool:
    """Whether bytes are an archive: a ZIP that is no office file, RAR, 7z or gzip."""
    return body.startswith(_OTHERS) or (body.startswith(ZIP) and not _is_office(body))


def members(source: Source) -> tuple[tuple[str, Source], ...]:
    """The files in a ZIP that may be read, by name, in its order; the source itself, without a name, when it is none.

    Raises `Unreadable`: `unsupported` (RAR, 7z), `damaged`, `encrypted`, `too_large`.
    """
    if source.body.startswith(_OTHERS):
        raise Unreadable("unsupported", "an archive of a kind that is not opened (RAR, 7z, gzip)")
    if not is_archive(source.body):
        return (("", source),)
    package = Package(source.body)
    found: list[tuple[str, Source]] = []
    for name in package.names:
        printed = _decoded(name)
        if _READABLE.search(name) and not printed.rpartition("/")[2].startswith((".", "~$")):
            own = replace(source, body=package.read(name), mime="", charset="", name=printed.rpartition("/")[2])
            found.append((printed, own))
    return tuple(found[:MOST_MEMBERS])


def _is_office(body: bytes) -> bool:
    try:
        names = [name.replace("\\", "/").lower() for name in Package(body).names]
    except Unreadable:
        return False
    return any(name.startswith(_OFFICE) for name in names)


def _decoded(name: str) -> str:
    """A member's name. Chinese programs write it in GBK without saying so; `zipfile` then takes it for code page 437."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
