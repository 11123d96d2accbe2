"""One request and its response, on the way into the archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.capture import Role, Site, Via

Pairs = tuple[tuple[str, str], ...]
Truncated = Literal["", "length", "time", "disconnect", "unspecified"]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f<>\ud800-\udfff]")
_BREAKS = re.compile(r"[\r\n\x00]+")


def utc_now() -> str:
    """The time now as the archive writes it: UTC, microseconds, `Z` (WARC 1.1 §5.4)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request as sent and its response as received.

    `payload` is the body dechunked but still content-encoded. Header pairs stand in wire order; a header's text is
    Latin-1, one character a byte, so that the bytes come out as they came in. `fetched_at` has the form of
    `utc_now()`; anything else is a ValueError. `protocol` are those of the connection as WARC-Protocol names them,
    a blank between two (`http/1.1 tls/1.3`), '' where they are not known.
    """

    method: str
    url: str
    status: int
    headers: Pairs
    payload: bytes = field(repr=False)
    fetched_at: str
    site: Site
    role: Role = "other"
    via: Via = "http"
    context: Mapping[str, Any] = field(default_factory=dict)
    request_headers: Pairs = ()
    request_body: bytes = field(default=b"", repr=False)
    reason: str = ""
    http_version: str = "HTTP/1.1"
    ip: str = ""
    truncated: Truncated = ""
    protocol: str = ""

    def __post_init__(self) -> None:
        check_time(self.fetched_at)


def check_time(text: str) -> str:
    """The time itself; ValueError when it is not UTC with microseconds and `Z`, because captures are told apart by it."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"fetched_at must look like 2026-01-31T08:00:00.000000Z, not {text!r}")
    return text


def clean_url(url: str) -> str:
    """The address with what would break a WARC header line (space, control, angle bracket) percent-encoded."""
    return _UNSAFE_IN_URL.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")), url
    )


def stored_headers(headers: Iterable[tuple[str, str]], size: int) -> Pairs:
    """Response headers as they are stored beside a dechunked body of `size` bytes.

    Transfer-Encoding becomes X-Orig-Transfer-Encoding. Content-Length tells the stored size; a different one that
    the server sent is kept as X-Orig-Content-Length. Everything else keeps name, order and bytes, except line breaks
    and blanks around values, which no HTTP header can carry.
    """
    out: list[tuple[str, str]] = []
    framed = sized = False
    for name, value in clean_headers(headers):
        lower = name.lower()
        if lower == "transfer-encoding":
            out.append((f"X-Orig-{name}", value))
            framed = True
        elif lower == "content-length":
            if value != str(size):
                out.append((f"X-Orig-{name}", value))
            if not sized:
                out.append((name, str(size)))
            sized = True
        else:
            out.append((name, value))
    if framed and not sized:
        out.append(("Content-Length", str(size)))
    return tuple(out)


def clean_headers(headers: Iterable[tuple[str, str]]) -> Pairs:
    """Header pairs that survive a round trip through an HTTP header block; a nameless header is left out."""
    pairs = ((_line(name).replace(":", "").strip(" \t"), _line(value).strip(" \t")) for name, value in headers)
    return tuple((name, value) for name, value in pairs if name)


def freshened(stored: Pairs, update: Pairs) -> Pairs:
    """Headers of an answer that was kept, freshened by those of a 304 (RFC 9111 §3.2): what the 304 tells replaces what
    was told before, but for what describes the body that was sent then."""
    kept = {"content-length", "content-encoding", "content-type", "content-range", "transfer-encoding"}
    new = tuple((name, value) for name, value in update if name.lower() not in kept)
    names = {name.lower() for name, _ in new}
    return (*((name, value) for name, value in stored if name.lower() not in names), *new)


def response_head(exchange: Exchange, headers: Pairs) -> bytes:
    """Status line and headers, ending in the blank line. HTTP/2 and later are told as HTTP/1.1, as archives do."""
    version = exchange.http_version if exchange.http_version in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    return _head(f"{version} {exchange.status:03d} {_line(exchange.reason).strip()}", headers)


def request_head(exchange: Exchange) -> bytes:
    """Request line and headers, ending in the blank line."""
    parts = urlsplit(clean_url(exchange.url))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _head(f"{_line(exchange.method)} {_line(target)} HTTP/1.1", clean_headers(exchange.request_headers))


def _line(text: str) -> str:
    """Latin-1 text without line breaks; characters beyond Latin-1 as their UTF-8 bytes."""
    text = _BREAKS.sub(" ", text)
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("latin-1")
    return text


def _head(first: str, headers: Pairs) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
