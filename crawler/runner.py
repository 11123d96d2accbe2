"""Crawls many sites in one process. One site's trouble never stops the others."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from archive.capture import Site
from archive.datadir import DataDir
from archive.exchange import utc_now
from crawler import loop
from crawler.cli import Failure
from crawler.closing import close_run
from crawler.hours import Hours
from crawler.loader import spider_for
from crawler.runtime import Runtime, Stopped, Talk
from crawler.siterun import site_run

BROWSERS_AT_ONCE = 2
"""Each costs about 350 MB."""

OUT_OF_HOURS = "the hours are over"


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """`rows`: the `site_runs` rows of the sites that were finished, in that order. `interrupted`: the sites that were
    begun or asked for and not finished; the same call goes on with them. `trouble`: why everything had to stop, ''
    when it had not to. `unstored`: sites whose pages are archived and could not be brought into the tables. `rests`: the hours (setting NIANBAO_HOURS) outside of which the crawl rests, ''
    when they did not cut it short."""

    rows: tuple[Mapping[str, Any], ...]
    interrupted: tuple[str, ...] = ()
    trouble: str = ""
    unstored: tuple[str, ...] = ()
    rests: str = ""


def crawl(
    sites: Sequence[Site],
    data: DataDir,
    *,
    delay: float | None = None,
    at_once: int = 16,
    progress: Talk = lambda line: None,
    settings: Mapping[str, Any] | None = None,
    spider: type[Spider] | None = None,
) -> CrawlSummary:
    """Crawl, archive, read and store; then bring what depends on several reports up to date.

    `delay`: seconds between a site's requests, before the registry's and the project's. `at_once`: sites at a time.
    `progress` gets a line for each thing to tell. `settings` go over the project's, `spider` replaces SiteSpider.
    SIGINT and SIGTERM stop after the requests in flight; a second one at once. Raises `Failure` when the data
    directory cannot be used or another crawl uses it.
    """
    project = project_settings(settings or {})
    if delay is not None:
        project.set("DOWNLOAD_DELAY", delay, priority="cmdline")
    try:
        hours = Hours.parse(project.get("NIANBAO_HOURS", ""))
    except ValueError as error:
        raise Failure(f"NIANBAO_HOURS: {error}") from error
    with Runtime(data, operator=operator_of(project), talk=progress, wait=project.getfloat("NIANBAO_WAIT")) as runtime:
        if hours and not hours.left():
            runtime.stop(OUT_OF_HOURS)
        try:
            runtime.finished.extend(runtime.frontier.begin_batch((site.site_id for site in sites), runtime.since))
            if runtime.finished:
                progress(
                    f"going on with an interrupted crawl; {len(runtime.finished)} of {len(sites)} sites are finished"
                )
            loop.run(_crawl(runtime, _unfinished(runtime, sites), project, at_once, spider, hours))
            if not _unfinished(runtime, sites):
                runtime.frontier.finish_batch()
        except sqlite3.Error as error:
            runtime.fail(error)
        rest = tuple(site.site_id for site in _unfinished(runtime, sites))
        runtime.finalize()
        rests = str(hours) if hours and runtime.stopping == OUT_OF_HOURS else ""
        return CrawlSummary(tuple(runtime.finished), rest, runtime.trouble, tuple(runtime.unstored), rests)


def _unfinished(runtime: Runtime, sites: Sequence[Site]) -> list[Site]:
    done = {row["site_id"] for row in runtime.finished}
    return [site for site in sites if site.site_id not in done]


def project_settings(over: Mapping[str, Any]) -> Settings:
    """The project's settings with others over them."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(dict(over), priority="cmdline")
    return settings


def operator_of(settings: Settings) -> str:
    """Who runs the crawl, for the archive's files."""
    return str(settings.get("NIANBAO_CONTACT") or "unnamed operator; set NIANBAO_CONTACT")


