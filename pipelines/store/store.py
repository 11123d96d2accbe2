"""`Store`: the one writer of a snapshot's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from archive.capture import Capture, Site
from pipelines.model import Extraction, ReadingError
from pipelines.store import fulltext, reference, schema, trouble
from pipelines.store.keys import report_id
from pipelines.store.rows import ReportRows, Row, Seen, capture_row, report_rows

RUN_COLUMNS = (
    "run_id", "site_id", "started_at", "finished_at", "requests", "responses", "errors", "reports_found", "outcome",
    "message",
)  # fmt: skip


class StoreError(Exception):
    """The snapshot cannot be opened; one line with file, reason and cure."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one address said at one time: where that was seen, and what was read."""

    seen: Seen
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one report address ever said, oldest first.

    `basis` identifies the captures and what was known of them, `extractor` the code that read them: the reading is up to
    date while neither changes.
    """

    site_id: str
    url: str
    basis: str
    extractor: str
    versions: tuple[Version, ...]


class Store:
    """An open snapshot. Every public method that writes is one transaction, unless `batch` holds several together."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, new: bool, disposable: bool) -> None:
        self.db = db
        self.path = path
        self.new = new
        self.disposable = disposable

    @classmethod
    def open(cls, path: Path, *, create: bool = True, disposable: bool = False) -> Self:
        """Open `path`, made where it is not there, and bring its tables up to date; StoreError if that cannot be.

        `disposable` is for a file that is renamed into place when it is finished: nobody else may look into it, and after
        a kill it can be gone on with. Set its journal back with `settle` before the renaming.
        """
        if not create and not path.is_file():
            raise StoreError(f"{path}: no such snapshot; make it with `nianbao crawl` or `nianbao reprocess`")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, isolation_level=None, timeout=60)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: cannot be opened ({error}); check the folder and its permissions") from error
        try:
            db.execute("PRAGMA cache_size = -65536")
            db.execute("PRAGMA temp_store = MEMORY")
            if disposable:
                db.execute("PRAGMA locking_mode = EXCLUSIVE")
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.execute("PRAGMA wal_autocheckpoint = 8192")
            new = not db.execute("SELECT 1 FROM sqlite_master").fetchone()
            if trouble.is_foreign(db):
                raise StoreError(f"{path}: {trouble.FOREIGN}")
            known = {migration.name for migration in schema.migrations.applied(Database(db))}
            unknown = known - schema.names()
            if unknown:
                raise StoreError(f"{path}: made by a newer nianbao ({', '.join(sorted(unknown))}); update the program")
            schema.apply(Database(db))
            store = cls(db, path, new=new, disposable=disposable)
            if store.meta("codebook") != reference.codebook_digest():
                with store.batch():
                    reference.load(db)
        except sqlite3.Error as error:
            db.close()
            if error.sqlite_errorname == "SQLITE_ERROR":
                raise  # A wrong statement is a bug, not the file's.
            cure = "move it away and run `nianbao reprocess --full`"
            raise StoreError(f"{path}: {trouble.told(error, cure)}") from error
        except BaseException:
            db.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def settle(self) -> None:
        """Put everything into the one file, whose journal is from now on the usual one."""
        self.db.execute("PRAGMA journal_mode = DELETE")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold what is written inside together: all of it or, after an exception, none. May be nested."""
        nested = self.db.in_transaction
        self.db.execute("SAVEPOINT inner_batch" if nested else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # After a full disk SQLite has taken everything back already.
            if self.db.in_transaction:
                self.db.execute("ROLLBACK TO inner_batch" if nested else "ROLLBACK")
                if nested:
                    self.db.execute("RELEASE inner_batch")
            raise
        self.db.execute("RELEASE inner_batch" if nested else "COMMIT")

    def meta(self, key: str) -> str | None:
        """A value of `meta`, or None."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def has_capture(self, capture_id: str) -> bool:
        found = self.db.execute("SELECT 1 FROM captures WHERE capture_id = ?", (capture_id,)).fetchone()
        return found is not None

    def add_captures(self, captures: Iterable[Capture]) -> None:
        """Record captures, and their sites as they were then. One that stands in two files counts where it is first."""
        rows: list[Row] = []
        sites: dict[Site, str] = {}
        for capture in captures:
            rows.append(capture_row(capture))
            if capture.site:
                sites[capture.site] = max(capture.fetched_at, sites.get(capture.site, ""))
        with self.batch():
            self.db.executemany(_ADD_CAPTURE, rows)
            for site, seen_at in sites.items():
                self.add_site(site, seen_at)

    def add_site(self, site: Site, seen_at: str = "") -> None:
        """Record a registry line as known at `seen_at` (UTC, ISO 8601); the newest line of a site counts."""
        with self.batch():
            self.db.execute(
                _ADD_SITE,
                (site.site_id, site.region_code, site.name, site.home_url, site.platform, site.list_url, seen_at),
            )

    def add_run(self, row: Mapping[str, Any], site: Site | None = None) -> None:
        """Record one site's run: the columns of `site_runs`; others are passed over, missing ones are null."""
        marks = ",".join("?" * len(RUN_COLUMNS))
        with self.batch():
            self.db.execute(
                f"INSERT OR REPLACE INTO site_runs ({','.join(RUN_COLUMNS)}) VALUES ({marks})",
                [row.get(name) for name in RUN_COLUMNS],
            )
            if site:
                self.add_site(site, str(row.get("finished_at") or row.get("started_at") or ""))

    def add_report(self, captures: Sequence[Capture], extraction: Extraction, *, extractor: str = "") -> None:
        """Record a report page read once: `captures` are the page's and its attachments'. Replaces earlier readings."""
        page = captures[0]
        seen = Seen(page.site_id, page.url, page.capture_id, page.fetched_at, page.fetched_at)
        with self.batch():
            self.add_captures(captures)
            basis = " ".join(capture.capture_id for capture in captures)
            self.put_reading(Reading(page.site_id, page.url, basis, extractor, (Version(seen, extraction),)))

    def put_reading(self, reading: Reading) -> bool:
        """Replace all that the tables say of one address; True if that changed a report, section, fact or check."""
        latest = _latest(reading)
        result = " ".join(rows.digest() for rows in latest.values())
        revisions = _revisions(reading)
        error = reading.versions[-1].extraction.error if reading.versions else _CUT_OFF
        where = (reading.site_id, reading.url)
        with self.batch():
            old = self.db.execute("SELECT result FROM readings WHERE site_id = ? AND url = ?", where).fetchone()
            changed = old is None or old[0] != result
            if changed:
                self.forget(*where)
                for rows in latest.values():
                    self._insert(rows, reading.extractor)
            else:
                self.db.executemany(
                    "UPDATE reports SET extractor = ?, last_seen = ? WHERE report_id = ?",
                    ((reading.extractor, rows.last_seen, rows.report_id) for rows in latest.values()),
                )
            for rows in latest.values():
                self.db.execute("DELETE FROM revisions WHERE report_id = ?", (rows.report_id,))
            self.db.executemany("INSERT OR REPLACE INTO revisions VALUES (?,?,?,?,?,?,?)", revisions)
            self.db.execute(
                "INSERT OR REPLACE INTO readings VALUES (?,?,?,?,?,?,?,?)",
                (
                    *where, reading.basis, reading.extractor, len(reading.versions), result,
                    error.code if error else "", error.message if error else "",
                ),
            )  # fmt: skip
        return changed

    def see_again(self, site_id: str, url: str, basis: str, last_seen: Mapping[str, str]) -> None:
        """What was read of an address was fetched again as it was: its new basis, and the time for each page capture."""
        with self.batch():
            self.db.executemany(
                "UPDATE reports SET last_seen = ? WHERE site_id = ? AND url = ? AND capture_id = ?",
                ((time, site_id, url, capture) for capture, time in last_seen.items()),
            )
            self.db.execute("UPDATE readings SET basis = ? WHERE site_id = ? AND url = ?", (basis, site_id, url))

    def forget(self, site_id: str, url: str) -> None:
        """Remove all that the tables say of one address, captures aside."""
        where = (site_id, url)
        with self.batch():
            found = self.db.execute(
                "SELECT report_id, report_key FROM reports WHERE site_id = ? AND url = ?", where
            ).fetchall()
            for report_id, report_key in found:
                fulltext.remove(self.db, report_id)
                self.db.execute("DELETE FROM sections WHERE report_id = ?", (report_id,))
                self.db.execute("DELETE FROM printed WHERE report_id = ?", (report_id,))
                self.db.execute("DELETE FROM revisions WHERE report_id = ?", (report_id,))
                self.db.execute("DELETE FROM fact WHERE report = ?", (report_key,))
                self.db.execute("DELETE FROM check_row WHERE report = ?", (report_key,))
            self.db.execute("DELETE FROM reports WHERE site_id = ? AND url = ?", where)
            self.db.execute("DELETE FROM readings WHERE site_id = ? AND url = ?", where)

    def _insert(self, rows: ReportRows, extractor: str) -> None:
        db = self.db
        db.execute(
            "INSERT INTO reports VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,?,?,?,?,?,?,NULL,?)",
            (*rows.report[:14], extractor, *rows.report[14:-1], rows.facts_digest, rows.report_key),
        )
        db.executemany("INSERT OR IGNORE INTO manner VALUES (?,?,?,?,?)", rows.manners)
        db.executemany("INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?)", rows.facts)
        db.executemany("INSERT INTO sections VALUES (?,?,?,?,?,?)", rows.sections)
        db.executemany("INSERT INTO printed VALUES (?,?,?,?,?,?,?,?,?)", rows.printed)
        db.executemany("INSERT OR IGNORE INTO check_kind VALUES (?,?,?,?,?,?,?)", rows.kinds)
        db.executemany("INSERT INTO check_row VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows.checks)


def _by_year(reading: Reading) -> dict[int | None, list[Version]]:
    """The readable versions of each report that stood at the address (a page overwritten every year holds many)."""
    found: dict[int | None, list[Version]] = {}
    for version in reading.versions:
        if version.extraction.report:
            found.setdefault(version.extraction.report.year, []).append(version)
    return found


def _latest(reading: Reading) -> dict[str, ReportRows]:
    """The rows of the newest version of each report, by its identifier."""
    rows = (
        report_rows(replace(versions[-1].seen, first_seen=versions[0].seen.first_seen), versions[-1].extraction)
        for versions in _by_year(reading).values()
    )
    return {one.report_id: one for one in rows}


def _revisions(reading: Reading) -> list[Row]:
    """Cells whose value differs between two versions of a report that follow each other."""
    rows: list[Row] = []
    for year, versions in _by_year(reading).items():
        identity = report_id(reading.site_id, reading.url, year)
        for old, new in pairwise(versions):
            before = {(fact.indicator, fact.applicant): fact.value for fact in old.extraction.facts}
            after = {(fact.indicator, fact.applicant): fact.value for fact in new.extraction.facts}
            rows += (
                (identity, *cell, before.get(cell), after.get(cell), old.seen.capture_id, new.seen.capture_id)
                for cell in sorted(before.keys() | after.keys())
                if before.get(cell) != after.get(cell)
            )
    return rows


_CUT_OFF = ReadingError("truncated", "every capture of it was cut off; crawl the site again")

_CAPTURE_COLUMNS = (
    "site_id", "url", "fetched_at", "status", "mime", "charset", "payload_digest", "warc_file", "warc_offset",
    "warc_length", "via", "role", "parent", "truncated",
)  # fmt: skip
_ADD_CAPTURE = (
    f"INSERT INTO captures VALUES ({','.join('?' * 15)}) ON CONFLICT (capture_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CAPTURE_COLUMNS)
    # The copy that knows its site, then the first by file and place.
    + " WHERE (excluded.site_id = '', excluded.warc_file, excluded.warc_offset)"
    " < (captures.site_id = '', captures.warc_file, captures.warc_offset)"
)
_ADD_SITE = """
INSERT INTO sites VALUES (?,?,?,?,?,?,?) ON CONFLICT (site_id) DO UPDATE SET
  region_code = excluded.region_code, name = excluded.name, home_url = excluded.home_url, platform = excluded.platform,
  list_url = excluded.list_url, seen_at = excluded.seen_at
WHERE (excluded.seen_at, excluded.region_code, excluded.name, excluded.home_url, excluded.platform, excluded.list_url)
  > (sites.seen_at, sites.region_code, sites.name, sites.home_url, sites.platform, sites.list_url)
"""
