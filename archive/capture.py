"""The one value that spiders, archive and pipelines meet in: a capture, one fetched page as it came over the wire."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["home", "list", "report", "attachment", "robots", "other"]
Via = Literal["http", "browser"]

ROLES: tuple[Role, ...] = ("home", "list", "report", "attachment", "robots", "other")


def payload_digest(payload: bytes) -> str:
    """`sha1:` and the base-32 SHA-1 of the payload as stored (WARC 1.1 §5.9): dechunked, still content-encoded."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii")


@dataclass(frozen=True, slots=True)
class WarcPosition:
    """Where a record stands: file name without folder and without `.open`, byte offset and length of its gzip member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Site:
    """One line of the registry, as it was when the page was fetched; it travels in the WARC's metadata records."""

    site_id: str
    region_code: str
    name: str
    home_url: str
    platform: str = ""
    list_url: str = ""
    fetch: Literal["http", "browser"] = "http"
    delay: float | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """A response as received.

    `fetched_at` is UTC, ISO 8601 with microseconds and `Z`. `headers` are name-value pairs in order. `payload` is the
    body dechunked but still content-encoded. `via` is `browser` for a DOM that Chromium rendered (then `payload` is
    UTF-8 HTML). `context` holds what the crawl knew and the bytes do not say, as JSON values; the keys in use are
    `referrer`, `anchor` (link text), `link_title` (title attribute), `listed_on` (date in the list row),
    `column` (list of column names that led here), `unit` (unit named by the column), `parent` (capture's page URL for
    an attachment), `tls` (version and why the certificate proves nothing, where it does not). `site` is the whole registry row where the archive knows it; `site_id` is
    its key. Header text is Latin-1: one character a byte. `refers_to` is where the payload stands when the capture is a
    revisit (WARC 1.1 §6.7) of an equal one; with status 304 the server said so itself, and `headers` are those of the
    earlier answer, freshened (RFC 9111 §3.2).
    """

    url: str
    fetched_at: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes = field(repr=False)
    site_id: str = ""
    role: Role = "other"
    via: Via = "http"
    context: Mapping[str, Any] = field(default_factory=dict)
    position: WarcPosition | None = None
    truncated: str = ""
    site: Site | None = field(default=None, repr=False, compare=False)
    refers_to: WarcPosition | None = None

    @property
    def payload_digest(self) -> str:
        return payload_digest(self.payload)

    @property
    def capture_id(self) -> str:
        """Sixteen hex digits from address, time, way and digest: the same from the wire and from the WARC."""
        text = "\n".join((self.url, self.fetched_at, self.via, self.payload_digest))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def header(self, name: str, default: str = "") -> str:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    @property
    def mime(self) -> str:
        """Media type of the Content-Type header, lower case, without parameters; '' when there is none."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """Declared charset of the Content-Type header, lower case; '' when there is none."""
        for part in self.header("content-type").split(";")[1:]:
            key, _, value = part.partition("=")
            if key.strip().lower() == "charset":
                return value.strip(" \"'").lower()
        return ""

    @property
    def came(self) -> bool:
        """Whether the address gave its content: an answer with status 2xx, or the word that it has not changed."""
        return 200 <= self.status < 300 or (self.status == 304 and self.refers_to is not None)

    def body(self, limit: int = 64 * 1024 * 1024) -> bytes:
        """The payload with its content encoding undone, at most `limit` bytes; damaged gzip yields what was readable."""
        encoding = self.header("content-encoding").strip().lower()
        if encoding in ("gzip", "x-gzip"):
            return _inflate(self.payload, 16 + zlib.MAX_WBITS, limit)
        if encoding == "deflate":
            return _inflate(self.payload, zlib.MAX_WBITS, limit) or _inflate(self.payload, -zlib.MAX_WBITS, limit)
        return self.payload[:limit]


def _inflate(data: bytes, wbits: int, limit: int) -> bytes:
    out = bytearray()
    while data and len(out) < limit:
        machine = zlib.decompressobj(wbits)
        try:
            out += machine.decompress(data, limit - len(out))
        except zlib.error:
            break
        if not machine.eof or machine.unused_data == data:
            break
        data = machine.unused_data
    return bytes(out)
