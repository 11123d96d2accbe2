"""Bytes of WARC records and HTTP messages to values: pure, and an error message instead of a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_STATUS = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})(?:[ \t]|$)")
_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"\r?\n(?![ \t])")
_FOLD = re.compile(rb"\r?\n[ \t]+")


class ParseError(ValueError):
    """The bytes are not what they should be; the message says what is wrong, without saying where."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. Field names are in lower case; `uri` is without the angle brackets some tools write."""

    fields: Mapping[str, str]
    block: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "")

    @property
    def uri(self) -> str:
        return self.fields.get("warc-target-uri", "").removeprefix("<").removesuffix(">")

    @property
    def record_id(self) -> str:
        return self.fields.get("warc-record-id", "")

    @property
    def date(self) -> str:
        return self.fields.get("warc-date", "")

    @property
    def mime(self) -> str:
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()


def record(data: bytes, start: int = 0, end: int | None = None) -> tuple[Record, int]:
    """The record at `start` of `data` and the position behind it, its two closing line breaks included."""
    if not data.startswith(b"WARC/", start):
        raise ParseError("it does not begin with WARC/")
    stop = _END.search(data, start)
    if not stop:
        raise ParseError("the record header has no end")
    lines = _LINE.split(data[start : stop.start()])[1:]
    pairs = (_FOLD.sub(b" ", line).decode("utf-8", "replace").partition(":") for line in lines)
    fields = {name.strip().lower(): value.strip(" \t") for name, _, value in pairs}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise ParseError("the record header tells no Content-Length")
    behind = stop.end() + int(length)
    if behind > len(data):
        raise ParseError(f"the record is {behind - len(data)} bytes shorter than its Content-Length")
    tail = re.compile(rb"(?:\r?\n){0,2}").match(data, behind)
    return Record(fields, data[stop.end() : behind]), tail.end() if tail else behind


def whole(data: bytes) -> Record:
    """The one record that `data` is; ParseError when there is less or more."""
    one, behind = record(data)
    if behind != len(data):
        raise ParseError("a gzip member holds more than one record; `warcio recompress` mends such a file")
    return one


def split_http(block: bytes) -> tuple[bytes, bytes]:
    """Head (without its closing blank line) and payload of an HTTP message."""
    stop = _END.search(block)
    if stop:
        return block[: stop.start()], block[stop.end() :]
    if block.endswith(b"\n"):
        return block.rstrip(b"\r\n"), b""
    raise ParseError("the HTTP header has no end")


def response(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, header pairs and payload of an HTTP response; a chunked body, as other archives store it, dechunked."""
    head, payload = split_http(block)
    lines = _LINE.split(head)
    status = _STATUS.match(lines[0])
    if not status:
        raise ParseError("the response has no HTTP status line")
    pairs: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = _FOLD.sub(b" ", line).decode("latin-1").partition(":")
        if colon and name.strip(" \t"):
            pairs.append((name.strip(" \t"), value.strip(" \t")))
    if any(name.lower() == "transfer-encoding" and value.lower() == "chunked" for name, value in pairs):
        payload = dechunk(payload)
    return int(status[1]), tuple(pairs), payload


def dechunk(data: bytes) -> bytes:
    """A chunked body put together (RFC 9112 §7.1); data that is not chunked after all, as it is."""
    out = bytearray()
    at = 0
    while True:
        stop = data.find(b"\n", at, at + 1024)
        size = re.fullmatch(rb"\s*([0-9A-Fa-f]{1,8})\s*(?:;.*)?", data[at:stop].rstrip(b"\r")) if stop >= 0 else None
        if not size:
            return bytes(out) if out else data
        length = int(size[1], 16)
        if not length:
            return bytes(out)
        out += data[stop + 1 : stop + 1 + length]
        at = stop + 1 + length
        at += 2 if data.startswith(b"\r\n", at) else 1
