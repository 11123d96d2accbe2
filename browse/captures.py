"""Archived pages, served from the WARC so that nothing in them can act."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from archive.capture import WarcPosition
from archive.errors import ArchiveError
from archive.reader import read_capture
from archive.replay import CONTENT_SECURITY_POLICY, replay
from browse.snapshot import Snapshot

# What a browser may draw by itself under the sandbox; everything else is offered for download.
SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Archived:
    """An answer: status of this server (not of the archived response), media type, headers and bytes."""

    status: int
    mime: str
    headers: dict[str, str]
    body: bytes


async def archived(snapshot: Snapshot, capture_id: str) -> Archived | None:
    """The archived page as it may be shown, None when there is no such capture.

    A capture that the tables name but the WARC files cannot give back is answered with 502 and the reason.
    """
    row = await snapshot.row(
        "select url, status, warc_file, warc_offset, warc_length from captures where capture_id = :id",
        {"id": capture_id},
    )
    if row is None:
        return None
    try:
        position = WarcPosition(row["warc_file"], row["warc_offset"], row["warc_length"])
        shown = await asyncio.to_thread(lambda: replay(read_capture(snapshot.data.warc, position)))
    except ArchiveError as error:
        text = f"存档无法读取 The archived page cannot be read.\n\n{error}\n"
        return Archived(502, "text/plain; charset=utf-8", dict(SAFE_HEADERS), text.encode())
    headers = {**SAFE_HEADERS, "Cache-Control": "private, max-age=3600", "X-Archived-Status": str(row["status"])}
    if shown.mime.partition(";")[0] not in SHOWN:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(row['url']), safe='')}"
    return Archived(200, shown.mime, headers, shown.body)


def file_name(url: str) -> str:
    """A name for the downloaded file: the last part of the address, without what file systems forbid."""
    last = unquote(urlsplit(url).path.rpartition("/")[2])
    kept = "".join("_" if ch in '\\/:*?"<>|' or not ch.isprintable() else ch for ch in last).strip(". ")
    return kept[-120:] or "archived"
