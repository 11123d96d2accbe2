"""The page of one region: its reports year by year with the figures people compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from browse.places import PLACE
from browse.snapshot import Row, Snapshot
from browse.words import number

# Title and the columns of `report_wide` that carry the same notion on each form; the first that has a value is shown.
SERIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("新收申请", "new requests", ("requests_new_total", "stat_requests_received", "prose_requests_received")),
    ("办理总计", "handled", ("requests_handled_total", "stat_requests_closed", "prose_requests_closed")),
    ("予以公开", "granted", ("requests_granted_total", "stat_replies_granted")),
    ("结转下年", "carried over", ("requests_carried_out_total", "prose_requests_carried_out")),
    ("行政复议", "reviews", ("review_total", "stat_review_total", "prose_reviews")),
    ("复议纠正", "reviews lost", ("review_corrected", "stat_review_corrected")),
    ("直接起诉", "direct litigation", ("litigation_direct_total",)),
    ("复议后起诉", "litigation after review", ("litigation_after_review_total",)),
)


async def page(snapshot: Snapshot, code: str) -> dict[str, Any] | None:
    """What the region template shows, or None when no region has this code."""
    key = {"code": code}
    region = await snapshot.row("select * from regions where code = :code", key)
    if region is None:
        return None
    columns = ", ".join(f"w.{name}" for _, _, names in SERIES for name in names)
    reports = await snapshot.rows(
        f"select r.report_id, r.year, r.title, r.unit_name, r.unit_kind, r.scope, r.form, r.quality, r.published_on, "
        f"{columns} from reports r left join sites p on p.site_id = r.site_id "
        "left join report_wide w on w.report_id = r.report_id "
        f"where {PLACE} = :code and (r.region_code = :code or r.region_code is null and r.site_id in "
        "(select site_id from sites where site_id = :code or region_code = :code)) and r.superseded_by is null "
        "order by r.year desc, r.unit_kind, r.unit_name, r.scope",
        key,
    )
    rank = {kind: place for place, kind in enumerate(("government", "office", "zone", "department", "township"))}
    return {
        "region": region,
        "series": [(zh, en) for zh, en, _ in SERIES],
        "units": [
            {"name": name, "kind": kind, "scope": scope, "reports": found, "chart": chart(found)}
            for (kind, name, scope), found in sorted(
                units(reports).items(), key=lambda item: (rank.get(item[0][0], 9), *item[0][1:])
            )
        ],
        "coverage": await snapshot.rows(
            "select year, state, report_id, reason from coverage where region_code = :code order by year desc", key
        ),
        "sites": await snapshot.rows(
            "select * from sites where region_code = :code or site_id = :code order by site_id", key
        ),
        "parts": await snapshot.rows(
            # A province's and a prefecture's codes end in zeros; what is below them has the same beginning.
            "select code, name, (select count(*) from reports r where r.region_code between g.code and "
            "case when g.code like '%0000' then substr(g.code, 1, 2) || '9999' when g.code like '%00' "
            "then substr(g.code, 1, 4) || '99' else g.code end and r.superseded_by is null) + "
            "(select count(*) from reports r where g.level = 'other' and r.region_code is null and r.superseded_by is null "
            "and r.site_id in (select site_id from sites where site_id = g.code or region_code = g.code))"
            " as reports from regions g where parent_code = :code and (valid_to is null or valid_to = '') order by code",
            key,
        ),
        "parent": await snapshot.row(
            "select code, name from regions where code = :code", {"code": region["parent_code"]}
        ),
    }


def units(reports: Sequence[Row]) -> dict[tuple[str, str, str], list[Row]]:
    """Reports by kind, name and scope of the unit, with their figures.

    Scope is '' unless the unit reports both for its own office and for its whole jurisdiction: such series are two, and
    a report that does not say its scope is in neither of them.
    """
    by_unit: dict[tuple[str, str], list[Row]] = {}
    for report in reports:
        shown = {**report, "figures": [figure(report, names) for _, _, names in SERIES]}
        by_unit.setdefault((report["unit_kind"] or "other", report["unit_name"] or ""), []).append(shown)
    found: dict[tuple[str, str, str], list[Row]] = {}
    for unit, of_unit in by_unit.items():
        apart = {"office", "jurisdiction"} <= {report["scope"] for report in of_unit}
        for report in of_unit:
            found.setdefault((*unit, report["scope"] or "unknown" if apart else ""), []).append(report)
    return found


def figure(report: Row, names: Sequence[str]) -> str:
    """The first of these columns that has a value, for display; '' when none has."""
    return next((number(report[name]) for name in names if report[name] is not None), "")


def chart(reports: Sequence[Row]) -> list[dict[str, Any]]:
    """Bars of new requests by year, oldest first: year, value, height in per cent. Empty below two known years."""
    names = SERIES[0][2]
    points = {
        report["year"]: next((report[n] for n in names if report[n] is not None), None)
        for report in reports
        if report["year"]
    }
    known = [value for value in points.values() if value is not None]
    if len(known) < 2:
        return []
    top = max([*known, 1])
    years = range(min(points), max(points) + 1)
    return [
        {
            "year": year,
            "value": number(points.get(year)),
            "height": None if points.get(year) is None else round(100 * (points[year] or 0) / top, 1),
        }
        for year in years
    ]
