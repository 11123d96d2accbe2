from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.numbers import header_unit, parse_number, read_cell

COUNTS = [
    ("0", 0), ("35571", 35571), ("１２８８", 1288), ("1,288", 1288), ("1，288", 1288), ("1 288", 1288), ("12,345,678", 12345678),
    ("201件", 201), ("6 项", 6), ("1472（件）", 1472), ("1472(件)", 1472), ("22（其中修订16件）", 22), ("减75", -75), ("减少5项", -5),
    ("增6", 6), ("增加 6", 6), ("+57", 57), ("＋57", 57), ("-155", -155), ("－155", -155), ("−155", -155), ("无", 0), ("無", 0),
    ("零", 0), ("〇", 0), ("○", 0), ("无。", 0), ("0件", 0), ("零件", 0), ("\u200b7\u00a0", 7), ("11.876", 11.876), ("1.2万", 12000),
]  # fmt: skip
DOUBTFUL = [
    "1 2", "1 28", "12 34", "1,28", "007", "00", "约20", "20余", "(201)", "详见附件", "1/2", "3+4", "二十", "5%", "16²", "①",
    "22（16）", "—8", "1 288 3", "2.3.4", "万", "1234567890123456", "5万元", "减", "+", "2021年",
]  # fmt: skip
MONEY = [
    ("28289.2178万元", "", 28289.2178), ("251000元", "", 25.1), ("24785.180874", "", 24785.180874), ("2亿元", "", 20000),
    ("8040（万元）", "", 8040), ("¥123,456元", "", 12.3456), ("251000", "元", 25.1), ("3万元", "元", 3), ("0.1元", "", 0.00001),
    ("无", "元", 0), ("10.545331", "万元", 10.545331),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "value"), COUNTS)
def test_counts(raw: str, value: float) -> None:
    assert read_cell(raw, "件").state == "reported"
    assert read_cell(raw, "件").value == value


@pytest.mark.parametrize("raw", DOUBTFUL)
def test_doubtful_counts_get_no_value(raw: str) -> None:
    assert read_cell(raw, "件").state == "ambiguous"
    assert parse_number(raw, "件") is None


@pytest.mark.parametrize(("raw", "heading", "value"), MONEY)
def test_money_is_in_ten_thousand_yuan(raw: str, heading: str, value: float) -> None:
    assert read_cell(raw, "万元", heading).value == value


@pytest.mark.parametrize("raw", ["3件", "12 34万元", "约5万元", "-元"])
def test_money_that_is_none(raw: str) -> None:
    assert read_cell(raw, "万元").state == "ambiguous"


@pytest.mark.parametrize("raw", ["", " ", "\u00a0", "\u3000\u200b", "\n"])
def test_blank(raw: str) -> None:
    assert read_cell(raw, "件").state == "blank"


@pytest.mark.parametrize("raw", ["-", "—", "——", "－", "/", "／", "– –", "--", "\\"])
def test_dash(raw: str) -> None:
    assert read_cell(raw, "件") == read_cell("-", "件")
    assert read_cell(raw, "件").state == "dash"


def test_the_note_and_the_printed_unit_are_kept() -> None:
    number = parse_number("55件（含自然失效29件）", "件")
    assert number is not None
    assert (number.value, number.printed_unit, number.note) == (55, "件", "含自然失效29件")


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("本年收费金额（单位：万元）", "万元"), ("采购总金额(元)", "元"), ("采购总金额", ""), ("金额（亿元）", "亿元")],
)
def test_unit_of_a_heading(heading: str, unit: str) -> None:
    assert header_unit(heading) == unit


@given(st.integers(-(10**9), 10**9), st.sampled_from(["", "件", "项", "（件）"]), st.booleans())
def test_every_whole_number_survives(value: int, unit: str, thousands: bool) -> None:
    text = f"{value:,}" if thousands else str(value)
    assert read_cell(text + unit, "件").value == value


@given(st.decimals(0, 10**8, places=2))
def test_yuan_to_ten_thousand_yuan_is_exact(yuan: Decimal) -> None:
    assert read_cell(f"{yuan}元", "万元").value == float(yuan / 10000)


@given(st.text(alphabet="0123456789 ,.-+减增件元万()（）—/无〇", max_size=12))
def test_a_value_is_never_made_up(text: str) -> None:
    """Whatever is read as a count has exactly the digits that were printed, a note in parentheses aside."""
    number = parse_number(text, "件")
    if number is None or number.printed_unit in ("万", "万件", "亿"):
        return
    printed = "".join(filter(str.isdigit, text.split("(")[0].split("（")[0])) or "0"
    assert abs(number.value) * 10 ** (len(printed)) % 1 == 0 or "." in text
    assert str(abs(number.value)).replace(".", "").rstrip("0").lstrip("0") in (printed.strip("0"), "")


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert read_cell(text, "万元").state in ("reported", "blank", "dash", "ambiguous")