async def _crawl(
    runtime: Runtime,
    sites: Sequence[Site],
    settings: Settings,
    at_once: int,
    spider: type[Spider] | None,
    hours: Hours | None,
) -> None:
    gate, browsers = asyncio.Semaphore(at_once), asyncio.Semaphore(BROWSERS_AT_ONCE)
    crawlers: set[Crawler] = set()

    # Sites of the registry that share a host are crawled one after the other.
    hosts: dict[str, asyncio.Lock] = {}

    async def one(site: Site) -> None:
        async with hosts.setdefault(urlsplit(site.home_url).netloc, asyncio.Lock()), gate:
            if site.fetch == "browser":
                async with browsers:
                    await _crawl_site(runtime, site, settings, spider, crawlers)
            else:
                await _crawl_site(runtime, site, settings, spider, crawlers)

    with _stop_on_signals(runtime):
        watch = asyncio.create_task(_stop_all(runtime, crawlers, hours))
        try:
            await asyncio.gather(*(one(site) for site in sites))
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


async def _crawl_site(
    runtime: Runtime, site: Site, settings: Settings, spider: type[Spider] | None, crawlers: set[Crawler]
) -> None:
    if runtime.stopping:
        return
    runtime.talk(f"{site.site_id} {site.name}: started")
    try:
        crawler = Crawler(spider_for(site, spider), settings)
        crawlers.add(crawler)
        try:
            await crawler.crawl_async()
        finally:
            crawlers.discard(crawler)
    except Exception as error:
        await _broken(runtime, site, crawler, error)
    row = next((row for row in reversed(runtime.finished) if row["site_id"] == site.site_id), None)
    if row:
        told = f": {row['message']}" if row["message"] else ""
        runtime.talk(
            f"{site.site_id} {site.name}: {row['outcome']}, {row['requests']} requests,"
            f" {row['reports_found']} reports{told}"
        )


async def _broken(runtime: Runtime, site: Site, crawler: Crawler, error: Exception) -> None:
    """A crawl that could not even run gets its ledger row too."""
    run = site_run(crawler)
    if run is None or runtime.stopping:
        return
    if not hasattr(run, "run"):
        run.run = runtime.frontier.begin(site, runtime.run_id, utc_now())
    run.ended = run.ended or f"the crawl broke: {type(error).__name__}: {error}"
    await close_run(run)


class _stop_on_signals:
    """The first SIGINT or SIGTERM asks the crawl to stop; afterwards they act as usual."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._loop = asyncio.get_running_loop()
        self._signals = (signal.SIGINT, signal.SIGTERM)

    def __enter__(self) -> None:
        # Only the main thread may handle signals.
        with suppress(RuntimeError, ValueError):
            for number in self._signals:
                self._loop.add_signal_handler(number, self._ask)

    def __exit__(self, *_: object) -> None:
        for number in self._signals:
            self._loop.remove_signal_handler(number)

    def _ask(self) -> None:
        self._runtime.talk("stopping after the requests in flight; once more to stop at once")
        self._runtime.stop("interrupted")
        self.__exit__()


async def _stop_all(runtime: Runtime, crawlers: set[Crawler], hours: Hours | None) -> None:
    """Wait for the wish to stop or the end of the hours, then stop every site, without waiting for requests that have
    not gone out."""
    while not runtime.stopping:
        if hours and not hours.left():
            runtime.stop(OUT_OF_HOURS)
            break
        await asyncio.sleep(0.1)
    stopped: set[Crawler] = set()
    # Again and again, because a site may have been about to begin.
    while True:
        late = crawlers - stopped
        stopped |= late
        await asyncio.gather(*(_stop(crawler) for crawler in late), return_exceptions=True)
        await asyncio.sleep(0.1)


async def _stop(crawler: Crawler) -> None:
    engine = crawler._engine
    # An engine that is being started (a browser takes a second) would take no notice, and then never end.
    while engine is not None and crawler.crawling and not engine.running:
        await asyncio.sleep(0.05)
    if engine is not None:
        for slot in engine.downloader.slots.values():
            while slot.queue:
                _, answer = slot.queue.popleft()
                answer.errback(Stopped("the crawl is being stopped"))
    await crawler.stop_async()
