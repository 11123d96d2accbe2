"""jpaas: JSON that holds an HTML fragment; the page number counts only inside paramJson; no Referer, no answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented, parts

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
PER_PAGE = 4


class Jpaas(Family):
    """Article addresses carry a hash and the year alone."""

    slug = "jpaas"
    place = invented(22, "滨水区", "jpaas")

    def address(self, number: int, date: str) -> str:
        return f"/art/{date[:4]}/art_{number:032x}.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = parts(rows, PER_PAGE)
        self.count = len(rows)
        query = "{'parseType':'bulidstatic','webId':'52','tplSetId':'MsPk','pageType':'column','tagId':'信息列表','editType':'null','pageId':'1638'}"
        self.put(self.paths.annual, self.annual_column(f'<div queryData="{query}" url="{UNIT}"></div>'))

    def respond(self, request: Request) -> Reply:
        if request.path != UNIT:
            return super().respond(request)
        if not request.headers.get("referer"):
            return Reply(b"denied", 403)
        page = int(json.loads(request.query.get("paramJson", "{}")).get("pageNo", 1))
        rows = "".join(
            f"<li class='clearfix'><a href='{row.href}' title='{row.title}'>{row.title[:10]}…</a><span>{row.date}</span></li>"
            for row in (self.found[page - 1] if page <= len(self.found) else ())
        )
        html = f"<ul>{rows}</ul><div class='pagination' rows='{PER_PAGE}' count='{self.count}' pageNo='{page}'></div>"
        answer = {
            "success": True,
            "message": "ok",
            "data": {"html": html if request.query.get("pageId") == "1638" else ""},
        }
        return Reply(json.dumps(answer, ensure_ascii=False).encode(), content_type="application/json")
