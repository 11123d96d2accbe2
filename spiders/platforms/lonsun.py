"""安徽龙讯 LonSun: lists as HTML fragments of `/site/label/8888`; `type=3` of an organ's column is its annual reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.records import number_of

_LABEL = re.compile(r"""(?<![\w:/.-])(?P<address>[\w:/.-]*/site/label/8888)(?:\?(?P<query>[^"'\s<]*))?""")
_ORGAN = re.compile(r"/public/column/(\d+)")
_FIELDS = ("siteId", "organId", "catId", "cId", "type", "file", "pageSize", "length")
EMPTY = "暂无相关信息"


class Lonsun(Platform):
    """`pageCount:NN` in the column page gives the pages; the template's name `file=` differs between sites."""

    name: ClassVar[str] = "lonsun"

    def detect(self, page: Page) -> str | None:
        marks = found(
            page,
            r"labelName=publicInfoList|labelName[\"']?\s*:\s*[\"']publicInfoList",
            r"/site/label/8888",
            r"xxgk_nav_(?:list|con)|xxgk_navli",
        )
        if marks:
            return marks
        organs = sum(bool(_ORGAN.search(link.url)) for link in page.links)
        return f"meta SiteId, {organs} links to /public/column/" if page.meta("SiteId") and organs else None

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            return ListPage(page.links if EMPTY not in page.html else ())
        label, pages = _LABEL.search(page.html), number_of(page.html, "pageCount")
        if not label or pages < 1:
            return ListPage(page.links)
        form = _parameters(page, label["query"] or "")
        address = join(page.url, label["address"])
        # With one page, the column page may still be an empty frame that fills itself.
        return ListPage(page.links, tuple(_ask(address, form, number) for number in numbers_from(1, pages)))


def _parameters(page: Page, query: str) -> dict[str, str]:
    form = {
        "pageSize": "20",
        "labelName": "publicInfoList",
        "action": "list",
        "dateFormat": "yyyy-MM-dd",
        "length": "80",
    }
    for name in _FIELDS:
        if hit := re.search(rf"""\b{name}["']?\s*[:=]\s*["']([^"']*)["']""", page.html):
            form[name] = hit[1]
    form |= dict(parse_qsl(query.replace("&amp;", "&")))
    organ = _ORGAN.search(page.url)
    form |= {"organId": organ[1]} if organ else {}
    form |= {key: value for key, value in parse_qsl(urlsplit(page.url).query) if key in ("type", "catId")}
    if page.meta("SiteId"):
        form.setdefault("siteId", page.meta("SiteId"))
    return form


def _ask(address: str, form: Mapping[str, str], number: int) -> Ask:
    sent = {"IsAjax": "1", "dataType": "html", **form, "pageIndex": str(number), "result": EMPTY}
    return Ask(
        f"{address}?{urlencode(sent)}", headers=(("X-Requested-With", "XMLHttpRequest"),), state={"page": number}
    )
