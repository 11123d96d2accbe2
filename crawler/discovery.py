"""Discovery: what an unknown portal is, where its annual reports stand, and the registry line that says so.

The home page is looked at first (it may only lead elsewhere); then the site is crawled as any other, with a small budget.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.capture import Site
from archive.datadir import DataDir
from crawler.cli import Failure
from crawler.probe import Column, Notes, Probe, site_code
from crawler.runner import crawl
from pipelines.regions import all_regions, by_code, find, stem
from spiders.addresses import host_of, is_official, join
from spiders.links import is_report_column, judge
from spiders.page import Page, tight
from spiders.registry import line_of
from spiders.units import kind_of
from spiders.wording import fold

MOST_MOVES = 3
UNKNOWN_CODE = "000000"
Talk = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A report. `state`: read (its text is in the tables), listed (known from a list only), copy (of another one)."""

    year: int | None
    unit: str
    title: str
    url: str
    state: Literal["read", "listed", "copy"]


@dataclass
class Discovery:
    """`site` is the registry's line; `problem` why the discovery failed, '' when it did not; `tried` what was done."""

    site: Site
    platform: str = ""
    evidence: str = ""
    column: Column | None = None
    reports: list[Found] = field(default_factory=list)
    requests: int = 0
    fetch_evidence: str = ""
    region_evidence: str = ""
    tried: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def line(self) -> str:
        return line_of(self.site)

    def to_json(self) -> dict[str, Any]:
        """As `nianbao discover --json` prints it."""
        site, column = self.site, self.column
        return {
            "site_id": site.site_id,
            "region_code": site.region_code,
            "region_evidence": self.region_evidence,
            "name": site.name,
            "home_url": site.home_url,
            "platform": self.platform,
            "evidence": self.evidence,
            "column": {"url": column.url, "path": list(column.path), "linked_from": column.referrer}
            if column
            else None,
            "fetch": site.fetch,
            "fetch_evidence": self.fetch_evidence,
            "reports": [
                {"year": r.year, "unit": r.unit, "title": r.title, "url": r.url, "state": r.state} for r in self.reports
            ],
            "requests": self.requests,
            "line": self.line if not self.problem else None,
            "tried": self.tried,
            "error": self.problem or None,
        }


def discover(
    url: str, data: DataDir, *, budget: int, delay: float, talk: Talk, tell: Callable[[int], None]
) -> Discovery:
    """Look at a portal given by its home page.

    `budget`: most requests of the crawl; `delay`: seconds between two; `tell` is called with the number of pages seen.
    Raises `Failure` when nothing can be archived.
    """
    tried: list[str] = []
    site = Site(f"{UNKNOWN_CODE}-discover", UNKNOWN_CODE, host_of(url), url)
    for _ in range(MOST_MOVES):
        notes, row = _look(site, delay)
        if notes.home is not None or not (moved := _moved(notes, site.home_url)):
            break
        tried.append(f"{site.home_url} leads to another host, {moved}")
        talk(tried[-1])
        site = Site(site.site_id, site.region_code, host_of(moved), moved)
    if notes.home is None:
        tried.append(f"{site.home_url}: {row['outcome']}")
        return Discovery(site, requests=int(row["requests"]), tried=tried, problem=_why(row, site.home_url))
    site, region_evidence = _identified(site, notes.home)
    found = _crawled(site, data, budget, delay, tell, tried)
    if not found.rows and (there := _column_elsewhere(found, site)):
        talk(f"the column is on another host, {there}")
        tried.append(f"the column is on another host, {there}")
        with_list = Site(site.site_id, site.region_code, site.name, site.home_url, list_url=there)
        found = _crawled(with_list, data, budget, delay, tell, tried)
    result = _told(found, tried)
    if site.region_code == UNKNOWN_CODE and found.notes.coded is not None:
        _, region_evidence = _identified(site, found.notes.coded)
    result.region_evidence = region_evidence
    return result


@dataclass
class _Crawl:
    site: Site
    notes: Notes
    row: Mapping[str, Any]
    rows: list[sqlite3.Row]


