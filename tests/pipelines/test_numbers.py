from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.numbers import chinese_number, header_unit, parse_number, read_cell

COUNTS = [
    ("0", 0), ("35571", 35571), ("１２８８", 1288), ("1,288", 1288), ("1，288", 1288), ("1 288", 1288), ("12,345,678", 12345678),
    ("201件", 201), ("6 项", 6), ("1472（件）", 1472), ("1472(件)", 1472), ("22（其中修订16件）", 22), ("减75", -75), ("减少5项", -5),
    ("增6", 6), ("增加 6", 6), ("+57", 57), ("＋57", 57), ("-155", -155), ("－155", -155), ("−155", -155), ("无", 0), ("無", 0),
    ("零", 0), ("〇", 0), ("○", 0), ("无。", 0), ("0件", 0), ("零件", 0), ("\u200b7\u00a0", 7), ("11.5", 11.5), ("1.2万", 12000),
    ("1'288", 1288), ("1\u2009288", 1288), ("1\u00a0288", 1288), ("1\u200b288", 1288), ("负3", -3), ("下降 12", -12), ("↓8", -8), ("↑8", 8),
    ("新增5项", 5), ("上升3", 3), ("没有", 0), ("未发生", 0), ("0件（无）", 0), ("５*", 5), ("3①", 3), ("22件（其中修订16件）（含废止）", 22),
    ("０．００", 0), ("1万2千", 12000), ("3百件", 300), ("5千人次", 5000), ("1亿", 100_000_000), ("1.234万", 12340), ("二十", 20), ("三件", 3),
    ("二百四十", 240), ("一千零五", 1005), ("一万二千件", 12000), ("减 75", -75), ("12 人次", 12), ("+1020", 1020),
]  # fmt: skip
DOUBTFUL = [
    "1 2", "1 28", "12 34", "1,28", "007", "00", "约20", "20余", "(201)", "详见附件", "1/2", "3+4", "二百四", "三二", "一", "5%", "16²", "①",
    "22（16）", "—8", "1 288 3", "2.3.4", "万", "1234567890123456", "5万元", "减", "+", "2021年", "1.000", "11.876", "约100", "100余", "≥3", "3/5",
    "20-30", "20至30", "1e5", "2021-01-05", "1月5日", "1万2", "5【1】", "1234,567", "1,2345", "12'34", "3、5", "二十余", "(75)",
]  # fmt: skip
MONEY = [
    ("28289.2178万元", "", 28289.2178), ("251000元", "", 25.1), ("24785.180874", "", 24785.180874), ("2亿元", "", 20000),
    ("8040（万元）", "", 8040), ("¥123,456元", "", 12.3456), ("251000", "元", 25.1), ("3万元", "元", 3), ("0.1元", "", 0.00001),
    ("无", "元", 0), ("10.545331", "万元", 10.545331), ("1.000", "", 1), ("11.876", "", 11.876), ("28万", "", 28), ("3万元整", "", 3),
    ("人民币5千元", "", 0.5), ("1万2千元", "", 1.2), ("300百元", "", 3), ("0件", "", 0), ("十二万元", "", 12), ("3.5 万 元", "", 3.5),
    ("三百元", "元", 0.03), ("￥１２３，４５６．５０元", "", 12.34565), ("减少2万元", "", -2),
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


@pytest.mark.parametrize("raw", ["3件", "12 34万元", "约5万元", "-元", "十二", "3万美元", "5%"])
def test_money_that_is_none(raw: str) -> None:
    assert read_cell(raw, "万元").state == "ambiguous"


@pytest.mark.parametrize("raw", ["", " ", "\u00a0", "\u3000\u200b", "\n"])
def test_blank(raw: str) -> None:
    assert read_cell(raw, "件").state == "blank"


@pytest.mark.parametrize("raw", ["-", "—", "——", "－", "/", "／", "– –", "--", "\\", "…", "……", "―", "─"])
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


def spell(value: int) -> str:
    """Chinese numerals, place by place: another way than the reader's."""
    digits, powers = "零一二三四五六七八九", ["", "十", "百", "千", "万", "十万", "百万", "千万"]
    figures = str(value)
    text = "".join(
        digits[int(figure)] + (powers[len(figures) - 1 - place] if figure != "0" else "")
        for place, figure in enumerate(figures)
    )
    high, _, low = re.sub("零+", "零", text).rpartition("万")
    return ((high.replace("万", "") + "万" + low) if high else low).rstrip("零") or "零"


@given(st.integers(0, 99_999_999))
def test_every_chinese_numeral_is_its_number(value: int) -> None:
    text = spell(value).replace("零万零", "万零").replace("零万", "万")
    if value < 10_000:
        assert chinese_number(text) == value
    assert chinese_number(text) in (value, None)


@given(st.text(alphabet="零一二两三九十百千万", min_size=1, max_size=8))
def test_numerals_that_are_read_are_spelled_so(text: str) -> None:
    value = chinese_number(text)
    if value is not None and value < 10_000:
        assert text.replace("两", "二") in (spell(int(value)), spell(int(value)).replace("一十", "十", 1))


@given(st.decimals(0, 10**8, places=2))
def test_yuan_to_ten_thousand_yuan_is_exact(yuan: Decimal) -> None:
    assert read_cell(f"{yuan}元", "万元").value == float(yuan / 10000)


@given(st.text(alphabet="0123456789 ,.-+减增件元万()（）—/无〇", max_size=12))
def test_a_value_is_never_made_up(text: str) -> None:
    """Whatever is read as a count has exactly the digits that were printed, a note in parentheses aside."""
    number = parse_number(text, "件")
    if number is None or set("万千百亿十") & set(text):
        return
    printed = "".join(filter(str.isdigit, text.split("(")[0].split("（")[0])) or "0"
    assert abs(number.value) * 10 ** (len(printed)) % 1 == 0 or "." in text
    assert str(abs(number.value)).replace(".", "").rstrip("0").lstrip("0") in (printed.strip("0"), "")


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert read_cell(text, "万元").state in ("reported", "blank", "dash", "ambiguous")
