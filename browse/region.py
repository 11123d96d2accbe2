"""The page of one region: its reports year by year with the figures people compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
        f"{columns} from reports r left join report_wide w on w.report_id = r.report_id "
        "where r.region_code = :code and r.superseded_by is null order by r.year desc, r.unit_kind, r.unit_name",
        key,
    )
    units: dict[tuple[str, str], list[Row]] = {}
    for report in reports:
        shown = {**report, "figures": [figure(report, names) for _, _, names in SERIES]}
        units.setdefault((report["unit_kind"] or "other", report["unit_name"] or ""), []).append(shown)
    rank = {kind: place for place, kind in enumerate(("government", "office", "zone", "department", "township"))}
    return {
        "region": region,
        "series": [(zh, en) for zh, en, _ in SERIES],
        "units": [
            {"name": name, "kind": kind, "reports": found, "chart": chart(found)}
            for (kind, name), found in sorted(units.items(), key=lambda item: (rank.get(item[0][0], 9), item[0][1]))
        ],
        "coverage": await snapshot.rows(
            "select year, state, report_id, reason from coverage where region_code = :code order by year desc", key
        ),
        "sites": await snapshot.rows("select * from sites where region_code = :code order by site_id", key),
        "parts": await snapshot.rows(
            "select code, name, (select count(*) from reports r where r.region_code = g.code and r.superseded_by is null)"
            " as reports from regions g where parent_code = :code and (valid_to is null or valid_to = '') order by code",
            key,
        ),
        "parent": await snapshot.row(
            "select code, name from regions where code = :code", {"code": region["parent_code"]}
        ),
    }


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
