"""Which sites are due: reports of a year appear from January to the end of March (条例 art. 49, 50), late ones until May."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEASON = ((1, 10), (5, 31))
"""Month and day, first and last, in which reports appear."""

# Days until the next visit, in the season and out of it.
AFTER_SUCCESS = (7, 30)
AFTER_FAILURE = (1, 7)
SUCCESS = ("ok", "empty")


def last_visits(db: Path) -> dict[str, tuple[str, str]]:
    """Site id to outcome and end of its last run, from `site_runs`; empty when there is no snapshot yet."""
    if not db.is_file():
        return {}
    query = "SELECT site_id, outcome, max(finished_at) FROM site_runs GROUP BY site_id"
    with closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {site: (outcome, at) for site, outcome, at in connection.execute(query)}


def is_due(site_id: str, visits: Mapping[str, tuple[str, str]], now: datetime) -> bool:
    """A site is due when it was never crawled; a week after a run that was complete, in the season (10 January to
    31 May), else 30 days after; after a run that was not, a day or a week."""
    if site_id not in visits:
        return True
    outcome, finished_at = visits[site_id]
    in_season = SEASON[0] <= (now.month, now.day) <= SEASON[1]
    days = (AFTER_SUCCESS if outcome in SUCCESS else AFTER_FAILURE)[0 if in_season else 1]
    finished = datetime.fromisoformat(finished_at)
    if finished.tzinfo is None:
        finished = finished.replace(tzinfo=UTC)
    return now - finished >= timedelta(days=days)
