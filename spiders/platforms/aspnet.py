"""ASP.NET WebForms: the next page is the form posted back, with the hidden values of the page before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import MOST_PAGES, Ask, ListPage, Platform, found
from spiders.platforms.generic import pager

_BACK = re.compile(r"__doPostBack\(\s*(?:'|&#39;)([^'&]*)(?:'|&#39;)\s*,\s*(?:'|&#39;)(\d{1,4})(?:'|&#39;)")


class AspNet(Platform):
    """One page after the other, because each answer brings the hidden values for the next."""

    name: ClassVar[str] = "aspnet"

    def detect(self, page: Page) -> str | None:
        return found(page, r"__VIEWSTATE", r"__doPostBack\(")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        at = int(state.get("page", 1))
        targets = [(name, int(number)) for name, number in _BACK.findall(page.html)]
        following = [(name, number) for name, number in targets if number == at + 1]
        if not following or at >= MOST_PAGES:
            return ListPage(page.links, () if targets else tuple(pager(page)))
        name, number = following[0]
        form = {
            str(field.get("name")): field.get("value") or ""
            for field in page.tree.xpath("//input[@type='hidden'][@name]")
        }
        form |= {"__EVENTTARGET": name, "__EVENTARGUMENT": str(number)}
        action = page.tree.xpath("string(//form[.//input[@name='__VIEWSTATE']]/@action)")
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        ask = Ask(join(page.url, action) or page.url, "POST", urlencode(form), headers, {"page": number})
        return ListPage(page.links, (ask,))
