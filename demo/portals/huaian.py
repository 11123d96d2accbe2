"""淮安: the column page is a shell, the list sits in an iframe of the same host, gotopage() jumps to index_2.html."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry
from demo.portals.family import Family, invented, parts


class Huaian(Family):
    """The file name of an article begins with its time in milliseconds."""

    slug = "huaian"
    place = invented(28, "洪渡区", "huaian_col")

    def address(self, number: int, date: str) -> str:
        return f"/col/875_726475/art/17356608/1{number:012}5n1SbkJv.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        self.put("/menu.html", "<ul><li>栏目</li></ul>")
        self.put(
            self.paths.annual,
            self.annual_column("<iframe src='/col/875_726475/index.html'></iframe><iframe src='/menu.html'></iframe>"),
        )
        pages = parts(rows, 4)
        script = (
            "<script>function gotopage(n){ location.href = n == 1 ? 'index.html' : 'index_' + n + '.html'; }</script>"
        )
        for at, part in enumerate(pages, 1):
            inner = f"<ul>{self.rows(part)}</ul><p>第{at}/{len(pages)}页 <a href='javascript:gotopage({at % len(pages) + 1})'>跳转</a></p>{script}"
            self.put(
                "/col/875_726475/index.html" if at == 1 else f"/col/875_726475/index_{at}.html",
                f"<html><body>{inner}</body></html>",
            )
