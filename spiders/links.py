"""Is this link an annual report, of which year, of whom, on a host to be trusted? Answered without fetching it.

Pure functions over address and title. A title is judged by its wording; only where it says nothing does the address
speak, and a date in an address never gives the year (migrated pages carry the date of the move).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from spiders.addresses import host_of, is_official
from spiders.units import UnitKind, unit_in
from spiders.wording import fold

Kind = Literal["report", "twin", "doubtful", "decoy", "other"]

FIRST_YEAR = 2008  # The Regulation came into force on 1 May 2008; its Article 32 asks for the first reports in 2009.
LAST_YEAR = 2099
LONGEST = 300  # Characters; what is longer is no title, and patterns must not run over a whole page.

_FILLER = r"(?:工作|年度|情况|开展|总体|全年|执行|落实|贯彻|实施|条例|自查|20\d\d|年|度|的|和|[-()—_:,、/])*"
_PHRASE = re.compile(
    rf"(?:政府|政务|党务)*信息(?:年度|主动)?公开{_FILLER}(?:报告|年报|总结|情况(?=$|[(.]))"
    rf"|公开(?:政府|政务)信息{_FILLER}(?:年度{_FILLER}报告|年报|工作报告)"
    rf"|(?:年度{_FILLER}报告|年报)\((?:政府|政务)?信息公开\)"
    rf"|(?:政府|政务)公开{_FILLER}年度{_FILLER}报告"
    rf"|(?:政府|政务)公开{_FILLER}年报"
)
# In a column of annual reports much less is said: 2021年度报告, 某局2021年, 年度工作报告.
_SHORT = re.compile(rf"(?:年度{_FILLER}报告|年报|20\d\d年?度?(?:工作)?(?:报告|总结)?)(?:\(.{{0,12}}\))?$")
_YEAR_FOLDER = re.compile(
    r"^20\d\d年?度?(?:(?:政府)?信息公开)?(?:工作)?(?:年报|年度报告|报告|各单位|部门|区政府|县政府|汇总)?$"
)
_CUT_PHRASE = re.compile(r"^工作年度报告$|20\d\d年?度?(?:政府|政务)?信(?:息(?:公开?)?)?(?:工作)?$")

_TWIN = re.compile(
    r"图解|一图|图文|图说|图示|漫画|动漫|图片版|图表|长图|数说|数读|速读|读懂|看懂|解读|解析|H5|视频|音频|音视频|海报|画说|电子书|微信版",
    re.IGNORECASE,
)
_DECOY = re.compile(
    r"制度(?:$|\()|(?:办法|规定|细则|规范|标准|要点|方案|计划|任务分解|问答|指南|目录|模板|格式|范本|样式|须知)(?:$|\()"
    r"|公布情况|发布情况|报送情况|统计表|指标|附表|汇总|一览|名单|专题|专栏|链接|集锦|培训|会议|讲座|考核|评估|通报|督查"
    r"|法治政府|依法行政|网站(?:工作)?年度|网站工作|报表|预算|决算|述职|环境质量"
)
_NOTICE = re.compile(r"(?:做好|开展|编制|编写|撰写|报送|加强|发布|公布|规范).*(?:通知|公告|通告|启事)(?:$|\()")
_NEWS = re.compile(
    r"(?:发布|公布|公示|出炉|上线|召开|组织|推进|圆满完成|按时)了?.*信息公开|信息公开.*(?:已发布|已公布|出炉|上线|发布啦)"
)

_REPORT_SEGMENT = re.compile(
    r"(?:^|[_-])\w*(?:gk|xx|zf|zw|bm|xz|jd|qz|xj)(?:gz)?nb|^\w*xxgk(?:gz)?bg(?!d)|^nb(?:\d*|js)$|nianbao|nd(?:gk|gz|zf)*(?:gz|gk)*bg|bgnd|annualreport|year_details|nbconent",
    re.IGNORECASE,
)
_OTHER_SEGMENT = re.compile(r"fz(?:zf)?js|fzzf|wznb|wzgz|caizheng|yjs|czyjs", re.IGNORECASE)
_ARTICLE = re.compile(
    r"t\d{6,8}(?:_\d+)?(?:_wap)?\.s?html?$|art_\w+|[0-9a-f]{24,32}|[0-9a-f]{8}-[0-9a-f]{4}-|post_\d+|content_?\d+"
    r"|(?<!/column)/\d{4,}(?:/index)?(?:\.s?html?)?$|c\d\d_\d+|/i\d+\.html|show[-/]\d+|/detail/|xxgkannualreport\.jsp|year_details|/1\.html$",
    re.IGNORECASE,
)
_IN_SEASON = re.compile(r"/(?P<y>20[012]\d)(?:0[1-4]|/0?[1-4]/\d{1,2}|-0[1-4][/-])|/t(?P<z>20[012]\d)0[1-4]\d\d_")
_YEAR_KEYS = ("fbtime", "timeframe", "nbyear", "year", "nianfen")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a link promises. `year` is the report's year or None; `unit_name` and `unit_kind` '' where the title names none.

    `kind` refines `is_report`: a twin retells a report (图解, 解读), doubtful ones must be opened to be known, a decoy is a
    report of another season's duty or talk about reports.
    """

    is_report: bool
    year: int | None
    unit_name: str
    unit_kind: UnitKind | Literal[""]
    host_ok: bool
    reason: str
    kind: Kind


