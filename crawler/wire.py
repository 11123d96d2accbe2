"""Download handler that also keeps what went over the wire: status line, header names, case and order, both ways.

Scrapy folds headers into a dictionary and drops those of the connection; an archive must not. The handler rides on
Scrapy's HTTP/1.1 handler and on Twisted's parser at the points where the lines pass by. They are not public, which
is why Scrapy's minor version is pinned and `tests/crawler/test_wire.py` compares with the bytes a server saw.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web.client import Agent
from twisted.web.client import Response as TxResponse
from twisted.web.iweb import IResponse

from archive.capture import Site
from archive.exchange import utc_now
from crawler.connecting import Connector
from crawler.politeness import current_delay
from crawler.runtime import Stopped
from crawler.siterun import SiteRun, site_run
from crawler.tls import Secured
from spiders.addresses import Hosts, host_of

LOOK = 0.5
"""Seconds between looks at whether the crawl is being stopped, while an answer is on its way."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Wire:
    """One exchange as it passed by. Text is Latin-1, a character a byte."""

    sent_at: str = ""
    request_head: bytearray = field(default_factory=bytearray)
    status_line: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    secured: Secured | None = None

    @property
    def protocols(self) -> tuple[str, ...]:
        """Those of the connection, as WARC-Protocol names them, the innermost first."""
        plain = self.http_version.lower() if self.http_version in ("HTTP/1.0", "HTTP/1.1") else ""
        return tuple(each for each in (plain, self.secured.protocol if self.secured else "") if each)

    @property
    def reason(self) -> str:
        return [*self.status_line.split(" ", 2), "", ""][2]

    @property
    def http_version(self) -> str:
        return self.status_line.partition(" ")[0]

    def request_headers(self) -> Pairs:
        """The headers as sent, in order."""
        lines = bytes(self.request_head).partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return tuple((name, value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon)


class _Transport:
    """Passes everything to the connection and keeps a copy of what is written."""

    def __init__(self, transport: Any, wire: Wire) -> None:
        self._transport = transport
        self._wire = wire

    def write(self, data: bytes) -> None:
        self._wire.request_head += data
        self._transport.write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:
        self.write(b"".join(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Parser(_LenientHTTPClientParser):
    wire: Wire

    def statusReceived(self, status: bytes) -> None:
        # Also after an interim response (100 Continue): the final one counts.
        self.wire.status_line = status.decode("latin-1")
        self.wire.headers.clear()
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:
        self.wire.headers.append((name.decode("latin-1"), value.decode("latin-1")))
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[IResponse]:
        wire = Wire(sent_at=utc_now(), secured=getattr(self.transport, "secured", None))
        write_to = request.writeTo
        request.writeTo = lambda transport: write_to(_Transport(transport, wire))
        answer = super().request(request)
        parser: Any = self._parser
        if parser is not None:
            parser.__class__ = _Parser
            parser.wire = wire

        def attach(response: Any) -> Any:
            response.nianbao_wire = wire
            return response

        return answer.addCallback(attach)


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Agent(_ScrapyAgent):
    connector: Connector

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, timeout)
        if not request.meta.get("proxy"):
            agent._endpointFactory = self.connector
        return agent

    def _cb_bodyready(self, txresponse: TxResponse, request: Request) -> Any:
        request.meta["wire"] = getattr(txresponse, "nianbao_wire", None)
        return super()._cb_bodyready(txresponse, request)


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler; the request's meta gains `wire`, a `Wire`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        site = getattr(crawler.spidercls, "site", None)
        hosts = Hosts(site) if isinstance(site, Site) else None
        self._connector = Connector(hosts, self._tell, normalize_bind_address(self._bind_address))

    def _tell(self, finding: str) -> None:
        if run := site_run(self._crawler):
            run.find(finding)

    async def download_request(self, request: Request) -> Response:
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        agent.connector = self._connector
        run = site_run(self._crawler)
        if run is None:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        host = host_of(request.url).removeprefix("www.")
        delay, jitter = current_delay(self._crawler), self._crawler.settings.getfloat("NIANBAO_JITTER")
        async with run.runtime.turns.turn(host, delay, jitter, run.runtime.pause):
            run.check_stop()
            return await self._answer(agent, request, run)

    @staticmethod
    async def _answer(agent: _Agent, request: Request, run: SiteRun) -> Response:
        with wrap_twisted_exceptions():
            answer = asyncio.ensure_future(maybe_deferred_to_future(agent.download_request(request)))
            while not (await asyncio.wait([answer], timeout=LOOK))[0]:
                if run.out_of_patience:
                    answer.cancel()
                    raise Stopped("the crawl is being stopped")
            return answer.result()
