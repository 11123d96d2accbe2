"""What every request of a site's spider is made of, and how an answer becomes a page. Callbacks stand in `site`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import scrapy
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.capture import Capture, Role, Site
from spiders.addresses import Hosts, clean
from spiders.page import Link, Page, decode
from spiders.platforms import Ask
from spiders.refusals import refusal
from spiders.wording import fold

MOST_HOPS = 4  # Pages that only redirect, one after the other.
MOST_FINDINGS = 20

# Larger first: finish what was found before looking for more.
PRIORITY = {
    "home": 100,
    "paging": 60,
    "attachment": 55,
    "list": 50,
    "report": 40,
    "unit": 30,
    "doubtful": 20,
    "gate": 10,
    "other": 0,
    "explore": -10,
}


class AskingSpider(scrapy.Spider):
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

    def on_failure(self, failure: Failure) -> Iterator[Request]:
        """No page came. A refusal may speak for the whole site; a list's other file name may still be tried."""
        error = failure.value
        if not isinstance(error, HttpError):
            return
        response: Response = error.response
        self._page(response)
        if response.request is not None and response.request.meta.get("list"):
            yield from self._otherwise(response)

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

    def _ask_list(
        self,
        request: Ask,
        page: Page,
        platform: str,
        first: str,
        callback: str = "on_list",
        *,
        marks: Sequence[str] = (),
    ) -> Request:
        """The request for a further page of a list, or for what a page loads; `first` marks the first page's content."""
        how = {
            "callback": callback,
            "platform": platform,
            "state": dict(request.state),
            "first": first,
            "marks": list(marks),
            "otherwise": request.otherwise.to_json() if request.otherwise else None,
        }
        context = self._context(page)
        if name := request.state.get("column"):
            context["column"] = [*context.get("column", []), fold(str(name))]
        again = request.state.get("step") == "scripts"
        return self.ask(request.url, "list", callback, context, priority="paging", ask=request, list=how, again=again)

    def _otherwise(self, response: Response) -> Iterator[Request]:
        """The other request for the same page of a list, if there is one."""
        how: dict[str, Any] = response.meta.get("list") or {}
        if not how.get("otherwise"):
            return
        other = Ask.from_json(how["otherwise"])
        how = {**how, "state": dict(other.state), "otherwise": other.otherwise.to_json() if other.otherwise else None}
        callback = how.get("callback", "on_list")
        yield self.ask(other.url, "list", callback, response.meta["context"], priority="paging", ask=other, list=how)

    def _context(self, page: Page, link: Link | None = None) -> dict[str, Any]:
        context = {key: page.context[key] for key in ("column", "unit") if page.context.get(key)}
        context["referrer"] = page.url
        if link is not None:
            context |= {"anchor": link.text, "link_title": link.attribute, "listed_on": link.listed_on}
        return context

    def _find(self, finding: str) -> None:
        if finding not in self.findings and len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def is_text(capture: Capture) -> bool:
    """Whether a capture calls itself some kind of text, or nothing."""
    return (
        not capture.mime
        or capture.mime.startswith("text/")
        or bool(re.search(r"html|xml|json|javascript", capture.mime))
    )
