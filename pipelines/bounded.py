"""Reading in worker processes under a deadline: some pages of under 1 MB keep a parser busy for half a minute."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import resource
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from archive.errors import ArchiveError
from pipelines.model import Extraction, ReadingError, Source
from pipelines.readers.scans import MAX_PAGES, can_recognise, most_pictures
from pipelines.stored import Stored

SECONDS = 30.0
PICTURE_SECONDS = 20.0
"""More for each page that may have to be read as a picture, where that is installed; it takes about 6 of one processor."""
MEMORY = 2 << 30
"""Bytes that a worker's data may take up, of which a report needs a few per cent."""
TASKS_A_WORKER = 2_000
"""A worker is replaced after so many files, so that what a parser leaks does not add up."""


def read(source: Source | Stored) -> Extraction:
    """Read in this process, without bounds; the error `archive` where the archive cannot give the bytes back."""
    from pipelines.extract import extract

    try:
        loaded = source.load() if isinstance(source, Stored) else source
    except ArchiveError as error:
        return _failed("archive", str(error))
    return extract(loaded)


def _read(source: Source | Stored, memory: int) -> Extraction:
    try:
        extraction = read(source)
    except MemoryError:
        # Outside the handler, so that what the traceback holds is free again before anything is sent.
        pass
    else:
        return extraction
    return _failed("memory", f"reading it takes more than {memory >> 20} MB of memory")


def _limit_memory(memory: int) -> None:
    """Of a worker's data, not of its address space: libraries reserve addresses that they never use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (soft, hard, memory) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))


def deadline(source: Source | Stored, seconds: float = SECONDS) -> float:
    """The seconds allowed for a source: `seconds`, and 20 for each of at most 20 pages that may be pictures."""
    if not can_recognise():
        return seconds
    try:
        loaded = source.load() if isinstance(source, Stored) else source
    except ArchiveError:
        return seconds
    pages = sum(most_pictures(one.body) for one in (loaded, *loaded.attachments))
    return seconds + PICTURE_SECONDS * min(pages, MAX_PAGES)


def _context() -> BaseContext:
    """Workers fork from a server that has loaded what reading needs, so that one lost to a deadline is soon replaced."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipelines.extract", "pipelines.stored"])
    return context


def read_apart(source: Source, seconds: float = SECONDS, memory: int = MEMORY) -> Extraction:
    """One source read in a process of its own, under the bounds of the pool, which takes longer to start than a few files
    take to read. For programs of one thread."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(source, there, memory), daemon=True)
    allowed = deadline(source, seconds)
    process.start()
    there.close()
    with here:
        try:
            answer: Extraction = here.recv() if here.poll(allowed) else _too_late(allowed)
        except EOFError:
            process.join()
            answer = _died(process.exitcode)
    process.kill()
    process.join()
    return answer


def _send(source: Source, answer: Connection, memory: int) -> None:
    _limit_memory(memory)
    try:
        extraction = _read(source, memory)
    except Exception as error:
        extraction = _crashed(error)
    answer.send(extraction)


class ReadingPool:
    """Reads sources in worker processes; a context manager.

    `workers` defaults to the number of processors, `seconds` is the time allowed for one source without pictures (see
    `deadline`), `memory` the bytes. No future of this pool
    raises for what a source contains: a source that takes longer gives `ReadingError("timeout", …)`, one that kills its
    worker or makes a reader fail `ReadingError("crashed", …)`, one that takes too much memory `ReadingError("memory", …)`;
    the others are not affected.
    """

    def __init__(self, workers: int | None = None, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.seconds = seconds
        self.memory = memory
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=TASKS_A_WORKER,
            context=_context(),
            initializer=_limit_memory,
            initargs=(memory,),
        )
        atexit.register(self._stop)

    @property
    def ahead(self) -> int:
        """How many pages to submit before waiting for the first."""
        return 8 * max(self.workers, 2)

    def submit(self, source: Source | Stored) -> Future[Extraction]:
        """Starts reading; the future yields the extraction. A stored page is taken from the archive by the worker."""
        answer: Future[Extraction] = Future()
        answer.set_running_or_notify_cancel()
        allowed = deadline(source, self.seconds)
        work = self._pool.schedule(_read, args=(source, self.memory), timeout=allowed)

        def done(finished: Future[Extraction]) -> None:
            try:
                answer.set_result(finished.result())
            except TimeoutError:
                answer.set_result(_too_late(allowed))
            except ProcessExpired as expired:
                answer.set_result(_died(expired.exitcode))
            except Exception as error:
                answer.set_result(_crashed(error))

        work.add_done_callback(done)
        return answer

    def close(self) -> None:
        """Waits for what was submitted, then ends the workers."""
        self._pool.close()  # type: ignore[no-untyped-call]
        self._pool.join()
        atexit.unregister(self._stop)

    def _stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._stop()
            atexit.unregister(self._stop)


def _too_late(seconds: float) -> Extraction:
    return _failed("timeout", f"not read within {seconds:g} seconds")


def _died(status: int | None) -> Extraction:
    return _failed("crashed", f"the reading process died (exit code {status})")


def _crashed(error: Exception) -> Extraction:
    return _failed("crashed", f"the reader failed: {type(error).__name__}: {error}")


def _failed(code: str, message: str) -> Extraction:
    return Extraction(report=None, error=ReadingError(code, message))
