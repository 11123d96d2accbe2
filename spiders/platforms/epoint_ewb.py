"""国泰新点 Epoint EWB: lists by JSON POST to getgovinfolist; the site's ids stand in a common script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from spiders.addresses import join
from spiders.page import Link, Page
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.generic import pager

COMMON = "/js/webBuilderCommon.js"
PER_PAGE = 50


class EpointEwb(Platform):
    """Two steps: the common script for projectName and siteGuid, then the list. `realtitle` is full, `title` may be cut."""

    name: ClassVar[str] = "epoint_ewb"

    def detect(self, page: Page) -> str | None:
        return found(page, r"EWB-FRONT", r"webBuilderCommon\.js", r"govInfoPub\.html\?", r"getgovinfolist")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state.get("step") == "ids":
            return ListPage((), _first(page, state))
        if state:
            return _read_answer(page, state)
        query = dict(parse_qsl(urlsplit(page.url).query))
        category = query.get("categorynum", "") or _category(page)
        if not category:
            return ListPage(page.links, tuple(pager(page)))
        known = {"category": category, "dept": query.get("deptcode", "")}
        if asks := _first(page, known):
            return ListPage(page.links, asks)
        return ListPage(page.links, (Ask(join(page.url, COMMON), state={"step": "ids", **known}), *pager(page)))


def _category(page: Page) -> str:
    hit = re.search(r"""categorynum["']?\s*[:=]\s*["'](\d{3,})["']""", page.html, re.IGNORECASE)
    return hit[1] if hit else ""


def _first(page: Page, known: Mapping[str, Any]) -> tuple[Ask, ...]:
    guid = re.search(r"""siteGuid["']?\s*[:=]\s*["']([\w-]+)["']""", page.html)
    project = re.search(r"""projectName["']?\s*[:=]\s*["']([\w/:.-]*)["']""", page.html)
    if not guid or not project:
        return ()
    address = join(page.url, f"/{project[1].strip('/')}/rest/lightfrontaction/getgovinfolist")
    return (_ask({"address": address, "guid": guid[1], "category": known["category"], "dept": known["dept"]}, 1),)


def _ask(state: Mapping[str, Any], number: int) -> Ask:
    body = {
        "deptcode": state["dept"],
        "categorynum": state["category"],
        "siteGuid": state["guid"],
        "pageIndex": number,
        "pageSize": PER_PAGE,
    }
    return Ask(
        state["address"],
        "POST",
        json.dumps(body),
        (("Content-Type", "application/json;charset=utf-8"),),
        {**state, "page": number},
    )


def _read_answer(page: Page, state: Mapping[str, Any]) -> ListPage:
    try:
        custom = json.loads(page.html)["custom"]
        rows, total = custom["data"], int(custom.get("total") or 0)
    except (ValueError, KeyError, TypeError):
        return ListPage()
    links = tuple(
        Link(url, str(row.get("realtitle") or row.get("title") or ""), "", str(row.get("infodate") or "")[:10])
        for row in rows
        if isinstance(row, dict) and (url := join(page.url, str(row.get("infourl") or "")))
    )
    # A server may send fewer rows than were asked for; then its own number counts.
    size = min(PER_PAGE, len(rows)) or PER_PAGE
    last = -(-total // size) if state["page"] == 1 else 0
    return ListPage(links, tuple(_ask(state, number) for number in numbers_from(2, last)))
