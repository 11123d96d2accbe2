"""Platforms whose lists are plain files or server pages; they differ from the generic kind in their marks alone."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from spiders.page import Page
from spiders.platforms.base import found
from spiders.platforms.generic import Generic


class Openness(Generic):
    """Anhui and Inner Mongolia: reports have a controller of their own, `/XxgkAnnualReport/show/4816.html`, `page_2.html`."""

    name: ClassVar[str] = "openness"

    def detect(self, page: Page) -> str | None:
        return found(page, r"/(?:Openness|Xxgk)(?:Content|AnnualReport|Guide|Rules)\b[\w/]*")


class HuaianCol(Generic):
    """淮安: `/col/875_726475/index.html`, page 2 is index_2.html by gotopage(), district columns sit in an iframe."""

    name: ClassVar[str] = "huaian_col"

    def detect(self, page: Page) -> str | None:
        return (
            _like(page, r"/col/\d+_\d{6}/(?:art|content)/") if found(page, r"gotopage\s*\(|/col/\d+_\d{6}/") else None
        )


class HebeiUuid(Generic):
    """河北: columns and articles named by UUIDs; the date in an address is that of the migration."""

    name: ClassVar[str] = "hebei_uuid"

    def detect(self, page: Page) -> str | None:
        return _like(page, r"/columns/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/")


def _like(page: Page, pattern: str) -> str | None:
    count = sum(bool(re.search(pattern, urlsplit(link.url).path)) for link in page.links)
    return f"{count} links like {pattern}" if count >= 2 else None
