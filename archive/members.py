"""Gzip members of a file, or plain records: the unit in which WARC records are stored, found and lost."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from archive.places import Read

MAX_RECORD = 512 * 1024 * 1024
_MAGIC = b"\x1f\x8b\x08"
_FIRST = 32 * 1024
_MORE = 256 * 1024
_PLAIN = b"WARC/"
_LENGTH = re.compile(rb"\nContent-Length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_TAIL = re.compile(rb"(?:\r?\n){0,2}")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its bytes inflated (of a plain record, as they stand there), and its length in the file."""

    data: bytes
    length: int


class MemberError(Exception):
    """What stands at an offset is no whole gzip member. `torn` when the file ends inside one."""

    def __init__(self, message: str, *, torn: bool = False) -> None:
        super().__init__(message)
        self.torn = torn


def read_member(read: Read, offset: int) -> Member | None:
    """The member or plain record at `offset`, None at the end of the file, else MemberError."""
    machine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    parts: list[bytes] = []
    inflated = fed = 0
    while not machine.eof:
        chunk = read(_MORE if fed else _FIRST, offset + fed)
        if not fed and chunk.startswith(_PLAIN):
            return _plain(read, offset, chunk)
        if not chunk:
            if not fed:
                return None
            raise MemberError("the file ends inside a record", torn=True)
        try:
            while chunk and not machine.eof:
                fed += len(chunk)
                parts.append(machine.decompress(chunk, MAX_RECORD + 1 - inflated))
                inflated += len(parts[-1])
                if inflated > MAX_RECORD:
                    raise MemberError(f"a record is larger than {MAX_RECORD >> 20} MiB")
                chunk = machine.unconsumed_tail
                fed -= len(chunk)
        except zlib.error as error:
            raise MemberError(f"no readable gzip member ({str(error).rpartition(': ')[2]})") from None
    return Member(b"".join(parts), fed - len(machine.unused_data))


def _plain(read: Read, offset: int, start: bytes) -> Member:
    """The record without compression at `offset`, of which `start` is read already."""
    end = _HEAD_END.search(start)
    length = _LENGTH.search(start, 0, end.end()) if end else None
    if not end or not length:
        raise MemberError("the record header has no end, or tells no Content-Length")
    size = end.end() + int(length[1])
    if size > MAX_RECORD:
        raise MemberError(f"a record is larger than {MAX_RECORD >> 20} MiB")
    data = start if len(start) >= size + 4 else start + read(size + 4 - len(start), offset + len(start))
    if len(data) < size:
        raise MemberError("the file ends inside a record", torn=True)
    tail = _TAIL.match(data, size)
    size = tail.end() if tail else size
    return Member(data[:size], size)


def find_record(read: Read, offset: int, *, plain: bool = False) -> int | None:
    """The first offset from `offset` on at which a gzip member starts that inflates to a WARC record, or, in a `plain`
    file, a line that begins a record, if any."""
    mark = b"\n" + _PLAIN if plain else _MAGIC
    while True:
        chunk = read(_MORE, offset)
        found = chunk.find(mark)
        while found >= 0:
            if plain:
                return offset + found + 1
            if _starts_record(read, offset + found):
                return offset + found
            found = chunk.find(mark, found + 1)
        if len(chunk) < len(mark):
            return None
        offset += len(chunk) - len(mark) + 1


def _starts_record(read: Read, offset: int) -> bool:
    try:
        head = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(read(512, offset), 16)
    except zlib.error:
        return False
    return head.startswith(_PLAIN)
