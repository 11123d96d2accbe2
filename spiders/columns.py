"""The way from a home page to the annual reports: the mandated columns (国办公开办函〔2019〕61号), folders, frames, shells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from spiders.addresses import join
from spiders.links import in_report_path, is_article, is_report_column, is_year_folder
from spiders.page import Link, Page, tight
from spiders.units import is_unit
from spiders.wording import fold

Step = Literal["reports", "gate", "unit"]

# Behind these names lies the disclosure platform, whose left menu holds the report column.
_GATES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (9, re.compile(r"^(?:政府|政务)信息公开(?:专栏|平台|目录|网|专区|信息)?$")),
    (8, re.compile(r"^信息公开(?:专栏|平台|目录|网|专区)?$|^政务公开(?:专栏|平台|网|专区)?$|^政府?信息公开$")),
    (
        7,
        re.compile(
            r"^.{0,8}(?:区|县|市|旗)(?:人民)?政府(?:办公室)?(?:政府)?信息公开(?:专栏|平台|目录)?$|^公开$|^政府公开$"
        ),
    ),
    (6, re.compile(r"^(?:法定)?主动公开(?:内容|目录|信息)?$|^(?:政府)?信息公开目录$")),
    (5, re.compile(r"^(?:政府)?信息公开(?:指南|制度)$")),
    (
        4,
        re.compile(
            r"^(?:各|区|县|市|直属|区直|县直|市直|政府|本级|街道|街镇|镇街|乡镇|镇|乡|部门|单位|机构|及|和|、|\(|\)|/|-|基层|派出|园区|功能区|开发区|办事处|企事业){1,8}"
            r"(?:政府|政务)?(?:信息)?公开(?:专栏|平台|目录|指南)?$"
        ),
    ),
)
_GROUP = re.compile(
    r"^(?:各|区|县|市|州|旗|省|直属|直|政府|人民政府|本级|部门|单位|机关|乡镇|街道|镇街|街镇|乡|镇|办事处|街道办|街|苏木|及|和|、|\(|\)|/|-|基层|园区|功能区|开发区|办公室|派出机构|驻区|工作|组成|下属|企事业|公共){1,9}"
    r"(?:信息公开|公开)?(?:年报|年度报告|报告)?$"
)
_FRAME_NOISE = re.compile(
    r"count|login|tree|share|foot|head|top|bottom|banner|nav|menu|weather|tianqi|search|stat\b|tongji|visit|bszs|baidu|video|map|ssoc|calendar|rili",
    re.IGNORECASE,
)
_TREE = re.compile(r"/module/xxgk/tree\.jsp$")  # 大汉: the columns and units of the disclosure module
_REFRESH = re.compile(
    r"""<meta[^>]+http-equiv\s*=\s*["']?refresh["']?[^>]*?url\s*=\s*["']?\s*(?P<url>[^"'>\s]+)""", re.IGNORECASE
)
_SMALL = re.compile(r"//(?:m|wap|3g)\.|/(?:m|wap|mobile|phone|h5)(?:/|$)|_wap\.", re.IGNORECASE)
_NO_GATE = re.compile(
    r"依申请|申请公开|意见|征集|招聘|招标|公开课|公开信|公开赛|公开电话|预决算|预算|决算|财政|价格|承诺|监督|举报|办事公开|党务"
)
_GATE_PATH = re.compile(r"/(?:zf|zw)?(?:xx)?gk(?:ml|zl|pt|zt|w)?\d*(?:/|/index\.\w+)?$", re.IGNORECASE)

SHELL = 2048  # Bytes of markup; larger pages that carry a location.replace use it for something else.


def shell_target(page: Page) -> str:
    """Where a page leads that is nothing but a redirect by meta refresh or script; '' for every other page."""
    if len(page.html) > 4 * SHELL or len(tight(page.text)) > 120 or len(page.links) > 12:
        return ""
    # What is commented out or waits for a click leads nowhere by itself.
    source = re.sub(r"<!--(?!\[).{0,5000}?-->", "", page.html, flags=re.DOTALL)
    if (found := _REFRESH.search(source)) and (target := join(page.base, found["url"])) and target != page.url:
        return target
    if len(page.links) > 3:
        return ""
    code = [
        *page.tree.xpath("//body/@onload | //frameset/@onload"),
        *re.findall(r"setTimeout\(\s*[\"'`](.{1,300}?)[\"'`]\s*,\s*\d", page.script_text),
    ]
    targets = [
        *page.scripts.opens(),
        *(action.url for each in code for action in page.scripts.call(str(each)) if action.kind == "go"),
    ]
    joined = [target for each in targets if (target := join(page.base, each)) and target != page.url]
    # A switch for small screens comes before the way for all others.
    return next((each for each in joined if not _SMALL.search(each)), joined[0] if joined else "")


def frames(page: Page) -> tuple[str, ...]:
    """Addresses of frames that may hold a list: no counters, trees, logins, headers, footers."""
    if page.tree.xpath("//frameset"):
        return page.frames  # The menu of such a page stands in a frame of its own.
    return tuple(
        url
        for url in page.frames
        if _TREE.search(urlsplit(url).path) or not _FRAME_NOISE.search(urlsplit(url).path.rsplit("/", 1)[-1])
    )


@dataclass(frozen=True, slots=True)
class Way:
    """A link worth following, what lies behind it by its name, and how promising it is (larger first)."""

    link: Link
    step: Step
    score: int


def ways(links: Iterable[Link], *, units: bool = False, every: bool = False) -> tuple[Way, ...]:
    """Links of a home or platform page that lead towards annual reports, best first, one for each address.

    `units`: also follow names of departments and townships, as platform pages list them. `every`: follow all.
    """
    best: dict[str, Way] = {}
    for link in links:
        for text in {fold(link.text), fold(link.attribute)}:
            way = _way(link, text, units)
            if way is None and every and not is_article(link.url):
                way = Way(link, "gate", 0)
            if way and (link.url not in best or way.score > best[link.url].score):
                best[link.url] = way
    return tuple(sorted(best.values(), key=lambda way: -way.score))


def _way(link: Link, text: str, units: bool) -> Way | None:
    text = re.sub(r"^[>»›·•|:\d.、]+|[>»›·|:]+$|更多$", "", text)
    if len(text) > 24:
        return None
    if is_report_column(text):
        return Way(link, "reports", 10 if "公开" in text else 6)
    for score, pattern in _GATES:
        if pattern.search(text):
            return Way(link, "gate", score)
    # A picture or a word like 更多 says nothing; then the address may.
    if len(text) <= 4 and not is_article(link.url):
        if in_report_path(link.url):
            return Way(link, "reports", 3)
        if not text and _GATE_PATH.search(urlsplit(link.url).path):
            return Way(link, "gate", 2)
    if not text:
        return None
    if len(text) <= 14 and "公开" in text and not _NO_GATE.search(text) and not is_article(link.url):
        return Way(link, "gate", 2)
    if units and is_unit(text) and not is_article(link.url):
        return Way(link, "unit", 1)
    if units and _GROUP.search(text) and not is_article(link.url):
        return Way(link, "gate", 1)
    return None


def sub_columns(links: Iterable[Link], own: str) -> tuple[tuple[Link, bool], ...]:
    """Links of a report column that lead to its parts: years, groups of units, single units, further report columns.

    With each, whether it is a part of this column (address `own`), or the page of a unit that may stand elsewhere.
    """
    seen: dict[str, tuple[Link, bool]] = {}
    for link in links:
        text = fold(link.title)
        if not text or len(text) > 24 or link.url == own:
            continue
        folder = bool(is_year_folder(text) or _GROUP.search(text) or is_report_column(text))
        unit = is_unit(text)
        if (folder and not is_article(link.url)) or (unit and _below(link.url, own)):
            seen[link.url] = (link, True)
        elif unit or (folder and _below(link.url, own)):
            seen.setdefault(link.url, (link, folder))
    return tuple(seen.values())


def year_switch(links: Iterable[Link], own: str) -> tuple[Link, ...]:
    """Links by which a page shows another year of itself: the same address, but for a year in its query."""
    here = urlsplit(own)
    mine = dict(parse_qsl(here.query))
    out = []
    for link in links:
        there = urlsplit(link.url)
        theirs = dict(parse_qsl(there.query))
        changed = {key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)}
        same = (there.netloc, there.path) == (here.netloc, here.path) and len(changed) == 1
        if same and is_year_folder(fold(link.title)) and re.fullmatch(r"20\d\d", theirs.get(changed.pop(), "")):
            out.append(link)
    return tuple(out)


def is_column_address(url: str) -> bool:
    """Whether an address has the shape of a column's own page (a folder, an index, a list), not of an article."""
    path = urlsplit(url).path
    if re.search(r"/(?:\d{5,}|[0-9A-Fa-f]{32})/(?:index\.\w+)?$", path):
        return False
    return bool(
        re.search(r"/$|/(?:index|default)(?:_\d+)?\.\w+$|/col/?col\d+|/[\w-]*list[\w-]*\.\w+$", path, re.IGNORECASE)
    )


def _below(url: str, column: str) -> bool:
    """Whether an address lies in the folder of the column, or is the same script with another query."""
    a, b = urlsplit(url), urlsplit(column)
    folder = b.path.rsplit("/", 1)[0] + "/"
    stem = re.sub(r"\.\w+$", "", b.path)
    if a.query and a.path == b.path:
        return True
    return (len(folder) > 1 and a.path.startswith(folder)) or (len(stem) > 1 and a.path.startswith(stem + "/"))
