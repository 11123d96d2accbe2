"""What a crawl changed: reports that are new, altered or gone, and sites that fare otherwise than last time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["new", "changed", "gone", "back", "site"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference; `str()` is a line for the operator. `report_id` is '' for a change of the whole site."""

    site_id: str
    kind: Kind
    report_id: str
    year: int | None
    unit: str
    url: str
    detail: str

    def __str__(self) -> str:
        if self.kind == "site":
            return f"{self.site_id} {self.unit}: {self.detail}"
        words = {"new": "new report", "changed": "report changed", "gone": "report gone", "back": "report back"}[
            self.kind
        ]
        year = f" for {self.year}" if self.year else ""
        return f"{self.site_id} {words}{year}, {self.unit or 'unit unknown'}: {self.url}{f' ({self.detail})' if self.detail else ''}"

    def row(self) -> dict[str, str | int | None]:
        """The change as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Report:
    site: str
    year: int | None
    unit: str
    url: str
    figures: str
    texts: str
    quality: str
    there: bool


@dataclass(frozen=True, slots=True)
class State:
    """What a snapshot says of some sites: their reports, and how their last run ended."""

    reports: Mapping[str, _Report]
    outcomes: Mapping[str, str]
    names: Mapping[str, str]


class _Digest:
    """An SQL aggregate: one digest of all rows, in whatever order they come."""

    def __init__(self) -> None:
        self._sum = 0

    def step(self, *values: object) -> None:
        self._sum ^= int.from_bytes(hashlib.blake2b(repr(values).encode(), digest_size=16).digest(), "big")

    def finalize(self) -> str:
        return f"{self._sum:032x}"


# An address is gone when its newest answer says so (404, 410); one that is only not linked any more is not.
_REPORTS = """
SELECT r.report_id, r.site_id, r.year, r.unit_name, r.url, coalesce(r.facts_digest, ''),
  (SELECT digest(s.position, s.heading, s.text) FROM sections s WHERE s.report_id = r.report_id), r.quality,
  coalesce((SELECT c.status FROM captures c WHERE c.url = r.url AND c.site_id = r.site_id
            ORDER BY c.fetched_at DESC LIMIT 1), 200) NOT IN (404, 410)
FROM reports r
"""
_OUTCOMES = "SELECT site_id, outcome, max(finished_at) FROM site_runs GROUP BY site_id"


def state(db: Path, sites: Collection[str]) -> State:
    """The present state of these sites; empty when there is no snapshot yet. Raises sqlite3.Error."""
    if not db.is_file():
        return State({}, {}, {})
    with closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reports'").fetchone():
            return State({}, {}, {})
        connection.create_aggregate("digest", 3, _Digest)  # type: ignore[arg-type]
        reports = {
            row[0]: _Report(row[1], row[2], row[3] or "", row[4], row[5], row[6], row[7], bool(row[8]))
            for row in connection.execute(_REPORTS)
            if row[1] in sites
        }
        outcomes = {row[0]: row[1] for row in connection.execute(_OUTCOMES) if row[0] in sites}
        names = {row[0]: row[1] for row in connection.execute("SELECT site_id, name FROM sites") if row[0] in sites}
    return State(reports, outcomes, names)


def between(old: State, new: State) -> list[Change]:
    """What differs, by site and report. A site's first run is no change of how it fares."""
    found = []
    for identity in old.reports.keys() | new.reports.keys():
        before, after = old.reports.get(identity), new.reports.get(identity)
        told = _kind(before, after)
        one = after or before
        if told and one:
            found.append(Change(one.site, told[0], identity, one.year, one.unit, one.url, told[1]))
    for site, outcome in new.outcomes.items():
        last = old.outcomes.get(site)
        if last is not None and last != outcome:
            found.append(Change(site, "site", "", None, new.names.get(site, ""), "", f"was {last}, is now {outcome}"))
    return sorted(found, key=lambda one: (one.site_id, one.kind, one.year or 0, one.url, one.report_id))


def _kind(before: _Report | None, after: _Report | None) -> tuple[Kind, str] | None:
    if before is None:
        return ("new", "" if after and after.quality != "unparsed" else "could not be read") if after else None
    if after is None:
        return "gone", "no longer in the snapshot"
    if before.there and not after.there:
        return "gone", "the address answers that it is not there"
    if after.there and not before.there:
        return "back", ""
    if before.figures != after.figures:
        return "changed", "its figures"
    if before.texts != after.texts:
        return "changed", "its text"
    return None
