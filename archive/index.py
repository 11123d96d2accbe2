"""The CDXJ index: one line a capture, as pywb reads it, sorted by bytes (LC_ALL=C).

A line is `<SURT key> <14-digit UTC time> {"url", "mime", "status", "digest", "length", "offset", "filename"}`, and
where they are known `"site"` and `"role"`, which replay passes over. A file's lines go in when the file is closed; captures of files still being written are found by reading those.
"""

from __future__ import annotations

import heapq
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import surt

from archive.capture import Capture, WarcPosition
from archive.datadir import Archive, DataDir
from archive.errors import ArchiveError
from archive.places import Place
from archive.reader import Damage, iter_records, warc_files
from archive.records import DOM_URN
from archive.replacing import locked, replace_lines
from archive.segment import OPEN

_RUN = 200_000  # lines sorted in memory at a time


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line of the index says; `url` of a rendered DOM begins with `urn:dom:`, `timestamp` is `YYYYmmddHHMMSS`."""

    url: str
    timestamp: str
    mime: str
    status: int
    digest: str
    position: WarcPosition
    site: str = ""
    role: str = ""


# Addresses of which SURT needs no canonical form first: a host with a name, and a plain path that ends in a name.
_PLAIN = re.compile(r"https?://(?:www\.)?((?:[a-z][a-z0-9]*\.)+[a-z]{2,6})((?:/[a-z0-9][a-z0-9_.-]*)+)", re.ASCII)


def key(url: str) -> str:
    """The sort-friendly form of an address (SURT): host turned round, scheme, `www.` and letter case dropped."""
    if (plain := _PLAIN.fullmatch(url)) and not plain[1].startswith("www"):
        return ",".join(reversed(plain[1].split("."))) + ")" + plain[2]
    try:
        text = surt.surt(url)
    except (ValueError, AttributeError, UnicodeError):
        text = url
    return re.sub(r"\s", "%20", text or url) or "-"


def line(capture: Capture, digest: str = "") -> bytes:
    """A capture's line, with its line end; `digest` saves finding the payload's once more. Raises ValueError for a capture without a position."""
    if capture.position is None:
        raise ValueError(f"{capture.url}: a capture that is not in the archive has no index line")
    url = DOM_URN + capture.url if capture.via == "browser" else capture.url
    stamp = re.sub(r"\D", "", capture.fetched_at)[:14]
    data = {
        "url": url,
        "mime": "warc/revisit" if capture.refers_to else capture.mime or "unk",
        "status": str(capture.status),
        "digest": digest or capture.payload_digest,
        "length": str(capture.position.length),
        "offset": str(capture.position.offset),
        "filename": capture.position.file,
    }
    if capture.site_id:
        data |= {"site": capture.site_id, "role": capture.role}
    return f"{key(url)} {stamp + '00000101000000'[len(stamp) :]} {json.dumps(data)}\n".encode()


def parse_line(text: bytes) -> Entry:
    """The entry of a line; ValueError when it is none."""
    try:
        _, stamp, data = text.decode("utf-8").split(" ", 2)
        row = json.loads(data)
        position = WarcPosition(row["filename"], int(row["offset"]), int(row["length"]))
        status = int(row["status"]) if str(row.get("status", "")).isdigit() else 0
        return Entry(
            row["url"],
            stamp,
            row.get("mime", ""),
            status,
            row.get("digest", ""),
            position,
            row.get("site", ""),
            row.get("role", ""),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no CDXJ line: {error}") from None


def lookup(data: Archive, url: str) -> list[Entry]:
    """All captures of an address, rendered DOMs included, oldest first; [] when there is none.

    Addresses are compared as replay does: without scheme, `www.`, letter case and order of query parameters.
    """
    keys = {key(url), key(DOM_URN + url)}
    found = {entry.position: entry for wanted in keys for entry in _in_index(data.index, wanted.encode() + b" ")}
    for entry in _in_open_files(data.warc):
        if key(entry.url) in keys:
            found[entry.position] = entry
    return sorted(found.values(), key=lambda entry: (entry.timestamp, entry.position.file, entry.position.offset))


def entries(data: Archive) -> Iterator[Entry]:
    """Every entry: the index in its order, then captures in files still being written."""
    if data.index.is_file():
        with data.index.open("rb") as lines:
            for number, text in enumerate(lines, 1):
                try:
                    yield parse_line(text)
                except ValueError:
                    raise _broken(data.index, number) from None
    yield from _in_open_files(data.warc)


def merge(index: Path, lines: Iterable[bytes]) -> None:
    """Add lines to the index and replace it atomically; lines that are there already stay single."""
    with locked(index), ExitStack() as stack:
        old: Iterable[bytes] = stack.enter_context(index.open("rb")) if index.is_file() else ()
        replace_lines(index, heapq.merge(old, *_sorted_runs(lines, stack)))


def add(folder: Path, lines: list[bytes]) -> None:
    """Merge lines into the index of the data directory that `folder` holds the WARC files of, if it does."""
    data = DataDir(folder.parent)
    if lines and data.warc == folder:
        merge(data.index, lines)


def rebuild(data: DataDir) -> tuple[int, list[Damage]]:
    """Write the index anew from the finished WARC files: the number of captures, and what could not be read."""
    damages: list[Damage] = []

    def lines() -> Iterator[bytes]:
        for path in warc_files(data.warc):
            if not path.name.endswith(OPEN):
                for item in iter_records(path):
                    if isinstance(item, Capture):
                        yield line(item)
                    elif isinstance(item, Damage):
                        damages.append(item)

    with locked(data.index), ExitStack() as stack:
        count = replace_lines(data.index, heapq.merge(*_sorted_runs(lines(), stack)))
    return count, damages


def _sorted_runs(lines: Iterable[bytes], stack: ExitStack) -> list[Iterable[bytes]]:
    """The lines as sorted runs; all but the last, which stays in memory, on disk."""
    runs: list[Iterable[bytes]] = []
    batch: list[bytes] = []
    for text in lines:
        batch.append(text)
        if len(batch) >= _RUN:
            spill = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            spill.writelines(sorted(batch))
            spill.seek(0)
            runs.append(spill)
            batch = []
    return [*runs, sorted(batch)]


def _in_index(index: Place, start: bytes) -> Iterator[Entry]:
    """Entries of the lines that begin with `start`, by bisection over the file."""
    if not index.is_file():
        return
    with index.open("rb") as handle:
        low, high = 0, handle.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            handle.seek(middle)
            if middle:
                handle.readline()
            if (text := handle.readline()) and text < start:
                low = middle + 1
            else:
                high = middle
        handle.seek(low)
        if low:
            handle.readline()
        for text in handle:
            if not text.startswith(start):
                return
            try:
                yield parse_line(text)
            except ValueError:
                raise _broken(index) from None


def _in_open_files(folder: Place) -> Iterator[Entry]:
    for path in warc_files(folder):
        if path.name.endswith(OPEN):
            for item in iter_records(path):
                if isinstance(item, Capture):
                    yield parse_line(line(item))


def _broken(index: Place, number: int = 0) -> ArchiveError:
    where = f"{index}:{number}" if number else f"{index}"
    return ArchiveError(f"{where}: not a CDXJ line; run `nianbao archive index` to write the index anew")
