"""Checks everything in an archive: members, records, digests, that belonging records are there, and the index."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import index, parse
from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import Damage, Placed, iter_placed, iter_records, read_capture, warc_files
from archive.records import KNOWN_URN
from archive.segment import OPEN

_HASHES = ("sha1", "md5", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or (`ok`) what was checked; `str()` is one line for the operator. `offset` is -1 for a whole file."""

    file: str
    offset: int
    message: str
    ok: bool = False

    def __str__(self) -> str:
        return (
            f"{self.file}: offset {self.offset}: {self.message}" if self.offset >= 0 else f"{self.file}: {self.message}"
        )


def verify(data: DataDir) -> Iterator[Finding]:
    """Findings for every file and the index, each file closed by one `ok` finding with its count of sound records.

    Nothing is changed, and no content raises: what cannot be read is a finding.
    """
    for path in warc_files(data.warc):
        yield from verify_file(path)
    yield from _verify_index(data)


def verify_file(path: Path) -> Iterator[Finding]:
    """Findings of one WARC file."""
    sound = 0
    waiting: Placed | None = None
    name = path.name.removesuffix(OPEN)
    ours = name.startswith("nianbao-")
    try:
        for item in iter_placed(path):
            if isinstance(item, Damage):
                yield Finding(item.file, item.offset, item.message)
                continue
            wrong = list(_wrong(item.record))
            sound += not wrong
            for message in wrong:
                yield Finding(name, item.position.offset, message)
            record = item.record
            if ours and record.kind in ("response", "resource", "revisit"):
                if waiting:
                    yield _orphan(name, waiting)
                waiting = item
            elif waiting and record.uri.startswith(KNOWN_URN) and _belongs(record, waiting.record):
                yield from _payload_elsewhere(path, waiting)
                waiting = None
        if waiting:
            told = "the run was killed while this was written, so it has no site; the next crawl fetches it again"
            yield Finding(name, waiting.position.offset, f"{waiting.record.uri}: {told}", ok=True)
    except ArchiveError as error:
        yield Finding(name, -1, str(error))
        return
    yield Finding(name, -1, f"{sound} sound records", ok=True)


def _belongs(record: parse.Record, to: parse.Record) -> bool:
    return record.fields.get("warc-concurrent-to") == to.record_id


def _payload_elsewhere(path: Path, item: Placed) -> Iterator[Finding]:
    """A finding when the payload of a revisit is gone."""
    if item.record.kind == "revisit":
        try:
            read_capture(path.parent, item.position)
        except ArchiveError as error:
            yield Finding(item.position.file, item.position.offset, str(error))


def _orphan(name: str, item: Placed) -> Finding:
    return Finding(
        name,
        item.position.offset,
        f"{item.record.uri}: which site and role it has is lost (no metadata record follows)",
    )


def _wrong(record: parse.Record) -> Iterator[str]:
    """What is wrong with a record's digests and HTTP message."""
    if told := record.fields.get("warc-block-digest"):
        yield from _compare("block", told, record.block)
    told = record.fields.get("warc-payload-digest", "")
    if record.fields.get("content-type", "").startswith("application/http"):
        try:
            payload = parse.split_http(record.block)[1]
            if record.kind == "response":
                parse.response(record.block)
        except parse.ParseError as error:
            yield str(error)
            return
        # A revisit's payload stands elsewhere.
        if told and record.kind != "revisit":
            yield from _compare("payload", told, payload)
    elif told and record.kind != "revisit":
        yield from _compare("payload", told, record.block)


def _compare(what: str, told: str, data: bytes) -> Iterator[str]:
    """A message when the digest is another; base 32 and hexadecimal are understood, unknown algorithms passed over."""
    name, _, value = told.partition(":")
    name = name.lower().replace("-", "")
    if name not in _HASHES:
        return
    digest = hashlib.new(name, data, usedforsecurity=False).digest()
    if value.lower().rstrip("=") not in (base64.b32encode(digest).decode().lower().rstrip("="), digest.hex()):
        yield f"the {what} digest is {name}:{base64.b32encode(digest).decode()}, the record says {told}"


def _verify_index(data: DataDir) -> Iterator[Finding]:
    """Lines that are wrong, out of order, or lead nowhere, and captures without a line."""
    cure = "run `nianbao archive index`"
    name = data.index.name
    wanted: dict[bytes, str] = {}
    for path in warc_files(data.warc):
        if not path.name.endswith(OPEN):
            try:
                wanted |= {
                    _short(index.line(item)): path.name for item in iter_records(path) if isinstance(item, Capture)
                }
            except ArchiveError:
                continue  # told by verify_file
    if not data.index.is_file():
        if wanted:
            yield Finding(name, -1, f"missing, though {len(wanted)} captures are archived; {cure}")
        return
    opened = {path.name.removesuffix(OPEN) for path in warc_files(data.warc) if path.name.endswith(OPEN)}
    count = 0
    last = b""
    with data.index.open("rb") as lines:
        for number, text in enumerate(lines, 1):
            try:
                entry = index.parse_line(text)
            except ValueError:
                yield Finding(name, -1, f"line {number} is not a CDXJ line; {cure}")
                continue
            count += 1
            if text < last:
                yield Finding(name, -1, f"line {number} is out of order; {cure}")
            last = text
            if wanted.pop(_short(text), None) is None and entry.position.file not in opened:
                where = f"{entry.position.file} offset {entry.position.offset}"
                yield Finding(name, -1, f"line {number}: no such capture at {where}; {cure}")
    for file in sorted(set(wanted.values())):
        missing = sum(value == file for value in wanted.values())
        yield Finding(name, -1, f"{missing} captures of {file} are missing; {cure}")
    yield Finding(name, -1, f"{count} lines", ok=True)


def _short(text: bytes) -> bytes:
    """Sixteen bytes that stand for a line: millions of them fit in memory."""
    return hashlib.blake2b(text, digest_size=16).digest()
