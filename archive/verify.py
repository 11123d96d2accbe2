"""Checks everything in an archive: members, records, digests, that belonging records are there, and the index."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive import index, manifest, parse
from archive.capture import Capture
from archive.datadir import Archive
from archive.errors import ArchiveError
from archive.places import Place
from archive.reader import Damage, Placed, iter_placed, iter_records, read_capture, warc_files
from archive.records import KNOWN_URN
from archive.segment import OPEN

_CURE = "run `nianbao archive index`"
_HASHES = ("sha1", "md5", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or (`ok`) what was checked; `str()` is one line for the operator. `offset` is -1 for a whole file.
    In one that tells what harm to a file costs, `sound` holds the offsets of the captures that can still be read."""

    file: str
    offset: int
    message: str
    ok: bool = False
    sound: frozenset[int] | None = None

    def __str__(self) -> str:
        return (
            f"{self.file}: offset {self.offset}: {self.message}" if self.offset >= 0 else f"{self.file}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Harm:
    """A file that is not as it was: offsets of the captures that can still be read, and how many it had."""

    sound: frozenset[int]
    captures: int


def verify(data: Archive) -> Iterator[Finding]:
    """Findings for every file, the manifest and the index, each file closed by one `ok` finding with its count of sound
    records; at the end, for each harmed file, which captures that costs, in it and in files whose revisits refer to it.

    Nothing is changed, and no content raises: what cannot be read is a finding.
    """
    listed, broken = manifest.read(data.manifest)
    for number in broken:
        yield Finding(data.manifest.name, -1, f"line {number} is no line of a manifest; {_CURE}")
    harmed: dict[str, Harm] = {}
    strangers: list[manifest.Listed] = []
    for path in warc_files(data.warc):
        check = FileCheck(path)
        told = None
        bad = False
        for finding in check.findings():
            bad |= not finding.ok
            yield finding
        if not path.name.endswith(OPEN) and check.tally.size:
            told = listed.pop(check.name, None)
            here = check.tally.listed(check.name)
            if told is None:
                strangers.append(here)
            elif differences := _differences(told, here):
                bad = True
                yield Finding(check.name, -1, differences)
        elif path.name.endswith(OPEN):
            listed.pop(check.name, None)  # its writer died between listing and renaming it
        if bad:
            harmed[check.name] = Harm(frozenset(check.sound), (told or check.tally.listed("")).captures)
    for one in strangers:
        was = next((name for name, told in listed.items() if told.sha256 == one.sha256), "")
        yield Finding(one.file, -1, f"is {was} under another name; name it so again" if was else f"not listed; {_CURE}")
    for name, told in listed.items():
        harmed[name] = Harm(frozenset(), told.captures)
        yield Finding(name, -1, manifest.MISSING)
    yield from _verify_index(data)
    yield from _costs(data, harmed)


def _differences(told: manifest.Listed, here: manifest.Listed) -> str:
    if told.size != here.size:
        return f"it has {here.size} bytes, the manifest says {told.size}: {manifest.CHANGED}"
    if told.sha256 != here.sha256:
        return f"its sha-256 is {here.sha256}, the manifest says {told.sha256}: {manifest.CHANGED}"
    return "" if told == here else f"the manifest tells other records or dates than it holds; {_CURE}"


def _costs(data: Archive, harmed: Mapping[str, Harm]) -> Iterator[Finding]:
    """What was in harmed files and cannot be read any more: the manifest knows how much, the index which."""
    lost: dict[str, list[str]] = {}
    if harmed and data.index.is_file():
        with data.index.open("rb") as lines:
            for text in lines:
                try:
                    entry = index.parse_line(text)
                except ValueError:
                    continue  # told by _verify_index
                file = entry.position.file
                if file in harmed and entry.position.offset not in harmed[file].sound:
                    lost.setdefault(file, []).append(entry.url)
    for file, harm in sorted(harmed.items()):
        urls = lost.get(file, [])
        count = max(len(urls), harm.captures - len(harm.sound))
        which = (": " + ", ".join(urls[:3]) + (", …" if count > 3 else "")) if urls else ""
        message = f"costs {count or 'no'} capture{'' if count == 1 else 's'}{which}"
        yield Finding(file, -1, message, ok=not count, sound=harm.sound)


class FileCheck:
    """The check of one WARC file. After `findings` has been read, `sound` holds the offsets of the captures that can be
    read with all that belongs to them, and `tally` what the manifest must say of the file."""

    def __init__(self, path: Place) -> None:
        self.path = path
        self.name = path.name.removesuffix(OPEN)
        self.sound: set[int] = set()
        self.tally = manifest.Tally()
        self._ours = self.name.startswith("nianbao-")

    def findings(self) -> Iterator[Finding]:
        count = 0
        waiting: Placed | None = None
        whole = False
        try:
            for item in iter_placed(self.path):
                if isinstance(item, Damage):
                    yield Finding(item.file, item.offset, item.message)
                    continue
                record = item.record
                self.tally.count(record.kind, record.date)
                wrong = list(_wrong(record))
                count += not wrong
                for message in wrong:
                    yield Finding(self.name, item.position.offset, message)
                if record.kind in ("response", "resource", "revisit"):
                    if waiting:
                        yield _orphan(self.name, waiting)
                    waiting, whole = (item, not wrong) if self._ours else (None, False)
                    if not self._ours and not wrong:
                        self.sound.add(item.position.offset)
                elif waiting and record.uri.startswith(KNOWN_URN) and _belongs(record, waiting.record):
                    lost = list(_payload_elsewhere(self.path, waiting))
                    yield from lost
                    if whole and not wrong and not lost:
                        self.sound.add(waiting.position.offset)
                    waiting = None
            if waiting:
                told = "the run was killed while this was written, so it has no site; the next crawl fetches it again"
                self.sound.add(waiting.position.offset)
                yield Finding(self.name, waiting.position.offset, f"{waiting.record.uri}: {told}", ok=True)
            whole_file = manifest.hashed(self.path)
            self.tally.hashed, self.tally.size = whole_file.hashed, whole_file.size
        except ArchiveError as error:
            yield Finding(self.name, -1, str(error))
            return
        yield Finding(self.name, -1, f"{count} sound records", ok=True)


def _belongs(record: parse.Record, to: parse.Record) -> bool:
    return record.fields.get("warc-concurrent-to") == to.record_id


def _payload_elsewhere(path: Place, item: Placed) -> Iterator[Finding]:
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


def _verify_index(data: Archive) -> Iterator[Finding]:
    """Lines that are wrong, out of order, or lead nowhere, and captures without a line."""
    cure = _CURE
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