def judge(url: str, title: str = "", *, hosts: Collection[str] = (), column: Sequence[str] = ()) -> Judgement:
    """Judge one link.

    `url`: its address; `title`: link text or page title, in any script and spacing; `hosts`: hosts (`host` or
    `host:port`) that the registry names beside all of gov.cn; `column`: names of the columns that led to the link, the
    last one nearest. Never raises on content.
    """
    text = fold(title[:LONGEST])[:LONGEST]
    kind, reason = _kind(text, url, [fold(name) for name in column])
    year, of_year = _year(text, url, column)
    unit_name, unit_kind = unit_in(text, _PHRASE)
    host = host_of(url)
    host_ok = is_official(host) or host in hosts or host.removeprefix("www.") in hosts
    reason = f"{reason}; {of_year}" if of_year else reason
    if not host_ok:
        reason += f"; host {host or '(none)'} is neither under gov.cn nor named by the registry"
    return Judgement(kind == "report", year, unit_name, unit_kind, host_ok, reason, kind)


def in_report_column(column: Sequence[str]) -> bool:
    """Whether a column of this path of names holds annual reports."""
    return any(is_report_column(name) for name in column)


_COLUMN = re.compile(
    r"^(?:历年|历史|各?[\w、()]{0,14}?)?(?:政府|政务)?(?:信息)?公开(?:工作)?(?:年度报告|年报|年度工作报告|工作报告)(?:专栏|专题|汇总|列表|栏目|公开|发布)?(?:\(.*\))?$"
    r"|^(?:政府|部门|单位|乡镇|街道|镇街|街镇|镇|乡|区直|县直|市直|各)[\w、/()]{0,12}年报$|^年报(?:公开|专栏|汇总)?$|^年度报告(?:公开)?$|^历年(?:年报|年度报告|报告)$"
)


def is_report_column(name: str) -> bool:
    """Whether a link text names the annual-report column (国办公开办函〔2019〕61号: 政府信息公开年报, and its variants)."""
    text = re.sub(r"[>»›+·|]|更多|MORE|more|\d{4}年?度?$", "", fold(name))
    if len(text) > 24 or re.search(r"20\d\d", text) or _DECOY.search(re.sub("专栏|专题|汇总", "", text)):
        return False
    return bool(_COLUMN.search(text))


def is_year_folder(text: str) -> bool:
    """Whether a folded link text says no more than a year and that reports are there."""
    return bool(_YEAR_FOLDER.search(text))


