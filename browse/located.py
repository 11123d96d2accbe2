"""The archived page at the place that one figure was read from."""

from __future__ import annotations

import asyncio
import sqlite3
from urllib.parse import quote

from archive.errors import ArchiveError
from browse.captures import SAFE_HEADERS, Archived
from browse.snapshot import Snapshot
from pipelines.highlight import ANCHOR, highlight
from pipelines.model import Source
from pipelines.process import source_of
from pipelines.provenance import NotFound
from pipelines.readers import Unreadable

AT_ONCE = 2
"""Pages marked side by side; others wait, so that nobody can keep all threads at it."""
_TURN = asyncio.Semaphore(AT_ONCE)


def address(report_id: str, indicator: str, applicant: str) -> str:
    """Path of the marked page, with its anchor; parts are escaped."""
    parts = (report_id, indicator, *([applicant] if applicant else []))
    return f"/-/cell/{'/'.join(quote(part, safe='') for part in parts)}#{ANCHOR}"


async def marked(snapshot: Snapshot, report_id: str, indicator: str, applicant: str) -> Archived | None:
    """The page with the figure's place marked; None where there is no such report or figure. What cannot be shown is
    answered with 502 and the reason."""

    def asked(db: sqlite3.Connection) -> tuple[str, Source] | None:
        query = "SELECT locator FROM facts WHERE report_id = ? AND indicator = ? AND applicant = ?"
        fact = db.execute(query, (report_id, indicator, applicant)).fetchone()
        found = source_of(snapshot.data, db, report_id) if fact else None
        return (str(fact[0] or ""), found[1]) if found else None

    try:
        found = await snapshot.execute_fn(asked)
        if found is None:
            return None
        locator, source = found
        async with _TURN:
            body = await asyncio.to_thread(highlight, source, locator)
    except (ArchiveError, NotFound, Unreadable) as error:
        text = f"这个数字在存档中的位置无法显示 The place of this figure cannot be shown.\n\n{error}\n"
        return Archived(502, "text/plain; charset=utf-8", dict(SAFE_HEADERS), text.encode())
    return Archived(200, "text/html; charset=utf-8", {**SAFE_HEADERS, "Cache-Control": "private, max-age=600"}, body)
