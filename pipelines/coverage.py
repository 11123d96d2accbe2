"""The ledger of what exists, what is missing, and why: one row a region and year. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.regions import all_regions

CoverageState = Literal["read", "unread", "missing", "unreachable", "not_due", "unknown"]

FIRST_YEAR = 2019
DUE = "03-31"
"""A government publishes its report by 31 March of the following year (Regulations of 2019, article 50)."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site and its latest run.

    `place` is its region, or for a zone without a division code its own id; `outcome` is '' when no run is known.
    `listed` is the address of the list page (or else the home page) that the run archived, `listed_at` when. `unread`
    names a report page that could not be read, or is ''.
    """

    site_id: str
    place: str
    outcome: str
    message: str
    listed: str
    listed_at: str
    unread: str


@dataclass(frozen=True, slots=True)
class Known:
    """A canonical report. `reason` says why it is unparsed, '' when it was read."""

    report_id: str
    region_code: str
    unit_kind: str
    scope: str
    year: int
    quality: str
    reason: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    region_code: str
    year: int
    state: CoverageState
    report_id: str | None
    reason: str


def coverage(sites: Iterable[SiteState], reports: Iterable[Known], newest: str) -> Iterator[CoverageRow]:
    """Rows in order of region and year, as of `newest`, the time of the newest capture ('' when there is none: no rows).

    Regions with a site: from 2019, or their first report, to the year before `newest`. Counties without a site: that
    last year alone. A division has no row for a year at whose end it was none, unless a report of it is there.
    """
    if not newest:
        return
    last_full = int(newest[:4]) - 1
    by_region: defaultdict[str, list[SiteState]] = defaultdict(list)
    for site in sites:
        by_region[site.place].append(site)
    best: dict[tuple[str, int], Known] = {}
    for report in sorted(reports, key=lambda one: (_weight(one), one.report_id)):
        if _speaks_for_region(report) and report.year <= last_full + 1:
            best.setdefault((report.region_code, report.year), report)
    years: defaultdict[str, list[int]] = defaultdict(list)
    for region, year in best:
        years[region].append(year)
    divisions = all_regions()
    counties = {code for code, one in divisions.items() if one.level == "county" and one.valid(last_full)}
    for region in sorted({*by_region, *years, *counties} - {""}):
        if region not in by_region and region not in years:
            yield CoverageRow(region, last_full, "unknown", None, "no site of this region has been crawled")
            continue
        known = years[region]
        for year in range(min([FIRST_YEAR, *known]), max([last_full, *known]) + 1):
            if year not in known and region in divisions and not divisions[region].valid(year):
                continue
            yield _row(region, year, best.get((region, year)), by_region[region], newest)


def _speaks_for_region(report: Known) -> bool:
    """The government's report, or its office's unless that says it is of the office alone; in a zone that is no division
    of its own, the zone's."""
    if report.unit_kind == "zone":
        return report.region_code not in all_regions()
    return report.unit_kind == "government" or (report.unit_kind == "office" and report.scope != "office")


def _weight(report: Known) -> tuple[bool, int]:
    return report.quality == "unparsed", ("government", "office", "zone").index(report.unit_kind) if _speaks_for_region(
        report
    ) else 9


def _row(region: str, year: int, report: Known | None, sites: Sequence[SiteState], newest: str) -> CoverageRow:
    if report and report.quality != "unparsed":
        reason = "" if report.unit_kind == "government" else f"published by the {report.unit_kind}"
        return CoverageRow(region, year, "read", report.report_id, reason)
    if report:
        return CoverageRow(region, year, "unread", report.report_id, report.reason or "its figures could not be read")
    if newest[:10] < f"{year + 1}-{DUE}":
        return CoverageRow(
            region, year, "not_due", None, f"due by {year + 1}-{DUE}; the newest page is of {newest[:10]}"
        )
    state, reason = _absence(sites)
    return CoverageRow(region, year, state, None, reason)


# The site that tells most is believed.
_ORDER = ("ok", "partial", "empty", "no_column", "blocked", "unreachable", "")
_STATES: Mapping[str, CoverageState] = {
    "ok": "missing", "empty": "missing", "no_column": "missing", "partial": "unknown", "blocked": "unreachable",
    "unreachable": "unreachable", "": "unknown",
}  # fmt: skip


def _absence(sites: Sequence[SiteState]) -> tuple[CoverageState, str]:
    """Why there is no report of a year that is due."""
    ranked = sorted(sites, key=lambda one: (_ORDER.index(one.outcome), one.site_id != one.place, one.site_id))
    if not ranked:
        return "unknown", "no site of this region has been crawled"
    site = ranked[0]
    if site.site_id != site.place and not any(one.site_id == one.place for one in sites):
        named = ", ".join(sorted(one.site_id for one in sites))
        return "unknown", f"the government's own site has not been crawled, only {named}"
    state = _STATES[site.outcome]
    where = f"{site.listed} as of {site.listed_at[:10]}" if site.listed else f"site {site.site_id}"
    if site.outcome == "ok":
        reason = f"not listed on {where}"
    elif not site.outcome:
        reason = f"site {site.site_id}: its crawl has not finished"
    else:
        reason = f"{site.outcome}: {where}" + (f": {site.message}" if site.message else "")
    if site.unread and state == "missing":
        return "unknown", f"a page that could not be read may be it: {site.unread}"
    return state, reason
