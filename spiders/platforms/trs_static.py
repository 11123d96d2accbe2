"""拓尔思 TRS: static files, the number of pages in a script, page 2 is index_1.html (mostly)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from spiders.addresses import join
from spiders.page import Link, Page, date_in
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.generic import pager

_CALL = re.compile(
    r"""createPageHTML\(\s*(?P<pages>\d+)\s*,\s*(?P<at>\d+)\s*,\s*["'](?P<stem>[\w./-]+)["']\s*,\s*["'](?P<ext>\w+)["']"""
)
_COUNT = re.compile(r"\bcountPage\s*=\s*(?:parseInt\(\s*)?[\"']?(\d+)")
_ARRAY = re.compile(r"""^[ \t;]*\w*list\[\d+\]\s*=\s*(?:new Array)?\((?P<row>.*)\)\s*;?""", re.MULTILINE)
_ARTICLE = re.compile(r"/\d{6}/t\d{8}_\d+(?:_wap)?\.s?html?$")


class TrsStatic(Platform):
    """Page p is `index_{p-1}.html`; some count files from 1, some backwards from the end.

    All three use the same files but for one: asking index_1 … index_{N-1} finds all pages of the first and the last
    kind, and where index_1 is missing, the second kind's index_N is asked in its place.
    """

    name: ClassVar[str] = "trs_static"

    def detect(self, page: Page) -> str | None:
        marks = found(
            page,
            _CALL.pattern,
            _COUNT.pattern,
            r"TRS_Editor|trs_editor_view|TRS_UEDITOR|Custom_UnionStyle",
            r"/was5/web/search|/igs/front/search",
        )
        if marks:
            return marks
        articles = sum(bool(_ARTICLE.search(urlsplit(link.url).path)) for link in page.links)
        return f"{articles} links like YYYYMM/tYYYYMMDD_ID.html" if articles >= 2 else None

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        links = (*page.links, *_array_links(page))
        if state:
            return ListPage(links)
        call, count = _CALL.search(page.html), _COUNT.search(page.html)
        pages = int(call["pages"]) if call else int(count[1]) if count else 0
        if pages < 2 or (call and int(call["at"]) > 0):
            return ListPage(links, () if pages else tuple(pager(page)))
        stem, ext = (call["stem"], call["ext"]) if call else _file(page.url)

        def ask(number: int, otherwise: Ask | None = None) -> Ask:
            return Ask(join(page.url, f"{stem}_{number}.{ext}"), state={"file": number}, otherwise=otherwise)

        return ListPage(
            links, tuple(ask(number, ask(pages) if number == 1 else None) for number in numbers_from(1, pages - 1))
        )


def _file(url: str) -> tuple[str, str]:
    """Stem and extension of the list's first file; index.html for a folder."""
    stem, _, ext = urlsplit(url).path.rsplit("/", 1)[-1].rpartition(".")
    return (stem, ext) if stem else ("index", "html")


def _array_links(page: Page) -> list[Link]:
    """Links of lists that stand in the page as script arrays: `alist[0] = ('./202103/t….html', 'title', '2021-03-08')`."""
    links = []
    for row in _ARRAY.finditer(page.html):
        cells = [a or b for a, b in re.findall(r"""'([^']*)'|"([^"]*)\"""", row["row"])]
        address = next((cell for cell in cells if re.search(r"\.s?html?$|^https?:", cell)), "")
        title = max((cell for cell in cells if re.search(r"[\u4e00-\u9fff]", cell)), key=len, default="")
        if address and title and (url := join(page.base, address)):
            links.append(Link(url, title, "", date_in(" ".join(cells))))
    return links
