"""The crawl's queue: an SQLite file in which nothing that was found or fetched is lost when the process dies.

A request is `waiting`, then `flying` while a process works on it, then `done` or `failed`. It becomes done only in
the transaction that also inserts the requests that its page yielded. When its response is in the archive, the row
holds the position: a process that dies between archiving and done leaves a row whose page is read from the WARC by
the next process, not fetched and not archived again. WAL with synchronous=NORMAL: a killed process loses nothing; a
power cut may take the last moments, which `cut` makes good after comparing positions with the archive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive.capture import Capture, Site, WarcPosition
from crawler.packing import Packed
from crawler.rows import SCHEMA, Row, Run, Unstored
from pipelines.store.trouble import told

# Bits of the file's user_version.
_UNFINALIZED, _BEHIND = 1, 2


class FrontierError(Exception):
    """The frontier cannot be used: one line that names the file, the reason and the cure."""


class Frontier:
    """The queue of all sites. Used by one process at a time, from one thread."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path`; FrontierError when that is impossible."""
        self.path = path
        self._batch: int | None = None
        new = not path.exists()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(SCHEMA)
            self._db.execute("BEGIN IMMEDIATE")  # Held up here rather than in the middle of a crawl.
            if new:
                self._mark(_BEHIND)
            self._db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            cure = "move it away: what is archived is kept, and unfinished sites begin anew"
            reason = told(error, cure) if isinstance(error, sqlite3.Error) else f"{error}; {cure}"
            raise FrontierError(f"{path}: the crawl's queue cannot be used: {reason}") from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def begin(self, site: Site, run_id: str, now: str, since: str = "") -> Run:
        """The site's unfinished run, ready to go on, or else a new one.

        An unfinished run that was started before `since` (UTC, like `now`) is given up, because its lists are old.
        """
        with self._transaction() as db:
            found = db.execute(
                "SELECT id, run_id, started_at, notes FROM runs WHERE site_id = ? AND row IS NULL", (site.site_id,)
            ).fetchone()
            if found and found[2] < since:
                for table in ("requests", "seen", "captures"):
                    db.execute(f"DELETE FROM {table} WHERE run = ?", (found[0],))
                db.execute("DELETE FROM runs WHERE id = ?", (found[0],))
                found = None
            if found:
                db.execute("UPDATE requests SET state = 'waiting' WHERE run = ? AND state = 'flying'", (found[0],))
                db.execute("UPDATE runs SET site = ? WHERE id = ?", (_json(asdict(site)), found[0]))
                return Run(found[0], found[1], site.site_id, found[2], True, json.loads(found[3]))
            made = db.execute(
                "INSERT INTO runs (run_id, site_id, site, started_at) VALUES (?, ?, ?, ?) RETURNING id",
                (run_id, site.site_id, _json(asdict(site)), now),
            ).fetchone()
        return Run(made[0], run_id, site.site_id, now, False, {})

    def unfinished(self) -> list[str]:
        """Ids of the sites whose crawl was interrupted."""
        return [row[0] for row in self._db.execute("SELECT site_id FROM runs WHERE row IS NULL ORDER BY id")]

    def add(self, run: int, packed: Packed) -> bool:
        """Queue a request; False when it is known already."""
        with self._transaction() as db:
            return _insert(db, run, packed)

    def pending(self, run: int) -> bool:
        """Whether requests are waiting."""
        sql = "SELECT 1 FROM requests WHERE run = ? AND state = 'waiting' LIMIT 1"
        return self._db.execute(sql, (run,)).fetchone() is not None

    def knows(self, run: int, fingerprint: bytes) -> bool:
        """Whether such a request was queued before."""
        sql = "SELECT 1 FROM seen WHERE run = ? AND fingerprint = ?"
        return self._db.execute(sql, (run, fingerprint)).fetchone() is not None

    def claim(self, run: int, *, reports_first: bool = False) -> Row | None:
        """Take the next request: archived pages first, then by priority, then in the order they were found.

        `reports_first`: reports and their files before all others, whatever the priorities.
        """
        first = " role IN ('report', 'attachment') DESC," if reports_first else ""
        found = self._db.execute(
            "UPDATE requests SET state = 'flying' WHERE id = (SELECT id FROM requests WHERE run = ? AND state = 'waiting'"
            f" ORDER BY file IS NULL,{first} priority DESC, id LIMIT 1) RETURNING id, request, file, offset, length",
            (run,),
        ).fetchone()
        if not found:
            return None
        return Row(found[0], found[1], WarcPosition(*found[2:]) if found[2] else None)

    def release(self, row: int) -> None:
        """Put a request that was taken back into the queue."""
        self._db.execute("UPDATE requests SET state = 'waiting' WHERE id = ? AND state = 'flying'", (row,))

    def archived(self, run: int, row: int | None, position: WarcPosition) -> None:
        """A response is in the archive; `row` is the request that it answers, None for robots.txt and the like."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?)", (*_place(position), run))
            db.execute("UPDATE runs SET asked = asked + 1, responses = responses + 1 WHERE id = ?", (run,))
            if row is not None:
                db.execute(
                    "UPDATE requests SET file = ?, offset = ?, length = ? WHERE id = ?", (*_place(position), row)
                )

    def rendered(self, run: int, row: int, position: WarcPosition) -> None:
        """A page rendered by a browser is in the archive; from now on it is the request's answer."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?)", (*_place(position), run))
            db.execute("UPDATE requests SET file = ?, offset = ?, length = ? WHERE id = ?", (*_place(position), row))

    def unanswered(self, run: int) -> None:
        """Count a request that got no response."""
        self._db.execute("UPDATE runs SET asked = asked + 1, errors = errors + 1 WHERE id = ?", (run,))

    def forget_response(self, row: int) -> None:
        """The archived response of a request cannot be read: it has to be asked again."""
        self._db.execute("UPDATE requests SET file = NULL, offset = NULL, length = NULL WHERE id = ?", (row,))

    def moved(self, run: int, row: int, packed: Packed) -> bool:
        """A redirect or retry: the same row now asks `packed`. False (and the row is done) when another row asks it."""
        with self._transaction() as db:
            owner = db.execute(
                "SELECT request FROM seen WHERE run = ? AND fingerprint = ?", (run, packed.fingerprint)
            ).fetchone()
            if owner and owner[0] != row:
                reason = f"redirected to {packed.url}, which is known already"
                db.execute("UPDATE requests SET state = 'done', reason = ? WHERE id = ?", (reason, row))
                return False
            db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (run, packed.fingerprint, row))
            db.execute(
                "UPDATE requests SET state = 'waiting', priority = ?, role = ?, url = ?, request = ?, file = NULL,"
                " offset = NULL, length = NULL WHERE id = ?",
                (packed.priority, packed.role, packed.url, packed.body, row),
            )
        return True

    def done(
        self, run: int, row: int | None, found: Iterable[Packed], notes: Mapping[str, Any], failure: str = ""
    ) -> None:
        """In one transaction: what a page yielded is queued, what the spider learned is noted, the request is done.

        With a `failure`, the request is failed for that reason; what it yielded before is queued all the same.
        The first word counts: a request that failed stays failed.
        """
        with self._transaction() as db:
            for packed in found:
                _insert(db, run, packed)
            db.execute("UPDATE runs SET notes = ? WHERE id = ?", (_json(notes), run))
            if row is not None:
                state = "failed" if failure else "done"
                db.execute(
                    "UPDATE requests SET state = ?, reason = ? WHERE id = ? AND state = 'flying'", (state, failure, row)
                )

    def counts(self, run: int) -> tuple[int, int, int]:
        """Requests asked, responses received, requests without a response."""
        row = self._db.execute("SELECT asked, responses, errors FROM runs WHERE id = ?", (run,)).fetchone()
        return row[0], row[1], row[2]

    def failures(self, run: int) -> list[tuple[str, str, str]]:
        """Role, address and reason of every failed request, in the order they were found."""
        sql = "SELECT role, url, reason FROM requests WHERE run = ? AND state = 'failed' ORDER BY id"
        return [(row[0], row[1], row[2]) for row in self._db.execute(sql, (run,))]

    def begin_batch(self, sites: Iterable[str], since: str) -> list[Mapping[str, Any]]:
        """A crawl of these sites begins; the ledger rows of those that need not be crawled again.

        When the last crawl was of the same sites and was interrupted, this one goes on with it: sites that it
        finished after `since` (UTC, as in the ledger) are not crawled again.
        """
        wanted = json.dumps(sorted(sites))
        with self._transaction() as db:
            last = db.execute("SELECT id, sites, finished FROM batches ORDER BY id DESC LIMIT 1").fetchone()
            if last and last[1] == wanted and not last[2]:
                self._batch = int(last[0])
                rows = db.execute("SELECT row FROM runs WHERE batch = ? ORDER BY id", (self._batch,)).fetchall()
                return [row for row in (json.loads(text) for (text,) in rows) if row["finished_at"] >= since]
            db.execute("DELETE FROM batches")
            made = db.execute("INSERT INTO batches (sites) VALUES (?) RETURNING id", (wanted,)).fetchone()
            self._batch = int(made[0])
            db.execute("UPDATE runs SET batch = NULL")
        return []

    def finish_batch(self) -> None:
        """All sites of the crawl are finished; the next crawl begins anew."""
        self._db.execute("UPDATE batches SET finished = 1 WHERE id = ?", (self._batch,))

    def finish(self, run: int, row: Mapping[str, Any]) -> None:
        """The run is over, with this ledger row; its queue is emptied. Its captures wait to be stored."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET row = ?, batch = ? WHERE id = ?", (_json(row), self._batch, run))
            db.execute("DELETE FROM requests WHERE run = ?", (run,))
            db.execute("DELETE FROM seen WHERE run = ?", (run,))

    def unstored(self) -> list[Unstored]:
        """Runs of which something is not in the tables yet, oldest first."""
        sql = (
            "SELECT id, site, row FROM runs WHERE row IS NOT NULL AND NOT stored"
            " OR id IN (SELECT run FROM captures) ORDER BY id"
        )
        return [
            Unstored(run, Site(**json.loads(site)), json.loads(row) if row else None)
            for run, site, row in self._db.execute(sql)
        ]

    def captures(self, run: int) -> list[WarcPosition]:
        """Where the run's captures stand, in the order of the archive."""
        sql = "SELECT file, offset, length FROM captures WHERE run = ? ORDER BY file, offset"
        return [WarcPosition(*row) for row in self._db.execute(sql, (run,))]

    def stored(self, run: int, positions: Iterable[WarcPosition]) -> None:
        """These captures, and the ledger row if there is one, are in the tables. Earlier runs are forgotten."""
        with self._transaction() as db:
            self._mark(_UNFINALIZED)
            db.execute("UPDATE runs SET stored = row IS NOT NULL WHERE id = ?", (run,))
            places = ((position.file, position.offset) for position in positions)
            db.executemany("DELETE FROM captures WHERE file = ? AND offset = ?", places)
            db.execute(
                "DELETE FROM runs WHERE id < ? AND stored AND site_id = (SELECT site_id FROM runs WHERE id = ?)",
                (run, run),
            )

    @property
    def unfinalized(self) -> bool:
        """Whether something was stored since `finalized` was called, in this process or an earlier one."""
        return bool(self._marks() & _UNFINALIZED)

    def finalized(self) -> None:
        """What depends on several reports is up to date."""
        self._mark(0, _UNFINALIZED)

    @property
    def behind(self) -> bool:
        """Whether the tables may lack captures that this queue knows nothing of: it is new, or the tables are."""
        return bool(self._marks() & _BEHIND)

    def fall_behind(self) -> None:
        """The tables lack captures; that stays so, through kills, until they have caught up with the whole archive."""
        self._mark(_BEHIND)

    def caught_up(self) -> None:
        """Everything in the archive is in the tables."""
        self._mark(_UNFINALIZED, _BEHIND)

    def _marks(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _mark(self, set_: int, clear: int = 0) -> None:
        self._db.execute(f"PRAGMA user_version = {(self._marks() | set_) & ~clear}")

    def files(self) -> set[str]:
        """Names of the WARC files that unstored captures and unanswered pages stand in."""
        sql = "SELECT file FROM captures UNION SELECT file FROM requests WHERE file IS NOT NULL"
        return {row[0] for row in self._db.execute(sql)}

    def cut(self, file: str, size: int) -> None:
        """A WARC file ends at `size` bytes: what was said to stand behind that was lost and is asked again."""
        with self._transaction() as db:
            db.execute("DELETE FROM captures WHERE file = ? AND offset + length > ?", (file, size))
            db.execute(
                "UPDATE requests SET state = 'waiting', file = NULL, offset = NULL, length = NULL"
                " WHERE file = ? AND offset + length > ?",
                (file, size),
            )

    def adopt(self, capture: Capture) -> bool:
        """Take in a capture that was archived but not noted, because the process died in between.

        It belongs to its site's unfinished run; if a request of that run was in flight for its address, it is the
        answer. False when it was known, or no run wants it.
        """
        if capture.position is None:
            return False
        with self._transaction() as db:
            run = db.execute("SELECT id FROM runs WHERE site_id = ? AND row IS NULL", (capture.site_id,)).fetchone()
            if not run:
                return False
            made = db.execute(
                "INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?)", (*_place(capture.position), run[0])
            ).rowcount
            if made:
                db.execute(
                    "UPDATE requests SET file = ?, offset = ?, length = ? WHERE id = (SELECT id FROM requests"
                    " WHERE run = ? AND state = 'flying' AND url = ? AND role = ? ORDER BY id LIMIT 1)",
                    (*_place(capture.position), run[0], capture.url, capture.role),
                )
        return bool(made)


def _insert(db: sqlite3.Connection, run: int, packed: Packed) -> bool:
    known = db.execute("SELECT 1 FROM seen WHERE run = ? AND fingerprint = ?", (run, packed.fingerprint)).fetchone()
    if known:
        return False
    row = db.execute(
        "INSERT INTO requests (run, state, priority, role, url, request) VALUES (?, 'waiting', ?, ?, ?, ?) RETURNING id",
        (run, packed.priority, packed.role, packed.url, packed.body),
    ).fetchone()
    db.execute("INSERT INTO seen VALUES (?, ?, ?)", (run, packed.fingerprint, row[0]))
    return True


def _place(position: WarcPosition) -> tuple[str, int, int]:
    return position.file, position.offset, position.length


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)
