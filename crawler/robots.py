"""robots.txt by RFC 9309, where Scrapy allows everything whenever no rules can be read.

§2.3.1.3: a file that is not there (4xx) forbids nothing. §2.3.1.4: a file that cannot be had (5xx, no answer, an answer
that broke off) forbids everything. §2.5: what stands behind the first 500 KiB need not be read.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.runtime import Stopped
from crawler.scheduler import describe
from spiders.page import Page, decode
from spiders.refusals import refusal

MOST_BYTES = 512 * 1024


class RobotsMiddleware(RobotsTxtMiddleware):
    """In the place of Scrapy's. A challenge instead of robots.txt is noted as the spider's `blocked`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Host and port of what is closed to us, with the reason.
        self._closed: dict[str, IgnoreRequest] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Raise IgnoreRequest for what robots.txt forbids, or when it cannot be had."""
        await super().process_request(request)
        closed = self._closed.get(urlsplit(request.url).netloc)
        if closed and not request.meta.get("dont_obey_robotstxt"):
            raise closed

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        broken = "dataloss" in response.flags
        if response.status < 400 and not broken:
            await super()._parse_robots(response.replace(body=response.body[:MOST_BYTES]), netloc, request)
            return
        if response.status >= 500 or broken:
            self._close(netloc, "the connection broke off" if broken else f"HTTP {response.status}")
            self._look_for_challenge(response)
        super()._robots_error(IgnoreRequest(), netloc)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, Stopped):
            self._closed[netloc] = exc
        elif not isinstance(exc, IgnoreRequest):
            # An IgnoreRequest is a redirect to another host, which is not followed: no file, so nothing is forbidden.
            self._close(netloc, describe(exc))
        super()._robots_error(exc, netloc)

    def _close(self, netloc: str, reason: str) -> None:
        self._closed[netloc] = IgnoreRequest(
            f"robots.txt cannot be had ({reason}), and nothing is asked for without it"
        )

    def _look_for_challenge(self, response: Response) -> None:
        cookies = b"; ".join(response.headers.getlist("Set-Cookie")).decode("latin-1")
        refused = refusal(response.status, Page(response.url, decode(response.body, ""), {}), {"set-cookie": cookies})
        if refused and refused.blocks and not getattr(self.crawler.spider, "blocked", ""):
            self.crawler.spider.blocked = f"{refused.reason}: {response.url}"  # type: ignore[union-attr]
