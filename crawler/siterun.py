"""One site's crawl while it runs: what its scheduler, middlewares and ledger share."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.request import fingerprint

from archive.capture import Capture, Site
from archive.exchange import utc_now
from crawler.limits import Budget, Sameness
from crawler.memory import rests
from crawler.packing import pack
from crawler.rows import Row, Run
from crawler.runtime import Runtime, Stopped, current

# Attributes of the spider that the ledger needs; kept in the frontier, so that a resumed crawl knows them.
LEARNED: Mapping[str, Any] = {"findings": [], "seen_column": False, "reports_found": 0, "blocked": ""}
FAILURES_IN_A_ROW = 5
# Pages of role `other` that do not lead to what is new, so that they need not be fetched each time.
RESTING = ("on_doubtful", "on_twin")

T = TypeVar("T")

_runs: WeakKeyDictionary[Crawler, SiteRun] = WeakKeyDictionary()


def site_run(crawler: Crawler) -> SiteRun | None:
    """The crawler's site run; None where nothing is recorded."""
    runtime, site = current(), getattr(crawler.spidercls, "site", None)
    if runtime is None or not isinstance(site, Site):
        return None
    if crawler not in _runs:
        _runs[crawler] = SiteRun(crawler, runtime, site)
    return _runs[crawler]


