"""The spider of every site: from the home page through the disclosure columns to the reports and what hangs on them.

It keeps no state that a restart would miss: what a callback needs to know travels in the request's meta as JSON.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import scrapy
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.capture import Capture, Role, Site
from spiders import columns, content
from spiders.addresses import Hosts, clean
from spiders.choice import chosen, mark
from spiders.links import is_article, is_report_column
from spiders.page import Link, Page, decode
from spiders.platforms import BY_NAME, Ask, detect
from spiders.refusals import refusal
from spiders.units import is_unit
from spiders.wording import fold

MOST_GATES = 3  # Platform pages between the home page and a report column.
MOST_COLUMNS = 5  # Report columns within each other: year, kind of unit, unit.
MOST_HOPS = 4  # Pages that only redirect, one after the other.
MOST_FINDINGS = 20

# Larger first: finish what was found before looking for more.
PRIORITY = {
    "home": 100,
    "paging": 60,
    "attachment": 55,
    "list": 50,
    "report": 40,
    "doubtful": 20,
    "gate": 10,
    "other": 0,
}

_PDF = b"%PDF-"


class SiteSpider(scrapy.Spider):
    """One site. The loader sets `site`; every request is a method name, a role and JSON values.

    For the ledger: `findings` (what an operator should know), `seen_column` (a report column was there),
    `reports_found` (report pages, revisits not counted twice), `blocked` (why the site turned us away, '' if it did not).
    `budget` is the most requests that a crawl of the site may take.
    """

    name = "site"
    site: Site
    budget = 2000

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.findings: list[str] = []
        self.seen_column = False
        self.reports_found = 0
        self.blocked = ""
        self.hosts = Hosts(self.site)

    async def start(self) -> AsyncIterator[Request]:
        """The home page, and the list that the registry names: columns move, so the way is looked for each time."""
        yield self.ask(self.site.home_url, "home", "on_home", priority="home")
        if self.site.list_url:
            yield self.ask(self.site.list_url, "list", "on_list", {"column": ["政府信息公开年报"]}, priority="list")

    def may_visit(self, url: str) -> bool:
        """Whether an address is on a host of this site; nothing else is ever asked for."""
        return url in self.hosts

    def ask(
        self,
        url: str,
        role: Role,
        callback: str,
        context: Mapping[str, Any] | None = None,
        *,
        priority: str = "other",
        bonus: int = 0,
        again: bool = False,
        ask: Ask | None = None,
        **meta: Any,
    ) -> Request:
        """A request of this site. `callback` names a method; `context` goes into the archive (see `Capture`), `meta`
        does not; `ask` gives method, body and headers of a list request; `again` fetches what was fetched before."""
        context = {key: value for key, value in (context or {}).items() if value}
        meta |= {"role": role, "context": context}
        if self.site.fetch == "browser" and role in ("home", "list", "report") and (ask is None or ask.method == "GET"):
            meta["browser"] = True
        headers = dict(ask.headers) if ask else {}
        if "referrer" in context:
            headers.setdefault("Referer", context["referrer"])
        return Request(
            clean(url) or url,
            callback=getattr(self, callback),
            errback=self.on_failure,
            method=ask.method if ask else "GET",
            body=ask.body if ask else "",
            headers=headers,
            meta=meta,
            priority=PRIORITY[priority] + bonus,
            dont_filter=again,
        )

    def on_home(self, response: Response) -> Iterator[Request]:
        """The home page, and pages on the way from it: find report columns, and platform pages that may hold them."""
        page = self._page(response)
        if page is None:
            return
        if target := columns.shell_target(page):
            yield from self._hop(response, target, "on_home")
            return
        depth = int(response.meta.get("gates", 0))
        if page.meta("ColumnType") == "信息公开年报" or is_report_column(page.meta("ColumnName")):
            yield from self._read_list(page, response)
            return
        yield from self._reports(page.links, page)
        platform, _ = detect(page, self.site.platform)
        for request in platform.directory(page):
            yield self._ask_list(request, page, platform.name, "")
        for way in columns.ways(page, units=depth > 0):
            if not self.may_visit(way.link.url):
                continue
            context = self._context(page, way.link)
            if way.step == "reports":
                context["column"] = [*context.get("column", []), fold(way.link.title)]
                yield self.ask(way.link.url, "list", "on_list", context, priority="list", bonus=way.score // 5)
            elif depth < MOST_GATES:
                name = fold(way.link.title)
                context["column"] = [*context.get("column", []), name]
                if way.step == "unit":
                    context["unit"] = name
                yield self.ask(
                    way.link.url, "list", "on_home", context, priority="gate", bonus=way.score, gates=depth + 1
                )
        for url in columns.frames(page) if depth < MOST_GATES else ():
            if self.may_visit(url):
                yield self.ask(url, "list", "on_home", self._context(page), priority="gate", bonus=5, gates=depth + 1)

    def on_list(self, response: Response) -> Iterator[Request]:
        """A report column or a further page of one."""
        page = self._page(response)
        if page is None:
            yield from self._otherwise(response)
        elif target := columns.shell_target(page):
            yield from self._hop(response, target, "on_list")
        else:
            yield from self._read_list(page, response)

    def on_report(self, response: Response) -> Iterator[Request | Capture]:
        """A report: hand over its capture and ask for what hangs on it."""
        capture: Capture = response.meta["capture"]
        if response.body.startswith(_PDF) or not _is_text(capture):
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
        files = [url for url in content.attachments(page) if self.may_visit(url)]
        if not files and not content.is_report_text(page):
            for url in columns.frames(page):
                if self.may_visit(url):
                    yield self.ask(url, "report", "on_report", self._context(page), priority="report")
        self.reports_found += 1
        yield capture
        for url in files:
            yield self.ask(
                url, "attachment", "on_attachment", {"referrer": page.url, "parent": capture.url}, priority="attachment"
            )

    def on_attachment(self, response: Response) -> Iterator[Capture]:
        """A file of a report, unless an error page came in its place."""
        capture: Capture = response.meta["capture"]
        if not capture.mime.startswith("text/html") or self._page(response) is not None:
            yield capture

    def on_doubtful(self, response: Response) -> Iterator[Request]:
        """A page whose title left open whether it is a report: its chapters decide; then it is fetched as one."""
        page = self._page(response)
        if page is not None and content.is_report_text(page):
            yield self.ask(response.url, "report", "on_report", page.context, priority="report", again=True)

    def on_twin(self, response: Response) -> None:
        """A report retold (图解, 解读): archived by being fetched, not read."""

    def on_failure(self, failure: Failure) -> Iterator[Request]:
        """No page came. A refusal may speak for the whole site; a list's other file name may still be tried."""
        error = failure.value
        if not isinstance(error, HttpError):
            return
        response: Response = error.response
        self._page(response)
        if response.request is not None and response.request.meta.get("list"):
            yield from self._otherwise(response)

    def _page(self, response: Response) -> Page | None:
        """The response as a page; None, with a finding where an operator should know, when it is none."""
        request_url = response.request.url if response.request else response.url
        if not self.may_visit(response.url):
            self._find(f"{request_url} leads to another host: {response.url}")
            return None
        capture = response.meta.get("capture")
        declared = capture.charset if isinstance(capture, Capture) else ""
        page = Page(
            clean(response.url) or response.url, decode(response.body, declared), response.meta.get("context", {})
        )
        cookies = b"; ".join(response.headers.getlist("Set-Cookie")).decode("latin-1")
        refused = refusal(response.status, page, {"set-cookie": cookies})
        if refused is None:
            return page
        role = response.meta.get("role", "other")
        if refused.blocks and (role in ("home", "list") or refused.kind == "challenge"):
            self.blocked = self.blocked or f"{refused.reason}: {response.url}"
        elif response.status == 200 or refused.kind == "login":
            self._find(f"{refused.reason}: {response.url}")
        return None

    def _hop(self, response: Response, target: str, callback: str) -> Iterator[Request]:
        """Follow a page that only redirects, with its role and context."""
        hops = int(response.meta.get("hops", 0)) + 1
        if hops > MOST_HOPS:
            self._find(f"{response.url} redirects in a circle")
        elif not self.may_visit(target):
            self._find(f"{response.url} leads to another host: {target}")
        else:
            role: Role = response.meta["role"]
            kept = {key: response.meta[key] for key in ("gates", "list") if key in response.meta}
            yield self.ask(
                target, role, callback, response.meta["context"], priority="list", bonus=hops, hops=hops, **kept
            )

    def _read_list(self, page: Page, response: Response) -> Iterator[Request]:
        """The reports of a list page, its further pages, and the columns within it."""
        how: dict[str, Any] = response.meta.get("list") or {}
        state: dict[str, Any] = how.get("state") or {}
        hint = how.get("platform", "")
        platform, _ = (BY_NAME[hint], "") if state and hint in BY_NAME else detect(page, self.site.platform)
        listing = platform.read_list(page, state)
        content_mark = mark(listing.links)
        if how.get("otherwise") and (not listing.links or content_mark == how.get("first")):
            yield from self._otherwise(response)
            return
        self.seen_column = True
        first_page = not how
        yield from self._reports(listing.links, page)
        first = content_mark if first_page else how.get("first", "")
        for request in listing.more:
            if self.may_visit(request.url):
                yield self._ask_list(request, page, platform.name, first)
        if state:
            return
        if content.is_report_text(page) and content.report_links(page) < 3:
            # The column's own page is the report; it is fetched once more, to stand in the archive as what it is.
            yield self.ask(page.url, "report", "on_report", page.context, priority="report", again=True)
        path: Sequence[str] = page.context.get("column", [])
        if len(path) >= MOST_COLUMNS:
            return
        for link in columns.sub_columns(page):
            if self.may_visit(link.url):
                name = fold(link.title)
                context = self._context(page, link) | {"column": [*path, name]}
                if is_unit(name):
                    context["unit"] = name
                yield self.ask(link.url, "list", "on_list", context, priority="list")
        for url in columns.frames(page):
            if self.may_visit(url):
                yield self.ask(url, "list", "on_list", self._context(page), priority="list", bonus=1)

    def _reports(self, links: Sequence[Link], page: Page) -> Iterator[Request]:
        """Requests for the links that are reports, may be, or retell one; the best text of each address counts."""
        column = page.context.get("column", [])
        for link, verdict in chosen(links, page, self.hosts.named):
            url = link.url
            if not self.may_visit(url):
                if verdict.kind == "report":
                    self._find(f"a report on another host is not fetched: {url}")
                continue
            context = self._context(page, link)
            named_column = is_report_column(link.title) or columns.is_column_address(url)
            if verdict.kind == "report" and named_column and not is_article(url):
                context["column"] = [*column, fold(link.title)]
                if len(column) < MOST_COLUMNS:
                    yield self.ask(url, "list", "on_list", context, priority="list")
            elif verdict.kind == "report":
                yield self.ask(url, "report", "on_report", context, priority="report")
            elif verdict.kind == "twin":
                yield self.ask(url, "other", "on_twin", context)
            else:
                yield self.ask(url, "other", "on_doubtful", context, priority="doubtful")

    def _ask_list(self, request: Ask, page: Page, platform: str, first: str) -> Request:
        how = {
            "platform": platform,
            "state": dict(request.state),
            "first": first,
            "otherwise": request.otherwise.to_json() if request.otherwise else None,
        }
        context = self._context(page)
        if name := request.state.get("column"):
            context["column"] = [*context.get("column", []), fold(str(name))]
        return self.ask(request.url, "list", "on_list", context, priority="paging", ask=request, list=how)

    def _otherwise(self, response: Response) -> Iterator[Request]:
        """The other request for the same page of a list, if there is one."""
        how: dict[str, Any] = response.meta.get("list") or {}
        if not how.get("otherwise"):
            return
        other = Ask.from_json(how["otherwise"])
        how = {**how, "state": dict(other.state), "otherwise": other.otherwise.to_json() if other.otherwise else None}
        yield self.ask(other.url, "list", "on_list", response.meta["context"], priority="paging", ask=other, list=how)

    def _context(self, page: Page, link: Link | None = None) -> dict[str, Any]:
        context = {key: page.context[key] for key in ("column", "unit") if page.context.get(key)}
        context["referrer"] = page.url
        if link is not None:
            context |= {"anchor": link.text, "link_title": link.attribute, "listed_on": link.listed_on}
        return context

    def _find(self, finding: str) -> None:
        if finding not in self.findings and len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def _is_text(capture: Capture) -> bool:
    return (
        not capture.mime
        or capture.mime.startswith("text/")
        or bool(re.search(r"html|xml|json|javascript", capture.mime))
    )
