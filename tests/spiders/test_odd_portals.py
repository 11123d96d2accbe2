"""Portals that nobody tuned for: every report of each is found by general means, and nothing else is taken for one."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from archive.capture import Site
from archive.datadir import DataDir
from archive.reader import iter_archive
from crawler.runner import crawl

FAST = {"AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "CRITICAL", "RETRY_TIMES": 0}


def _odd() -> Any:
    spec = importlib.util.spec_from_file_location("odd_portals", Path(__file__).with_name("odd_portals.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["odd_portals"] = module
    spec.loader.exec_module(module)
    return module


ODD = _odd().ODD


class Server:
    """One odd portal on loopback."""

    def __init__(self, odd: Any) -> None:
        self.odd, self.log = odd, []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                parts = urlsplit(self.path)
                server.log.append(f"{self.command} {self.path} {sent}".strip())
                answer = server.odd.pages.get(self.path) or server.odd.pages.get(parts.path, (404, {}, "not here"))
                if callable(answer):
                    answer = answer(dict(parse_qsl(parts.query)), dict(parse_qsl(sent)))
                status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                data = body if isinstance(body, bytes) else body.replace("HOST", server.host).encode()
                self.send_response(status)
                for name, value in ({"Content-Type": "text/html"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Any, set[str], dict[str, Any]]]]:
    """Each portal's server, the addresses of the reports that were found, and its ledger row; all in one crawl."""
    data = DataDir(tmp_path_factory.mktemp("odd"))
    servers = {name: Server(make()) for name, make in ODD.items()}
    codes = {name: f"4499{at:02}" for at, name in enumerate(ODD, 10)}
    sites = [
        Site(codes[name], codes[name], name, f"http://{server.host}{server.odd.home}")
        for name, server in servers.items()
    ]
    summary = crawl(sites, data, delay=0, at_once=16, settings=FAST)
    assert not summary.trouble
    found: dict[str, set[str]] = {code: set() for code in codes.values()}
    for record in iter_archive(data.warc):
        if getattr(record, "role", "") == "report" and record.status == 200:
            parts = urlsplit(record.url)
            found[record.site_id].add(parts.path + (f"?{parts.query}" if parts.query else ""))
    rows = {row["site_id"]: row for row in summary.rows}
    yield {name: (server, found[codes[name]], rows[codes[name]]) for name, server in servers.items()}
    for server in servers.values():
        server.http.shutdown()
        server.http.server_close()


@pytest.mark.parametrize("name", list(ODD))
def test_every_report_is_found(crawled: Any, name: str) -> None:
    server, found, row = crawled[name]
    told = "\n".join(server.log)
    assert found == set(server.odd.reports), f"{row['outcome']} {row['message']}\n{told}"
    assert row["requests"] <= len(server.odd.reports) + 40, told
