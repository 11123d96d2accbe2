"""The real reports, whole: who, when, every figure, every chapter, and what the rules say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.cells import table_of
from pipelines.extract import extract
from pipelines.model import Extraction, Source

SIX = ["preamble", "general", "proactive", "requests", "reviews", "problems", "other"]
EXACT = {
    "seed_hongqiao_2020.txt": "ok",
    "seed_yunhe_2020.txt": "warning",
    "seed_huaian_etdz_2020.txt": "warning",
    "seed_shenzhou_2021.txt": "ok",
    "seed_xinhua_2017.txt": "ok",
    "shuyang_ndrc_2023.html": "ok",
    "pingtan_2019_recon.html": "ok",
    "pingtan_2021_recon.html": "ok",
}
KINDS = {
    "seed_hongqiao_2020.txt": ("government", "jurisdiction"),
    "seed_yunhe_2020.txt": ("government", "jurisdiction"),
    "seed_huaian_etdz_2020.txt": ("zone", "jurisdiction"),
    "seed_shenzhou_2021.txt": ("office", "office"),
    "seed_xinhua_2017.txt": ("government", "jurisdiction"),
    "shuyang_ndrc_2023.html": ("department", "office"),
    "pingtan_2019_recon.html": ("zone", "jurisdiction"),
    "pingtan_2021_recon.html": ("zone", "jurisdiction"),
}


def reading(folder: Path, name: str) -> Extraction:
    return extract(Source((folder / name).read_bytes(), name=name))


@pytest.mark.parametrize("name", EXACT)
def test_unit_year_form_date_and_place(real_reports: Path, truth: dict[str, Any], name: str) -> None:
    report = reading(real_reports, name).report
    assert report is not None
    known = truth[name]
    assert report.unit_name == known["unit"]
    assert report.year == known["year"]
    assert report.form == known["form"]
    assert report.published_on == known["published_on"]
    assert report.region_code == known["region_code"]
    assert (report.unit_kind, report.scope) == KINDS[name]
    assert report.content_kind == name.rpartition(".")[2].replace("txt", "text")


@pytest.mark.parametrize("name", EXACT)
def test_every_figure_and_every_blank(real_reports: Path, truth: dict[str, Any], name: str) -> None:
    facts = {f"{f.indicator}/{f.applicant}".rstrip("/"): f for f in reading(real_reports, name).facts}
    known = truth[name]["facts"]
    assert set(facts) == set(known)
    for key, value in known.items():
        if value is None:
            assert (facts[key].value, facts[key].state) == (None, "blank"), key
        else:
            assert facts[key].value == pytest.approx(value, rel=1e-12), key
            assert facts[key].state == "reported", key


@pytest.mark.parametrize(("name", "quality"), EXACT.items())
def test_quality(real_reports: Path, name: str, quality: str) -> None:
    report = reading(real_reports, name).report
    assert report is not None
    assert report.quality == quality


@pytest.mark.parametrize("name", [name for name in EXACT if "xinhua" not in name])
def test_the_six_chapters_in_order_and_nothing_else(real_reports: Path, name: str) -> None:
    sections = reading(real_reports, name).sections
    assert [section.kind for section in sections] == SIX
    assert [section.position for section in sections] == list(range(7))
    assert sections[0].heading == ""
    for furniture in ("关于我们", "网站标识码", "您现在的位置", "无障碍", "ICP"):
        assert not any(furniture in section.text or furniture in section.heading for section in sections)


def test_chapters_of_a_report_before_the_forms(real_reports: Path) -> None:
    sections = reading(real_reports, "seed_xinhua_2017.txt").sections
    assert [s.kind for s in sections] == ["preamble", "general", *["other"] * 5, "problems"]
    assert [s.heading[:2] for s in sections[1:]] == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"]


def test_headings_are_verbatim(real_reports: Path) -> None:
    headings = [s.heading for s in reading(real_reports, "seed_huaian_etdz_2020.txt").sections]
    assert headings[1] == "—、总体情况"
    assert headings[5] == "五、 存在的主要问题及改进情况"


@pytest.mark.parametrize("name", [name for name in EXACT if "xinhua" not in name])
def test_every_sum_of_the_form_was_checked_and_holds(real_reports: Path, name: str) -> None:
    extraction = reading(real_reports, name)
    outcomes = Counter((c.rule, c.outcome in ("pass", "pass_blank_as_zero")) for c in extraction.checks)
    rows = 25 if extraction.report and extraction.report.form == "2021" else 23
    for rule, times in (("T3_IDENTITY", 7), ("T3_RESULT_SUM", 7), ("T3_ROW_SUM", rows), ("T4_SUM", 3), ("DIM", 3)):
        assert outcomes[rule, True] == times, rule
        assert outcomes[rule, False] == 0, rule
    assert all(c.severity is None for c in extraction.checks if c.outcome.startswith("pass"))


def test_blanks_are_proved_by_arithmetic_not_filled(real_reports: Path) -> None:
    extraction = reading(real_reports, "seed_hongqiao_2020.txt")
    blanks = [c for c in extraction.checks if c.rule == "BLANKS"]
    assert [c.outcome for c in blanks] == ["pass_blank_as_zero", "pass_blank_as_zero"]
    assert sum(float(c.actual) for c in blanks) == 127
    assert all(f.value is None for f in extraction.facts if f.state == "blank")


def test_prose_agrees_with_the_tables(real_reports: Path) -> None:
    expected = {
        "seed_hongqiao_2020.txt": {"TXT_RECEIVED": 1, "TXT_CARRY_IN": 1, "TXT_HANDLED": 1, "TXT_CARRY_OUT": 1},
        "seed_yunhe_2020.txt": {"TXT_RECEIVED": 1, "TXT_HANDLED": 1, "TXT_CARRY_OUT": 1, "TXT_CONTRADICTION": 2},
        "seed_huaian_etdz_2020.txt": {"TXT_RECEIVED": 1},
        "seed_shenzhou_2021.txt": {"TXT_RECEIVED": 1, "TXT_HANDLED": 1, "TXT_REVIEW": 1},
        "pingtan_2021_recon.html": {"TXT_RECEIVED": 1, "TXT_HANDLED": 1, "TXT_CARRY_OUT": 1},
    }
    for name, rules in expected.items():
        checks = [c for c in reading(real_reports, name).checks if c.rule.startswith("TXT_")]
        assert Counter(c.rule for c in checks) == rules, name
        assert all(c.severity is None for c in checks), name


def test_findings_that_the_documents_deserve(real_reports: Path) -> None:
    def findings(name: str) -> list[tuple[str, str]]:
        return [(c.rule, c.actual) for c in reading(real_reports, name).checks if c.severity]

    assert findings("seed_yunhe_2020.txt") == [("DIGIT_SPLIT", "20201月1日"), ("DIGIT_SPLIT", "202012月31日")]
    [label, (rule, brand)] = findings("seed_huaian_etdz_2020.txt")
    assert label == ("LABELS", "near_label")
    assert rule == "DOMAIN"
    assert "体彩" in brand
    for clean in ("seed_hongqiao_2020.txt", "seed_shenzhou_2021.txt", "seed_xinhua_2017.txt", "shuyang_ndrc_2023.html"):
        assert findings(clean) == []


@pytest.mark.parametrize("name", ["pingtan_2011.txt", "pingtan_2015.txt"])
def test_older_statistics_tables_in_running_text(real_reports: Path, truth: dict[str, Any], name: str) -> None:
    extraction = reading(real_reports, name)
    report, known = extraction.report, truth[name]
    assert report is not None
    assert (report.unit_name, report.year, report.form) == (known["unit"], known["year"], "legacy_stats")
    assert (report.published_on, report.region_code, report.quality) == (known["published_on"], None, "ok")
    assert {f.indicator: f.value for f in extraction.facts if f.state == "reported"} == known["facts"]
    assert {f.state for f in extraction.facts} == {"reported", "absent"}
    text = (real_reports / name).read_text(encoding="utf-8")
    for fact in extraction.facts:
        if fact.state == "reported":
            place = json.loads(fact.locator)
            assert fact.value == float(fact.raw)
            assert fact.raw in text
            assert place["end"] - place["start"] == len(fact.raw)
    printed = {(p.label.rpartition("：")[2].lstrip("1."), p.heading): p.value for p in extraction.printed}
    total = "主动公开信息数" if "2011" in name else "主动公开文件数"
    assert printed[total, "历年累计"] == (1516 if "2011" in name else 81916)
    assert {p.state for p in extraction.printed} == {"reported"}
    assert len(extraction.printed) == 22


def test_legacy_prose_yields_two_figures_with_their_sentences(real_reports: Path) -> None:
    text = (real_reports / "seed_xinhua_2017.txt").read_text(encoding="utf-8")
    facts = reading(real_reports, "seed_xinhua_2017.txt").facts
    assert [(f.indicator, f.value, f.state, f.method) for f in facts] == [
        ("prose_requests_closed", 23, "reported", "prose"),
        ("prose_fees", 0, "reported", "prose"),
    ]
    closed, fees = (json.loads(f.locator) for f in facts)
    assert text[slice(*closed["figure"])] == facts[0].raw == "23条"
    assert text[closed["start"] : closed["end"]].endswith("均已办理完毕。")
    assert text[fees["start"] : fees["end"]].startswith("2017年度")


def test_a_letter_is_no_report(real_reports: Path) -> None:
    extraction = reading(real_reports, "pingtan_2014_letter_NOT_A_REPORT.txt")
    assert extraction.report is None
    assert extraction.facts == ()
    assert extraction.error is not None
    assert extraction.error.code == "not_a_report"


@pytest.mark.parametrize("name", ["pingtan_2021.txt", "shanghai_office_2025.md"])
def test_where_borders_were_lost_no_figure_is_wrong_and_nothing_is_promised(
    real_reports: Path, truth: dict[str, Any], name: str
) -> None:
    extraction = reading(real_reports, name)
    report = extraction.report
    assert report is not None
    known = truth[name]
    assert (report.unit_name, report.year) == (known["unit"], known["year"])
    assert (report.region_code, report.form) == (known["region_code"], known["form"])
    for fact in extraction.facts:
        value = known["facts"].get(f"{fact.indicator}/{fact.applicant}".rstrip("/"))
        if fact.state == "reported" and value is not None:
            assert fact.value == pytest.approx(value), (fact.indicator, fact.applicant)
    unread = any(f.state in ("absent", "ambiguous") and table_of(f.indicator) for f in extraction.facts)
    if unread or not extraction.facts:
        assert report.quality != "ok"
