"""龙讯: `type=3` of an organ's column is its annual reports; fragments of /site/label/8888; an organ without any says so."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented, parts

ORGAN, EMPTY_ORGAN = "6615904", "6615905"
LABEL = "/zwgk/site/label/8888"


class Lonsun(Family):
    """The disclosure page lists organs; one of them has 暂无相关信息."""

    slug = "lonsun"
    place = invented(23, "徽溪县", "lonsun")

    def address(self, number: int, date: str) -> str:
        return f"/zwgk/public/{ORGAN}/{number}.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = parts(rows, 5)
        for organ, pages in ((ORGAN, len(self.found)), (EMPTY_ORGAN, 1)):
            script = (
                f"<script>var yxCatId = '1'; Ls.pagination('.page', {{pageCount:{pages}, url:'{LABEL}?labelName=publicInfoList"
                f"&siteId=6789&pageSize=5&action=list&organId={organ}&type=3&file=/xxgk/publicInfoList_newest2020'}});</script>"
            )
            first = self._rows(1) if organ == ORGAN else "<p>暂无相关信息</p>"
            page = self.annual_column(f"<div class='xxgk_nav_con'>{first}</div>{script}")
            self.put(f"/zwgk/public/column/{organ}?type=3&action=list", page)
        links = f"<a href='/zwgk/public/column/{ORGAN}?type=3&action=list'>政府信息公开年报</a>"
        links += f"<li><a href='/zwgk/public/column/{EMPTY_ORGAN}?type=3&action=list'>县档案馆</a></li>"
        self.put(self.paths.disclosure, self.html("政府信息公开", links))
        self.put(self.paths.annual, self.html("政府信息公开年报", links))

    def _rows(self, page: int) -> str:
        rows = self.found[page - 1] if 0 < page <= len(self.found) else ()
        return f"<ul class='clearfix xxgk_nav_list'>{self.rows(rows, 12)}</ul>"

    def respond(self, request: Request) -> Reply:
        if request.path != LABEL:
            return super().respond(request)
        if request.query.get("organId") != ORGAN:
            return Reply("暂无相关信息".encode())
        return Reply(self._rows(int(request.query.get("pageIndex", "1"))).encode())
