"""The spider of `nianbao discover`: an ordinary crawl that also notes what it goes by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from scrapy.http import Request, Response

from archive.capture import Capture
from spiders import content, files
from spiders.columns import shell_target
from spiders.page import Page, decode, tight
from spiders.platforms import detect
from spiders.site import SiteSpider


@dataclass
class Column:
    """A list page: the names of the columns that led to it, the page that links it, what its bytes say it is."""

    url: str
    path: tuple[str, ...]
    referrer: str
    platform: str
    evidence: str
    unit: str = ""


@dataclass
class Notes:
    """All that a probe noted. `offers`: addresses asked for as reports, with title and the list they stand in.

    `pages`: every page on the way with the platform that it looks like; `hollow`: pages that only scripts can fill;
    `coded`: the first page with a 网站标识码.
    """

    home: Page | None = None
    coded: Page | None = None
    pages: list[tuple[str, str, str]] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    offers: dict[str, tuple[str, str]] = field(default_factory=dict)
    hollow: dict[str, str] = field(default_factory=dict)
    filled: int = 0
    elsewhere: list[str] = field(default_factory=list)
    requests: int = 0
    tell: Callable[[int], None] = lambda count: None


class Probe(SiteSpider):
    """Made a subclass of for each discovery, with `notes` of its own."""

    notes: ClassVar[Notes]

    def ask(self, url: str, role: Any, callback: str, context: Mapping[str, Any] | None = None, **more: Any) -> Request:
        request = super().ask(url, role, callback, context, **more)
        if role == "report":
            known = context or {}
            title = max(str(known.get("link_title", "")), str(known.get("anchor", "")), key=len)
            self.notes.offers.setdefault(request.url, (title, str(known.get("referrer", ""))))
        return request

    def on_home(self, response: Response) -> Iterator[Request]:
        self._note(response)
        yield from super().on_home(response)

    def on_report(self, response: Response) -> Iterator[Request | Capture]:
        page = self._seen(response)
        if page is not None and page.html:
            told = hollow(page) if not content.is_report_text(page) and not files.attachments(page) else ""
            if told:
                self.notes.hollow[page.url] = told
            else:
                self.notes.filled += 1
        yield from super().on_report(response)

    def _read_list(self, page: Page, response: Response) -> Iterator[Request]:
        if not (response.meta.get("list") or {}).get("state"):
            self._note(response)
            context = response.meta.get("context", {})
            platform, evidence = detect(page)
            path = tuple(map(str, context.get("column", ())))
            referrer = str(context.get("referrer", ""))
            column = Column(page.url, path, referrer, platform.name, evidence, str(context.get("unit", "")))
            self.notes.columns.setdefault(page.url, column)
        yield from super()._read_list(page, response)

    def _find(self, finding: str) -> None:
        if "on another host: http" in finding or "leads to another host: http" in finding:
            self.notes.elsewhere.append(finding)
        super()._find(finding)

    def _note(self, response: Response) -> None:
        page = self._seen(response)
        if page is None:
            return
        if self.notes.home is None and response.meta.get("role") == "home" and not shell_target(page):
            self.notes.home = page
        platform, evidence = detect(page)
        self.notes.pages.append((page.url, platform.name, evidence))
        if told := hollow(page):
            self.notes.hollow[page.url] = told

    def _seen(self, response: Response) -> Page | None:
        self.notes.requests += 1
        self.notes.tell(self.notes.requests)
        capture = response.meta.get("capture")
        declared = capture.charset if isinstance(capture, Capture) else ""
        if response.body.startswith(b"%PDF-"):
            return None
        page = Page(response.url, decode(response.body, declared), response.meta.get("context", {}))
        if self.notes.coded is None and site_code(page):
            self.notes.coded = page
        return page


def site_code(page: Page) -> str:
    """The ten digits of a page's 网站标识码 (国办发〔2017〕47号), from the META tag or the footer; '' when it has none."""
    hit = re.search(r"(?<!\d)(\d{10})(?!\d)", page.meta("SiteIDCode")) or re.search(
        r"网站标识码[:：]*(\d{10})(?!\d)", tight(page.text)
    )
    return hit[1] if hit else ""


def hollow(page: Page) -> str:
    """Why a page cannot be read without a browser: next to no text, and scripts that would write it; '' otherwise."""
    words = len(tight(page.text))
    code = len(page.script_files) + bool(page.script_text.strip())
    roots = page.tree.xpath("//*[@id='app' or @id='root' or @id='__next' or @id='__nuxt' or @id='main']")
    empty = any(len(tight(root.text_content())) <= 20 for root in roots)
    if page.frames or shell_target(page) or not code or not (words < 60 or (empty and words < 400)):
        return ""
    links = sum(1 for link in page.links if not re.search(r"\.(?:css|js|ico)$", link.url))
    return (
        f"{words} characters of text, {links} links, {len(page.script_files)} script files"
        if empty or not links
        else ""
    )
