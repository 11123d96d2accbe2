"""From archived captures to the tables. The live crawl, catching up after a kill and reprocessing all come through here.

Captures are recorded first; then every report page whose captures, or whose reader, changed since it was last read is
read again from the archive, all its versions together. So the tables depend on what is archived, not on the order in
which it came.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import Damage, RunRow
from pipelines.bounded import ReadingPool, read
from pipelines.model import Extraction, ReadingError, Source
from pipelines.store.rows import Seen
from pipelines.store.store import Reading, Store, Version
from pipelines.stored import Stored
from pipelines.version import EXTRACTOR
from pipelines.versions import Fetched, PagePlan, PlannedVersion, plan, same_content

Progress = Callable[[str, int, int], None]
"""Called with the stage (`captures` or `reports`), how many are done, and how many there are (0: not known)."""

_TOGETHER = 200


class Answer(Protocol):
    """A reading under way; `result` waits for it."""

    def result(self) -> Extraction: ...


class Pool(Protocol):
    """Something that reads stored pages, `ahead` of them at a time; `pipelines.bounded.ReadingPool` is one."""

    @property
    def ahead(self) -> int: ...

    def submit(self, source: Stored) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Unread:
    """A report page that could not be read; `str()` is one line for the operator."""

    site_id: str
    url: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.url} ({self.site_id}): {self.message or self.code}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run did: captures and site runs recorded, pages read, those whose rows changed, and what failed."""

    captures: int = 0
    runs: int = 0
    pages: int = 0
    changed: int = 0
    unread: tuple[Unread, ...] = ()
    damage: tuple[Damage, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.unread and not self.damage


class Inline:
    """Reads in this process, at once, without a deadline: for one page, for measuring."""

    ahead = 0

    def submit(self, source: Stored) -> Future[Extraction]:
        future: Future[Extraction] = Future()
        future.set_result(read(source))
        return future


def process(
    data: DataDir,
    store: Store,
    records: Iterable[Capture | RunRow | Damage],
    *,
    workers: int | None = None,
    pool: Pool | None = None,
    every_site: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Record `records` and read what is new in them; see the module.

    Only the sites that occur in `records` are looked at, or all with `every_site`. `pool` reads; without one a pool of
    `workers` processes is started (None: one a core; 0: in this process). A page that cannot be read is in the summary
    and in `readings`, and never stops the others.
    """
    tell = progress or (lambda stage, done, total: None)
    captures, runs, sites, damage = _record(store, records, tell)
    if every_site:
        sites = {row[0] for row in store.db.execute("SELECT site_id FROM captures UNION SELECT site_id FROM readings")}
    sites.discard("")
    total = _count_pages(store, sites)
    pages = changed = 0
    with ExitStack() as stack:
        stale = _stale(store, sorted(sites), lambda done: tell("reports", done, total))
        while chunk := list(islice(stale, _TOGETHER)):
            if pool is None:
                pool = Inline() if workers == 0 else stack.enter_context(ReadingPool(workers))
            # A finished file is renamed into place: committing each report would only cost time.
            with store.batch() if store.disposable else nullcontext():
                for was_changed in _read(data.warc.absolute(), store, chunk, pool):
                    pages += 1
                    changed += was_changed
    tell("reports", total, total)
    return Summary(captures, runs, pages, changed, tuple(_unread(store, sites)), damage)


def _record(
    store: Store, records: Iterable[Capture | RunRow | Damage], tell: Progress
) -> tuple[int, int, set[str], tuple[Damage, ...]]:
    captures = runs = 0
    sites: set[str] = set()
    damage: list[Damage] = []
    waiting: list[Capture] = []
    for record in records:
        if isinstance(record, Damage):
            damage.append(record)
        elif isinstance(record, RunRow):
            store.add_run(record.row, record.site)
            sites.add(record.site.site_id)
            runs += 1
        else:
            waiting.append(record)
            sites.add(record.site_id)
            captures += 1
            if len(waiting) == _TOGETHER:
                store.add_captures(waiting)
                waiting.clear()
                tell("captures", captures, 0)
    store.add_captures(waiting)
    tell("captures", captures, captures)
    return captures, runs, sites, tuple(damage)


_FETCHED = """
SELECT capture_id, url, fetched_at, payload_digest, parent, truncated, warc_file, warc_offset, warc_length
FROM captures WHERE site_id = ? AND role IN ('report', 'attachment') AND (status BETWEEN 200 AND 299 OR status = 304)
  AND warc_file IS NOT NULL AND (role = 'report' OR parent <> '')
"""


def _count_pages(store: Store, sites: set[str]) -> int:
    query = "SELECT count(DISTINCT url) FROM captures WHERE site_id = ? AND role = 'report'"
    return sum(store.db.execute(query, (site,)).fetchone()[0] for site in sites)


def _stale(store: Store, sites: Iterable[str], tell: Callable[[int], None]) -> Iterator[tuple[str, PagePlan]]:
    """The pages to read (again), site by site; those that the archive no longer has leave the tables. A page that was
    only fetched again, as it was, is not read."""
    done = 0
    for site in sites:
        rows = store.db.execute("SELECT url, basis, extractor FROM readings WHERE site_id = ?", (site,)).fetchall()
        known = {url: (basis, extractor) for url, basis, extractor in rows}
        for page in plan(fetched(store.db, site)):
            basis, extractor = known.pop(page.url, ("", ""))
            if extractor != EXTRACTOR or not same_content(basis, page):
                yield site, page
            elif basis != page.basis:
                last_seen = {version.page.capture_id: version.last_seen for version in page.versions}
                store.see_again(site, page.url, page.basis, last_seen)
            done += 1
            tell(done)
        for url in known:
            store.forget(site, url)


def _read(folder: Path, store: Store, pages: Iterable[tuple[str, PagePlan]], pool: Pool) -> Iterator[bool]:
    """Read pages, a few ahead of storing them; yields for each whether the tables changed."""
    waiting: deque[tuple[str, PagePlan, list[Answer]]] = deque()
    for site, page in pages:
        waiting.append((site, page, [pool.submit(stored(folder, version)) for version in page.versions]))
        if len(waiting) > pool.ahead:
            yield _finish(store, *waiting.popleft())
    while waiting:
        yield _finish(store, *waiting.popleft())


def stored(folder: Path, version: PlannedVersion) -> Stored:
    """Where a version's bytes stand, `folder` being that of the WARC files."""
    return Stored(folder, version.page.position, tuple(one.position for one in version.attachments))


def _finish(store: Store, site: str, page: PagePlan, answers: list[Answer]) -> bool:
    """Store what was read of one address."""
    versions = tuple(
        Version(Seen(site, page.url, v.page.capture_id, v.page.fetched_at, v.last_seen), answer.result())
        for v, answer in zip(page.versions, answers, strict=True)
    )
    reading = Reading(site, page.url, page.basis, EXTRACTOR, versions)
    try:
        return store.put_reading(reading)
    except (ValueError, sqlite3.IntegrityError) as error:
        # A reader's bug, such as the same cell twice: this page is named, and the others go on.
        broken = ReadingError("crashed", f"what was read of it cannot be stored ({error})")
        failed = tuple(replace(version, extraction=Extraction(None, error=broken)) for version in versions)
        return store.put_reading(replace(reading, versions=failed))


def _unread(store: Store, sites: set[str]) -> Iterator[Unread]:
    query = (
        "SELECT url, code, message FROM readings WHERE site_id = ? AND code NOT IN ('', 'not_a_report') ORDER BY url"
    )
    for site in sorted(sites):
        for row in store.db.execute(query, (site,)):
            yield Unread(site, *row)


def source_of(data: DataDir, db: sqlite3.Connection, report_id: str) -> tuple[PlannedVersion, Source] | None:
    """The captures that a report's row was read from, and their bytes as they were read; None when there is no such
    report. ArchiveError where the archive cannot give them back."""
    row = db.execute("SELECT site_id, url, capture_id FROM reports WHERE report_id = ?", (report_id,)).fetchone()
    if row is None:
        return None
    site, url, capture_id = row
    captures = [one for one in fetched(db, site) if url in (one.url, one.parent)]
    versions = (version for page in plan(captures) for version in page.versions)
    version = next((one for one in versions if one.page.capture_id == capture_id), None)
    if version is None:
        raise ArchiveError(f"{url}: its captures are not in the tables; run `nianbao reprocess`")
    return version, stored(data.warc, version).load()


def fetched(db: sqlite3.Connection, site: str) -> list[Fetched]:
    """What a site\'s reports are planned from: its captures of pages and attachments that came."""
    return [
        Fetched(capture_id, url, fetched_at, digest, parent, bool(truncated), WarcPosition(*place))
        for capture_id, url, fetched_at, digest, parent, truncated, *place in db.execute(_FETCHED, (site,))
    ]
