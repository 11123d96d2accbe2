"""Gzip members of a file: the unit in which WARC records are stored, found and lost."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass

MAX_RECORD = 512 * 1024 * 1024
_MAGIC = b"\x1f\x8b\x08"
_FIRST = 32 * 1024
_MORE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its bytes inflated, and its length in the file."""

    data: bytes
    length: int


class MemberError(Exception):
    """What stands at an offset is no whole gzip member. `torn` when the file ends inside one."""

    def __init__(self, message: str, *, torn: bool = False) -> None:
        super().__init__(message)
        self.torn = torn


def read_member(fd: int, offset: int) -> Member | None:
    """The member at `offset`, None at the end of the file, else MemberError."""
    machine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    parts: list[bytes] = []
    inflated = fed = 0
    while not machine.eof:
        chunk = os.pread(fd, _MORE if fed else _FIRST, offset + fed)
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


def find_record(fd: int, offset: int) -> int | None:
    """The first offset from `offset` on at which a gzip member starts that inflates to a WARC record, if any."""
    while True:
        chunk = os.pread(fd, _MORE, offset)
        found = chunk.find(_MAGIC)
        while found >= 0:
            if _starts_record(fd, offset + found):
                return offset + found
            found = chunk.find(_MAGIC, found + 1)
        if len(chunk) < len(_MAGIC):
            return None
        offset += len(chunk) - len(_MAGIC) + 1


def _starts_record(fd: int, offset: int) -> bool:
    try:
        head = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(os.pread(fd, 512, offset), 16)
    except zlib.error:
        return False
    return head.startswith(b"WARC/")
