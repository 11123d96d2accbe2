"""Extension: reports that an earlier crawl found and that no list names any more are looked at all the same.

A report that a government takes off its list, or off its site, is what this project must notice. Such pages rest as
other known pages do (see `SiteRun.recall`); one that is gone answers so, and that answer is archived.
"""

from __future__ import annotations

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured

from archive.capture import Capture
from crawler.siterun import SiteRun, site_run

# What the crawl knew of the page when it was listed stays true; where the link stood does not.
_KEPT = ("column", "unit", "anchor", "link_title", "listed_on")


class RememberedReports:
    """Works once a site's lists are read; not for a site that could not be reached, or turned us away."""

    def __init__(self, crawler: Crawler, run: SiteRun) -> None:
        self._crawler = crawler
        self._run = run
        self._done = False
        crawler.signals.connect(self._idle, signal=signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = site_run(crawler)
        if run is None:
            raise NotConfigured
        return cls(crawler, run)

    def _idle(self, spider: Any) -> None:
        run, engine = self._run, self._crawler.engine
        # A spider that found nothing looks further first: the column may have moved.
        looking = not getattr(spider, "reports_found", 0) and not getattr(spider, "_looked_further", True)
        if self._done or looking or run.stopping or engine is None or not hasattr(spider, "ask"):
            return
        self._done = True
        if getattr(spider, "blocked", "") or run.home_status != 200:
            return
        left = []
        for known in run.runtime.memory.reports(run.site.site_id):
            if spider.may_visit(known.url) and run.add(request_for(spider, known)):
                left.append(known.url)
        if left:
            more = f" and {len(left) - 1} more" if len(left) > 1 else ""
            spider.findings.append(f"a known report is no longer linked: {left[0]}{more}")
            raise DontCloseSpider


def request_for(spider: Any, known: Capture) -> Any:
    """The request for a report page as the spider would make it, with what was known when the page was listed."""
    context = {key: known.context[key] for key in _KEPT if known.context.get(key)}
    return spider.ask(known.url, "report", "on_report", context, priority="report")
