"""大汉 jpage: the first records in the list page's `<script type="text/xml">`, the others from `dataproxy.jsp`."""

from __future__ import annotations

from html import escape
from random import Random

from demo.figures import load, series
from demo.portals.base import Entry, Paths, Place, Portal, Reply, Request
from demo.prose import huaian_2020, ordinary
from demo.reports import Report
from demo.tables import Style
from demo.units import government

COLUMN, UNIT, WEB = "11356", "764752", "73"
ENDPOINT = "/module/web/jpage/dataproxy.jsp"
PER_PAGE = 4
GROUP = 3  # pages whose records stand in the list page itself
CAP = 6  # larger `perpage` values are cut to this
XML = "<?xml version='1.0' encoding='UTF-8'?>"


class Jpage(Portal):
    """淮安经济技术开发区, a zone without a division code of its own; articles are one layout table, sent in chunks."""

    place = Place(
        "320800-hakfq",
        "320800",
        "淮安经济技术开发区",
        "淮安经济技术开发区",
        "3208000034",
        "www.hakfq.gov.cn",
        "hanweb_jpage",
    )
    paths = Paths(
        home="/",
        disclosure="/col/col11350/index.html",
        guide="/col/col11351/index.html",
        rules="/col/col11352/index.html",
        proactive="/col/col11353/index.html",
        annual=f"/col/col{COLUMN}/index.html",
        apply="/col/col11357/index.html",
        news="/col/col11340/index.html",
        calendar="/module/calendar/index.jsp",
        budget="/col/col11360/index.html",
    )
    chunked = True
    style = Style(nested=True, padded=1, broken=True)

    def build(self) -> None:
        rng = Random("huaian")
        self.pages["/module/visitcount/visit.jsp"] = Reply(b"document.write('1024')", content_type="text/javascript")
        rows = []
        years = series(self.place.unit, 2019, 2023, rng, anchor=load("huaian_etdz_2020"))
        for year, figures in years.items():
            seed = year == 2020
            prose = huaian_2020(figures) if seed else ordinary(figures, "经开区", "经开区党政办公室", rng)
            report = government(
                self.place,
                figures,
                prose,
                title=f"淮安经济技术开发区{year}年政府信息公开工作年度报告",
                published=figures.published or f"{year + 1}-01-{rng.randint(9, 30):02d} 15:{rng.randint(10, 59)}",
                source="党政办公室",
                unit_kind="zone",
            )
            rows.append(self._article(report))
            twin = f"/art/{year + 1}/2/9/art_{COLUMN}_{report.number + 7}.html"
            self.simple(twin, f"{report.title}(图解)", "<img src='/images/tj.png' alt='图解'>")
            rows.append(Entry(twin, f"{report.title}(图解)", f"{year + 1}-02-09"))
        for year in range(2019, 2023):
            notice = f"/art/{year}/12/3/art_{COLUMN}_{50000 + year}.html"
            title = f"关于编制{year}年度政府信息公开工作年度报告的通知"
            self.simple(notice, title, "请各部门按时报送材料。")
            rows.append(Entry(notice, title, f"{year}-12-03"))
        self.simple("/art/2022/3/2/art_11356_61001.html", "淮安经济技术开发区2021年度法治政府建设情况报告", "正文略。")
        rows.append(
            Entry("/art/2022/3/2/art_11356_61001.html", "淮安经济技术开发区2021年度法治政府建设情况报告", "2022-03-02")
        )
        self.records = [
            f"<li><a href='{row.href}' title='{escape(row.title)}' target='_blank'>{escape(row.title)}</a>"
            f"<span>{row.date}</span></li>"
            for row in sorted(rows, key=lambda row: row.date, reverse=True)
        ]
        self._list()

    def _article(self, report: Report) -> Entry:
        year, month, day = (int(part) for part in report.date.split("-"))
        path = f"/art/{year}/{month}/{day}/art_{COLUMN}_{report.number}.html"
        inner = f"""<table width="100%" border="0" id="article"><tbody><tr><td class="title" align="center">{escape(report.title)}</td></tr>
<tr><td align="center">发布日期:{report.published} 来源:{report.source} 浏览次数:
<script src="/module/visitcount/visit.jsp?i_id={report.number}"></script></td></tr>
<tr><td class="bt_content"><div id="zoom"><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin--><meta name="ContentStart">
{self.report_body(report)}
<meta name="ContentEnd"><!--ZJEG_RSS.content.end--><!--<$[信息内容]>end--></div></td></tr></tbody></table>"""
        self.put(path, self.html(report.title, inner, metas=self.article_metas(report)))
        self.published.append((path, report))
        return Entry(path, report.title, report.date)

    def _list(self) -> None:
        first = self._datastore(self.records[: PER_PAGE * GROUP])
        script = f"""<div id="{UNIT}" class="default_pgContainer"></div>
<script type="text/xml">{first}</script>
<script>$('#{UNIT}').jpage({{perPage:{PER_PAGE},proxyUrl:'{ENDPOINT}',totalRecord:{len(self.records)},
openCookies:false,dataBefore:'<ul>',dataAfter:'</ul>',
ajaxParam:{{col:1,webid:{WEB},path:'/',columnid:{COLUMN},sourceContentType:1,unitid:'{UNIT}',webname:'{self.place.unit}',permissiontype:0}}}});</script>"""
        self.put(self.paths.annual, self.annual_column(script))

    def _datastore(self, records: list[str]) -> str:
        pages = -(-len(self.records) // PER_PAGE)
        after = f'<a href="{ENDPOINT}?page=1&webid={WEB}&columnid={COLUMN}&unitid={UNIT}"></a>'
        items = "\n".join(f"<record><![CDATA[{record}]]></record>" for record in records)
        return (
            f"<datastore><nextgroup><![CDATA[{after}]]></nextgroup><totalrecord>{len(self.records)}</totalrecord>"
            f"<totalpage>{pages}</totalpage><recordset>{items}</recordset></datastore>"
        )

    def respond(self, request: Request) -> Reply:
        if request.path != ENDPOINT:
            return super().respond(request)
        asked = {**request.query, **request.form}
        if (asked.get("columnid"), asked.get("unitid")) != (COLUMN, UNIT):
            return Reply(f"{XML}\r\n<datastore/>\r\n".encode(), content_type="text/xml;charset=UTF-8")
        # startrecord and endrecord are ignored: only `page` counts, as on several of the real servers.
        page = max(1, int(asked["page"])) if asked.get("page", "").isdigit() else 1
        size = min(CAP, int(asked["perpage"])) if asked.get("perpage", "").isdigit() else PER_PAGE
        chosen = self.records[(page - 1) * size : page * size]
        return Reply(f"{XML}{self._datastore(chosen)}".encode(), content_type="text/xml;charset=UTF-8")
