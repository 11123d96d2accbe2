"""Requests as text for the frontier, and back. Only what a request needs to be asked again is kept."""

from __future__ import annotations

import base64
import functools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.request import fingerprint

# Meta keys that belong to one attempt or one process, never to the queue.
PASSING = frozenset(
    {
        "capture",
        "wire",
        "row",
        "archived",
        "earlier",
        "sent_at",
        "download_slot",
        "download_latency",
        "download_timeout",
        "is_start_request",
    }
)

# Headers that are added when a request goes out: the cookie jar's, and what an earlier answer allows to ask.
ADDED = (b"Cookie", b"If-None-Match", b"If-Modified-Since")


@dataclass(frozen=True, slots=True)
class Packed:
    """A request at rest: `fingerprint` (20 bytes) tells equal requests, `body` is JSON."""

    fingerprint: bytes
    priority: int
    role: str
    url: str
    body: str


def pack(request: Request, spider: Spider) -> Packed:
    """The request as the frontier keeps it.

    Callback and errback must be methods of the spider, meta and cb_kwargs JSON values; else ValueError, because such
    a request could not be asked again after a restart.
    """
    try:
        body = json.dumps(
            {
                "url": request.url,
                "method": request.method,
                "headers": [
                    [name.decode("latin-1"), value.decode("latin-1")]
                    for name, values in request.headers.items()
                    if name not in ADDED
                    for value in values
                ],
                "body": base64.b64encode(request.body).decode("ascii"),
                "cookies": request.cookies,
                "meta": {key: value for key, value in request.meta.items() if key not in PASSING},
                "cb_kwargs": request.cb_kwargs,
                "flags": request.flags,
                "priority": request.priority,
                "dont_filter": request.dont_filter,
                "callback": method_name(request.callback, spider),
                "errback": method_name(request.errback, spider),
            },
            ensure_ascii=False,
        )
    except TypeError as error:
        raise ValueError(
            f"{request}: meta and cb_kwargs must be JSON values, so that a crawl can be resumed: {error}"
        ) from None
    mark = os.urandom(20) if request.dont_filter else fingerprint(request)
    return Packed(mark, request.priority, str(request.meta.get("role", "other")), request.url, body)


def unpack(body: str, spider: Spider) -> Request:
    """The request that `pack` packed, with methods of this spider."""
    data = json.loads(body)
    for key in ("callback", "errback"):
        data[key] = NO_CALLBACK if data[key] == "-" else getattr(spider, data[key]) if data[key] else None
    data["body"] = base64.b64decode(data["body"])
    headers: dict[str, list[bytes]] = {}
    for name, value in data["headers"]:
        headers.setdefault(name, []).append(value.encode("latin-1"))
    data["headers"] = headers
    return Request(**data)


def method_name(function: Callable[..., Any] | None, spider: Spider) -> str:
    """Name of a spider's method, '' for none, '-' for Scrapy's NO_CALLBACK."""
    while isinstance(function, functools.partial):
        # The scheduler wraps errbacks: the spider's own stands last, or is None.
        function = function.args[-1]
    if function is None:
        return ""
    if function is NO_CALLBACK:
        return "-"
    name = getattr(function, "__name__", "")
    if getattr(function, "__self__", None) is not spider or not name:
        raise ValueError(f"callback {function!r} is no method of {spider.name}, so a crawl could not be resumed")
    return name
