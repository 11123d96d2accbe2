"""Traps cost a bounded number of requests, bytes and seconds, and the reports beside them are found."""

from __future__ import annotations

import gzip
import itertools
import socketserver
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from archive.capture import Site


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


class Pages(dict[str, Any]):
    """Pages whose number has no end: `every` makes the answer for a path that is not listed, or None."""

    def __init__(self, pages: dict[str, Any], every: Any) -> None:
        super().__init__(pages)
        self._every = every

    def get(self, path: str, default: Any = None) -> Any:
        return super().get(path) or (None if "robots" in path else self._every(path)) or default


def test_a_pager_that_gives_one_list_for_ever(make_portal, run, link_page):
    """The walker follows whatever it sees: here relative links that lead deeper and deeper into the same page."""
    same = ok(b'<a href="deeper/">')
    pages = {"/": ok(link_page("/report/1", "/list/")), "/report/1": ok()}
    portal = make_portal(Pages(pages, lambda path: same if path.startswith("/list/") else None))
    row = run(portal.site).rows[0]
    assert len(portal.log) == 3 + 4
    assert row["reports_found"] == 1
    assert "the same page came at many addresses, and its links were followed no further" in row["message"]


def test_a_page_that_differs_each_time_ends_by_the_budget_of_requests(make_portal, run, link_page):
    pages = {"/": ok(link_page("/report/1", "/day/1")), "/report/1": ok()}
    days = itertools.count(2)

    def every(path: str) -> Any:
        return ok(link_page(f"/day/{next(days)}")) if path.startswith("/day/") else None

    portal = make_portal(Pages(pages, every))
    row = run(portal.site, settings={"NIANBAO_BUDGET": 30}).rows[0]
    assert len(portal.log) == 30
    assert (row["outcome"], row["reports_found"]) == ("partial", 1)
    assert "budget of 30 requests" in row["message"]


def test_the_budget_of_bytes_counts_what_was_given_up_too(make_portal, run, link_page):
    big = {f"/big{i}": ok(b"x" * 300_000) for i in range(20)}
    portal = make_portal({"/": ok(link_page("/report/1", *big)), "/report/1": ok(), **big})
    row = run(portal.site, settings={"NIANBAO_BYTES": 1_000_000, "DOWNLOAD_MAXSIZE": 200_000}).rows[0]
    told = [path for path in portal.paths if path.startswith("/big")]
    assert row["reports_found"] == 1
    assert len(told) == 20, "a length that is announced costs nothing"
    chunked = {
        path: ok(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + answer.body)
        for path, answer in big.items()
    }
    portal = make_portal({"/": ok(link_page("/report/1", *chunked)), "/report/1": ok(), **chunked}, site_id="999902")
    row = run(portal.site, settings={"NIANBAO_BYTES": 1_000_000, "DOWNLOAD_MAXSIZE": 200_000}).rows[0]
    assert 4 <= len([path for path in portal.paths if path.startswith("/big")]) <= 6
    assert "budget of 1 MB" in row["message"]


def test_the_budget_of_time(make_portal, run, link_page):
    slow = {f"/slow{i}": ok(wait=0.2) for i in range(50)}
    portal = make_portal({"/": ok(link_page(*slow)), **slow})
    row = run(portal.site, settings={"NIANBAO_SECONDS": 1.5}).rows[0]
    assert len(portal.log) < 12
    assert "budget of" in row["message"]
    assert "hours" in row["message"]


class _Endless(socketserver.StreamRequestHandler):
    """/big says 10 GB and sends what is taken, /trickle a byte at a time, both for ever."""

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        path = head.split(b" ")[1].decode()
        server: Any = self.server
        server.asked.append(path)
        try:
            for piece in server.pages(path):
                self.wfile.write(piece)
                server.sent[path] = server.sent.get(path, 0) + len(piece)
        except OSError:
            return


@pytest.fixture
def endless() -> Iterator[Any]:
    def pages(path: str) -> Iterator[bytes]:
        page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        if path == "/":
            links = "".join(f'<a href="{each}">' for each in ("/big", "/open", "/trickle", "/bomb", "/report/1"))
            yield page + b"\r\n" + links.encode()
        elif path == "/report/1":
            yield page + b"\r\n<p>text"
        elif path == "/big":
            yield page + b"Content-Length: 10000000000\r\n\r\n"
            yield from itertools.repeat(b"x" * 65536)
        elif path == "/open":
            yield page + b"Transfer-Encoding: chunked\r\n\r\n"
            yield from itertools.repeat(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        elif path == "/trickle":
            yield page + b"Transfer-Encoding: chunked\r\n\r\n"
            for _ in range(300):
                time.sleep(0.1)
                yield b"1\r\nx\r\n"
        elif path == "/bomb":
            yield page + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(50_000_000))
        else:
            yield b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), _Endless) as server:
        served: Any = server
        served.pages, served.asked, served.sent = pages, [], {}
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def test_bodies_without_end(endless, run):
    site = Site("999901", "999901", "试验", f"http://127.0.0.1:{endless.server_address[1]}/")
    most = {"DOWNLOAD_MAXSIZE": 2_000_000, "DOWNLOAD_TIMEOUT": 1.5, "RETRY_TIMES": 1}
    row = run(site, settings=most).rows[0]
    assert row["reports_found"] == 1
    asked = {path: endless.asked.count(path) for path in ("/big", "/open", "/trickle", "/bomb")}
    assert asked == {"/big": 1, "/open": 1, "/trickle": 2, "/bomb": 1}
    # What the server's own buffers take is not ours.
    assert endless.sent["/big"] < 10_000_000
    assert endless.sent["/open"] < 12_000_000
    assert "not read: " in row["message"]
    assert "/big and 2 more" in row["message"]
    assert "no answer in time" in row["message"]


def test_circles_of_redirects(make_portal, run, link_page):
    def every(path: str) -> Any:
        return ok(status=302, headers={"Location": path + "x"}) if path.startswith("/on") else None

    itself = ok(status=302, headers={"Location": "/self"})
    pages = {"/": ok(link_page("/report/1", "/on", "/self")), "/report/1": ok(), "/self": itself}
    portal = make_portal(Pages(pages, every))
    row = run(portal.site).rows[0]
    assert sum(path.startswith("/on") for path in portal.paths) == 9
    assert sum(path == "/self" for path in portal.paths) == 9
    assert row["reports_found"] == 1
    assert "max redirections reached" in row["message"]
