"""The real reports' own inconsistencies are found, and nothing is called an error that is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.model import Check, Source

ERRORS = {
    "huaian_hongze_2023.pdf": {
        ("T4_SUM", "review_total", "11", "0"),
        ("T4_SUM", "litigation_after_review_total", "5", "0"),
    }
}
# What each documented inconsistency must be found as, in their order: rule and what its finding names. None: a habit of
# printing (another label, a figure with its word, a numeral, a row too many) that is read as it is meant, and no break.
FOUND: dict[str, list[tuple[str, str] | None]] = {
    "seed_yunhe_2020.txt": [None, ("DIGIT_SPLIT", "20201月1日")],
    "seed_huaian_etdz_2020.txt": [("LABELS", "2.其他法律行政禁止公开"), ("DOMAIN", "体彩")],
    "seed_shenzhou_2021.txt": [None, None, None],
    "seed_hongqiao_2020.txt": [None, None, None],
    "seed_xinhua_2017.txt": [None, None],
    "shuyang_ndrc_2023.html": [None, None, None, None],
    "huaian_hongze_2023.pdf": [
        ("T4_SUM", "review"),
        ("T4_SUM", "litigation"),
        None,
        ("LABELS", "2.其他法律行政止公开"),
    ],
    "shanghai_office_2025.md": [("NUMERIC", "22 235"), None],
    "pingtan_2019_recon.html": [None, None],
    "pingtan_2011.txt": [None, None, None, None],
    "pingtan_2015.txt": [None],
}
FILES = [*FOUND, "pingtan_2021.txt", "pingtan_2021_recon.html"]


def findings(folder: Path, name: str) -> list[Check]:
    return [check for check in extract(Source((folder / name).read_bytes(), name=name)).checks if check.severity]


@pytest.mark.parametrize("name", FILES)
def test_a_report_has_the_findings_that_it_deserves(real_reports: Path, truth: dict[str, Any], name: str) -> None:
    found = findings(real_reports, name)
    errors = {(c.rule, c.indicator, c.expected, c.actual) for c in found if c.severity == "error"}
    assert errors == ERRORS.get(name, set())
    known = FOUND.get(name, [])
    assert len(known) == len(truth[name]["inconsistencies"])
    for wanted in filter(None, known):
        rule, words = wanted
        assert any(c.rule == rule and words in c.message + c.actual for c in found), wanted
    # Sentences and tables of these reports agree.
    assert [c for c in found if c.rule.startswith("TXT_")] == []


def test_every_report_was_judged(truth: dict[str, Any]) -> None:
    assert {name for name, row in truth.items() if row["form"]} == set(FILES)
