"""JEECMS: .jhtml pages, a home page that is only a meta refresh, no META tags on articles."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry, Reply
from demo.portals.family import Family, invented, parts


class Smallcms(Family):
    """Page 2 is index_2.jhtml."""

    slug = "smallcms"
    place = invented(30, "楚台县", "jeecms_php_misc")

    def address(self, number: int, date: str) -> str:
        return f"/c/www/bmnb/{number}.jhtml"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.pages["/main.jhtml"] = self.pages["/"]
        self.pages["/"] = Reply(
            b"<html><head><meta http-equiv='refresh' content='0;url=main.jhtml'></head><body></body></html>"
        )
        self.put(
            self.paths.annual, "<html><head><meta http-equiv=refresh content='0; url=/bmnb/index.jhtml'></head></html>"
        )
        pages = parts(rows, 4)
        for at, part in enumerate(pages, 1):
            lines = "".join(
                f"<li><span class='rt'>{row.date}</span>·<a href='{row.href}'>{row.title}</a></li>" for row in part
            )
            after = f"<a href='index_{at + 1}.jhtml'>下一页</a>" if at < len(pages) else ""
            page = self.html(
                "部门年报", f"<ul>{lines}</ul><div id='pages'>{after}</div><img src='/u/cms/www/logo.png'>"
            )
            self.put("/bmnb/index.jhtml" if at == 1 else f"/bmnb/index_{at}.jhtml", page)
