"""博达 VSB: `/info/<column>/<id>.htm`, year folders for the newer years, older ones in a list paged by PAGENUM."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from random import Random

from demo.figures import Figures, altered, load, series
from demo.portals.base import Entry, Paths, Place, Portal
from demo.prose import Prose, legacy, ordinary
from demo.reports import Report
from demo.tables import Style
from demo.units import government

PER_PAGE = 4
FOLDERS = (2021, 2022, 2023)
UNIT = "石家庄市新华区人民政府"


class Vsb(Portal):
    """石家庄市新华区: prose reports of 2017 and 2018, a corrected 2021, a 2022 whose table three does not add up."""

    place = Place("130105", "130105", "石家庄市新华区", UNIT, "1301050001", "www.xhqsjz.gov.cn", "vsb")
    paths = Paths(
        home="/index.htm",
        disclosure="/zwgk.htm",
        guide="/zwgk/zfxxgkzn.htm",
        rules="/zwgk/zfxxgkzd.htm",
        proactive="/zwgk/fdzdgknr.htm",
        annual="/zwgk/xxgknb.htm",
        apply="/zwgk/ysqgk.htm",
        news="/xwdt.htm",
        calendar="/rl.jsp",
        budget="/zwgk/czxx.htm",
    )
    content_type = "text/html"
    style = Style(merged=True)
    breaks = (
        ("T3_ROW_SUM", UNIT, 2022, "requests_granted", "", "natural persons exceed what the row's total allows by two"),
        ("T3_RESULT_SUM", UNIT, 2022, "", "natural_person", "results exceed the column's 总计 by two"),
    )

    def build(self) -> None:
        rng = Random("xinhua")
        self.pages["/"] = self.pages[self.paths.home]
        found: list[Report] = []
        seed = load("xinhua_2017")
        second = Figures(UNIT, 2018, "legacy_prose", {("prose_requests_closed", ""): 31, ("prose_fees", ""): 0})
        second = replace(second, printed={"prose_requests_closed": "31条"}, published="2019-01-22 10:30")
        for figures, signed in ((seed, "2018年1月25日"), (second, "2019年1月22日")):
            prose = legacy(figures, UNIT, "我区", signed)
            title = f"石家庄市新华区人民政府{figures.year}年政府信息公开年度报告"
            found.append(self._report(figures, prose, title=title, published=figures.published))
        for year, figures in series(UNIT, 2019, 2023, rng, size=48).items():
            if year == 2022:
                granted = figures.of("requests_granted", "natural_person") + 2
                figures = altered(figures, {("requests_granted", "natural_person"): granted})
            prose = ordinary(figures, "我区", "区政府办公室", rng)
            title = f"石家庄市新华区人民政府{year}年政府信息公开工作年度报告"
            published = f"{year + 1}-01-{rng.randint(12, 29)} 11:{rng.randint(10, 59)}"
            report = self._report(figures, prose, title=title, published=published)
            if year == 2021:
                decisions = figures.of("art20_6_penalty_decisions")
                first = altered(figures, {("art20_6_penalty_decisions", ""): decisions + 90})
                found.append(replace(report, figures=first, canonical=False))
                report = replace(
                    report, title=f"{title}(更正)", published="2022-04-11 09:20", number=report.number + 4211
                )
            found.append(report)
        self._lists(found)

    def _report(self, figures: Figures, prose: Prose, *, title: str, published: str) -> Report:
        page = 56001 if figures.year == 2017 else 0
        report = government(
            self.place, figures, prose, title=title, published=published, source="区政府办公室", page=page
        )
        return report if page else replace(report, number=57000 + report.number % 9000)

    def _article(self, report: Report) -> None:
        path = f"/info/1677/{report.number}.htm"
        inner = f"""<form name="_newscontent_fromname"><h1 class="title">{escape(report.title)}</h1>
<div class="info">时间:{report.date} 来源:{report.source} 点击:<script>_showDynClicks("wbnews", 1404874179, {report.number})</script></div>
<div id="vsb_content" class="content"><div class="v_news_content">{self.report_body(report)}</div></div>
<div id="div_vote_id"></div></form>"""
        self.put(path, self.html(report.title, inner, metas=self.article_metas(report)))
        self.published.append((path, report))

    def _lists(self, found: list[Report]) -> None:
        for report in found:
            self._article(report)
        for year in FOLDERS:
            inside = [report for report in found if report.year == year]
            rows = [Entry(f"../../info/1677/{each.number}.htm", each.title, each.date) for each in inside]
            decoy = f"石家庄市新华区{year}年法治政府建设年度报告"
            self.simple(f"/info/1677/{41000 + year}.htm", decoy, "正文略。")
            rows.append(Entry(f"../../info/1677/{41000 + year}.htm", decoy, f"{year + 1}-03-30"))
            self.put(f"/zwgk/xxgknb/{year}n.htm", self.annual_column(f"<ul>{self.rows(rows)}</ul>"))
        folders = " ".join(f'<a href="xxgknb/{year}n.htm">{year}年</a>' for year in reversed(FOLDERS))
        older = [report for report in reversed(found) if report.year not in FOLDERS]
        guide = Entry("/zwgk/zfxxgkzn.htm", "石家庄市新华区政府信息公开指南", "2020-05-01")
        rows = [Entry(f"/info/1677/{each.number}.htm", each.title, each.date) for each in older] + [guide]
        pages = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)]
        base = f"/list.jsp?totalpage={len(pages)}&PAGENUM={{}}&urltype=tree.TreeTempUrl&wbtreeid=1013"
        for number, part in enumerate(pages, 1):
            lines = "".join(
                f'<tr id="line_u8_{at}"><td><a href="{row.href}" title="{row.title}" target="_blank">{row.title}</a>'
                f"</td><td>{row.date}</td></tr>"
                for at, row in enumerate(part)
            )
            step = min(len(pages), number + 1)
            turn = f'共{len(rows)}条 {number}/{len(pages)} <a href="{base.format(step)}">下页</a>'
            turn += f' <a href="{base.format(len(pages))}">尾页</a>'
            table = f'<table width="100%">{lines}<tr><td id="fanye1013" colspan="2">{turn}</td></tr></table>'
            page = self.annual_column(f"<div>{folders if number == 1 else ''}</div>{table}")
            self.put(base.format(number), page)
            if number == 1:
                self.put(self.paths.annual, page)
