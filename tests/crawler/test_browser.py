"""A page that scripts build, in a real Chromium."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from crawler.browser import find_chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


SHELL = """<html><head><meta charset="gbk"><script src="/page.js"></script><img src="/seal.png">
<script src="http://127.0.0.1:1/spy.js"></script></head><body>壳</body></html>""".encode("gbk")
SCRIPT = """window.onload = async function () {
  var answer = await fetch('/api/list');
  var paths = await answer.json();
  paths.forEach(function (path) {
    var a = document.createElement('a'); a.href = path; a.textContent = '年报'; document.body.appendChild(a);
  });
};""".encode("gbk")


@pytest.fixture
def portal(make_portal: Any) -> Any:
    return make_portal(
        {
            "/": ok(status=302, headers={"Location": "/home"}),
            "/home": ok(SHELL, headers={"Content-Type": "text/html; charset=gbk"}),
            "/page.js": ok(SCRIPT, headers={"Content-Type": "application/javascript"}),
            "/api/list": ok(b'["/report/1"]', headers={"Content-Type": "application/json"}),
            "/report/1": ok(SHELL, headers={"Content-Type": "text/html; charset=gbk"}),
            "/robots.txt": ok(b"User-agent: *\nDisallow: /private\n"),
        },
        fetch="browser",
    )


@pytest.fixture
def browsing(walker: Any) -> Any:
    """The walker, asking for a browser for every page and keeping to its host."""

    def on_page(self: Any, response: Any) -> Any:
        for item in walker.on_page(self, response):
            if hasattr(item, "meta"):
                item.meta["browser"] = True
            yield item

    async def start(self: Any) -> Any:
        async for request in walker.start(self):
            request.meta["browser"] = True
            yield request

    may_visit = {"may_visit": lambda self, url: ":1/" not in url}
    return type("Browsing", (walker,), {"on_page": on_page, "start": start, **may_visit})


def test_everything_is_archived_as_it_was(portal, run, browsing, archived, data):
    row = run(portal.site, spider=browsing).rows[0]
    assert (row["outcome"], row["reports_found"]) == ("ok", 1), row
    captures = archived(data)
    wire = [(c.url.removeprefix(portal.url("")), c.role) for c in captures if c.via == "http"]
    assert sorted(wire) == sorted(
        [
            ("/robots.txt", "robots"), ("/", "home"), ("/home", "home"), ("/page.js", "other"), ("/api/list", "other"),
            ("/report/1", "report"),
        ]
    )  # fmt: skip
    assert next(c for c in captures if c.url.endswith("/home") and c.via == "http").payload == SHELL
    doms = [c for c in captures if c.via == "browser"]
    assert [(c.url, c.role) for c in doms] == [(portal.url("/home"), "home"), (portal.url("/report/1"), "report")]
    for dom in doms:
        assert '<a href="/report/1">年报</a>' in dom.payload.decode("utf-8")
        assert dom.headers == (("Content-Type", "text/html; charset=utf-8"),)
    assert doms[1].context["referrer"] == portal.url("/home")
    assert "/seal.png" not in portal.paths
    assert portal.paths.count("/page.js") == 1, "a part is asked for once"
    assert row["requests"] == len(portal.log)


def test_without_chromium_the_site_says_so(portal, run, browsing, archived, data, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.delenv("CHROMIUM", raising=False)
    row = run(portal.site, spider=browsing).rows[0]
    assert row["outcome"] == "partial"
    assert "needs a browser, and no Chromium was found: set CHROMIUM" in row["message"]
    assert [c.url for c in archived(data)] == [portal.url(path) for path in ("/robots.txt", "/", "/home")]
