"""What stands in a page that should be a report: its text, its chapters, its tables."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.etree import XPathError
from lxml.html import HtmlElement

from spiders.links import is_year_folder, judge
from spiders.page import Page, tight
from spiders.platforms.gkmlpt import detail_html
from spiders.wording import fold

# Containers of the article's text, most telling first.
BODIES = (
    "#ivs_content",
    ".TRS_Editor",
    ".trs_editor_view",
    ".TRS_UEDITOR",
    ".Custom_UnionStyle",
    "#UCAP-CONTENT",
    "#zoom",
    "#Zoom",
    ".j-fontContent",
    "#vsb_content",
    "#vsb_content_2",
    ".v_news_content",
    ".xxgk_content",
    ".easysite-news-text",
    "#easysiteText",
    ".ewb-article-info",
    ".main-txt",
    ".wzzw-article",
    ".article-content",
    ".bt_content",
    "#content",
    "article",
)
_CHAPTERS = (
    re.compile(r"总体情况|概述|概况"),
    re.compile(r"主动公开政府?信息(?:的)?情况|主动公开(?:的)?情况"),
    re.compile(r"(?:收到和处理|受理|办理)?(?:政府信息公开申请|依申请公开)(?:的)?(?:办理|处理)?情况"),
    re.compile(r"行政复议|行政诉讼|提起诉讼"),
    re.compile(r"存在的?(?:主要)?问题|改进(?:情况|措施)"),
    re.compile(r"其他需要(?:报告|说明)的事项|其他事项"),
)


def article(page: Page) -> Page:
    """The page whose tree holds the report's text: the page itself, or the article that a script in it carries."""
    html = detail_html(page)
    return Page(page.url, html, page.context) if html else page


@lru_cache(maxsize=4)
def chapters(page: Page) -> int:
    """How many of the six chapters of a report the text of a page names (0–6)."""
    text = tight(article(page).text)
    return sum(bool(pattern.search(text)) for pattern in _CHAPTERS)


def is_report_text(page: Page) -> bool:
    """Whether a page reads as a report itself: chapters of one and the words for it."""
    return chapters(page) >= 3 and bool(re.search(r"信息公开", page.html))


def report_links(page: Page) -> int:
    """How many different links of a page promise reports."""
    return len({link.url for link in page.links if judge(link.url, link.title).is_report})


def is_list(page: Page) -> bool:
    """Whether a page that should be a report is a list of reports. One link is enough where a mere year led to it."""
    few = 1 if is_year_folder(fold(str(page.context.get("anchor", "")))) else 3
    return not is_report_text(page) and report_links(page) >= few


def has_tables(page: Page) -> bool:
    """Whether the text holds a table with figures; layout tables have many cells and few numbers of their own."""
    for table in article(page).tree.iter("table"):
        if table.xpath(".//table"):
            continue
        cells = [tight(cell.text_content()) for cell in table.iter("td", "th")]
        if sum(bool(re.fullmatch(r"[-+]?[\d.,]+", cell)) for cell in cells) >= 3:
            return True
    return False


def bodies(tree: HtmlElement) -> list[HtmlElement]:
    """The elements that hold the article's text; none where no known container does."""
    for selector in BODIES:
        try:
            if selector.startswith("#"):
                hits = tree.xpath("//*[@id=$name]", name=selector[1:])
            elif selector.startswith("."):
                hits = tree.xpath(
                    "//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {selector[1:]} "
                )
            else:
                hits = tree.xpath(f"//{selector}")
        except XPathError:
            continue
        hits = [
            hit for hit in hits if tight(hit.text_content()) or hit.xpath(".//img | .//iframe | .//embed | .//object")
        ]
        if hits:
            return hits
    return []
