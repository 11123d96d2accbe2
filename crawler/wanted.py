"""Which capture a user means by an address, an address up to a date, or a capture_id."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.capture import Capture, WarcPosition
from archive.datadir import Archive
from archive.index import lookup
from archive.reader import iter_archive, read_capture
from archive.records import DOM_URN
from crawler.cli import Failure, UsageError


def digits(text: str) -> str:
    """The digits of a time as the index has them, from `2026`, `2026-03-01` or `2026-03-01T08:00:00Z`; ValueError
    when it is no time."""
    found = re.sub(r"[-:T ]|Z$", "", text)
    if not re.fullmatch(r"\d{4}(\d\d){0,5}", found):
        raise ValueError(f"{text}: no date such as 2026-03-01")
    return found


def wanted(data: Archive, db: Path, text: str) -> Capture:
    """The capture that `URL`, `URL@DATE` (the newest up to that date) or a capture_id names; `db` are the tables, which
    know where captures stand. Failure when there is none."""
    if re.fullmatch("[0-9a-f]{16}", text):
        return _by_id(data, db, text)
    url, _, date = text.rpartition("@")
    if url and re.fullmatch(r"\d{4}[-:T\d]*Z?", date):
        return _by_url(data, url, digits(date))
    return _by_url(data, text)


def before(data: Archive, new: Capture) -> Capture:
    """The newest capture of the same address, made in the same way, with another payload, before `new`."""
    url = DOM_URN + new.url if new.via == "browser" else new.url
    stamp = digits(new.fetched_at.partition(".")[0])
    earlier = [
        entry
        for entry in lookup(data, new.url)
        if entry.url == url
        and entry.timestamp <= stamp
        and entry.digest != new.payload_digest
        and 200 <= entry.status < 300
    ]
    if not earlier:
        raise Failure(f"{new.url}: every capture up to {new.fetched_at} has the same bytes; name two captures")
    return read_capture(data.warc, earlier[-1].position)


def _by_url(data: Archive, url: str, until: str = "") -> Capture:
    """The newest capture of an address; a rendered DOM only where there is no response, or when asked for as such."""
    if ":" not in url:
        raise UsageError(f"{url}: neither an address (http://…) nor a capture_id (16 hex digits)")
    found = [one for one in lookup(data, url.removeprefix(DOM_URN)) if one.timestamp[: len(until)] <= until]
    rendered = [entry for entry in found if entry.url.startswith(DOM_URN)]
    received = [entry for entry in found if not entry.url.startswith(DOM_URN)]
    chosen = rendered if url.startswith(DOM_URN) else received or rendered
    if not chosen:
        when = f" up to {until}" if until else ""
        raise Failure(f"{url}: not in the archive of {data.root}{when}; `nianbao archive ls` lists what is")
    if len(chosen) > 1:
        print(f"nianbao: {len(chosen)} captures of this address, the newest is taken", file=sys.stderr)
    return read_capture(data.warc, chosen[-1].position)


def _by_id(data: Archive, db: Path, capture_id: str) -> Capture:
    """The capture of that id: the tables know where it stands; without them every WARC is searched."""
    for position in _in_tables(db, capture_id):
        return read_capture(data.warc, position)
    for item in iter_archive(data.warc):
        if isinstance(item, Capture) and item.capture_id == capture_id:
            return item
    raise Failure(f"{capture_id}: no capture of that id in the archive of {data.root}")


def _in_tables(path: Path, capture_id: str) -> Iterator[WarcPosition]:
    if not path.is_file():
        return
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as db:
        try:
            rows = db.execute(
                "select warc_file, warc_offset, warc_length from captures where capture_id = ?", [capture_id]
            ).fetchall()
        except sqlite3.Error:
            return  # no tables yet: the WARCs themselves are asked
    yield from (WarcPosition(*row) for row in rows)
