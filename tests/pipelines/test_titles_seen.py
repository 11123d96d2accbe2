"""Titles of real pages: year and unit by the title alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pipelines import titles
from pipelines.wording import squeeze

SEEN = Path(__file__).resolve().parents[3] / "shared" / "pages_seen.csv"
ALIKE = (
    "街道办事处", "街道", "管理委员会", "管委会", "人民政府", "政府", "办公室", "及办公室",
)  # fmt: skip


def core(name: str) -> str:
    """A unit's name without the words that its own pages print or leave out."""
    name = squeeze(name)
    for word in ALIKE:
        name = name.replace(word, "")
    return name


@pytest.mark.parametrize(
    ("title", "unit", "year"),
    [
        ("大連市2013年度政府信息公開工作報告", "大连市", 2013),
        ("福建省國土資源廳2012年度政府信息公開年度工作報告", "福建省国土资源厅", 2012),
        ("2013年度興仁縣政府信息公開工作年報", "兴仁县", 2013),
        ("四川省退役軍人事務廳2023年政府信息公開工作年度報告", "四川省退役军人事务厅", 2023),
    ],
)
def test_titles_in_traditional_characters(title: str, unit: str, year: int) -> None:
    parsed = titles.parse(title, "")
    assert (parsed.unit, parsed.year) == (unit, year)


def test_titles_of_pages_seen() -> None:
    """Where a title names a year it is the right one; the unit it names is the page's, in 99 of 100."""
    if not SEEN.is_file():
        pytest.skip("the list of pages seen is not here")
    with SEEN.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is_report"] == "1" and row["title"].strip()]
    reports = [row for row in rows if titles.is_report_title(row["title"])]
    assert len(reports) / len(rows) >= 0.985
    dated = [row for row in reports if row["year"] and titles.year_of(row["title"])]
    assert len(dated) / len(reports) >= 0.9
    assert sum(str(titles.year_of(row["title"])) == row["year"] for row in dated) / len(dated) >= 0.99
    # On hijacked copies an advertisement stands where the unit's name was.
    own = [row for row in reports if not re.search("bet365|[^育]{0,9}体育(?!局)", row["title"][:14])]
    named = [(core(titles.unit_of(row["title"])), core(row["unit"])) for row in own]
    # Places above the unit may be printed or not; short names (发改局) are compared by their first and last character.
    named = [(unit, known) for unit, known in named if unit]
    right = [unit in known or known in unit or (unit[0] in known and unit[-1] == known[-1]) for unit, known in named]
    assert sum(right) / len(right) >= 0.99
