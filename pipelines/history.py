"""Checks on the history of a page: DATE_VS_SEEN (was it there when it says) and REVISION (were its figures changed)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pipelines.checks.subject import finding
from pipelines.model import Check

GRACE = 30
"""Days between the date on a page and the crawl that should have found it: lists are filled late."""

# Beijing time: a page published on the 1st may be fetched at 17:00 UTC of the day before.
_DATED = """
SELECT report_id, published_on, date(first_seen, '+8 hours'), coalesce(superseded_by, report_id), site_id, first_seen
FROM reports WHERE published_on IS NOT NULL ORDER BY report_id
"""
_EARLIEST = """
SELECT coalesce(superseded_by, report_id), min(first_seen) FROM reports GROUP BY 1
"""
_MISSED_BY = """
SELECT max(date(finished_at, '+8 hours')) FROM site_runs
WHERE site_id = ? AND outcome = 'ok' AND finished_at < ? AND date(started_at, '+8 hours') > date(?, ?)
"""
_FETCHED_AGAIN = """
SELECT r.report_id, (SELECT count(*) FROM revisions v WHERE v.report_id = r.report_id)
FROM reports r JOIN readings g ON g.site_id = r.site_id AND g.url = r.url
WHERE r.last_seen > r.first_seen OR g.versions > 1 ORDER BY r.report_id
"""


def check_pages(db: sqlite3.Connection) -> Iterator[tuple[str, Check]]:
    """Both checks for every report that has a date, or whose page was fetched more than once; as (report_id, check)."""
    earliest = dict(db.execute(_EARLIEST))
    for report, published, seen, group, site, first_seen in db.execute(_DATED).fetchall():
        missed = None
        # A copy that came to another address is no new report.
        if published <= seen and earliest[group] == first_seen:
            (missed,) = db.execute(_MISSED_BY, (site, first_seen, published, f"+{GRACE} days")).fetchone()
        yield report, _dated(published, seen, missed)
    for report, changed in db.execute(_FETCHED_AGAIN).fetchall():
        if changed:
            message = f"{changed} figure{'s' * (changed > 1)} changed after publication."
            yield report, finding("REVISION", "fail", message, expected="0", actual=str(changed))
        else:
            message = "Fetched again, with the same figures."
            yield report, finding("REVISION", "pass", message, expected="0", actual="0")


def _dated(published: str, seen: str, missed: str | None) -> Check:
    if published > seen:
        message = f"Dated {published}, yet it was there on {seen}."
        return finding("DATE_VS_SEEN", "fail", message, expected=seen, actual=published)
    if missed:
        message = f"Dated {published}, yet the crawl of its site that ended on {missed} did not find it: put up later, or overlooked."
        return finding("DATE_VS_SEEN", "undecided", message, expected=seen, actual=published, severity="warning")
    return finding("DATE_VS_SEEN", "pass", f"Dated {published}, first seen on {seen}.", expected=seen, actual=published)
