"""What a site's crawl may cost at most, and how a branch without end is told from one that goes on."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request
from scrapy.settings import BaseSettings

from archive.capture import Capture

MOST_SAME = 3
"""Addresses of one column that may give the very same page; from the next on, nothing that follows from it is asked."""

MOST_ALIKE = 8
"""Addresses of a site that may give the very same page, in whatever columns: portals that scripts fill have one page for
all. From the next on only its plain links are left alone."""


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

    def half(self, requests: int, size: int, seconds: float) -> bool:
        """Whether half of it is gone, so that reports come before further lists."""
        return 2 * requests > self.requests or 2 * size > self.size or 2 * seconds > self.seconds

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
    """Counts the addresses under which the same bytes came: pagers without end, sites that answer every address with
    one page."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], set[str]] = {}

    def worth(self, request: Request, capture: Capture, found: list[Request]) -> list[Request]:
        """What of the requests that follow from a page is to be asked, by how often the page came already.

        Reports, files and what is no page of its own do not count.
        """
        role = request.meta.get("role", "other")
        if role in ("report", "attachment") or request.method != "GET" or capture.mime not in ("", "text/html"):
            return found
        column = tuple(map(str, (request.meta.get("context") or {}).get("column", ())))
        if self._count(request.url, capture.payload_digest, *column) > MOST_SAME:
            return []
        if self._count(request.url, capture.payload_digest, "*") > MOST_ALIKE:
            return [each for each in found if each.meta.get("role") != "list" or each.meta.get("list")]
        return found

    def _count(self, url: str, *key: str) -> int:
        addresses = self._seen.setdefault(key, set())
        addresses.add(url)
        return len(addresses)
