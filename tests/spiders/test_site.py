"""The spider against portals on loopback: the demo world, and small ones that each make one thing hard."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from archive.capture import Capture, Site
from crawler import loop
from crawler.loader import spider_for
from crawler.runner import project_settings
from demo.server import World

FAST = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "LOG_LEVEL": "CRITICAL",
    "CONCURRENT_REQUESTS": 1,
    "RETRY_TIMES": 0,
}
Pages = Mapping[str, "str | bytes | tuple[int, dict[str, str], str | bytes]"]


def crawl(site: Site, **settings: Any) -> tuple[Any, list[Capture]]:
    """The site's spider after its crawl, and the captures that it handed over."""
    captures: list[Capture] = []
    spiders: list[Spider] = []

    async def run() -> None:
        crawler = Crawler(spider_for(site), project_settings(FAST | settings))
        crawler.signals.connect(lambda item: captures.append(item), signal=signals.item_scraped, weak=False)
        crawler.signals.connect(lambda spider: spiders.append(spider), signal=signals.spider_opened, weak=False)
        await crawler.crawl_async()

    loop.run(run())
    return spiders[0], captures


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # a busy machine takes its time to accept, and a refused connection is not asked again


class Portal:
    """Serves the pages; an address that is none of them answers 404. `log` holds method and path of each request."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.log: list[str] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length).decode()
                portal.log.append(f"{self.command} {self.path} {sent}".strip())
                answer = (
                    portal.pages.get(f"{self.command} {self.path}")
                    or portal.pages.get(self.path)
                    or (404, {}, "not here")
                )
                if callable(answer):
                    answer = answer(self.headers, sent)
                status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                data = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in ({"Content-Type": "text/html"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.site = Site("449999", "449999", "某县", self.origin + "/")
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def asked(self, path: str) -> int:
        return sum(line.split()[1] == path for line in self.log)


@contextmanager
def serving(pages: Pages) -> Iterator[Portal]:
    portal = Portal(pages)
    try:
        yield portal
    finally:
        portal.server.shutdown()
        portal.server.server_close()


def report(year: int, more: str = "") -> str:
    return (
        f"<html><head><title>某县{year}年政府信息公开工作年度报告</title></head><body><h1>某县{year}年政府信息公开工作年度报告</h1>"
        "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><table><tr><td>规章</td><td>0</td><td>1</td><td>2</td></tr></table>"
        f"<p>三、收到和处理政府信息公开申请情况</p><p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p>{more}</body></html>"
    )


HOME = "<a href='/nb/'>政府信息<br>公开年报</a>"


def rows(*years: int) -> str:
    return "".join(
        f"<li><a href='/a/t{y}0101_1{y}.html'>某县{y}年政府信息公开工作年度报告</a><span>{y + 1}-01-20</span></li>"
        for y in years
    )


def articles(*years: int) -> dict[str, str]:
    return {f"/a/t{y}0101_1{y}.html": report(y) for y in years}


def years_of(captures: list[Capture]) -> list[int]:
    return sorted(int(c.url.rsplit("_1", 1)[1][:4]) for c in captures if c.role == "report")


def test_demo_world_is_found_whole() -> None:
    """Every report of every demo portal, no page too many, without a hint of the platform; nobody else is asked."""
    with World() as world:
        expected: dict[str, set[str]] = defaultdict(set)
        for each in world.expected():
            expected[each.site_id].add(each.url)
        for site in world.sites:
            spider, captures = crawl(replace(site, platform="", fetch="http"))
            assert {capture.url for capture in captures if capture.role == "report"} == expected[site.site_id], (
                site.name
            )
            assert spider.reports_found == len(expected[site.site_id])
            assert spider.seen_column
            assert not spider.blocked
            assert any("another host" in finding for finding in spider.findings), "the hijacked mirror is told of"
        asked = [(served.portal, served.path) for served in world.log]
        assert not [path for portal, path in asked if portal == "mirror"]
        assert not [path for _, path in asked if "_wap" in path]
        assert not [path for _, path in asked if path.startswith(("/czyjs", "/rl"))], "noise columns are not entered"
        assert len(asked) < 300


def test_attachment_knows_its_parent() -> None:
    with World() as world:
        site = next(site for site in world.sites if site.site_id == "449901")
        _, captures = crawl(site)
    files = [capture for capture in captures if capture.role == "attachment"]
    assert [file.payload[:5] for file in files] == [b"%PDF-"]
    assert files[0].context["parent"] in {capture.url for capture in captures if capture.role == "report"}


@pytest.mark.parametrize("second", ["index_1.html", "index_2.html"])
def test_page_two_has_either_name(second: str) -> None:
    listing = f"<ul>{rows(2023)}</ul><script>createPageHTML(2, 0, 'index', 'html');</script>"
    with serving({"/": HOME, "/nb/": listing, f"/nb/{second}": rows(2022), **articles(2022, 2023)}) as portal:
        _, captures = crawl(portal.site)
    assert years_of(captures) == [2022, 2023]


def test_page_two_that_repeats_page_one_is_not_page_two() -> None:
    listing = f"<ul>{rows(2023)}</ul><script>createPageHTML(2, 0, 'index', 'html');</script>"
    pages = {
        "/": HOME,
        "/nb/": listing,
        "/nb/index_1.html": listing,
        "/nb/index_2.html": rows(2022),
        **articles(2022, 2023),
    }
    with serving(pages) as portal:
        _, captures = crawl(portal.site)
    assert years_of(captures) == [2022, 2023]


def test_shells_frames_and_folders() -> None:
    """A home that only redirects by script, a list in a frame, a folder for a year, one for the townships."""
    pages = {
        "/": "<script>window.location.replace('./web/');</script>",
        "/web/": "<meta http-equiv=refresh content='0; url=/web/home.html'>",
        "/web/home.html": "<a href='/xxgk/'>政府信息公开</a>",
        "/xxgk/": HOME,
        "/nb/": "<iframe src='/nb/inner.html'></iframe><iframe src='/footer.html'></iframe><a href='/nb/2021n/'>2021年</a><a href='/nb/xz/'>乡镇（街道）</a>",
        "/nb/inner.html": rows(2023),
        "/nb/2021n/": rows(2021),
        "/nb/xz/": "<a href='/nb/xz/qz/'>前镇</a>",
        "/nb/xz/qz/": rows(2020),
        **articles(2020, 2021, 2023),
    }
    with serving(pages) as portal:
        _, captures = crawl(portal.site)
    assert years_of(captures) == [2020, 2021, 2023]
    assert not portal.asked("/footer.html")
    township = next(capture for capture in captures if "2020" in capture.url)
    assert township.context["unit"] == "前镇"
    assert township.context["column"] == ["政府信息公开", "政府信息公开年报", "乡镇(街道)", "前镇"]
    assert township.context["listed_on"] == "2021-01-20"


def test_column_that_is_the_report() -> None:
    with serving({"/": HOME, "/nb/": report(2023)}) as portal:
        spider, captures = crawl(portal.site)
    assert [capture.role for capture in captures] == ["report"]
    assert captures[0].url == portal.origin + "/nb/"
    assert spider.reports_found == 1


def test_rows_that_say_little_are_opened() -> None:
    """In a report column, a unit's bare name leads to a report, a guide's does not."""
    pages = {
        "/": HOME,
        "/nb/": "<a href='/nb/202301/t20230101_1.html'>国资局</a><a href='/nb/202301/t20230101_2.html'>关于栏目的说明</a>"
        "<a href='/nb/202301/t20230101_3.html'>政府信息公开指南</a>",
        "/nb/202301/t20230101_1.html": report(2022),
        "/nb/202301/t20230101_2.html": "说明",
    }
    with serving(pages) as portal:
        _, captures = crawl(portal.site)
    assert [capture.url for capture in captures] == [portal.origin + "/nb/202301/t20230101_1.html"]
    assert not portal.asked("/nb/202301/t20230101_3.html")


def test_list_that_links_files() -> None:
    pages = {
        "/": HOME,
        "/nb/": "<a href='/f/2020.pdf'>某县2020年政府信息公开工作年度报告</a>",
        "/f/2020.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4\n"),
    }
    with serving(pages) as portal:
        spider, captures = crawl(portal.site)
    assert [(capture.role, capture.mime) for capture in captures] == [("report", "application/pdf")]
    assert spider.reports_found == 1


def test_twins_once_decoys_never() -> None:
    pages = {
        "/": HOME,
        "/nb/": rows(2023)
        + "<a href='/a/t20240101_7.html'>图解：某县2023年政府信息公开工作年度报告</a><a href='/a/t20240101_8.html'>某县2023年法治政府建设年度报告</a>"
        "<a href='/a/t20240101_9.html'>某县2023年政府网站工作年度报表</a>",
        "/a/t20240101_7.html": "<img src='/long.png'>",
        **articles(2023),
    }
    with serving(pages) as portal:
        _, captures = crawl(portal.site)
    assert years_of(captures) == [2023]
    assert portal.asked("/a/t20240101_7.html") == 1
    assert not portal.asked("/long.png")
    assert not portal.asked("/a/t20240101_8.html")
    assert not portal.asked("/a/t20240101_9.html")


def test_redirects_stay_on_the_site() -> None:
    with serving({"/nb/1.html": report(2020)}) as mirror:
        pages = {
            "/": HOME,
            "/nb/": rows(2023) + f"<a href='{mirror.origin}/nb/1.html'>某县2020年政府信息公开工作年度报告</a>"
            "<a href='/go'>某县2021年政府信息公开工作年度报告</a>",
            "/go": (302, {"Location": f"{mirror.origin}/nb/1.html"}, ""),
            **articles(2023),
        }
        with serving(pages) as portal:
            spider, captures = crawl(portal.site)
        assert mirror.log == []
    assert years_of(captures) == [2023]
    assert any(mirror.origin in finding for finding in spider.findings)


def test_cookie_by_redirect_is_plain_http() -> None:
    """A redirect to the page itself that sets a cookie. (The crawler's own queue lets a row be asked again.)"""

    def gate(headers: Any, sent: str) -> tuple[int, dict[str, str], str]:
        if "CT6T=1" in (headers.get("Cookie") or ""):
            return 200, {}, HOME
        return 302, {"Location": "/", "Set-Cookie": "CT6T=1; Path=/"}, ""

    with serving({"/": gate, "/nb/": rows(2023), **articles(2023)}) as portal:  # type: ignore[dict-item]
        _, captures = crawl(portal.site, DUPEFILTER_CLASS="scrapy.dupefilters.BaseDupeFilter")
    assert set(years_of(captures)) == {2023}


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((521, {}, "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>"), "创宇盾"),
        ((412, {}, "<script>window.$_ts=window.$_ts||{}</script>"), "瑞数"),
        ((200, {}, "<html><body>您的访问过于频繁，请输入验证码</body></html>"), "访问过于频繁"),
        ((403, {}, "Forbidden"), "403"),
    ],
)
def test_refusals_are_told_and_not_worked_round(answer: tuple[int, dict[str, str], str], word: str) -> None:
    with serving({"/": answer}) as portal:
        spider, captures = crawl(portal.site)
    assert word in spider.blocked
    assert captures == []
    assert [line for line in portal.log if "robots" not in line] == ["GET /"]


