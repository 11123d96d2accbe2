"""What old portals do to a plain request, each crawled by the spider of every site from the home page to the report."""

from __future__ import annotations

import gzip
import zlib
from types import SimpleNamespace
from typing import Any

import pytest

from spiders.site import SiteSpider


def ok(body: bytes = b"", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


def page(title: str, body: str, charset: str = "") -> str:
    declared = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{declared}<title>{title}</title></head><body>{body}</body></html>"


TITLE = "试验县2023年政府信息公开工作年度报告"
HOME = page("试验县人民政府", '<a href="/nb/">政府信息公开年报</a><a href="/xw/">新闻</a>')
LIST = page("政府信息公开年报", f'<ul><li><a href="/nb/2023.html">{TITLE}</a><span>2024-01-20</span></li></ul>')
CHAPTERS = "".join(
    f"<p>{n}、{name}</p><p>全县主动公开政府信息一千余条，依法办理申请，平台建设与监督保障有序推进。</p>"
    for n, name in zip(
        "一二三四五六",
        (
            "总体情况",
            "主动公开政府信息情况",
            "收到和处理政府信息公开申请情况",
            "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
            "存在的主要问题及改进情况",
            "其他需要报告的事项",
        ),
        strict=True,
    )
)
REPORT = page(TITLE, f"<h1>{TITLE}</h1>{CHAPTERS}")
TYPE = {"Content-Type": "text/html"}


@pytest.fixture
def crawl_site(make_portal: Any, run: Any) -> Any:
    """The portal and its ledger row, after a crawl of HOME, LIST and REPORT with `changed` pages."""

    def crawl(changed: dict[str, Any], **site: Any) -> Any:
        pages = {
            "/": ok(HOME.encode(), headers=TYPE),
            "/nb/": ok(LIST.encode(), headers=TYPE),
            "/nb/2023.html": ok(REPORT.encode(), headers=TYPE),
            **changed,
        }
        portal = make_portal(pages, **site)
        return portal, run(portal.site, spider=SiteSpider).rows[0]

    return crawl


def raw(head: str | bytes, body: bytes) -> Any:
    head = head.encode() if isinstance(head, str) else head
    return ok(raw=b"HTTP/1.1 200 OK\r\n" + head + b"\r\nConnection: close\r\n\r\n" + body)


def deflated(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


LISTS = {
    "no content type": raw("X: 1", LIST.encode()),
    "no charset, GBK": ok(LIST.encode("gbk"), headers=TYPE),
    "says UTF-8, is GBK": ok(LIST.encode("gbk"), headers={"Content-Type": "text/html; charset=utf-8"}),
    "says GBK, is UTF-8": ok(LIST.encode(), headers={"Content-Type": "text/html; charset=gbk"}),
    "says ISO-8859-1, is GBK": ok(LIST.encode("gbk"), headers={"Content-Type": "text/html; charset=ISO-8859-1"}),
    "gzip": ok(gzip.compress(LIST.encode()), headers={**TYPE, "Content-Encoding": "gzip"}),
    "x-gzip": ok(gzip.compress(LIST.encode()), headers={**TYPE, "Content-Encoding": "x-gzip"}),
    "deflate, with a head": ok(zlib.compress(LIST.encode()), headers={**TYPE, "Content-Encoding": "deflate"}),
    "deflate, raw": ok(deflated(LIST.encode()), headers={**TYPE, "Content-Encoding": "deflate"}),
    "length too great": raw(f"Content-Type: text/html\r\nContent-Length: {len(LIST.encode()) + 50}", LIST.encode()),
    "length too small": raw(f"Content-Type: text/html\r\nContent-Length: {len(LIST.encode()) - 14}", LIST.encode()),
    "two lengths, equal": raw("Content-Type: text/html\r\nContent-Length: {0}\r\nContent-Length: {0}".format(
        len(LIST.encode())), LIST.encode()),
    "header in GBK": raw("Content-Type: text/html\r\nX-Column: 年报".encode("gbk"), LIST.encode()),
    "header without colon": raw("Content-Type: text/html\r\nnonsense", LIST.encode()),
    "old status line": ok(raw=b"HTTP/1.0 200\r\nContent-Type: text/html\r\n\r\n" + LIST.encode()),
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_comes_oddly_is_read(crawl_site, kind):
    portal, row = crawl_site({"/nb/": LISTS[kind]})
    assert row["reports_found"] == 1, row
    assert "/nb/2023.html" in portal.paths
    assert row["outcome"] == ("partial" if kind == "length too great" else "ok"), row


NEW = {
    "plain": b"/%E5%B9%B4%E6%8A%A5/",
    "UTF-8": "/年报/".encode(),
    "GBK": "/年报/".encode("gbk"),
    "blank": b"/nian bao/",
    "relative": b"../nian/",
}


@pytest.mark.parametrize("kind", NEW)
def test_a_redirect_is_followed_however_its_address_is_written(crawl_site, kind):
    target = NEW[kind]
    path = {
        "UTF-8": "/%E5%B9%B4%E6%8A%A5/",
        "plain": "/%E5%B9%B4%E6%8A%A5/",
        "GBK": "/%C4%EA%B1%A8/",
        "blank": "/nian%20bao/",
        "relative": "/nian/",
    }[kind]
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\nConnection: close\r\n\r\n"
    moved = ok(LIST.encode(), headers=TYPE)
    portal, row = crawl_site({"/nb/": ok(raw=head), path: moved})
    assert path in portal.paths, portal.paths
    assert row["reports_found"] == 1, row


def test_a_page_that_sets_a_cookie_and_sends_to_itself(crawl_site):
    def door(n: int) -> Any:
        moved = {"Location": "/nb/", "Set-Cookie": "CT6T=1; path=/"}
        return ok(status=302, headers=moved) if n == 0 else ok(LIST.encode(), headers=TYPE)

    portal, row = crawl_site({"/nb/": door})
    assert row["reports_found"] == 1
    assert [b"CT6T=1" in seen.head for seen in portal.log if seen.path == "/nb/"] == [False, True]
    assert all(b"CT6T=1" in seen.head for seen in portal.log if seen.path == "/nb/2023.html")


def test_the_page_before_is_named_as_referrer(crawl_site):
    portal, row = crawl_site({})
    assert row["reports_found"] == 1
    heads = {seen.path: seen.head for seen in portal.log}
    assert f"\r\nReferer: {portal.url('/')}\r\n".encode() in heads["/nb/"]
    assert f"\r\nReferer: {portal.url('/nb/')}\r\n".encode() in heads["/nb/2023.html"]


def test_gibberish_in_the_place_of_one_answer_costs_that_page_alone(crawl_site):
    other = LIST.replace("</ul>", '<li><a href="/nb/2022.html">试验县2022年政府信息公开工作年度报告</a></li></ul>')
    portal, row = crawl_site(
        {"/nb/": ok(other.encode(), headers=TYPE), "/nb/2022.html": ok(raw=b"<html>no head at all</html>")}
    )
    assert (row["outcome"], row["reports_found"]) == ("partial", 1)
    assert "the connection failed" in row["message"]
    assert portal.paths.count("/nb/2022.html") == 3


REFUSALS = {
    "521 in two steps": ok(
        b"<script>document.cookie='__jsl_clearance_s=1';location.href='/nb/'</script>",
        status=521, headers={**TYPE, "Set-Cookie": "__jsluid_h=abc; path=/"}),
    "412": ok(b"<script>$_ts={};</script>", status=412, headers=TYPE),
    "202 without a word": ok(b"", status=202, headers=TYPE),
    "challenge with 200": ok(
        b"<script>var arg1='" + b"0A" * 20 + b"';</script>", headers=TYPE),
    "captcha with 200": ok(page("安全验证", "请完成验证后继续访问 请输入验证码").encode(), headers=TYPE),
    "firewall with 200": ok(page("网站防火墙", "您的请求存在威胁，已被拦截").encode(), headers=TYPE),
    "too often with 200": ok(page("提示", "您的访问过于频繁，请稍后再试").encode(), headers=TYPE),
    "403": ok(page("403", "Forbidden").encode(), status=403, headers=TYPE),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_is_told_archived_and_not_worked_around(crawl_site, archived, data, kind):
    portal, row = crawl_site({"/nb/": REFUSALS[kind]})
    assert row["outcome"] == "blocked", row
    assert portal.url("/nb/") in row["message"]
    assert portal.paths.count("/nb/") <= 2, "asked once more at the very most"
    assert "/nb/2023.html" not in portal.paths
    kept = [capture for capture in archived(data) if capture.url == portal.url("/nb/")]
    assert kept[0].status == REFUSALS[kind].status
    assert kept[0].payload == REFUSALS[kind].body
    cookies = [seen.head for seen in portal.log if b"__jsl_clearance" in seen.head]
    assert cookies == []
