"""What the row of a list says about a link that stands in it: its date, and its title where the link has none."""

from __future__ import annotations

import re

import lxml.html

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
TAIL = re.compile(r"[\[(（【]?\s*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?\s*[\])）】]?\s*$")
# Links that say nothing themselves; the row they stand in does.
MUTE = re.compile(
    r"^(?:查看|查阅|浏览|详情|详细|详细内容|查看详情|查看全文|查看原文|阅读|阅读全文|全文|正文|点击查看|点击下载|点击阅读|打开|下载|附件|文档|链接|进入"
    r"|more|view|detail|read|open|download|pdf|word|docx?|html|网页版|文字版)?[\s>»›\[\]()（）.…:：]*$",
    re.IGNORECASE,
)


def tight(text: str) -> str:
    """Text without any white space: column names are broken by `<br>` and letter-spaced."""
    return "".join(text.split()).replace("\u200b", "").replace("\ufeff", "")


def date_in(text: str) -> str:
    """The first full date of a text as ISO, '' when there is none or it is no date."""
    for found in _DATE.finditer(text):
        year, month, day = map(int, found.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year:04}-{month:02}-{day:02}"
    return ""


def row_text(element: lxml.html.HtmlElement) -> str:
    """What the row of a link says that says nothing itself: the longest of its cells; '' where it stands in no row."""
    for row in element.iterancestors("tr", "li", "dl", "dd", "p", "div"):
        links = row.xpath("count(.//a[@href or @onclick])")
        if links > 3:
            return ""
        parts = [" ".join(str(part).split()) for part in row.itertext()]
        best = max((part for part in parts if not MUTE.match(part)), key=len, default="")
        if len(best) >= 6 and re.search(r"[\u4e00-\u9fff]{3}", best):
            return best if len(best) <= 200 else ""
        if row.tag in ("tr", "li", "dl"):
            return ""
    return ""


def row_date(element: lxml.html.HtmlElement, text: str) -> str:
    own = TAIL.search(text)
    if own:
        return date_in(own[0])
    for row in element.iterancestors("li", "tr", "dd", "p", "div"):
        others = _short_text(row)
        if others is None:
            return ""
        if found := date_in(others.replace(text, " ", 1)):
            return found
        if row.tag in ("li", "tr"):
            return ""
    return ""


def _short_text(element: lxml.html.HtmlElement, most: int = 400) -> str | None:
    """The element's text, white space folded; None when it is longer than a row of a list."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part)
        if length > 4 * most:
            return None
    text = " ".join("".join(parts).split())
    return text if len(text) <= most else None
