"""A second crawl: what is known is not stored again, and asked for at a falling rate."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture import WarcPosition
from archive.verify import verify
from crawler.memory import LONGEST_REST, Known, rests

ALL = {"NIANBAO_RECHECK": 1000}
NONE = {"NIANBAO_RECHECK": 0}


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


def tagged(body: bytes, portal: Any, path: str) -> Any:
    """An answer with an ETag; a request that names it gets a 304."""

    def answer(before: int) -> Any:
        head = [seen.head for seen in portal.log if seen.path == path][-1]
        if b'If-None-Match: "v1"' in head:
            return ok(b"", status=304, headers={"ETag": '"v1"', "Date": "now"})
        return ok(body, headers={"ETag": '"v1"'})

    return answer


def records(data: Any) -> Iterator[tuple[str, str, str]]:
    for path in sorted(data.warc.iterdir()):
        with path.open("rb") as stream:
            for one in ArchiveIterator(stream):
                if one.rec_type in ("response", "revisit"):
                    name = one.rec_headers.get_header("WARC-Target-URI").rpartition("127.0.0.1:")[2].partition("/")[2]
                    profile = one.rec_headers.get_header("WARC-Profile") or ""
                    yield one.rec_type, "/" + name, profile.rpartition("/")[2]


@pytest.fixture
def portal(make_portal: Any, link_page: Any) -> Any:
    made = make_portal({"/": ok(link_page("/list")), "/list": ok(link_page("/report/1", "/report/2"))})
    made.pages["/report/1"] = tagged(link_page(), made, "/report/1")
    made.pages["/report/2"] = ok(b"<p>2</p>")
    return made


def test_an_unchanged_site_brings_no_new_payload(portal, run, data, archived):
    run(portal.site)
    first = list(records(data))
    assert {kind for kind, *_ in first} == {"response"}
    portal.log.clear()
    summary = run(portal.site, settings=ALL)
    assert (summary.rows[0]["outcome"], summary.rows[0]["reports_found"]) == ("ok", 2)
    assert sorted(portal.paths) == ["/", "/list", "/report/1", "/report/2", "/robots.txt"]
    assert sorted(list(records(data))[len(first) :]) == [
        ("revisit", "/", "identical-payload-digest"),
        ("revisit", "/list", "identical-payload-digest"),
        ("revisit", "/report/1", "server-not-modified"),
        ("revisit", "/report/2", "identical-payload-digest"),
        ("revisit", "/robots.txt", "identical-payload-digest"),
    ]
    captures = archived(data)
    by_url: dict[str, set[bytes]] = {}
    for capture in captures:
        by_url.setdefault(capture.url, set()).add(capture.payload)
    assert all(len(payloads) == 1 for payloads in by_url.values())
    assert all(finding.ok for finding in verify(data))


def test_known_pages_rest_and_lists_do_not(portal, run, data):
    run(portal.site)
    run(portal.site, settings=ALL)
    _age(data, hours=5)
    portal.log.clear()
    # Seen the same for five hours, and looked at just now: they rest, and count as found all the same.
    summary = run(portal.site, settings=NONE)
    assert sorted(portal.paths) == ["/", "/list", "/robots.txt"]
    assert (summary.rows[0]["outcome"], summary.rows[0]["requests"], summary.rows[0]["reports_found"]) == ("ok", 3, 2)


def test_a_new_report_is_fetched_and_a_changed_one_is_a_new_version(portal, link_page, run, data, archived):
    run(portal.site)
    portal.pages["/list"] = ok(link_page("/report/3", "/report/1", "/report/2"))
    portal.pages["/report/3"] = ok(b"<p>3</p>")
    portal.pages["/report/2"] = ok(b"<p>2, corrected</p>")
    portal.log.clear()
    assert run(portal.site).rows[0]["reports_found"] == 3
    # Two files of one second stand in no order of time.
    captures = sorted(archived(data), key=lambda capture: capture.fetched_at)
    payloads = [capture.payload for capture in captures if capture.url.endswith("/report/2")]
    assert payloads == [b"<p>2</p>", b"<p>2, corrected</p>"]
    assert portal.paths.count("/report/3") == 1


def test_equal_payloads_of_one_crawl_are_stored_once(make_portal, link_page, run, data, archived):
    same = ok(b"<p>the same words</p>")
    portal = make_portal({"/": ok(link_page("/report/1", "/report/2")), "/report/1": same, "/report/2": same})
    run(portal.site)
    kinds = {path: kind for kind, path, _ in records(data)}
    assert kinds == {"/": "response", "/robots.txt": "response", "/report/1": "response", "/report/2": "revisit"}
    assert [one.payload for one in archived(data) if one.role == "report"] == [b"<p>the same words</p>"] * 2


def test_a_304_after_a_redirect_is_not_taken_for_the_old_page(portal, run, data, archived):
    """The validators belong to the address that was asked, not to where it leads."""
    run(portal.site)
    portal.pages["/report/1"] = ok(b"", status=302, headers={"Location": "/report/elsewhere"})
    portal.pages["/report/elsewhere"] = ok(b"<p>elsewhere</p>")
    portal.log.clear()
    run(portal.site)
    asked = [seen.head for seen in portal.log if seen.path == "/report/elsewhere"]
    assert len(asked) == 1
    assert b"If-None-Match" not in asked[0]


def test_without_a_snapshot_everything_is_fetched_and_nothing_stored_twice(portal, run, data):
    run(portal.site)
    first = len(list(records(data)))
    data.db.unlink()
    run(portal.site)
    assert {kind for kind, *_ in list(records(data))[first:]} == {"revisit"}


@pytest.mark.parametrize(
    ("same_for", "ago", "resting"),
    [(0, 0.1, False), (10, 5, True), (10, 11, False), (10_000, 170, True), (10_000, 181, False)],
)
def test_a_page_rests_as_long_as_it_has_stayed_the_same(same_for: float, ago: float, resting: bool) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    last = now - timedelta(days=ago)
    known = Known(WarcPosition("f", 0, 1), last, last - timedelta(days=same_for))
    assert rests(known, now) is resting
    assert timedelta(days=181) > LONGEST_REST


def _age(data: Any, hours: int) -> None:
    """Make the first captures look older, as if the crawls had been hours apart."""
    with closing(sqlite3.connect(data.db)) as db, db:
        oldest = db.execute("SELECT min(fetched_at) FROM captures").fetchone()[0]
        cut = f"{datetime.fromisoformat(oldest) - timedelta(hours=hours):%Y-%m-%dT%H:%M:%S.%fZ}"
        db.execute(
            "UPDATE captures SET fetched_at = ? WHERE capture_id IN"
            " (SELECT capture_id FROM captures c WHERE NOT EXISTS"
            " (SELECT 1 FROM captures o WHERE o.url = c.url AND o.fetched_at < c.fetched_at))",
            (cut,),
        )
