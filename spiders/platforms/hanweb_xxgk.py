"""大汉 xxgk module: lists as HTML fragments by POST to search.jsp, a report page for each unit and year without an article id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from

_SEARCH = re.compile(r"(?<![\w:/.-])[\w:/.-]*/module/xxgk/search\.jsp")
_FIELDS = ("infotypeId", "jdid", "area", "divid", "standardXxgk", "isAllList", "texttype")
_TOTAL = re.compile(r"共\s*(?:&nbsp;)*\s*(\d{1,4})\s*(?:&nbsp;)*\s*页")


class HanwebXxgk(Platform):
    """`xxgkAnnualReport.jsp?area=&fbtime=` links are reports; search.jsp does not filter by column everywhere."""

    name: ClassVar[str] = "hanweb_xxgk"

    def detect(self, page: Page) -> str | None:
        return found(page, r"/module/xxgk/(?:search|tree|xxgkAnnualReport)\.jsp", r"tr_main_value_(?:odd|even)")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            total = _TOTAL.search(page.html)
            last = int(total[1]) if total and state["page"] == 1 else 0
            more = tuple(_ask(state["address"], state["form"], number) for number in numbers_from(2, last))
            return ListPage(page.links, more)
        address, form = _SEARCH.search(page.html), _form(page)
        if not address or "infotypeId" not in form:
            return ListPage(page.links)
        return ListPage(page.links, (_ask(join(page.url, address[0]), form, 1),))


def _form(page: Page) -> dict[str, str]:
    form = {}
    for name in _FIELDS:
        if hit := re.search(rf"""\b{name}["']?\s*[:=]\s*["']?([\w-]+)""", page.html):
            form[name] = hit[1]
    if "area" not in form and (tree := re.search(r"tree\.jsp\?(?:[^\"']*&)?area=(\w+)", page.html)):
        form["area"] = tree[1]
    return form


def _ask(address: str, form: Mapping[str, str], number: int) -> Ask:
    sent = (
        {"texttype": "1", "fbtime": "-1", "standardXxgk": "0", "isAllList": "1"}
        | dict(form)
        | {"currpage": str(number)}
    )
    sent |= {
        "sortfield": ",createdatetime:0,orderid:0",
        "vc_title": "",
        "vc_number": "",
        "vc_filenumber": "",
        "vc_all": "",
    }
    headers = (
        ("X-Requested-With", "XMLHttpRequest"),
        ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
    )
    return Ask(address, "POST", urlencode(sent), headers, {"address": address, "form": dict(form), "page": number})
