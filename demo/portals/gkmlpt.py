"""广东 gkmlpt: a shell with `window._CONFIG`, lists as JSON (100 a page), articles as escaped JSON inside the page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from demo.figures import series
from demo.pdf import document
from demo.portals.base import Paths, Place, Portal, Reply, Request
from demo.prose import ordinary
from demo.reports import Report, chapters
from demo.tables import Style
from demo.units import department, government

SID, CATEGORY, EVERYTHING = "449001", 2629, 0
PER_PAGE = 100
PDF_YEAR = 2020


class Gkmlpt(Portal):
    """岭安县, an invented county: one report is only a PDF, its page says 见附件."""

    place = Place(
        "449901", "449901", "岭安县", "岭安县人民政府", "4499010001", "www.lingan.gov.cn", "gkmlpt", invented=True
    )
    paths = Paths(
        home="/",
        disclosure="/gkmlpt/index",
        guide="/gkmlpt/guide",
        rules="/gkmlpt/policy",
        proactive="/gkmlpt/proactive",
        annual=f"/gkmlpt/annualreport#{CATEGORY}",
        apply="/gkmlpt/apply",
        news="/xwdt/",
        calendar="/rl/",
        budget="/czyjs/",
    )
    style = Style(empty_third=True)

    def build(self) -> None:
        rng = Random("lingan")
        place = self.place
        self.articles: list[dict[str, Any]] = []
        reports = []
        for year, figures in series(place.unit, 2019, 2023, rng, size=36).items():
            prose = ordinary(figures, "县政府", "县政府办公室", rng)
            title = f"{place.unit}{year}年政府信息公开工作年度报告"
            published = f"{year + 1}-02-{rng.randint(1, 26):02d} 16:{rng.randint(10, 59)}:04"
            reports.append(government(place, figures, prose, title=title, published=published, source="县政府办公室"))
        for name, kind, size in (("教育局", "department", 6), ("梅口镇人民政府", "township", 2)):
            for figures in series(f"岭安县{name}", 2022, 2023, rng, size=size).values():
                reports.append(department(place, figures, kind, "岭安县", rng))
        for report in reports:
            self._report(report)
        self._notice("关于公布岭安县2021年法治政府建设年度报告的说明", "2022-03-01 10:00:00", True)
        self._notice("《岭安县人民政府2022年政府信息公开工作年度报告》图解", "2023-03-01 10:00:00", True)
        for number in range(1, 101):
            self._notice(f"县政府工作动态第{number}期", f"2022-05-{number % 28 + 1:02d} 09:00:00", False)
        self._shells()

    def _report(self, report: Report) -> None:
        pdf = report.year == PDF_YEAR
        attachment: list[dict[str, str]] = []
        if pdf:
            url = f"{self.origin}/attachment/0/88/88389/{report.number % 1000000}.pdf"
            text = document(report.title, report.prose.preamble, chapters(report))
            self.pages[url.removeprefix(self.origin)] = Reply(text, content_type="application/pdf")
            attachment = [{"name": f"{report.title}.pdf", "type": "pdf", "mime": "application/pdf", "url": url}]
            content = f'<p>全文见附件。</p><p><a href="{url}">{report.title}.pdf</a></p>'
        else:
            content = self.report_body(report)
        path = self._post(report.number, report.title, report.published, report.source, content, attachment, True)
        self.published.append((path, replace(report, kind="pdf" if pdf else "html")))

    def _notice(self, title: str, published: str, annual: bool) -> None:
        number = 3_000_000 + len(self.articles)
        self._post(number, title, published, "县政府办公室", "<p>详见有关栏目。</p>", [], annual)

    def _post(
        self,
        number: int,
        title: str,
        published: str,
        source: str,
        content: str,
        attachment: list[dict[str, str]],
        annual: bool,
    ) -> str:
        path = f"/gkmlpt/content/{number // 1000000}/{number // 1000}/post_{number}.html"
        seconds = int(datetime.fromisoformat(f"{published[:10]}T08:00:00+08:00").timestamp())
        detail = {"id": number, "title": title, "publisher": source, "created_at": published, "content": content}
        # The body is a JSON string with its angle brackets escaped; nothing of it stands in the page as HTML.
        config = _escaped({"SID": SID, "DETAIL": {**detail, "attachment": attachment}})
        metas = (("ArticleTitle", title), ("PubDate", published), ("ContentSource", source), ("ArticleId", str(number)))
        inner = f'<div id="app"></div><script>window._CONFIG = {config};</script>{_CHUNK}'
        self.put(path, self.html(title, inner, metas=metas))
        self.articles.append(
            {
                "id": number,
                "title": _percent_u(title) if annual and "梅口镇" in title else title,
                "identifier": f"11449901/{published[:4]}-{number % 100000:05d}",
                "document_number": "",
                "publisher": source,
                "keywords": "",
                "date": seconds,
                "created_at": published,
                "display_publish_time": seconds,
                "classify_main_name": "政府信息公开年报" if annual else "工作动态",
                "url": f"{self.origin}{path}",
                "post_url": "",
                "attachment": attachment,
                "abstract": "",
                "relation": "[]",
                "is_expired": 0,
                "is_abolished": 0,
            }
        )
        return path

    def _shells(self) -> None:
        names = (
            (2626, "政府信息公开指南", "/gkmlpt/guide"),
            (2627, "政府信息公开制度", "/gkmlpt/policy"),
            (2628, "法定主动公开内容", "/gkmlpt/proactive"),
        )
        tree = [{"id": number, "name": name, "jump_url": address, "children": []} for number, name, address in names]
        tree.append({"id": CATEGORY, "name": "政府信息公开年报", "jump_url": self.paths.annual, "children": []})
        config = _escaped({"SID": SID, "SERVICE_AREA_ID": 900, "TREE": tree})
        inner = f'<div id="app"></div><script>window._CONFIG = {config};</script>{_CHUNK}'
        self.pages[_CHUNK_PATH] = Reply(b"/* reads window._CONFIG */", content_type="application/javascript")
        self.put("/gkmlpt/index", self.html("政府信息公开目录", inner))
        self.put("/gkmlpt/annualreport", self.html("政府信息公开年报", inner))
        # The directory is a shell without links, so the home page names the columns itself.
        self.put("/", self.pages["/"].body.decode().replace("<ul>", f"{self.menu()}<ul>", 1))

    def respond(self, request: Request) -> Reply:
        start = "/gkmlpt/api/all/"
        if not request.path.startswith(start):
            return super().respond(request)
        category, page = request.path.removeprefix(start), request.query.get("page", "1")
        if not (category in (str(CATEGORY), str(EVERYTHING)) and page.isdigit() and request.query.get("sid") == SID):
            return self.missing()
        found = [each for each in self.articles if category == "0" or each["classify_main_name"] == "政府信息公开年报"]
        found.sort(key=lambda each: str(each["created_at"]), reverse=True)
        number = max(1, int(page))  # page 0 is page 1
        part = found[(number - 1) * PER_PAGE : number * PER_PAGE]
        if not part:
            return self.missing()
        classify = {"id": int(category), "name": "政府信息公开年报", "post_count": len(found)}
        answer = json.dumps({"classify": classify, "articles": part})
        return Reply(answer.encode(), content_type="application/json")


_CHUNK_PATH = "/gkmlpt/gkml/pc/js/chunk-common.5d41.js"
_CHUNK = f'<script src="{_CHUNK_PATH}"></script>'


def _escaped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")


def _percent_u(text: str) -> str:
    return "".join(char if char.isascii() else f"%u{ord(char):04X}" for char in text)
