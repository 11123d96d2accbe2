"""A prefecture's own system: GBK without a charset, a home page that is a script, `?cur_page=2`, an empty answer for the old path."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply
from demo.portals.family import Family, invented, parts


class Oneoff(Family):
    """The pages of the list know their number from the query alone."""

    slug = "oneoff"
    place = invented(32, "剑南县", "regional_oneoffs")
    encoding = "gbk"
    content_type = "text/html"

    def address(self, number: int, date: str) -> str:
        return f"/info/iContent.jsp?node_id=GKx&tm_id={number}"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.pages["/web/index.jsp"] = self.pages["/"]
        self.pages["/"] = Reply(
            b"<script>window.location.replace('./web/index.jsp')</script>", content_type="text/html"
        )
        pages = parts(rows, 4)
        base = "/info/iList.jsp?node_id=GKmzs&cat_id=15971"
        for at, part in enumerate(pages, 1):
            turns = "".join(f"<a href='{base}&cur_page={n}'>{n}</a>" for n in range(1, len(pages) + 1))
            page = self.annual_column(
                f"<table>{''.join(f'<tr><td><a href={chr(34)}{row.href}{chr(34)}>{row.title}</a></td><td>{row.date}</td></tr>' for row in part)}</table>{turns}"
            )
            self.put(f"{base}&cur_page={at}", page)
            if at == 1:
                self.put(base, page)
        self.put(self.paths.annual, self.html("年报", f"<a href='{base}'>年度报告</a>"))
