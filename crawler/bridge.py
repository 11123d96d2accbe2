"""A connection that asyncio opened, as Twisted's HTTP client wants it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IPushProducer, ITransport
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.tls import Secured


@implementer(ITransport, IPushProducer)
class Bridge(asyncio.Protocol):
    """Passes everything on, both ways. `protocol` is what `factory` builds, `secured` the connection's TLS, if any."""

    protocol: Any
    secured: Secured | None = None

    def __init__(self, factory: Factory, distrust: str) -> None:
        self._factory = factory
        self._distrust = distrust

    # -- what asyncio calls ----------------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        inner = transport.get_extra_info("ssl_object")
        if isinstance(inner, ssl.SSLObject):
            self.secured = Secured(inner.version() or "TLS", self._distrust)
        self.protocol = self._factory.buildProtocol(self.getPeer())  # type: ignore[arg-type]
        self.protocol.makeConnection(self)

    def data_received(self, data: bytes) -> None:
        self.protocol.dataReceived(data)

    def connection_lost(self, error: Exception | None) -> None:
        reason: Any = ConnectionLost(str(error)) if error else ConnectionDone()
        self.protocol.connectionLost(Failure(reason))  # type: ignore[no-untyped-call]

    # -- what Twisted calls ----------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:
        self._transport.write(b"".join(data))

    def loseConnection(self) -> None:
        self._transport.close()

    def abortConnection(self) -> None:
        self._transport.abort()

    def getPeer(self) -> IPv4Address | IPv6Address:
        return _address(self._transport.get_extra_info("peername"))

    def getHost(self) -> IPv4Address | IPv6Address:
        return _address(self._transport.get_extra_info("sockname"))

    def pauseProducing(self) -> None:
        self._transport.pause_reading()

    def resumeProducing(self) -> None:
        self._transport.resume_reading()

    def stopProducing(self) -> None:
        self._transport.close()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Bodies of requests are written at once; there is nothing to slow down."""

    def unregisterProducer(self) -> None:
        """See `registerProducer`."""


def _address(name: tuple[Any, ...]) -> IPv4Address | IPv6Address:
    kind = IPv6Address if ":" in str(name[0]) else IPv4Address
    return kind("TCP", str(name[0]), int(name[1]))
