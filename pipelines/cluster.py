"""Reading on a Dask cluster: its workers need this code and the folder of WARC files, under the same path."""

from __future__ import annotations

import importlib
import multiprocessing
import threading
import time
from functools import cache
from types import TracebackType
from typing import Any, Self

from pipelines.bounded import ReadingPool, read
from pipelines.model import Extraction
from pipelines.stored import Stored
from pipelines.version import EXTRACTOR

CONNECT_SECONDS = 10.0
WITHOUT_WORKERS = 60.0
"""Seconds that a cluster may be without any worker before it is given up."""
_LOOK = 2.0
_TOGETHER = threading.Lock()


class ClusterError(Exception):
    """The cluster cannot be used; one line with the reason and the cure. What was read stays and is gone on with."""


class DaskPool:
    """A context manager whose `submit` reads a stored page on the cluster at `address` (`tcp://host:8786`)."""

    def __init__(self, address: str) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise ClusterError(
                "--scheduler needs the package `distributed`: install it, or leave the option out"
            ) from None
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"--scheduler {address}: no cluster answers ({error}); start it, or leave it out"
            ) from None
        self.address = address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def ahead(self) -> int:
        """Twice as many pages as the cluster reads at a time."""
        threads = sum(int(worker["nthreads"]) for worker in self.workers().values())
        return max(32, 2 * threads)

    def workers(self) -> dict[str, Any]:
        """The workers that are there now, by address."""
        found: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def submit(self, source: Stored) -> DaskAnswer:
        return DaskAnswer(self, source, self._client.submit(read_here, source, pure=False))


class DaskAnswer:
    """A reading on the cluster. A page that cannot be read is an error of that page, as in the local pool; what is wrong
    with the cluster is a ClusterError, since no table must depend on it. Work of a worker that dies is done by another."""

    def __init__(self, pool: DaskPool, source: Stored, future: Any) -> None:
        self._pool = pool
        self._source = source
        self._future = future

    def result(self) -> Extraction:
        extractor, extraction = self._wait()
        if extractor != EXTRACTOR:
            raise self._error(f"its workers read as version {extractor}, this program as {EXTRACTOR}; install the same")
        if extraction.error and extraction.error.code == "archive" and _is_here(self._source):
            raise self._error(f"its workers do not see {self._source.folder} ({extraction.error.message}); share it")
        return extraction

    def _wait(self) -> tuple[str, Extraction]:
        alone_since = None
        while True:
            try:
                answer: tuple[str, Extraction] = self._future.result(timeout=_LOOK)
                return answer
            except TimeoutError:
                if self._pool.workers():
                    alone_since = None
                    continue
                alone_since = alone_since or time.monotonic()
                if time.monotonic() - alone_since > WITHOUT_WORKERS:
                    raise self._error("it has no workers; start some") from None
            except Exception as error:
                told = " ".join(str(error).split())
                raise self._error(f"{type(error).__name__}: {told}; see the workers' logs") from None

    def _error(self, what: str) -> ClusterError:
        return ClusterError(f"--scheduler {self._pool.address}: {what}, then run the same command again")


def _is_here(source: Stored) -> bool:
    error = read(source).error
    return error is None or error.code != "archive"


def read_here(source: Stored) -> tuple[str, Extraction]:
    """On a worker: the version of its reader, and what it read, within the same bounds as anywhere."""
    with _TOGETHER:
        pool = _pool()
    return EXTRACTOR, pool.submit(source).result()


@cache
def _pool() -> ReadingPool:
    if multiprocessing.current_process().daemon:
        raise RuntimeError(
            "a reader is bounded by a process of its own, which this worker may not start; start it with"
            " `dask worker --no-nanny`, or with DASK_DISTRIBUTED__WORKER__DAEMON=False"
        )
    worker: Any = importlib.import_module("distributed").get_worker()
    return ReadingPool(worker.state.nthreads)
