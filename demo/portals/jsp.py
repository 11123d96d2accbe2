"""A home-grown JSP platform: GBK bytes without a charset header, pages by `infoId`, lists by `page`."""

from __future__ import annotations

from html import escape
from random import Random

from demo.figures import broken_carry_over, load, series
from demo.portals.base import Entry, Paths, Place, Portal
from demo.prose import ordinary, yunhe_2020
from demo.reports import Report
from demo.tables import Style
from demo.units import government

ROOT = "/cangzhou/yunhequ/"
PER_PAGE = 4


class Jsp(Portal):
    """沧州市运河区: headings broken by <br>, white space around numbers; one carry-over that does not match (2021–2022)."""

    place = Place(
        "130903", "130903", "沧州市运河区", "沧州市运河区人民政府", "1309030001", "www.czyh.gov.cn", "regional_oneoffs"
    )
    paths = Paths(
        home="/",
        disclosure=f"{ROOT}index.jsp",
        guide=f"{ROOT}guide.jsp",
        rules=f"{ROOT}list.jsp?columnId=2",
        proactive=f"{ROOT}list.jsp?columnId=3",
        annual=f"{ROOT}list.jsp?columnId=4",
        apply=f"{ROOT}apply.jsp",
        news=f"{ROOT}news.jsp",
        calendar=f"{ROOT}rili.jsp",
        budget=f"{ROOT}budget.jsp",
    )
    encoding = "gbk"
    content_type = "text/html"
    style = Style(broken=True, spaced=True)
    breaks = tuple(
        (
            "CARRY",
            "沧州市运河区人民政府",
            2022,
            "requests_carried_in",
            applicant,
            "one request more carried in than 2021 carried out",
        )
        for applicant in ("natural_person", "total")
    )

    def build(self) -> None:
        rng = Random("yunhe")
        rows = []
        years = series(self.place.unit, 2019, 2023, rng, anchor=load("yunhe_2020"))
        for year, figures in years.items():
            if year == 2022:
                figures = broken_carry_over(figures)
            prose = yunhe_2020(figures) if year == 2020 else ordinary(figures, "运河区", "运河区政务公开办公室", rng)
            published = figures.published or f"{year + 1}-01-{rng.randint(12, 29)} 09:{rng.randint(10, 59)}"
            title = f"运河区{year}年政府信息公开工作年度报告"
            report = government(
                self.place, figures, prose, title=title, published=published, source="运河区政务公开办公室"
            )
            rows.append(self._article(report))
        for number, title in (
            (870001, "运河区2020年法治政府建设年度报告"),
            (870002, "关于做好2021年政府信息公开年度报告编制工作的通知"),
            (870003, "运河区政府信息公开指南"),
        ):
            self.simple(f"{ROOT}article5_new.jsp?infoId={number}", title, "正文略。")
            rows.append(Entry(f"article5_new.jsp?infoId={number}", title, "2021-02-20"))
        rows.sort(key=lambda row: row.date, reverse=True)
        self._lists(rows)

    def _article(self, report: Report) -> Entry:
        number = 871264 if report.year == 2020 else 800000 + report.number % 70000
        href = f"article5_new.jsp?infoId={number}"
        inner = f"""<div>政府信息公开</div><div>您现在的位置: <a href="{self.paths.home}">首页</a> 政府信息公开 详细页面</div>
<h3 align="center">{escape(report.title)}</h3><div align="center">发布时间:{report.date}</div>
<div id="content">{self.report_body(report)}</div>"""
        self.put(f"{ROOT}{href}", self.html(report.title, inner))
        self.published.append((f"{ROOT}{href}", report))
        return Entry(href, report.title, report.date)

    def _lists(self, rows: list[Entry]) -> None:
        pages = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)]
        base = "list.jsp?columnId=4&page="
        for position, part in enumerate(pages, 1):
            near = {
                "首页": 1,
                "上一页": max(1, position - 1),
                "下一页": min(len(pages), position + 1),
                "尾页": len(pages),
            }
            steps = " ".join(f'<a href="{base}{page}">{name}</a>' for name, page in near.items())
            inner = f"<ul>{self.rows(part)}</ul><div>共{len(rows)}条 第{position}/{len(pages)}页 {steps}</div>"
            html = self.annual_column(inner)
            self.put(f"{ROOT}{base}{position}", html)
            if position == 1:
                self.put(self.paths.annual, html)
