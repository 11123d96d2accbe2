"""The way from a home page to the annual reports: the mandated columns (国办公开办函〔2019〕61号), folders, frames, shells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from spiders.addresses import join
from spiders.links import is_article, is_report_column, is_year_folder
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
_REFRESH = re.compile(
    r"""<meta[^>]+http-equiv\s*=\s*["']?refresh["']?[^>]*?url\s*=\s*["']?\s*(?P<url>[^"'>\s]+)""", re.IGNORECASE
)
_RELOCATE = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|(?:window|top|self|parent)\.navigate\s*\()\s*["'](?P<url>[^"']+)["']""",
    re.IGNORECASE,
)

SHELL = 2048  # Bytes of markup; larger pages that carry a location.replace use it for something else.


def shell_target(page: Page) -> str:
    """Where a page leads that is nothing but a redirect by meta refresh or script; '' for every other page."""
    if len(page.html) > 4 * SHELL or len(tight(page.text)) > 120:
        return ""
    visible_script = re.sub(r"<!--.*?-->|/\*.*?\*/", "", page.html, flags=re.DOTALL)
    found = _REFRESH.search(visible_script) or (_RELOCATE.search(visible_script) if len(page.html) <= SHELL else None)
    target = join(page.base, found["url"]) if found else ""
    return target if target != page.url else ""


def frames(page: Page) -> tuple[str, ...]:
    """Addresses of frames that may hold a list: no counters, trees, logins, headers, footers."""
    return tuple(url for url in page.frames if not _FRAME_NOISE.search(urlsplit(url).path.rsplit("/", 1)[-1]))


@dataclass(frozen=True, slots=True)
class Way:
    """A link worth following, what lies behind it by its name, and how promising it is (larger first)."""

    link: Link
    step: Step
    score: int


def ways(page: Page, *, units: bool = False) -> tuple[Way, ...]:
    """Links of a home or platform page that lead towards annual reports, best first, one for each address.

    `units`: also follow names of departments and townships, as platform pages list them.
    """
    best: dict[str, Way] = {}
    for link in page.links:
        for text in {fold(link.text), fold(link.attribute)}:
            way = _way(link, text, units)
            if way and (link.url not in best or way.score > best[link.url].score):
                best[link.url] = way
    return tuple(sorted(best.values(), key=lambda way: -way.score))


def _way(link: Link, text: str, units: bool) -> Way | None:
    text = re.sub(r"^[>»›·•|:]+|[>»›·|:]+$|更多$", "", text)
    if not text or len(text) > 24:
        return None
    if is_report_column(text):
        return Way(link, "reports", 10 if "公开" in text else 6)
    for score, pattern in _GATES:
        if pattern.search(text):
            return Way(link, "gate", score)
    if units and is_unit(text) and not is_article(link.url):
        return Way(link, "unit", 1)
    return None


def sub_columns(page: Page) -> tuple[Link, ...]:
    """Links of a report column that lead to its parts: years, groups of units, single units, further report columns."""
    seen: dict[str, Link] = {}
    for link in page.links:
        text = fold(link.title)
        if not text or len(text) > 24 or link.url == page.url:
            continue
        folder = is_year_folder(text) or _GROUP.search(text) or is_report_column(text)
        if (folder and not is_article(link.url)) or (
            is_unit(text) and not is_article(link.url) and _below(link.url, page.url)
        ):
            seen.setdefault(link.url, link)
    return tuple(seen.values())


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
