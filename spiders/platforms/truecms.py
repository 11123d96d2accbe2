"""TrueCMS: JSONP that wraps an XML record set; the window of records that a server grants differs between sites."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import MOST_PAGES, Ask, ListPage, Platform, found
from spiders.platforms.generic import pager
from spiders.platforms.records import record_count, record_links

WINDOWS = (50, 20, 10)


class TrueCms(Platform):
    """50 records are asked for, then 20, then 10 where the server refuses (404 without Referer, 404 or nothing else)."""

    name: ClassVar[str] = "truecms"

    def detect(self, page: Page) -> str | None:
        return found(page, r"messageController/getMessage\.do", r"proxyUrl\s*:\s*[\"'][^\"']+\.do[\"']")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            text = _result(page.html)
            done = record_count(text) < state["window"] or state["page"] >= MOST_PAGES
            return ListPage(record_links(text, page.url), () if done else (_ask({**state, "page": state["page"] + 1}),))
        proxy = re.search(r"proxyUrl\s*:\s*[\"']([^\"']+)", page.html)
        column = re.search(r"columnId\s*:\s*[\"']([^\"']+)", page.html)
        if not proxy or not column:
            return ListPage(page.links, tuple(pager(page)))
        state = {"address": join(page.url, proxy[1]), "column_id": column[1], "page": 1}
        ask: Ask | None = None
        for window in reversed(WINDOWS):
            ask = _ask({**state, "window": window}, ask)
        return ListPage((*page.links, *record_links(page.html, page.url)), (ask,) if ask else ())


def _ask(state: Mapping[str, Any], otherwise: Ask | None = None) -> Ask:
    window, first = state["window"], (state["page"] - 1) * state["window"] + 1
    sent = {
        "startrecord": first,
        "endrecord": first + window - 1,
        "perpage": window,
        "columnId": state["column_id"],
        "callback": "cb",
    }
    return Ask(f"{state['address']}?{urlencode(sent)}", state=dict(state), otherwise=otherwise)


def _result(text: str) -> str:
    """The XML in `cb({"result":"…"});`."""
    hit = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        return str(json.loads(hit[0])["result"]) if hit else ""
    except (ValueError, KeyError, TypeError):
        return text
