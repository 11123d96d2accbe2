"""博达 VSB: `.htm` pages that count down, `list.jsp?totalpage=&PAGENUM=`, component parameters `a6t/a6p/a6c`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from spiders.page import Page
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.generic import pager

# Parameter of the page number, and the one beside it that gives the number of pages.
_PAGENUM = re.compile(r"(?<=[?&])PAGENUM=\d+", re.IGNORECASE)
_COMPONENT = re.compile(r"(?<=[?&])((?:a|ainfolist)\d+)p=\d+")


class Vsb(Platform):
    """All pages are asked for at once where an address of the pager tells how many there are."""

    name: ClassVar[str] = "vsb"

    def detect(self, page: Page) -> str | None:
        return found(
            page,
            r"[?&]wbtreeid=\d+",
            r"\bainfolist\d+[tpc]\b",
            r"_showDynClicks\(",
            r"[\"'](?:vsb_content\w*|v_news_content)[\"' ]",
            r"urltype=(?:tree|news|egovinfo)\.\w+",
        )

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            return ListPage(page.links)
        asks = {ask.url: ask for ask in (*_counted(page), *pager(page)) if ask.url != page.url}
        return ListPage(page.links, tuple(asks.values()))


def _counted(page: Page) -> Iterator[Ask]:
    host = urlsplit(page.url).netloc
    for link in page.links:
        if urlsplit(link.url).netloc != host:
            continue
        if _PAGENUM.search(link.url):
            for number in numbers_from(2, _number(link.url, "totalpage")):
                yield Ask(_PAGENUM.sub(f"PAGENUM={number}", link.url), state={"page": number})
        elif component := _COMPONENT.search(link.url):
            for number in numbers_from(2, _number(link.url, f"{component[1]}t")):
                yield Ask(_COMPONENT.sub(rf"\g<1>p={number}", link.url), state={"page": number})


def _number(url: str, name: str) -> int:
    hit = re.search(rf"[?&]{name}=(\d{{1,4}})(?:&|$)", url)
    return int(hit[1]) if hit else 0
