"""The tables, kept up to date while the crawl goes on, by a thread of their own.

What is stored is a site's captures, as they stand in the archive: the crawl hands over positions, never pages, so the
tables cannot hold anything that a reprocessing of the archive would not find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from archive.capture import Capture, Site, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import Damage, RunRow, iter_archive, iter_records, read_capture, warc_files
from archive.segment import OPEN
from pipelines import verdicts
from pipelines.bounded import ReadingPool
from pipelines.finalize import finalize
from pipelines.model import Extraction, Source
from pipelines.process import process
from pipelines.store.store import Store
from pipelines.stored import Stored


class Tables:
    """A context manager over `nianbao.db`. Only its own thread touches the file; StoreError when it cannot be used."""

    def __init__(self, data: DataDir, talk: Callable[[str], None], *, workers: int | None = None) -> None:
        self._data = data
        self._talk = talk
        self._pool = _LazyPool(workers)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="tables"))
            self._store = self._thread.submit(Store.open, self._data.db).result()
            stack.callback(lambda: self._thread.submit(self._store.close).result())
            stack.callback(self._pool.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def submit(self, positions: Sequence[WarcPosition], site: Site, row: Mapping[str, Any] | None) -> Future[None]:
        """Start reading a site's captures, and its ledger row if its crawl is finished, into the tables."""
        return self._thread.submit(self._add, positions, site, row)

    def lacking(self) -> list[str]:
        """Names of WARC files with captures of which the tables hold none: they were removed, or are older."""
        return self._thread.submit(self._lacking).result()

    def catch_up(self) -> None:
        """Read the whole archive into the tables; what is there already is not read again."""
        self._thread.submit(self._process, iter_archive(self._data.warc)).result()

    def finalize(self) -> None:
        """Bring up to date what depends on several reports."""
        self._thread.submit(self._finalize).result()

    def _finalize(self) -> None:
        finalize(self._store)
        try:
            with self._store.batch():
                verdicts.refresh(self._store.db, self._data.verdicts)
        except verdicts.VerdictError as error:
            self._talk(str(error))

    def _add(self, positions: Sequence[WarcPosition], site: Site, row: Mapping[str, Any] | None) -> None:
        self._process(self._records(positions, site, row))

    def _lacking(self) -> list[str]:
        query = "SELECT DISTINCT warc_file FROM captures"
        known = {row[0] for row in self._store.db.execute(query)}
        files = (path for path in warc_files(self._data.warc) if path.name.removesuffix(OPEN) not in known)
        # A crawl without any answer leaves a file with its ledger row alone.
        return [path.name for path in files if any(isinstance(record, Capture) for record in iter_records(path))]

    def _process(self, records: Iterable[Capture | RunRow | Damage]) -> None:
        summary = process(self._data, self._store, records, pool=self._pool)
        for problem in (*summary.unread, *summary.damage):
            self._talk(str(problem))

    def _records(
        self, positions: Sequence[WarcPosition], site: Site, row: Mapping[str, Any] | None
    ) -> Iterator[Capture | RunRow | Damage]:
        for position in positions:
            try:
                yield read_capture(self._data.warc, position)
            except ArchiveError as error:
                yield Damage(position.file, position.offset, str(error))
        if row is not None:
            yield RunRow(row, site)


class _LazyPool:
    """Reading processes, started when the first page is there to read, and kept for all sites."""

    def __init__(self, workers: int | None) -> None:
        self._workers = workers
        self._pool: ReadingPool | None = None

    @property
    def ahead(self) -> int:
        return self._started().ahead

    def submit(self, source: Source | Stored) -> Future[Extraction]:
        return self._started().submit(source)

    def _started(self) -> ReadingPool:
        if self._pool is None:
            self._pool = ReadingPool(self._workers)
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
