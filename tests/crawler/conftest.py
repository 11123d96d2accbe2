"""A small portal on loopback, and the simplest spider that can crawl it."""

from __future__ import annotations

import importlib.util
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, Site
from archive.datadir import DataDir
from archive.reader import RunRow, iter_archive
from crawler.runner import CrawlSummary, crawl


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    wait: float = 0.0


@dataclass
class Seen:
    at: float
    method: str
    path: str
    head: bytes


@dataclass
class Portal:
    """`pages` maps a path to an answer or to a function of the number of earlier requests for it."""

    port: int
    pages: dict[str, Answer | Callable[[int], Answer]]
    log: list[Seen]
    site: Site

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.log]

    def url(self, path: str) -> str:
        return f"{self.site.home_url.rstrip('/')}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Portal", ""

    def handle_one_request(self) -> None:
        # The head is kept as it came, before the parser touches it.
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            try:
                line = self.rfile.readline(65537)
            except ConnectionError:
                line = b""
            if not line:
                self.close_connection = True
                return
            head += line
        method, path = head.split(b" ")[:2]
        server: Any = self.server
        portal: Portal = server.portal
        length = next(
            (int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), 0
        )
        self.rfile.read(length)
        name = path.decode()
        with server.lock:
            before = portal.paths.count(name)
            portal.log.append(Seen(time.monotonic(), method.decode(), name, head))
        page = portal.pages.get(name, Answer(b"not here", 404))
        answer = page(before) if callable(page) else page
        time.sleep(answer.wait)
        if answer.raw:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        headers = {"Content-Type": "text/html", "Content-Length": str(len(answer.body)), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} Fine", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        try:
            self.wfile.write("\r\n".join(lines).encode() + answer.body)
            self.close_connection = False
        except ConnectionError:
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Handshakes that fail are the tests' matter."""


@pytest.fixture
def make_portal() -> Iterator[Callable[..., Portal]]:
    servers = []

    def make(
        pages: dict[str, Any], site_id: str = "999901", *, tls: ssl.SSLContext | None = None, **site: Any
    ) -> Portal:
        server: Any = _Server(("127.0.0.1", 0), _Handler)
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.daemon_threads = True
        server.lock = threading.Lock()
        port = server.server_address[1]
        home = f"http{'s' if tls else ''}://127.0.0.1:{port}/"
        row = Site(site_id, "999901", f"试验{site_id}", home, **site)
        server.portal = Portal(port, pages, [], row)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        portal: Portal = server.portal
        return portal

    yield make
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def dead_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data")


@pytest.fixture
def archived() -> Callable[[DataDir], list[Capture]]:
    """Every capture of a data directory, in the archive's order; damage fails the test."""

    def read(data: DataDir) -> list[Capture]:
        out = []
        for record in iter_archive(data.warc):
            assert isinstance(record, Capture | RunRow), record
            if isinstance(record, Capture):
                out.append(record)
        return out

    return read


@pytest.fixture
def link_page() -> Callable[..., bytes]:
    """A page that links to the paths given."""

    def page(*paths: str) -> bytes:
        links = "".join(f'<a href="{path}">{path}</a>' for path in paths)
        return f"<html><body>{links}{json.dumps(paths)}</body></html>".encode()

    return page


@pytest.fixture(scope="session")
def walker() -> Any:
    """The class `Walker` of walker.py."""
    spec = importlib.util.spec_from_file_location("walker", Path(__file__).with_name("walker.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Walker


@pytest.fixture
def run(data: DataDir, walker: Any) -> Callable[..., CrawlSummary]:
    """Crawl sites with the walker, without delay; further options are those of `crawl`, and the spider's budget."""

    def start(*sites: Site, budget: int = 500, **options: Any) -> CrawlSummary:
        spider = type("Walker", (walker,), {"budget": budget})
        return crawl(sites, data, **{"delay": 0, "spider": spider, **options})

    return start
