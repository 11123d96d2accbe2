"""The spider of every site: from the home page through the disclosure columns to the reports and what hangs on them.

It keeps no state that a restart would miss: what a callback needs to know travels in the request's meta as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scrapy.http import Request, Response

from archive.capture import Capture
from spiders import columns, content, dynamic, files
from spiders.asking import is_text
from spiders.choice import chosen, mark
from spiders.links import is_article, is_report_column, judge
from spiders.looking import LookingSpider
from spiders.page import Link, Page
from spiders.platforms import BY_NAME, ListPage, detect
from spiders.units import is_unit
from spiders.wording import fold

MOST_GATES = 4  # Platform pages between the home page and a report column.
MOST_COLUMNS = 5  # Report columns within each other: year, kind of unit, unit.
MOST_BOXED = 3  # Reports that a page may link and still be taken for a page on the way.
MOST_DYNAMIC_GATES = 12  # Pages on the way whose scripts are looked into.

# Kinds of portals whose pages may be filled by scripts that no family's class knows.
_LOOSE = ("generic", "regional_oneoffs", "jeecms_php_misc")
_PDF = b"%PDF-"


def _is_get(request: Request) -> bool:
    return bool(request.method == "GET")


class SiteSpider(LookingSpider):
    """The callbacks: each reads one kind of page, and yields the requests that follow from it."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._dynamic_gates = 0
        self._script_texts: dict[str, str] = {}  # only saves requests: what is not here is asked for again

    # -- on the way ------------------------------------------------------------------------------------------------

    def on_home(self, response: Response) -> Iterator[Request]:
        """The home page, and pages on the way from it: find report columns, and platform pages that may hold them."""
        page = self._page(response)
        if page is None:
            yield from self._otherwise(response)
            return
        if target := columns.shell_target(page):
            yield from self._hop(response, target, "on_home")
            return
        depth = int(response.meta.get("gates", 0))
        state = (response.meta.get("list") or {}).get("state")
        if state:
            yield from self._further(self._read_dynamic(page, state), page, depth)
            return
        if page.meta("ColumnType") == "信息公开年报" or is_report_column(page.meta("ColumnName")):
            yield from self._read_list(page, response)
            return
        platform, _ = detect(page, self.site.platform)
        for request in platform.directory(page):
            yield self._ask_list(request, page, platform.name, "")
        yield from self._further(ListPage(page.links), page, depth)
        if depth and content.report_links(page) > MOST_BOXED:
            # Not called a report column, but a list of reports: it may have further pages.
            yield from self._read_list(page, response)
            return
        named = columns.ways(page.links)
        lost = not named if depth == 0 else not any(way.step == "reports" for way in named)
        if lost and platform.name in _LOOSE and self._dynamic_gates < MOST_DYNAMIC_GATES:
            self._dynamic_gates += 1
            yield from self._further(dynamic.complete(page, texts=self._script_texts), page, depth)
        for url in columns.frames(page) if depth < MOST_GATES else ():
            if self.may_visit(url):
                yield self.ask(url, "list", "on_home", self._context(page), priority="gate", bonus=5, gates=depth + 1)

    def _further(self, listing: ListPage, page: Page, depth: int) -> Iterator[Request]:
        """What the links of a page on the way promise, and the requests that bring more of them."""
        yield from self._reports(listing.links, page)
        for request in listing.more:
            if self.may_visit(request.url):
                yield self._ask_list(request, page, "dynamic", "", "on_home")
        # A splash page has one or two links, whatever they are called.
        for way in columns.ways(listing.links, units=depth > 0, every=depth == 0 and len(page.links) <= 8):
            if not self.may_visit(way.link.url):
                if way.step == "reports":
                    self._find(f"the column {way.link.title} is on another host: {way.link.url}")
                continue
            context = self._context(page, way.link)
            name = fold(way.link.title)
            context["column"] = [*context.get("column", []), name]
            if way.step == "reports":
                yield self.ask(way.link.url, "list", "on_list", context, priority="list", bonus=way.score // 5)
            elif depth < MOST_GATES:
                if way.step == "unit":
                    context["unit"] = name
                yield self.ask(
                    way.link.url, "list", "on_home", context, priority="gate", bonus=way.score, gates=depth + 1
                )

    # -- lists -----------------------------------------------------------------------------------------------------

    def on_list(self, response: Response) -> Iterator[Request]:
        """A report column or a further page of one."""
        page = self._page(response)
        if page is None:
            yield from self._otherwise(response)
        elif target := columns.shell_target(page):
            yield from self._hop(response, target, "on_list")
        else:
            yield from self._read_list(page, response)

    def on_unit(self, response: Response) -> Iterator[Request]:
        """A unit's own page, linked from a report column but not a part of it: its reports and its report column."""
        page = self._page(response)
        if page is not None and not columns.shell_target(page):
            yield from self._reports(page.links, page, sure=True)
            for way in columns.ways(page.links):
                if way.step == "reports" and self.may_visit(way.link.url):
                    yield self.ask(way.link.url, "list", "on_list", self._context(page, way.link), priority="list")

    def _read_list(self, page: Page, response: Response) -> Iterator[Request]:
        """The reports of a list page, its further pages, and the columns within it."""
        how: dict[str, Any] = response.meta.get("list") or {}
        state: dict[str, Any] = how.get("state") or {}
        hint = how.get("platform", "")
        if state.get("step") and hint == "dynamic":
            platform_name, listing = hint, self._read_dynamic(page, state)
        else:
            platform, _ = (BY_NAME[hint], "") if state and hint in BY_NAME else detect(page, self.site.platform)
            platform_name, listing = platform.name, platform.read_list(page, state)
        content_mark = mark(listing.links)
        if how.get("otherwise") and (not listing.links or content_mark == how.get("first")):
            yield from self._otherwise(response)
            return
        if content_mark in how.get("marks", ()):
            return  # a pager without end, or one that stays on its last page
        self.seen_column = True
        first_page = not how
        marks = [*how.get("marks", ()), content_mark][-9:]
        yield from self._reports(listing.links, page)
        first = content_mark if first_page else how.get("first", "")
        for request in listing.more:
            if self.may_visit(request.url):
                yield self._ask_list(request, page, platform_name, first, marks=marks if not request.state else ())
        if state and platform_name != "dynamic":
            return
        # The page that a form gives for a year has an address of its own, and is a column's page like any other.
        whole = not state or (
            state.get("step") == "page" and response.request is not None and _is_get(response.request)
        )
        if whole:
            yield from self._by_script(page, listing, platform_name)
            yield from self._own_report(page)
        yield from self._columns_within(page.links if whole else listing.links, page)
        for url in columns.frames(page) if whole else ():
            if self.may_visit(url):
                yield self.ask(url, "list", "on_list", self._context(page), priority="list", bonus=1)

    def _read_dynamic(self, page: Page, state: dict[str, Any]) -> ListPage:
        if state["step"] == "scripts":
            self._script_texts[page.url] = page.html[: dynamic.MOST_KEPT]
        return dynamic.read(page, state)

    def _by_script(self, page: Page, listing: ListPage, platform: str) -> Iterator[Request]:
        """What scripts add to a column that no family's class can read in full."""
        column: Sequence[str] = page.context.get("column", [])
        bare = not listing.more and not any(
            judge(link.url, link.title, column=column).is_report for link in listing.links
        )
        if not bare and platform not in _LOOSE:
            return
        added = dynamic.complete(page, bare=bare, texts=self._script_texts)
        yield from self._reports(added.links, page)
        yield from self._columns_within(added.links, page)
        for request in added.more:
            if self.may_visit(request.url):
                yield self._ask_list(request, page, "dynamic", "")

    def _own_report(self, page: Page) -> Iterator[Request]:
        if content.is_report_text(page) and content.report_links(page) < 3:
            # The column's own page is the report; it is fetched once more, to stand in the archive as what it is.
            yield self.ask(page.url, "report", "on_report", page.context, priority="report", again=True)

    def _columns_within(self, links: Iterable[Link], page: Page) -> Iterator[Request]:
        path: Sequence[str] = page.context.get("column", [])
        if len(path) >= MOST_COLUMNS:
            return
        for link, inside in columns.sub_columns(links, page.url):
            if self.may_visit(link.url):
                name = fold(link.title)
                context = self._context(page, link) | {"column": [*path, name]}
                if is_unit(name):
                    context["unit"] = name
                callback, priority = ("on_list", "list") if inside else ("on_unit", "unit")
                yield self.ask(link.url, "list", callback, context, priority=priority)

    def _reports(self, links: Sequence[Link], page: Page, *, sure: bool = False) -> Iterator[Request]:
        """Requests for the links that are reports, may be, or retell one; the best text of each address counts.

        `sure`: only those that are reports by their own words.
        """
        column = page.context.get("column", [])
        for link, verdict in chosen(links, page, self.hosts.named):
            url = link.url
            if sure and (verdict.kind != "report" or not judge(url, link.title).is_report):
                continue
            if not self.may_visit(url):
                if verdict.kind == "report":
                    self._find(f"a report on another host is not fetched: {url}")
                continue
            context = self._context(page, link)
            # A column's bare name (政府信息公开年报) is no title, whatever the address looks like.
            folder = is_report_column(link.title) or (columns.is_column_address(url) and not is_article(url))
            if verdict.kind == "report" and folder:
                context["column"] = [*column, fold(link.title)]
                if len(column) < MOST_COLUMNS:
                    yield self.ask(url, "list", "on_list", context, priority="list")
            elif verdict.kind == "report":
                yield self.ask(url, "report", "on_report", context, priority="report")
            elif verdict.kind == "twin":
                yield self.ask(url, "other", "on_twin", context)
            else:
                yield self.ask(url, "other", "on_doubtful", context, priority="doubtful")

    # -- reports ---------------------------------------------------------------------------------------------------

    def on_report(self, response: Response) -> Iterator[Request | Capture]:
        """A report: hand over its capture and ask for what hangs on it."""
        capture: Capture = response.meta["capture"]
        if response.body.startswith(_PDF) or not is_text(capture):
            self.reports_found += 1
            yield capture
            return
        page = self._page(response)
        if page is None:
            return
        if target := columns.shell_target(page):
            yield from self._hop(response, target, "on_report")
            return
        if content.is_list(page):
            yield from self._read_list(page, response)
            return
        hanging = [link for link in files.attachments(page) if self.may_visit(link.url)]
        if not hanging and not content.is_report_text(page):
            for url in columns.frames(page):
                if self.may_visit(url):
                    yield self.ask(url, "report", "on_report", self._context(page), priority="report")
        self.reports_found += 1
        yield capture
        yield from self._reports(page.links, page, sure=True)
        for link in columns.year_switch(page.links, page.url):
            yield self.ask(link.url, "report", "on_report", self._context(page, link), priority="report")
        for link in hanging:
            context = {"referrer": page.url, "parent": capture.url, "anchor": link.title}
            yield self.ask(link.url, "attachment", "on_attachment", context, priority="attachment")

    def on_attachment(self, response: Response) -> Iterator[Capture]:
        """A file of a report, unless an error page came in its place."""
        capture: Capture = response.meta["capture"]
        if not capture.mime.startswith("text/html") or self._page(response) is not None:
            yield capture

    def on_doubtful(self, response: Response) -> Iterator[Request]:
        """A page whose title left open whether it is a report: its chapters decide; then it is fetched as one."""
        page = self._page(response)
        if page is None:
            return
        if content.is_report_text(page):
            yield self.ask(response.url, "report", "on_report", page.context, priority="report", again=True)
        else:
            yield from self._reports(page.links, page, sure=True)

    def on_twin(self, response: Response) -> None:
        """A report retold (图解, 解读): archived by being fetched, not read."""
