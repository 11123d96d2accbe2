"""WARC 1.1 records as bytes, one gzip member each, built by warcio."""

from __future__ import annotations

import io
import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Site, WarcPosition, payload_digest

RUN_URN = "urn:nianbao:run:"
DOM_URN = "urn:dom:"
# Not the page's own URI: replay tools index metadata records too, and would serve this one as the page.
KNOWN_URN = "urn:nianbao:capture:"
# WARC 1.1 §6.7.2 and §6.7.3.
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
JSON_TYPE = "application/json"


def record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


class _Verbatim(StatusAndHeaders):
    """An HTTP head kept byte for byte; warcio would percent-encode what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("verbatim", [])  # type: ignore[no-untyped-call]  # not empty: warcio would look for a head of its own
        self._head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._head


# Set up once: it asks the system for the host's name each time.
_BUILDER = WARCWriter(None, gzip=False, warc_version="WARC/1.1")


def record(
    kind: str, headers: Mapping[str, str], *, block: bytes, mime: str = "", head: bytes = b"", level: int
) -> bytes:
    """One record as a gzip member: `head` is the HTTP header block, if any, `block` what follows it.

    Length and digests are added: the block's, and, where `headers` tell none, the payload's, which is of `block` alone.
    Headers with an empty value are left out. WARC-Protocol, which may stand more than once, is given as words.
    """
    fields = {"WARC-Type": kind, **{name: value for name, value in headers.items() if value}}
    protocols = fields.pop("WARC-Protocol", "").split()
    # Given here, because warcio would go through the block twice, in small pieces.
    if kind not in _BUILDER.NO_PAYLOAD_DIGEST_TYPES and "WARC-Payload-Digest" not in fields:
        fields["WARC-Payload-Digest"] = payload_digest(block)
    payload = fields.get("WARC-Payload-Digest")
    fields["WARC-Block-Digest"] = payload if payload and not head else payload_digest(head + block)
    made = _BUILDER.create_warc_record(
        fields.get("WARC-Target-URI", ""),
        kind,
        payload=io.BytesIO(block),
        length=len(block),
        warc_content_type=mime,
        warc_headers_dict=fields,
        http_headers=_Verbatim(head) if head else None,
    )
    for protocol in protocols:
        made.rec_headers.add_header("WARC-Protocol", protocol)
    out = io.BytesIO()
    _BUILDER._write_warc_record(out, made)
    # A small window for small records: setting up a large one takes longer than compressing them.
    window, memory = (11, 4) if out.tell() < 2048 else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    machine = zlib.compressobj(level, zlib.DEFLATED, 16 + window, memory)
    return machine.compress(out.getbuffer()) + machine.flush()


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def knowledge(
    site: Site, role: str, via: str, run_id: str, context: Mapping[str, Any], refers_to: WarcPosition | None
) -> bytes:
    """What the crawl knew about a capture and its bytes do not say, as JSON. A revisit's tells where the payload stands."""
    known = {"site": _row(site), "role": role, "via": via, "run_id": run_id, "context": context}
    if refers_to:
        known["refers_to"] = asdict(refers_to)
    return as_json(known)


@lru_cache(maxsize=64)
def _row(site: Site) -> Mapping[str, Any]:
    return asdict(site)


def run_row(row: Mapping[str, Any], run_id: str, site: Site) -> bytes:
    """The row of one site's run and the site's registry row, as JSON."""
    return as_json({"run": {"run_id": run_id, "site_id": site.site_id, **row}, "site": _row(site)})
