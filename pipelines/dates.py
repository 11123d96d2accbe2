"""Dates that a report states: its statistical period and when it was published."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.document import Document
from pipelines.wording import Line, fold, squeeze

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_DATE = re.compile(r"(20[0-3]\d)\s?[-年/.]\s?(\d{1,2})\s?[-月/.]\s?(\d{1,2})(?!\d{2}(?:$|[^\d:]))")
_CHINESE_DATE = re.compile(
    r"([二〇零一三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_META = ("PubDate", "publishdate", "publish_date", "pubtime", "firstpublishedtime", "article:published_time")
_STRONG = re.compile(r"(?:发布(?:时间|日期)|公开(?:时间|日期)|发文日期|发表时间)\s*[:\t]?\s*")
_WEAK = re.compile(r"(?<![\u4e00-\u9fff])(?:时间|日期)\s*[:\t]\s*")
_WRITTEN = re.compile(r"(?:成文|印发|制发|生成)日期\s*[:\t]?\s*")
_IN_ADDRESS = re.compile(r"/t?(20[0-3]\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?:[_/.]|$)")
_PERIOD = re.compile(
    r"(?P<year>20[0-3]\d)(?P<lost>年?)(?P<m1>1[0-2]|0?[1-9])月(?P<d1>\d{1,2})日起?(?:至|到|[-—~－]{1,2})"
    r"(?:(?P<year2>20[0-3]\d)(?P<lost2>年?))?(?:(?:当|同|该|本)年)?(?P<m2>1[0-2]|0?[1-9])月(?P<d2>\d{1,2})日"
)
_GLUED = re.compile(
    r"(?<!\d)(?:20[0-3]\d(?:1[0-2]|[1-9])月\d{1,2}日|20[0-3]\d年?(?:1[0-2]|0?[1-9])[123]\d日|〔20\d{2}\d{1,4}号)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A statistical period as printed; `glued` tells that 年 was lost between digits (`20201月1日`)."""

    start: date
    end: date
    printed: str
    glued: bool


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def first_date(text: str) -> date | None:
    """The first date in a text, in Arabic or Chinese numerals; None when there is none."""
    folded = fold(text)
    for match in _DATE.finditer(folded):
        if found := _day(*match.groups()):
            return found
    chinese = _CHINESE_DATE.search(squeeze(text))
    if chinese is None:
        return None
    year = "".join(_DIGITS[char] for char in chinese[1])
    return _day(year, str(_small(chinese[2])), str(_small(chinese[3])))


def _small(numeral: str) -> int:
    """一 … 三十一."""
    tens, ten, ones = numeral.rpartition("十")
    unit = int(_DIGITS[ones]) if ones in _DIGITS else 0
    return unit + (10 * (int(_DIGITS[tens]) if tens in _DIGITS else 1) if ten else 0)


def periods(lines: Sequence[Line]) -> tuple[Period, ...]:
    """Every period stated in sentences of the preamble that speak of statistics, figures or the report."""
    found: list[tuple[bool, Period]] = []
    text = "".join(line.text for line in lines)
    for match in _PERIOD.finditer(text):
        start = _day(match["year"], match["m1"], match["d1"])
        end = _day(match["year2"] or match["year"], match["m2"], match["d2"])
        if start is None or end is None or (end - start).days < 27:
            continue
        before = text[max(0, match.start() - 30) : match.start()]
        stated = bool(re.search(r"统计|数据|期限|时限|报告", before))
        glued = not match["lost"] or (match["year2"] is not None and not match["lost2"])
        found.append((stated, Period(start, end, match.group(), glued)))
    return tuple(period for stated, period in found if stated)


def glued_dates(lines: Sequence[Line]) -> Iterator[str]:
    """Dates and document numbers whose 年 or bracket got lost between digits, as printed."""
    for line in lines:
        for match in _GLUED.finditer(line.text):
            yield match.group()


@dataclass(frozen=True, slots=True)
class Stated:
    """A date of publication with the place it was read from."""

    on: date
    place: str


def stated_dates(
    document: Document,
    lines: Sequence[Line],
    body: tuple[int, int],
    first: int,
    context: Mapping[str, Any],
    url: str = "",
) -> tuple[Stated, ...]:
    """Every date of publication that is printed, the most trusted first, one a place: meta PubDate, a labelled date
    outside the chapters (发布日期 before 时间), a date in brackets under the title, the signature's date, 成文日期, the date of
    the list row, the date in the address (last: pages migrate). A date without a label in the page's head is the day of
    browsing and 页面生成时间 the day of the machine: neither is one."""
    return tuple(_stated_dates(document, lines, body, first, context, url))


def _stated_dates(
    document: Document,
    lines: Sequence[Line],
    body: tuple[int, int],
    first: int,
    context: Mapping[str, Any],
    url: str,
) -> Iterator[Stated]:
    for name in _META:
        if (value := document.meta_value(name)) and (found := first_date(value)):
            yield Stated(found, f"meta {name}")
            break
    starts = lines[first].spots[0] if first < len(lines) else len(document.text)
    ends = lines[body[1]].spots[0] if body[1] < len(lines) else len(document.text)
    parts = (fold(document.text[:starts]), fold(document.text[ends:]))
    yield from itertools.islice(
        (one for part in parts for kind in (_STRONG, _WEAK) for one in _labelled(part, kind)), 1
    )
    for line in lines[: first if first < len(lines) else 0]:
        if re.fullmatch(r"[(\[〔].{8,16}[)\]〕]", line.text) and (found := first_date(line.text)):
            yield Stated(found, "under the title")
            break
    if first < len(lines):
        for line in reversed(lines[max(first + 1, body[1] - 4) : body[1]]):
            if len(line.text) <= 60 and re.search(r"(?:日|\d)[)]?$", line.text) and (found := first_date(line.text)):
                yield Stated(found, "signature")
                break
    yield from itertools.islice((one for part in parts for one in _labelled(part, _WRITTEN)), 1)
    listed = str(context.get("listed_on") or "")
    if listed and (found := first_date(listed)):
        yield Stated(found, "list row")
    if (match := _IN_ADDRESS.search(url)) and (found := _day(*match.groups())):
        yield Stated(found, "address")


def _labelled(part: str, label: re.Pattern[str]) -> Iterator[Stated]:
    for match in label.finditer(part):
        following = _DATE.match(part, match.end())
        if following and (found := _day(*following.groups())):
            yield Stated(found, match.group().strip(" :\t"))


def published(stated: Sequence[Stated]) -> Stated | None:
    """The date of publication: the most trusted of those printed; an address alone says too little."""
    return next((one for one in stated if one.place != "address"), None)
