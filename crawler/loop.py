"""Runs coroutines on Twisted's asyncio reactor, any number of times in one process.

`reactor.run()` works only once. Here the reactor is started once and never stopped; its event loop runs whenever
there is something to wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor, is_reactor_installed

T = TypeVar("T")

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result. Name look-ups get their threads; they are gone afterwards."""
    if not is_reactor_installed():
        install_reactor(REACTOR)
    from twisted.internet import reactor as installed

    reactor: Any = installed
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
    asyncio.set_event_loop(loop)
    if not reactor.running:
        reactor.startRunning(installSignalHandlers=False)
    try:
        return loop.run_until_complete(coroutine)
    finally:
        if reactor.threadpool is not None:
            reactor._stopThreadPool()
