"""Every family: known by its marks in spite of a misleading address, and its lists read to the end."""

from __future__ import annotations

import json

import pytest

from spiders.page import Page
from spiders.platforms import BY_NAME, Ask, ListPage, detect

ROW = '<li><a href="/a/1.html" title="某县2021年政府信息公开工作年度报告">某县2021年…</a><span>2022-01-27</span></li>'
# The address fits two families; the marks decide.
URL = "http://x.gov.cn/html/5973/610465.html"
CONFIG = 'window._CONFIG = {SID: \'755041\', TREE: [{"id": 7, "name": "政府信息公开年报", "children": []}]}'


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("gkmlpt", f"<script>{CONFIG}</script>"),
        ("lonsun", '<script>var u="/site/label/8888?labelName=publicInfoList";</script>'),
        (
            "jpaas",
            """<div queryData="{'webId':'1','tplSetId':'2'}" url="/api-gateway/jpaas-publish-server/front/page/build/unit">""",
        ),
        ("hanweb_jpage", "<script>$('#1').jpage({proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp'})</script>"),
        ("hanweb_xxgk", "<iframe src='/module/xxgk/tree.jsp?area=11'></iframe>"),
        ("truecms", "<script>x({proxyUrl:'/front/messageController/getMessage.do'})</script>"),
        ("epoint_ewb", "<script src='/js/webBuilderCommon.js'></script>"),
        ("ucap", "<script>createPageHTML('page_div',10, 1,'xlist','shtml',189)</script>"),
        ("vsb", "<a href='list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1013'>x</a>"),
        ("huilan_easysite", "<input id='eprotalCurrentPageId' value='3'>"),
        ("openness", "<a href='/OpennessAnnualReport/show/4752.html'>x</a>"),
        ("aspnet", "<input type=hidden name=__VIEWSTATE value=x>"),
        ("trs_static", "<script>createPageHTML(3, 0, 'index', 'html');</script>"),
        ("generic", ""),
    ],
)
def test_detection(name: str, mark: str) -> None:
    platform, evidence = detect(Page(URL, f"<html><body>{ROW}{mark}</body></html>"))
    assert platform.name == name
    assert evidence


def test_a_hint_never_beats_the_page() -> None:
    trs = Page(URL, "<script>createPageHTML(3, 0, 'index', 'html');</script>")
    assert detect(trs, "vsb")[0].name == "trs_static"
    assert detect(Page(URL, ROW), "vsb")[0].name == "vsb"
    assert detect(Page(URL, ROW), "nobody")[0].name == "generic"


def read(name: str, html: str, url: str = "http://x.gov.cn/nb/", ask: Ask | None = None) -> ListPage:
    if ask is not None:
        ask = Ask.from_json(json.loads(json.dumps(ask.to_json())))
    return BY_NAME[name].read_list(Page(url, html), ask.state if ask else {})


def test_trs_files() -> None:
    listing = read("trs_static", f"{ROW}<script>var countPage = 3; createPageHTML(3, 0, 'index', 'html');</script>")
    assert [ask.url for ask in listing.more] == ["http://x.gov.cn/nb/index_1.html", "http://x.gov.cn/nb/index_2.html"]
    assert listing.more[0].otherwise is not None
    assert listing.more[0].otherwise.url == "http://x.gov.cn/nb/index_3.html"
    assert listing.links[0].title == "某县2021年政府信息公开工作年度报告"
    assert listing.links[0].listed_on == "2022-01-27"
    assert read("trs_static", "<script>createPageHTML(3, 1, 'index', 'html')</script>").more == ()
    assert len(read("trs_static", "<script>createPageHTML(99999, 0, 'index', 'html')</script>").more) <= 200


def test_trs_arrays() -> None:
    html = "<script>var countPage = 1;\nalist[0] = ('./202103/t1.html', '某县2020年政府信息公开年度报告', '2021-03-08');</script>"
    (link,) = read("trs_static", html).links
    assert (link.url, link.title, link.listed_on) == (
        "http://x.gov.cn/nb/202103/t1.html",
        "某县2020年政府信息公开年度报告",
        "2021-03-08",
    )


def test_ucap_files_and_json() -> None:
    listing = read(
        "ucap", "<script>createPageHTML('page_div',3,1,'list','shtml',40)</script>", "http://x.gov.cn/c1/list.shtml"
    )
    assert [ask.url for ask in listing.more] == ["http://x.gov.cn/c1/list_2.shtml", "http://x.gov.cn/c1/list_3.shtml"]
    assert listing.more[1].otherwise is not None
    assert listing.more[1].otherwise.url == "http://x.gov.cn/c1/list_1.shtml"
    channel = "8" * 32
    (ask,) = read(
        "ucap", f"<meta name=channelid content={channel}><script>get('/common/search/{channel}')</script>"
    ).more
    rows = [{"title": "年报", "url": "//x.gov.cn/c/202301/a.shtml", "publishedTime": 1674780000000}]
    answer = read("ucap", json.dumps({"data": {"page": 1, "rows": 15, "total": 31, "results": rows}}), ask=ask)
    assert [(link.url, link.listed_on) for link in answer.links] == [("http://x.gov.cn/c/202301/a.shtml", "2023-01-27")]
    assert ["page=2" in ask.url for ask in answer.more] == [True, False]
    assert read("ucap", "<html>busy</html>", ask=ask) == ListPage()


