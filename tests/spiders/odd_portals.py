"""Portals with habits of their own, one function each: home page address, pages, and which of them are reports.

No family's marks stand in them. An answer is text, bytes, (status, headers, body), or a function of query and form.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Answer = Any


@dataclass
class Odd:
    """`home` is the path that the user names; `reports` are the paths (with query) of all reports."""

    home: str = "/"
    pages: dict[str, Answer] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)

    def report(self, path: str, unit: str, year: int, *, title: str = "", charset: str = "utf-8") -> str:
        """Put a report at a path; returns its title."""
        title = title or f"{unit}{year}年政府信息公开工作年度报告"
        text = (
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class='content'>"
            f"<p>根据《中华人民共和国政府信息公开条例》，编制{unit}{year}年度报告。统计期限自{year}年1月1日至{year}年12月31日。</p>"
            "<p>一、总体情况</p><p>全年主动公开信息120条。</p><p>二、主动公开政府信息情况</p><table><tr><td>规章</td><td>0</td><td>1</td><td>2</td></tr></table>"
            "<p>三、收到和处理政府信息公开申请情况</p><p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p>"
            "<p>五、存在的主要问题及改进情况</p><p>六、其他需要报告的事项</p></div></body></html>"
        )
        self.pages[path] = text.encode(charset)
        self.reports.append(path)
        return title

    def noise(self, path: str, title: str) -> None:
        """Put a page that is no report at a path."""
        self.pages[path] = (
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{'工作正在按计划推进。' * 8}</p></body></html>"
        )


def html(inner: str, title: str = "某县人民政府", head: str = "") -> str:
    links = "".join(
        f"<a href='/xw/{n}.html'>{t}</a>"
        for n, t in enumerate(
            ("要闻", "便民服务", "互动交流", "走进某县", "招商引资", "机构", "旅游", "办事", "视频"), 1
        )
    )
    return f"<html><head><title>{title}</title>{head}</head><body><div>{links}</div>{inner}<p>网站标识码：4499990001</p></body></html>"


YEARS = (2019, 2020, 2021, 2022, 2023)


def year_folders() -> Odd:
    """年报 under 法定主动公开内容; a folder a year with departments and townships; titles cut, date first, relative ../"""
    odd = Odd()
    odd.pages["/"] = html("<a href='gk/'>政务公开</a>")
    odd.pages["/gk/"] = html(
        "<a href='fdzdgknr/'><span>法定</span><span>主动公开</span><br>内容</a><a href='zn/'>指南</a>"
    )
    odd.pages["/gk/fdzdgknr/"] = html("<a href='../ndbg1/'>公开年报</a><a href='../czyjs/'>预决算公开</a>")
    odd.pages["/gk/ndbg1/"] = html("".join(f"<a href='y{y}/index.html'>{y}年</a>" for y in YEARS))
    for y in YEARS:
        rows = ""
        for n, unit in enumerate(("某县人民政府", "某县教育局", "某县前镇人民政府")):
            path = f"/gk/ndbg1/d{y}{n}.htm"
            title = odd.report(path, unit, y)
            rows += f"<li><span>[{y + 1}-01-1{n}]</span><a href='../d{y}{n}.htm' title='{title}'>{title[:9]}…</a></li>"
        odd.pages[f"/gk/ndbg1/y{y}/index.html"] = html(f"<ul>{rows}</ul>")
    return odd


def select_boxes() -> Odd:
    """Years in a select with onchange and a function; rows are table rows with 查看; GBK without a charset; upper case."""
    odd = Odd()

    def gbk(text: str) -> bytes:
        return text.encode("gbk")

    odd.pages["/"] = gbk(html("<A HREF='/open/index.asp'>信息公开</A>"))
    odd.pages["/open/index.asp"] = gbk(html("<A HREF='/open/nb.asp'>信息公开年度报告</A>"))
    options = "".join(f"<OPTION VALUE={y}>{y}年度</OPTION>" for y in YEARS)
    script = "<script>function tiaozhuan(y){ window.location.href = 'nb.asp?nd=' + y; }</script>"

    def listing(years: tuple[int, ...]) -> bytes:
        rows = "".join(
            f"<TR><TD>{y + 1}-01-20</TD><TD>某县{u}{y}年政府信息公开年度报告</TD><TD><A HREF='show.asp?id={y}{n}'>查看</A></TD></TR>"
            for y in years
            for n, u in enumerate(("", "民政局"), 1)
        )
        return gbk(html(f"{script}<SELECT ONCHANGE='tiaozhuan(this.value)'>{options}</SELECT><TABLE>{rows}</TABLE>"))

    odd.pages["/open/nb.asp"] = listing((2023,))
    for y in YEARS:
        odd.pages[f"/open/nb.asp?nd={y}"] = listing((y,))
        for n, u in enumerate(("某县", "某县民政局"), 1):
            odd.report(f"/open/show.asp?id={y}{n}", u, y, charset="gbk")
    return odd


def xhr_json() -> Odd:
    """The list comes as JSON of its own shape from a script file; rows have ids only; pages by POST."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/zfxxgk/'>政府信息公开专栏</a>")
    odd.pages["/zfxxgk/"] = html("<div class=menu><a href='/zfxxgk/report.html'>政府信息公开年报</a></div>")
    odd.pages["/zfxxgk/report.html"] = html(
        "<div id='list'></div>",
        head="<script src='/static/jquery.min.js'></script><script src='/static/report.js'></script>",
    )
    odd.pages["/static/jquery.min.js"] = "/* jquery */"
    odd.pages["/static/report.js"] = """
    var api = '/api/v1';
    function render(d){ var h=''; $.each(d.payload.records, function(i, r){
      h += '<li><a href="/zfxxgk/view-' + r.docId + '.html" target="_blank">' + r.docName + '</a><em>' + r.pubTime + '</em></li>'; });
      $('#list').html(h); }
    function query(pageNum){ $.ajax({ url: api + '/docs/query', type: 'post', data: {channel: 'nb01', pageNum: pageNum, size: 2}, success: render }); }
    $(function(){ query(1); });
    """
    docs = [
        {
            "docId": f"a{y}",
            "docName": odd.report(f"/zfxxgk/view-a{y}.html", "某县人民政府", y),
            "pubTime": f"{y + 1}-01-20",
        }
        for y in YEARS
    ]

    def answer(query: dict[str, str], form: dict[str, str]) -> Answer:
        if form.get("channel") != "nb01":
            return (404, {}, "")
        at = int(form["pageNum"])
        body = {"ok": 1, "payload": {"records": docs[(at - 1) * 2 : at * 2], "all": len(docs)}}
        return (200, {"Content-Type": "application/json"}, json.dumps(body))

    odd.pages["/api/v1/docs/query"] = answer
    return odd


