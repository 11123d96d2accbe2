"""Downloader middlewares close to the wire: every answer goes into the archive before anyone reads it."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.capture import ROLES, Capture, Role, Site, payload_digest
from archive.errors import ArchiveError
from archive.exchange import Exchange, stored_headers, utc_now
from archive.reader import read_capture
from crawler.runtime import Stopped
from crawler.siterun import SiteRun, site_run
from crawler.wire import Wire

NOBODY = Site(site_id="", region_code="", name="", home_url="")


class ArchiveMiddleware:
    """Innermost: writes every exchange (redirects, errors, robots.txt, retries) and sets `meta["capture"]`.

    Where nothing is recorded, the capture is made all the same, without a position. Answers that come from the
    archive itself, or are no network exchange (a page that a browser rendered), are passed on.
    """

    def __init__(self, crawler: Crawler, run: SiteRun | None) -> None:
        self._site: Site = getattr(crawler.spidercls, "site", NOBODY)
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, site_run(crawler))

    def process_request(self, request: Request) -> None:
        """The last gate: once the crawl is being stopped, nothing goes out any more."""
        if self._run:
            self._run.check_stop()

    def process_response(self, request: Request, response: Response) -> Response:
        if "archived" in request.meta or request.meta.get("playwright") or not request.url.startswith("http"):
            return response
        exchange = exchange_of(request, response, self._site)
        if self._run is None:
            headers = stored_headers(exchange.headers, len(exchange.payload))
            request.meta["capture"] = Capture(
                exchange.url,
                exchange.fetched_at,
                exchange.status,
                headers,
                exchange.payload,
                role=exchange.role,
                context=exchange.context,
                truncated=exchange.truncated,
            )
            return response
        run = self._run
        row = request.meta.get("row")
        digest = payload_digest(exchange.payload)
        memory = run.runtime.memory
        try:
            capture = run.runtime.writer.write(exchange, self._earlier(request, exchange, digest))
        except ArchiveError as error:
            run.runtime.fail(error)
            raise Stopped("the archive cannot be written") from error
        memory.wrote(capture, digest)
        run.note_archived(row, capture)
        request.meta["capture"] = capture
        return response_of(capture) if capture.status == 304 and capture.refers_to else response

    def _earlier(self, request: Request, exchange: Exchange, digest: str) -> Capture | None:
        """The capture that holds this payload already, or that the server was asked to compare with."""
        assert self._run is not None
        asked: Capture | None = request.meta.pop("earlier", None)
        if exchange.status == 304:
            return asked
        if exchange.truncated:
            return None
        return self._run.runtime.memory.same_payload(digest, exchange.payload)

    def process_exception(self, request: Request, exception: Exception) -> None:
        # An IgnoreRequest (robots.txt, a stop) never went out.
        if self._run and not isinstance(exception, IgnoreRequest) and not request.meta.get("playwright"):
            run = self._run
            run.write(lambda: run.frontier.unanswered(run.run.id))


class ReplayMiddleware:
    """Outermost: a request whose answer is archived already gets it from the WARC, without touching the network."""

    def __init__(self, run: SiteRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = site_run(crawler)
        if run is None:
            raise NotConfigured
        return cls(run)

    def process_request(self, request: Request) -> Response | None:
        position = request.meta.get("archived")
        if position is None:
            return None
        try:
            capture = read_capture(self._run.runtime.data.warc, position)
        except ArchiveError as error:
            self._run.runtime.talk(f"{error}; {request.url} is fetched again")
            del request.meta["archived"]
            self._run.frontier.forget_response(request.meta["row"])
            return None
        request.meta["capture"] = capture
        return response_of(capture)


def exchange_of(request: Request, response: Response, site: Site) -> Exchange:
    """What went over the wire, from the handler's notes, or, where another handler worked, from Scrapy's view of it."""
    wire: Wire | None = request.meta.pop("wire", None)
    if wire is None:
        wire = Wire(sent_at=utc_now(), status_line=f"HTTP/1.1 {response.status}")
        wire.headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs]
    context = request.meta.get("context", {})
    if wire.secured and wire.secured.distrust:
        context = {**context, "tls": str(wire.secured)}
    return Exchange(
        method=request.method,
        url=response.url,
        status=response.status,
        headers=tuple(wire.headers),
        payload=response.body,
        fetched_at=wire.sent_at,
        site=site,
        role=role_of(request),
        context=context,
        request_headers=wire.request_headers(),
        request_body=request.body,
        reason=wire.reason,
        http_version=wire.http_version,
        ip=str(response.ip_address or ""),
        truncated="disconnect" if "dataloss" in response.flags else "",
        protocol=" ".join(wire.protocols),
    )


def role_of(request: Request) -> Role:
    """The role that the spider gave; robots.txt has its own."""
    given = request.meta.get("role")
    for role in ROLES:
        if given == role:
            return role
    return "robots" if urlsplit(request.url).path == "/robots.txt" else "other"


def response_of(capture: Capture) -> Response:
    """A capture as the response that the downloader would give: the body still content-encoded. After a 304 that is
    the answer that was kept."""
    status = 200 if capture.status == 304 and capture.refers_to else capture.status
    headers = Headers()
    for name, value in capture.headers:
        if not name.lower().startswith("x-orig-"):
            headers.appendlist(name.encode("latin-1"), value.encode("latin-1"))
    kind = responsetypes.from_args(headers=headers, url=capture.url, body=capture.payload)
    flags = ["dataloss"] if capture.truncated else []
    return kind(url=capture.url, status=status, headers=headers, body=capture.payload, flags=flags)