def test_jpage_goes_on_until_all_are_seen() -> None:
    record = "<record><![CDATA[<li><a href='/art/{0}.html' title='t'>t</a></li>]]></record>"
    first = "".join(record.format(n) for n in (1, 2))
    page = (
        "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&columnid=%2Fx%2B&unitid=7\"></a>]]>"
        f"</nextgroup><recordset>{first}</recordset></datastore></script><script>$().jpage({{perPage:2,totalRecord:5}})</script>"
    )
    listing = read("hanweb_jpage", page)
    (ask,) = listing.more
    assert ask.url == "http://x.gov.cn/module/web/jpage/dataproxy.jsp?page=2&columnid=%2Fx%2B&unitid=7"
    assert ask.otherwise is not None
    assert (ask.otherwise.method, ask.otherwise.body) == ("POST", "columnid=%2Fx%2B&unitid=7&page=2")
    second = read("hanweb_jpage", f"<datastore>{record.format(3)}{record.format(4)}</datastore>", ask=ask)
    (ask,) = second.more
    assert "page=3" in ask.url
    assert read("hanweb_jpage", f"<datastore>{record.format(5)}</datastore>", ask=ask).more == ()
    assert read("hanweb_jpage", f"<datastore>{record.format(3)}{record.format(4)}</datastore>", ask=ask).more == ()
    assert read("hanweb_jpage", "<datastore/>", ask=ask) == ListPage()


@pytest.mark.parametrize("answer", ["<datastore/>", "{0}"])
def test_jpage_that_counts_records(answer: str) -> None:
    """A server that does not know `page`: it answers nothing, or its first records again."""
    record = "<record><![CDATA[<li><a href='/art/{0}.html' title='t'>t</a></li>]]></record>"
    first = "".join(record.format(n) for n in (1, 2))
    page = (
        f"<script type='text/xml'><datastore><recordset>{first}</recordset></datastore></script>"
        "<script>$().jpage({proxyUrl:'/module/web/jpage/dataproxy.jsp',columnid:9,unitid:7,perPage:2,totalRecord:20})</script>"
    )
    (ask,) = read("hanweb_jpage", page).more
    (ask,) = read("hanweb_jpage", answer.format(first), ask=ask).more
    assert (ask.method, ask.url.split("?")[1]) == ("POST", "startrecord=3&endrecord=47&perpage=15")
    assert "columnid=9&unitid=7" in ask.body
    (ask,) = read("hanweb_jpage", "".join(record.format(n) for n in range(3, 18)), ask=ask).more
    assert "startrecord=18&" in ask.url
    assert read("hanweb_jpage", "".join(record.format(n) for n in range(18, 21)), ask=ask).more == ()


def test_gkmlpt_tree_and_rows() -> None:
    (ask,) = read("gkmlpt", f"<script>{CONFIG}</script>", "http://x.gov.cn/dept/gkmlpt/index").more
    assert ask.url == "http://x.gov.cn/dept/gkmlpt/api/all/7?page=1&sid=755041"
    rows = [{"title": "%u5E74%u62A5", "url": "http://x.gov.cn/p.html", "created_at": "2021-02-01 16:25:04"}]
    answer = read("gkmlpt", json.dumps({"classify": {"post_count": 201}, "articles": rows}), ask=ask)
    assert [(link.title, link.listed_on) for link in answer.links] == [("年报", "2021-02-01")]
    assert [ask.state["page"] for ask in answer.more] == [2, 3]


def test_vsb_counts() -> None:
    html = "<a href='/list.jsp?totalpage=3&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1013'>下页</a>"
    assert [ask.url.split("&")[1] for ask in read("vsb", html, "http://x.gov.cn/nb.htm").more] == [
        "PAGENUM=2",
        "PAGENUM=3",
    ]
    html = "<a href='?a6t=3&a6p=2&a6c=13'>2</a>"
    assert [ask.url.split("&")[1] for ask in read("vsb", html).more] == ["a6p=2", "a6p=3"]
    html = "<a href='nb/2.htm'>下页</a><a href='nb/1.htm'>尾页</a>"
    assert [ask.url for ask in read("vsb", html, "http://x.gov.cn/nb.htm").more] == [
        "http://x.gov.cn/nb/2.htm",
        "http://x.gov.cn/nb/1.htm",
    ]


