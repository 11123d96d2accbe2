"""Small portals, one a family of products: a few reports among look-alikes, behind the list that the family is known by."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from html import escape
from random import Random
from typing import ClassVar

from demo.figures import series
from demo.portals.base import Entry, Paths, Place, Portal, Reply
from demo.prose import ordinary
from demo.reports import Report
from demo.units import department, government

YEARS = (2019, 2024)


class Family(Portal):
    """Subclasses say where an article stands (`address`) and how the column shows its rows (`lists`)."""

    slug: ClassVar[str]
    paths = Paths(
        home="/",
        disclosure="/zfxxgk/",
        guide="/zfxxgk/zn.html",
        rules="/zfxxgk/zd.html",
        proactive="/zfxxgk/fd.html",
        annual="/zfxxgk/nb/",
        apply="/zfxxgk/ysq.html",
        news="/xw/",
        calendar="/rl/",
        budget="/czyjs/",
    )

    @abstractmethod
    def address(self, number: int, date: str) -> str:
        """The path of an article."""

    @abstractmethod
    def lists(self, rows: Sequence[Entry]) -> None:
        """Put the column and what it loads into `self.pages`; `rows` are newest first."""

    def build(self) -> None:
        rng = Random(self.slug)
        place, rows = self.place, []
        reports = []
        for year, figures in series(place.unit, *YEARS, rng, size=12).items():
            title = f"{place.unit}{year}年政府信息公开工作年度报告"
            published = f"{year + 1}-01-{rng.randint(10, 28)} 10:{rng.randint(10, 59)}"
            prose = ordinary(figures, "县政府", "县政府办公室", rng)
            reports.append(government(place, figures, prose, title=title, published=published, source="县政府办公室"))
        for name, kind in (("教育局", "department"), ("梅口镇人民政府", "township")):
            for figures in series(f"{place.name}{name}", 2024, 2024, rng, size=3).values():
                reports.append(department(place, figures, kind, place.name, rng))
        for report in reports:
            rows.append(self._report(report))
        for year, title in (
            (2024, "{}2024年法治政府建设年度报告"),
            (2023, "{}2023年政府网站工作年度报表"),
            (2024, "图解:{}2024年政府信息公开工作年度报告"),
        ):
            rows.append(self._decoy(title.format(place.name), f"{year + 1}-03-0{len(rows) % 9 + 1}"))
        self.lists(sorted(rows, key=lambda row: row.date, reverse=True))

    def _report(self, report: Report) -> Entry:
        path = self.address(report.number, report.date)
        inner = f"<h1>{escape(report.title)}</h1><p>发布时间:{report.published} 来源:{report.source}</p><div id='zoom'>{self.report_body(report)}</div>"
        self.put(path, self.html(report.title, inner, metas=self.article_metas(report)))
        self.published.append((path, report))
        return Entry(path, report.title, report.date)

    def _decoy(self, title: str, date: str) -> Entry:
        path = self.address(9_000_000 + len(self.pages), date)
        self.simple(path, title, "正文略。")
        return Entry(path, title, date)

    def json(self, text: str, path: str) -> None:
        self.pages[path] = Reply(text.encode(), content_type="application/json")


def invented(number: int, name: str, platform: str) -> Place:
    """A county that does not exist."""
    return Place(
        f"4499{number}",
        f"4499{number}",
        name,
        f"{name}人民政府",
        f"4499{number}0001",
        f"www.x{number}.gov.cn",
        platform,
        invented=True,
    )


def parts(rows: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    """The rows page by page."""
    return [rows[at : at + size] for at in range(0, len(rows), size)]
