"""新点 EWB: ids in a common script, rows by JSON POST, the title in the list cut and `realtitle` whole."""

from __future__ import annotations

import json
from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented

REST = "/xz/rest/lightfrontaction/getgovinfolist"
GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
COLUMN = "/dynamic/zwgk/govInfoPub.html?categorynum=003011"


class Epoint(Family):
    """HEAD is answered with 404; the body of a wrong request is empty."""

    slug = "epoint"
    place = invented(25, "彭台区", "epoint_ewb")

    def address(self, number: int, date: str) -> str:
        return f"/003/003011/{date.replace('-', '')}/{number:08}-1111-2222-3333-444455556666.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = rows
        self.pages["/js/webBuilderCommon.js"] = Reply(
            f"var siteInfo = {{projectName:'xz', siteGuid:'{GUID}'}};".encode(), content_type="text/javascript"
        )
        head = "<script src='/js/webBuilderCommon.js'></script>"
        self.put(COLUMN, self.annual_column("<div class='ewb-list' id='list'></div><!-- EWB-FRONT -->", head))
        self.put(self.paths.annual, self.html("年报", f"<a href='{COLUMN}'>政府信息公开年报</a>"))

    def respond(self, request: Request) -> Reply:
        if request.path != REST:
            return super().respond(request)
        asked = json.loads(request.body or "{}")
        if request.method != "POST" or asked.get("siteGuid") != GUID or asked.get("categorynum") != "003011":
            return Reply(b"", 200)
        size = min(int(asked["pageSize"]), 50)
        part = self.found[(asked["pageIndex"] - 1) * size : asked["pageIndex"] * size]
        data = [
            {"infourl": row.href, "title": row.title[:9] + "...", "realtitle": row.title, "infodate": row.date}
            for row in part
        ]
        answer = {"custom": {"total": len(self.found), "data": data}, "status": {"code": "200"}}
        return Reply(json.dumps(answer, ensure_ascii=False).encode(), content_type="application/json")