def test_soft_404_is_no_report() -> None:
    gone = "<html><title>提示</title><body>您访问的页面不存在</body></html>"
    with serving({"/": HOME, "/nb/": rows(2022, 2023), **articles(2023), "/a/t20220101_12022.html": gone}) as portal:
        spider, captures = crawl(portal.site)
    assert years_of(captures) == [2023]
    assert any("不存在" in finding for finding in spider.findings)


def test_jpage_by_post_when_get_brings_nothing() -> None:
    script = (
        "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&webid=7&columnid=3&unitid=5\"></a>]]>"
        f"</nextgroup><recordset><record><![CDATA[{rows(2023)}]]></record></recordset></datastore></script>"
        "<script>$('#5').jpage({perPage:1,totalRecord:2})</script>"
    )

    def proxy(headers: Any, sent: str) -> tuple[int, dict[str, str], str]:
        assert "columnid=3" in sent
        row = rows(2022) if "page=2" in sent.split("&") else rows(2023)
        return (
            200,
            {"Content-Type": "text/xml"},
            f"<datastore><recordset><record><![CDATA[{row}]]></record></recordset></datastore>",
        )

    empty = (200, {"Content-Type": "text/xml"}, "<?xml version='1.0' encoding='UTF-8'?><datastore/>")
    pages = {"/": HOME, "/nb/": script, "POST /module/web/jpage/dataproxy.jsp": proxy, **articles(2022, 2023)}
    pages["/module/web/jpage/dataproxy.jsp?page=2&webid=7&columnid=3&unitid=5"] = empty
    with serving(pages) as portal:  # type: ignore[arg-type]
        _, captures = crawl(portal.site)
    assert years_of(captures) == [2022, 2023]


def test_gbk_without_a_charset() -> None:
    with serving({"/": HOME.encode("gbk"), "/nb/": rows(2023).encode("gbk"), **articles(2023)}) as portal:
        _, captures = crawl(portal.site)
    assert captures[0].context["anchor"] == "某县2023年政府信息公开工作年度报告"


def test_requests_can_wait_in_a_queue() -> None:
    """Every request is JSON but for its method names, so that a killed crawl goes on."""
    from crawler.packing import pack, unpack

    with serving({"/": HOME}) as portal:
        spider = spider_for(portal.site)()
        request = spider.ask(  # type: ignore[attr-defined]
            portal.origin + "/nb/", "list", "on_list", {"column": ["年报"], "referrer": portal.origin}, priority="list"
        )
    again = unpack(pack(request, spider).body, spider)
    assert (again.url, again.meta, again.callback, again.priority) == (
        request.url,
        request.meta,
        request.callback,
        request.priority,
    )
