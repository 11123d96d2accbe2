"""`python -m bench truth`: what is read of real reports whose truth is known, one line a file.

The folder holds the reports and `truth.jsonl`: one object a file with `file`, `style`, `unit`, `year`, `form`,
`published_on`, `region_code`, `is_report`, `inconsistencies` and `facts` (indicator or indicator/applicant → number as
printed, null for an empty cell).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.extract import extract
from pipelines.model import Extraction, Source

FIELDS = ("unit_name", "year", "form", "published_on", "region_code")


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of one file: `right` numbers as printed, `wrong` other numbers or numbers where none is printed, `withheld`
    printed numbers that were not read, `kept` empty cells left empty. `identity` are the fields read otherwise."""

    file: str
    style: str
    right: int
    wrong: int
    withheld: int
    kept: int
    identity: tuple[str, ...]
    known: int
    found: tuple[str, ...]
    quality: str


def compare(truth: dict[str, Any], reading: Extraction) -> Row:
    """One file's truth against its reading."""
    read = {f"{fact.indicator}/{fact.applicant}".rstrip("/"): fact.value for fact in reading.facts}
    right = wrong = withheld = kept = 0
    for key, printed in truth["facts"].items():
        value = read.pop(key, None)
        if value is None:
            kept += printed is None
            withheld += printed is not None
        elif printed is not None and abs(value - printed) <= 1e-9 * max(1.0, abs(printed)):
            right += 1
        else:
            wrong += 1
    wrong += sum(value is not None for value in read.values())
    expected = {"unit_name": truth["unit"], **{name: truth[name] for name in FIELDS[1:]}}
    report = reading.report
    differing = tuple(name for name in FIELDS if report is None or getattr(report, name) != expected[name])
    findings = {check.rule for check in reading.checks if check.severity in ("warning", "error")}
    return Row(
        file=truth["file"],
        style=truth["style"],
        right=right,
        wrong=wrong,
        withheld=withheld,
        kept=kept,
        identity=differing if truth["is_report"] else (),
        known=len(truth["inconsistencies"]),
        found=tuple(sorted(findings)),
        quality=report.quality if report else f"no report ({reading.error.code if reading.error else ''})",
    )


def rows(folder: Path) -> list[Row]:
    """Every file of the folder's truth, read."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines]
    return [
        compare(truth, extract(Source((folder / truth["file"]).read_bytes(), name=truth["file"]))) for truth in truths
    ]


def table(found: list[Row]) -> str:
    """A Markdown table with a line of sums."""
    lines = [
        "| file | style | right | wrong | withheld | blanks kept | identity | known oddities | findings | quality |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        if row.style == "negative":
            fields = "–"
        else:
            fields = f"{len(FIELDS) - len(row.identity)}/{len(FIELDS)}" + "".join(f" −{name}" for name in row.identity)
        lines.append(
            f"| {row.file} | {row.style} | {row.right} | {row.wrong} | {row.withheld} | {row.kept} | {fields} | {row.known} "
            f"| {', '.join(row.found) or '–'} | {row.quality} |"
        )
    right, wrong = sum(row.right for row in found), sum(row.wrong for row in found)
    reports = [row for row in found if row.style != "negative"]
    lines.append(
        f"| all | | {right} | {wrong} | {sum(row.withheld for row in found)} | {sum(row.kept for row in found)} | "
        f"{sum(len(FIELDS) - len(row.identity) for row in reports)}/{len(FIELDS) * len(reports)} | | | |"
    )
    return "\n".join(lines)
