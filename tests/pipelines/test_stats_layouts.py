"""Statistics tables of 2008–2018 in the ways they were printed: what is certain is read, the rest is kept as printed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

import pytest

from pipelines.codebook import form_indicators
from pipelines.model import Fact, PrintedFigure, Source
from pipelines.readers import read
from pipelines.tables import TableReading, choose_form, read_tables

FORM = tomllib.loads(resources.files("pipelines.forms").joinpath("legacy_stats.toml").read_text(encoding="utf-8"))
ROWS: list[dict[str, Any]] = FORM["row"]
WORDINGS = [(row["indicator"], label) for row in ROWS for label in row["labels"]]
OFFICIAL = [(row["indicator"], row["labels"][0], row["unit"], index + 11) for index, row in enumerate(ROWS)]
EXPECTED = {name: float(value) for name, _, _, value in OFFICIAL}


def reading(body: str, *, text: bool = False) -> TableReading:
    page = body if text else f"<html><h1>某县2015年政府信息公开工作年度报告</h1>{body}</html>"
    document = read(Source(page.encode(), name="a.txt" if text else "a.html"))
    assert choose_form(document) == "legacy_stats"
    return read_tables(document, "legacy_stats")


def values(found: TableReading) -> dict[str, float | None]:
    return {fact.indicator: fact.value for fact in found.facts if fact.state != "absent"}


def facts(found: TableReading) -> dict[str, Fact]:
    return {fact.indicator: fact for fact in found.facts}


def printed(found: TableReading) -> list[tuple[str, str, float | None]]:
    return [(figure.label, figure.heading, figure.value) for figure in found.printed]


def table(rows: Sequence[Sequence[object]]) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) for row in rows) + "</table>"


@pytest.mark.parametrize(("indicator", "wording"), WORDINGS)
def test_every_wording_is_read(indicator: str, wording: str) -> None:
    rows = [(wording if name == indicator else label, unit, value) for name, label, unit, value in OFFICIAL]
    assert values(reading(table([("统计指标", "单位", "统计数"), *rows]))) == EXPECTED


def test_indentation_numbering_and_notes() -> None:
    rows = [
        (
            f"　　\u3000{label.replace('.', '、').replace('(', '（').replace(')', '）')}（不含涉密）",
            unit,
            f"{value}{unit if unit != '万元' else ''}",
        )
        for _, label, unit, value in OFFICIAL
    ]
    assert values(reading(table([("指　标", "单　位", "数　量"), *rows]))) == EXPECTED


def test_nested_groups_by_rowspan() -> None:
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for row, (_, label, unit, value) in zip(ROWS, OFFICIAL, strict=True):
        groups.setdefault(row["section"], []).append((label, unit, value))
    body = ""
    for section, rows in groups.items():
        for index, (label, unit, value) in enumerate(rows):
            cell = f"<td rowspan={len(rows)}>{section}</td>" if index == 0 else ""
            body += f"<tr>{cell}<td>{label}<td>{unit}<td>{value}</tr>"
    head = "<tr><th colspan=2>统计指标<th>单位<th>统计数</tr>"
    assert values(reading(f"<table>{head}{body}</table>")) == EXPECTED


def test_no_unit_column_and_units_in_the_label() -> None:
    rows = [(f"{label}（{unit}）", value) for _, label, unit, value in OFFICIAL]
    assert values(reading(table([("指标", "数量"), *rows]))) == EXPECTED
    assert values(reading(table([(label, value) for _, label, _, value in OFFICIAL]))) == EXPECTED


def test_serial_numbers_are_no_figures() -> None:
    rows = [(index, label, unit, value) for index, (_, label, unit, value) in enumerate(OFFICIAL, 1)]
    assert values(reading(table([("序号", "统计指标", "单位", "统计数"), *rows]))) == EXPECTED
    assert values(reading(table(rows))) == EXPECTED


def test_figures_left_of_their_labels_and_remarks_right() -> None:
    rows = [(value, label, unit, "含2家单位" if value == 11 else "") for _, label, unit, value in OFFICIAL]
    assert values(reading(table([("统计数", "统计指标", "单位", "备注"), *rows]))) == EXPECTED


def test_two_halves_side_by_side() -> None:
    half = (len(OFFICIAL) + 1) // 2
    rows = [
        [cell for _, label, unit, value in OFFICIAL[index::half] for cell in (label, unit, value)]
        for index in range(half)
    ]
    assert values(reading(table([["统计指标", "单位", "统计数"] * 2, *rows]))) == EXPECTED


def test_pipes_and_a_cell_a_line() -> None:
    title = "某县2015年政府信息公开工作年度报告\n\n"
    rows = [("统计指标", "单位", "统计数"), *((label, unit, value) for _, label, unit, value in OFFICIAL)]
    pipes = "\n".join("|" + "|".join(map(str, row)) + "|" for row in rows)
    assert values(reading(title + pipes, text=True)) == EXPECTED
    tight = "\n".join(str(cell) for row in rows for cell in row)
    assert values(reading(title + tight, text=True)) == EXPECTED
    spaced = "\n\n".join(str(cell) for row in rows for cell in row)
    assert values(reading(title + spaced, text=True)) == EXPECTED
    paragraphs = "".join(f"<p>{cell}</p>" for row in rows for cell in row)
    assert values(reading(paragraphs)) == EXPECTED


def test_glued_with_one_column() -> None:
    cells = "".join(f"{label}{unit}{value}" for _, label, unit, value in OFFICIAL)
    text = f"某县2015年政府信息公开工作年度报告 附件 政府信息公开情况统计表 统计指标单位统计数{cells}附件下载"
    found = reading(text, text=True)
    assert values(found) == EXPECTED
    assert found.printed == ()


def test_labels_that_chapters_share_need_their_chapter() -> None:
    rows = [("(二)被依法纠错数", "件", 3), *((label, unit, value) for _, label, unit, value in OFFICIAL[:10])]
    found = reading(table([("统计指标", "单位", "统计数"), *rows]))
    assert {"stat_review_corrected", "stat_litigation_corrected"}.isdisjoint(values(found))
    assert printed(found) == [("(二)被依法纠错数", "", 3)]
    last = [row for row in OFFICIAL if "litigation" in row[0]]
    shuffled = [*OFFICIAL[:8], *last]
    found = reading(table([(label, unit, value) for _, label, unit, value in shuffled]))
    assert values(found) == {name: float(value) for name, _, _, value in shuffled}


PROVINCIAL = [
    ("主动公开信息数", "条", 425, 1516),
    ("其中：1.网站公开", "条", 418, 1509),
    ("2.政府公报公开", "条", 7, 7),
    ("提供服务类信息数", "条", 31, 90),
    ("受理依申请公开信息总数", "条", 9, 12),
    ("其中：1.当面申请数", "条", 4, 6),
    ("2.电子邮件申请数", "条", 5, 6),
    ("收费总额", "元", 25000, 31000),
    ("行政复议数", "件", 1, 2),
]
YEARLY = {
    "stat_disclosed_total": 425,
    "stat_channel_website": 418,
    "stat_channel_gazette": 7,
    "stat_requests_received": 9,
    "stat_requests_in_person": 4,
}


@pytest.mark.parametrize(
    "heads",
    [
        ("年度数", "历年累计数"),
        ("2015年", "历年累计"),
        ("本年度", "2008年以来累计"),
        ("当年数", "累计数"),
        ("2015年度", "2014年度"),
    ],
)
def test_this_year_and_all_years(heads: tuple[str, str]) -> None:
    found = reading(table([("指标名称", "计量单位", *heads), *PROVINCIAL]))
    assert values(found) == YEARLY
    kept = printed(found)
    assert ("主动公开信息数", heads[1], 1516) in kept
    assert ("提供服务类信息数", heads[0], 31) in kept
    assert ("收费总额", heads[0], 2.5) in kept
    assert len(kept) == 2 * len(PROVINCIAL) - len(YEARLY)


def test_the_cumulative_column_may_stand_first() -> None:
    rows = [(label, unit, total, year) for label, unit, year, total in PROVINCIAL]
    assert values(reading(table([("指标名称", "计量单位", "历年累计", "年度数"), *rows]))) == YEARLY


def test_headings_in_two_rows() -> None:
    head = "<tr><th rowspan=2>指标名称<th rowspan=2>计量单位<th colspan=2>统计数</tr><tr><th>2015年度<th>历年累计</tr>"
    body = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in PROVINCIAL)
    assert values(reading(f"<table>{head}{body}</table>")) == YEARLY


@pytest.mark.parametrize(
    "heads", [("", ""), ("区政府", "区直单位"), ("2013年", "2014年"), ("本级", "合计"), ("历年累计", "累计数")]
)
def test_columns_that_nothing_proves_are_kept_and_not_chosen(heads: tuple[str, str]) -> None:
    found = reading(table([("指标名称", "计量单位", *heads), *PROVINCIAL]))
    assert {fact.state for fact in found.facts if fact.state != "absent"} == {"ambiguous"}
    assert len(found.printed) == 2 * len(PROVINCIAL)
    assert any(note.code == "columns" for note in found.notes)


def test_a_total_that_its_parts_prove() -> None:
    heads = ("指标名称", "计量单位", "一月", "二月", "累计")
    rows = [(label, unit, year, total, year + total) for label, unit, year, total in PROVINCIAL]
    found = reading(table([heads, *rows]))
    assert values(found)["stat_disclosed_total"] == 425 + 1516
    assert facts(found)["stat_disclosed_total"].method == "grid+sums"
    wrong = [(label, unit, year, total, year + total + 1) for label, unit, year, total in PROVINCIAL]
    assert set(values(reading(table([heads, *wrong]))).values()) == {None}


def test_the_column_of_the_unit_itself() -> None:
    rows = [(label, unit, year, total) for label, unit, year, total in PROVINCIAL]
    body = table([("指标名称", "计量单位", "县财政局", "县教育局"), *rows])
    page = f"<html><h1>某县财政局2015年政府信息公开工作年度报告</h1>{body}</html>".replace("某县财政局", "沭阳县财政局")
    document = read(Source(page.encode(), name="a.html"))
    found = read_tables(document, "legacy_stats")
    assert values(found) == YEARLY


def test_two_tables_that_differ_are_no_pick() -> None:
    one = table([("统计指标", "单位", "统计数"), *((label, unit, value) for _, label, unit, value in OFFICIAL)])
    two = table([("统计指标", "单位", "统计数"), *((label, unit, 2 * value) for _, label, unit, value in OFFICIAL)])
    found = reading(f"<p>县政府办公室</p>{one}<p>全县汇总</p>{two}")
    assert {fact.state for fact in found.facts} == {"ambiguous"}
    assert facts(found)["stat_disclosed_total"].raw == "11 | 22"


def test_digits_of_two_columns_run_together() -> None:
    cells = (
        "主动公开文件数条294981916其中：1、政府网站公开数条2949819162、政府公报公开数条00受理依申请公开信息总数条01"
        "其中：1、当面申请数条002、网上申请数条01对申请的答复总数条12"
    )
    head = "某县2015年政府信息公开工作年度报告 指标名称计量单位2015年度历年累计"
    stated = "一、概述 2015年，全县共主动公开政府信息2949条。"
    found = reading(f"{stated}{head}{cells}", text=True)
    assert values(found) == {
        "stat_disclosed_total": 2949,
        "stat_channel_website": 2949,
        "stat_channel_gazette": 0,
        "stat_requests_received": 0,
        "stat_requests_in_person": 0,
        "stat_requests_online": 0,
        "stat_replies": 1,
    }
    assert ("主动公开文件数", "历年累计", 81916) in printed(found)
    # Without the sentence the sums allow several splits: none is taken.
    unproven = reading(f"一、概述 2015年我县继续推进各项工作，成效明显。{head}{cells}", text=True)
    assert values(unproven)["stat_disclosed_total"] is None
    assert values(unproven)["stat_requests_received"] == 0
    assert facts(unproven)["stat_disclosed_total"].raw == "294981916"


def test_money_in_the_unit_that_is_printed() -> None:
    rows = [
        (label, "元" if unit == "万元" else unit, 250000 if unit == "万元" else value)
        for _, label, unit, value in OFFICIAL
    ]
    found = values(reading(table([("统计指标", "单位", "统计数"), *rows])))
    assert (found["stat_fees"], found["stat_budget"]) == (25, 25)


def test_a_printed_figure_says_all() -> None:
    found = reading(table([("指标名称", "计量单位", "年度数", "历年累计数"), *PROVINCIAL]))
    assert found.printed[0] == PrintedFigure(
        0, "主动公开信息数", "历年累计数", 1516, "条", "1516", "reported", '{"table":0,"row":1,"col":3}'
    )
    assert [figure.position for figure in found.printed] == list(range(len(found.printed)))


def test_the_codebook_has_a_wording_for_every_row() -> None:
    assert {row["indicator"] for row in ROWS} == {one.indicator for one in form_indicators("legacy_stats")}