def in_report_path(url: str) -> bool:
    """Whether a segment of the address is one of the usual names of an annual-report column."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    if any(_OTHER_SEGMENT.search(segment) for segment in segments):
        return False
    return any(_REPORT_SEGMENT.search(segment) for segment in segments)


def is_article(url: str) -> bool:
    """Whether an address has the shape of an article, not of a column; a hint, never a proof."""
    parts = urlsplit(url)
    return bool(_ARTICLE.search(parts.path)) or "articlekey=" in parts.query.lower() or "newsid=" in parts.query.lower()


def _kind(text: str, url: str, column: Sequence[str]) -> tuple[Kind, str]:
    phrase = _PHRASE.search(text)
    if twin := _TWIN.search(text):
        return ("twin" if phrase or "年报" in text or "报告" in text else "other"), f"title says {twin[0]}"
    if phrase:
        if decoy := _DECOY.search(text.replace(phrase[0], "|", 1)):
            return "decoy", f"title says {decoy[0]}"
        if "印发" not in text and _NOTICE.search(text):
            return "doubtful", "title is a notice about reports"
        if "印发" not in text and _NEWS.search(text):
            return "doubtful", "title tells of a publication"
        return "report", f"title says {phrase[0]}"
    if decoy := _DECOY.search(text):
        return "decoy", f"title says {decoy[0]}"
    if in_report_column(column):
        # A bare year is as often the folder of a year as a report; only an article's address decides.
        if (short := _SHORT.search(text)) and (is_article(url) or not is_year_folder(text)):
            return "report", f"title says {short[0]} in the column {column[-1]}"
        if is_year_folder(text) and not is_article(url):
            return "other", "folder of a year"
        return "doubtful", f"stands in the column {column[-1]}; title says nothing"
    if text and _CUT_PHRASE.search(text):
        return "report", "title is cut but says that much"
    if in_report_path(url) and is_article(url) and (not text or _says_only_a_unit(text)):
        return "report", "address lies in an annual-report column; title says nothing else"
    return "other", "title names no annual report" if text else "no title, and the address says nothing"


def _says_only_a_unit(text: str) -> bool:
    bare = re.sub(r"(?:(?:政府)?信息公开)?(?:年报|年度报告)$", "", text)
    return unit_in(bare + "年报", re.compile("年报$"))[0] == bare


def _year(text: str, url: str, column: Sequence[str]) -> tuple[int | None, str]:
    """The year a report is about, and where it was found."""
    phrase = _PHRASE.search(text) or _SHORT.search(text)
    places = [phrase[0], *_around(text, phrase)] if phrase else [text]
    for place in places:
        # A number followed by 年 beats a bare one; of a span (2019-2020年) the later year counts.
        for pattern in (
            r"(?<!\d)(20\d\d)[)）]?年(?!\d{1,2}月)",
            r"(?<!\d)(20\d\d)(?!\d|[-./年]\d{1,2})",
            r"(20\d\d)年\d{1,2}月(?:\d{1,2}日)?(?:至|-)",
        ):
            years = [int(year) for year in re.findall(pattern, place) if FIRST_YEAR <= int(year) <= LAST_YEAR]
            if years:
                return years[-1], ""
    for key, value in parse_qsl(urlsplit(url).query):
        if key.lower() in _YEAR_KEYS and re.fullmatch(r"20\d\d", value):
            return int(value), f"year from {key}= of the address"
    for name in reversed(column):
        if found := re.fullmatch(r"\D{0,4}(20\d\d)年?度?(?:\D{0,12})", fold(name)):
            return int(found[1]), f"year from the column {name}"
    if in_report_path(url) and (found := _IN_SEASON.search(urlsplit(url).path)):
        # Art. 50 of the Regulation: out by the end of March. A page that was moved bears the month of the move, which
        # is why only the months of reports count, and only in a report column.
        return int(
            found["y"] or found["z"]
        ) - 1, "year assumed: the address says published between January and April of the next"
    return None, ""


def _around(text: str, phrase: re.Match[str]) -> tuple[str, str]:
    return text[: phrase.start()], text[phrase.end() :]
