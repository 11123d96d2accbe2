"""Where an archive stands: a local folder, or an fsspec address (`s3://bucket/path`, `memory://x`), read in ranges."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from archive.errors import ArchiveError

# Bytes at an offset, fewer only at the end of the file: (count, offset).
Read = Callable[[int, int], bytes]


class Remote:
    """A file or folder at an fsspec address: of `pathlib.Path`, what reading an archive needs."""

    def __init__(self, files: Any, path: str) -> None:
        self.files = files
        self.path = path.rstrip("/")

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> Remote:
        return Remote(self.files, self.path.rpartition("/")[0])

    def __truediv__(self, name: str) -> Remote:
        return Remote(self.files, f"{self.path}/{name}")

    def __str__(self) -> str:
        return str(self.files.unstrip_protocol(self.path))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remote) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.path)

    def is_dir(self) -> bool:
        return bool(_asked(self, self.files.isdir))

    def is_file(self) -> bool:
        return bool(_asked(self, self.files.isfile))

    def iterdir(self) -> Iterator[Remote]:
        for path in _asked(self, lambda path: self.files.ls(path, detail=False)):
            if path.rstrip("/") != self.path:
                yield Remote(self.files, path)

    def size(self) -> int:
        return int(_asked(self, self.files.size))

    def open(self, mode: str = "rb") -> BinaryIO:
        return cast(BinaryIO, _asked(self, lambda path: self.files.open(path, mode)))

    def write(self, fill: Callable[[BinaryIO], object]) -> None:
        """Make the file of what `fill` writes. It has its name only when it is whole: object stores do so by nature,
        elsewhere it is renamed."""
        part = self.parent / f"{self.name}.part"

        def store(path: str) -> None:
            self.files.makedirs(self.parent.path, exist_ok=True)
            with self.files.open(part.path, "wb") as out:
                fill(out)
            self.files.mv(part.path, path)

        _asked(self, store, "written")


Place = Path | Remote
PlaceT = TypeVar("PlaceT", bound=Path | Remote)


def remote(address: str) -> Remote:
    """The place that an fsspec address names; ArchiveError when there is no such file system, or it lacks a library."""
    import fsspec

    try:
        files, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ArchiveError(f"{address}: no such storage ({error})") from None
    return Remote(files, path)


@contextmanager
def opened(place: Place) -> Iterator[Read]:
    """A function that reads ranges of a file; ArchiveError when it cannot be opened."""
    if isinstance(place, Remote):
        size = place.size()
        yield lambda count, offset: _range(place, offset, min(offset + count, size))
        return
    try:
        fd = os.open(place, os.O_RDONLY)
    except OSError as error:
        raise ArchiveError(f"{place}: cannot be read ({error.strerror}); check the path and its permissions") from error
    try:
        yield lambda count, offset: os.pread(fd, count, offset)
    finally:
        os.close(fd)


def _range(place: Remote, start: int, end: int) -> bytes:
    return bytes(_asked(place, lambda path: place.files.cat_file(path, start=start, end=end))) if start < end else b""


def _asked(place: Remote, question: Callable[[str], Any], done: str = "read") -> Any:
    """What the storage answers; ArchiveError when it does not."""
    try:
        return question(place.path)
    except ArchiveError:
        raise
    except Exception as error:  # each kind of storage has errors of its own
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ArchiveError(
            f"{place}: cannot be {done} ({reason}); check the address, the network and your access"
        ) from error
