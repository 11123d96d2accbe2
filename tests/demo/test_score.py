"""The comparison counts what is right, wrong and not read, and lets nothing pass as right that is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from demo.score import Score, judge, score_cells
from demo.server import ExpectedFinding, ExpectedReport

FACTS = {("requests_new", "total"): 12, ("requests_other", "total"): None, ("art20_8_fees_amount", ""): 180.338174}
REPORT = ExpectedReport(
    "120106",
    "http://a/1.html",
    "某区人民政府",
    "government",
    "120106",
    2021,
    "2021",
    "2022-03-01",
    FACTS,
    "html",
    True,
    "某",
)
WHOLE = {
    ("requests_new", "total"): (12.0, "reported"),
    ("requests_other", "total"): (None, "blank"),
    ("art20_8_fees_amount", ""): (180.338174, "reported"),
}


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, Score(3, 0, 0)),
        ({("requests_new", "total"): (13.0, "reported")}, Score(2, 1, 0)),
        ({("requests_new", "total"): (None, "ambiguous")}, Score(2, 0, 1)),
        ({("requests_other", "total"): (0.0, "reported")}, Score(2, 1, 0)),
        ({("requests_other", "total"): (None, "absent")}, Score(2, 0, 1)),
        ({("art20_8_fees_amount", ""): (1803381.74, "reported")}, Score(2, 1, 0)),
        ({("requests_granted", "total"): (5.0, "reported")}, Score(3, 1, 0)),
        ({("requests_granted", "total"): (None, "absent")}, Score(3, 0, 0)),
    ],
)
def test_cells(change: dict[tuple[str, str], tuple[float | None, str]], score: Score) -> None:
    assert score_cells(REPORT, {**WHOLE, **change}) == score


def test_a_cell_that_was_not_stored_is_unread() -> None:
    assert score_cells(REPORT, {}) == Score(0, 0, 3)


@pytest.fixture
def snapshot() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """
        create table reports (report_id, site_id, url, unit_name, unit_kind, region_code, year, form, published_on,
          content_kind, quality, superseded_by);
        create table facts (report_id, indicator, applicant, value, state);
        create table checks (report_id, rule, outcome, indicator, applicant);
        insert into reports values ('r1', '120106', 'http://a/1.html', '某区人民政府', 'government', '120106', 2021, '2021',
          '2022-03-01', 'html', 'ok', null);
        insert into checks values ('r1', 'CARRY', 'fail', 'requests_carried_in', 'total'), ('r1', 'T4_SUM', 'pass', '', '');
        """
    )
    for (indicator, applicant), (value, state) in WHOLE.items():
        connection.execute("insert into facts values ('r1', ?, ?, ?, ?)", (indicator, applicant, value, state))
    yield connection
    connection.close()


def test_a_perfect_snapshot(snapshot: sqlite3.Connection) -> None:
    finding = ExpectedFinding("CARRY", "120106", "某区人民政府", 2021, "requests_carried_in", "", "")
    verdict = judge(snapshot, [REPORT], [finding])
    assert verdict.score == Score(3, 0, 0)
    assert (verdict.surprises, verdict.missed, verdict.findings) == ((), (), 1)
    assert (verdict.reports[0].found, verdict.reports[0].differs) == (True, ())


def test_what_differs_is_named(snapshot: sqlite3.Connection) -> None:
    passed = ExpectedFinding("T4_SUM", "120106", "某区人民政府", 2021, "", "", "")
    other = replace(REPORT, unit_name="某区人民政府办公室", published_on="2022-01-01", canonical=False)
    absent = replace(REPORT, url="http://a/2.html")
    verdict = judge(snapshot, [other, absent], [passed])
    assert verdict.reports[0].differs == ("unit_name", "published_on", "superseded_by")
    assert (verdict.reports[1].found, verdict.reports[1].score) == (False, Score(0, 0, 3))
    assert verdict.missed == (passed,)


def test_the_form_of_an_unread_document_is_not_asked_for(snapshot: sqlite3.Connection) -> None:
    snapshot.execute("update reports set form = null")
    assert judge(snapshot, [REPORT], []).reports[0].differs == ("form",)
    snapshot.execute("update reports set quality = 'unparsed'")
    assert judge(snapshot, [REPORT], []).reports[0].differs == ()


def test_a_decoy_in_the_tables_is_a_surprise(snapshot: sqlite3.Connection) -> None:
    snapshot.execute("insert into reports (report_id, site_id, url) values ('r2', '120106', 'http://a/decoy.html')")
    assert judge(snapshot, [REPORT], []).surprises == ("http://a/decoy.html",)
