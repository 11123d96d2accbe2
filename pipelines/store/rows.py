"""From values to rows: what one reading becomes in each table. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from archive.capture import Capture
from pipelines.model import Check, Extraction, Fact, Report, Section
from pipelines.store.keys import fingerprints, report_id, section_key, short_key, signed
from pipelines.store.locators import Number, pack, slim
from pipelines.store.reference import cells

Row = tuple[Any, ...]

_LAST_SEEN = 15
"""Its place in a report's row."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a reading comes from: the page's capture, and when this reading was seen first and last."""

    site_id: str
    url: str
    capture_id: str
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class ReportRows:
    """All rows of one report. `manners` and `kinds` are shared between reports: insert those that are new.

    `facts_digest` is equal for equal facts.
    """

    report_id: str
    report_key: int
    report: Row
    facts: list[Row]
    manners: list[Row]
    sections: list[Row]
    printed: list[Row]
    checks: list[Row]
    kinds: list[Row]
    facts_digest: str

    @property
    def last_seen(self) -> str:
        seen: str = self.report[_LAST_SEEN]
        return seen

    def digest(self) -> str:
        """Equal for equal rows, but for when the report was last seen: tells whether reading again changed anything."""
        report = (*self.report[:_LAST_SEEN], *self.report[_LAST_SEEN + 1 :])
        return _digest([report, self.facts_digest, self.sections, self.printed, self.checks])


def report_rows(seen: Seen, extraction: Extraction) -> ReportRows:
    """The rows of an extraction that is a report; a fact outside the codebook is a ValueError (a bug in a reader)."""
    report = extraction.report
    if report is None:
        raise ValueError(f"{seen.url}: not a report, so there are no rows")
    identity = report_id(seen.site_id, seen.url, report.year)
    key = short_key(identity)
    facts, manners = _fact_rows(identity, key, extraction.facts)
    checks, kinds = check_rows(identity, key, extraction.checks, panel=False)
    return ReportRows(
        identity,
        key,
        _report_row(seen, identity, key, report, extraction.facts),
        facts,
        manners,
        _section_rows(identity, key, extraction.sections),
        [(identity, *astuple(figure)) for figure in extraction.printed],
        checks,
        kinds,
        _digest(facts),
    )


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _report_row(seen: Seen, identity: str, key: int, report: Report, facts: Sequence[Fact]) -> Row:
    """Without the extractor's version, which is added when the row is written."""
    figures = sorted((fact.indicator, fact.applicant, fact.value) for fact in facts if fact.value)
    return (
        identity, seen.site_id, report.region_code, report.unit_name, report.unit_kind, report.scope, report.year,
        report.title, report.published_on, report.form, seen.url, seen.capture_id, report.content_kind, report.quality,
        seen.first_seen, seen.last_seen, report.quality, hashlib.sha256(repr(figures).encode()).hexdigest()[:16],
        len(figures), key,
    )  # fmt: skip


def _fact_rows(identity: str, key: int, facts: Sequence[Fact]) -> tuple[list[Row], list[Row]]:
    numbers = cells()
    rows: list[Row] = []
    manners: dict[tuple[str, ...], Row] = {}
    for fact in facts:
        cell = numbers.get((fact.indicator, fact.applicant))
        if cell is None:
            raise ValueError(f"{identity}: the codebook has no cell {fact.indicator!r} {fact.applicant!r}")
        pattern, places = pack(fact.locator)
        parts = (fact.unit, fact.state, fact.method, pattern)
        manner = manners.get(parts)
        if manner is None:
            manner = manners[parts] = (short_key(*parts), *parts)
        rows.append((key, cell, fact.value, _short_raw(fact), manner[0], *places))
    rows.sort(key=lambda row: row[1])
    return rows, list(manners.values())


def _short_raw(fact: Fact) -> str | None:
    """None where the view can print the text from the value."""
    if fact.value is None:
        return fact.raw or None
    whole = int(fact.value) if abs(fact.value) < 1 << 53 else 0
    return None if fact.raw == str(whole) and whole == fact.value else fact.raw


def _section_rows(identity: str, key: int, sections: Iterable[Section]) -> list[Row]:
    return [(identity, s.position, s.kind, s.heading, s.text, section_key(key, s.position)) for s in sections]


def check_rows(identity: str, key: int, checks: Sequence[Check], *, panel: bool) -> tuple[list[Row], list[Row]]:
    """Rows of `check_row`, and of `check_kind` for the combinations in use."""
    rows: list[Row] = []
    kinds: dict[tuple[str, ...], Row] = {}
    for check, fingerprint in zip(checks, fingerprints(identity, checks), strict=True):
        expected, actual = slim(check.expected), slim(check.actual)
        pattern, places = _message(check, expected, actual)
        parts = (check.rule, check.outcome, check.severity or "", check.indicator, check.applicant, pattern)
        kind = kinds.get(parts)
        if kind is None:
            kind = kinds[parts] = (
                short_key(*parts), check.rule, check.outcome, check.severity, check.indicator, check.applicant, pattern
            )  # fmt: skip
        finding = int(check.severity is not None)
        rows.append((key, signed(fingerprint), kind[0], finding, int(panel), expected, actual, *places))
    return rows, list(kinds.values())


def _message(check: Check, expected: Number, actual: Number) -> tuple[str, tuple[Number, ...]]:
    """The message as pattern and numbers. That of a finding is kept whole: such texts quote their report."""
    if check.severity is not None:
        return "%s", (check.message, None, None, None)
    pattern, places = pack(check.message)
    if places == (expected, actual, None, None):
        return pattern, (None,) * len(places)
    return pattern, places


def capture_row(capture: Capture) -> Row:
    """The row of `captures`."""
    place: Row = astuple(capture.position) if capture.position else (None, None, None)
    parent = capture.context.get("parent", "") if capture.role == "attachment" else ""
    return (
        capture.capture_id, capture.site_id, capture.url, capture.fetched_at, capture.status, capture.mime,
        capture.charset, capture.payload_digest, *place, capture.via, capture.role, str(parent), capture.truncated,
    )  # fmt: skip