def javascript_links() -> Odd:
    """Everything by script: menu by onclick, rows by javascript: with ids, pages by a function that sends a form."""
    odd = Odd()
    odd.pages["/"] = html(
        "<div onclick=\"openColumn('gk')\">政府信息公开</div><script>function openColumn(c){ var u='/col_'+c+'.php'; window.open(u,'_self'); }</script>"
    )
    odd.pages["/col_gk.php"] = html("<td onclick=\"location='/col_nb.php'\">政府信息公开工作年度报告</td>")
    script = """<script>
    function detail(id, type){ if(type=='1'){ window.open('show.php?aid='+id); } }
    function turn(p){ document.pager.pageIndex.value = p; document.pager.submit(); }
    </script><form name=pager method=post action='/col_nb.php'><input type=hidden name=cid value=7><input type=hidden name=pageIndex value=1></form>"""

    def listing(page: int) -> str:
        years = YEARS[::-1][(page - 1) * 2 : page * 2]
        rows = "".join(
            f"<dl><dt><a href=\"javascript:detail('{y}','1');\">某县{y}年政府信息公开工作年度报告</a></dt><dd>{y + 1}-02-01</dd></dl>"
            for y in years
        )
        return html(f"{script}{rows}<a href='javascript:turn({page + 1})'>下一页</a>")

    odd.pages["/col_nb.php"] = lambda query, form: listing(int(form.get("pageIndex", "1")))
    for y in YEARS:
        odd.report(f"/show.php?aid={y}", "某县", y)
    return odd


def frameset() -> Odd:
    """A frameset whose menu is a frame; the home is a meta refresh; base href; lists in an iframe; 下一页 links."""
    odd = Odd()
    odd.pages["/"] = "<html><head><META HTTP-EQUIV='Refresh' CONTENT='0;URL=cms/main.htm'></head></html>"
    odd.pages["/cms/main.htm"] = (
        "<html><frameset cols='200,*'><frame src='left_menu.htm' name=l><frame src='right.htm' name=r></frameset></html>"
    )
    odd.pages["/cms/left_menu.htm"] = (
        "<html><head><base href='/cms/xx/'></head><body><a href='gk.htm' target=r>政府信息公开</a></body></html>"
    )
    odd.pages["/cms/right.htm"] = "<html><body>欢迎</body></html>"
    odd.pages["/cms/xx/gk.htm"] = html("<a href='nb.htm'>年度报告</a>")
    odd.pages["/cms/xx/nb.htm"] = html("<iframe src='nb_inner.htm'></iframe>")
    chunks = [YEARS[:2], YEARS[2:4], YEARS[4:]]
    for at, years in enumerate(chunks):
        rows = "".join(f"<li><a href='r/{y}.htm'>{odd.report(f'/cms/xx/r/{y}.htm', '某县', y)}</a></li>" for y in years)
        name = "nb_inner.htm" if at == 0 else f"nb_inner_p{at + 1}.htm"
        following = f"<a href='nb_inner_p{at + 2}.htm'>下一页</a>" if at < 2 else ""
        odd.pages[f"/cms/xx/{name}"] = f"<html><body><ul>{rows}</ul>{following}</body></html>"
    return odd


