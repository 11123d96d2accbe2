"""The ledger from the tables: whose coverage each site's reports are, and rows for places that the divisions lack."""

from __future__ import annotations

from pipelines.coverage import Known, SiteState, coverage
from pipelines.regions import all_regions, by_code
from pipelines.store.store import Store


def add_unknown_regions(store: Store) -> None:
    """A code that the divisions do not have gets a row from the registry line; so does a zone under its site's name."""
    known = all_regions()
    store.db.execute("DELETE FROM regions WHERE level = 'other'")
    rows = store.db.execute(
        f"SELECT {_PLACE}, min(s.name), min(s.region_code) FROM sites s GROUP BY 1 ORDER BY 1"
    ).fetchall()
    for code, name, under in rows:
        if not code or code in known:
            continue
        province, prefecture = by_code(code[:2] + "0000"), by_code(code[:4] + "00")
        places = [region.name for region in (province, prefecture) if region and region.code != code]
        above = by_code(under) if under != code else prefecture or province
        full_name = name if any(name.startswith(place) for place in places) else "".join((*places, name))
        store.db.execute(
            "INSERT INTO regions VALUES (?,?,?,'other',?,?,?,'','')",
            (
                code, name, full_name, above.code if above else "", province.name if province else "",
                prefecture.name if prefecture and prefecture != province else "",
            ),
        )  # fmt: skip


# Whose coverage a site's reports are: its region's, but a zone without a division code stands under the site's own id.
_PLACE = (
    "CASE WHEN s.site_id <> s.region_code AND (s.name GLOB '*[发范假园税]区*' OR EXISTS (SELECT 1"
    " FROM reports z WHERE z.site_id = s.site_id AND z.unit_kind = 'zone' AND z.region_code IS NULL))"
    " THEN s.site_id ELSE s.region_code END"
)
_SITES = f"""
SELECT s.site_id, {_PLACE}, coalesce(r.outcome, ''), coalesce(r.message, ''),
  (SELECT min(c.fetched_at || ' ' || c.url) FROM captures c
   WHERE c.site_id = s.site_id AND c.role = ? AND c.status IN (200, 304) AND c.fetched_at >= r.started_at),
  (SELECT min(url) || ': ' || message FROM readings d WHERE d.site_id = s.site_id AND code NOT IN ('', 'not_a_report'))
FROM sites s LEFT JOIN site_runs r ON r.site_id = s.site_id AND r.started_at = (
  SELECT max(started_at) FROM site_runs l WHERE l.site_id = s.site_id)
ORDER BY s.site_id, r.run_id
"""
# A report whose place the divisions do not have is its site's.
_KNOWN = f"""
SELECT r.report_id, coalesce(r.region_code, CASE WHEN r.unit_kind = 'zone' OR NOT EXISTS (
    SELECT 1 FROM regions g WHERE g.code = s.region_code AND g.level <> 'other') THEN {_PLACE} END, ''),
  r.unit_kind, r.scope, r.year, r.quality, CASE WHEN r.quality = 'unparsed' THEN (
    SELECT min(f.message) FROM findings f WHERE f.report_id = r.report_id AND f.severity = 'error') ELSE '' END
FROM reports r LEFT JOIN sites s USING (site_id)
WHERE r.year IS NOT NULL AND r.superseded_by IS NULL ORDER BY r.report_id
"""


def store_coverage(store: Store, newest: str) -> None:
    """Write `coverage` anew, as of the time of the newest capture ('' when there is none)."""
    homes = {row[0]: row[4] for row in store.db.execute(_SITES, ("home",))}
    sites = {row[0]: row for row in store.db.execute(_SITES, ("list",))}
    states = []
    for site_id, region, outcome, message, listed, unread in sites.values():
        listed_at, _, page = (listed or homes[site_id] or "").partition(" ")
        states.append(SiteState(site_id, region, outcome, message, page, listed_at, unread or ""))
    known = (
        Known(report, region, kind, scope, year, quality, reason or "")
        for report, region, kind, scope, year, quality, reason in store.db.execute(_KNOWN)
    )
    rows = coverage(states, known, newest)
    store.db.execute("DELETE FROM coverage")
    store.db.executemany(
        "INSERT INTO coverage VALUES (?,?,?,?,?)",
        ((row.region_code, row.year, row.state, row.report_id, row.reason) for row in rows),
    )
