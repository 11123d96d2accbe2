"""From what a person names (report, capture, address) to the bytes in the archive that are read together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.datadir import DataDir
from archive.errors import ArchiveError
from pipelines.process import fetched, stored
from pipelines.stored import Stored
from pipelines.versions import Fetched, PlannedVersion, plan


@dataclass(frozen=True, slots=True)
class Found:
    """`name` is the report's identifier, or, where a page is no report, site and capture; `origin` what the tables tell of
    the page's capture."""

    name: str
    stored: Stored
    origin: dict[str, str]


def find(data: DataDir, db: sqlite3.Connection, which: str) -> Found | None:
    """By report_id, capture_id or address (its last capture that came whole); None when the tables have none of these.
    ArchiveError where it is a capture that has nothing to read."""
    by_report = "SELECT capture_id FROM reports WHERE report_id = ?"
    by_url = (
        "SELECT capture_id FROM captures WHERE url = ? ORDER BY (status BETWEEN 200 AND 299 OR status = 304) DESC,"
        " truncated, role <> 'report', fetched_at DESC LIMIT 1"
    )
    found = db.execute(by_report, (which,)).fetchone() or db.execute(by_url, (which,)).fetchone() or (which,)
    row = db.execute(
        "SELECT site_id, url, fetched_at, role, parent, status, warc_file, warc_offset, warc_length"
        " FROM captures WHERE capture_id = ?",
        found,
    ).fetchone()
    if row is None:
        return None
    site, url, at, role, parent, status, *place = row
    if place[0] is None:
        raise ArchiveError("its bytes are not in the archive")
    if not (200 <= status <= 299 or status == 304):
        raise ArchiveError(f"the server answered {url} with status {status}: there is nothing to read")
    page_url = parent or url
    planned = _planned(fetched(db, site), page_url, found[0], at) if role in ("report", "attachment") else None
    if planned is None:
        raise ArchiveError(f"{url} is kept as `{role}`, not as a report's page or its attachment, or was cut off")
    page = planned.page
    named = db.execute(
        "SELECT report_id FROM reports WHERE site_id = ? AND url = ? AND capture_id = ?",
        (site, page_url, page.capture_id),
    ).fetchone()
    origin = {"capture_id": page.capture_id, "fetched_at": page.fetched_at, "payload_digest": page.digest}
    return Found(named[0] if named else f"{site}-{page.capture_id}", stored(data.warc, planned), origin)


def _planned(captures: Iterable[Fetched], url: str, capture: str, at: str) -> PlannedVersion | None:
    """The version of that page in which the capture was seen."""
    ours = [one for one in captures if url in (one.url, one.parent)]
    for page in plan(ours):
        for version in page.versions:
            members = {one.capture_id for one in (version.page, *version.attachments)}
            if capture in members or (page.url == url and version.page.fetched_at <= at <= version.last_seen):
                return version
    return None
