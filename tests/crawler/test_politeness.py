"""Good manners, measured at the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.hours import Hours
from crawler.politeness import backoff


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


def gaps(portal: Any) -> list[float]:
    times = [seen.at for seen in portal.log]
    return [later - earlier for earlier, later in pairwise(times)]


def test_the_delay_is_kept_between_all_requests(make_portal, run, link_page):
    portal = make_portal(
        {
            "/": ok(link_page("/report/1", "/x")),
            "/report/1": ok(),
            "/x": ok(status=302, headers={"Location": "/y"}),
            "/y": ok(),
        }
    )
    run(portal.site, delay=0.25)
    assert len(portal.log) == 5
    assert min(gaps(portal)) > 0.22


def test_the_registry_delay_goes_before_the_projects(make_portal, run, link_page):
    portal = make_portal({"/": ok(link_page("/report/1")), "/report/1": ok()}, delay=0.25)
    run(portal.site, delay=None)
    assert len(portal.log) == 3
    assert min(gaps(portal)) > 0.22
    assert max(gaps(portal)) < 1.5


def test_crawl_delay_raises_the_delay(make_portal, run, link_page):
    pages = {f"/p{i}": ok() for i in range(4)}
    robots = ok(b"User-agent: *\nCrawl-delay: 0.3\n")
    portal = make_portal({"/": ok(link_page(*pages)), "/robots.txt": robots, **pages})
    run(portal.site)
    assert len(portal.log) == 6
    assert min(gaps(portal)) > 0.27


def test_an_absurd_crawl_delay_is_told_and_the_site_left_alone(make_portal, run):
    portal = make_portal({"/": ok(), "/robots.txt": ok(b"User-agent: *\nCrawl-delay: 86400\n")})
    row = run(portal.site).rows[0]
    assert portal.paths == ["/robots.txt"]
    assert "robots.txt asks for 86400 seconds" in row["message"]
    assert row["outcome"] == "blocked"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(make_portal, run, status, archived, data):
    busy = ok(b"busy", status=status, headers={"Retry-After": "1"})
    portal = make_portal({"/": lambda n: busy if n == 0 else ok(b'<a href="/report/1">'), "/report/1": ok()})
    row = run(portal.site).rows[0]
    assert row["outcome"] == "ok"
    assert gaps(portal)[1] >= 0.95
    assert [c.status for c in archived(data) if c.role == "home"] == [status, 200]


def test_a_server_that_wants_rest_for_long_gets_it(make_portal, run):
    portal = make_portal({"/": ok(status=429, headers={"Retry-After": "7200"})})
    row = run(portal.site).rows[0]
    assert portal.paths.count("/") == 1
    assert "come back in 7200 seconds" in row["message"]


def test_one_request_at_a_time(make_portal, run, link_page):
    pages = {f"/p{i}": ok(wait=0.05) for i in range(5)}
    portal = make_portal({"/": ok(link_page(*pages)), **pages})
    run(portal.site)
    assert min(gaps(portal)[2:]) > 0.045


def test_many_sites_at_once(make_portal, run, link_page):
    pages = {f"/p{i}": ok(wait=0.1) for i in range(5)}
    portals = [make_portal({"/": ok(link_page(*pages)), **pages}, site_id=f"99990{i}") for i in range(4)]
    run(*(portal.site for portal in portals))
    first = [portal.log[0].at for portal in portals]
    assert max(first) < min(portal.log[-1].at for portal in portals), "they ran side by side"
    one_by_one = run(*(portal.site for portal in portals), at_once=1)
    assert len(one_by_one.rows) == 4
    spans = sorted((p.log[7].at, p.log[-1].at) for p in portals)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_sites_on_one_host_take_turns(make_portal, run, link_page):
    pages = {f"/p{i}": ok(wait=0.05) for i in range(4)}
    portal = make_portal({"/": ok(link_page(*pages)), **pages})
    twin = replace(portal.site, site_id="999902", home_url=portal.url("/"))
    assert len(run(portal.site, twin).rows) == 2
    assert len(portal.log) == 12
    assert portal.paths[6] == "/robots.txt"


def test_a_host_that_two_sites_visit_is_asked_by_one_at_a_time(make_portal, run, link_page):
    shared = make_portal({f"/s{i}{j}": ok(wait=0.05) for i in range(2) for j in range(4)})
    portals = [
        make_portal(
            {"/": ok(link_page(*(shared.url(f"/s{i}{j}") for j in range(4))))},
            site_id=f"99990{i + 2}",
            list_url=shared.url("/"),
        )
        for i in range(2)
    ]
    assert len(run(*(portal.site for portal in portals), delay=0.1).rows) == 2
    assert len(shared.log) == 10, "robots.txt for each site, and its four pages"
    sites = [seen.path[2] for seen in shared.log if seen.path.startswith("/s")]
    assert sites != sorted(sites), "they were crawled side by side"
    assert min(gaps(shared)) > 0.095


def test_pauses_vary_and_are_never_shorter_than_asked(make_portal, run, link_page):
    pages = {f"/p{i}": ok() for i in range(12)}
    portal = make_portal({"/": ok(link_page(*pages)), **pages})
    run(portal.site, delay=0.1, settings={"NIANBAO_JITTER": 1})
    assert min(gaps(portal)) > 0.098
    assert max(gaps(portal)) - min(gaps(portal)) > 0.03


@pytest.mark.parametrize("status", [429, 503])
def test_who_was_turned_away_comes_more_slowly_from_then_on(make_portal, run, link_page, status):
    pages = {f"/p{i}": ok() for i in range(4)}
    busy = ok(status=status, headers={"Retry-After": "0"})
    portal = make_portal({"/": ok(link_page("/report/1", *pages)), "/report/1": lambda n: ok() if n else busy, **pages})
    row = run(portal.site, delay=0.15).rows[0]
    assert row["outcome"] == "ok"
    turned = portal.paths.index("/report/1")
    assert min(gaps(portal)[:turned]) > 0.14
    assert min(gaps(portal)[turned + 1 :]) > 0.29
    assert f"the server answered HTTP {status}, and was asked more slowly from then on" in row["message"]


def test_waits_between_attempts_double_and_vary():
    waits = [[backoff(2.0, times) for _ in range(50)] for times in (1, 2, 3)]
    for times, drawn in enumerate(waits, 1):
        assert 2.0 * 2**times <= min(drawn) < max(drawn) <= 3.0 * 2**times
    assert backoff(60.0, 9) == 300.0


CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("span", "now", "left"),
    [
        ("20-6", "2026-01-31T19:59:59", 0),
        ("20-6", "2026-01-31T20:00:00", 36_000),
        ("20-6", "2026-02-01T05:30:00", 1800),
        ("20-6", "2026-02-01T06:00:00", 0),
        ("9:30-17:00", "2026-02-01T12:00:00", 18_000),
        ("9:30-17:00", "2026-02-01T09:29:00", 0),
        ("20-24", "2026-02-01T23:00:00", 3600),
    ],
)
def test_hours_are_those_of_china(span, now, left):
    moment = datetime.fromisoformat(now).replace(tzinfo=CHINA).astimezone(UTC)
    assert Hours.parse(span).left(moment) == left


@pytest.mark.parametrize("span", ["20", "25-6", "6-6", "8-9-10", "a-b", "20:75-6"])
def test_what_is_no_span_of_hours(span):
    with pytest.raises(ValueError, match=r"20-6|begins when it ends"):
        Hours.parse(span)


def test_outside_of_the_hours_nothing_is_asked_and_the_site_goes_on_later(make_portal, run, link_page, monkeypatch):
    portal = make_portal({"/": ok(link_page("/report/1")), "/report/1": ok()})
    hour = datetime.now(CHINA).hour
    closed = f"{(hour + 2) % 24}-{(hour + 3) % 24}"
    summary = run(portal.site, settings={"NIANBAO_HOURS": closed})
    assert (summary.rows, summary.interrupted, portal.log) == ((), (portal.site.site_id,), [])
    assert summary.rests.endswith("China time")
    assert summary.trouble == ""
    # The hours end in the middle of a crawl, after its third request.
    monkeypatch.setattr(Hours, "left", lambda self: float(len(portal.log) < 3))
    portal.pages["/report/1"] = ok(link_page(*(f"/p{i}" for i in range(9))))
    summary = run(portal.site, settings={"NIANBAO_HOURS": closed}, delay=0.3)
    assert summary.interrupted
    assert 3 <= len(portal.log) <= 4
    monkeypatch.undo()
    summary = run(portal.site, settings={"NIANBAO_HOURS": f"{hour}-{(hour + 2) % 24}"})
    assert (summary.interrupted, summary.rests, summary.rows[0]["reports_found"]) == ((), "", 1)
    assert portal.paths.count("/report/1") == 1, "what was fetched before is not asked for again"


def test_no_foreign_host_is_asked_after_a_redirect(make_portal, run, walker):
    foreign = make_portal({"/": ok()})
    portal = make_portal({"/": ok(status=302, headers={"Location": foreign.url("/")})})
    own = f":{portal.port}/"
    spider = type("Careful", (walker,), {"may_visit": lambda self, url: own in url})
    row = run(portal.site, spider=spider).rows[0]
    assert foreign.log == []
    assert row["outcome"] == "unreachable"
    assert "redirects to another host" in row["message"]
