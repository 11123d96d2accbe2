"""JEECMS, PHPCMS, ThinkPHP and other small systems: `index_2.jhtml`, `list-21-2.html`, `/portal/list/index/id/1.html`."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from spiders.page import Page
from spiders.platforms.base import found
from spiders.platforms.generic import Generic

_SHAPES = re.compile(
    r"/content-\d+-\d+-\d+\.html$|/portal/(?:article|list)/(?:index/)?\w+|/html/\d+/\d+\.html$|/Node-\d+\.html$|/show-\d+-\d+-\d+\.html$"
)


class JeecmsPhpMisc(Generic):
    """An article may be split over pages (`content-5269-128246-2.html`); its first page bears the title."""

    name: ClassVar[str] = "jeecms_php_misc"

    def detect(self, page: Page) -> str | None:
        marks = found(
            page,
            r"/u/cms/www/",
            r"phpcms",
            r"[\w/.-]*\.jhtml\b",
            r"index\.php\?m=content&(?:amp;)?c=index",
            r"/uploadfile/\d{4}/\d{4}/",
        )
        if marks:
            return marks
        count = len({path for link in page.links if _SHAPES.search(path := urlsplit(link.url).path)})
        return f"{count} links like content-COL-ID-1.html, /html/COL/ID.html or /portal/article" if count >= 2 else None