class SiteRun:
    """`ended` is why the crawl was cut short ('' when it was not); `home_status` what the home page answered."""

    run: Run

    def __init__(self, crawler: Crawler, runtime: Runtime, site: Site) -> None:
        self.crawler = crawler
        self.runtime = runtime
        self.site = site
        self.frontier = runtime.frontier
        self.ended = ""
        self.home_status = 0
        self._failures = 0
        self._asked_again = 0
        self._size, self._spent, self._begun = 0, 0.0, time.monotonic()
        self._same = Sameness()
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    def begin(self, spider: Spider) -> None:
        """Start the run, or take up the unfinished one with what its spider had learned."""
        self.run = self.frontier.begin(self.site, self.runtime.run_id, utc_now(), self.runtime.since)
        for name, value in self.run.notes.items():
            if name in LEARNED:
                setattr(spider, name, value)
        self.home_status = self.run.notes.get("home_status", 0)
        self._size, self._spent = self.run.notes.get("size", 0), self.run.notes.get("seconds", 0.0)
        self._budget = Budget.of(self.crawler.settings, spider)
        if self.run.resumed:
            self.runtime.talk(f"{self.site.site_id} {self.site.name}: going on from an interrupted crawl")

    def learned(self) -> dict[str, Any]:
        """What the spider knows by now, as JSON values."""
        spider = self.crawler.spider
        known = {name: getattr(spider, name, default) for name, default in LEARNED.items()}
        counted = {"home_status": self.home_status, "size": self._size, "seconds": round(self._seconds, 1)}
        return {**known, "findings": list(known["findings"]), **counted}

    @property
    def _seconds(self) -> float:
        return self._spent + time.monotonic() - self._begun

    @property
    def _used(self) -> tuple[int, int, float]:
        return self.frontier.counts(self.run.id)[0], self._size, self._seconds

    def _received(self, data: bytes) -> None:
        self._size += len(data)

    def within_budget(self) -> bool:
        """Whether another request may be made; ends the run when one may not."""
        spent = self._budget.spent(*self._used)
        if spent and self.frontier.pending(self.run.id):
            self.end(spent)
        return not self.ended

    def find(self, finding: str) -> None:
        """Something that an operator should know, for the ledger; told once."""
        findings = getattr(self.crawler.spider, "findings", None)
        if findings is not None and finding not in findings:
            findings.append(finding)

    def worth(self, request: Request, capture: object, found: list[Request]) -> list[Request]:
        """What of the requests that follow from a page is asked: less when the same page came at many addresses."""
        kept = self._same.worth(request, capture, found) if isinstance(capture, Capture) else found
        left = [each for each in found if each not in kept] if len(kept) < len(found) else []
        if any(not self.frontier.knows(self.run.id, fingerprint(each)) for each in left):
            self.find("the same page came at many addresses, and its links were followed no further")
        return kept

    @property
    def stopping(self) -> bool:
        """Whether no further request may go out."""
        return bool(self.runtime.stopping or self.ended) or not self.crawler.crawling

    def done(self, request: Request, found: Iterable[Request], failure: str = "") -> None:
        """The request's page was read (or could not be): queue what it yielded, in the same transaction."""
        spider = self.crawler.spider
        assert spider is not None
        packed, unusable = [], ""
        for item in found:
            if request.meta.get("rests") and item.meta.get("role") == "attachment":
                # Files belong to the fetch of their page: they are asked for when it is.
                item.meta["rests"] = True
            try:
                packed.append(pack(item, spider))
            except ValueError as error:
                unusable = str(error)
        failure = failure or unusable
        self.write(lambda: self.frontier.done(self.run.id, request.meta.get("row"), packed, self.learned(), failure))

    def add(self, request: Request) -> bool:
        """Queue a request that no page yielded; False when it is known already."""
        spider = self.crawler.spider
        assert spider is not None
        packed = pack(request, spider)
        return self.write(lambda: self.frontier.add(self.run.id, packed))

    def recall(self, request: Request) -> None:
        """Let a request rest on what an earlier crawl fetched: with an answer from the archive (meta `archived`) when
        its page need not be looked at yet, else by asking the server only for what has changed (RFC 9110 §13.1)."""
        if request.method != "GET":
            return
        memory, browser = self.runtime.memory, bool(request.meta.get("browser"))
        known = memory.newest(request.url, browser=browser)
        if known is None:
            return
        if request.meta.get("rests") or (self._may_rest(request) and rests(known, datetime.now(UTC))):
            request.meta.update(archived=known.position, rests=True)
            return
        newest = None if browser else memory.read(known.position)
        origin = memory.origin(newest) if newest else None
        if newest and origin:
            asks = {"If-None-Match": newest.header("etag"), "If-Modified-Since": newest.header("last-modified")}
            for name, value in asks.items():
                if value:
                    request.headers[name] = value
                    request.meta["earlier"] = origin

    def _may_rest(self, request: Request) -> bool:
        leads_on = request.meta.get("role") != "report" and getattr(request.callback, "__name__", "") not in RESTING
        if request.dont_filter or leads_on:
            return False
        self._asked_again += 1
        return self._asked_again > self.crawler.settings.getint("NIANBAO_RECHECK")

    def note_archived(self, row: int | None, capture: Capture) -> None:
        """A response was archived; `row` is the request in the queue that it answers, if any."""
        position = capture.position
        assert position is not None
        self._failures = 0
        if capture.role == "home":
            self.home_status = capture.status
        self.write(lambda: self.frontier.archived(self.run.id, row, position))

    def note_rendered(self, row: int, capture: Capture) -> None:
        """The rendered page was archived; from now on it is the answer to the request."""
        position = capture.position
        assert position is not None
        self.write(lambda: self.frontier.rendered(self.run.id, row, position))

    def unanswered(self) -> None:
        """A request got no response in spite of retries; after some in a row the site counts as gone."""
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self.end(f"gave up after {FAILURES_IN_A_ROW} requests in a row without an answer")

    def end(self, reason: str) -> None:
        """End this site's crawl early, with a reason for the ledger; the run is finished all the same."""
        if not self.ended:
            self.ended = reason
            task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="ended"))
            _tasks.add(task)
            task.add_done_callback(_tasks.discard)

    @property
    def out_of_patience(self) -> bool:
        """Whether the crawl is being stopped and a request in flight has had its time to finish."""
        return self.runtime.out_of_patience

    def check_stop(self) -> None:
        """Raise Stopped when no further request may go out."""
        if self.stopping:
            raise Stopped("the crawl is being stopped")

    def claim(self) -> Row | None:
        reports_first = self._budget.half(*self._used)
        return self.write(lambda: self.frontier.claim(self.run.id, reports_first=reports_first))

    def write(self, action: Callable[[], T]) -> T:
        """Run a change of the frontier; when it fails, the whole crawl stops."""
        try:
            return action()
        except sqlite3.Error as error:
            self.runtime.fail(error)
            raise Stopped("the queue cannot be written") from error


# The loop keeps only weak references to tasks.
_tasks: set[asyncio.Future[None]] = set()
