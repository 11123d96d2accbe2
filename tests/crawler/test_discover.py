"""`nianbao discover` on portals of the families, on one that moved to another host, and on what is no portal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crawler.cli import main
from demo.listener import Listener, Served
from demo.portals import FAMILIES, Scripted
from demo.portals.base import Portal
from spiders.registry import COLUMNS, parse_row

KINDS = (*(kind for kind in FAMILIES if kind.slug in ("jpaas", "openness", "smallcms", "oneoff")), Scripted)
Pages = dict[str, tuple[int, dict[str, str], bytes]]


@pytest.fixture
def serve() -> Iterator[Callable[[Pages], str]]:
    """Serves pages on a port of its own; gives the origin."""
    servers: list[ThreadingHTTPServer] = []

    def start(pages: Pages) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = pages.get(self.path, (404, {}, b"not here"))
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def discovered(capsys: pytest.CaptureFixture[str], url: str, *more: str) -> tuple[int, Any, str]:
    status = main(["discover", url, "--json", *more])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_families(kind: type[Portal], capsys: pytest.CaptureFixture[str]) -> None:
    """All reports of a portal that no registry knows, its platform, and a line that the registry takes."""
    log: list[Served] = []
    listener = Listener(0, log)
    portal = kind(listener.origin, "http://127.0.0.1:9")
    listener.portal = portal
    listener.start()
    try:
        status, found, err = discovered(capsys, f"{listener.origin}/")
    finally:
        listener.stop()
    assert status == 0, err
    read = {report["url"].removeprefix(listener.origin): report for report in found["reports"]}
    assert read.keys() == {path for path, _ in portal.published}
    if kind is not Scripted:
        assert {path: read[path]["year"] for path in read} == {path: report.year for path, report in portal.published}
        assert (found["platform"], found["fetch"]) == (kind.place.platform, "http")
    else:
        assert found["fetch"] == "browser"
        assert "script" in found["fetch_evidence"]
    assert "年报" in "".join(found["column"]["path"]) or "年度报告" in "".join(found["column"]["path"])
    site = parse_row(dict(zip(COLUMNS, found["line"].split(","), strict=True)))
    assert not isinstance(site, str), site
    assert (site.region_code, site.home_url) == (portal.place.region_code, f"{listener.origin}/")
    assert len(log) <= len(read) + 40


REPORT = (
    "<title>红桥区2021年政府信息公开工作年度报告</title><h1>红桥区2021年政府信息公开工作年度报告</h1><p>一、总体情况</p>"
    "<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p><p>四、政府信息公开行政复议、行政诉讼情况</p>"
).encode()


def test_a_portal_that_moved_and_a_column_on_a_second_host(
    serve: Callable[[Pages], str], capsys: pytest.CaptureFixture[str]
) -> None:
    second = serve({"/nb/": (200, {}, b"<a href='/a/1.html'>\xe7\xba\xa2\xe6\xa1\xa5\xe5\x8c\xba2021\xe5\xb9\xb4\xe6\x94\xbf\xe5\xba\x9c\xe4\xbf\xa1\xe6\x81\xaf\xe5\x85\xac\xe5\xbc\x80\xe5\xb7\xa5\xe4\xbd\x9c\xe5\xb9\xb4\xe5\xba\xa6\xe6\x8a\xa5\xe5\x91\x8a</a>"), "/a/1.html": (200, {}, REPORT)})  # fmt: skip
    home = (
        f"<title>天津市红桥区人民政府</title><a href='{second}/nb/'>政府信息公开年报</a><p>网站标识码：1201060001</p>"
    )
    new = serve({"/": (200, {}, home.encode())})
    old = serve({"/": (200, {}, f"<script>location.href='{new}/'</script>".encode())})
    status, found, err = discovered(capsys, f"{old}/")
    assert status == 0, err
    assert [report["url"] for report in found["reports"]] == [f"{second}/a/1.html"]
    assert found["line"] == f"120106,120106,红桥区,{new}/,generic,{second}/nb/,,,"


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({"/": (200, {}, "<title>某公司</title><a href='/x.html'>产品</a>".encode())}, "no column of annual reports was found"),
        ({"/": (521, {"Set-Cookie": "__jsluid_h=1"}, b"<script>document.cookie='__jsl_clearance=1'</script>")}, "turns programs away"),
        ({"/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")}, "turns programs away"),
        ({"/": (200, {}, "<a href='/nb/'>政府信息公开年报</a>".encode()), "/nb/": (200, {}, b"<p>-</p>")}, "holds no report"),
    ],
)  # fmt: skip
def test_failures(pages: Pages, told: str, serve: Callable[[Pages], str], capsys: pytest.CaptureFixture[str]) -> None:
    status, found, err = discovered(capsys, f"{serve(pages)}/")
    assert (status, found["reports"], found["line"]) == (1, [], None)
    assert told in err.splitlines()[-1]
    assert "tried:" in err


def test_wrong_addresses(dead_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "ftp://x.gov.cn/"]) == 1
    assert "is not an http:// or https:// address" in capsys.readouterr().err
    assert main(["discover", f"http://127.0.0.1:{dead_port}/"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
