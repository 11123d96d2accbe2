"""A real Chromium among pages that crash it, hang it, or try to get out."""

from __future__ import annotations

import os
import signal
from pathlib import Path
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


LATE = b"""<script>window.onload = function () {
  var a = document.createElement('a'); a.href = '/'; a.textContent = 'late'; document.body.appendChild(a);
};</script>"""
HOME = b'<a href="/bad"></a><a href="/report/1"></a>'


@pytest.fixture
def browsing(walker: Any) -> Any:
    """The walker, asking for a browser for every page but the first."""

    def on_page(self: Any, response: Any) -> Any:
        for item in walker.on_page(self, response):
            if hasattr(item, "meta"):
                item.meta["browser"] = True
            yield item

    return type("Browsing", (walker,), {"on_page": on_page})


def browsers() -> dict[int, bytes]:
    """Command lines of the Chromium processes that descend from this one, by process id."""
    parents, lines = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)], lines[int(entry.name)] = int(stat[1]), (entry / "cmdline").read_bytes()
            except OSError:
                continue

    def ours(pid: int) -> bool:
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return {pid: line for pid, line in lines.items() if (b"--headless" in line or b"--type=" in line) and ours(pid)}


@pytest.mark.parametrize("victim", ["renderer", "browser"])
def test_a_crash_costs_one_page(make_portal, run, browsing, archived, data, victim):
    killed = []

    def kill(_: int) -> Any:
        for pid, line in browsers().items():
            if (b"--type=renderer" in line) if victim == "renderer" else (b"--type=" not in line):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        return ok(b"1")

    bad = b"<script>fetch('/kill' + Math.random());</script>"

    class Pages(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return kill if path.startswith("/kill") else super().get(path, default)

    portal = make_portal(Pages({"/": ok(HOME), "/bad": ok(bad), "/report/1": ok(LATE)}), fetch="browser")
    row = run(portal.site, spider=browsing).rows[0]
    assert killed
    assert row["reports_found"] == 1, row
    assert row["outcome"] == "partial"
    assert "this page needs a browser, and" in row["message"]
    assert f"failed: {portal.url('/bad')}" not in row["message"]
    doms = [capture.url for capture in archived(data) if capture.via == "browser"]
    assert doms == [portal.url("/report/1")]
    assert portal.paths.count("/bad") == 1, "what the portal sent is not asked for again"


def test_a_script_without_end_costs_its_time_and_one_page(make_portal, run, browsing, archived, data):
    bad = b"<p>x</p><script>setTimeout(function () { for (;;) {} }, 100);</script>"
    portal = make_portal({"/": ok(HOME), "/bad": ok(bad), "/report/1": ok(LATE)}, fetch="browser")
    row = run(portal.site, spider=browsing, settings={"NIANBAO_BROWSER_SECONDS": 5}).rows[0]
    assert (row["outcome"], row["reports_found"]) == ("partial", 1), row
    assert "did not come to an end within 5 seconds" in row["message"]
    assert [capture.url for capture in archived(data) if capture.via == "browser"] == [portal.url("/report/1")]


def test_a_page_cannot_reach_other_servers(make_portal, run, browsing, archived, data):
    secret = make_portal({"/": ok(b"secret")}, site_id="999902")
    other = f"127.0.0.1:{secret.port}"
    bad = f"""<iframe src="http://{other}/frame"></iframe><link rel="dns-prefetch" href="http://{other}/">
<link rel="preconnect" href="http://{other}/"><link rel="stylesheet" href="http://{other}/style.css">
<form action="http://{other}/form" target="_blank" method="post"></form><img src="http://{other}/x.png"><script>
try {{ new WebSocket('ws://{other}/socket'); }} catch (e) {{}}
try {{ new WebSocket('ws://localhost:{secret.port}/socket'); }} catch (e) {{}}
try {{ new EventSource('http://{other}/events'); }} catch (e) {{}}
try {{ navigator.sendBeacon('http://{other}/beacon', 'x'); }} catch (e) {{}}
try {{ window.open('http://{other}/popup'); }} catch (e) {{}}
try {{ document.forms[0].submit(); }} catch (e) {{}}
try {{ fetch('http://{other}/fetch'); fetch('http://[::1]:{secret.port}/six'); fetch('/here'); }} catch (e) {{}}
try {{ fetch('/away'); navigator.serviceWorker.register('/worker.js'); }} catch (e) {{}}
setTimeout(function () {{ location.href = 'http://{other}/gone'; }}, 200);
</script>""".encode()
    away = ok(status=302, headers={"Location": f"http://{other}/redirected"})
    pages = {"/": ok(HOME), "/bad": ok(bad), "/report/1": ok(LATE), "/here": ok(b"1"), "/away": away}
    portal = make_portal(pages, fetch="browser")
    row = run(portal.site, spider=browsing).rows[0]
    assert row["reports_found"] == 1, row
    assert {"/here", "/away"} <= set(portal.paths)
    assert secret.log == []
    assert {capture.url.split("/")[2] for capture in archived(data)} == {f"127.0.0.1:{portal.port}"}
