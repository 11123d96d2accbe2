"""Compares the tables of a demo crawl with what the world's figures say they must hold."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demo.server import ExpectedFinding, ExpectedReport

Cells = Mapping[tuple[str, str], tuple[float | None, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """`right`: value and blankness as printed. `wrong`: a number that does not stand there, or one where nothing
    stands. `unread`: no number where one stands (withheld with a reason, or the report is not in the tables)."""

    right: int = 0
    wrong: int = 0
    unread: int = 0

    @property
    def all(self) -> int:
        return self.right + self.wrong + self.unread

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.unread + other.unread)


@dataclass(frozen=True, slots=True)
class Judged:
    """One expected report beside its row: `score` of its cells, `differs` names the columns of `reports` that differ."""

    expected: ExpectedReport
    found: bool
    quality: str
    score: Score
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`surprises`: addresses that the tables hold as reports and that are none. `missed`: deliberate breaks not found."""

    reports: tuple[Judged, ...]
    surprises: tuple[str, ...]
    findings: int
    missed: tuple[ExpectedFinding, ...]

    @property
    def score(self) -> Score:
        return sum((judged.score for judged in self.reports), Score())


def score_cells(expected: ExpectedReport, cells: Cells) -> Score:
    """`cells` are (value, state) by indicator and applicant."""
    right = wrong = unread = 0
    for key, value in expected.facts.items():
        got, state = cells.get(key, (None, "absent"))
        if value is None:
            right, wrong, unread = (
                right + (state == "blank"),
                wrong + (got is not None),
                unread + (got is None and state != "blank"),
            )
        elif got is None:
            unread += 1
        elif math.isclose(got, value, rel_tol=0, abs_tol=1e-9):
            right += 1
        else:
            wrong += 1
    wrong += sum(1 for key, (got, _) in cells.items() if key not in expected.facts and got is not None)
    return Score(right, wrong, unread)


def judge(
    connection: sqlite3.Connection, expected: Iterable[ExpectedReport], findings: Iterable[ExpectedFinding]
) -> Verdict:
    """Everything expected beside the tables `reports`, `facts` and `checks` of a snapshot."""
    connection.row_factory = sqlite3.Row
    rows = {(row["site_id"], row["url"]): row for row in connection.execute("select * from reports")}
    judged = []
    for report in expected:
        row = rows.pop((report.site_id, report.url), None)
        if row is None:
            judged.append(Judged(report, False, "", Score(unread=len(report.facts)), ()))
            continue
        facts = connection.execute("select * from facts where report_id = ?", (row["report_id"],))
        cells = {(fact["indicator"], fact["applicant"]): (fact["value"], fact["state"]) for fact in facts}
        judged.append(Judged(report, True, row["quality"], score_cells(report, cells), _differs(report, row)))
    wanted = tuple(findings)
    return Verdict(
        tuple(judged),
        tuple(url for _, url in rows),
        len(wanted),
        tuple(finding for finding in wanted if not _found(connection, finding)),
    )


def _differs(report: ExpectedReport, row: sqlite3.Row) -> tuple[str, ...]:
    names = ["unit_name", "unit_kind", "region_code", "year", "published_on", "content_kind"]
    if row["quality"] != "unparsed":  # the form shows in the tables alone
        names.append("form")
    told = tuple(name for name in names if (row[name] or None) != getattr(report, name))
    return told if (row["superseded_by"] is None) == report.canonical else (*told, "superseded_by")


def _found(connection: sqlite3.Connection, finding: ExpectedFinding) -> bool:
    query = """
        select 1 from checks join reports using (report_id)
        where rule = :rule and outcome = 'fail' and site_id = :site_id and unit_name = :unit_name and year = :year
          and (:indicator = '' or indicator = :indicator) and (:applicant = '' or applicant = :applicant)
    """
    names = ("rule", "site_id", "unit_name", "year", "indicator", "applicant")
    return connection.execute(query, {name: getattr(finding, name) for name in names}).fetchone() is not None
