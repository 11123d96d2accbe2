"""Good manners beyond Scrapy's: Retry-After and Crawl-delay are obeyed, a site that breaks down gets time to recover."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from tldextract import TLDExtract

from crawler.siterun import SiteRun, site_run

ROBOTS_NAME = "nianbao"
LONGEST_WAIT = 300.0
"""Seconds. A site that asks for more between two requests is left alone, and the ledger says so."""

SLOWING = (429, 503)
SLOWEST = 60.0
BROWSER_SLOT = "browser"
"""The browser's own work is no request to the portal, and waits for no delay."""


def use_packaged_public_suffixes() -> None:
    """Let the cookie middleware judge domains by tldextract's own copy of the Public Suffix List.

    Scrapy would download the list at the first request, which is traffic that nobody asked for.
    """
    import scrapy.downloadermiddlewares.cookies as cookies

    cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=())


class PoliteRetryMiddleware(RetryMiddleware):
    """Scrapy's retry, but after the time that the server asked for (RFC 9110 §10.2.3), or twice the last wait.

    The pause holds the site's only request slot, so the whole site rests. Answers that broke off are retried too.
    """

    _run: SiteRun | None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = super().from_crawler(crawler)
        made._run = site_run(crawler)
        return made

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if request.meta.get("dont_retry", False):
            return response
        reason = "the connection broke off" if "dataloss" in response.flags else f"HTTP {response.status}"
        if "dataloss" not in response.flags and response.status not in self.retry_http_codes:
            return response
        if response.status in SLOWING:
            self._slow_down(response)
        asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if self._run and asked is not None and asked > LONGEST_WAIT:
            self._run.end(f"the server asks to come back in {asked:.0f} seconds")
            return response
        again = self._retry(request, reason)
        if again is None:
            return response
        if self._run:
            delay = backoff(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), again.meta["retry_times"])
            await self._run.runtime.pause(asked if asked is not None else delay)
            self._run.check_stop()
        return again

    def _slow_down(self, response: Response) -> None:
        """The site's pauses are twice as long for the rest of the run."""
        delay = current_delay(self.crawler)
        if self._run and delay and delay < SLOWEST:
            raise_delay(self.crawler, min(2 * delay, SLOWEST))
            self._run.find(f"the server answered HTTP {response.status}, and was asked more slowly from then on")


def backoff(delay: float, times: int) -> float:
    """Seconds before the next attempt, `times` having failed: twice as long each time, and up to half of it longer, so
    that not all who were turned away come back at once."""
    wait: float = delay * 2**times * (1 + random.random() / 2)
    return min(wait, LONGEST_WAIT)


def current_delay(crawler: Crawler) -> float:
    """Seconds that the site's requests are at least apart by now."""
    return float(crawler.engine.downloader._delay) if crawler.engine else crawler.settings.getfloat("DOWNLOAD_DELAY")


def raise_delay(crawler: Crawler, delay: float) -> None:
    """Let the site's requests be at least so many seconds apart from now on, for AutoThrottle too."""
    throttle = crawler.get_extension(AutoThrottle)
    if throttle:
        throttle.mindelay = max(throttle.mindelay, delay)
        throttle.maxdelay = max(throttle.maxdelay, delay)
    downloader = crawler.engine.downloader
    downloader._delay = max(downloader._delay, delay)
    for name, slot in downloader.slots.items():
        if name != BROWSER_SLOT:
            slot.delay = max(slot.delay, delay)


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or a date); None when there is none that makes sense."""
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isdecimal() and text.isascii():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


class CrawlDelay:
    """Extension: a Crawl-delay in robots.txt raises the site's delay, for AutoThrottle too; it never lowers it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        asked = robotparser.crawl_delay(ROBOTS_NAME)
        if not asked or asked <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        run = site_run(self._crawler)
        if asked > LONGEST_WAIT and run:
            run.end(f"robots.txt asks for {asked:.0f} seconds between requests")
            return
        raise_delay(self._crawler, asked)
