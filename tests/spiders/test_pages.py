"""Pages: bytes to text, links, refusals, columns, what hangs on a report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import Site
from spiders import columns, files
from spiders.addresses import Hosts, clean, join
from spiders.page import Page, date_in, decode
from spiders.refusals import refusal

URL = "http://x.gov.cn/nb/list.html"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("年报".encode(), "gbk"),
        ("年报".encode("gb18030"), "utf-8"),
        (b"\xef\xbb\xbf" + "年报".encode(), ""),
        ("年报".encode("utf-16"), ""),
    ],
)
def test_bytes_are_believed_before_labels(body: bytes, declared: str) -> None:
    assert decode(body, declared) == "年报"


def test_a_bad_byte_spoils_one_character() -> None:
    text = decode("政府信息".encode() + b"\xff" + "公开".encode(), "utf-8")
    assert text.replace("\ufffd", "") == "政府信息公开"


@given(st.binary())
def test_no_bytes_make_a_page_raise(body: bytes) -> None:
    page = Page(URL, decode(body, "nonsense"))
    assert isinstance(page.links, tuple)
    refusal(200, page)
    files.attachments(page)
    columns.ways(page.links, units=True)


def test_titles_of_links() -> None:
    html = (
        "<li><a href=1.html title='某县2020年政府信息公开工作年度报告'>某县2020年政府…</a><span>[2021-03-08]</span></li>"
        "<li><a href=2.html title=更多>·某县2019年年报 2020-01-02</a></li>"
    )
    first, second = Page(URL, html).links
    assert (first.url, first.title, first.listed_on) == (
        "http://x.gov.cn/nb/1.html",
        "某县2020年政府信息公开工作年度报告",
        "2021-03-08",
    )
    assert (second.title, second.listed_on) == ("某县2019年年报", "2020-01-02")


def test_addresses() -> None:
    assert clean("HTTP://X.gov.cn:80/a;jsessionid=1F?b=1#c") == "http://x.gov.cn/a?b=1"
    assert join(URL, "javascript:window.open('../a b.html')") == "http://x.gov.cn/a%20b.html"
    assert join(URL, "//y.gov.cn\\a") == "http://y.gov.cn/a"
    assert [join(URL, href) for href in ("#", "mailto:a@b", "javascript:void(0)", "http://[", "data:x")] == [""] * 5
    assert Page("http://x.gov.cn/a/", "<base href='/b/'><a href=c>x</a>").links[0].url == "http://x.gov.cn/b/c"


def test_hosts_of_a_site() -> None:
    hosts = Hosts(Site("130903", "130903", "a", "http://www.czyh.gov.cn/", list_url="http://zwgk.cz.gov.cn/yh/"))
    inside = ["https://czyh.gov.cn/", "http://zwgk.czyh.gov.cn/", "http://zwgk.cz.gov.cn/"]
    outside = [
        "http://cz.gov.cn/",
        "http://www.czyh.gov.cn:8080/",
        "http://aczyh.gov.cn/",
        "http://czyh.gov.cn.evil.com/",
        "",
    ]
    assert [url in hosts for url in inside + outside] == [True] * 3 + [False] * 5
    local = Hosts(Site("130903", "130903", "a", "http://127.0.0.1:8001/"))
    assert ["http://127.0.0.1:8001/x" in local, "http://127.0.0.1:8002/x" in local] == [True, False]


def test_dates() -> None:
    assert date_in("发布时间：2021年3月8日") == "2021-03-08"
    assert date_in("2021-03-2918:26") == ""
    assert date_in("2021-13-40") == ""


@pytest.mark.parametrize(
    ("status", "html", "kind"),
    [
        (521, "<script>document.cookie='__jsl_clearance_s=x'</script>", "challenge"),
        (202, "<script>$_ts=window['$_ts']; $_ts['a']=1</script>", "challenge"),
        (200, f"<script>var arg1='{'A' * 40}';</script>", "challenge"),
        (200, "<title>网站防火墙</title>您的请求已被拦截", "blocked"),
        (200, "<title>404</title>页面不存在", "missing"),
        (200, "<form>用户名<input><input type=password></form>登录", "login"),
        (200, "域名出售", "parked"),
        (200, "<title>某县体育投注平台</title>" + "正文" * 900, "hijacked"),
        (503, "busy", "error"),
        (404, "", "missing"),
    ],
)
def test_refusals(status: int, html: str, kind: str) -> None:
    found = refusal(status, Page(URL, html))
    assert found is not None
    assert found.kind == kind
    assert found.reason


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "本机关共收到政府信息公开申请，请输入验证码查询；原页面不存在的已补发。" * 30 + "</p>",
        '{"data": {"results": [], "message": "404 not found"}}',
        "<datastore/>",
        "<li><a href=1.html>某县2020年年报</a></li>",
    ],
)
def test_pages_that_are_no_refusals(html: str) -> None:
    assert refusal(200, Page(URL, html)) is None


def test_ways_from_a_home_page() -> None:
    html = (
        "<a href=/nb/>政府信息<br>公开年报</a><a href=/gk/>政府信息公开</a><a href=/news/>要闻</a><a href=/rl?m=2>下个月</a>"
        "<a href=/bm/>部门信息公开</a><a href=/jyj/>教育局</a><a href=/ys/>预决算公开</a>"
    )
    found = [(way.link.url[15:], way.step) for way in columns.ways(Page(URL, html).links, units=True)]
    assert found == [("/nb/", "reports"), ("/gk/", "gate"), ("/bm/", "gate"), ("/jyj/", "unit")]


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ("<script>location.replace('./jbxxjgm/')</script>", "http://x.gov.cn/nb/jbxxjgm/"),
        ("<META http-equiv='Refresh' content='0;URL=/a.htm'>", "http://x.gov.cn/a.htm"),
        ("<!--<script>location.href='/old/'</script>--><a href=/a>x</a>", ""),
        ("<script>function go(){location.href='/a/'}</script>" + "<p>要闻动态</p>" * 100, ""),
        ("<script>location.href='list.html'</script>", ""),
    ],
)
def test_shells(html: str, target: str) -> None:
    assert columns.shell_target(Page(URL, html)) == target


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("<div class=TRS_Editor>见附件<a href=./P020.pdf>年报</a></div><a href=/guide.doc>指南下载</a>", ["P020.pdf"]),
        ("<iframe src='/pdfjs/viewer.html?file=%2Ff%2Fa.pdf'></iframe>", ["a.pdf"]),
        ("<embed src=b.PDF><object data='c.pdf'></object>", ["b.PDF", "c.pdf"]),
        ("<a onclick=\"window.open('/f/d.docx')\">附件</a>", ["d.docx"]),
        (
            "<a href='/module/download/downfile.jsp?classid=0&filename=e.pdf'>附件</a>",
            ["downfile.jsp?classid=0&filename=e.pdf"],
        ),
        (
            "<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=9'>年报.docx</a>",
            ["download.jsp?urltype=news.DownloadAttachUrl&wbfileid=9"],
        ),
        ("<div id=zoom><img src=W01.jpg><img src=/images/icon_share.png><img src=s.gif width=16></div>", ["W01.jpg"]),
        ("<div id=zoom><table><tr><td>1<td>2<td>3</table><img src=W01.jpg></div>", []),
        ("<div id=zoom>见<iframe src='../pdf/web/viewer.html?file=%252Ff%252Fa.pdf'></iframe></div>", ["a.pdf"]),
        ("<div id=zoom><iframe src='/js/viewer.html#file=b.pdf'></iframe></div>", ["b.pdf"]),
        ("<div id=zoom><a href='/plugins/pdfview.jsp?fileurl=/f/c.pdf'>查看</a></div>", ["c.pdf"]),
        ("<object><param name=src value=d.pdf></object>", ["d.pdf"]),
        ("<a data-url='e.xlsx' href='javascript:;'>附表</a>", ["e.xlsx"]),
        ("<a href='/download?id=7' download='年报.doc'>下载</a>", ["download?id=7"]),
        ("<a href='down.action?id=7' title='2021年年报.wps'>附件1</a>", ["down.action?id=7"]),
        ("<div id=zoom><p>年报</p></div><script>PDFObject.embed('/f/g.pdf', '#show')</script>", ["g.pdf"]),
        ("<div id=zoom><a href=h.zip>附件.zip</a><a href=h.rar>附件.rar</a></div>", ["h.zip"]),
        ("<div id=zoom><img data-original=W02.jpg></div>", ["W02.jpg"]),
        (
            "<div id=zoom><p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、行政复议</p><p>信息公开</p>"
            "<iframe src=tables.html></iframe></div>",
            ["tables.html"],
        ),
    ],
)
def test_attachments(html: str, names: list[str]) -> None:
    found = files.attachments(Page(URL, html))
    assert [link.url.rsplit("/", 1)[-1] for link in found] == names


def test_attachments_keep_the_text_of_their_links() -> None:
    html = "<div id=zoom><a href=1.docx>沙洋县2021年年报.docx</a><a href=1.docx>下载</a><a href=2.docx title=财政局年报>2</a></div>"
    found = files.attachments(Page(URL, html))
    assert [(link.url.rsplit("/", 1)[-1], link.title) for link in found] == [
        ("1.docx", "沙洋县2021年年报.docx"),
        ("2.docx", "财政局年报"),
    ]
