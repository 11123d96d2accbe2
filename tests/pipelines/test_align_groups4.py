"""Table 4 in other shapes than one row of fifteen figures."""

from __future__ import annotations

import pytest

from pipelines.model import Source
from pipelines.readers import read
from pipelines.tables import TableReading, read_tables

OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
NAMES = ("upheld", "corrected", "other", "pending", "total")
GROUPS = {
    "review": ("行政复议", (3, 0, 1, 2, 6)),
    "litigation_direct": ("未经复议直接起诉", (7, 1, 0, 0, 8)),
    "litigation_after_review": ("复议后起诉", (0, 0, 4, 5, 9)),
}
TRUTH = {f"{g}_{n}": v for g, (_, values) in GROUPS.items() for n, v in zip(NAMES, values, strict=True)}
HANDLED = ["（七）总计", "1", "0", "0", "0", "0", "0", "1"]


def table(rows: list[list[str]]) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows) + "</table>"


def row_each(values: dict[str, list[str]]) -> str:
    return table([["", *OUTCOMES], *[[GROUPS[g][0], *cells] for g, cells in values.items()]])


def three_tables(values: dict[str, list[str]]) -> str:
    return "".join(table([[GROUPS[g][0]], list(OUTCOMES), cells]) for g, cells in values.items())


def column_each(values: dict[str, list[str]]) -> str:
    heads = [["", "行政复议", "行政诉讼", ""], ["", "", "未经复议直接起诉", "复议后起诉"]]
    return table([*heads, *[[outcome, *[cells[i] for cells in values.values()]] for i, outcome in enumerate(OUTCOMES)]])


def figure_a_line(values: dict[str, list[str]]) -> str:
    return table(
        [[GROUPS[g][0], outcome, cells[i]] for g, cells in values.items() for i, outcome in enumerate(OUTCOMES)]
    )


def reading(text: str) -> TableReading:
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    page = f"<html><meta charset=utf-8><body>{table([['', *heads], HANDLED])}<p>四、复议和诉讼</p>{text}</body></html>"
    return read_tables(read(Source(page.encode(), name="a.html")), "2021")


def figures() -> dict[str, list[str]]:
    return {group: [str(value) for value in values] for group, (_, values) in GROUPS.items()}


@pytest.mark.parametrize("shape", [row_each, three_tables, column_each, figure_a_line])
def test_every_figure_is_read_by_its_labels(shape) -> None:  # type: ignore[no-untyped-def]
    result = reading(shape(figures()))
    assert {fact.indicator: fact.value for fact in result.facts if fact.indicator in TRUTH} == TRUTH
    assert result.tables_found["4"] == 15
    handled = [fact.value for fact in result.facts if fact.indicator == "requests_handled"]
    assert handled == [1, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("shape", [row_each, three_tables, column_each, figure_a_line])
def test_a_group_that_does_not_add_up_is_not_read(shape) -> None:  # type: ignore[no-untyped-def]
    values = figures()
    values["review"][0] = "4"
    result = reading(shape(values))
    assert not any(fact.state == "reported" for fact in result.facts if fact.indicator in TRUTH)
