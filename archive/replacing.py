"""Files beside the WARCs that are replaced as a whole: written anew, synced, renamed, one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.segment import sync_folder, told


def replace_lines(path: Path, lines: Iterable[bytes]) -> int:
    """Write lines, dropping those that repeat the one before, and rename over `path`; the number of lines written.
    On failure (ArchiveError) the old file stays."""
    new = path.with_name(path.name + ".new")
    count = 0
    last = b""
    try:
        with new.open("wb") as out:
            for text in lines:
                if text != last:
                    out.write(text)
                    count += 1
                last = text
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise told(error, path) from error
    return count


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time changes `path`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise told(error, path) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
