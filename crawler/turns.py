"""One request at a time for each host, over all sites of a crawl, with a pause that is never shorter than asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Pause = Callable[[float], Awaitable[None]]


class Turns:
    """Sites of the registry may share a host, and a portal's crawl may visit hosts that are others' home.

    Scrapy's slots know only the requests of one crawler.
    """

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._last: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float, jitter: float, pause: Pause) -> AsyncIterator[None]:
        """Wait for the host to be free and at rest: `delay` seconds since the last request began, and up to `jitter`
        (a share of it) longer. `pause` waits, and may raise."""
        clock = asyncio.get_running_loop().time
        async with self._locks.setdefault(host, asyncio.Lock()):
            if host in self._last:
                rest = self._last[host] + delay * (1 + jitter * random.random()) - clock()
                if rest > 0:
                    await pause(rest)
            self._last[host] = clock()
            yield
