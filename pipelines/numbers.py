"""Cells to numbers. What is not certainly one number is none: a doubtful cell keeps its text and gets no value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipelines.fold import visible
from pipelines.model import State

_SPACES = re.compile(r"\s+")
_CJK_SPACE = re.compile(r"(?<=[一-鿿])\s+|\s+(?=[一-鿿])")
_DASH = re.compile(r"^[-‐‑‒–—―−ー─━/\\~_|…]{1,6}$")
_ZERO_WORDS = ("未发生", "没有", "无", "無", "零", "〇", "○")
_MONEY = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "万": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿元": Decimal(10000),
    "亿": Decimal(10000),
}
_SINGLE = frozenset("件项条个次人篇份宗家起户名部期场例批册位")
_COUNTERS = _SINGLE | {"人次", "件次", "条次", "场次", "批次", "家次", "篇次"}
_MAGNITUDES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "百": Decimal(100)}
_UNIT_WORDS = re.compile(r"(亿|百万|万|千)?元")
_NUMBER = re.compile(
    r"""^(?P<mark>¥|人民币)?\s*
    (?P<sign>[-−–+↑↓]|减少了?|下降了?|降低了?|增加了?|上升了?|新增|减|增|负)?\s*
    (?P<digits>\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d{1,3}(?:['’]\d{3})+|\d{1,3}(?:\s\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
    \(?(?P<unit>[一-鿿]{0,4}?)\)?整?\s*
    (?P<note>(?:\([^()]*[一-鿿][^()]*\)\s*)*)[*※]{0,3}[。;]?$""",
    re.VERBOSE,
)
_MIXED = re.compile(
    r"^(?:(?P<a>\d{1,4})亿)?(?:(?P<w>\d{1,4})万)?(?:(?P<q>\d)千)?(?:(?P<b>\d)百)?(?P<unit>[一-鿿]{0,2}?)[。;]?$"
)
_CHINESE = re.compile(
    r"^([零〇一二两三四五六七八九十百千万]+?)([件项条个次人篇份宗家起户名部期场例批]|人次|[万千]?元)?$"
)
_TAIL_NOTE = re.compile(r"(?<=[\d一-鿿])[①-⑳]$")
_THOUSAND_OR_POINT = re.compile(r"^[1-9]\d{0,2}\.\d{3}$")
_QUANTITY = re.compile(r"\([^()]*\)|（[^（）]*）|[^一-鿿]")
_LONGEST = 15
_MINUS = frozenset(("-", "−", "–", "↓", "减", "减少", "减少了", "下降", "下降了", "降低", "降低了", "负"))
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_POWERS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as read: counts as printed, money in 万元. `printed_unit` is the unit the cell itself names ('' if none),
    `note` what stands after it in parentheses."""

    value: float
    printed_unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """State and value of one cell; the value is None unless the state is `reported`."""

    state: State
    value: float | None = None


def header_unit(text: str) -> str:
    """The unit of money that a heading names (单位：元, 采购总金额（万元）); '' when it names none."""
    found = _UNIT_WORDS.search(_SPACES.sub("", unicodedata.normalize("NFKC", visible(text))))
    return found.group(0) if found else ""


def looks_like_value(text: str) -> bool:
    """Whether a line of text might be a figure's cell: a number with or without unit, 无, 零 or a dash. Numerals in words
    (二十条) may be part of a label and do not count."""
    return len(text) <= 40 and _looks_like_value(text)


@lru_cache(maxsize=16_384)
def _looks_like_value(text: str) -> bool:
    return (
        not _CHINESE.match(text)
        and (read_cell(text, "").state in ("reported", "dash") or read_cell(text, "万元").state == "reported")
    ) or text.strip() in _ZERO_WORDS


def quantity(text: str) -> bool:
    """Whether a text is about a number and little else (12件左右, 3/5, 约5万元), though not certainly one."""
    return bool(re.search(r"\d", text)) and len(_QUANTITY.sub("", text)) <= 4


def chinese_number(text: str) -> Decimal | None:
    """A whole number below 一亿 in Chinese numerals, written as numbers are: 二百四十 is 240, 一万零五 10005. None for all
    else: 三二 is no number, and 二百四 may mean 240 or, in careless hands, 204."""
    plain = text.replace("〇", "零").replace("两", "二")
    total = section = digit = 0
    for char in plain:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _POWERS:
            section, digit = section + (digit or 1) * _POWERS[char], 0
        elif char == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        else:
            return None
    value = total + section + digit
    spelled = {_spelled(value), _spelled(value).replace("一十", "十", 1)}
    return Decimal(value) if value < 100_000_000 and plain in spelled else None


def _spelled(value: int) -> str:
    """A whole number below 一亿 in the canonical numerals: 240 is 二百四十, 10005 一万零五."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return _spelled(high) + "万" + (gap + _spelled(low) if low else "")
    parts = ""
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            parts += "零一二三四五六七八九"[digit] + name
        elif parts and not parts.endswith("零"):
            parts += "零"
    return parts.rstrip("零") or "零"


@lru_cache(maxsize=16_384)
def read_cell(raw: str, unit: str, heading_unit: str = "") -> Reading:
    """The cell `raw` of an indicator counted in `unit`.

    Empty (or only white space): `blank`. Only dashes or strokes: `dash`. A number, or 无/零/〇 for zero: `reported`.
    Everything else: `ambiguous`. `heading_unit` is the unit of money its heading names, used when the cell names none.
    """
    text = _tidy(raw)
    if not text:
        return Reading("blank")
    if _DASH.match(text.replace(" ", "").replace("...", "…")):
        return Reading("dash")
    number = parse_number(raw, unit, heading_unit)
    return Reading("ambiguous") if number is None else Reading("reported", number.value)


@lru_cache(maxsize=16_384)
def parse_number(raw: str, unit: str, heading_unit: str = "") -> Number | None:
    """The one number that `raw` certainly is, or None.

    `unit` is the indicator's: with `万元` the value is money in 万元 (251000元 is 25.1). Read are full-width digits,
    thousands separated by commas, apostrophes or single spaces, signs as +, -, ↓, 增, 减, 负, counters (件, 项 …), units of
    money, 万 and its like, Chinese numerals, and a note after the number (in parentheses, an asterisk, a circled number).
    Not read: two numbers, leading zeros (glued cells), superscripts, approximations (约, 余, ≥), counts like 1.234 (a comma
    or a point?), a unit that is not the indicator's, more than 15 digits.
    """
    raw = _TAIL_NOTE.sub("", raw.strip())
    if any(unicodedata.category(character) == "No" for character in raw):
        return None
    text = _tidy(raw)
    zero = _zero_word(text)
    if zero is not None:
        return Number(0.0, zero) if not zero or _factor(zero, unit, heading_unit) is not None else None
    found = _NUMBER.match(text)
    if found is None:
        return _in_words(text, unit, heading_unit)
    digits = re.sub(r"[,\s'’]", "", found["digits"])
    whole = digits.partition(".")[0]
    if (len(whole) > 1 and whole[0] == "0") or len(digits) > _LONGEST:
        return None
    if unit != "万元" and _THOUSAND_OR_POINT.match(digits) and found["unit"][:1] not in ("万", "亿"):
        # A count of 1.234 is 1234 with a point for a comma, or no count at all.
        return None
    factor = _factor(found["unit"], unit, heading_unit)
    if factor is None and not Decimal(digits) and found["unit"] in (*_COUNTERS, *_MONEY, ""):
        factor = Decimal(1)
    if factor is None:
        return _in_words(text, unit, heading_unit)
    if found["mark"] and unit != "万元":
        return None
    value = Decimal(digits) * factor
    if found["sign"] in _MINUS:
        value = -value
    return Number(float(value) + 0.0, found["unit"], found["note"].strip()[1:-1])


def _in_words(text: str, unit: str, heading_unit: str) -> Number | None:
    """A number whose magnitudes are written as words: 1万2千件, 3百, 十二件, 二百四十."""
    mixed = _MIXED.match(text)
    if mixed and any(mixed[part] for part in ("a", "w", "q", "b")):
        value = (
            Decimal(mixed["a"] or 0) * 100_000_000
            + Decimal(mixed["w"] or 0) * 10_000
            + Decimal(mixed["q"] or 0) * 1000
            + Decimal(mixed["b"] or 0) * 100
        )
        printed = mixed["unit"]
    else:
        words = _CHINESE.match(text)
        if words is None or (len(words[1]) == 1 and not words[2]):
            return None
        found = chinese_number(words[1])
        if found is None:
            return None
        value, printed = found, words[2] or ""
    if unit == "万元" and not printed and not heading_unit:
        return None
    factor = _factor(printed, unit, heading_unit)
    return None if factor is None else Number(float(value * factor), printed)


def _tidy(raw: str) -> str:
    text = _SPACES.sub(" ", unicodedata.normalize("NFKC", visible(raw))).strip()
    return _CJK_SPACE.sub("", text)


def _zero_word(text: str) -> str | None:
    """The unit after a word for zero ('' if none); None when the text is no such word."""
    text = text.rstrip("。;").strip()
    word = next((word for word in _ZERO_WORDS if text.startswith(word)), "")
    rest = text[len(word) :]
    return rest if word and (not rest or rest in _COUNTERS or rest in _MONEY) else None


def _factor(printed: str, unit: str, heading_unit: str) -> Decimal | None:
    """By what the printed digits are multiplied; None when the printed unit cannot be the indicator's."""
    if unit == "万元":
        if printed in ("万", "亿") and heading_unit not in ("", "元"):
            return None
        return _MONEY.get(printed or heading_unit or "万元")
    printed = printed or (heading_unit if heading_unit[:1] in _MAGNITUDES and not heading_unit.endswith("元") else "")
    if not printed or printed in _COUNTERS:
        return Decimal(1)
    rest = printed[1:]
    return _MAGNITUDES.get(printed[0]) if not rest or rest in _COUNTERS else None
