"""ASP.NET WebForms: the next page is the form posted back with the hidden values of the page before; sessions in the path."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply, Request
from demo.portals.family import Family, invented, parts


class Aspnet(Family):
    """Each page's __VIEWSTATE names that page; a stale one brings the first page again."""

    slug = "aspnet"
    place = invented(31, "云上县", "aspnet")

    def address(self, number: int, date: str) -> str:
        return f"/NewsView.aspx?id={number}"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.found = parts(rows, 4)
        self.put(
            self.paths.annual,
            self.html("年报", "<a href='/(S(abc123def))/InfoPublic.aspx?cid=1019'>政府信息公开年报</a>"),
        )

    def respond(self, request: Request) -> Reply:
        if not request.path.endswith("/InfoPublic.aspx"):
            return super().respond(request)
        at = 1
        target = request.form.get("__EVENTARGUMENT", "")
        if request.form.get("__VIEWSTATE") == f"/wEP{int(target or 1) - 1}" and request.form.get("__EVENTVALIDATION"):
            at = min(len(self.found), int(target))
        turns = "".join(
            f"<a href=\"javascript:__doPostBack('AspNetPager1','{n}')\">{n}</a>"
            for n in range(1, len(self.found) + 1)
            if n != at
        )
        inner = (
            f"<form method='post' action='InfoPublic.aspx?cid=1019'><input type='hidden' name='__VIEWSTATE' value='/wEP{at}'>"
            f"<input type='hidden' name='__EVENTVALIDATION' value='/wEW{at}'><ul>{self.rows(self.found[at - 1])}</ul>{turns}</form>"
        )
        return Reply(self.encode(self.annual_column(inner)))
