"""One crawl at a time in a data directory."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.cli import Failure

LOOK = 0.2
"""Seconds between two looks at whether the lock is free."""


@contextmanager
def only_crawl(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of the crawl folder; Failure when another process holds it for longer than `wait` seconds. The lock
    dies with the process."""
    path = folder / "lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Failure(f"{path}: cannot be written ({error.strerror}); choose another folder with --data") from error
    try:
        try:
            _take(handle, wait)
        except BlockingIOError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            raise Failure(
                f"{folder.parent}: another crawl or reprocess (process {holder}) is at work there; wait for it, or use another --data"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, wait: float) -> None:
    """Take the lock; BlockingIOError when it stays another's for the whole wait."""
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
        time.sleep(LOOK)
