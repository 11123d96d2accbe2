"""Pages that exist only after scripts have run: rendered by Chromium, with every exchange archived as it was.

The page itself is fetched like any other (robots.txt, delay, archive). Then Chromium is given these very bytes, and
whatever it asks for goes through Scrapy as well, to the portal's own hosts only and without images, fonts and media.
So the archive holds what came over the wire, and beside it the rendered DOM as a record that says what it is.
scrapy-playwright starts, feeds and ends the browser.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag

from playwright._impl import transport
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from archive.errors import ArchiveError
from archive.exchange import utc_now
from crawler import settings
from crawler.archiving import role_of
from crawler.politeness import BROWSER_SLOT
from crawler.runtime import Stopped
from crawler.siterun import SiteRun, site_run
from crawler.wire import WireHandler

MOST_HEAP_MB = 512
"""Of a page's scripts; what takes more crashes, and costs that page."""

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Whatever is not answered by us (sockets, pop-ups, prefetches) leads to a closed door.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    f"--js-flags=--max-old-space-size={MOST_HEAP_MB}",
)
CLOSED_IN = 10.0
"""Seconds for a browser that hangs to be closed."""

UNWANTED = {"image", "font", "media"}
SETTLED_MS = 15_000
"""How long a page may go on asking for things; what is there by then is the page."""


