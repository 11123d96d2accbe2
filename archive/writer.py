"""Writes exchanges into WARC files: response, request and what the crawl knew, one gzip member each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive import index, manifest, records
from archive.capture import Capture, Role, Site, WarcPosition, payload_digest
from archive.errors import ArchiveError
from archive.exchange import (
    Exchange,
    check_time,
    clean_url,
    freshened,
    request_head,
    response_head,
    stored_headers,
    utc_now,
)
from archive.segment import Segment

DOM_HEADERS = (("Content-Type", "text/html; charset=utf-8"),)


class ArchiveWriter:
    """Appends to `folder`, starting a file at the first record and a new one when `max_bytes` are reached.

    One file is `nianbao-<YYYYmmddHHMMSS>-<run_id>-<serial>.warc.gz`, with `.open` behind it until closed. A `write`
    that returned has handed its records to the operating system; see `Segment` for when they are synced to disk.
    Where `folder` is the `warc` folder of a data directory, a closed file's captures go into its `index.cdxj`, and the
    file, with the digest of what was written, into its `manifest.jsonl`.
    A full disk is `ArchiveFull`, after which everything acknowledged is still whole and the writer may be used again.
    Not for use from several threads at once.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run_id: str,
        operator: str,
        software: str = "",
        robots: str = "obey",
        max_bytes: int = 1 << 30,
        gzip_level: int = 3,
    ) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", run_id):
            raise ValueError(f"run_id {run_id!r}: letters, digits, '_', '.' and '-' only, because it names files")
        self.folder = folder
        self.run_id = run_id
        self._info = {
            "software": software or f"nianbao/{version('nianbao')}",
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "operator": operator,
            "isPartOf": run_id,
            "robots": robots,
        }
        self._max_bytes = max_bytes
        self._level = gzip_level
        self._serial = 0
        self._segment: Segment | None = None
        self._lines: list[bytes] = []
        self._tally = manifest.Tally()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange, refers_to: Capture | None = None) -> Capture:
        """Archive one exchange and return it as it stands in the archive, position included.

        With `refers_to`, an archived capture with the same payload (or, for a 304, the one that the server was asked
        to compare with), a revisit record is written instead of the payload. ValueError when the payloads differ, or
        when it is a revisit itself.
        """
        url = clean_url(exchange.url)
        headers = stored_headers(exchange.headers, len(exchange.payload))
        unchanged = exchange.status == 304
        origin = refers_to.position if refers_to else None
        if refers_to and (
            not origin or refers_to.refers_to or (not unchanged and refers_to.payload != exchange.payload)
        ):
            raise ValueError(f"{url}: no revisit of {refers_to.url}: it holds no payload, or another")
        payload = refers_to.payload if refers_to else exchange.payload
        digest = payload_digest(payload)
        response_id = records.record_id()
        common = {"WARC-Target-URI": url, "WARC-Date": exchange.fetched_at}
        response = self._record(
            "revisit" if refers_to else "response",
            {
                **common,
                **(_revisit(refers_to, unchanged) if refers_to else {}),
                "WARC-Record-ID": response_id,
                "WARC-IP-Address": exchange.ip,
                "WARC-Protocol": exchange.protocol,
                "WARC-Truncated": exchange.truncated,
                "WARC-Payload-Digest": digest,
            },
            head=response_head(exchange, headers),
            block=b"" if refers_to else exchange.payload,
        )
        request = self._record(
            "request",
            {**common, "WARC-Concurrent-To": response_id},
            head=request_head(exchange),
            block=exchange.request_body,
        )
        context = _plain(exchange.context)
        known = self._known(
            url, exchange.fetched_at, response_id, exchange.site, exchange.role, exchange.via, context, origin
        )
        return self._indexed(
            Capture(
                url=url,
                fetched_at=exchange.fetched_at,
                status=exchange.status,
                headers=freshened(refers_to.headers, headers) if refers_to and unchanged else headers,
                payload=payload,
                site_id=exchange.site.site_id,
                role=exchange.role,
                via=exchange.via,
                context=context,
                position=self._append(
                    exchange.fetched_at,
                    ("revisit" if refers_to else "response", response),
                    ("request", request),
                    ("metadata", known),
                ),
                truncated=exchange.truncated,
                site=exchange.site,
                refers_to=origin,
            ),
            digest,
        )

    def write_dom(
        self, url: str, html: str, fetched_at: str, site: Site, role: Role, context: Mapping[str, Any]
    ) -> Capture:
        """Archive a DOM that a browser rendered, as a `resource` under `urn:dom:<url>`, never as the page itself."""
        url = clean_url(url)
        check_time(fetched_at)
        payload = html.encode("utf-8", "replace")
        digest = payload_digest(payload)
        resource_id = records.record_id()
        resource = self._record(
            "resource",
            {
                "WARC-Target-URI": records.DOM_URN + url,
                "WARC-Date": fetched_at,
                "WARC-Record-ID": resource_id,
                "WARC-Payload-Digest": digest,
            },
            mime=DOM_HEADERS[0][1],
            block=payload,
        )
        plain = _plain(context)
        known = self._known(url, fetched_at, resource_id, site, role, "browser", plain, None)
        return self._indexed(
            Capture(
                url=url,
                fetched_at=fetched_at,
                status=200,
                headers=DOM_HEADERS,
                payload=payload,
                site_id=site.site_id,
                role=role,
                via="browser",
                context=plain,
                position=self._append(fetched_at, ("resource", resource), ("metadata", known)),
                site=site,
            ),
            digest,
        )

    def write_run(self, row: Mapping[str, Any], site: Site) -> None:
        """Archive the `site_runs` row of a site's finished crawl, with the site's registry row, and sync to disk."""
        urn = f"{records.RUN_URN}{self.run_id}:{clean_url(site.site_id)}"
        date = utc_now()
        run = self._record(
            "metadata",
            {"WARC-Target-URI": urn, "WARC-Date": date},
            mime=records.JSON_TYPE,
            block=records.run_row(row, self.run_id, site),
        )
        self._append(date, ("metadata", run))
        self.sync()

    def sync(self) -> None:
        """Put everything written so far on the disk."""
        if self._segment:
            self._segment.sync()

    def close(self) -> None:
        """Sync and give the current file its final name; writing again starts the next file."""
        segment, self._segment = self._segment, None
        lines, self._lines = self._lines, []
        tally, self._tally = self._tally, manifest.Tally()
        if segment:
            # Index and manifest come first: a closed file that is not in them would not be looked at again. Where they
            # cannot be written, the file stays `.open`, and whoever mends the archive next does all of it.
            try:
                index.add(self.folder, lines)
                if segment.size:
                    name = segment.path.name
                    manifest.add(self.folder, lambda: tally.listed(name))
            except BaseException:
                segment.leave_open()
                raise
            segment.close()

    def _record(
        self,
        kind: str,
        headers: Mapping[str, str],
        *,
        block: bytes,
        mime: str = "",
        head: bytes = b"",
    ) -> bytes:
        return records.record(kind, headers, block=block, mime=mime, head=head, level=self._level)

    def _known(
        self,
        url: str,
        date: str,
        concurrent: str,
        site: Site,
        role: str,
        via: str,
        context: Mapping[str, Any],
        refers_to: WarcPosition | None,
    ) -> bytes:
        return self._record(
            "metadata",
            {"WARC-Target-URI": records.KNOWN_URN + url, "WARC-Date": date, "WARC-Concurrent-To": concurrent},
            mime=records.JSON_TYPE,
            block=records.knowledge(site, role, via, self.run_id, context, refers_to),
        )

    def _append(self, date: str, *members: tuple[str, bytes]) -> WarcPosition:
        """Append records of one date that belong together, each with its type, in one go; the position is the first
        one's."""
        if self._segment and self._segment.size >= self._max_bytes:
            self.close()
        segment = self._segment or self._start()
        data = b"".join(member for _, member in members)
        offset = segment.append(data)
        self._count(date, data, *(kind for kind, _ in members))
        return WarcPosition(segment.path.name, offset, len(members[0][1]))

    def _count(self, date: str, data: bytes, *kinds: str) -> None:
        self._tally.take(data)
        for kind in kinds:
            self._tally.count(kind, date)

    def _indexed(self, capture: Capture, digest: str) -> Capture:
        self._lines.append(index.line(capture, digest))
        return capture

    def _start(self) -> Segment:
        """The next file, with its warcinfo record."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{self.folder}: cannot be created ({error.strerror}); check the path") from error
        while True:
            stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
            path = self.folder / f"nianbao-{stamp}-{self.run_id}-{self._serial:05d}.warc.gz"
            self._serial += 1
            try:
                segment = Segment(path)
                break
            except FileExistsError:
                continue
        info = "".join(f"{name}: {' '.join(str(value).split())}\r\n" for name, value in self._info.items())
        date = utc_now()
        first = self._record(
            "warcinfo",
            {"WARC-Date": date, "WARC-Filename": path.name},
            mime="application/warc-fields",
            block=info.encode(),
        )
        try:
            segment.append(first)
        except ArchiveError:
            segment.close()
            raise
        self._count(date, first, "warcinfo")
        self._segment = segment
        return segment


def _revisit(of: Capture, unchanged: bool) -> dict[str, str]:
    """The fields by which a revisit record names the capture that holds its payload (WARC 1.1 §6.7)."""
    return {
        "WARC-Profile": records.NOT_MODIFIED if unchanged else records.SAME_PAYLOAD,
        "WARC-Refers-To-Target-URI": of.url,
        "WARC-Refers-To-Date": of.fetched_at,
    }


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context as it will be read back: JSON values only, tuples as lists."""
    if not context:
        return {}
    plain: dict[str, Any] = json.loads(records.as_json(dict(context)))
    return plain
