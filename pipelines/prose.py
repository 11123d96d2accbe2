"""What the sentences of a report state in figures: requests, reviews, litigation, fees.

The patterns are data (`forms/legacy_prose.toml`). For reports without a form table the statements become `prose_*`
facts; for reports with tables they are compared with the cells (rules TXT_*), and never change one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from pipelines.codebook import indicators
from pipelines.model import Fact
from pipelines.wording import Line, Sentence, sentences

_CJK_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_CJK_UNITS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure stated in prose. `value` is in the indicator's unit; `raw` as printed (squeezed); `zero` tells that the
    sentence denies the thing (未收到); `about` that the figure is rounded (余, 多); `weak` that only its context says
    what it counts. Offsets are into `Document.text`; `figure` spans the figure, `start` and `end` the sentence."""

    concept: str
    value: Decimal
    raw: str
    start: int
    end: int
    figure: tuple[int, int]
    sentence: str
    zero: bool = False
    about: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement without a figure, such as 全部办结."""

    claim: str
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class _Concept:
    concept: str
    indicator: str
    patterns: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]
    zero: tuple[re.Pattern[str], ...]
    context: re.Pattern[str]
    excluded: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Patterns:
    concepts: tuple[_Concept, ...]
    claims: tuple[tuple[str, tuple[re.Pattern[str], ...], re.Pattern[str], re.Pattern[str]], ...]
    skip_clause: re.Pattern[str]
    skip_part: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    raw = resources.files("pipelines.forms").joinpath("legacy_prose.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(raw)
    words: dict[str, str] = table["words"]

    def compiled(text: str) -> re.Pattern[str]:
        for key, value in words.items():
            text = text.replace("{" + key + "}", value)
        return re.compile(text)

    return _Patterns(
        concepts=tuple(
            _Concept(
                concept=item["concept"],
                indicator=item["indicator"],
                patterns=tuple(map(compiled, item["patterns"])),
                weak=tuple(map(compiled, item.get("weak", ()))),
                zero=tuple(map(compiled, item.get("zero", ()))),
                context=compiled(item.get("context", "公开|复议|诉讼|申请")),
                excluded=compiled(item.get("not", "(?!)")),
            )
            for item in table["concept"]
        ),
        claims=tuple(
            (item["claim"], tuple(map(compiled, item["patterns"])), compiled(item["context"]), compiled(item["not"]))
            for item in table["claim"]
        ),
        skip_clause=compiled(table["skip"]["clause"]),
        skip_part=compiled(table["skip"]["part"]),
    )


def number(text: str) -> Decimal | None:
    """A figure in Arabic or Chinese numerals; None if it is neither."""
    plain = text.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    total, digit = 0, 0
    for char in plain:
        if char in _CJK_DIGITS:
            digit = _CJK_DIGITS[char]
        elif char in _CJK_UNITS:
            total, digit = total + (digit or 1) * _CJK_UNITS[char], 0
        else:
            return None
    return Decimal(total + digit) if plain else None


def _clause(text: str, start: int) -> str:
    """The clause that a match at `start` stands in, from its comma to `start`."""
    opening = max((text.rfind(mark, 0, start) for mark in ",;:,"), default=-1)
    clause = text[opening + 1 : start]
    # 其中, … : what the word announces stands behind its comma.
    return "其中," + clause if text[: opening + 1].endswith("其中,") else clause


# A denial of a bad outcome (未发生…被纠错或败诉) says nothing about how many cases there were.
_OUTCOME = re.compile(r"纠错|败诉|纠正|撤销|违法|责令|应诉不力|引发")


def _stated(sentence: Sentence, paragraph: str) -> Iterator[Statement]:
    patterns = _patterns()
    text = sentence.text
    if "|" in text or "勾稽" in text:
        return
    for concept in patterns.concepts:
        if not concept.context.search(text):
            continue
        taken: list[tuple[int, int]] = []
        for group, weak in ((concept.patterns, False), (concept.weak, True)):
            if weak and "公开" not in paragraph:
                continue
            for pattern in group:
                for match in pattern.finditer(text):
                    spot = match.span("n")
                    clause = _clause(text, match.start()) + match.group()
                    value = number(match["n"])
                    if value is None or any(a < spot[1] and spot[0] < b for a, b in taken):
                        continue
                    if concept.excluded.search(text[: match.start()]) or patterns.skip_clause.search(clause):
                        continue
                    if patterns.skip_part.search(_clause(text, match.start())):
                        continue
                    taken.append(spot)
                    money = match.groupdict().get("money")
                    stop = _counter(text, match.end("n") if not match["about"] else match.end("about"), money)
                    yield Statement(
                        concept=concept.concept,
                        value=value / 10000 if money == "元" else value,
                        raw=text[spot[0] : stop],
                        start=sentence.span()[0],
                        end=sentence.span()[1],
                        figure=sentence.span(spot[0], stop),
                        sentence=text,
                        about=bool(match["about"]),
                        weak=weak,
                    )
        for pattern in concept.zero:
            if taken:
                break
            for match in pattern.finditer(text):
                following = text[match.end() : match.end() + 12]
                tail = re.split(r"[,。;]", following)[0]
                if _OUTCOME.search(match.group() + tail) or re.search(r"\d", tail):
                    continue
                if patterns.skip_part.search(_clause(text, match.start())):
                    continue
                taken.append(match.span())
                yield Statement(
                    concept=concept.concept,
                    value=Decimal(0),
                    raw=match.group(),
                    start=sentence.span()[0],
                    end=sentence.span()[1],
                    figure=sentence.span(*match.span()),
                    sentence=text,
                    zero=True,
                )
                break


def _counter(text: str, end: int, money: str | None) -> int:
    if money:
        return end + len(money)
    match = re.match(r"人次|[件条份宗起次例项个]", text[end:])
    return end + (match.end() if match else 0)


def statements(lines: Sequence[Line]) -> tuple[Statement, ...]:
    """Every figure that the prose of a report's body states about the concepts of `legacy_prose.toml`."""
    found: list[Statement] = []
    paragraph = ""
    for sentence in sentences(lines):
        paragraph = (paragraph + sentence.text)[-400:]
        found += _stated(sentence, paragraph)
    return tuple(found)


