"""What all sites of one crawl share: the archive writer, the frontier, the tables, and the wish to stop.

Components of Scrapy find the runtime by `current()`. Where none is open (`scrapy shell`, `scrapy fetch`, `scrapy
parse`), they record nothing.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scrapy.exceptions import IgnoreRequest

from archive.capture import Site, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import warc_files
from archive.writer import ArchiveWriter
from crawler.cli import Failure
from crawler.frontier import Frontier, FrontierError
from crawler.locking import only_crawl
from crawler.memory import Memory
from crawler.recovery import recover
from crawler.storing import Tables
from crawler.turns import Turns
from pipelines.store.store import StoreError
from pipelines.store.trouble import told

Talk = Callable[[str], None]

GOES_ON_FOR = timedelta(days=7)
"""What an interrupted crawl had done is kept so long: the queue of an unfinished site, and, when the same sites are
asked for again, the sites that it finished. After that the lists are old, and the crawl begins anew."""

PATIENCE = 5.0
"""Seconds that requests in flight have to finish when the crawl is stopped."""

_open: list[Runtime] = []


class Stopped(IgnoreRequest):
    """The crawl is being stopped; the request stays in the queue."""


def current() -> Runtime | None:
    """The runtime that is open in this process, if any."""
    return _open[-1] if _open else None


class Runtime:
    """Opened for one crawl of many sites; a context manager.

    Opening takes the lock of the data directory, mends what a killed process left behind, and brings the tables up
    to date with the archive. `talk` is given one line for each thing that an operator should know, `wait` is how many
    seconds to wait for another crawl in the same directory.
    """

    def __init__(self, data: DataDir, *, operator: str, talk: Talk, wait: float = 0.0) -> None:
        self.data = data
        self._wait = wait
        self.talk = talk
        now = datetime.now(UTC)
        self.run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.since = f"{now - GOES_ON_FOR:%Y-%m-%dT%H:%M:%S.%fZ}"
        self.stopping = ""
        self.unstored: list[str] = []
        self.memory = Memory(data)
        self.turns = Turns()
        self._stopped_at = math.inf
        self.trouble = ""
        self.finished: list[Mapping[str, Any]] = []
        self._operator = operator
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if _open:
            raise Failure("a crawl is already running in this process")
        with ExitStack() as stack:
            stack.enter_context(only_crawl(self.data.crawl, self._wait))
            try:
                self.frontier = Frontier(self.data.frontier)
                stack.callback(self.frontier.close)
                for line in recover(self.data, self.frontier):
                    self.talk(line)
                self.tables = stack.enter_context(Tables(self.data, self.talk))
                self._catch_up()
                for left in self.frontier.unstored():
                    self.talk(f"{left.site.site_id} {left.site.name}: storing what an earlier crawl archived")
                    positions = self.frontier.captures(left.run)
                    self._noted(left.run, positions, left.site, self.tables.submit(positions, left.site, left.row))
                self.writer = stack.enter_context(
                    ArchiveWriter(self.data.warc, run_id=self.run_id, operator=self._operator)
                )
            except (ArchiveError, FrontierError, StoreError) as error:
                raise Failure(str(error)) from error
            except sqlite3.Error as error:
                cure = "run `nianbao reprocess --full`, then the same command again"
                raise Failure(f"{self.data.root}: {told(error, cure)}") from error
            _open.append(self)
            stack.callback(_open.remove, self)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stack.close()
        except (ArchiveError, sqlite3.Error) as failed:
            # Nothing is lost: the next crawl closes the archive's file, and stores what is not in the tables.
            if error is None and not self.trouble:
                raise Failure(str(failed)) from failed
            self.talk(str(failed))

    def _catch_up(self) -> None:
        """Tables or queue that were moved away, lost or put back from a copy: the archive has what they lack."""
        lacking = self.tables.lacking()
        if lacking:
            self.frontier.fall_behind()
        if self.frontier.behind:
            if warc_files(self.data.warc):
                which = f"captures of {len(lacking)} files" if lacking else "captures that the queue knew of"
                self.talk(f"{self.data.db}: may lack {which}; reading the archive")
                self.tables.catch_up()
            self.frontier.caught_up()

    def finalize(self) -> None:
        """Bring up to date what depends on several reports, if anything was stored since that was done last."""
        if self.frontier.unfinalized and not self.trouble:
            try:
                self.tables.finalize()
                self.frontier.finalized()
            except sqlite3.Error as error:
                self.fail(error, self.data.db)

    def stop(self, reason: str) -> None:
        """Ask all sites to stop after their current request; they go on from there next time."""
        if not self.stopping:
            self.stopping, self._stopped_at = reason, time.monotonic()

    @property
    def out_of_patience(self) -> bool:
        """Whether requests that are still in flight after a stop are to be given up."""
        return time.monotonic() - self._stopped_at > PATIENCE

    def fail(self, error: Exception, path: Path | None = None) -> None:
        """Stop because nothing can be recorded any more (a full disk, a broken queue); told once. `path`: the file
        that an error of SQLite is about, when it is not the queue's."""
        if not self.trouble:
            self.trouble = str(error)
            if isinstance(error, sqlite3.Error):
                self.trouble = (
                    f"{path or self.frontier.path}: {told(error, 'move it away, then run the same command again')}"
                )
        self.stop(self.trouble)

    async def pause(self, seconds: float) -> None:
        """Wait, but raise Stopped as soon as the crawl is to stop."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while (rest := until - clock()) > 0:
            if self.stopping:
                raise Stopped("the crawl is being stopped")
            await asyncio.sleep(min(rest, 0.2))

    async def store(self, run: int, site: Site, row: Mapping[str, Any]) -> None:
        """Read a finished site's captures into the tables, in the tables' own thread."""
        positions = self.frontier.captures(run)
        self.finished.append(row)
        answer = self.tables.submit(positions, site, row)
        await asyncio.wait([asyncio.wrap_future(answer)])
        try:
            self._noted(run, positions, site, answer)
        except sqlite3.Error as error:
            self.fail(error, self.data.db)

    def _noted(self, run: int, positions: Sequence[WarcPosition], site: Site, answer: Future[None]) -> None:
        """Wait for the tables. A site whose pages break them is told and tried again next time; the others go on."""
        try:
            answer.result()
        except sqlite3.Error:
            raise
        except Exception as error:
            self.unstored.append(site.site_id)
            self.talk(f"{site.site_id} {site.name}: archived, but not stored ({type(error).__name__}: {error})")
        else:
            self.frontier.stored(run, positions)
