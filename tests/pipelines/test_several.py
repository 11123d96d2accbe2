"""Two reports on one page: only what stands below the title of the page's own report is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.extract import extract
from pipelines.model import Extraction, Source

CASES = Path(__file__).resolve().parents[1] / "cases"
PAGES = {name: (CASES / f"lawful_{name}" / "page.html").read_text(encoding="utf-8") for name in ("2019", "2021")}


def reading(page: str) -> Extraction:
    return extract(Source(page.encode(), name="page.html"))


def figures(extraction: Extraction) -> dict[tuple[str, str], float | None]:
    return {(fact.indicator, fact.applicant): fact.value for fact in extraction.facts}


@pytest.mark.parametrize(("first", "second"), [("2019", "2021"), ("2021", "2019")])
def test_tables_of_the_second_report_are_left_out(first: str, second: str) -> None:
    both, alone = reading(PAGES[first] + PAGES[second]), reading(PAGES[first])
    assert both.report is not None
    assert alone.report is not None
    assert (both.report.year, both.report.form) == (alone.report.year, first)
    assert figures(both) == figures(alone)
    assert both.report.quality == "warning"
    assert any("other reports" in check.message for check in both.checks)


def test_a_table_that_only_the_second_report_has_is_absent() -> None:
    page = PAGES["2019"]
    both = reading(page[: page.rindex("<table")] + PAGES["2021"])
    assert figures(both)["review_total", ""] is None
    assert {fact.state for fact in both.facts if fact.indicator.startswith("review_")} == {"absent"}


def test_the_report_of_the_year_before_may_stand_first() -> None:
    """The page's own title is printed above both."""
    own = "<h1>沙洋县人民政府2022年政府信息公开工作年度报告</h1>"
    page = PAGES["2021"]
    both = reading(own + PAGES["2019"].replace("<h1>", "<p>").replace("</h1>", "</p>") + page)
    assert both.report is not None
    assert both.report.year == 2022
    right = figures(reading(page))
    assert all(right.get(key) == value for key, value in figures(both).items() if value is not None)


def test_links_to_other_reports_between_the_tables_take_nothing_away() -> None:
    page = PAGES["2021"]
    at = page.rindex("<table")
    link = "<p><a href='/1.html'>沙洋县人民政府2021年政府信息公开工作年度报告</a></p>"
    extraction = reading(page[:at] + link + page[at:])
    assert extraction.report is not None
    assert extraction.report.quality == "ok"
    assert figures(extraction) == figures(reading(page))
