"""The last resort of a site's spider: what it asks for when the mandated columns led to no report."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response

from spiders import columns, fallback, forms
from spiders.addresses import join
from spiders.asking import AskingSpider
from spiders.links import judge
from spiders.page import Link, Page
from spiders.platforms import ListPage, detect


class LookingSpider(AskingSpider):
    """The site's own search, its map, and its other columns, each bounded."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._looked_further = False
        self._explored = 0

    @abstractmethod
    def _further(self, listing: ListPage, page: Page, depth: int) -> Iterator[Request]: ...

    @abstractmethod
    def _reports(self, links: Sequence[Link], page: Page, *, sure: bool = False) -> Iterator[Request]: ...

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._on_idle, signal=signals.spider_idle)
        return spider

    def _on_idle(self, spider: Any) -> None:
        """The mandated columns led nowhere: before giving up, look where a visitor would.

        A column that is there and empty is believed; then only the site's search is asked.
        """
        engine = self.crawler.engine
        if self.reports_found or self.blocked or self._looked_further or engine is None:
            return
        self._looked_further = True
        context = {"referrer": self.site.home_url}
        depth = fallback.DEEPEST + 1 if self.seen_column else 1
        home = self.ask(self.site.home_url, "list", "on_explore", context, priority="explore", again=True, gates=depth)
        engine.crawl(home)
        for path in ("/sitemap.xml", "/sitemap.html"):
            url = join(self.site.home_url, path)
            # Most sites have none; that is no failure.
            engine.crawl(
                self.ask(
                    url, "other", "on_sitemap", context, priority="explore", handle_httpstatus_list=[403, 404, 410]
                )
            )
        raise DontCloseSpider

    def on_explore(self, response: Response) -> Iterator[Request]:
        """Where no column was found by its name: the site's search, its map, and its other columns, a bounded number."""
        page = self._page(response)
        if page is None:
            return
        if target := columns.shell_target(page):
            yield from self._hop(response, target, "on_explore")
            return
        depth = int(response.meta.get("gates", 1))
        yield from self._further(ListPage(page.links), page, depth)
        for request in forms.search_asks(page, fallback.WORDS):
            if self.may_visit(request.url):
                yield self.ask(
                    request.url, "list", "on_found", self._context(page), priority="explore", bonus=5, ask=request
                )
        for link in fallback.worth_exploring(page):
            if depth <= fallback.DEEPEST and self._explored < fallback.MOST_EXPLORED and self.may_visit(link.url):
                self._explored += 1
                context = self._context(page, link)
                yield self.ask(
                    link.url, "list", "on_explore", context, priority="explore", bonus=-depth, gates=depth + 1
                )
        for url in columns.frames(page):
            if self.may_visit(url):
                yield self.ask(url, "list", "on_explore", self._context(page), priority="explore", gates=depth + 1)

    def on_found(self, response: Response) -> Iterator[Request]:
        """The site's own search was asked for reports: only what is one by its title counts."""
        page = self._page(response)
        if page is not None:
            yield from self._reports(page.links, page)
            listing = detect(page)[0].read_list(page, {})
            for request in listing.more[: fallback.MOST_FOUND_PAGES]:
                if self.may_visit(request.url) and any(judge(link.url, link.title).is_report for link in page.links):
                    yield self.ask(
                        request.url, "list", "on_found", self._context(page), priority="explore", bonus=4, ask=request
                    )

    def on_sitemap(self, response: Response) -> Iterator[Request]:
        """A map of the site, for machines or people."""
        page = self._page(response)
        if page is None:
            return
        if page.links:
            yield from self._further(ListPage(page.links), page, 1)
        for step, url in fallback.sitemap(page):
            if not self.may_visit(url):
                continue
            if step == "map":
                yield self.ask(url, "other", "on_sitemap", self._context(page), priority="explore")
            elif step == "reports":
                yield self.ask(
                    url, "list", "on_list", self._context(page) | {"column": ["政府信息公开年报"]}, priority="list"
                )
            elif step == "article":
                yield self.ask(url, "other", "on_doubtful", self._context(page), priority="doubtful")
            elif self._explored < fallback.MOST_EXPLORED:
                self._explored += 1
                yield self.ask(url, "list", "on_home", self._context(page), priority="explore", gates=2)
