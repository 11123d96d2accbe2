"""TRS: static files, lists paged by `createPageHTML`, a `_wap` twin of every article, a header date frozen for ever."""

from __future__ import annotations

from html import escape
from random import Random

from demo.figures import load, series
from demo.portals.base import Entry, Paths, Place, Portal
from demo.prose import hongqiao_2020, ordinary
from demo.reports import Report, body
from demo.tables import Style
from demo.units import department, government

COLUMN = "/zwgk/zfxxgkqzf/qzf/zfxxgknb2/"
PER_PAGE = 6


class Trs(Portal):
    """天津市红桥区: three list pages, departments and a street beside the government, an interpreting picture twin."""

    place = Place(
        "120106", "120106", "天津市红桥区", "天津市红桥区人民政府", "1201060001", "www.tjhq.gov.cn", "trs_static"
    )
    paths = Paths(
        home="/",
        disclosure="/zwgk/zfxxgkqzf/",
        guide="/zwgk/zfxxgkqzf/zfxxgkzn/",
        rules="/zwgk/zfxxgkqzf/zfxxgkzd/",
        proactive="/zwgk/zfxxgkqzf/fdzdgknr/",
        annual=COLUMN,
        apply="/zwgk/zfxxgkqzf/ysqgk/",
        news="/xwzx/",
        calendar="/zwgk/rl/",
        budget="/zwgk/czyjs/",
    )
    etags = True
    # The picture twin stands under a path that robots.txt forbids.
    disallowed = ("/search/", "/zwgk/tujie/")

    def header_note(self) -> str:
        return "2019年12月3日 星期二 | 无障碍 简体 | 繁體"

    def build(self) -> None:
        rng = Random("hongqiao")
        place = self.place
        reports = []
        years = series(place.unit, 2019, 2023, rng, anchor=load("hongqiao_2020"))
        for year, figures in years.items():
            seed = year == 2020
            prose = hongqiao_2020(figures) if seed else ordinary(figures, "区政府", "区政府办公室", rng)
            published = figures.published or f"{year + 1}-03-{rng.randint(2, 25):02d} 16:{rng.randint(10, 59)}"
            title = f"天津市红桥区人民政府{year}年政府信息公开年度报告"
            reports.append(
                government(
                    place,
                    figures,
                    prose,
                    title=title,
                    published=published,
                    source="政府办",
                    page=5378162 if seed else 0,
                )
            )
        for name, kind, size in (
            ("教育局", "department", 9),
            ("民政局", "department", 5),
            ("西沽街道办事处", "township", 2),
        ):
            unit = f"天津市红桥区{name}"
            for figures in series(unit, 2021, 2022, rng, size=size).values():
                reports.append(department(place, figures, kind, "天津市红桥区", rng))
        entries = [(self._article(report), report) for report in reports]
        rows = [
            Entry(f".{path.removeprefix(COLUMN.rstrip('/'))}", report.title, report.date) for path, report in entries
        ]
        rows += self._decoys()
        rows.sort(key=lambda row: row.date, reverse=True)
        self._lists(rows)

    def _article(self, report: Report) -> str:
        day = report.date.replace("-", "")
        stem = f"{COLUMN}{day[:6]}/t{day}_{report.number}"
        # A street's page has lost its tables: every cell is a paragraph.
        style = (
            Style(flat=True) if report.unit_kind == "township" else Style(broken=True, empty_third=report.year > 2020)
        )
        text = body(report, style)
        subtitle = f"<p align=center>{escape(report.title.replace('天津市红桥区人民政府', '红桥区'))}</p>"
        inner = f"""<div class="article"><h1 class="title">{escape(report.title)}</h1>
<div class="info">来源:{report.source} 发布时间:{report.published}</div>
<div class="view TRS_UEDITOR trs_paper_default"><div class="TRS_Editor">{subtitle}{text}</div></div>
<p>附件:</p><p><a href="./t{day}_{report.number}_wap.html">手机版</a></p></div>"""
        page = self.html(report.title, inner, metas=self.article_metas(report))
        self.put(f"{stem}.html", page)
        self.put(f"{stem}_wap.html", self.html(report.title, text, metas=self.article_metas(report)))
        self.published.append((f"{stem}.html", report))
        return f"{stem}.html"

    def _decoys(self) -> list[Entry]:
        picture = "<img src='/images/tj.png' alt='图解'>"
        self.simple("/zwgk/tujie/202103/t20210309_5378900.html", "一图读懂红桥区2020年政府信息公开年度报告", picture)
        others = (
            ("202104/t20210401_5379001", "天津市红桥区2020年法治政府建设年度报告", "2021-04-01"),
            ("202201/t20220118_5790001", "天津市红桥区人民政府政府网站工作年度报表(2021年度)", "2022-01-18"),
            ("202203/t20220315_5823901", "《天津市红桥区人民政府2021年政府信息公开年度报告》解读", "2022-03-15"),
        )
        for stem, title, _ in others:
            self.simple(f"{COLUMN}{stem}.html", title, "正文略,请参阅有关栏目。")
        return [
            Entry(
                "/zwgk/tujie/202103/t20210309_5378900.html", "一图读懂红桥区2020年政府信息公开年度报告", "2021-03-09"
            ),
            *(Entry(f"./{stem}.html", title, date) for stem, title, date in others),
        ]

    def _lists(self, rows: list[Entry]) -> None:
        pages = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)]
        for position, part in enumerate(pages):
            script = f"<script>var countPage = {len(pages)};createPageHTML({len(pages)}, {position}, 'index', 'html');</script>"
            script = script.replace("'", '"')
            html = self.annual_column(f'<ul class="list">{self.rows(part, cut=18)}</ul>{script}')
            name = "index.html" if position == 0 else f"index_{position}.html"
            self.put(f"{COLUMN}{name}", html)
            if position == 0:
                self.put(COLUMN, html)
