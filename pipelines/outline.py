"""The chapters of a report, in order, whatever their numerals look like.

A chapter opens where a line bears one of the prescribed titles (国办公开办函〔2019〕60号 and 〔2021〕30号: 总体情况,
主动公开, 收到和处理申请, 复议诉讼, 问题, 其他事项; before 2019: 概述, 收费及减免 and the like) or a numeral of the same
rank. Navigation stands before the first chapter and the page's footer after the last; neither is a chapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from pipelines.document import Document
from pipelines.model import Section, SectionKind
from pipelines.wording import Line, lines_of

OFFICIAL: tuple[SectionKind, ...] = ("general", "proactive", "requests", "reviews", "problems", "other")

_TITLES: tuple[tuple[SectionKind, str], ...] = (
    ("general", r"(?:政府信息公开)?(?:工作)?(?:总体情况|总体概述|概述|概况|基本情况)"),
    ("proactive", r"(?:行政机关)?(?:政府信息)?主动公开(?:政府)?(?:信息)?(?:工作)?的?情况"),
    ("requests", r"(?:行政机关)?收到和处理(?:政府)?信息公开申请的?情况"),
    ("requests", r"(?:政府信息)?依申请公开(?:政府)?(?:信息)?(?:工作|办理)?的?情况"),
    (
        "reviews",
        r"(?:因?政府信息公开(?:工作|申请)?)?(?:引起|引发)?(?:被|的)?(?:申请|提起)?的?行政复议(?:[、,和及与]|以及)*"
        r"(?:被)?(?:提起)?(?:行政)?诉讼(?:[、和及]申诉)?的?情况",
    ),
    (
        "problems",
        r"(?:政府信息公开)?(?:工作)?中?(?:存在的?)?(?:主要|突出)?(?:问题|不足)(?:[、和及与]|以及)*"
        r"(?:下一?步)?(?:工作)?(?:的)?(?:改进|整改|打算)(?:情况|措施)?",
    ),
    ("other", r"其[他它]?(?:需要?)(?:报告|说明)的?(?:其他)?(?:事项|情况)"),
)
_TITLE_WORD = re.compile("情况|概述|概况|问题|不足|事项")
"""Each of the titles has one of these."""
_CANONICAL = tuple((kind, re.compile(pattern)) for kind, pattern in _TITLES)
_WORDS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("other", re.compile("收费|减免|其他需要|其它需要|需要(?:报告|说明)的")),
    ("reviews", re.compile("复议|诉讼")),
    ("problems", re.compile("问题|不足|改进|整改|下一?步")),
    ("requests", re.compile("依申请|公开申请|申请公开")),
    ("proactive", re.compile("主动公开")),
    ("general", re.compile("总体情况|概述|概况|基本情况")),
)
_MOST = 2_000
"""More headings are not looked at: each is compared with all others."""
_NUMERALS = "一二三四五六七八九十"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "cjk",
        re.compile(
            rf"(?:第(?P<part>[{_NUMERALS}]{{1,3}})(?:部分|章)[、.,:]?|(?P<number>[{_NUMERALS}]{{1,3}})[、.,:。]|[—–―─-]{{1,2}}[、.])"
        ),
    ),
    ("paren", re.compile(rf"[(](?P<number>[{_NUMERALS}]{{1,3}})[)][、.]?|[㈠-㈩][、.]?")),
    ("digit", re.compile(r"(?P<number>\d{1,2})(?:[、,]|[.](?!\d))")),
    ("none", re.compile("")),
)
_TABLE_LABEL = re.compile(
    rf"[{_NUMERALS}]、(?:本年新收|上年结转|本年度?办理结果|结转下年度)|[(][{_NUMERALS}][)](?:予以公开|部分公开|不予|无法提供|其他处理|总计)"
)
_INNER = re.compile(rf"(?<=[。…!;\]】)\d])[{_NUMERALS}]{{1,2}}、")
_NUMBER_ONLY = re.compile(r"[+-]?[\d,.]+(?:万元|元|件|项|条|个)?|[|/—-]+")
_DATE_LINE = re.compile(
    r"[(]?(?:20\d\d|[二〇零一三四五六七八九]{4})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日[)]?"
)
_ORGAN_LINE = re.compile(r".{2,30}(?:政府|办公室|委员会|管委会|局|中心|办事处|厅|院)")
_FOOTER = re.compile(
    r"附件(?:下载|列表)?[:\d]?|关于我们|使用帮助|网站声明|网站地图|(?:主办|承办|协办|运维)(?:单位)?:|版权所有|网站标识码|联系我们|"
    r"上一[篇条]|下一[篇条]|扫一扫|分享到?[:]?|[【\[]?(?:打印|关闭)|责任编辑|相关(?:链接|文档|信息|附件|阅读)|友情链接|技术支持|"
    r"[^。]{0,4}ICP备|.?公网安备|浏览次数|编辑:|来源:|返回顶部|公开日期"
)
_PREAMBLE = re.compile(r"本(?:年度?)?报告|《?(?:中华人民共和国)?政府信息公开条例|统计(?:期限|时限|时间)|编制")


def kind_of(heading: str) -> SectionKind:
    """The kind of a chapter by the words of its folded heading."""
    return next((kind for kind, words in _WORDS if words.search(heading)), "other")


@dataclass(frozen=True, slots=True)
class _Head:
    line: int
    start: int
    end: int
    kind: SectionKind
    canonical: bool
    style: str
    number: int


@dataclass(frozen=True, slots=True)
class Outline:
    """`sections`, and the lines of the report's own body: `body` is the half-open range of indices into `lines`;
    `first` is the line of the first chapter heading (equal to `body[1]` when there is none)."""

    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    body: tuple[int, int]
    first: int

    def body_lines(self) -> tuple[Line, ...]:
        return self.lines[self.body[0] : self.body[1]]

    def kinds(self) -> tuple[SectionKind, ...]:
        return tuple(section.kind for section in self.sections if section.kind != "preamble")


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    printed = groups.get("number") or groups.get("part") or ""
    if not printed:
        circled = match.group()[:1]
        return ord(circled) - 0x321F if "㈠" <= circled <= "㈩" else 0
    if printed.isdigit():
        return int(printed)
    tens, _, ones = printed.rpartition("十")
    value = _NUMERALS.index(ones) + 1 if ones else 0
    if "十" in printed:
        value += 10 * (_NUMERALS.index(tens) + 1 if tens else 1)
    return value


def _canonical(text: str, start: int) -> tuple[SectionKind, int] | None:
    """Kind and end of the longest prescribed title that stands at `start`."""
    if not _TITLE_WORD.search(text, start):
        return None
    found = [(match.end(), kind) for kind, pattern in _CANONICAL if (match := pattern.match(text, start))]
    if not found:
        return None
    end, kind = max(found, key=lambda item: item[0])
    return (kind, end) if not text.startswith("方面", end) else None


def _heads_of(index: int, text: str) -> Iterable[_Head]:
    """Every heading that the line may hold: at its start in each style, and inside glued text after a full stop."""
    # The entries of menus and the titles of chapters come on every page.
    found = _known_heads(text) if len(text) <= _CACHED else _heads_in(text)
    return [replace(head, line=index) for head in found] if found else found


def _heads_in(text: str) -> Sequence[_Head]:
    heads: list[_Head] = []
    if _TABLE_LABEL.match(text):
        return heads
    for style, pattern in _STYLES:
        match = pattern.match(text)
        if match is None:
            continue
        title = _canonical(text, match.end())
        if title is not None:
            kind, end = title
            rest = len(text) - end
            if style == "none" and rest:
                break
            # A short line is the heading as a whole (…情况:); a long one is heading and text run together.
            end = len(text) if rest <= 4 or (len(text) <= 40 and "。" not in text and not text[end].isdigit()) else end
            heads.append(_Head(0, 0, end, kind, True, style, _number(match)))
        elif style != "none":
            stop = text.find("。")
            end = len(text) if stop < 0 else stop + 1
            if len(text[match.end() : end]) in range(2, 46 if stop < 0 else 31):
                heads.append(_Head(0, 0, end, kind_of(text[:end]), False, style, _number(match)))
        break
    for match in _INNER.finditer(text) if "、" in text else ():
        title = _canonical(text, match.end())
        if title is not None:
            number = _NUMERALS.index(match.group()[0]) + 1
            heads.append(_Head(0, match.start(), title[1], title[0], True, "cjk", number))
    return heads


_CACHED = 80
_known_heads = lru_cache(maxsize=16_384)(_heads_in)


def _main(heads: Sequence[_Head]) -> list[_Head]:
    """The headings of the highest rank: the style in which most prescribed titles stand, in rising order."""
    variety = {
        style: len({head.kind for head in heads if head.style == style and head.canonical}) for style, _ in _STYLES
    }
    best = max((style for style, _ in _STYLES), key=lambda style: variety[style])
    if best != "cjk" and variety[best] < 3:
        best = "cjk"
    chosen: list[_Head] = []
    last, seen = 0, set[SectionKind]()
    for head in heads:
        if head.style == best:
            fresh = head.canonical and head.kind not in seen
            if not (fresh or head.number > last):
                continue
            if not head.canonical and best == "none":
                continue
        elif not (head.style == "none" and head.canonical and head.kind not in seen and _fits(head, heads, best)):
            continue
        chosen.append(head)
        last = max(last, head.number)
        if head.canonical:
            seen.add(head.kind)
    return chosen


def _fits(head: _Head, heads: Sequence[_Head], best: str) -> bool:
    """Whether a title without its numeral fills a gap in the order of the others."""
    order = OFFICIAL.index(head.kind)
    others = [other for other in heads if other.style == best and other.canonical]
    before = [OFFICIAL.index(other.kind) for other in others if (other.line, other.start) < (head.line, head.start)]
    after = [OFFICIAL.index(other.kind) for other in others if (other.line, other.start) > (head.line, head.start)]
    return order not in before + after and max(before, default=-1) < order < min(after, default=len(OFFICIAL))


def _drop_contents(heads: list[_Head]) -> list[_Head]:
    """Without a table of contents: a run of headings on neighbouring lines whose titles come again further down."""
    run, kinds = 1, {heads[0].kind} if heads else set()
    while run < len(heads) and heads[run].line == heads[run - 1].line + 1 and heads[run].kind not in kinds:
        kinds.add(heads[run].kind)
        run += 1
    titles = {head.kind for head in heads[:run] if head.canonical}
    again = [i for i, head in enumerate(heads[run:], run) if head.canonical and head.kind in titles]
    return heads[again[0] :] if run >= 4 and len(again) >= run - 1 else heads


def _end(lines: Sequence[Line], last: int) -> int:
    """The line after the report's own text: before the signature, or before the page's footer."""
    return next((i for i in range(last + 1, len(lines)) if _FOOTER.match(lines[i].text)), len(lines))


def _signature(lines: Sequence[Line], last: int, end: int) -> int:
    """Where the signature (unit, date) begins; `end` when there is none."""
    for i in range(end - 1, max(last, end - 4), -1):
        if _DATE_LINE.fullmatch(lines[i].text):
            above = i - 1
            return above if above > last and _ORGAN_LINE.fullmatch(lines[above].text) else i
    return end


def outline(document: Document) -> Outline:
    """The chapters of a document; no chapter at all is an empty outline, never an error."""
    lines = lines_of(document)
    found = (head for index, line in enumerate(lines) for head in _heads_of(index, line.text))
    heads = _main(_drop_contents(list(islice(found, _MOST))))
    if not heads:
        return Outline((), lines, (0, _end(lines, 0) if lines else 0), len(lines))
    first, last = heads[0].line, heads[-1].line
    end = _end(lines, last)
    stop = _signature(lines, last, end)
    opening = next((i for i in range(first + 1) if _opens(lines[i].text)), first)
    sections: list[Section] = []
    preamble = _text(lines, (opening, 0), (first, heads[0].start)) if opening <= first else ""
    if preamble:
        sections.append(Section(0, "preamble", "", preamble))
    for i, head in enumerate(heads):
        following = (heads[i + 1].line, heads[i + 1].start) if i + 1 < len(heads) else (stop, 0)
        heading = lines[head.line].printed(head.start, head.end).strip()
        text = _text(lines, (head.line, head.end), following)
        sections.append(Section(len(sections), head.kind, heading, text))
    return Outline(tuple(sections), lines, (opening, end), first)


def _opens(text: str) -> bool:
    return len(text) >= 25 and bool(_PREAMBLE.search(text))


def _text(lines: Sequence[Line], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The prose between two places (line, character), a paragraph a line; bare numbers of flattened tables left out."""
    parts: list[str] = []
    for i in range(start[0], min(end[0] + 1, len(lines))):
        line = lines[i]
        begin = start[1] if i == start[0] else 0
        finish = end[1] if i == end[0] else len(line.text)
        if begin < finish and not _NUMBER_ONLY.fullmatch(line.text[begin:finish]):
            parts.append(line.printed(begin, finish).strip())
    return "\n".join(parts)
