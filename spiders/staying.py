"""Downloader middleware: no request leaves the site, whether a link led there or a redirect."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from archive.capture import Site
from spiders.addresses import Hosts


class StayMiddleware:
    """Stands before the robots.txt middleware, so that not even a foreign robots.txt is asked for.

    Scrapy's own off-site filter knows hosts without ports and no gov.cn rule. Spiders without a site are let alone.
    """

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        site = getattr(crawler.spidercls, "site", None)
        if not isinstance(site, Site):
            raise NotConfigured
        return cls(Hosts(site))

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest, with the address in its text, for a request to another host."""
        if request.url.startswith(("http:", "https:")) and request.url not in self._hosts:
            raise IgnoreRequest(f"leads to another host: {request.url}")
