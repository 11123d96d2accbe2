"""Mends what a killed process left: files still named `.open`, perhaps with half a record at the end."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from archive import index, manifest
from archive.capture import Capture
from archive.errors import ArchiveError
from archive.reader import Placed, iter_placed, iter_records, warc_files
from archive.segment import OPEN, sync_folder, told


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done with one file; `str()` is one line for the operator."""

    file: str
    records: int
    cut: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


def repair(folder: Path) -> list[Repair]:
    """Close every `.open` file of `folder` whose writer no longer lives, cut back to its last whole record.

    A file without a whole record is removed. A file whose writer lives is left alone. Captures go into the index, and
    the file into the manifest, as when a file is closed. Bytes that are damaged in the middle of a file stay (`verify` tells of them).
    Raises ArchiveError for a file that cannot be changed.
    """
    done = []
    for path in warc_files(folder):
        if path.name.endswith(OPEN) and (one := _repair(path)):
            done.append(one)
    return done


def _repair(path: Path) -> Repair | None:
    try:
        fd = os.open(path, os.O_RDWR)
    except OSError as error:
        raise told(error, path) from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        return _close(path, fd)
    except OSError as error:
        raise told(error, path) from error
    finally:
        os.close(fd)


def _close(path: Path, fd: int) -> Repair:
    final = path.with_name(path.name.removesuffix(OPEN))
    if final.exists():
        raise ArchiveError(f"{path}: {final.name} is there as well; keep the larger one and remove the other")
    placed = [item.position for item in iter_placed(path) if isinstance(item, Placed)]
    end = placed[-1].offset + placed[-1].length if placed else 0
    size = os.fstat(fd).st_size
    if not end:
        path.unlink()
        sync_folder(path.parent)
        return Repair(final.name, 0, size, "no whole record in what a killed run left; removed")
    if size > end:
        os.ftruncate(fd, end)
    os.fsync(fd)
    index.add(path.parent, [index.line(item) for item in iter_records(path) if isinstance(item, Capture)])
    manifest.add(path.parent, lambda: manifest.described(path, final.name))
    path.rename(final)
    sync_folder(path.parent)
    torn = f", {size - end} bytes of a torn record cut off" if size > end else ""
    return Repair(final.name, len(placed), size - end, f"left by a killed run: {len(placed)} whole records kept{torn}")
