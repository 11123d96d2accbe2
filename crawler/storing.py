"""The tables, kept up to date while the crawl goes on, by a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import read_capture
from crawler.frontier import Finished


class Tables:
    """A context manager. `add` and `submit` read a finished site's captures into the tables; closing finalizes."""

    def __init__(self, data: DataDir, talk: Callable[[str], None]) -> None:
        self._data = data
        self._talk = talk
        self._changed = False

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="tables"))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def submit(self, finished: Finished, positions: Sequence[WarcPosition]) -> Future[None]:
        return self._thread.submit(self._add, finished, positions)

    def add(self, finished: Finished, positions: Sequence[WarcPosition]) -> None:
        self.submit(finished, positions).result()

    def finalize(self) -> None:
        """Bring what depends on several reports up to date; nothing to do when nothing was added."""
        self._thread.submit(self._finalize).result()

    def _add(self, finished: Finished, positions: Sequence[WarcPosition]) -> None:
        self._changed = True

    def _finalize(self) -> None:
        pass

    def _read(self, positions: Sequence[WarcPosition]) -> Iterator[Capture]:
        for position in positions:
            try:
                yield read_capture(self._data.warc, position)
            except ArchiveError as error:
                self._talk(f"{error}")
