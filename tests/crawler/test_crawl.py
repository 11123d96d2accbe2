"""Whole crawls against a portal on loopback: what is asked, archived, and told in the ledger."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.reader import RunRow, iter_archive
from crawler.cli import Failure


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


def moved(to: str, **headers: str) -> Any:
    return ok(b"gone there", status=302, headers={"Location": to, **headers})


def test_a_site_is_crawled_archived_and_told(make_portal, link_page, run, data, archived):
    portal = make_portal(
        {
            "/": ok(link_page("/list", "/report/1")),
            "/list": ok(link_page("/report/1", "/report/2")),
            "/report/1": ok(),
            "/report/2": ok(),
        }
    )
    summary = run(portal.site)
    assert portal.paths[:2] == ["/robots.txt", "/"]
    assert sorted(portal.paths) == ["/", "/list", "/report/1", "/report/2", "/robots.txt"]
    row = summary.rows[0]
    assert (row["outcome"], row["message"]) == ("ok", "")
    assert (row["requests"], row["responses"], row["errors"], row["reports_found"]) == (5, 5, 0, 2)
    captures = archived(data)
    assert [c.url for c in captures] == [portal.url(path) for path in portal.paths]
    assert [c.role for c in captures] == ["robots", "home", "list", "report", "report"]
    assert captures[-1].context == {"anchor": "/report/2", "referrer": portal.url("/list")}
    assert {c.site_id for c in captures} == {"999901"}
    rows = [record for record in iter_archive(data.warc) if isinstance(record, RunRow)]
    assert [(dict(record.row), record.site) for record in rows] == [(dict(row), portal.site)]
    assert not list(data.warc.glob("*.open"))


def test_every_hop_is_archived_with_its_own_bytes(make_portal, link_page, run, data, archived):
    packed = gzip.compress(link_page("/report/1"))
    chunked = b"HTTP/1.1 200 Oh Yes\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    portal = make_portal(
        {
            "/": moved("/start"),
            "/start": ok(packed, headers={"Content-Encoding": "gzip"}),
            "/report/1": ok(raw=chunked),
        }
    )
    summary = run(portal.site)
    assert summary.rows[0]["outcome"] == "ok"
    first, start, report = [c for c in archived(data) if c.role != "robots"]
    assert (first.status, first.role, first.header("location"), first.payload) == (302, "home", "/start", b"gone there")
    assert (start.payload, start.body()) == (packed, link_page("/report/1"))
    assert report.payload == b"abcde"
    assert report.headers == (
        ("X-b", "1"), ("x-A", "2"), ("X-b", "3"), ("X-Orig-Transfer-Encoding", "chunked"), ("Content-Length", "5"),
    )  # fmt: skip


def test_the_request_is_archived_as_the_server_saw_it(make_portal, run, data):
    portal = make_portal({"/": ok()})
    run(portal.site)
    blocks = [zlib.decompress(member, 31) for member in members(next(data.warc.iterdir()))]
    requests = [
        block.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n\r\n") for block in blocks if b"WARC-Type: request" in block
    ]
    assert requests == [seen.head for seen in portal.log]
    assert b"User-Agent: nianbao/" in requests[0]
    assert b"Accept-Encoding: gzip, deflate\r\n" in requests[0]


def members(path: Path) -> list[bytes]:
    data, out = path.read_bytes(), []
    while data:
        machine = zlib.decompressobj(31)
        machine.decompress(data)
        out.append(data[: len(data) - len(machine.unused_data)])
        data = machine.unused_data
    return out


def test_a_cookie_that_opens_the_door_is_carried(make_portal, run):
    portal = make_portal({"/": lambda n: moved("/", **{"Set-Cookie": "key=1; path=/"}) if n == 0 else ok()})
    assert run(portal.site).rows[0]["outcome"] == "empty"
    assert [b"Cookie: key=1" in seen.head for seen in portal.log if seen.path == "/"] == [False, True]


def test_a_redirect_to_a_known_page_is_not_fetched_twice(make_portal, link_page, run):
    portal = make_portal({"/": ok(link_page("/a", "/old")), "/a": ok(), "/old": moved("/a")})
    run(portal.site)
    assert portal.paths.count("/a") == 1


def test_a_redirect_loop_ends(make_portal, link_page, run):
    portal = make_portal(
        {"/": ok(link_page("/report/1", "/x")), "/report/1": ok(), "/x": moved("/y"), "/y": moved("/x")}
    )
    row = run(portal.site).rows[0]
    assert row["outcome"] == "partial"
    assert "max redirections reached" in row["message"]


@pytest.mark.parametrize(
    ("pages", "outcome", "words"),
    [
        ({"/": ok(b"nothing")}, "empty", "without a report"),
        ({"/": ok(status=404)}, "unreachable", "HTTP 404"),
        ({"/": ok(status=500)}, "unreachable", "HTTP 500"),
        ({"/": ok(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")}, "partial", "the page broke off"),
        ({"/": ok(raw=b"gibberish\r\n\r\n")}, "unreachable", "the connection failed"),
        ({"/": ok(), "/robots.txt": ok(b"User-agent: *\nDisallow: /", status=404)}, "empty", "without a report"),
        ({"/": ok(), "/robots.txt": ok(status=503)}, "unreachable", "robots.txt cannot be had (HTTP 503)"),
        ({"/": ok(), "/robots.txt": ok(raw=b"?")}, "unreachable", "robots.txt cannot be had (the connection failed)"),
        ({"/": ok(), "/robots.txt": ok(status=521)}, "blocked", "status 521"),
        ({"/": ok(headers={"Content-Encoding": "gzip"})}, "partial", "not packed as its Content-Encoding says"),
        ({"/robots.txt": ok(b"User-agent: *\nDisallow: /\n")}, "blocked", "robots.txt forbids it"),
        ({"/robots.txt": ok(b"User-agent: nianbao\nDisallow: /\n")}, "blocked", "robots.txt forbids it"),
        (
            {"/": ok(b'<a href="/report/1">'), "/report/1": ok(), "/robots.txt": ok(b"User-agent: *\nDisallow: /n\n")},
            "ok",
            "",
        ),
        (
            {"/": ok(b'<a href="/report/1"><a href="/list">'), "/report/1": ok(), "/list": ok(status=500)},
            "partial",
            "HTTP 500",
        ),
        ({"/": ok(b'<a href="/report/1"><a href="/gone">'), "/report/1": ok()}, "ok", "HTTP 404"),
    ],
)
def test_outcomes(make_portal, run, pages, outcome, words):
    portal = make_portal(pages)
    row = run(portal.site).rows[0]
    assert (row["outcome"], words in row["message"]) == (outcome, True), row
    assert row["requests"] == row["responses"] + row["errors"] == len(portal.log)


def test_one_dead_site_does_not_stop_the_others(make_portal, dead_port, run):
    from archive.capture import Site

    dead = Site("999902", "999902", "无", f"http://127.0.0.1:{dead_port}/")
    portal = make_portal({"/": ok(b'<a href="/report/1">'), "/report/1": ok()})
    other = make_portal({"/": ok()}, site_id="999903")
    outcomes = {row["site_id"]: (row["outcome"], row["message"]) for row in run(dead, portal.site, other.site).rows}
    assert outcomes["999901"][0] == "ok"
    words = "robots.txt cannot be had (connection refused), and nothing is asked for without it"
    assert outcomes["999902"] == ("unreachable", f"{words}: http://127.0.0.1:{dead_port}/")
    assert outcomes["999903"][0] == "empty"


def test_a_site_that_goes_silent_is_given_up(make_portal, run, link_page):
    broken = ok(raw=b"?")
    pages = {f"/p{i}": broken for i in range(30)}
    portal = make_portal({"/": ok(link_page(*pages)), **pages})
    row = run(portal.site, settings={"RETRY_ENABLED": False}).rows[0]
    assert row["outcome"] == "partial"
    assert "gave up after 5 requests in a row" in row["message"]
    assert len(portal.log) <= 8  # the next request may be out when the fifth fails


def test_the_budget_ends_a_trap(make_portal, run):
    class Trap(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return ok(f'<a href="{path}x">'.encode()) if "robots" not in path else default

    portal = make_portal(Trap())
    row = run(portal.site, budget=20).rows[0]
    assert "budget of 20 requests" in row["message"]
    assert len(portal.log) == 20


def test_the_next_crawl_starts_anew(make_portal, run, link_page, data, archived):
    portal = make_portal({"/": ok(link_page("/report/1")), "/report/1": ok()})
    first, second = run(portal.site), run(portal.site)
    assert portal.paths.count("/report/1") == 2
    assert first.rows[0]["run_id"] != second.rows[0]["run_id"]
    assert len(archived(data)) == 6


def test_a_broken_callback_is_told_and_the_rest_goes_on(make_portal, run, link_page):
    portal = make_portal({"/": ok(link_page("/report/1", "/bang")), "/report/1": ok(), "/bang": ok(b"bang")})
    row = run(portal.site).rows[0]
    assert row["outcome"] == "partial"
    assert "the spider broke: ZeroDivisionError" in row["message"]
    assert row["reports_found"] == 1


@pytest.mark.parametrize("lost", ["nianbao.db", "crawl/frontier.db"])
def test_tables_or_queue_that_were_lost_catch_up_with_the_archive(make_portal, run, data, link_page, lost):
    first = make_portal({"/": ok(link_page("/report/1")), "/report/1": ok()})
    second = make_portal({"/": ok()}, site_id="999902")
    run(first.site)
    for path in data.root.glob(f"{lost}*"):
        path.unlink()
    run(second.site)
    with closing(sqlite3.connect(data.db)) as db:
        rows = db.execute("SELECT site_id, count(*) FROM captures GROUP BY site_id").fetchall()
        assert rows == [("999901", 3), ("999902", 2)]
        assert db.execute("SELECT count(*) FROM site_runs").fetchone() == (2,)


def test_an_index_that_cannot_be_written_leaves_the_file_to_be_mended(make_portal, run, data):
    portal = make_portal({"/": ok()})
    data.index.mkdir(parents=True)
    with pytest.raises(Failure, match=r"index\.cdxj"):
        run(portal.site)
    assert [path.name.endswith(".open") for path in data.warc.iterdir()] == [True]
    data.index.rmdir()
    run(portal.site)
    assert len(data.index.read_text().splitlines()) == 4
    assert not list(data.warc.glob("*.open"))