def data_in_script() -> Odd:
    """Tabs whose lists are data in a script; a portal in a sub-folder; picture links without words."""
    odd = Odd(home="/portal/")
    odd.pages["/"] = (404, {}, "nothing")
    odd.pages["/portal/"] = html("<a href='/portal/zfxxgk/'><img src='/i/b.png'></a>")
    odd.pages["/portal/zfxxgk/"] = html(
        "<ul class=tabs><li>指南</li><li>年报</li></ul><div style='display:none'><a href='nb/'><img src=/i/n.png></a></div>"
    )
    data = [
        {"t": odd.report(f"/portal/zfxxgk/nb/{y}/x{y}.html", "某县", y), "u": f"./{y}/x{y}.html", "d": f"{y + 1}-03-01"}
        for y in YEARS
    ]
    odd.pages["/portal/zfxxgk/nb/"] = html(
        f"<div id=app></div><script>window.__DATA__ = {{list: {json.dumps(data)}, 'page': 1,}};</script>"
    )
    return odd


def departments() -> Odd:
    """Departments and townships each with a column of their own, reached from one directory; titles without 政府信息公开."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/zwgk/'>政务公开</a>")
    odd.pages["/zwgk/"] = html("<a href='/zwgk/nb/'>政府信息公开年报</a>")
    units = (("某县教育局", "jyj"), ("某县卫生健康委员会", "wjw"), ("前镇人民政府", "qz"), ("东街道办事处", "djd"))
    inner = "".join(f"<li><a href='/bmgk/{code}/list.html'>{name}</a></li>" for name, code in units)
    own = "".join(
        f"<li><a href='/zwgk/nb/{y}.html'>{odd.report(f'/zwgk/nb/{y}.html', '某县人民政府', y, title=f'{y}年度报告')}</a></li>"
        for y in YEARS
    )
    odd.pages["/zwgk/nb/"] = html(f"<h3>县政府</h3><ul>{own}</ul><h3>部门、乡镇</h3><ul>{inner}</ul>")
    for name, code in units:
        rows = "".join(
            f"<li><a href='/bmgk/{code}/{y}01.html'>{odd.report(f'/bmgk/{code}/{y}01.html', name, y)}</a><i>{y + 1}-01-08</i></li>"
            for y in YEARS[2:]
        )
        odd.pages[f"/bmgk/{code}/list.html"] = html(f"<ul>{rows}</ul>")
    return odd


def query_pages() -> Odd:
    """?page=2 with numbers, data-url on rows, a report that is a PDF, another that is a page with prev and next only."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/list?cat=gk'>政府信息公开</a>")
    odd.pages["/list?cat=gk"] = html("<a href='/list?cat=nb'>政府信息公开年报</a>")
    years = list(range(2012, 2024))[::-1]
    for page in (1, 2, 3, 4):
        part = years[(page - 1) * 3 : page * 3]
        rows = "".join(
            f"<li data-url='/detail?nid={y}'><b>{odd.report(f'/detail?nid={y}', '某县', y)}</b></li>" for y in part
        )
        pager = "".join(f"<a href='/list?cat=nb&page={n}'>{n}</a>" for n in (1, 2, 3, 4))
        body = html(f"<ul>{rows}</ul><div class=pages>{pager}</div>")
        odd.pages[f"/list?cat=nb&page={page}"] = body
        if page == 1:
            odd.pages["/list?cat=nb"] = body
    return odd


