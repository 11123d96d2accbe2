"""慧兰 EasySite: articles and columns are both /{id}/index.html, further pages come from /eportal/ui."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented, parts


class Easysite(Family):
    """Path segments carry random numbers; the column stands below a unit's code."""

    slug = "easysite"
    place = invented(26, "滏北县", "huilan_easysite")

    def address(self, number: int, date: str) -> str:
        return f"/xxgk/szh/bm1312/zfxxgknb7882/{number}/index.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = parts(rows, 4)
        hidden = (
            f'<input type="hidden" name="article_paging_list_hidden" totalpage="{len(self.found)}" moduleid="9f80aa">'
        )
        marks = '<input type="hidden" id="eprotalCurrentPageId" value="302275">'
        inner = f"<div class='easysite-news'><ul>{self.rows(self.found[0])}</ul></div>{hidden}{marks}"
        self.put(self.paths.annual, self.annual_column(inner))

    def respond(self, request: Request) -> Reply:
        if request.path != "/eportal/ui":
            return super().respond(request)
        page = int(request.query.get("currentPage", "1"))
        wrong = request.query.get("pageId") != "302275" or request.query.get("moduleId") != "9f80aa"
        rows = () if wrong or page > len(self.found) else self.found[page - 1]
        return Reply(f"<ul>{self.rows(rows)}</ul>".encode())
