"""The manifest: one JSON line for each closed WARC file, with what it must be for ever."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.places import Place, opened
from archive.replacing import locked, replace_lines

CHUNK = 1 << 20
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


def write(path: Path, listed: Iterable[Listed]) -> None:
    """Replace the manifest by these lines, in order of the files' names."""
    replace_lines(path, sorted(one.line() for one in listed))


def sha256(place: Place, tally: Tally | None = None) -> Tally:
    """Digest and size of a file as it stands there; ArchiveError when it cannot be read."""
    tally = tally or Tally()
    with opened(place) as read:
        while chunk := read(CHUNK, tally.size):
            tally.take(chunk)
    return tally
