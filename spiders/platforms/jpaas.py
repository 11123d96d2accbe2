"""jpaas-publish-server: lists as JSON that holds an HTML fragment; the page number counts only inside paramJson."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.addresses import join
from spiders.page import Page, fragment_links
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from

ENDPOINT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_TAG = re.compile(r"<[^<>]*\bqueryData\s*=\s*(?P<quote>[\"'])(?P<data>.*?)(?P=quote)[^<>]*>", re.IGNORECASE | re.DOTALL)
_PAGING = re.compile(r"<[^<>]*class\s*=\s*[\"'][^\"']*pagination[^<>]*>", re.IGNORECASE)
PER_PAGE = 15


class Jpaas(Platform):
    """The parameters stand in the page as pseudo JSON in single quotes; `count` and `rows` in the answer give the pages."""

    name: ClassVar[str] = "jpaas"

    def detect(self, page: Page) -> str | None:
        return found(page, r"jpaas-publish-server", r"queryData\s*=\s*[\"']\{[^>]{0,200}tplSetId")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            return _read_answer(page, state)
        asks = []
        for tag in _TAG.finditer(page.html):
            query = dict(re.findall(r"""["'](\w+)["']\s*:\s*["']([^"']*)["']""", html.unescape(tag["data"])))
            named = re.search(r"\burl\s*=\s*[\"']([^\"']+)[\"']", tag[0])
            if query:
                asks.append(_ask(join(page.url, named[1] if named else ENDPOINT), query, 1, PER_PAGE))
        return ListPage(page.links, tuple(asks))


def _ask(address: str, query: Mapping[str, str], number: int, size: int) -> Ask:
    sent = {
        "editType": "null",
        **query,
        "paramJson": json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":")),
    }
    state = {"address": address, "query": dict(query), "page": number}
    return Ask(f"{address}?{urlencode(sent)}", headers=(("X-Requested-With", "XMLHttpRequest"),), state=state)


def _read_answer(page: Page, state: Mapping[str, Any]) -> ListPage:
    try:
        fragment = json.loads(page.html)["data"]["html"]
    except (ValueError, KeyError, TypeError):
        return ListPage()
    more: tuple[Ask, ...] = ()
    if state["page"] == 1 and (tag := _PAGING.search(str(fragment))):
        rows, count = _number(tag[0], "rows") or PER_PAGE, _number(tag[0], "count")
        more = tuple(_ask(state["address"], state["query"], each, rows) for each in numbers_from(2, -(-count // rows)))
    return ListPage(fragment_links(str(fragment), page.url), more)


def _number(tag: str, name: str) -> int:
    hit = re.search(rf"\b{name}\s*=\s*[\"']?(\d{{1,6}})", tag)
    return int(hit[1]) if hit else 0