def test_generic_pager_and_its_traps() -> None:
    html = "<a href='?cid=4&page=2'>2</a><a href='?cid=4&page=3'>下一页</a><a href='/rl?month=9'>下个月</a><a href='/other/5.html'>5</a>"
    urls = [ask.url for ask in read("generic", html, "http://x.gov.cn/list.jsp?cid=4").more]
    assert urls == ["http://x.gov.cn/list.jsp?cid=4&page=2", "http://x.gov.cn/list.jsp?cid=4&page=3"]
    html = "<a href='list-21-2.html'>2</a><a href='list-21-999.html'>999</a>"
    assert [ask.url for ask in read("generic", html, "http://x.gov.cn/list-21-1.html").more] == [
        "http://x.gov.cn/list-21-2.html"
    ]
    html = "<script>function gotopage(n){}</script><p>共3页</p>"
    assert [ask.url[-7:] for ask in read("generic", html).more] == ["_2.html", "_3.html"]


def test_jpaas_lonsun_xxgk() -> None:
    html = """<div queryData="{'webId':'1','tplSetId':'2','tagId':'列表'}" url="/api-gateway/jpaas-publish-server/front/page/build/unit"></div>"""
    (ask,) = read("jpaas", html).more
    assert "paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A15%7D" in ask.url
    fragment = f'{ROW}<div class="pagination" rows="15" count="48"></div>'
    answer = read("jpaas", json.dumps({"success": True, "data": {"html": fragment}}), ask=ask)
    assert (len(answer.links), len(answer.more)) == (1, 3)

    html = "<meta name=SiteId content=678><script>var u='/site/label/8888?labelName=publicInfoList&file=/x';pageCount:2</script>"
    asks = read("lonsun", html, "http://x.gov.cn/public/column/66?type=3&action=list").more
    assert ["pageIndex=1" in asks[0].url, "pageIndex=2" in asks[1].url] == [True, True]
    assert all("organId=66" in ask.url and "type=3" in ask.url and "siteId=678" in ask.url for ask in asks)
    assert read("lonsun", "<p>暂无相关信息</p>", ask=asks[0]).links == ()

    html = "<script>load('/module/xxgk/search.jsp',{infotypeId:'A02',jdid:30,area:'11'})</script>"
    (ask,) = read("hanweb_xxgk", html).more
    assert (ask.method, "infotypeId=A02" in ask.body, "currpage=1" in ask.body) == ("POST", True, True)
    assert len(read("hanweb_xxgk", f"<table>{ROW}</table>&nbsp;&nbsp;共3页&nbsp;", ask=ask).more) == 2


def test_epoint_easysite_truecms_aspnet() -> None:
    (ask,) = read("epoint_ewb", "<p>EWB-FRONT</p>", "http://x.gov.cn/govInfoPub.html?categorynum=003011").more
    (ask,) = read("epoint_ewb", "var siteInfo={projectName:'EpointWebBuilder',siteGuid:'7eb5'}", ask=ask).more
    assert (ask.method, ask.url) == ("POST", "http://x.gov.cn/EpointWebBuilder/rest/lightfrontaction/getgovinfolist")
    assert json.loads(ask.body)["categorynum"] == "003011"
    rows = [{"infourl": f"/003/{n}.html", "title": "某县…", "realtitle": "某县2021年年报"} for n in range(20)]
    answer = read("epoint_ewb", json.dumps({"custom": {"total": 60, "data": rows}}), ask=ask)
    assert answer.links[0].title == "某县2021年年报"
    # Fifty were asked for, twenty came: the server has a limit of its own.
    assert [json.loads(ask.body)["pageIndex"] for ask in answer.more] == [2, 3]

    html = "<input name='article_paging_list_hidden' totalpage='3' moduleid='9f80'><input id='eprotalCurrentPageId' value='302275'>"
    assert [ask.url[-1] for ask in read("huilan_easysite", html).more] == ["2", "3"]

    (ask,) = read("truecms", "<script>x({proxyUrl:'/m/getMessage.do',columnId:'c1'})</script>").more
    assert ask.otherwise is not None
    assert ("endrecord=50" in ask.url, "endrecord=20" in ask.otherwise.url) == (True, True)
    answer = read(
        "truecms",
        'cb({"result":"<datastore><record><![CDATA[<a href=\'/c/1.html\'>t</a>]]></record></datastore>"});',
        ask=ask,
    )
    assert [link.url for link in answer.links] == ["http://x.gov.cn/c/1.html"]

    html = """<form action="l.aspx"><input type=hidden name=__VIEWSTATE value="a b"><a href="javascript:__doPostBack('P1','2')">2</a></form>"""
    (ask,) = read("aspnet", html).more
    assert (ask.url, ask.body) == ("http://x.gov.cn/nb/l.aspx", "__VIEWSTATE=a+b&__EVENTTARGET=P1&__EVENTARGUMENT=2")
    assert read("aspnet", html, ask=ask).more == ()