def _look(site: Site, delay: float) -> tuple[Notes, Mapping[str, Any]]:
    """The home page alone, with the pages that only lead to it, into an archive that is thrown away."""
    notes = Notes()

    class HomeOnly(Probe):
        def on_home(self, response: Any) -> Any:
            yield from (request for request in super().on_home(response) if request.meta["role"] == "home")

        def _on_idle(self, spider: Any) -> None:
            return

    HomeOnly.notes = notes
    with tempfile.TemporaryDirectory(prefix="nianbao-discover-") as folder:
        summary = crawl([site], DataDir(Path(folder)), delay=delay, spider=HomeOnly)
    if summary.interrupted or summary.trouble:
        raise KeyboardInterrupt if summary.interrupted and not summary.trouble else Failure(summary.trouble)
    return notes, summary.rows[0]


def _crawled(
    site: Site, data: DataDir, budget: int, delay: float, tell: Callable[[int], None], tried: list[str]
) -> _Crawl:
    notes = Notes(tell=tell)
    spider = type("DiscoverySpider", (Probe,), {"notes": notes, "budget": budget})
    summary = crawl([site], data, delay=delay, spider=spider)
    if summary.interrupted or summary.trouble:
        raise KeyboardInterrupt if summary.interrupted and not summary.trouble else Failure(summary.trouble)
    row = summary.rows[0]
    for url, platform, _ in notes.pages[:6]:
        tried.append(f"{url} ({platform})")
    if len(notes.pages) > 6:
        tried.append(f"and {len(notes.pages) - 6} more pages on the way")
    with closing(sqlite3.connect(data.db)) as db:
        db.row_factory = sqlite3.Row
        query = "SELECT url, unit_name, year, title, superseded_by, region_code FROM reports WHERE site_id = ?"
        rows = db.execute(query, (site.site_id,)).fetchall()
    return _Crawl(site, notes, row, rows)


def _told(found: _Crawl, tried: list[str]) -> Discovery:
    notes, site = found.notes, found.site
    if site.region_code == UNKNOWN_CODE and notes.coded is not None:
        site, _ = _identified(site, notes.coded)
    reports = _reports(found)
    column = _root(notes)
    platform, evidence = _platform(notes, column)
    fetch: Literal["http", "browser"] = "http"
    why = ""
    if notes.hollow and not notes.filled and (not reports or any(r.url in notes.hollow for r in reports)):
        page, why = next(iter(notes.hollow.items()))
        fetch, why = "browser", f"{page}: {why}"
    listed = column.url if column and column.url != site.home_url else ""
    if not listed and site.list_url:
        listed = site.list_url
    done = Site(site.site_id, site.region_code, site.name, site.home_url, platform, listed, fetch)
    result = Discovery(done, platform, evidence, column, reports, int(found.row["requests"]), why, tried=tried)
    if column is None and not reports:
        result.problem = _why(found.row, site.home_url) + (f"; a browser may see more ({why})" if why else "")
    elif not reports:
        result.problem = f"{column.url if column else site.home_url}: the column holds no report that could be read" + (
            f"; a browser may see more ({why})" if why else f" ({found.row['message']})" if found.row["message"] else ""
        )
    return result


def _reports(found: _Crawl) -> list[Found]:
    """What the tables hold, and what lists promise beyond the budget; newest first."""
    reports = [
        Found(
            row["year"],
            row["unit_name"] or "",
            row["title"] or "",
            row["url"],
            "copy" if row["superseded_by"] else "read",
        )
        for row in found.rows
    ]
    known = {report.url for report in reports}
    # Beyond the budget, and where only a browser sees the text, the list's word is all there is.
    cut_short = "budget" in str(found.row["message"])
    for url, (title, _) in found.notes.offers.items():
        verdict = judge(url, title)
        if url not in known and verdict.is_report and (cut_short or url in found.notes.hollow):
            reports.append(Found(verdict.year, verdict.unit_name, title, url, "listed"))
    return sorted(reports, key=lambda report: (-(report.year or 0), report.unit, report.url))


