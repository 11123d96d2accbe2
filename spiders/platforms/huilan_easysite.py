"""中科汇联 EasySite: articles and columns are `/{id}/index.html`, further pages come from `/eportal/ui`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from
from spiders.platforms.generic import pager
from spiders.platforms.records import number_of

_HIDDEN = re.compile(r"<input[^<>]*article_paging_list_hidden[^<>]*>", re.IGNORECASE)


class HuilanEasysite(Platform):
    """A hidden input of the list holds module id and number of pages; the page's id stands in another."""

    name: ClassVar[str] = "huilan_easysite"

    def detect(self, page: Page) -> str | None:
        return found(page, r"eprotalCurrent\w+", r"/eportal/ui\b", r"uiFramework/huilan[\w-]*", r"easysite-\w+")

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if state:
            return ListPage(page.links)
        hidden = _HIDDEN.search(page.html)
        module = re.search(r"moduleid\s*=\s*[\"']?(\w+)", hidden[0], re.IGNORECASE) if hidden else None
        own = re.search(r"eprotalCurrentPageId[\"'][^>]*?value\s*=\s*[\"']?(\d+)|[?&]pageId=(\d+)", page.html)
        if not (hidden and module and own):
            return ListPage(page.links, tuple(pager(page)))
        stem = f"/eportal/ui?pageId={own[1] or own[2]}&moduleId={module[1]}&staticRequest=yes&currentPage="
        pages = number_of(hidden[0], "totalpage")
        asks = tuple(
            Ask(join(page.url, f"{stem}{number}"), state={"page": number}) for number in numbers_from(2, pages)
        )
        return ListPage(page.links, asks)
