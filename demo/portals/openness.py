"""Openness: annual reports have a controller of their own and never stand in the lists of OpennessContent."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry
from demo.portals.family import Family, invented, parts

BRANCH = "5f1a2b3c4d5e6f7a8b9c0d1e"


class Openness(Family):
    """The disclosure page links no report column: a unit's branch id leads there."""

    slug = "openness"
    place = invented(24, "涡北县", "openness")

    def address(self, number: int, date: str) -> str:
        return f"/OpennessAnnualReport/show/{number}.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        pages = parts(rows, 4)
        for at, part in enumerate(pages, 1):
            after = (
                f"<a href='/opennessAnnualReport/page_{at + 1}.html?branch_id={BRANCH}'>下一页</a>"
                if at < len(pages)
                else ""
            )
            page = self.annual_column(f"<ul class='list'>{self.rows(part)}</ul><div class='page'>{after}</div>")
            self.put(
                f"/opennessAnnualReport/?branch_id={BRANCH}"
                if at == 1
                else f"/opennessAnnualReport/page_{at}.html?branch_id={BRANCH}",
                page,
            )
        other = "<li><a href='/OpennessContent/show/77.html'>县政府工作规则</a></li>"
        self.simple("/OpennessContent/show/77.html", "县政府工作规则", "正文略。")
        self.put("/openness/OpennessContent/showList/1442/45712/page_1.html", self.html("目录", f"<ul>{other}</ul>"))
        links = f"<a href='/OpennessGuide/?branch_id={BRANCH}'>指南</a><a href='/openness/OpennessContent/showList/1442/45712/page_1.html'>主动公开目录</a>"
        self.put("/OpennessGuide/", self.html("指南", "<p>本指南说明公开的范围。</p>"))
        self.put(self.paths.disclosure, self.html("政府信息公开", links))
        self.put("/", self.html("首页", f"<a href='{self.paths.disclosure}'>政府信息公开</a>"))
