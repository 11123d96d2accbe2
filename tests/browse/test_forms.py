"""The printed layout of the forms, and the state of each cell in more than colour."""

from __future__ import annotations

from itertools import product

import pytest

from browse.cells import cell, sentence
from browse.forms import Heading, Slot, tables
from pipelines.codebook import form_indicators, indicators


@pytest.mark.parametrize(("form", "sizes"), [("2019", (22, 161, 15)), ("2021", (10, 175, 15))])
def test_every_cell_of_the_form_stands_once(form: str, sizes: tuple[int, ...]) -> None:
    shown = tables(form)
    assert tuple(len(t.slots) for t in shown) == sizes
    places = [(s.indicator.indicator, s.applicant) for t in shown for s in t.slots]
    expected = [(i.indicator, a) for i in form_indicators(form) for a in i.applicants]
    if form == "2021":
        expected = [place for place in expected if place[0] != "requests_other"]
    assert sorted(places) == sorted(expected)


@pytest.mark.parametrize(("form", "single"), list(product(("2019", "2021"), (False, True))))
def test_spans_make_a_rectangle(form: str, single: bool) -> None:
    for table in tables(form, single_other_row=single):
        widths = set()
        for part in [rows for band in table.bands for rows in (band.head, band.lines)]:
            hanging: list[int] = []  # rows still covered, by column
            for line in part:
                covered = [left for left in hanging if left > 0]
                own = [(c.colspan, c.rowspan if isinstance(c, Heading) else 1) for c in line]
                widths.add(len(covered) + sum(span for span, _ in own))
                hanging = [left - 1 for left in covered] + [rows - 1 for span, rows in own for _ in range(span)]
            assert not any(hanging), f"{table.name}: a heading spans beyond the table"
        assert len(widths) == 1, f"{table.name}: {widths}"


def test_headings_are_those_of_the_printed_form() -> None:
    proactive, requests, reviews = tables("2021")
    assert [band.head[0][0].text for band in proactive.bands] == [f"第二十条第({n})项" for n in "一五六八"]
    assert [h.text for h in proactive.bands[0].head[1]] == ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    assert [h.text for h in requests.bands[0].head[1]] == ["自然人", "法人或其他组织", "总计"]
    groups = {
        c.text: c.rowspan for line in requests.bands[0].lines for c in line if isinstance(c, Heading) and c.rowspan > 1
    }
    assert groups == {
        "三、本年度办理结果": 22,
        "(三)不予公开": 8,
        "(四)无法提供": 3,
        "(五)不予处理": 5,
        "(六)其他处理": 3,
    }
    assert [(h.text, h.colspan) for h in reviews.bands[0].head[1]] == [("未经复议直接起诉", 5), ("复议后起诉", 5)]


def test_a_report_of_2021_with_one_row_of_other_handling_gets_it() -> None:
    names = [s.indicator.indicator for s in tables("2021", single_other_row=True)[1].slots if s.applicant == "total"]
    assert names[names.index("requests_other_other") + 1] == "requests_other"


def test_older_reports_have_no_official_tables() -> None:
    assert tables("legacy_stats") == tables("legacy_prose") == tables("") == ()


FEE = indicators()["art20_8_fees_amount"]


@pytest.mark.parametrize(
    ("fact", "printed", "mark", "value"),
    [
        ({"state": "reported", "raw": "251000元", "value": 25.1}, "251000元", "", "25.1 万元"),
        ({"state": "reported", "raw": "1,234", "value": 1234.0}, "1,234", "", ""),
        ({"state": "reported", "raw": "无", "value": 0.0}, "无", "", "0 万元"),
        ({"state": "blank", "raw": "", "value": None}, "", "空", ""),
        ({"state": "dash", "raw": "/", "value": None}, "/", "", ""),
        ({"state": "ambiguous", "raw": "12", "value": None}, "12", "？", ""),
        ({"state": "absent", "raw": "", "value": None}, "", "缺", ""),
        (None, "", "缺", ""),
    ],
)
def test_cells_show_what_is_printed_and_mark_what_is_not_a_number(
    fact: dict[str, object] | None, printed: str, mark: str, value: str
) -> None:
    full = {"unit": "万元", "method": "grid", "locator": "", **fact} if fact else None
    shown = cell("x", FEE, "", full)
    assert (shown.printed, shown.mark, shown.value) == (printed, mark, value)
    assert FEE.label_zh in shown.note


def test_the_worst_finding_comes_first() -> None:
    about = [{"fingerprint": "a", "severity": "info"}, {"fingerprint": "b", "severity": "error"}]
    shown = cell("x", FEE, "", None, about)
    assert (shown.findings, shown.severity) == (("b", "a"), "error")


PROSE = ["全年收到申请 3 件。办结3件；其余转下年。", "上一年度收到申请3件，\n均已办结。"]


@pytest.mark.parametrize(
    ("locator", "raw", "quoted"),
    [
        ('{"start": 90, "end": 94, "figure": [92, 94]}', "办结3件", "办结3件；"),
        (
            '{"start": 70, "end": 80, "figure": [76, 80]}',
            "申请3件",
            "全年收到申请 3 件。",
        ),  # ten characters, not eleven
        ('{"start": 70, "end": 99, "figure": [76, 80]}', "申请3件", ""),  # two sentences, neither of that length
        ('{"start": 70, "end": 80}', "不在文中", ""),
        ('{"start": 70, "end": 80}', "", ""),
        ('{"table": 1, "row": 2, "col": 1}', "3", ""),
        ("{", "3", ""),
        ("[]", "3", ""),
        (None, "3", ""),
    ],
)
def test_a_figure_of_prose_is_quoted_only_where_its_sentence_is_certain(
    locator: str | None, raw: str, quoted: str
) -> None:
    assert sentence(locator, raw, PROSE) == quoted


def test_slots_of_the_same_figure_have_the_anchor_that_findings_point_to() -> None:
    assert Slot(FEE).anchor == "c-art20_8_fees_amount"
    assert Slot(indicators()["requests_new"], "total").anchor == "c-requests_new-total"
