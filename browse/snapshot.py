"""The database as the browser sees it: opened read-only, followed when it changes, its counts remembered while it does not.

Datasette knows two kinds of file. An *immutable* one is fast (counts are kept, the file may be downloaded) but read
without regard to writers, so a crawl that writes meanwhile would show torn pages. A *mutable* one is read correctly but
counted on every page. `Snapshot` is read like the second and remembered like the first: what was counted is forgotten
when the file changes, and a file that was replaced (as `reprocess` does) is opened anew without a restart.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from datasette.app import Datasette
from datasette.database import Database

from archive.datadir import DataDir

T = TypeVar("T")
Row = dict[str, Any]
Signature = tuple[int, ...]

NAME = "nianbao"
SETTLED_SECONDS = 5.0
SMALL_FILE = 32 << 20
LARGEST_VALUE = 16 * 1024 * 1024


class Snapshot(Database):
    """`nianbao.db` of one data directory; `data` is that directory."""

    def __init__(self, datasette: Datasette, data: DataDir) -> None:
        Database.__init__(self, datasette, path=str(data.db), is_mutable=False)
        self.data = data
        self._local = threading.local()
        self._seen: Signature = ()
        self._kept: dict[str, Any] = {}
        self._counts: dict[str, int | None] | None = None
        self._counting: Signature = ()

    def signature(self) -> Signature:
        """Changes whenever the file does: identity, size and times of the database and of its write-ahead log."""
        parts: list[int] = []
        for path in (self.data.db, self.data.db.with_name(self.data.db.name + "-wal")):
            try:
                stat = os.stat(path)
            except FileNotFoundError:
                parts += [0, 0, 0]
            else:
                parts += [stat.st_ino, stat.st_size, stat.st_mtime_ns]
        return tuple(parts)

    @property
    def being_written(self) -> bool:
        """Whether a crawl is writing now; a copy of the file would then not be whole."""
        beside = (self.data.db.with_name(self.data.db.name + end) for end in ("-wal", "-journal"))
        return any(path.exists() and path.stat().st_size > 0 for path in beside)

    # What Datasette asks of a database ------------------------------------------------------------------------------

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection that cannot write, whatever SQL it is given."""
        if write:
            raise sqlite3.OperationalError("the snapshot is read-only")
        address = self.data.db.resolve().as_uri()
        connection = sqlite3.connect(f"{address}?mode=ro", uri=True, check_same_thread=False)
        try:
            connection.execute("select 1 from sqlite_master limit 1").fetchone()
        except sqlite3.OperationalError:
            # A write-ahead log needs a shared-memory file beside it: impossible in a folder that is not writable,
            # and there nobody else can be writing either.
            connection.close()
            connection = sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False)
        connection.execute("pragma query_only = on")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # One value may not fill the memory: select zeroblob(1e9).
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        self._all_file_connections.append(connection)
        return connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Run `fn` in a thread with that thread's connection to the file as it is now."""
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, lambda: self._run(fn))

    def _run(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        inode = os.stat(self.path).st_ino
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._local.inode != inode:
            if connection is not None:
                self._all_file_connections.remove(connection)
                connection.close()
            connection = self.connect()
            self.ds._prepare_connection(connection, self.name)
            self._local.connection, self._local.inode = connection, inode
        return fn(connection)

    @property
    def hash(self) -> str | None:
        """None: hashing a gigabyte for an ETag would stall the server; `meta` has the digest of the inputs."""
        return None

    @property
    def size(self) -> int:
        return os.stat(self.path).st_size

    @property
    def cached_table_counts(self) -> dict[str, int | None] | None:
        return self._counts

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """Rows of every table; None for those that are not counted yet. Counting goes on beside the answer."""
        known = self._counts or {}
        return {name: known.get(name) for name in await Database.table_names(self)}

    # What our own pages ask -----------------------------------------------------------------------------------------

    async def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query, as dictionaries."""
        return [dict(row) for row in await Database.execute(self, sql, dict(parameters or {}))]

    async def row(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, or None."""
        found = await self.rows(sql, parameters)
        return found[0] if found else None

    async def once(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """The value of `make`, computed once for each state of the file."""
        self._forget_if_changed()
        if key not in self._kept:
            seen, value = self._seen, await make()
            if seen != self._seen:
                return value
            self._kept[key] = value
        return cast(T, self._kept[key])

    def settle(self) -> Signature:
        """Before each request: forget what no longer holds, and have a file that has come to rest counted.

        Datasette counts a table for every page unless it finds the number in `inspect_data`; counting ten million facts
        takes longer than all the rest of the page. Returns the state of the file.
        """
        self._forget_if_changed()
        rested = time.time_ns() - max(self._seen[2], self._seen[5]) > SETTLED_SECONDS * 1e9
        if self._counts is None and self._counting != self._seen and (rested or self.size < SMALL_FILE):
            self._counting = self._seen
            counting = self.ds.executor.submit(self._run, lambda connection: self._count(connection, self._counting))
            if self.size < SMALL_FILE:
                counting.result()
        return self._seen

    def _forget_if_changed(self) -> None:
        now = self.signature()
        if now != self._seen:
            self._seen, self._counts, self._kept = now, None, {}
            self.ds.inspect_data = None

    def _count(self, connection: sqlite3.Connection, state: Signature) -> None:
        counts: dict[str, int] = {}
        for (name,) in connection.execute("select name from sqlite_master where type in ('table', 'view')").fetchall():
            try:
                counts[name] = connection.execute(f'select count(*) from "{name}"').fetchone()[0]
            except sqlite3.DatabaseError:
                continue  # a table of a module that is not loaded here
        if state == self._seen:
            self._counts = dict(counts)
            tables = {name: {"count": count} for name, count in counts.items()}
            self.ds.inspect_data = {self.name: {"tables": tables, "size": self.size, "hash": None}}
