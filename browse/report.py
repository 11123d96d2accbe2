"""The page of one report: the tables as printed, what is doubtful about them, the text, and the archived original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from browse.cells import Cell, cell, sentence
from browse.forms import APPLICANT_ZH, Heading, Table, tables
from browse.places import JOIN
from browse.snapshot import Row, Snapshot
from pipelines.codebook import Indicator, form_indicators, indicators, rules
from pipelines.model import APPLICANTS

FINDING_OUTCOMES = ("fail", "undecided")
_ORDER = {"error": 0, "warning": 1, "info": 2, None: 3}


@dataclass(frozen=True, slots=True)
class ShownTable:
    """An official table with its figures: lines of headings and cells, and the findings that concern it."""

    name: str
    section: str
    label_en: str
    bands: tuple[tuple[tuple[tuple[Heading, ...], ...], tuple[tuple[tuple[Heading | Cell, int], ...], ...]], ...]
    findings: tuple[Row, ...]
    filled: int
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure outside the official tables: label, cell, and the sentence it was read from."""

    section: str
    label_zh: str
    label_en: str
    unit: str
    cell: Cell
    sentence: str


async def page(snapshot: Snapshot, report_id: str) -> dict[str, Any] | None:
    """What the report template shows, or None when there is no such report."""
    key = {"id": report_id}
    report = await snapshot.row(
        "select r.*, g.code as place, g.full_name as region_name, p.name as site_name, p.home_url, c.fetched_at, c.mime, "
        f"c.status, c.via from reports r {JOIN} "
        "left join captures c on c.capture_id = r.capture_id where r.report_id = :id",
        key,
    )
    if report is None:
        return None
    facts = await snapshot.rows(
        "select report_id, indicator, applicant, value, unit, raw, state, method, locator from facts where report_id = :id",
        key,
    )
    checks = await snapshot.rows("select * from checks where report_id = :id", key)
    verdicts = {
        row["fingerprint"]: row
        for row in await snapshot.rows(
            "select * from verdicts where fingerprint in (select fingerprint from checks where report_id = :id)", key
        )
    }
    findings = sorted(
        (described(check, verdicts.get(check["fingerprint"])) for check in checks if is_finding(check)),
        key=lambda f: (_ORDER.get(f["severity"], 3), f["rule"], f["indicator"] or "", f["applicant"] or ""),
    )
    sections = await snapshot.rows(
        "select position, kind, heading, text from sections where report_id = :id order by position", key
    )
    printed = await _printed(snapshot, key)
    shown = shown_tables(report["form"] or "", facts, findings)
    placed = {f["fingerprint"] for table in shown for f in table.findings}
    return {
        "report": report,
        "tables": shown,
        "entries": entries(report["form"] or "", facts, findings, [row["text"] or "" for row in sections]),
        "findings": findings,
        "elsewhere": [f for f in findings if f["fingerprint"] not in placed],
        "passed": sum(check["outcome"] in ("pass", "pass_blank_as_zero") for check in checks),
        "checked": sum(check["outcome"] != "not_applicable" for check in checks),
        "sections": sections,
        "printed": printed,
        **await _neighbours(snapshot, report),
    }


async def _printed(snapshot: Snapshot, key: dict[str, str]) -> list[Row]:
    """Figures beside the codebook's cells; none in a snapshot of before they were kept."""
    if not await snapshot.rows("select 1 from sqlite_master where name = 'printed'"):
        return []
    return await snapshot.rows(
        "select label, heading, value, unit, raw, state from printed where report_id = :id order by position", key
    )


async def _neighbours(snapshot: Snapshot, report: Row) -> dict[str, list[Row]]:
    """Other pages of the same report, other years of the unit, other captures, and later changes."""
    columns = "report_id, year, title, quality, unit_name, content_kind, published_on, url, superseded_by"
    same = await snapshot.rows(
        f"select {columns} from reports where region_code is :region_code and unit_name is :unit_name "
        "and (region_code is not null or site_id = :site_id) order by year desc, superseded_by is not null, report_id",
        {name: report[name] for name in ("region_code", "unit_name", "site_id")},
    )
    return {
        "twins": [row for row in same if row["year"] == report["year"] and row["report_id"] != report["report_id"]],
        "years": [row for row in same if row["year"] != report["year"] and not row["superseded_by"]],
        "attachments": await snapshot.rows(
            "select capture_id, url, fetched_at, mime from captures where site_id = :site_id and role = 'attachment' "
            "and parent = :url order by url, fetched_at desc limit 50",
            {"site_id": report["site_id"], "url": report["url"]},
        ),
        "captures": await snapshot.rows(
            "select capture_id, fetched_at, status, mime, via, role, payload_digest from captures "
            "where url = :url order by fetched_at desc limit 50",
            {"url": report["url"]},
        ),
        "revisions": await snapshot.rows(
            "select v.*, o.fetched_at as old_at, n.fetched_at as new_at from revisions v "
            "left join captures o on o.capture_id = v.old_capture_id "
            "left join captures n on n.capture_id = v.new_capture_id where v.report_id = :id",
            {"id": report["report_id"]},
        ),
    }


