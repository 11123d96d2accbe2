"""Part of an archive as a WARC file of its own: the records of chosen captures, byte for byte, and what they refer to."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive import index, records
from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.places import Read, opened
from archive.reader import Placed, find_file, iter_placed, iter_records, warc_files
from archive.segment import OPEN, told

NAME = "selection.warc.gz"
_CAPTURES = ("response", "resource", "revisit")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A capture without its payload, its id, that payload's digest, and whether it is there only because others refer
    to it."""

    capture: Capture
    capture_id: str
    digest: str
    referred: bool


def selected(data: DataDir, out: Path, wanted: Callable[[Capture], bool]) -> list[Chosen]:
    """Write the records of the captures that are wanted, and of those that hold their payloads, to `out`, from finished
    files in their order; the captures, with their positions in `out`. Nothing is written when none is wanted.
    ArchiveError when a file cannot be read or written."""
    chosen: dict[WarcPosition, Chosen] = {}
    origins: set[tuple[str, int]] = set()
    files = [path for path in warc_files(data.warc) if not path.name.endswith(OPEN)]
    for path in files:
        for item in iter_records(path):
            if isinstance(item, Capture) and item.position and wanted(item):
                chosen[item.position] = _light(item, False)
                if item.refers_to:
                    origins.add((item.refers_to.file, item.refers_to.offset))
    origins -= {(place.file, place.offset) for place in chosen}
    for name in sorted({file for file, _ in origins}):
        for item in iter_records(find_file(data.warc, name)):
            if isinstance(item, Capture) and item.position and (name, item.position.offset) in origins:
                chosen[item.position] = _light(item, True)
    if not chosen:
        return []
    found: list[Chosen] = []
    try:
        with out.open("wb") as target:
            date = max(one.capture.fetched_at for one in chosen.values())
            target.write(_warcinfo(out.name, date, " ".join(sorted(one.capture_id for one in chosen.values()))))
            for path in files:
                for place, members in _groups(path):
                    if one := chosen.get(place):
                        offset = target.tell()
                        target.writelines(members)
                        position = WarcPosition(out.name, offset, len(members[0]))
                        found.append(replace(one, capture=replace(one.capture, position=position)))
    except OSError as error:
        raise told(error, out) from error
    return found


def index_lines(chosen: list[Chosen]) -> list[bytes]:
    """The CDXJ of a selection."""
    return sorted(index.line(one.capture, one.digest) for one in chosen)


def _light(capture: Capture, referred: bool) -> Chosen:
    return Chosen(replace(capture, payload=b""), capture.capture_id, capture.payload_digest, referred)


def _warcinfo(name: str, date: str, ids: str) -> bytes:
    text = "format: WARC File Format 1.1\r\ndescription: records chosen from nianbao's archive, byte for byte\r\n"
    # The same selection gives the same bytes.
    record_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ids)}>"
    fields = {"WARC-Date": date, "WARC-Filename": name, "WARC-Record-ID": record_id}
    return records.record("warcinfo", fields, mime="application/warc-fields", block=text.encode(), level=3)


def _groups(path: Path) -> Iterator[tuple[WarcPosition, list[bytes]]]:
    """Each capture's record with those that belong to it, as gzip members."""
    place: WarcPosition | None = None
    members: list[bytes] = []
    record_id = ""
    with opened(path) as read:
        for item in iter_placed(path):
            if not isinstance(item, Placed):
                continue
            if item.record.kind in _CAPTURES:
                if place:
                    yield place, members
                place, members, record_id = item.position, [_member(read, item)], item.record.record_id
            elif place and item.record.fields.get("warc-concurrent-to") == record_id:
                members.append(_member(read, item))
    if place:
        yield place, members


def _member(read: Read, item: Placed) -> bytes:
    data = read(item.position.length, item.position.offset)
    return gzip.compress(data, 3, mtime=0) if data.startswith(b"WARC/") else data
