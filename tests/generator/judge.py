"""A reading held against the truth of the made report: what is right, withheld, wrong, and what was said in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.model import Extraction

from .figures import COURTS, Key
from .report import Made


@dataclass(slots=True)
class Verdict:
    """`wrong` are cells read with another number than the document's, or read where it prints none."""

    right: int = 0
    kept: int = 0
    withheld: int = 0
    wrong: list[str] = field(default_factory=list)
    identity: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    quality: str = ""

    @property
    def cells(self) -> int:
        return self.right + self.kept + self.withheld + len(self.wrong)


def cells(truth: Mapping[Key, float | None], extraction: Extraction, verdict: Verdict) -> None:
    """Count the cells; a reported figure for a cell that the document does not have is wrong, too."""
    facts = {(fact.indicator, fact.applicant): fact for fact in extraction.facts}
    for key, value in truth.items():
        fact = facts.get(key)
        if fact is None or fact.value is None:
            if value is None:
                verdict.kept += 1
            else:
                verdict.withheld += 1
        elif value is None or abs(fact.value - value) > 1e-9 * max(1.0, abs(value)):
            verdict.wrong.append(f"{key[0]}/{key[1]}: printed {value}, read {fact.value} ({fact.raw!r}, {fact.method})")
        else:
            verdict.right += 1
    for key, fact in facts.items():
        if key not in truth and fact.value is not None:
            verdict.wrong.append(f"{key[0]}/{key[1]}: not in the document, read {fact.value} ({fact.method})")


def due(made: Made) -> set[str]:
    """Findings that a lawful document deserves: a date that lost its 年, a table none of whose cells holds a number."""
    found = {"DIGIT_SPLIT"} if made.notes["torn_date"] else set[str]()
    tables: dict[str, list[float | None]] = {"art20": [], "requests": [], "courts": []}
    for (indicator, _), value in made.truth.items():
        stem = indicator.partition("_")[0]
        tables["courts" if stem in ("review", "litigation") else stem if stem in tables else "art20"].append(value)
    if any(all(value is None for value in values) for values in tables.values() if values):
        found.add("TABLE_MISSING")
    return found


def _unprinted(made: Made) -> bool:
    """Whether a cell with which sentences are compared is blank in the document: nothing then contradicts them."""
    totals = ("new", "carried_in", "handled", "carried_out")
    keys: list[Key] = [(f"requests_{name}", "total") for name in totals]
    keys += [(f"{court}_total", "") for court in COURTS]
    return any(made.truth.get(key) is None for key in keys)


def judge(made: Made, extraction: Extraction) -> Verdict:
    verdict = Verdict()
    cells(made.truth, extraction, verdict)
    report = extraction.report
    if report is None:
        verdict.identity.append(f"no report: {extraction.error}")
        return verdict
    verdict.quality = report.quality
    unit = made.unit
    if report.year != made.year:
        verdict.identity.append(f"year {report.year} for {made.year}")
    if report.region_code != unit.code:
        verdict.identity.append(f"region {report.region_code} for {unit.code} {unit.full_place}")
    if report.unit_kind != unit.kind:
        verdict.identity.append(f"kind {report.unit_kind} for {unit.kind}")
    if not all(word in report.unit_name for word in unit.words):
        verdict.identity.append(f"unit {report.unit_name!r} for {unit.name}")
    if report.published_on != made.published:
        verdict.identity.append(f"published {report.published_on} for {made.published}")
    if report.form != made.form and not made.lossy:
        verdict.identity.append(f"form {report.form} for {made.form}")
    failed = {check.rule for check in extraction.checks if check.outcome == "fail"}
    if made.broken:
        # Where the broken row's cells could not be placed, its column's sum stays undecided; the row itself is told.
        open_rules = {check.rule for check in extraction.checks if check.outcome == "undecided"}
        told = failed | (open_rules if verdict.withheld and (failed & made.broken or made.lossy) else set())
        verdict.missed += sorted(made.broken - told)
        if report.quality == "ok":
            verdict.missed.append("quality ok")
    if made.contradicted and made.contradicted not in failed:
        undecided = any(check.rule == made.contradicted and check.outcome == "undecided" for check in extraction.checks)
        if not (undecided and (_unprinted(made) or verdict.withheld)):
            verdict.missed.append(made.contradicted)
    if made.lawful:
        verdict.alarms += [
            f"{check.rule}: {check.message}"
            for check in extraction.checks
            if check.outcome == "fail" and check.severity in ("error", "warning") and check.rule not in due(made)
        ]
    return verdict
