"""Scrapy's scheduler over the frontier: the engine is fed from the database alone."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler, Scheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.spider import iterate_spider_output
from twisted.python.failure import Failure

from crawler.connecting import SecureError
from crawler.packing import pack, unpack
from crawler.runtime import Stopped
from crawler.settings import DOWNLOAD_MAXSIZE
from crawler.siterun import SiteRun, site_run

# Failures of the network, in words for the ledger.
NETWORK: dict[type[Exception], str] = {
    CannotResolveHostError: "the host name is unknown",
    DownloadConnectionRefusedError: "connection refused",
    DownloadTimeoutError: "no answer in time",
    ResponseDataLossError: "the connection broke off",
    DownloadFailedError: "the connection failed",
    OSError: "the connection failed",
}


class FrontierScheduler(BaseScheduler):
    """Where nothing is recorded, Scrapy's own scheduler is used instead."""

    def __init__(self, run: SiteRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BaseScheduler:  # type: ignore[override]
        run = site_run(crawler)
        return cls(run) if run else Scheduler.from_crawler(crawler)

    def open(self, spider: Spider) -> None:
        self._spider = spider
        self._run.begin(spider)

    def has_pending_requests(self) -> bool:
        return not self._run.stopping and self._run.frontier.pending(self._run.run.id)

    def enqueue_request(self, request: Request) -> bool:
        """Requests of `start()`, redirects and retries; what callbacks yield is queued by `CommitMiddleware`."""
        run, row = self._run, request.meta.get("row")
        packed = pack(request, self._spider)
        if row is None:
            return run.write(lambda: run.frontier.add(run.run.id, packed))
        may_visit = getattr(self._spider, "may_visit", None)
        if may_visit is not None and not may_visit(request.url):
            run.done(request, (), f"redirects to another host, which the registry does not name: {request.url}")
            return False
        return run.write(lambda: run.frontier.moved(run.run.id, row, packed))

    def next_request(self) -> Request | None:
        run = self._run
        if run.stopping:
            return None
        if not run.within_budget():
            return None
        try:
            row = run.claim()
        except Stopped:
            return None
        if row is None:
            return None
        request = unpack(row.body, self._spider)
        request.meta["row"] = row.id
        if row.position:
            request.meta["archived"] = row.position
        else:
            run.recall(request)
        request.errback = partial(self._lost, row.id, request.errback)
        return request

    async def _lost(self, row: int, errback: Any, failure: Failure) -> AsyncIterator[Any]:
        """No response came, or none that may be read: the request is failed, or released when the crawl stops."""
        run, request = self._run, failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, Stopped):
            run.write(lambda: run.frontier.release(row))
            return
        if isinstance(failure.value, tuple(NETWORK)):
            run.unanswered()
        produced = []
        if errback is not None:
            async for item in as_async_generator(iterate_spider_output(errback(failure))):
                produced.append(item)
        found = [item for item in produced if isinstance(item, Request)]
        run.done(request, found, describe(failure.value))
        for item in produced:
            if not isinstance(item, Request):
                yield item


def describe(error: BaseException | None) -> str:
    """What went wrong with a request, in a few words for the ledger."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, gzip.BadGzipFile | zlib.error | EOFError):
        return "its body is not packed as its Content-Encoding says"
    if isinstance(error, SecureError):
        return str(error)
    for kind, words in NETWORK.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in str(error):
        return f"larger than {DOWNLOAD_MAXSIZE >> 20} MB and not read"
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
