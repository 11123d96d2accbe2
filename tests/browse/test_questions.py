"""Every question against sums done by hand; the figures stand in conftest.py."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from browse.questions import ARITHMETIC, QUESTIONS
from pipelines.codebook import rules


def rows(get: Any, name: str, **parameters: str) -> list[dict[str, Any]]:
    answer = get(f"/nianbao/{name}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_refusals_are_eight_grounds_over_all_that_was_handled(get: Any) -> None:
    small = "少于30件，勿作比较 · fewer than 30, do not compare"
    assert rows(get, "refusal_rate") == [
        # 3 + 5 of 40; two blank cells are zero because the rest adds up to 40.
        {"province": "天津市", "year": 2021, "refused": 8, "handled": 40, "percent": 20.0, "reports": 1, "left_out": 0,
         "caution": ""},
        # 9 printed results, 10 in all: what is missing is not known, so there is no rate.
        {"province": "天津市", "year": 2022, "refused": None, "handled": None, "percent": None, "reports": 0,
         "left_out": 1, "caution": "没有可用的报告 · no report could be used"},
        # The form of 2019, whose other handling is one row.
        {"province": "河北省", "year": 2020, "refused": 1, "handled": 5, "percent": 20.0, "reports": 1, "left_out": 0,
         "caution": small},
    ]  # fmt: skip


def test_questions_can_be_narrowed(get: Any) -> None:
    assert [r["year"] for r in rows(get, "refusal_rate", province="天津市")] == [2021, 2022]
    assert [r["year"] for r in rows(get, "refusal_rate", province="河北")] == [2020]
    assert [r["province"] for r in rows(get, "refusal_rate", year="2021")] == ["天津市"]
    assert rows(get, "refusal_rate", unit_kind="township") == []
    assert [r["left_out"] for r in rows(get, "refusal_rate", unit_kind="department")] == [1]


def test_grounds_of_refusal(get: Any) -> None:
    found = [r for r in rows(get, "refusal_grounds", year="2021") if r["refused"]]
    assert [(r["ground"], r["refused"], r["percent"]) for r in found] == [
        ("6.属于四类过程性信息", 5, 62.5),
        ("5.属于三类内部事务信息", 3, 37.5),
    ]
    assert {(r["of_refused"], r["reports"], r["left_out"]) for r in found} == {(8, 1, 0)}  # the denominators
    assert {(r["reports"], r["left_out"]) for r in rows(get, "refusal_grounds", year="2020")} == {(1, 0)}
    assert all(r["caution"] for r in found)  # eight refusals are too few to compare
    assert {r["year"] for r in rows(get, "refusal_grounds")} == {2020, 2021}


def test_who_was_asked_most(get: Any, ids: dict[str, str]) -> None:
    found = rows(get, "most_asked")
    assert [(r["year"], r["new_requests"], r["year_before"], r["report_id"]) for r in found] == [
        (2021, 41, None, ids["2021"]),
        (2022, 8, 41, ids["2022"]),
        (2020, 5, None, ids["2020"]),
    ]
    assert found[0]["percent_persons"] == 100.0
    # Asked for one year alone, the year before is known all the same.
    assert [(r["year"], r["year_before"]) for r in rows(get, "most_asked", year="2022")] == [(2022, 41)]


def test_reviews_and_litigation_lost(get: Any) -> None:
    (review,) = rows(get, "reviews_lost", year="2021")
    # 2 of 6 + 2 + 0 concluded; the pending one is not in the denominator.
    assert (review["corrected"], review["concluded"], review["percent"], review["reports"]) == (2, 8, 25.0, 1)
    (litigation,) = rows(get, "litigation_lost", year="2021")
    assert (litigation["corrected"], litigation["concluded"], litigation["percent"]) == (1, 4, 25.0)
    (nothing,) = rows(get, "reviews_lost", year="2020")
    assert (nothing["concluded"], nothing["percent"], nothing["reports"]) == (0, None, 1)


def test_findings(get: Any, ids: dict[str, str]) -> None:
    (broken,) = rows(get, "own_arithmetic")
    assert (broken["report_id"], broken["rule"], broken["expected"], broken["actual"]) == (
        ids["2022"], "T3_RESULT_SUM", "10", "9",
    )  # fmt: skip
    assert broken["rule_zh"] == "各项办理结果之和等于总计，逐列"
    (carry,) = rows(get, "carry_over")
    assert (carry["expected"], carry["actual"], carry["region"]) == ("1", "2", "天津市红桥区")
    (changed,) = rows(get, "changed")
    assert (changed["old_value"], changed["new_value"], changed["applicant"]) == (40, 41, "total")


def test_what_is_missing(get: Any) -> None:
    assert [(r["region"], r["year"], r["state"]) for r in rows(get, "missing")] == [
        ("天津市红桥区", 2023, "unread"),
        ("河北省沧州市运河区", 2021, "missing"),
    ]
    assert [r["year"] for r in rows(get, "missing", state="missing")] == [2021]
    assert [r["region_code"] for r in rows(get, "missing", state="unknown")] == ["110101"]


def test_one_figure_over_time(get: Any) -> None:
    assert [(r["year"], r["value"], r["applicant"]) for r in rows(get, "over_time", region="120106")] == [
        (2021, 41, "total"),
        (2022, 8, "total"),
    ]
    (fees,) = rows(get, "over_time", region="120106", indicator="art20_8_fees_amount")[:1]
    assert (fees["value"], fees["unit"], fees["raw"]) == (25.1, "万元", "25.1")
    (dash,) = rows(get, "over_time", region="120106", indicator="art20_1_rules_issued")[:1]
    assert (dash["value"], dash["raw"], dash["state"]) == (None, "—", "dash")
    assert {r["region_code"] for r in rows(get, "over_time")} == {"120106", "130903"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_question_has_a_page_and_a_csv(get: Any, question: Any) -> None:
    page = get(f"/nianbao/{question.name}")
    assert page.status_code == 200
    assert question.zh in page.text
    assert question.en in page.text
    for label in question.parameters.values():
        assert label in page.text
    table = list(csv.DictReader(io.StringIO(get(f"/nianbao/{question.name}.csv").text)))
    assert len(table) == len(rows(get, question.name))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
@pytest.mark.parametrize("value", ["' or 1=1 --", "河北\x00省", "%", "1e999", "𝟚𝟘𝟚𝟙"])
def test_parameters_are_values_and_never_sql(get: Any, question: Any, value: str) -> None:
    everything = rows(get, question.name)
    for name in question.parameters:
        found = rows(get, question.name, **{name: value})
        assert all(row in everything or row.get("left_out") == 0 for row in found)
        assert len(found) < max(len(everything), 1)


def test_the_arithmetic_rules_are_rules_of_the_codebook() -> None:
    assert set(ARITHMETIC) <= set(rules())
