"""Good manners, measured at the server."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest


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


def test_no_foreign_host_is_asked_after_a_redirect(make_portal, run, walker):
    foreign = make_portal({"/": ok()})
    portal = make_portal({"/": ok(status=302, headers={"Location": foreign.url("/")})})
    own = f":{portal.port}/"
    spider = type("Careful", (walker,), {"may_visit": lambda self, url: own in url})
    row = run(portal.site, spider=spider).rows[0]
    assert foreign.log == []
    assert row["outcome"] == "unreachable"
    assert "redirects to another host" in row["message"]
