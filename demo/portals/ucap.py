"""开普云 UCAP: `.shtml` pages named by 32 hex digits, static lists counted by `createPageHTML('page_div',…)`, forced gzip."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from html import escape
from random import Random

from demo.figures import load, series
from demo.portals.base import Entry, Paths, Place, Portal
from demo.prose import ordinary, shenzhou_office_2021
from demo.reports import Report
from demo.tables import Style
from demo.units import department, government

COLUMN = "/szs/c107419/"
PER_PAGE = 8


class Ucap(Portal):
    """深州市: its office and its government publish a report each; Word markup; the root is a shell that refreshes."""

    place = Place("131182", "131182", "深州市", "深州市人民政府", "1311820001", "www.shenzhou.gov.cn", "ucap")
    paths = Paths(
        home="/szs/index.shtml",
        disclosure="/szs/c107400/list.shtml",
        guide="/szs/c107401/list.shtml",
        rules="/szs/c107402/list.shtml",
        proactive="/szs/c107403/list.shtml",
        annual=f"{COLUMN}list.shtml",
        apply="/szs/c107405/list.shtml",
        news="/szs/c107410/list.shtml",
        calendar="/szs/rl.shtml",
        budget="/szs/c107430/list.shtml",
    )
    gzip = True
    style = Style(word=True, bare_band=True, trailing_row=True)

    def build(self) -> None:
        rng = Random("shenzhou")
        place = self.place
        shell = f'<html><head><meta http-equiv="refresh" content="0;url={self.paths.home}"></head><body></body></html>'
        self.put("/", shell)
        reports = []
        office = f"{place.unit}办公室"
        for year, figures in series(office, 2020, 2022, rng, anchor=load("shenzhou_office_2021")).items():
            prose = shenzhou_office_2021(figures) if year == 2021 else ordinary(figures, "办公室", office, rng)
            published = figures.published or f"{year + 1}-01-{rng.randint(10, 28)} 15:{rng.randint(10, 59)}"
            title = f"{office}{year}年政府信息公开工作年度报告"
            report = government(
                place, figures, prose, title=title, published=published, source="市政府办公室", unit_kind="office"
            )
            lines = (office, f"{year}年政府信息公开工作年度报告", f"({_chinese(report.date)})")
            reports.append(replace(report, under_title=lines))
        for year, figures in series(place.unit, 2021, 2023, rng, size=64).items():
            prose = ordinary(figures, "市政府", office, rng)
            published = f"{year + 1}-03-{rng.randint(10, 28)} 10:{rng.randint(10, 59)}"
            title = f"{place.unit}{year}年政府信息公开工作年度报告"
            reports.append(government(place, figures, prose, title=title, published=published, source="市政府办公室"))
        for name, kind, size in (("教育局", "department", 8), ("深州镇人民政府", "township", 3)):
            for figures in series(f"深州市{name}", 2021, 2022, rng, size=size).values():
                reports.append(department(place, figures, kind, "深州市", rng))
        rows = [self._article(report) for report in reports]
        for title, date in (
            ("深州市2021年法治政府建设年度报告", "2022-03-30"),
            ("一图读懂深州市人民政府2021年政府信息公开工作年度报告", "2022-03-29"),
            ("深州市人民政府网站2021年政府网站工作年度报表", "2022-01-20"),
        ):
            path = f"{COLUMN}{date[:4]}{date[5:7]}/{_hex(title)}.shtml"
            self.simple(path, title, "<img src='/images/tj.png' alt=''>")
            rows.append(Entry(path, title, date))
        rows.sort(key=lambda row: row.date, reverse=True)
        self._lists(rows)

    def _article(self, report: Report) -> Entry:
        path = f"{COLUMN}{report.date[:4]}{report.date[5:7]}/{_hex(report.title)}.shtml"
        index = "".join(
            f"<tr><td>{name}</td><td>{value}</td></tr>"
            for name, value in (
                ("索引号", f"{self.place.region_code}/{report.date[:4]}-{report.number % 100000:05d}"),
                ("发布机构", report.source),
                ("成文日期", report.date),
                ("名称", escape(report.title)),
            )
        )
        inner = f"""<table class="index" width="100%">{index}</table>
<h1>{escape(report.title)}</h1><div>发布时间:{report.published} 来源:{report.source}</div>
<div id="UCAP-CONTENT">{self.report_body(report)}</div>"""
        self.put(path, self.html(report.title, inner, metas=self.article_metas(report)))
        self.published.append((path, report))
        return Entry(path, report.title, report.date)

    def _lists(self, rows: list[Entry]) -> None:
        pages = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)]
        channel = f'<meta name="channelId" content="{_hex(COLUMN)}">'
        for number, part in enumerate(pages, 1):
            call = f"createPageHTML('page_div',{len(pages)}, {number},'list','shtml',{len(rows)})"
            inner = f'<ul>{self.rows(part)}</ul><div id="page_div"></div><script>{call}</script>'
            name = "list.shtml" if number == 1 else f"list_{number}.shtml"
            self.put(f"{COLUMN}{name}", self.annual_column(inner, head=channel))


def _hex(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _chinese(date: str) -> str:
    year, month, day = (int(part) for part in date.split("-"))
    return f"{year}年{month}月{day}日"
