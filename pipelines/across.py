"""The checks across reports, fed from the tables: a unit's years, its peers, its parts, its prose, its page's history."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from pipelines import history
from pipelines.canonical import Candidate
from pipelines.hierarchy import CELLS, Part, check_hierarchy
from pipelines.model import Check, Fact
from pipelines.panel import FORMS, Year, check_peers, check_years, needed_cells
from pipelines.regions import by_code
from pipelines.reuse import Chapter, check_reuse
from pipelines.store.reference import cells
from pipelines.store.store import Store

REGION = "coalesce(nullif(r.region_code, ''), 'site ' || r.site_id)"
_OWN_WORDS = ("general", "problems", "other")
"""Chapters of the forms that units write themselves; the others are tables."""

Findings = Iterator[tuple[str, list[Check]]]


@dataclass(frozen=True, slots=True)
class _Canonical:
    """A canonical report that can be compared with others."""

    one: Candidate
    unit: str
    form: str
    key: int


def across(store: Store) -> Findings:
    """Every check across reports, some reports at a time, as (report_id, checks)."""
    reports = _canonical(store.db)
    light: list[Year] = []
    parts: list[Part] = []
    for _, years in groupby(_years(store.db, reports), key=lambda pair: pair[0].unit):
        pairs = list(years)
        yield from _by_report(check_years([year for _, year in pairs]))
        # The others are compared by two cells alone: what else these held is let go.
        for report, year in pairs:
            few = {key: fact for key, fact in year.facts.items() if key in CELLS}
            light.append(replace(year, facts=few))
            if report.form in FORMS:
                parts.append(_part(report.one, few))
    yield from _by_report(check_peers(light))
    yield from _by_report(check_hierarchy(parts))
    yield from _by_report(_reuse(store.db, reports))
    yield from _by_report(history.check_pages(store.db))


def candidates(db: sqlite3.Connection) -> Iterator[Candidate]:
    """Every report, as the choice of the canonical ones sees it."""
    return (Candidate(*row) for row in db.execute(f"SELECT {_CANDIDATE} FROM reports r ORDER BY report_id"))


_CANDIDATE = (
    f"report_id, {REGION}, unit_name, unit_kind, scope, year, title, coalesce(published_on, ''), content_kind,"
    " read_quality, url, first_seen, figures, nonzero"
)


def _by_report(findings: Iterable[tuple[str, Check]]) -> Findings:
    checks: defaultdict[str, list[Check]] = defaultdict(list)
    for report, check in findings:
        checks[report].append(check)
    yield from checks.items()


def _canonical(db: sqlite3.Connection) -> list[_Canonical]:
    """Unit by unit, year by year."""
    rows = db.execute(
        f"SELECT {_CANDIDATE}, coalesce(form, ''), report_key FROM reports r"
        " WHERE superseded_by IS NULL AND year IS NOT NULL"
    )
    found = [(Candidate(*row[:-2]), *row[-2:]) for row in rows]
    found.sort(key=lambda item: (*item[0].unit, item[0].scope, item[0].year, item[0].report_id))
    return [_Canonical(one, "|".join((*one.unit, one.scope)), form, key) for one, form, key in found]


def _years(db: sqlite3.Connection, reports: Iterable[_Canonical]) -> Iterator[tuple[_Canonical, Year]]:
    """The reports whose tables were read, with the cells that the checks look at."""
    numbers = {cells()[key]: key for key in needed_cells() | set(CELLS)}
    chosen = ",".join(map(str, sorted(numbers)))
    facts_of = (
        "SELECT cell, value, state FROM fact JOIN manner ON manner.manner = fact.manner"
        f" WHERE report = ? AND cell IN ({chosen})"
    )
    for report in reports:
        one = report.one
        if report.form not in (*FORMS, "legacy_stats") or one.quality == "unparsed":
            continue
        facts = {
            numbers[cell]: Fact(*numbers[cell], value, "", "", state, "", "")
            for cell, value, state in db.execute(facts_of, (report.key,))
        }
        # Peers: the same kind of organ in the same prefecture.
        peers = f"{one.region_code[:4]}|{one.unit_kind}"
        yield (
            report,
            Year(
                one.report_id, report.unit, peers, one.unit_name, one.year or 0, report.form, one.figures, one.nonzero, facts
            ),
        )  # fmt: skip


def _part(one: Candidate, facts: dict[tuple[str, str], Fact]) -> Part:
    region = by_code(one.region_code)
    values = {key: fact.value for key, fact in facts.items() if fact.state != "absent"}
    code, parent = (region.code, region.parent_code) if region else ("", "")
    return Part(one.report_id, code, parent, one.unit_kind, one.scope, one.year or 0, values)


def _reuse(db: sqlite3.Connection, reports: Iterable[_Canonical]) -> Iterator[tuple[str, Check]]:
    kinds_of = "SELECT DISTINCT kind FROM sections WHERE report_id = ? AND kind <> 'preamble'"
    chapters = [
        Chapter(report.one.report_id, report.unit, report.one.unit_name, report.one.year or 0, kind)
        for report in reports
        for (kind,) in db.execute(kinds_of, (report.one.report_id,))
        if kind in _OWN_WORDS or report.form == "legacy_prose"
    ]
    text_of = "SELECT text FROM sections WHERE report_id = ? AND kind = ? ORDER BY position"

    def text(chapter: Chapter) -> str:
        return "\n".join(row[0] or "" for row in db.execute(text_of, (chapter.report_id, chapter.kind)))

    return check_reuse(chapters, text)
