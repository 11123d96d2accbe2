"""Extension: when a site's crawl is over, its ledger row goes into the archive and its captures into the tables."""

from __future__ import annotations

import sqlite3
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from crawler.ledger import Story, ledger_row
from crawler.siterun import SiteRun, site_run


class ClosingExtension:
    """A crawl that was interrupted stays unfinished, without a row; the same command goes on with it."""

    def __init__(self, crawler: Crawler, run: SiteRun) -> None:
        self._run = run
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = site_run(crawler)
        if run is None:
            raise NotConfigured
        return cls(crawler, run)

    async def _closed(self, spider: Spider, reason: str) -> None:
        run = self._run
        runtime = run.runtime
        if not hasattr(run, "run") or runtime.stopping or reason == "shutdown":
            return
        if reason not in ("finished", "ended") and not run.ended:
            run.ended = f"the spider stopped: {reason}"
        await close_run(run)


async def close_run(run: SiteRun) -> None:
    """Write the run's ledger row into the archive and the frontier, then bring its captures into the tables."""
    runtime, frontier, known = run.runtime, run.frontier, run.learned()
    try:
        counts = frontier.counts(run.run.id)
        story = Story(
            responses=counts[1],
            reports_found=known["reports_found"],
            seen_column=known["seen_column"],
            blocked=known["blocked"],
            ended=run.ended,
            home_status=run.home_status,
            failures=frontier.failures(run.run.id),
            findings=known["findings"],
        )
        row = ledger_row(run.run.run_id, run.site, run.run.started_at, counts, story)
        runtime.writer.write_run(row, run.site)
        frontier.finish(run.run.id, row)
    except (ArchiveError, sqlite3.Error) as error:
        runtime.fail(error)
        return
    await runtime.store(run.run.id, run.site, row)