def hidden_column() -> Odd:
    """No gate says 公开: the column is only in the sitemap's addresses."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/a/'>走进某县</a><a href='/b/'>新闻中心</a>")
    odd.pages["/a/"] = html("<p>概况</p>")
    odd.pages["/b/"] = html("<a href='/b/1.html'>新闻</a>")
    odd.pages["/sitemap.xml"] = (
        200,
        {"Content-Type": "text/xml"},
        "<?xml version='1.0'?><urlset><url><loc>http://HOST/c/zfxxgknb/</loc></url><url><loc>http://HOST/b/</loc></url></urlset>",
    )
    rows = "".join(f"<li><a href='{y}.html'>{odd.report(f'/c/zfxxgknb/{y}.html', '某县', y)}</a></li>" for y in YEARS)
    odd.pages["/c/zfxxgknb/"] = html(f"<ul>{rows}</ul>")
    return odd


def search_only() -> Odd:
    """Reports are news items under other columns; only the site's search finds them."""
    odd = Odd()
    form = "<form action='/so' method=get name=search><input type=hidden name=site value=1><input type=text name=q><input type=submit value=搜索></form>"
    odd.pages["/"] = html(form + "<a href='/tzgg/'>通知</a>")
    odd.pages["/tzgg/"] = html("<a href='/n/1.html'>关于放假的通知</a>")

    def found(query: dict[str, str], form: dict[str, str]) -> str:
        if "信息公开" not in query.get("q", ""):
            return html("无结果")
        page = int(query.get("page", "1"))
        rows = "".join(
            f"<div class=item><a href='/n/9{y}.html'><em>某县{y}年政府信息公开</em>工作年度报告</a></div>"
            for y in YEARS[(page - 1) * 3 : page * 3]
        )
        return html(
            f"{rows}<a href='/so?site=1&q=%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A&page=2'>2</a>"
        )

    odd.pages["/so"] = found
    for y in YEARS:
        odd.report(f"/n/9{y}.html", "某县", y)
    return odd


def script_pager() -> Odd:
    """index_1.html known to a script only; links written by document.write; units as <option> addresses; splash home."""
    odd = Odd()
    odd.pages["/"] = "<html><body><a href='/cn/'><img src='/enter.gif'></a></body></html>"
    odd.pages["/cn/"] = html("<script>document.write(\"<a href='/cn/xxgk/'>政府信息公开</a>\");</script>")
    odd.pages["/cn/xxgk/"] = html("<a href='/cn/xxgk/nb/'>政府信息公开<br/>年&nbsp;报</a>")
    years = YEARS[::-1]
    for at in range(3):
        rows = "".join(
            f"<li><a href='/cn/xxgk/nb/{y}/t{y}.html'>{odd.report(f'/cn/xxgk/nb/{y}/t{y}.html', '某县', y)}</a></li>"
            for y in years[at * 2 : at * 2 + 2]
        )
        script = f"<script>var pageCount = 3; var currentPage = {at}; function toPage(n){{ if(n==0) location.href='index.html'; else location.href = 'index_' + n + '.html'; }}</script>"
        options = "<select onchange='window.location=this.value'><option value='/cn/xxgk/nb/bm/'>部门</option></select>"
        odd.pages["/cn/xxgk/nb/" if at == 0 else f"/cn/xxgk/nb/index_{at}.html"] = html(
            f"<ul>{rows}</ul>{options}{script}"
        )
    rows = "".join(
        f"<li><a href='{y}.html'>{odd.report(f'/cn/xxgk/nb/bm/{y}.html', '某县水利局', y)}</a></li>" for y in years
    )
    odd.pages["/cn/xxgk/nb/bm/"] = html(f"<ul>{rows}</ul>")
    return odd


def year_tabs() -> Odd:
    """Tabs load each year's HTML fragment on a click; the first year stands in the page; links protocol-relative."""
    odd = Odd()
    odd.pages["/"] = html("<a href='//HOST/zw/'>政务</a><a href='//HOST/zw/gk.html'>公开</a>")
    odd.pages["/zw/"] = html("<p>政务</p>")
    odd.pages["/zw/gk.html"] = html("<a href='//HOST/zw/nb.html'>年报</a>")
    tabs = "".join(f"<li onclick=\"loadYear('{y}',this)\">{y}</li>" for y in YEARS)
    script = (
        "<script>function loadYear(y,o){ $('#c').load('/zw/frag/nb_' + y + '.html'); $(o).addClass('on'); }</script>"
    )
    first = f"<a href='/zw/doc-2023.html'>{odd.report('/zw/doc-2023.html', '某县', 2023)}</a>"
    odd.pages["/zw/nb.html"] = html(f"{script}<ul>{tabs}</ul><div id=c>{first}</div>")
    for y in YEARS:
        title = odd.report(f"/zw/doc-{y}.html", "某县", y) if y != 2023 else "某县2023年政府信息公开工作年度报告"
        odd.pages[f"/zw/frag/nb_{y}.html"] = f"<ul><li><a href='/zw/doc-{y}.html'>{title}</a></li></ul>"
    return odd


ODD: dict[str, Callable[[], Odd]] = {
    each.__name__: each
    for each in (
        year_folders, select_boxes, xhr_json, javascript_links, frameset, data_in_script, departments, query_pages,
        hidden_column, search_only, script_pager, year_tabs,
    )
}  # fmt: skip