def claims(lines: Sequence[Line]) -> tuple[Claim, ...]:
    """Every statement without a figure (全部办结)."""
    found: list[Claim] = []
    for sentence in sentences(lines):
        for claim, patterns, context, excluded in _patterns().claims:
            for pattern in patterns:
                match = pattern.search(sentence.text)
                if match and context.search(sentence.text) and not excluded.search(sentence.text[: match.start()]):
                    found.append(Claim(claim, *sentence.span(), sentence.text))
                    break
    return tuple(found)


def facts(found: Sequence[Statement]) -> tuple[Fact, ...]:
    """The `prose_*` facts of a report without a form table. Sentences that differ make the figure `ambiguous`, and so
    does a rounded one (5300余条); nothing is said about what no sentence states."""
    book = indicators()
    facts: list[Fact] = []
    for concept in _patterns().concepts:
        if not concept.indicator or any(fact.indicator == concept.indicator for fact in facts):
            continue
        same = {item.concept for item in _patterns().concepts if item.indicator == concept.indicator}
        told = [item for item in found if item.concept in same and not item.weak]
        if not told:
            continue
        first = told[0]
        clear = len({item.value for item in told}) == 1 and not any(item.about for item in told)
        facts.append(
            Fact(
                indicator=concept.indicator,
                applicant="",
                value=float(first.value) if clear else None,
                unit=book[concept.indicator].unit,
                raw=first.raw if clear else " | ".join(dict.fromkeys(item.raw for item in told)),
                state="reported" if clear else "ambiguous",
                method="prose",
                locator=json.dumps({"start": first.start, "end": first.end, "figure": list(first.figure)}),
            )
        )
    order = {name: item.position for name, item in book.items()}
    return tuple(sorted(facts, key=lambda fact: order[fact.indicator]))
