"""Golden cases: `tests/cases/<name>/` holds a page, why it is there, and everything that is read from it.

`NIANBAO_ACCEPT=1 pytest tests/pipelines/test_cases.py` writes what is read now as the new expectation; look at the
difference before committing it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipelines import cases
from pipelines.checks import RULES
from pipelines.codebook import rules
from pipelines.extract import extract
from pipelines.model import Extraction

CASES = Path(__file__).resolve().parents[1] / "cases"
NAMES = sorted(folder.name for folder in CASES.iterdir() if (folder / "case.toml").is_file())


def load(name: str) -> tuple[dict[str, Any], Extraction]:
    case, source = cases.load(CASES / name)
    return case, extract(source)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_reads_as_accepted(name: str) -> None:
    _, extraction = load(name)
    if os.environ.get("NIANBAO_ACCEPT"):
        cases.accept(CASES / name, extraction)
    found = json.loads(json.dumps(cases.compact(extraction)))
    assert found == json.loads((CASES / name / cases.ACCEPTED).read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_bites_in_its_case(rule: str) -> None:
    assert rule.lower() in NAMES, f"no folder tests/cases/{rule.lower()}"
    case, extraction = load(rule.lower())
    assert case["rule"] == rule
    assert any(check.rule == rule and check.outcome in ("fail", "undecided") for check in extraction.checks)
    assert extraction.report is not None
    severities = {check.severity for check in extraction.checks if check.rule == rule}
    if "error" in severities:
        assert extraction.report.quality in ("error", "unparsed")
    if "warning" in severities:
        assert extraction.report.quality != "ok"


@pytest.mark.parametrize("name", ["lawful_2019", "lawful_2021", "lawful_stats"])
def test_a_lawful_report_has_no_finding_and_is_ok(name: str) -> None:
    _, extraction = load(name)
    assert extraction.report is not None
    assert [check for check in extraction.checks if check.severity] == []
    assert extraction.report.quality == "ok"
    assert all(fact.state == "reported" for fact in extraction.facts)


def test_every_finding_is_of_a_rule_in_the_codebook() -> None:
    assert set(RULES) <= set(rules())
    for name in NAMES:
        assert {check.rule for check in load(name)[1].checks} <= set(RULES)


def test_the_rules_left_out_here_are_those_across_years_and_pages() -> None:
    elsewhere = {"F21_STOCK_RULES", "F21_STOCK_NORMATIVE", "F19_ITEMS_CHAIN", "CARRY", "F14_CARRY_NONE", "UNIT_MAG"}
    elsewhere |= {
        "DATE_VS_SEEN",
        "YOY",
        "ZERO_ANOMALY",
        "SAME_AS_LAST",
        "TEXT_REUSE",
        "HIERARCHY",
        "DUPLICATE",
        "REVISION",
    }
    assert set(rules()) - RULES == elsewhere
