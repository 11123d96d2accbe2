"""开普云 UCAP: static list_2.shtml counted in a script, or JSON below /common/search/ and /searchList/."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from spiders.addresses import join
from spiders.page import Link, Page, date_in
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.generic import pager

_CALL = re.compile(
    r"""createPageHTML\(\s*["'][\w-]+["']\s*,\s*(?P<pages>\d+)\s*,\s*(?P<at>\d+)\s*,\s*["'](?P<stem>[\w./-]+)["']\s*,\s*["'](?P<ext>\w+)["']"""
)
_SEARCH = re.compile(r"""["'(](?P<path>[\w:/.-]*/(?:common/search|searchList)/)(?P<channel>[0-9a-f]{32})?""")
PER_PAGE = 15


class Ucap(Platform):
    """`createPageHTML('page_div', pages, current from 1, stem, ext, records)`: page 2 is `stem_2.ext`, on some `stem_1.ext`."""

    name: ClassVar[str] = "ucap"

    def detect(self, page: Page) -> str | None:
        marks = found(
            page, _CALL.pattern, r"UCAP-CONTENT|<ucapcontent", r"/common/search/[0-9a-f]{32}|/searchList/[0-9a-f]{32}"
        )
        if marks:
            return marks
        channel = page.meta("channelid")
        return f"meta channelid {channel}" if re.fullmatch(r"[0-9a-f]{32}", channel) else None

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if "channel" in state:
            return _read_answer(page, state)
        if state:
            return ListPage(page.links)
        if call := _CALL.search(page.html):
            return ListPage(page.links, _static(page, call))
        if (search := _SEARCH.search(page.html)) and (channel := search["channel"] or page.meta("channelid")):
            return ListPage(page.links, (_search(join(page.url, search["path"] + channel), channel, 1),))
        return ListPage(page.links, tuple(pager(page)))


def _static(page: Page, call: re.Match[str]) -> tuple[Ask, ...]:
    pages = int(call["pages"])
    if pages < 2 or int(call["at"]) > 1:
        return ()

    def ask(number: int, otherwise: Ask | None = None) -> Ask:
        return Ask(
            join(page.url, f"{call['stem']}_{number}.{call['ext']}"), state={"file": number}, otherwise=otherwise
        )

    # Where files are counted from 1, only the last of these is missing, and stem_1 stands in for it.
    return tuple(ask(number, ask(1) if number == pages else None) for number in numbers_from(2, pages))


def _search(address: str, channel: str, number: int) -> Ask:
    query = f"?_isAgg=true&_isJson=true&_pageSize={PER_PAGE}&_template=index&_rangeTimeGte=&_channelName=&page={number}"
    headers = (("X-Requested-With", "XMLHttpRequest"), ("Accept", "application/json, text/javascript, */*"))
    return Ask(address + query, headers=headers, state={"channel": channel, "address": address, "page": number})


def _read_answer(page: Page, state: Mapping[str, Any]) -> ListPage:
    try:
        data = json.loads(page.html)["data"]
        rows, total, size = data["results"], int(data.get("total") or 0), int(data.get("rows") or PER_PAGE)
    except (ValueError, KeyError, TypeError):
        return ListPage()
    links = tuple(link for row in rows if isinstance(row, dict) and (link := _row(row, page.url)))
    more: tuple[Ask, ...] = ()
    if state["page"] == 1 and size > 0:
        last = -(-total // size)
        more = tuple(_search(state["address"], state["channel"], number) for number in numbers_from(2, last))
    return ListPage(links, more)


def _row(row: Mapping[str, Any], base: str) -> Link | None:
    url = join(base, str(row.get("url") or ""))
    day = date_in(str(row.get("publishedTimeStr") or ""))
    if not day and isinstance(stamp := row.get("publishedTime"), int | float) and 0 < stamp < 4e12:
        day = f"{datetime.fromtimestamp(stamp / 1000, UTC) + timedelta(hours=8):%Y-%m-%d}"
    return Link(url, re.sub(r"<[^>]*>", "", str(row.get("title") or "")), "", day) if url else None
