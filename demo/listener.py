"""HTTP on loopback for one portal: what it answers goes out as asked, and is written into the log first."""

from __future__ import annotations

import gzip
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from archive.capture import payload_digest
from demo.portals.base import Portal, Reply, Request
from demo.portals.mirror import Mirror

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


class Listener(ThreadingHTTPServer):
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
    server: Listener
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
            sent,
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
