"""Connections: every one is opened here, so that no name leads into a private network, and TLS is what is recorded."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    IgnoreRequest,
)
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.web.client import URI
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.bridge import Bridge
from crawler.tls import distrust, permissive_context, standard_context, told
from spiders.addresses import Hosts, is_public

ONE_ADDRESS = 10.0
"""Seconds for one of several addresses of a host to accept a connection; the download's time limits the whole."""

HANDSHAKE = 20.0


class SecureError(DownloadFailedError):
    """No TLS connection, not even a permissive one."""


class PrivateAddress(IgnoreRequest):
    """The host stands in a private network, and the registry does not name it."""


class Connector:
    """Opens the connections of one site's crawl. In the place of Twisted's endpoint factory.

    `hosts`: the site's; None lets every address through (where nothing is recorded). `tell` is given one line for
    each host whose certificate proves nothing: such a host is asked permissively from then on, no other is.
    """

    def __init__(self, hosts: Hosts | None, tell: Callable[[str], None], bind: tuple[str, int] | None = None) -> None:
        self._hosts = hosts
        self._tell = tell
        self._bindAddress = bind  # the name that Scrapy's agent looks for
        self._distrusted: dict[tuple[str, int], str] = {}
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def endpointForURI(self, uri: URI) -> Endpoint:
        return Endpoint(self, uri.host.decode("ascii"), uri.port, uri.scheme == b"https")

    async def open(self, host: str, port: int, secure: bool, factory: Factory) -> Any:
        """The protocol that `factory` builds, connected.

        Raises PrivateAddress, SecureError, OSError, and Scrapy's errors for unknown hosts and refused connections.
        """
        if not secure:
            return (await self._start(await self._reach(host, port, secure), factory)).protocol
        reason = self._distrusted.get((host, port), "")
        if not reason:
            try:
                return (await self._start(await self._reach(host, port, secure), factory, host)).protocol
            except (ssl.SSLError, ConnectionResetError) as error:
                reason = distrust(error)
        try:
            bridge = await self._start(await self._reach(host, port, secure), factory, host, reason)
        except (ssl.SSLError, ConnectionResetError) as error:
            raise SecureError(f"no TLS connection, not even a permissive one ({told(error)})") from error
        if (host, port) not in self._distrusted:
            self._distrusted[host, port] = reason
            self._tell(f"{host}:{port}: {bridge.secured}; read all the same")
        return bridge.protocol

    async def _reach(self, host: str, port: int, secure: bool) -> socket.socket:
        """A TCP connection to the first address of the host that accepts one."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from error
        found = self._public(host, port, secure, found)
        failed: OSError = OSError(f"{host} has no address")
        for family, kind, proto, _, address in found:
            sock = socket.socket(family, kind, proto)
            sock.setblocking(False)
            try:
                if self._bindAddress:
                    sock.bind(self._bindAddress)
                await asyncio.wait_for(loop.sock_connect(sock, address), ONE_ADDRESS if len(found) > 1 else None)
            except OSError as error:  # wait_for's TimeoutError is one
                sock.close()
                failed = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        if isinstance(failed, ConnectionRefusedError):
            raise DownloadConnectionRefusedError(str(failed)) from failed
        raise failed

    def _public(self, host: str, port: int, secure: bool, found: list[Any]) -> list[Any]:
        """The addresses that may be asked. Looked at after the name is resolved: a name can point anywhere."""
        netloc = f"[{host}]" if ":" in host else host
        if self._hosts is None or self._hosts.names(f"{'https' if secure else 'http'}://{netloc}:{port}/"):
            return found
        public = [each for each in found if is_public(str(each[4][0]))]
        if found and not public:
            raise PrivateAddress(f"{host} is {found[0][4][0]}, no public address, and the registry does not name it")
        return public

    async def _start(self, sock: socket.socket, factory: Factory, host: str = "", reason: str = "") -> Bridge:
        """Begin to talk: plainly without a `host`, permissively with a `reason`."""
        try:
            context = self._context(permissive=bool(reason)) if host else None
            _, bridge = await asyncio.get_running_loop().create_connection(
                lambda: Bridge(factory, reason),
                sock=sock,
                ssl=context,
                server_hostname=host.rstrip(".") or None,
                ssl_handshake_timeout=HANDSHAKE if context else None,
            )
        except BaseException:
            sock.close()
            raise
        return bridge

    def _context(self, *, permissive: bool) -> ssl.SSLContext:
        if permissive not in self._contexts:
            self._contexts[permissive] = permissive_context() if permissive else standard_context()
        return self._contexts[permissive]


@implementer(IStreamClientEndpoint)
class Endpoint:
    """One host and port, for Twisted."""

    def __init__(self, connector: Connector, host: str, port: int, secure: bool) -> None:
        self._place = (host, port, secure)
        self._connector = connector

    def connect(self, factory: Factory) -> Deferred[Any]:
        return deferred_from_coro(self._connector.open(*self._place, factory))
