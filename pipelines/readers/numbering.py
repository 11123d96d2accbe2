"""Automatic numbers of paragraphs in Word: 一、 and （一） and 1. that are printed and stand in no text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.readers.package import Element, attribute, child, local, switched_on, value

LEVELS = 9
_CJK = re.compile(r"[㐀-鿿]")
_ONES = "一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: the kind of its numerals, its text (`%1、`), where it starts, whether all are plain digits."""

    numerals: str = "decimal"
    text: str = ""
    start: int = 1
    plain: bool = False
    restart: int = -1
    """After which level (1–9) it starts again; -1 after every higher one, 0 never."""


@dataclass(slots=True)
class Numbering:
    """Lists by their number (`numId`), and how far each list has counted."""

    lists: dict[str, tuple[str, tuple[Level, ...]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def next(self, number: str, level: int) -> str:
        """What is printed before the next paragraph of that list and level; '' for bullets and lists that are not there."""
        if number not in self.lists or not 0 <= level < LEVELS:
            return ""
        shared, levels = self.lists[number]
        counts = self._counts.setdefault(shared, [None] * LEVELS)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        for deeper in range(level + 1, LEVELS):
            after = levels[deeper].restart
            if after < 0 or level < after:
                counts[deeper] = None
        return printed(levels, level, [levels[i].start if n is None else n for i, n in enumerate(counts)])


def printed(levels: Sequence[Level], level: int, counts: Sequence[int]) -> str:
    """The level's text with its numerals put in."""
    own = levels[level]
    if own.numerals in ("bullet", "none") or "%" not in own.text:
        return own.text if own.numerals not in ("bullet", "none") else ""
    text = own.text
    for index in range(LEVELS):
        mark = f"%{index + 1}"
        if mark in text:
            kind = "decimal" if own.plain else levels[index].numerals
            text = text.replace(mark, numeral(kind, counts[index]))
    return text


def numeral(kind: str, number: int) -> str:
    """A number in the numerals of a `w:numFmt`; in digits where the kind is not known."""
    if kind in _CHINESE:
        return _chinese(number)
    if kind.startswith("ideographTraditional"):
        return _STEMS[(number - 1) % 10]
    if kind.startswith("ideographZodiac"):
        return _BRANCHES[(number - 1) % 12]
    if kind in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(0x245F + number)
    if kind == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2473 + number)
    if kind == "decimalEnclosedFullstop" and 1 <= number <= 20:
        return chr(0x2487 + number)
    if kind == "ideographEnclosedCircle" and 1 <= number <= 10:
        return chr(0x3220 - 1 + number)
    if kind in ("lowerLetter", "upperLetter") and number >= 1:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("lowerRoman", "upperRoman") and 1 <= number < 4000:
        return _roman(number) if kind == "upperRoman" else _roman(number).lower()
    if kind == "decimalZero":
        return f"{number:02}"
    return str(number)


_CHINESE = frozenset(
    (
        *("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"),
        *("japaneseCounting", "ideographDigital", "taiwaneseDigital", "koreanDigital2"),
    )
)


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{_ONES[tens - 1] if tens > 1 else ''}{'十' if tens else ''}{_ONES[ones - 1] if ones else ''}"


def _roman(number: int) -> str:
    text = ""
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    ):
        text += letters * (number // size)
        number %= size
    return text


def with_number(number: str, text: str) -> str:
    """A list's number before its paragraph. An empty paragraph stays empty; digits are kept apart from digits, so that no
    other number comes of it."""
    if not number or not text.strip():
        return text
    return f"{number}{text.lstrip()}" if _CJK.match(text.lstrip()) else f"{number} {text}"


def read_numbering(root: Element | None) -> Numbering:
    """The lists of `numbering.xml`; None reads as no lists."""
    if root is None:
        return Numbering()
    abstract: dict[str, Element] = {}
    linked: dict[str, str] = {}
    for node in root:
        if local(node) == "abstractNum":
            identity = attribute(node, "abstractNumId")
            abstract[identity] = node
            style = value(node, "styleLink")
            if style:
                linked[style] = identity
    found = Numbering()
    for node in root:
        if local(node) != "num":
            continue
        base = value(node, "abstractNumId") or ""
        other = value(abstract.get(base), "numStyleLink")
        if other and other in linked:
            base = linked[other]
        levels = [Level(numerals="none")] * LEVELS
        _put(levels, abstract.get(base))
        own = _override(levels, node)
        number = attribute(node, "numId")
        # Lists made of one abstract list count on together, unless they start anew.
        found.lists[number] = (f"{base}/{number}" if own else base, tuple(levels))
    return found


def _put(levels: list[Level], node: Element | None) -> None:
    for part in node if node is not None else ():
        if local(part) == "lvl":
            _put_level(levels, part)


def _put_level(levels: list[Level], node: Element) -> None:
    index = _number(attribute(node, "ilvl"), LEVELS)
    if index >= LEVELS:
        return
    kind = child(node, "numFmt")
    if kind is None:
        kind = child(node, "AlternateContent", "Fallback", "numFmt")
    levels[index] = Level(
        numerals=attribute(kind, "val") if kind is not None else "decimal",
        text=value(node, "lvlText") or "",
        start=_number(value(node, "start") or "", 1),
        plain=switched_on(node, "isLgl"),
        restart=_number(value(node, "lvlRestart") or "", -1),
    )


def _override(levels: list[Level], node: Element) -> bool:
    """Puts in what one list has of its own; whether it has anything."""
    own = False
    for part in node:
        if local(part) != "lvlOverride":
            continue
        own = True
        index = _number(attribute(part, "ilvl"), LEVELS)
        for level in part:
            if local(level) == "lvl":
                _put_level(levels, level)
        start = value(part, "startOverride")
        if start is not None and index < LEVELS:
            old = levels[index]
            levels[index] = Level(old.numerals, old.text, _number(start, 1), old.plain, old.restart)
    return own


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise
