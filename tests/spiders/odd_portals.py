"""Portals with habits of their own, one function each: home page address, pages, and which of them are reports.

Hardly any has the marks of a family. An answer is text, bytes, (status, headers, body), or a function of query and form.
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


def layui_pager() -> Odd:
    """A pager of a library with the total in its options; the next page is an icon with a class; GET form of years."""
    odd = Odd()
    odd.pages["/"] = html("<map name=m><area shape=rect href='xxgk.htm' alt='政府信息公开'></map>")
    odd.pages["/xxgk.htm"] = html("<a href='nianbao.htm'>公开年报</a>")
    years = list(range(2014, 2024))[::-1]
    for at in range(1, 5):
        rows = "".join(
            f"<li><a href='a{y}.htm'>{odd.report(f'/a{y}.htm', '某县', y)}</a></li>" for y in years[at * 3 - 3 : at * 3]
        )
        script = "<script>laypage.render({elem:'pg', count: 10, limit: 3, pages: 4, curr: 1, jump: function(obj, first){ if(!first){ location.href = 'nianbao.htm?pg=' + obj.curr; } }});</script>"
        body = html(f"<ul>{rows}</ul><div id=pg></div>{script}")
        odd.pages[f"/nianbao.htm?pg={at}"] = body
        if at == 1:
            odd.pages["/nianbao.htm"] = body
    return odd


def data_file() -> Odd:
    """The list is a script file that holds data; the page weaves rows from it; a portal in upper case."""
    odd = Odd(home="/WEB/DEFAULT.HTM")
    odd.pages["/WEB/DEFAULT.HTM"] = html("<A HREF='GK/INDEX.HTM'>政府信息公开网</A>")
    odd.pages["/WEB/GK/INDEX.HTM"] = html("<A HREF='NB.HTM'>信息公开年报</A>")
    rows = ",".join(
        f"{{fid:{y}, fname:'{odd.report(f'/WEB/GK/V.HTM?f={y}', '某县', y)}', fdate:'{y + 1}/1/20'}}" for y in YEARS
    )
    odd.pages["/WEB/GK/nbdata.js"] = f"var NB = [{rows}];"
    odd.pages["/WEB/GK/NB.HTM"] = html(
        "<UL ID=L></UL><SCRIPT SRC='nbdata.js'></SCRIPT><SCRIPT>for(var i=0;i<NB.length;i++){ "
        "document.getElementById('L').innerHTML += '<li><a href=V.HTM?f=' + NB[i].fid + '>' + NB[i].fname + '</a></li>'; }</SCRIPT>"
    )
    return odd


def vue_page() -> Odd:
    """Rows by axios with params; the address is bound in the template; units come from the query string of the page."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/open/list.html?dept=1&type=gk'>政府信息公开</a>")
    menu = "<a href='/open/list.html?dept=1&type=nb'>政府信息公开年报</a><a href='/open/list.html?dept=2&type=nb'>教育局年报</a>"
    script = """<script>
    function getQueryString(name){ var r = window.location.search.substr(1).match(new RegExp(name)); return r ? r[2] : null; }
    new Vue({ el: '#vm', data: { rows: [], pageNo: 1 }, mounted() { this.fetchRows(); }, methods: {
      fetchRows() { axios.get('/rest/articles', { params: { dept: getQueryString('dept'), type: getQueryString('type'), pageNo: this.pageNo } }).then(res => { this.rows = res.data.rows; }); } } });
    </script>"""
    body = html(
        f"{menu}<div id=vm><li v-for='r in rows'><a :href=\"'/open/detail.html?aid=' + r.aid\">{{{{ r.caption }}}}</a></li></div>{script}"
    )
    for dept in (1, 2):
        for kind in ("gk", "nb"):
            odd.pages[f"/open/list.html?dept={dept}&type={kind}"] = body
    docs = {
        str(dept): [
            {
                "aid": dept * 10000 + y,
                "caption": odd.report(f"/open/detail.html?aid={dept * 10000 + y}", unit, y),
                "img": "/x/1.png",
            }
            for y in YEARS
        ]
        for dept, unit in ((1, "某县"), (2, "某县教育局"))
    }

    def rest(query: dict[str, str], form: dict[str, str]) -> Answer:
        if query.get("type") != "nb":
            return json.dumps({"rows": [], "total": 0})
        at = int(query["pageNo"])
        return json.dumps({"rows": docs[query["dept"]][(at - 1) * 3 : at * 3], "total": 5})

    odd.pages["/rest/articles"] = rest
    return odd


def xml_list() -> Odd:
    """The list is XML; rows open by a click handler on data-doc; the years are list items with a jQuery handler."""
    odd = Odd()
    odd.pages["/"] = html("<a href='gk.html'>政府信息公开指南</a>")
    odd.pages["/gk.html"] = html("<a href='nb.html'>年报</a>")
    items = "".join(
        f"<item><bt>{odd.report(f'/d/{y}.html', '某县', y)}</bt><lj>/d/{y}.html</lj><rq>{y + 1}-01-10</rq></item>"
        for y in YEARS
    )
    odd.pages["/data/nb.xml"] = (
        200,
        {"Content-Type": "text/xml"},
        f"<?xml version='1.0' encoding='utf-8'?><list>{items}</list>",
    )
    years = "".join(f"<li class=y data-value='{y}'>{y}年</li>" for y in (2016, 2017))
    script = "<script>$('.y').click(function(){ window.location.href = 'old.html?y=' + $(this).data('value'); }); $.ajax({url:'data/nb.xml', dataType:'xml', success:function(x){}});</script>"
    odd.pages["/nb.html"] = html(f"<ul>{years}</ul>{script}")
    for y in (2016, 2017):
        title = odd.report(f"/d/{y}.html", "某县", y)
        odd.pages[f"/old.html?y={y}"] = html(f"<div class=r data-doc='/d/{y}.html'>{title}</div>")
    return odd


def bare_years() -> Odd:
    """Rows that say a year only, some as files to download; the unit is the heading; 专题 is the only way."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/zt/'>专题专栏</a>")
    odd.pages["/zt/"] = html("<a href='/zt/xxgknb/'>历年政府信息公开工作年度报告</a><a href='/zt/dj/'>党建</a>")
    rows = "".join(f"<a href='/zt/xxgknb/{y}/1000{y}.html'>{y}年</a>" for y in YEARS)
    for y in YEARS:
        odd.report(f"/zt/xxgknb/{y}/1000{y}.html", "某县", y)
    odd.pages["/zt/xxgknb/"] = html(
        f"<h2>某县人民政府</h2>{rows}<table><tr><td>某县2018年政府信息公开年度报告</td><td><a href='/upload/2018nb.pdf'>下载</a></td></tr></table>"
    )
    odd.pages["/upload/2018nb.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4\n%%EOF\n")
    odd.reports.append("/upload/2018nb.pdf")
    return odd


def year_form() -> Odd:
    """A form with a select of years and a button; the answer is the page again; POST."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/xxgk.action'>信息公开</a>")
    odd.pages["/xxgk.action"] = html("<a href='/nb.action'>政府信息公开工作年报</a>")
    options = "".join(f"<option value='{y}'>{y}年</option>" for y in YEARS)

    def page(query: dict[str, str], form: dict[str, str]) -> str:
        y = int(form.get("nd", "2023"))
        title = f"某县{y}年政府信息公开工作年度报告"
        return html(
            f"<form action='/nb.action' method=post><input type=hidden name=lm value=3><select name=nd>{options}</select><input type=submit value=查询></form><li><a href='/nbview.action?nbid={y}'>{title}</a></li>"
        )

    odd.pages["/nb.action"] = page
    for y in YEARS:
        odd.report(f"/nbview.action?nbid={y}", "某县", y)
    return odd


def json_menu() -> Odd:
    """The menu of the platform is JSON; its nodes have children; lists are HTML within JSON; a load-more button."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/zfxxgk/index.html'>政府信息公开</a>")
    odd.pages["/zfxxgk/index.html"] = html(
        "<div id=tree></div><script>$.getJSON('/zfxxgk/menu.json', function(d){ draw(d); });</script>"
    )
    odd.pages["/zfxxgk/menu.json"] = json.dumps(
        [
            {"text": "法定主动公开内容", "children": [{"text": "机构职能", "href": "/zfxxgk/jg.html"}]},
            {"text": "政府信息公开年报", "href": "/zfxxgk/nb.html"},
        ]
    )
    odd.pages["/zfxxgk/nb.html"] = html(
        "<ul id=u></ul><button onclick='more()'>加载更多</button><script>var cur = 0; function more(){ cur++; $.post('/zfxxgk/part', {page: cur}, function(r){ $('#u').append(r.html); }, 'json'); } more();</script>"
    )

    def part(query: dict[str, str], form: dict[str, str]) -> str:
        at = int(form.get("page", "0"))
        rows = "".join(
            f"<li><a href='/zfxxgk/v/{y}.html'>某县{y}年政府信息公开工作年度报告</a></li>"
            for y in YEARS[(at - 1) * 2 : at * 2]
            if at > 0
        )
        return json.dumps({"html": rows, "hasMore": at < 3})

    odd.pages["/zfxxgk/part"] = part
    for y in YEARS:
        odd.report(f"/zfxxgk/v/{y}.html", "某县", y)
    return odd


def deep_units() -> Odd:
    """Kinds of unit, then units, then years, then the report; column names broken by tags and blanks; home redirected."""
    odd = Odd()
    odd.pages["/"] = (302, {"Location": "/sy/index.htm", "Set-Cookie": "a=1"}, "")
    odd.pages["/sy/index.htm"] = html("<a href='../gk/index.htm'><b>政 府</b><i>信 息</i><br>公 开</a>")
    odd.pages["/gk/index.htm"] = html("<a href='nb/index.htm'><span>政府信息</span> <span>公开年报</span></a>")
    odd.pages["/gk/nb/index.htm"] = html(
        "<a href='bm/index.htm'>县直部门</a><a href='xz/index.htm'>乡镇（街道）</a><a href='zf/index.htm'>县政府</a>"
    )
    for group, units in (("bm", ("民政局", "财政局")), ("xz", ("前镇", "后乡")), ("zf", ("某县人民政府",))):
        odd.pages[f"/gk/nb/{group}/index.htm"] = html(
            "".join(f"<a href='{n}/index.htm'>{unit}</a>" for n, unit in enumerate(units))
        )
        for n, unit in enumerate(units):
            odd.pages[f"/gk/nb/{group}/{n}/index.htm"] = html(
                "".join(f"<a href='{y}n/index.htm'>{y}年度</a>" for y in YEARS[-2:])
            )
            for y in YEARS[-2:]:
                path = f"/gk/nb/{group}/{n}/{y}n/{y}0120_{n}.htm"
                odd.pages[f"/gk/nb/{group}/{n}/{y}n/index.htm"] = html(
                    f"<li><a href='{y}0120_{n}.htm'>{odd.report(path, unit, y)}</a></li>"
                )
    return odd


def look_alikes() -> Odd:
    """A column full of what is no report, a pager that never ends, a calendar, twins for small screens."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/gk/'>政府信息公开</a><a href='/rili?m=1'>日历</a>")
    odd.pages["/rili"] = lambda query, form: html(f"<a href='/rili?m={int(query['m']) + 1}'>下个月</a>")
    odd.pages["/gk/"] = html("<a href='/gk/nb'>政府信息公开年报</a>")
    rows = ""
    for y in YEARS:
        title = odd.report(f"/gk/art/{y}/1{y}9.html", "某县", y)
        rows += f"<li><a href='/gk/art/{y}/1{y}9.html'>{title}</a></li>"
        odd.pages[f"/gk/art/{y}/1{y}9_wap.html"] = odd.pages[f"/gk/art/{y}/1{y}9.html"]
        rows += f"<li><a href='/gk/art/{y}/1{y}9_wap.html'>{title}</a></li>"
        for n, words in enumerate(
            (
                "某县{}年法治政府建设年度报告",
                "一图读懂某县{}年政府信息公开工作年度报告",
                "{}年政府网站工作年度报表",
                "关于做好{}年政府信息公开工作年度报告编制工作的通知",
                "某县{}年财政决算报告",
            )
        ):
            odd.noise(f"/gk/art/{y}/8{y}{n}.html", words.format(y))
            rows += f"<li><a href='/gk/art/{y}/8{y}{n}.html'>{words.format(y)}</a></li>"
    odd.pages["/gk/nb"] = lambda query, form: html(
        f"<ul>{rows}</ul><a href='/gk/nb?page={int(query.get('page', 1)) + 1}'>下一页</a>"
    )
    return odd


def outer_scripts() -> Odd:
    """Menu and rows call functions that stand in a file of their own; a frame is filled by script; data-page pager."""
    odd = Odd()
    odd.pages["/js/common.js"] = """function openCol(code){ window.location.href = '/col/' + code + '.html'; }
    function viewDoc(t, id){ var url = '/doc/' + t + '/' + id + '.html'; window.open(url); }"""
    head = "<script src='/js/common.js'></script>"
    odd.pages["/"] = html("<a href='javascript:;' onclick=\"openCol('xxgk')\">政府信息公开</a>", head=head)
    odd.pages["/col/xxgk.html"] = html(
        "<a href='javascript:;' onclick=\"openCol('nb')\">政府信息公开年报</a>", head=head
    )
    odd.pages["/col/nb.html"] = html(
        "<iframe id=f></iframe><script>document.getElementById('f').src = '/inner/nb.html?p=1';</script>"
    )
    turn = (
        "<script>$('.pg a').click(function(){ location.href = '/inner/nb.html?p=' + $(this).data('page'); });</script>"
    )
    for at in (1, 2, 3):
        rows = "".join(
            f"<tr onclick=\"viewDoc('nb', '{y}')\"><td>{y + 1}-02-02</td><td>{odd.report(f'/doc/nb/{y}.html', '某县', y)}</td></tr>"
            for y in YEARS[at * 2 - 2 : at * 2]
        )
        pager = "".join(f"<a href='javascript:void(0)' data-page={n}>{n}</a>" for n in (1, 2, 3))
        odd.pages[f"/inner/nb.html?p={at}"] = (
            f"<html><head>{head}</head><body><table><tr><th>日期</th><th>标题</th></tr>{rows}</table><div class=pg>{pager}</div>{turn}</body></html>"
        )
    return odd


def year_pages() -> Odd:
    """A form with a select of years, by GET; the page of each year is the report itself, the departments' stand in a script."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/gk/'>政府信息公开</a>")
    odd.pages["/gk/"] = html("<a href='/gk/nb/?nd=2023'><img src=nb.png alt=政府信息公开年报></a>")
    options = "".join(f"<option value={y}>{y}年</option>" for y in YEARS)
    for y in YEARS:
        path = f"/gk/nb/?nd={y}"
        odd.report(path, "某县人民政府", y)
        title = odd.report(f"/gk/bm/{y}/1.html", "某县财政局", y)
        form = (
            f"<form method=get action='/gk/nb/'><select name=nd onchange='this.form.submit()'>{options}</select></form>"
        )
        rows = (
            f"<script>var alist = new Array(); alist[0] = ('/gk/bm/{y}/1.html', '{title}', '{y + 1}-01-20');</script>"
        )
        odd.pages[path] = odd.pages[path].replace(b"<body>", f"<body>{form}{rows}".encode())
    return odd


def group_beside() -> Odd:
    """Departments and townships have a list of their own beside the column, called 部门、乡镇; pages are turned by a lone
    arrow there, and by 下一页 into a deeper folder in the column itself."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/gk/'>政府信息公开</a>")
    odd.pages["/gk/"] = html("<a href='/gk/Nb/?b=a1'>政府信息公开年报</a><a href='/gk/qt/index.jhtml'>部门、乡镇</a>")
    for at, years in enumerate((YEARS[:2], YEARS[2:4], YEARS[4:]), 1):
        rows = "".join(
            f"<li><a href='/gk/Nb/v/{y}.html'>{odd.report(f'/gk/Nb/v/{y}.html', '某县', y)}</a></li>" for y in years
        )
        after = f"<a href='/gk/Nb/l/a1/page_{at + 1}.html'>下一页</a>" if at < 3 else ""
        odd.pages["/gk/Nb/?b=a1" if at == 1 else f"/gk/Nb/l/a1/page_{at}.html"] = html(rows + after)
        units = "".join(
            f"<li><a href='/gk/qt/{y}{n}.jhtml'>{odd.report(f'/gk/qt/{y}{n}.jhtml', unit, y)}</a></li>"
            for y in years
            for n, unit in enumerate(("某县民政局", "前镇人民政府"))
        )
        after = f"<a href='index_{at + 1}.jhtml'>&gt;</a>" if at < 3 else ""
        odd.pages["/gk/qt/index.jhtml" if at == 1 else f"/gk/qt/index_{at}.jhtml"] = html(units + after)
    return odd


def numbered_columns() -> Odd:
    """Units of the platform stand under bare numbers, the kind of column in the query; each menu has its own report column."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/zwgk/public/index'>政务公开</a>")
    units = {
        "6615102": ("县政府办公室", "某县人民政府办公室"),
        "6615103": ("农业农村局", "某县农业农村局"),
        "6615104": ("前镇", "某县前镇人民政府"),
    }
    odd.pages["/zwgk/public/index"] = html(
        "".join(f"<a href='/zwgk/public/column/{n}?type=4&action=list'>{name}</a>" for n, (name, _) in units.items())
    )
    for number, (_, unit) in units.items():
        own = f"/zwgk/public/column/{number}"
        menu = f"<a href='{own}?type=2&action=list'>公开指南</a><a href='{own}?type=3&action=list'>公开年报</a>"
        odd.pages[f"{own}?type=4&action=list"] = html(menu)
        odd.pages[f"{own}?type=3&action=list"] = html(
            menu
            + "".join(
                f"<li><a href='/public/{number}/88{y}.html'>{odd.report(f'/public/{number}/88{y}.html', unit, y)}</a></li>"
                for y in YEARS
            )
        )
    return odd


def year_switch() -> Odd:
    """A frame lists the units; behind each is its newest report, with links to the same page for other years."""
    odd = Odd()
    odd.pages["/"] = html("<a href='/gk/'>政府信息公开</a>")
    odd.pages["/gk/"] = html("<iframe src='/module/xxgk/tree.jsp?area=11'></iframe>")
    units = {"11a": "某县公安局", "11b": "某县前镇人民政府"}
    path = "/module/xxgk/xxgkAnnualReport.jsp?area="
    odd.pages["/module/xxgk/tree.jsp?area=11"] = "<ul>" + "".join(
        f"<li><a href='{path}{area}' target=_parent>{unit}年报</a></li>" for area, unit in units.items()
    )
    for area, unit in units.items():
        years = "".join(f"<a href='{path}{area}&fbtime={y}'>{y}</a> " for y in YEARS)
        for y in YEARS:
            odd.report(f"{path}{area}&fbtime={y}", unit, y)
        odd.report(f"{path}{area}", unit, YEARS[-1])
        for each in [f"{path}{area}", *(f"{path}{area}&fbtime={y}" for y in YEARS)]:
            odd.pages[each] = odd.pages[each].replace(b"<body>", f"<body>{years}".encode())
    return odd


ODD: dict[str, Callable[[], Odd]] = {
    each.__name__: each
    for each in (
        year_folders, select_boxes, xhr_json, javascript_links, frameset, data_in_script, departments, query_pages,
        hidden_column, search_only, script_pager, year_tabs, layui_pager, data_file, vue_page, xml_list, bare_years,
        year_form, json_menu, deep_units, look_alikes, outer_scripts,
        year_pages, group_beside, numbered_columns, year_switch,
    )
}  # fmt: skip
