"""Home-grown portals of one prefecture each: `article5_new.jsp?infoId=`, `/class/ABC/2`, `/doc/2024/01/08/4153378.shtml`."""

from __future__ import annotations

import re
from collections import Counter
from typing import ClassVar
from urllib.parse import urlsplit

from spiders.page import Page
from spiders.platforms.generic import Generic

_BY_ID = re.compile(r"\.jsp\?(?:\w+=[^&]*&)*\w*id=\d+", re.IGNORECASE)
# Article addresses of 沧州, 邢台, 昆明, 平顶山, 南县, 锡山, 兴安盟, 定州, 河南, 绵竹, 西城, 迁安, 通州.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"/c/\d{4}-\d{2}-\d{2}/\d+\.shtml$",
        r"/contents/\d+/\d+\.html$",
        r"/\d+/\d+/content_\d+\.html$",
        r"/doc/\d{4}/\d{2}/\d{2}/\d+\.shtml$",
        r"/\d{4}-\d{2}/\d{2}/article_\d{19}\.html$",
        r"/col/\d{13}/\d{4}/\d{2}/\d{2}/\d{13}\.html$",
        r"/\d{4}/\d{2}-\d{2}/\d+\.html$",
        r"/pnidpv\d+\w*\.html$",
        r"/single/\d+/\d+\.html$",
        r"/article/\d+/\d+\.html$",
        r"/\d{14,19}/index\.shtml$",
    )
)


class RegionalOneoffs(Generic):
    """Drawn on the server like any other; the name tells an operator that no vendor stands behind the portal."""

    name: ClassVar[str] = "regional_oneoffs"

    def detect(self, page: Page) -> str | None:
        marks = {link.url for link in page.links if _BY_ID.search(link.url)}
        if len(marks) >= 2:
            return f"{len(marks)} links to {urlsplit(min(marks)).path.rsplit('/', 1)[-1]}"
        paths = {urlsplit(link.url).path for link in page.links}
        shapes = Counter(shape.pattern for path in paths for shape in _SHAPES if shape.search(path))
        if shapes and (most := shapes.most_common(1)[0])[1] >= 2:
            return f"{most[1]} links like {most[0]}"
        return None
