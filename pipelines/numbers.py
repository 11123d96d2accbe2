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
_DASH = re.compile(r"^[-‐‑‒–—―−ー─━/\\~_|]{1,6}$")
_ZERO_WORDS = frozenset("无無零〇○")
_MONEY = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
}
_COUNTERS = frozenset("件项条个次人篇份宗家起户名部期场") | {"人次", "件次", "条次", "万件", "万条"}
_MAGNITUDES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_UNIT_WORDS = re.compile(r"(亿|百万|万|千)?元")
_NUMBER = re.compile(
    r"""^(?P<mark>¥|人民币)?\s*
    (?P<sign>[-−–+]|减少了?|增加了?|减|增)?\s*
    (?P<digits>\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d{1,3}(?:\s\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
    \(?(?P<unit>[一-鿿]{0,3})\)?\s*
    (?P<note>\([^()]*[一-鿿][^()]*\))?\s*[。;]?$""",
    re.VERBOSE,
)
_LONGEST = 15
_MINUS = frozenset(("-", "−", "–", "减", "减少", "减少了"))


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


@lru_cache(maxsize=16_384)
def looks_like_value(text: str) -> bool:
    """Whether a line of text might be a figure's cell: a number with or without unit, 无, 零 or a dash."""
    return len(text) <= 40 and (
        read_cell(text, "").state in ("reported", "dash") or read_cell(text, "万元").state == "reported"
    )


@lru_cache(maxsize=16_384)
def read_cell(raw: str, unit: str, heading_unit: str = "") -> Reading:
    """The cell `raw` of an indicator counted in `unit`.

    Empty (or only white space): `blank`. Only dashes or strokes: `dash`. A number, or 无/零/〇 for zero: `reported`.
    Everything else: `ambiguous`. `heading_unit` is the unit of money its heading names, used when the cell names none.
    """
    text = _tidy(raw)
    if not text:
        return Reading("blank")
    if _DASH.match(text.replace(" ", "")):
        return Reading("dash")
    number = parse_number(raw, unit, heading_unit)
    return Reading("ambiguous") if number is None else Reading("reported", number.value)


@lru_cache(maxsize=16_384)
def parse_number(raw: str, unit: str, heading_unit: str = "") -> Number | None:
    """The one number that `raw` certainly is, or None.

    `unit` is the indicator's: with `万元` the value is money in 万元 (251000元 is 25.1). Read are full-width digits,
    thousands separated by commas or single spaces, signs as +, -, 增, 减, counters (件, 项 …), units of money, and a note
    in parentheses after the number. Not read: two numbers, leading zeros (glued cells), superscript or circled digits, approximations (约, 余), a unit
    that is not the indicator's, more than 15 digits.
    """
    if any(unicodedata.category(character) == "No" for character in raw):
        return None
    text = _tidy(raw)
    zero = _zero_word(text)
    if zero is not None:
        return Number(0.0, zero) if _factor(zero, unit, heading_unit) is not None else None
    found = _NUMBER.match(text)
    if found is None:
        return None
    digits = re.sub(r"[,\s]", "", found["digits"])
    whole = digits.partition(".")[0]
    if (len(whole) > 1 and whole[0] == "0") or len(digits) > _LONGEST:
        return None
    factor = _factor(found["unit"], unit, heading_unit)
    if factor is None or (found["mark"] and unit != "万元"):
        return None
    value = Decimal(digits) * factor
    if found["sign"] in _MINUS:
        value = -value
    return Number(float(value) + 0.0, found["unit"], (found["note"] or "")[1:-1])


def _tidy(raw: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", visible(raw))).strip()


def _zero_word(text: str) -> str | None:
    """The unit after a word for zero ('' if none); None when the text is no such word."""
    text = text.rstrip("。;").strip()
    if not text or text[0] not in _ZERO_WORDS:
        return None
    rest = text[1:]
    return rest if not rest or rest in _COUNTERS or rest in _MONEY else None


def _factor(printed: str, unit: str, heading_unit: str) -> Decimal | None:
    """By what the printed digits are multiplied; None when the printed unit cannot be the indicator's."""
    if unit == "万元":
        return _MONEY.get(printed or heading_unit or "万元")
    if not printed or printed in _COUNTERS:
        return _MAGNITUDES["万"] if printed[:1] == "万" else Decimal(1)
    return _MAGNITUDES.get(printed)
