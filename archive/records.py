"""WARC 1.1 records as bytes, one gzip member each."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from warcio.statusandheaders import StatusAndHeaders

from archive.capture import Site, payload_digest

RUN_URN = "urn:nianbao:run:"
DOM_URN = "urn:dom:"
# Not the page's own URI: replay tools index metadata records too, and would serve this one as the page.
KNOWN_URN = "urn:nianbao:capture:"
JSON_TYPE = "application/json"


def record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def record(
    kind: str,
    headers: Mapping[str, str],
    *,
    block: bytes,
    mime: str = "",
    head: bytes = b"",
    digest: str = "",
    level: int,
) -> bytes:
    """One record as a gzip member: `head` is the HTTP header block, if any, `block` what follows it.

    `digest` is the payload's, of `block` alone, if it is known already. Headers with an empty value are left out.

    The record is put together here and not by warcio's writer, which would percent-encode HTTP headers that are not
    ASCII and read each block three times; `warcio check` and FastWARC agree with the result in the tests.
    """
    digest = digest or payload_digest(block)
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": record_id(),
        **{name: value for name, value in headers.items() if value},
        "WARC-Payload-Digest": digest,
        "WARC-Block-Digest": payload_digest(head + block) if head else digest,
        "Content-Type": mime or f"application/http; msgtype={kind}",
        "Content-Length": str(len(head) + len(block)),
    }
    header = StatusAndHeaders("", list(fields.items()), protocol="WARC/1.1").to_bytes(encoding="utf-8")
    data = b"".join((header, head, block, b"\r\n\r\n"))
    # A small window for small records: setting up a large one takes longer than compressing them.
    window, memory = (11, 4) if len(data) < 2048 else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    machine = zlib.compressobj(level, zlib.DEFLATED, 16 + window, memory)
    return machine.compress(data) + machine.flush()


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def knowledge(site: Site, role: str, via: str, run_id: str, context: Mapping[str, Any]) -> bytes:
    """What the crawl knew about a capture and its bytes do not say, as JSON."""
    return as_json({"site": _row(site), "role": role, "via": via, "run_id": run_id, "context": context})


@lru_cache(maxsize=64)
def _row(site: Site) -> Mapping[str, Any]:
    return asdict(site)


def run_row(row: Mapping[str, Any], run_id: str, site: Site) -> bytes:
    """The row of one site's run and the site's registry row, as JSON."""
    return as_json({"run": {"run_id": run_id, "site_id": site.site_id, **row}, "site": _row(site)})