def _root(notes: Notes) -> Column | None:
    """The column that most reports hang under; of equal ones the one that a visitor comes to first."""
    counts: Counter[str] = Counter()
    for _, referrer in notes.offers.values():
        at, seen = referrer, set()
        while at in notes.columns and at not in seen:
            seen.add(at)
            counts[at] += 1
            at = notes.columns[at].referrer
    best = sorted(
        notes.columns.values(),
        key=lambda column: (-counts[column.url], bool(column.unit), not _named(column), len(column.path)),
    )
    return best[0] if best and (counts[best[0].url] or _named(best[0])) else None


def _named(column: Column) -> bool:
    return bool(column.path) and is_report_column(column.path[-1])


def _platform(notes: Notes, column: Column | None) -> tuple[str, str]:
    """The list page says it best; where it says nothing, the pages on the way."""
    if column and column.platform != "generic":
        return column.platform, f"{column.evidence} ({column.url})"
    others = [(name, evidence, page) for page, name, evidence in notes.pages if name != "generic"]
    if others:
        name = Counter(name for name, _, _ in others).most_common(1)[0][0]
        evidence, page = next((evidence, page) for each, evidence, page in others if each == name)
        return name, f"{evidence} ({page})"
    return "generic", "no other platform's marks"


def _identified(site: Site, home: Page) -> tuple[Site, str]:
    """The site with its division and name, from the 网站标识码, else from the names that the home page bears."""
    name = fold(home.meta("SiteName")) or fold(re.split(r"[_|—–-]", home.title)[0])
    name = re.sub(r"^(?:欢迎访问|欢迎来到|您好)|(?:门户|官方)?网站?$|政府信息公开.*$|首页$|门户$", "", name)
    text = tight(home.text)
    region, evidence = "", ""
    if code := site_code(home):
        region = code[:6]
        evidence = f"网站标识码 {code}"
        if by_code(region) is None:
            evidence += ", whose first six digits are no division code"
    if not region:
        hits = {
            r.code
            for r in all_regions().values()
            if r.name and name.endswith((r.name, r.name + "人民政府")) and find(r.name)
        }
        full = [
            r
            for r in all_regions().values()
            if r.code in hits and (r.full_name in text or (r.prefecture and stem(r.prefecture) in name))
        ]
        if len(hits) == 1:
            region = next(iter(hits))
        elif len({r.code for r in full}) == 1:
            region = full[0].code
        evidence = (
            f"the name {name}"
            if region
            else f"nothing: no 网站标识码, and {name or 'no name'} is not one division's name"
        )
    division = by_code(region)
    kind = kind_of(name)
    own = kind in ("government", "office", "") and (division is None or stem(division.name) in name or not name)
    host = re.sub(r"^www\.", "", urlsplit(site.home_url).hostname or "")
    label = re.sub(r"[^a-z0-9-]+", "-", host.split(".")[0].lower()).strip("-")
    slug = label if label and not label.isdigit() else "site"
    region = region or UNKNOWN_CODE
    site_id = region if own and region != UNKNOWN_CODE else f"{region}-{slug}"
    shown = division.name if own and division else name or host
    return Site(site_id, region, shown, site.home_url), evidence


def _moved(notes: Notes, home: str) -> str:
    """Where a home page leads that stands on another host now; '' when nowhere that may be followed."""
    for finding in notes.elsewhere:
        url = finding.rsplit(": ", 1)[-1]
        if _may_follow(url, home):
            return url
    return ""


def _column_elsewhere(found: _Crawl, site: Site) -> str:
    for finding in found.notes.elsewhere:
        url = finding.rsplit(": ", 1)[-1]
        if finding.startswith("the column ") and _may_follow(url, site.home_url):
            return url
    return ""


def _may_follow(url: str, home: str) -> bool:
    """Other hosts only under gov.cn, or on loopback when the user named loopback."""
    here, there = urlsplit(home).hostname or "", urlsplit(url).hostname or ""
    return bool(join(home, url)) and (is_official(there) or (is_loopback(here) and is_loopback(there)))


def is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _why(row: Mapping[str, Any], url: str) -> str:
    words = {
        "unreachable": "cannot be reached",
        "blocked": "turns programs away",
        "no_column": "no column of annual reports was found",
        "empty": "the column of annual reports holds none",
    }
    reason = words.get(str(row["outcome"]), str(row["outcome"]))
    return f"{url}: {reason}" + (f" ({row['message']})" if row["message"] and str(row["message"]) != reason else "")
