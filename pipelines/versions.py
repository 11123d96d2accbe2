"""Which captures make up which version of a report page. Pure: the order in which captures came in does not matter.

A version is the page with the attachments fetched after it and before the page's next fetch. Equal versions that follow
each other are one, read from its first capture.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.capture import WarcPosition


@dataclass(frozen=True, slots=True)
class Fetched:
    """What planning needs to know of a successful capture; `parent` is the page's address for an attachment, else ''."""

    capture_id: str
    url: str
    fetched_at: str
    digest: str
    parent: str
    truncated: bool
    position: WarcPosition


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """The captures to read together, and the times of the first and the last fetch that brought them."""

    page: Fetched
    attachments: tuple[Fetched, ...]
    last_seen: str

    @property
    def content(self) -> tuple[str, ...]:
        return (self.page.digest, *(part for one in self.attachments for part in (one.url, one.digest)))


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One address and its versions, oldest first; none when only cut-off captures of it exist."""

    url: str
    versions: tuple[PlannedVersion, ...]

    @property
    def content(self) -> str:
        """Equal for equal captures to read."""
        return _digest([(v.page.capture_id, *(one.capture_id for one in v.attachments)) for v in self.versions])

    @property
    def basis(self) -> str:
        """Equal for equal plans: `content`, a dash, and a digest of when each version was seen last."""
        return f"{self.content}-{_digest([v.last_seen for v in self.versions])}"


def same_content(basis: str, page: PagePlan) -> bool:
    """Whether a page of that basis was read from the same captures, whenever they were seen last."""
    return basis.partition("-")[0] == page.content


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def plan(captures: Iterable[Fetched]) -> Iterator[PagePlan]:
    """The report pages of one site, in order of their addresses, from its report and attachment captures."""
    pages: defaultdict[str, list[Fetched]] = defaultdict(list)
    attachments: defaultdict[str, list[Fetched]] = defaultdict(list)
    for capture in captures:
        if capture.parent:
            attachments[capture.parent].append(capture)
        else:
            pages[capture.url].append(capture)
    for url in sorted(pages):
        whole = sorted(
            (page for page in pages[url] if not page.truncated), key=lambda page: (page.fetched_at, page.capture_id)
        )
        yield PagePlan(url, tuple(_versions(whole, [one for one in attachments[url] if not one.truncated])))


def _versions(pages: Sequence[Fetched], attachments: Sequence[Fetched]) -> Iterator[PlannedVersion]:
    current: PlannedVersion | None = None
    for number, page in enumerate(pages):
        until = pages[number + 1].fetched_at if number + 1 < len(pages) else "9"
        found = {
            one.url: one
            for one in sorted(attachments, key=lambda one: (one.fetched_at, one.capture_id))
            if page.fetched_at <= one.fetched_at < until
        }
        version = PlannedVersion(
            page, tuple(sorted(found.values(), key=lambda one: (one.fetched_at, one.url))), page.fetched_at
        )
        if current and current.content == version.content:
            current = replace(current, last_seen=version.last_seen)
            continue
        if current:
            yield current
        current = version
    if current:
        yield current
