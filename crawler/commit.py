"""Spider middleware: a page is done in the transaction that queues what its callback yielded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Response

from crawler.ledger import BROKE_OFF
from crawler.siterun import SiteRun, site_run


class CommitMiddleware:
    """Requests end here (the scheduler feeds the engine from the frontier); items go on to the pipelines.

    Stands on the engine's side of Scrapy's own spider middlewares, so that depth, referrer and length limits have
    been seen to. Answers that HttpErrorMiddleware refuses go to the scheduler's errback, as failures do.
    """

    def __init__(self, run: SiteRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = site_run(crawler)
        if run is None:
            raise NotConfigured
        return cls(run)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        requests: list[Request] = []
        items: list[Any] = []
        failure = BROKE_OFF if "dataloss" in response.flags else ""
        try:
            async for item in result:
                (requests if isinstance(item, Request) else items).append(item)
        except Exception as error:
            failure = _told(error)
            raise
        finally:
            request = response.request
            assert request is not None
            requests = self._run.worth(request, response.meta.get("capture"), requests)
            self._run.done(request, requests, failure)
        for item in items:
            yield item

    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        """A callback that raised before it yielded anything."""
        if response.request is not None:
            self._run.done(response.request, (), _told(exception))


def _told(error: Exception) -> str:
    if isinstance(error, CloseSpider):
        return ""
    return f"the spider broke: {type(error).__name__}: {error}"[:300]
