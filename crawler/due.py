"""When a site is due: by the law, by what it did in earlier years, and by how the last visits went.

Departments report by 31 January and governments by 31 March (政府信息公开条例 2019, art. 49 and 50); late reports come
until the summer.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median_low

DENSE = ((1, 5), (4, 30))
"""Month and day, first and last, in which most reports appear."""
DEADLINES = ((1, 31), (3, 31))
SUCCESS = ("ok", "empty")
NEVER = "never crawled"

_CLOSE = timedelta(days=7)  # this near to a deadline, or to the site's usual day, a report may appear any day
_DAILY, _WEEKLY, _MONTHLY, _QUARTERLY = timedelta(days=2), timedelta(days=7), timedelta(days=30), timedelta(days=90)
_RETRY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one site.

    `finished_at` and `outcome` are those of its last run, `failures` counts the runs in a row that did not succeed.
    `published` are the days on which its own government's reports appeared, by the reports; `years` those reported on.
    """

    finished_at: datetime
    outcome: str
    failures: int = 0
    published: tuple[date, ...] = ()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Visit:
    """When a site is due and why."""

    at: datetime
    reason: str


def next_visit(history: History | None, now: datetime) -> Visit:
    """The next visit of a site; in the past when it is overdue.

    A site that was never crawled is due at once. After a failure it is tried again a day later, then after 2, 4, 8 …
    days, never later than it would be due anyway. Until last year's report is there: every 2 days within a week of a
    deadline or of the day on which the site's reports usually appear, weekly from January to April, monthly later on.
    Once it is there: monthly from January to April, for corrections and the departments' reports, else every 90 days.
    """
    if history is None:
        return Visit(now, NEVER)
    wait, reason = _regular(history, now)
    if history.failures:
        retry = _RETRY * 2 ** min(history.failures - 1, 10)
        if retry < wait:
            times = "once" if history.failures == 1 else f"{history.failures} times in a row"
            return Visit(history.finished_at + retry, f"the last run ended {history.outcome}, {times}")
    return Visit(history.finished_at + wait, reason)


def _regular(history: History, now: datetime) -> tuple[timedelta, str]:
    year = now.year - 1
    dense = DENSE[0] <= (now.month, now.day) <= DENSE[1]
    if year in history.years:
        told = f"the report for {year} is there"
        return (_MONTHLY if dense else _QUARTERLY), told
    usual = usual_day(history.published, now.year)
    if usual and abs(now.date() - usual) <= _CLOSE:
        return _DAILY, f"its reports usually appear about {usual:%d %B}"
    for month, day in DEADLINES:
        if abs(now.date() - date(now.year, month, day)) <= _CLOSE:
            return _DAILY, f"the deadline of {date(now.year, month, day):%d %B}"
    if dense:
        return _WEEKLY, f"the report for {year} is expected"
    return _MONTHLY, f"the report for {year} is overdue"


def usual_day(published: tuple[date, ...], year: int) -> date | None:
    """The middle one of the days of the year on which reports appeared, in `year`; None for fewer than two."""
    if len(published) < 2:
        return None
    return date(year, 1, 1) + timedelta(days=median_low(day.timetuple().tm_yday for day in published) - 1)


def histories(db: Path) -> dict[str, History]:
    """Site id to what the snapshot knows of it; empty when there is no snapshot yet. Raises sqlite3.Error."""
    if not db.is_file():
        return {}
    with closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as connection:
        runs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for site, outcome, at in connection.execute("SELECT site_id, outcome, finished_at FROM site_runs ORDER BY 3"):
            runs[site].append((outcome, at))
        reports: dict[str, dict[int, str]] = defaultdict(dict)
        query = (
            "SELECT site_id, year, published_on FROM reports WHERE unit_kind = 'government' AND year IS NOT NULL"
            " AND region_code = (SELECT region_code FROM sites s WHERE s.site_id = reports.site_id)"
        )
        for site, year, published in connection.execute(query):
            reports[site][year] = published or ""
    return {site: _history(found, reports.get(site, {})) for site, found in runs.items()}


def _history(runs: list[tuple[str, str]], reports: Mapping[int, str]) -> History:
    outcome, at = runs[-1]
    failures = 0
    for one, _ in reversed(runs):
        if one in SUCCESS:
            break
        failures += 1
    finished = datetime.fromisoformat(at)
    days = (date.fromisoformat(day) for day in reports.values() if day)
    return History(
        finished if finished.tzinfo else finished.replace(tzinfo=UTC),
        outcome,
        failures,
        tuple(sorted(days)),
        frozenset(reports),
    )


def is_due(history: History | None, now: datetime) -> bool:
    """Whether a site is due now."""
    return next_visit(history, now).at <= now
