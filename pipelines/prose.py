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
from pipelines.numbers import chinese_number
from pipelines.wording import Line, Sentence, sentences

_ARABIC = re.compile(r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?P<scale>[万亿千百])?")
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_LONGEST = 5_000
"""What is longer is no sentence: text whose full stops were lost, in which nobody can tell what belongs together."""
_AFTER = re.compile(r"左右|上下|以上")


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure stated in prose. `value` is in the indicator's unit; `raw` as printed (squeezed); `zero` tells that the
    sentence denies the thing (未收到); `about` that the figure is rounded (约, 余, 多, 左右), `open` that it is a range
    (20至30件, of which `value` is the beginning); `weak` that only its context says what it counts. Offsets are into `Document.text`; `figure` spans the figure, `start` and `end` the sentence."""

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
    open: bool = False


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
    own_share: re.Pattern[str]


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
        own_share=compiled(table["skip"]["own_share"]),
    )


def number(text: str) -> Decimal | None:
    """A figure in Arabic or Chinese numerals, 万 and its like included (1.2万 is 12000); None if it is neither, or grouped
    as no number is."""
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        return Decimal(arabic["digits"].replace(",", "")) * _SCALES[arabic["scale"] or ""]
    return chinese_number(text)


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
    if "|" in text or "勾稽" in text or len(text) > _LONGEST:
        return
    turn = patterns.own_share.search(text)
    share = turn.start() if turn else 0
    for concept in patterns.concepts:
        if not concept.context.search(text):
            continue
        taken: list[tuple[int, int]] = []
        for group, weak in ((concept.patterns, False), (concept.weak, True)):
            if weak and "公开" not in paragraph:
                continue
            for pattern in group:
                for match in pattern.finditer(text):
                    found = _figure(match, text)
                    if found is None or any(a < found.spot[1] and found.spot[0] < b for a, b in taken):
                        continue
                    before = _clause(text, match.start())
                    if concept.excluded.search(text[: match.start()]) or patterns.skip_clause.search(
                        before + match.group()
                    ):
                        continue
                    if patterns.skip_part.search(before) or match.start() < share:
                        continue
                    taken.append(found.spot)
                    yield Statement(
                        concept=concept.concept,
                        value=found.value,
                        raw=text[slice(*found.spot)],
                        start=sentence.span()[0],
                        end=sentence.span()[1],
                        figure=sentence.span(*found.spot),
                        sentence=text,
                        about=found.about,
                        weak=weak,
                        open=found.open,
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


@dataclass(frozen=True, slots=True)
class _Figure:
    spot: tuple[int, int]
    value: Decimal
    about: bool
    open: bool


def _figure(match: re.Match[str], text: str) -> _Figure | None:
    """The figure in a match with its words (约, 余, 件, 左右): where it stands and what it says."""
    groups = match.groupdict()
    value = number(match["n"])
    if value is None:
        return None
    value *= _SCALES[groups.get("scale") or ""]
    money = groups.get("money")
    if money == "元":
        value /= 10000
    end = max(match.end(name) for name in ("n", "range", "about", "scale") if groups.get(name))
    if money:
        end += len(money)
    elif counter := re.match(r"人次|[件条份宗起次例项个]", text[end:]):
        end += counter.end()
    after = _AFTER.match(text, end)
    start = match.start("before") if groups.get("before") else match.start("n")
    about = bool(groups.get("before") or groups.get("about") or groups.get("range") or after)
    return _Figure((start, after.end() if after else end), value, about, bool(groups.get("range")))


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
    does a range. A rounded figure (5300余条) is the number that is printed, its method `prose+approx`, its words in `raw`;
    nothing is said about what no sentence states."""
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
        clear = len({item.value for item in told}) == 1 and not any(item.open for item in told)
        first = next((item for item in told if not item.about), first)
        facts.append(
            Fact(
                indicator=concept.indicator,
                applicant="",
                value=float(first.value) if clear else None,
                unit=book[concept.indicator].unit,
                raw=first.raw if clear else " | ".join(dict.fromkeys(item.raw for item in told)),
                state="reported" if clear else "ambiguous",
                method="prose+approx" if first.about else "prose",
                locator=json.dumps({"start": first.start, "end": first.end, "figure": list(first.figure)}),
            )
        )
    order = {name: item.position for name, item in book.items()}
    return tuple(sorted(facts, key=lambda fact: order[fact.indicator]))
