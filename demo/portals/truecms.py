"""TrueCMS: JSONP that wraps an XML record set; 404 without a Referer, and for windows of more than 20."""

from __future__ import annotations

import json
from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented

PROXY = "/front/messageController/getMessage.do"


class Truecms(Family):
    """404 is its way to refuse."""

    slug = "truecms"
    place = invented(29, "通河县", "truecms")

    def address(self, number: int, date: str) -> str:
        return f"/zfxxgk/nb/content/{number:08x}-aaaa-bbbb-cccc-0123456789ab.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = rows
        script = f"<script>$('#c').page({{proxyUrl:'{PROXY}', columnId:'c7-nb', perPage:10}});</script>"
        self.put(self.paths.annual, self.annual_column(f"<div id='c'></div>{script}"))

    def respond(self, request: Request) -> Reply:
        if request.path != PROXY:
            return super().respond(request)
        asked = request.query
        window = int(asked.get("perpage", "0"))
        if not request.headers.get("referer") or window > 20 or asked.get("columnId") != "c7-nb":
            return Reply(b"", 404)
        first = int(asked["startrecord"])
        records = "".join(
            f"<record><![CDATA[<li><a href='{row.href}' title='{row.title}'>{row.title[:9]}</a><span>{row.date}</span></li>]]></record>"
            for row in self.found[first - 1 : int(asked["endrecord"])]
        )
        xml = f"<datastore><recordset>{records}</recordset></datastore>"
        return Reply(
            f"{asked['callback']}({json.dumps({'result': xml}, ensure_ascii=False)});".encode(),
            content_type="text/javascript",
        )
