"""淮安: `/col/875_726475/index.html`, page 2 is index_2.html by gotopage(), district columns sit in an iframe."""

from __future__ import annotations

from typing import ClassVar

from spiders.page import Page
from spiders.platforms.base import found, like
from spiders.platforms.generic import Generic


class HuaianCol(Generic):
    """The first digits of an article's file name are its time in milliseconds."""

    name: ClassVar[str] = "huaian_col"

    def detect(self, page: Page) -> str | None:
        if not found(page, r"gotopage\s*\(|/col/\d+_\d{6}/"):
            return None
        return like(page, r"/col/\d+_\d{6}/(?:art|content)/") or like(page, r"/col/\d+_\d{6}/index\.html$")