def is_finding(check: Mapping[str, Any]) -> bool:
    """A rule that failed, or could not be decided and says so with a severity."""
    return check["outcome"] == "fail" or (check["outcome"] == "undecided" and check["severity"] is not None)


def described(check: Row, verdict: Row | None) -> Row:
    """A check with the words of its rule, the label of its cell and the person's verdict on it."""
    rule = rules().get(check["rule"])
    indicator = indicators().get(check["indicator"] or "")
    applicant = check["applicant"] or ""
    return {
        **check,
        "rule_zh": rule.name_zh if rule else "",
        "rule_name": rule.name if rule else check["rule"],
        "expression": rule.expression if rule else "",
        "label_zh": indicator.label_zh if indicator else (check["indicator"] or ""),
        "label_en": indicator.label_en if indicator else "",
        "applicant_zh": APPLICANT_ZH.get(applicant, applicant),
        "anchor": f"c-{check['indicator']}" + (f"-{applicant}" if applicant else "") if indicator else "",
        "verdict": verdict,
    }


def shown_tables(form: str, facts: Iterable[Row], findings: Sequence[Row]) -> tuple[ShownTable, ...]:
    """The official tables of the form with these facts in their places."""
    by_place = {(fact["indicator"], fact["applicant"] or ""): fact for fact in facts}
    printed_alone = any(
        by_place.get(("requests_other", a), {"state": "absent"})["state"] != "absent" for a in APPLICANTS
    )
    about: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for finding in findings:
        about[finding["indicator"] or "", finding["applicant"] or ""].append(finding)
    return tuple(_filled(table, by_place, about, findings) for table in tables(form, single_other_row=printed_alone))


def _filled(
    table: Table,
    facts: Mapping[tuple[str, str], Row],
    about: Mapping[tuple[str, str], list[Row]],
    findings: Sequence[Row],
) -> ShownTable:
    bands = []
    for band in table.bands:
        lines = []
        for line in band.lines:
            shown: list[tuple[Heading | Cell, int]] = []
            for item in line:
                if isinstance(item, Heading):
                    shown.append((item, item.colspan))
                    continue
                place = (item.indicator.indicator, item.applicant)
                found = cell(item.anchor, item.indicator, item.applicant, facts.get(place), about.get(place, ()))
                shown.append((found, item.colspan))
            lines.append(tuple(shown))
        bands.append((band.head, tuple(lines)))
    names = table.indicators
    states = [
        facts[s.indicator.indicator, s.applicant]["state"]
        for s in table.slots
        if (s.indicator.indicator, s.applicant) in facts
    ]
    return ShownTable(
        table.name,
        table.section,
        table.label_en,
        tuple(bands),
        tuple(f for f in findings if f["indicator"] in names),
        sum(state == "reported" for state in states),
        len(table.slots),
    )


def entries(form: str, facts: Iterable[Row], findings: Sequence[Row], texts: Sequence[str] = ()) -> tuple[Entry, ...]:
    """All figures that have no place in an official table: older reports, prose, rows of another form."""
    facts = list(facts)
    in_tables = {i for table in tables(form, single_other_row=True) for i in table.indicators}
    by_place = {(fact["indicator"], fact["applicant"] or ""): fact for fact in facts}
    own = () if in_tables else form_indicators(form)
    names = dict.fromkeys(i.indicator for i in own)
    names.update(dict.fromkeys(f["indicator"] for f in facts if f["state"] != "absent"))
    book = indicators()
    known = sorted((book[n] for n in names if n in book and n not in in_tables), key=lambda i: i.position)
    shown = []
    for indicator in known:
        for applicant in indicator.applicants:
            fact = by_place.get((indicator.indicator, applicant))
            if fact is None and indicator not in own:
                continue
            shown.append(_entry(indicator, applicant, fact, findings, texts))
    return tuple(shown)


def _entry(
    indicator: Indicator, applicant: str, fact: Row | None, findings: Sequence[Row], texts: Sequence[str]
) -> Entry:
    anchor = f"c-{indicator.indicator}" + (f"-{applicant}" if applicant else "")
    about = [f for f in findings if (f["indicator"], f["applicant"] or "") == (indicator.indicator, applicant)]
    who = f"（{APPLICANT_ZH[applicant]}）" if applicant else ""
    return Entry(
        indicator.section,
        indicator.label_zh + who,
        indicator.label_en,
        indicator.unit,
        cell(anchor, indicator, applicant, fact, about),
        sentence(fact["locator"], fact["raw"] or "", texts) if fact else "",
    )
