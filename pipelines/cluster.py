"""Reading on a Dask cluster, for those who have one; needs the package `distributed` here and on the workers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from pipelines.bounded import SECONDS
from pipelines.extract import extract
from pipelines.model import Extraction, ReadingError, Source

CONNECT_SECONDS = 10.0


class ClusterError(Exception):
    """The cluster cannot be used; one line with the reason and the cure."""


class DaskPool:
    """A context manager whose `submit` reads a source on the cluster at `address` (`tcp://host:8786`)."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise ClusterError(
                "--scheduler needs the package `distributed`: install it, or leave the option out"
            ) from None
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"--scheduler {address}: no cluster answers ({error}); start it, or leave it out"
            ) from None
        self._seconds = seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def submit(self, source: Source) -> DaskAnswer:
        return DaskAnswer(self._client.submit(extract, source, pure=False).result, self._seconds)


class DaskAnswer:
    """A reading on the cluster. A worker that dies or takes too long yields an error, as in the local pool."""

    def __init__(self, wait: Callable[..., Extraction], seconds: float) -> None:
        self._wait = wait
        self._seconds = seconds

    def result(self) -> Extraction:
        try:
            return self._wait(timeout=self._seconds)
        except TimeoutError:
            return Extraction(None, error=ReadingError("timeout", f"not read within {self._seconds:g} s"))
        except Exception as error:  # Whatever the cluster says of a dead worker.
            return Extraction(None, error=ReadingError("crashed", f"the reader died ({type(error).__name__})"))
