"""The demo world: portals on loopback that behave like the real ones, every request written down.

with World() as world:
    world.sites, world.expected(), world.log
"""

from __future__ import annotations

import csv
import gzip
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from archive.capture import Site, payload_digest
from demo.portals import PORTALS
from demo.portals.base import Portal, Reply, Request
from demo.portals.mirror import Mirror
from demo.reports import Report

HOST = "127.0.0.1"


class PortTaken(OSError):
    """A port that was asked for cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Served:
    """One request: `portal` is the site id (`mirror` for the hijacked one), `path` with its query string, `bytes` and
    `digest` (as `archive.capture.payload_digest`) those of the body sent, dechunked and still content-encoded."""

    portal: str
    method: str
    path: str
    status: int
    bytes: int
    digest: str
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """What a perfect reader gets from the report at `url`, taken from the figures that made the page.

    `facts` has every cell of the form: None for an empty one, money in 万元. `canonical` is False for a version that a
    later one replaced. `region_code` is None where a unit has no division code of its own: a zone, an invented county.
    """

    site_id: str
    url: str
    unit_name: str
    unit_kind: str
    region_code: str | None
    year: int
    form: str
    published_on: str
    facts: dict[tuple[str, str], float | None]
    content_kind: str
    canonical: bool
    title: str


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A rule that a report of the world breaks on purpose; `message` says how."""

    rule: str
    site_id: str
    unit_name: str
    year: int
    indicator: str
    applicant: str
    message: str


class World:
    """Starts all portals on `ports` (one each, the hijacked mirror's last; ephemeral ones by default), stops them on exit.

    Raises PortTaken when one is taken.
    """

    def __init__(self, ports: Sequence[int] | None = None) -> None:
        self.log: list[Served] = []
        self._ports = list(ports) if ports is not None else [0] * (len(PORTALS) + 1)
        if len(self._ports) != len(PORTALS) + 1:
            raise ValueError(f"{len(PORTALS) + 1} ports are needed, one a portal and one for the mirror")
        self._servers: list[_Server] = []
        self.portals: tuple[Portal, ...] = ()

    def __enter__(self) -> Self:
        try:
            for port in self._ports:
                self._servers.append(_Server(port, self.log))
        except OSError:
            self._stop()
            raise
        mirror = self._servers[-1]
        mirror.portal = Mirror(mirror.origin)
        for server, kind in zip(self._servers, PORTALS, strict=False):
            server.portal = kind(server.origin, mirror.origin)
        self.portals = tuple(server.portal for server in self._servers[:-1] if isinstance(server.portal, Portal))
        for server in self._servers:
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for server in self._servers:
            server.stop()
        self._servers.clear()

    @property
    def sites(self) -> tuple[Site, ...]:
        """The portals' registry rows; the mirror is not one of them."""
        return tuple(portal.site for portal in self.portals)

    @property
    def ports(self) -> list[int]:
        """The ports in use, to start the same world again."""
        return [server.server_port for server in self._servers]

    @property
    def mirror(self) -> str:
        """Origin of the hijacked mirror that some pages link to."""
        return self._servers[-1].origin

    def write_registry(self, path: Path) -> None:
        """The registry file of this world, with the columns of `spiders/sites/*.csv`."""
        columns = ("site_id", "region_code", "name", "home_url", "platform", "list_url", "fetch", "delay", "notes")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for site in self.sites:
                writer.writerow(["" if getattr(site, name) is None else getattr(site, name) for name in columns])

    def expected(self) -> list[ExpectedReport]:
        """Every report of the world, straight from its figures."""
        return [_expected(portal, path, report) for portal in self.portals for path, report in portal.published]

    @property
    def expected_findings(self) -> tuple[ExpectedFinding, ...]:
        """The rules broken on purpose; nothing else in the invented tables breaks one."""
        return tuple(
            ExpectedFinding(rule, portal.place.site_id, unit, year, indicator, applicant, message)
            for portal in self.portals
            for rule, unit, year, indicator, applicant, message in portal.breaks
        )


def _expected(portal: Portal, path: str, report: Report) -> ExpectedReport:
    return ExpectedReport(
        site_id=portal.place.site_id,
        url=f"{portal.origin}{path}",
        unit_name=report.unit,
        unit_kind=report.unit_kind,
        region_code=report.region_code,
        year=report.year,
        form=report.form,
        published_on=report.date,
        facts=dict(report.figures.facts),
        content_kind=report.kind,
        canonical=report.canonical,
        title=report.title,
    )


class _Server(ThreadingHTTPServer):
    """One portal's listener; keeps its connections so that stopping closes idle ones as well."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int, log: list[Served]) -> None:
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise PortTaken(f"port {port} on {HOST} cannot be used: {error.strerror}") from error
        self.portal: Portal | Mirror | None = None
        self.log = log
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Headers and body leave in one packet; otherwise every answer waits for the client's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def version_string(self) -> str:
        return "nginx"

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are written to the world's log instead."""

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(size).decode("utf-8", "replace")
        address = urlsplit(self.path)
        request = Request(
            self.command,
            address.path,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            dict(parse_qsl(sent, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
        )
        portal = self.server.portal
        assert portal is not None, "the server was started before its portal was built"
        reply = portal.respond(request)
        headers = list(reply.headers)
        body = reply.body
        if portal.gzip and len(body) > 500 and reply.content_type.startswith("text/"):
            # Compressed whether asked for or not, as some of the real ones do.
            body = gzip.compress(body, 6, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        if portal.etags and reply.status == 200:
            tag = f'"{payload_digest(body)[5:21].lower()}"'
            headers += [("ETag", tag), ("Last-Modified", "Tue, 01 Mar 2022 01:00:00 GMT")]
            if request.headers.get("if-none-match") == tag:
                reply, body = Reply(b"", 304, reply.content_type), b""
        sent_body = b"" if self.command == "HEAD" else body
        # Written down before it leaves, so that whoever has an answer finds it in the log.
        self.server.log.append(
            Served(
                portal.place.site_id,
                self.command,
                self.path,
                reply.status,
                len(sent_body),
                payload_digest(sent_body),
                self.headers.get("User-Agent", ""),
            )
        )
        self._send(reply, headers, body)

    def _send(self, reply: Reply, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(reply.status)
        if reply.content_type:
            self.send_header("Content-Type", reply.content_type)
        for name, value in headers:
            self.send_header(name, value)
        if reply.chunked and self.command != "HEAD":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(body), 4096):
                part = body[at : at + 4096]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        else:
            if reply.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        self.wfile.flush()
