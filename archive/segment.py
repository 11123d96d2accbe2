"""A WARC file while it is being written: `NAME.open`, locked, appended to in whole records, renamed when closed."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from archive.errors import ArchiveError, ArchiveFull

OPEN = ".open"
SYNC_RECORDS = 64
SYNC_SECONDS = 5.0

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Segment:
    """Appends to one file. The advisory lock on it tells other processes that its writer lives.

    What `append` returned from is with the operating system, so it outlives the process. It is on the disk itself
    (fsync) at the latest 64 appends or 5 seconds of writing later, and always after `sync` or `close`.
    """

    def __init__(self, path: Path) -> None:
        """Create `path` + `.open`; FileExistsError when that or the closed file is there already."""
        if path.exists():
            raise FileExistsError(path)
        self.path = path
        self.open_path = path.with_name(path.name + OPEN)
        self.size = 0
        self._unsynced = 0
        self._synced_at = time.monotonic()
        try:
            self._fd = os.open(self.open_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except OSError as error:
            raise told(error, self.open_path) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._fd)
            self.open_path.unlink()
            raise ArchiveError(
                f"{self.open_path}: cannot be locked ({error.strerror}); keep the data directory on a local disk"
            ) from error

    def append(self, data: bytes) -> int:
        """Write all of `data` and return the offset it starts at; on failure nothing of it stays in the file."""
        start = self.size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            os.ftruncate(self._fd, start)
            raise told(error, self.open_path) from error
        self.size += len(data)
        self._unsynced += 1
        if self._unsynced >= SYNC_RECORDS or time.monotonic() - self._synced_at >= SYNC_SECONDS:
            self.sync()
        return start

    def sync(self) -> None:
        """Put everything appended so far on the disk."""
        if self._unsynced:
            try:
                os.fdatasync(self._fd)
            except OSError as error:
                raise told(error, self.open_path) from error
        self._unsynced = 0
        self._synced_at = time.monotonic()

    def leave_open(self) -> None:
        """Sync and let go of the file, which keeps `.open` behind its name until `repair` closes it."""
        try:
            self.sync()
        finally:
            os.close(self._fd)

    def close(self) -> None:
        """Sync, then give the file its final name; a file without a record is removed instead."""
        try:
            if self.size:
                self.sync()
                os.rename(self.open_path, self.path)
            else:
                self.open_path.unlink()
            sync_folder(self.path.parent)
        finally:
            os.close(self._fd)


def sync_folder(folder: Path) -> None:
    """Put a rename in `folder` on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def told(error: OSError, path: Path) -> Exception:
    """The same failure as one line for the operator; FileExistsError stays what it is."""
    if isinstance(error, FileExistsError):
        return error
    if error.errno in _FULL:
        return ArchiveFull(
            f"{path}: {error.strerror}; everything before is kept: make room, then run the same command again"
        )
    return ArchiveError(f"{path}: cannot be written ({error.strerror}); check the folder and its permissions")
