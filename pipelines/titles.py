"""The title of a report: which line it is, and what it says (unit, year, or that the page is no report)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines import units
from pipelines.document import Document
from pipelines.wording import Line, squeeze

_CORE = re.compile(
    r"(?:(?:人民)?政府|政务)?(?:信息(?:年度|工作|主动)?公开|政务公开|信息(?:20\d\d年?度?)公开|公开政府信息)[^,。;:《》]{0,14}?"
    r"(?:报告|年报|工作总结)"
)
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇零](?:[〇零一二三]?[〇零一二三四五六七八九])年")
_YEAR_WORDS = re.compile(
    r"(?<!\d)20[0-3]\d(?:[-—~至]20[0-3]\d)?(?:年度|年|度)?|二[〇零][〇零一二三]?[〇零一二三四五六七八九]年度?"
)
_AROUND = re.compile(
    r"^(?:[【\[(<《][^】\])>》]{1,10}[】\])>》])|^(?:标题|名称)[:]?|^(?:转发|公布|发布)?关于|关于$|[《》<>“”\"、,:·]|(?:的)$|^年度?|年度$"
)
_BEHIND = re.compile(r"[(\[<-]{1,2}([\u4e00-\u9fff\d]{2,30})[)\]>]?")
# Words that stand in the titles of pages beside the reports. They ask for a second proof in the body, no more: real
# reports arrive inside a letter or a notice.
_DECOY = re.compile(
    r"解读|图解|读懂|图说|动漫|制度|通知|公布情况|函$|指南|统计表|汇总|专栏|专题|意见|方案|目录$|网站(?:工作)?年度|法治政府|要点|公示$"
)
_OTHER_REPORT = re.compile(
    r"(?:法治政府建设|政府网站|网站工作|依法行政|预算|决算|平安建设|权责清单)[^,。]{0,12}(?:报告|报表|年报|说明)"
)
_INTERPRETATION = re.compile(r"解读|图解|读懂|图说|动漫")


@dataclass(frozen=True, slots=True)
class Title:
    """`text` as printed (white space collapsed); `unit` and `year` as it names them ('' and None if it does not);
    `decoy` is the word that makes it doubtful; `place` says where it was found."""

    text: str
    place: str
    unit: str
    year: int | None
    decoy: str

    @property
    def interpretation(self) -> bool:
        return bool(_INTERPRETATION.search(self.decoy))


def is_report_title(text: str) -> bool:
    """Whether a text names a yearly report on disclosure (解读, 通知 and the like included: see `Title.decoy`)."""
    folded = squeeze(text)
    return len(folded) <= 90 and bool(_CORE.search(folded))


def other_report(text: str) -> str:
    """The other kind of yearly report that a title names (法治政府建设年度报告 …); '' if none."""
    match = _OTHER_REPORT.search(squeeze(text))
    return match.group() if match and not _CORE.search(squeeze(text)) else ""


def year_of(text: str) -> int | None:
    """The year that a title is about: the last one before the word 报告; None if it names none."""
    folded = squeeze(text)
    core = _CORE.search(folded)
    head = folded[: core.end()] if core else folded
    years = _YEAR.findall(head) or _YEAR.findall(folded)
    if years:
        return int(years[-1])
    chinese = _CHINESE_YEAR.search(folded)
    if chinese is None:
        return None
    digits = "".join(str("〇一二三四五六七八九".index(char.replace("零", "〇"))) for char in chinese.group()[:-1])
    return int(digits) if len(digits) == 4 else None


def unit_of(text: str) -> str:
    """The unit that a title names, without year and wrapping; '' if it names none."""
    folded = squeeze(text)
    core = _CORE.search(folded)
    if core is None:
        return ""
    before = folded[: core.start()]
    if core.group().startswith("人民政府"):
        before += "人民政府"
    before = _YEAR_WORDS.sub("", before)
    for _ in range(3):
        before = _AROUND.sub("", before)
    before = re.sub(r"(?<=政府)及其?办公室$", "", before)
    if re.search(r"[\u4e00-\u9fff]{2}", before):
        return before
    behind = _BEHIND.fullmatch(folded[core.end() :])
    name = _YEAR_WORDS.sub("", behind[1]) if behind else ""
    return name if name and units.split(name).kind != "other" else ""


def parse(text: str, place: str) -> Title:
    """A title taken apart."""
    folded = squeeze(text)
    core = _CORE.search(folded)
    around = folded[: core.start()] + "|" + folded[core.end() :] if core else folded
    # 计划生育局 holds no decoy; a unit's own name is not searched beyond its wrapping.
    decoy = _DECOY.search(around.replace("意见征集办", ""))
    return Title(" ".join(text.split()), place, unit_of(text), year_of(text), decoy.group() if decoy else "")


def _cut(text: str) -> str:
    """A `<title>` without the names of column and site behind `_`, `|` or `-`."""
    parts = re.split(r"[_|]|\s[-–—]\s|(?<=[报告年])[-–—]", text)
    return next((part for part in parts if is_report_title(part)), parts[0] if parts else "").strip()


_SHELF = re.compile(r"^(?:您?现?在?的?当?前?位置|首页|栏目|原文链接|本地目录|来源|http)")
_ORGAN = re.compile(r".{2,24}(?:政府|办公室|办公厅|委员会|管委会|局|中心|办事处|厅|院|区|县|市|镇|乡)")


def find(document: Document, lines: Sequence[Line], first: int) -> Title | None:
    """The title: meta ArticleTitle, then a heading, then the first line above the chapters that reads like one (two
    lines, if the unit stands alone above it), then `<title>`. None when nothing reads like the title of a report."""
    meta = document.meta_value("ArticleTitle")
    if meta and is_report_title(meta):
        return _complete(parse(meta, "meta ArticleTitle"), lines, first)
    above = lines[: first + 1 if first < len(lines) else min(len(lines), 60)]
    for ranked in (True, False):
        for index, line in enumerate(above):
            if bool(line.paragraph.level) is not ranked or not _titular(line.text + squeeze(_continued(lines, index))):
                continue
            text = line.paragraph.text + _continued(lines, index)
            if not unit_of(text) and index and _ORGAN.fullmatch(above[index - 1].text):
                text = f"{above[index - 1].paragraph.text}{text}"
            return _complete(parse(re.sub(r"^\s*(?:标题|名称)\s*[:：]\s*", "", text), "heading"), lines, first)
    cut = _cut(document.title)
    if is_report_title(cut):
        return parse(cut, "title element")
    if meta:
        return parse(meta, "meta ArticleTitle")
    return None


def _continued(lines: Sequence[Line], index: int) -> str:
    """The rest of a title that breaks after 公开, from the next line; '' for a title on one line."""
    if index + 1 >= len(lines) or not re.search(r"信息公开(?:工作)?(?:年度)?$", lines[index].text):
        return ""
    rest = lines[index + 1]
    return rest.paragraph.text if re.fullmatch(r"(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)", rest.text) else ""


def _titular(text: str) -> bool:
    if len(text) > 60 or _SHELF.match(text) or re.search(r"[。;]|》.*[和及]|格式", text) or not is_report_title(text):
        return False
    core = _CORE.search(text)
    # A menu entry says 政府信息公开年报 and names neither unit nor year; such a line is the name of a column.
    return core is not None and (year_of(text) is not None or len(text) - len(core.group()) >= 3)


def _complete(title: Title, lines: Sequence[Line], first: int) -> Title:
    """The same title with the unit or year that a second title line in the body adds."""
    if title.unit and title.year is not None:
        return title
    for line in lines[: min(first + 1, len(lines))]:
        if _titular(line.text):
            other = parse(line.paragraph.text, title.place)
            if other.year is not None and title.year in (None, other.year) and (other.unit or title.unit):
                return Title(title.text, title.place, title.unit or other.unit, title.year or other.year, title.decoy)
    return title
