from __future__ import annotations

from pipelines.checks.linear import Equation, evaluate, proven_zeros
from pipelines.checks.subject import figure
from pipelines.model import Check, Fact, State
from pipelines.quality import quality

KEYS = (("a", ""), ("b", ""), ("c", ""))
SUM = Equation("T4_SUM", KEYS[:2], KEYS[2:], ("c", ""), ("parts", "total"))


def cell(name: str, value: float | None, state: State | None = None) -> tuple[tuple[str, str], Fact]:
    return (name, ""), Fact(
        name, "", value, "件", "", state or ("blank" if value is None else "reported"), "grid", "{}"
    )


def outcome(a: float | None, b: float | None, c: float | None) -> tuple[str, str | None]:
    check = evaluate(SUM, dict([cell("a", a), cell("b", b), cell("c", c)]))
    assert check is not None
    return check.outcome, check.severity


def test_outcomes_of_a_sum() -> None:
    assert outcome(1, 2, 3) == ("pass", None)
    assert outcome(1, 2, 4) == ("fail", "error")
    assert outcome(3, None, 3) == ("pass_blank_as_zero", None)
    assert outcome(1, None, 3) == ("undecided", "info")
    assert outcome(None, None, None) == ("pass_blank_as_zero", None)


def test_an_unplaced_number_is_never_zero() -> None:
    check = evaluate(SUM, dict([cell("a", 3), cell("b", None, "ambiguous"), cell("c", 3)]))
    assert check is not None
    assert (check.outcome, check.severity) == ("undecided", "warning")


def test_nothing_is_said_of_a_table_that_is_not_there() -> None:
    assert evaluate(SUM, dict(cell(name, None, "absent") for name in "abc")) is None


def test_decimals_are_added_exactly() -> None:
    assert outcome(0.1, 0.2, 0.3) == ("pass", None)


def test_expected_and_actual_are_plain_numbers() -> None:
    assert [figure(x) for x in (3.0, 25.1, None, -155.0, 14957.701682, 1e6)] == [
        "3",
        "25.1",
        "",
        "-155",
        "14957.701682",
        "1000000",
    ]
    check = evaluate(SUM, dict([cell("a", 1), cell("b", 2), cell("c", 4)]))
    assert check is not None
    assert (check.expected, check.actual) == ("3", "4")


def test_blanks_that_a_sum_proves() -> None:
    def proven(a: float | None, b: float | None, c: float | None) -> set[str]:
        return {key for key, _ in proven_zeros([SUM], dict([cell("a", a), cell("b", b), cell("c", c)]))}

    assert proven(3, None, 3) == {"b"}
    assert proven(None, None, 0) == {"a", "b"}
    assert proven(0, 0, None) == {"c"}
    assert proven(1, None, 3) == set()
    assert proven(1, 2, None) == set()
    assert proven(None, None, None) == set()
    assert proven(None, 0, None) == set()


def test_what_is_proven_proves_more() -> None:
    other = Equation("T4_SUM", (("d", ""), ("e", "")), (("b", ""),), ("b", ""), ("parts", "total"))
    facts = dict([cell("a", 3), cell("b", None), cell("c", 3), cell("d", None), cell("e", None)])
    assert {key for key, _ in proven_zeros([other, SUM], facts)} == {"b", "d", "e"}


def test_quality_is_the_worst_that_is_known() -> None:
    read = dict([cell("a", 1)])[("a", "")]
    passed = Check("T4_SUM", "pass")

    def of(*checks: Check, facts: tuple[Fact, ...] = (read,)) -> str:
        return quality("2021", facts, checks)

    assert of(passed) == "ok"
    assert of(passed, Check("TIMELY_GOV", "fail", "info")) == "ok"
    assert of(Check("PERIOD", "undecided", "info")) == "ok"
    assert of(Check("PERIOD", "fail", "warning")) == "warning"
    assert of(Check("T3_ROW_SUM", "undecided", "info")) == "warning"
    assert of(Check("BLANKS", "fail", "info")) == "warning"
    assert of(Check("PERIOD", "fail", "warning"), Check("T4_SUM", "fail", "error")) == "error"
    assert of(passed, facts=(read, cell("b", None, "ambiguous")[1])) == "warning"
    assert of(passed, facts=(read, cell("b", None, "absent")[1])) == "warning"
    assert of(passed, facts=()) == "unparsed"
    assert of(Check("TABLE_MISSING", "fail", "error"), facts=(cell("b", None, "absent")[1],)) == "unparsed"
