"""What a platform is: a class that recognises its pages and reads their lists, and the values it speaks in."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from spiders.page import Link, Page

# A list of more pages than this is a trap or no report column.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """A further list request. `state` is what its answer needs to be read (JSON values); it names the page asked for.

    `otherwise` is asked when this one brings a refusal, nothing, or nothing new: file names of page 2 differ between
    portals of the same make.
    """

    url: str
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Ask | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON values, so that it can wait in a queue on disk."""
        return {
            "url": self.url,
            "method": self.method,
            "body": self.body,
            "headers": [list(pair) for pair in self.headers],
            "state": dict(self.state),
            "otherwise": self.otherwise.to_json() if self.otherwise else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Ask:
        """The inverse of `to_json`."""
        return cls(
            value["url"],
            value["method"],
            value["body"],
            tuple((name, text) for name, text in value["headers"]),
            value["state"],
            cls.from_json(value["otherwise"]) if value["otherwise"] else None,
        )


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says: its links in order, and the requests that bring the rest of the list."""

    links: tuple[Link, ...] = ()
    more: tuple[Ask, ...] = ()


class Platform(ABC):
    """A kind of portal. Stateless; both methods are pure."""

    name: ClassVar[str]

    @abstractmethod
    def detect(self, page: Page) -> str | None:
        """What in the page proves this platform (marks in the bytes first, addresses only as support), else None."""

    @abstractmethod
    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        """Links and further requests of a list page; `state` is empty for a column's own page, else the Ask's."""

    def directory(self, page: Page) -> tuple[Ask, ...]:
        """Report lists that a page announces which is no report column itself (a tree of columns in a script)."""
        return ()


def found(page: Page, *patterns: str) -> str | None:
    """The first match of the patterns in the page's source, cut to 80 characters, as evidence."""
    for pattern in patterns:
        if match := re.search(pattern, page.html):
            return " ".join(match[0].split())[:80]
    return None


def like(page: Page, pattern: str) -> str | None:
    """Evidence by addresses: how many links of a page have a path of this shape, if two do."""
    count = len({link.url for link in page.links if re.search(pattern, urlsplit(link.url).path)})
    return f"{count} links like {pattern}" if count >= 2 else None


def numbers_from(first: int, last: int) -> range:
    """Page numbers `first` to `last`, cut at `MOST_PAGES`."""
    return range(first, min(last, MOST_PAGES) + 1)