def find_chromium(environment: Mapping[str, str] = os.environ) -> str | None:
    """Path of a Chromium: $CHROMIUM, then the PATH, then what `playwright install` downloaded; None without one."""
    for name in (environment.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name, path=environment.get("PATH"))):
            return path
    home = Path(environment.get("HOME", "~")).expanduser()
    own = Path(environment.get("PLAYWRIGHT_BROWSERS_PATH", home / ".cache" / "ms-playwright"))
    found = sorted(own.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def browser_settings() -> dict[str, Any]:
    """Settings of a site whose registry line says `fetch=browser`. Without a Chromium, only a middleware that says so."""
    chromium = find_chromium()
    middlewares = {**settings.DOWNLOADER_MIDDLEWARES, "crawler.browser.RenderMiddleware": 560}
    if chromium is None:
        return {"DOWNLOADER_MIDDLEWARES": middlewares}
    handler = "crawler.browser.BrowserHandler"
    return {
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "DOWNLOAD_SLOTS": {BROWSER_SLOT: {"concurrency": 1, "delay": 0}},
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_PROVIDER": "crawler.browser.BrowserProvider",
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": chromium, "args": list(FLAGS), "headless": True},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_CONTEXTS": {"default": {"service_workers": "block", "accept_downloads": False}},
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 60_000,
    }


class BrowserProvider(PlaywrightBrowserProvider):
    """Playwright's driver in a session of its own: Ctrl-C on the terminal is for us alone, who then end it in order.

    Without that the driver dies in the middle of what it was asked, and whoever waits for its answer waits for ever.
    """

    async def start(self) -> None:
        with _own_session():
            await super().start()


@contextmanager
def _own_session() -> Iterator[None]:
    # Playwright starts its driver through this name of its module, and offers no option for how.
    driver: Any = transport
    before = driver.asyncio
    driver.asyncio = _Asyncio()
    try:
        yield
    finally:
        driver.asyncio = before


class _Asyncio:
    """The module asyncio, but for processes that begin a session."""

    create_subprocess_exec = staticmethod(partial(asyncio.create_subprocess_exec, start_new_session=True))

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


class BrowserHandler(ScrapyPlaywrightDownloadHandler, WireHandler):
    """scrapy-playwright for requests that ask for it, the archive's own handler for all others.

    A page that takes all its time (scripts that never end answer nobody) costs the browser; the next page starts another.
    """

    async def download_request(self, request: Request) -> Response:
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        seconds = self._crawler.settings.getfloat("NIANBAO_BROWSER_SECONDS")
        rendering = asyncio.ensure_future(super().download_request(request))
        try:
            if (await asyncio.wait([rendering], timeout=seconds))[0]:
                return rendering.result()
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(self.browser.close(), CLOSED_IN)
            raise PlaywrightError(f"did not come to an end within {seconds:g} seconds")
        finally:
            if not rendering.done():
                rendering.cancel()
                await asyncio.wait([rendering], timeout=CLOSED_IN)


class RenderMiddleware:
    """Renders answers to requests with meta `browser`; outside of redirects and decompression, inside of robots.txt."""

    def __init__(self, crawler: Crawler, run: SiteRun) -> None:
        self._crawler = crawler
        self._run = run
        self._missing = "" if find_chromium() else "no Chromium was found: set CHROMIUM to its path"
        # Scripts and style sheets of this site by address: a crawl asks for each once.
        self._parts: dict[str, Response] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = site_run(crawler)
        if run is None:
            raise NotConfigured
        return cls(crawler, run)

    async def process_response(self, request: Request, response: Response) -> Response:
        capture = request.meta.get("capture")
        if not request.meta.get("browser") or capture is None or capture.via == "browser":
            return response
        if response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        if self._missing:
            raise IgnoreRequest(f"this page needs a browser, and {self._missing}")
        run, row = self._run, request.meta["row"]
        try:
            html = await self._render(request, response)
        except PlaywrightError as error:
            run.check_stop()
            reason = str(error).partition("\n")[0].strip()[:120]
            raise IgnoreRequest(f"this page needs a browser, and {find_chromium()} failed: {reason}") from error
        try:
            dom = run.runtime.writer.write_dom(
                response.url, html, utc_now(), run.site, role_of(request), request.meta.get("context", {})
            )
        except ArchiveError as error:
            run.runtime.fail(error)
            raise Stopped("the archive cannot be written") from error
        run.note_rendered(row, dom)
        request.meta["capture"] = dom
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(response.url, 200, headers=headers, body=dom.payload, encoding="utf-8", request=request)

    async def _render(self, request: Request, response: Response) -> str:
        """The DOM's HTML after the network has come to rest."""

        async def prepare(page: Page, _: Request) -> None:
            await page.unroute("**")
            await page.route("**", answer)

        async def answer(route: Route) -> None:
            try:
                await self._answer(route, response)
            except PlaywrightError:
                # The page was closed while its part was on the way.
                return

        rendered = await self._crawler.engine.download_async(
            Request(
                response.url,
                callback=NO_CALLBACK,
                dont_filter=True,
                meta={
                    "playwright": True,
                    "playwright_page_init_callback": prepare,
                    "playwright_page_methods": [PageMethod(_settle)],
                    "download_slot": BROWSER_SLOT,
                    "autothrottle_dont_adjust_delay": True,
                    "dont_obey_robotstxt": True,
                    "dont_merge_cookies": True,
                    "dont_retry": True,
                    "dont_redirect": True,
                },
            )
        )
        text: str = rendered.text
        return text

    async def _answer(self, route: Route, document: Response) -> None:
        asked = route.request
        url = urldefrag(asked.url)[0]
        if asked.is_navigation_request() and asked.frame == asked.frame.page.main_frame:
            if url == urldefrag(document.url)[0]:
                await route.fulfill(status=200, headers=_headers(document), body=document.body)
            else:
                # Scripts that send the reader elsewhere are links for the spider, not for the browser.
                await route.abort()
            return
        spider: Any = self._crawler.spider
        may_visit = getattr(spider, "may_visit", None)
        elsewhere = not url.startswith(("http://", "https://")) or (may_visit is not None and not may_visit(url))
        if asked.resource_type in UNWANTED or elsewhere:
            await route.abort()
            return
        try:
            part = await self._part(asked.method, url, asked.post_data_buffer or b"", document.url, asked.headers)
        except Exception:
            # Whatever kept it from coming (robots.txt, the network, a stop): the page has to do without.
            await route.abort()
            return
        await route.fulfill(status=part.status, headers=_headers(part), body=part.body)

    async def _part(self, method: str, url: str, body: bytes, referrer: str, sent: Mapping[str, str]) -> Response:
        """Something that the page asks for, through the downloader: archived, with robots.txt and delay."""
        if method == "GET" and url in self._parts:
            return self._parts[url]
        self._run.check_stop()
        headers = {
            name: value for name, value in sent.items() if name in ("accept", "content-type", "x-requested-with")
        }
        request = Request(
            url,
            method=method,
            body=body,
            headers={**headers, "Referer": referrer},
            callback=NO_CALLBACK,
            meta={"role": "other", "context": {"referrer": referrer}},
        )
        part = await self._crawler.engine.download_async(request)
        if method == "GET" and part.status == 200:
            self._parts[url] = part
        return part


async def _settle(page: Page) -> None:
    """Wait until the page asks for nothing more; a page that never rests is taken as it is."""
    try:
        await page.wait_for_load_state("networkidle", timeout=SETTLED_MS)
    except PlaywrightError:
        return


def _headers(response: Response) -> dict[str, str]:
    """What the browser needs to know of an answer whose body is decoded already."""
    kept = ("content-type", "access-control-allow-origin")
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if name.decode("latin-1").lower() in kept
    }
