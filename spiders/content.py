"""What stands in a page that should be a report: its chapters, its tables, what hangs on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.etree import XPathError
from lxml.html import HtmlElement

from spiders.addresses import from_script, join
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
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf)$", re.IGNORECASE)
_PICTURES = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/(?:downfile|download)\.jsp|DownloadAttachUrl|ReadAttachFile|DownFile\.ashx|/attachment/", re.IGNORECASE
)
_DECORATION = re.compile(
    r"icon|logo|share|qrcode|ewm|erweima|print|close|arrow|btn|button|banner|weixin|wechat|weibo|gongan|beian|ghs\.png|jiucuo|blank|line|spacer",
    re.IGNORECASE,
)
_CHAPTERS = (
    re.compile(r"总体情况|概述|概况"),
    re.compile(r"主动公开政府?信息(?:的)?情况|主动公开(?:的)?情况"),
    re.compile(r"(?:收到和处理|受理|办理)?(?:政府信息公开申请|依申请公开)(?:的)?(?:办理|处理)?情况"),
    re.compile(r"行政复议|行政诉讼|提起诉讼"),
    re.compile(r"存在的?(?:主要)?问题|改进(?:情况|措施)"),
    re.compile(r"其他需要(?:报告|说明)的事项|其他事项"),
)
MOST_PICTURES = 40


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


def attachments(page: Page) -> tuple[str, ...]:
    """Addresses of the files that hang on a report, in document order, each once.

    Documents by link, frame, embed, object, viewer parameter and onclick; pictures only where the text has no tables,
    because then they are the tables.
    """
    source = article(page)
    bodies = _bodies(source.tree)
    found = list(_documents(source.tree, source.base, inside=bodies))
    if not has_tables(page) and not any(_FILES.search(_name(url)) for url in found):
        found += list(_pictures(bodies or [source.tree], source.base))[:MOST_PICTURES]
    return tuple(url for url in dict.fromkeys(found) if url != page.url)


def _bodies(tree: HtmlElement) -> list[HtmlElement]:
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


def _documents(tree: HtmlElement, base: str, inside: list[HtmlElement]) -> Iterator[str]:
    for element in tree.iter("a", "iframe", "embed", "object", "frame", "button", "span", "div", "p", "li", "img"):
        for attribute in ("href", "src", "data", "onclick"):
            value = element.get(attribute) or ""
            if not value or (attribute == "src" and element.tag == "img"):
                continue
            url = join(base, from_script(value) if attribute == "onclick" else value)
            url = _viewed(url) or url
            named = bool(_FILES.search(_name(url))) or bool(_FILES.search(" ".join(element.text_content().split())))
            file = named or bool(_DOWNLOAD.search(url) and not _PICTURES.search(_name(url)))
            # Outside the text, a document is the report's only if it says so or is shown in the page.
            shown = not inside or element.tag in ("iframe", "embed", "object")
            if url and file and (shown or _within(element, inside) or _says_report(element)):
                yield url


def _pictures(bodies: list[HtmlElement], base: str) -> Iterator[str]:
    for body in bodies:
        for image in body.iter("img"):
            url = join(base, image.get("src") or image.get("data-src") or "")
            small = any(
                re.fullmatch(r"\d{1,2}(?:px)?", (image.get(side) or "").strip()) for side in ("width", "height")
            )
            if url and not small and not _DECORATION.search(_name(url)):
                yield url


def _viewed(url: str) -> str:
    """The document that a viewer page shows (`viewer.html?file=…`)."""
    for key, value in parse_qsl(urlsplit(url).query):
        if key.lower() in ("file", "src", "url", "filepath") and _FILES.search(value.partition("?")[0]):
            return join(url, value)
    return ""


def _name(url: str) -> str:
    """The file name that an address ends in, out of the query too where a script delivers the file."""
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query):
        if key.lower() in ("filename", "showname", "name") and "." in value:
            return value
    return unquote(parts.path).rsplit("/", 1)[-1]


def _within(element: HtmlElement, bodies: list[HtmlElement]) -> bool:
    return any(element is body or body in element.iterancestors() for body in bodies)


def _says_report(element: HtmlElement) -> bool:
    text = tight(element.text_content() + (element.get("title") or ""))
    return judge("", text).is_report or bool(re.match(r"附件", text))
