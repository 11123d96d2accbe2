"""What a site's crawl may cost at most, and how a branch without end is told from one that goes on."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request
from scrapy.settings import BaseSettings

from archive.capture import Capture

MOST_SAME = 3
"""Addresses of one column that may give the very same page; from the next on, what it links to is not followed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Of one site and run: `requests`; `size` in bytes as received, given-up bodies too; `seconds` of crawling."""

    requests: int
    size: int
    seconds: float

    @classmethod
    def of(cls, settings: BaseSettings, spider: object) -> Budget:
        """By the settings NIANBAO_BUDGET (0: what the spider says), NIANBAO_BYTES and NIANBAO_SECONDS."""
        requests = settings.getint("NIANBAO_BUDGET") or int(getattr(spider, "budget", 0) or 2**31)
        return cls(requests, settings.getint("NIANBAO_BYTES"), settings.getfloat("NIANBAO_SECONDS"))

    def spent(self, requests: int, size: int, seconds: float) -> str:
        """Which of them is spent, in words for the ledger; '' while none is."""
        if requests >= self.requests:
            return f"stopped at the site's budget of {self.requests} requests"
        if size >= self.size:
            return f"stopped at the site's budget of {self.size / 1e6:g} MB"
        if seconds >= self.seconds:
            return f"stopped at the site's budget of {self.seconds / 3600:.3g} hours"
        return ""


class Sameness:
    """Counts the addresses of a column under which the same bytes came: calendars and pagers without end, sites that
    answer every address with one page."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], set[str]] = {}

    def again(self, request: Request, capture: Capture) -> bool:
        """Whether this list page came too often already. Reports, files and what is no page of its own do not count."""
        role = request.meta.get("role", "other")
        if role in ("report", "attachment") or request.method != "GET" or capture.mime not in ("", "text/html"):
            return False
        column = tuple(map(str, (request.meta.get("context") or {}).get("column", ())))
        addresses = self._seen.setdefault((capture.payload_digest, *column), set())
        addresses.add(request.url)
        return len(addresses) > MOST_SAME
