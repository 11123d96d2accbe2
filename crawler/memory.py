"""What earlier crawls fetched: which pages need not be asked for again, and which payloads are archived already.

All of it is read from the snapshot's `captures`, which follow from the archive; without a snapshot nothing is
remembered, and everything is fetched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import read_capture

GONE = (404, 410)
LONGEST_REST = timedelta(days=180)

_NEWEST = """
SELECT fetched_at, payload_digest, warc_file, warc_offset, warc_length FROM captures
WHERE url = ? AND via = ? AND (status BETWEEN 200 AND 299 OR status = 304) AND truncated = '' AND warc_file IS NOT NULL
ORDER BY fetched_at DESC
"""
_REPORT_PAGES = "SELECT DISTINCT url FROM reports WHERE site_id = ? ORDER BY url"
_LAST = """
SELECT status, warc_file, warc_offset, warc_length FROM captures
WHERE url = ? AND site_id = ? AND role = 'report' AND warc_file IS NOT NULL ORDER BY fetched_at DESC LIMIT 1
"""
_UNREAD = "SELECT 1 FROM readings WHERE url = ? AND code NOT IN ('', 'not_a_report')"
_EQUAL = """
SELECT warc_file, warc_offset, warc_length FROM captures
WHERE payload_digest = ? AND warc_file IS NOT NULL ORDER BY fetched_at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Known:
    """The newest capture of an address, and since when its payload is the same."""

    position: WarcPosition
    last: datetime
    unchanged_since: datetime


def rests(known: Known, now: datetime) -> bool:
    """Whether a page need not be looked at again yet.

    A page that was the same for some time is left alone for as long again, at most half a year: how often it is asked
    for falls the longer it stays as it is.
    """
    return now - known.last < min(known.last - known.unchanged_since, LONGEST_REST)


class Memory:
    """Of one data directory. Failing look-ups (no snapshot, a busy one) remember nothing; a page is then fetched."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        self._written: dict[str, WarcPosition] = {}

    def newest(self, url: str, *, browser: bool = False) -> Known | None:
        """What is known of an address; None when it never came, or came and could not be read."""
        rows = self._rows(_NEWEST, (url, "browser" if browser else "http"))
        if not rows or self._rows(_UNREAD, (url,)):
            return None
        last, digest, *place = rows[0]
        since = last
        for fetched_at, other, *_ in rows:
            if other != digest:
                break
            since = fetched_at
        return Known(WarcPosition(*place), _time(last), _time(since))

    def reports(self, site_id: str) -> Iterator[Capture]:
        """The newest capture of each report page of a site that is still the page of a report in the snapshot; pages
        whose newest answer was that they are gone are left out."""
        for (url,) in self._rows(_REPORT_PAGES, (site_id,)):
            rows = self._rows(_LAST, (url, site_id))
            if rows and rows[0][0] not in GONE:
                found = self.read(WarcPosition(*rows[0][1:]))
                if found:
                    yield found

    def read(self, position: WarcPosition) -> Capture | None:
        """An archived capture; None when it cannot be read."""
        try:
            return read_capture(self._data.warc, position)
        except ArchiveError:
            return None

    def origin(self, capture: Capture) -> Capture | None:
        """The capture in whose record the payload stands: itself, or the one that it refers to."""
        return self.read(capture.refers_to) if capture.refers_to else capture

    def same_payload(self, digest: str, payload: bytes) -> Capture | None:
        """An archived capture, of whatever address, with exactly this payload in its record; None for an empty one."""
        if not payload:
            return None
        position = self._written.get(digest)
        if position is None:
            rows = self._rows(_EQUAL, (digest,))
            position = WarcPosition(*rows[0]) if rows else None
        found = self.read(position) if position else None
        origin = self.origin(found) if found else None
        return origin if origin and origin.payload == payload and not origin.truncated else None

    def wrote(self, capture: Capture, digest: str) -> None:
        """Note a payload of this crawl, which the snapshot does not know yet."""
        if capture.position and not capture.refers_to and not capture.truncated:
            self._written.setdefault(digest, capture.position)

    def _rows(self, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        # A connection each time: the snapshot may be replaced by another file while a crawl runs.
        try:
            uri = f"{self._data.db.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=10)) as db:
                return db.execute(query, values).fetchall()
        except sqlite3.Error:
            return []


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
