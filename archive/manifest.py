"""The manifest: one JSON line for each closed WARC file, with what it must be for ever."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.places import Place, opened
from archive.reader import Placed, iter_placed, warc_files
from archive.replacing import locked, replace_lines
from archive.segment import OPEN

CHUNK = 1 << 20
CHANGED = "its bytes are not those that were written; put a copy back, or run `nianbao archive index --accept`"
MISSING = "in the manifest, but gone; put a copy back, or run `nianbao archive index --accept`"
_CAPTURES = ("response", "resource", "revisit")


@dataclass(frozen=True, slots=True)
class Listed:
    """A closed file: SHA-256 in hex, size in bytes, records by WARC-Type, first and last WARC-Date of its captures
    ('' without any)."""

    file: str
    sha256: str
    size: int
    records: Mapping[str, int]
    first: str
    last: str

    @property
    def captures(self) -> int:
        return sum(self.records.get(kind, 0) for kind in _CAPTURES)

    def line(self) -> bytes:
        row = {name: getattr(self, name) for name in ("file", "sha256", "size", "records", "first", "last")}
        return json.dumps({**row, "records": dict(sorted(self.records.items()))}, ensure_ascii=False).encode() + b"\n"


@dataclass(slots=True)
class Tally:
    """Counts what goes into a file, or comes out of it."""

    hashed: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    records: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""

    def take(self, data: bytes) -> None:
        """Bytes of the file, in order."""
        self.hashed.update(data)
        self.size += len(data)

    def count(self, kind: str, date: str) -> None:
        """A record of the file, in any order."""
        self.records[kind] += 1
        if kind in _CAPTURES:
            self.first = min(self.first or date, date)
            self.last = max(self.last, date)

    def listed(self, file: str) -> Listed:
        return Listed(file, self.hashed.hexdigest(), self.size, dict(self.records), self.first, self.last)


def parse_line(text: bytes) -> Listed:
    """The file that a line lists; ValueError when it lists none."""
    try:
        row = json.loads(text)
        listed = Listed(row["file"], row["sha256"], row["size"], row["records"], row["first"], row["last"])
        if listed.line() != text:
            raise ValueError("not as this program writes it")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no line of a manifest: {error}") from None
    return listed


def read(path: Place) -> tuple[dict[str, Listed], list[int]]:
    """The listed files by name, and the numbers of lines that cannot be read. No manifest lists nothing."""
    found: dict[str, Listed] = {}
    broken: list[int] = []
    if path.is_file():
        try:
            with path.open("rb") as lines:
                for number, text in enumerate(lines, 1):
                    try:
                        one = parse_line(text)
                    except ValueError:
                        broken.append(number)
                    else:
                        found[one.file] = one
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    return found, broken


def update(path: Path, listed: Iterable[Listed]) -> None:
    """List files, in place of what was said of them before, and replace the manifest atomically."""
    with locked(path):
        write(path, {**read(path)[0], **{one.file: one for one in listed}}.values())


def add(folder: Path, made: Callable[[], Listed]) -> None:
    """List a file that is being closed in the manifest of the data directory that `folder` holds the WARC files of, if it does."""
    data = DataDir(folder.parent)
    if data.warc == folder:
        update(data.manifest, [made()])


def write(path: Path, listed: Iterable[Listed]) -> None:
    """Replace the manifest by these lines, in order of the files' names."""
    replace_lines(path, sorted(one.line() for one in listed))


def described(path: Place, name: str) -> Listed:
    """A file as it stands there, to be listed as `name`; ArchiveError when it cannot be read."""
    tally = hashed(path)
    for item in iter_placed(path):
        if isinstance(item, Placed):
            tally.count(item.record.kind, item.record.date)
    return tally.listed(name)


def hashed(path: Place) -> Tally:
    """Digest and size of a file as it stands there; ArchiveError when it cannot be read."""
    tally = Tally()
    with opened(path) as read:
        while chunk := read(CHUNK, tally.size):
            tally.take(chunk)
    return tally


@dataclass(frozen=True, slots=True)
class Departure:
    """Something in which the files differ from the manifest; `str()` is one line for the operator."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


def bring_up_to_date(data: DataDir, *, accept: bool) -> list[Departure]:
    """List the closed files that are not listed yet, and say where others differ from what is listed: that stays as it
    is, because the file has been harmed since. With `accept`, the files as they are now are taken for right."""
    departures: list[Departure] = []
    with locked(data.manifest):
        old = {} if accept else read(data.manifest)[0]
        new = dict(old)
        there = {path.name: path for path in warc_files(data.warc) if not path.name.endswith(OPEN)}
        for name, path in there.items():
            if name not in old:
                new[name] = described(path, name)
            elif hashed(path).hashed.hexdigest() != old[name].sha256:
                departures.append(Departure(name, CHANGED))
        departures += [
            Departure(name, MISSING)
            for name in sorted(old.keys() - there.keys())
            if not (data.warc / (name + OPEN)).exists()
        ]
        if new or data.manifest.is_file():
            write(data.manifest, new.values())
    return departures
