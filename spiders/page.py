"""A page as spiders see it: address, text, tree, links. No Scrapy here, so every reader of pages is a pure function."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import lxml.html
from lxml.etree import ParserError

from spiders.addresses import from_script, join

# Larger bodies are no lists; the tree is made of this much only, so that one page cannot stop the reactor.
LIMIT = 4_000_000
MOST_LINKS = 10_000

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_TAIL = re.compile(r"[\[(（【]?\s*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?\s*[\])）】]?\s*$")
_CUT = re.compile(r"(?:…+|\.{3,}|。{3,})\s*$")
_BULLET = re.compile(r"^[\s·•●▪■◆◇>»\-—|*]+")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: absolute address, link text, title attribute, ISO date of its list row ('' where none)."""

    url: str
    text: str
    attribute: str = ""
    listed_on: str = ""

    @property
    def title(self) -> str:
        """The fuller of link text and title attribute: lists cut the one, templates forget the other."""
        text = _CUT.sub("", _BULLET.sub("", _TAIL.sub("", self.text))).strip()
        attribute = _CUT.sub("", _TAIL.sub("", self.attribute)).strip()
        return attribute if len(tight(attribute)) > len(tight(text)) or not text else text


@dataclass(frozen=True, eq=False)
class Page:
    """`url` is where it was found in the end; `html` its decoded text; `context` what the crawl knew of it."""

    url: str
    html: str
    context: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        """The HTML tree; an empty one for text that is none. Links below `base` are resolved by `links`."""
        text = self.html[:LIMIT].replace("\x00", "")
        # An encoding declaration in a str makes lxml refuse it.
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        try:
            return lxml.html.document_fromstring(text or "<html></html>")
        except (ParserError, ValueError):
            return lxml.html.document_fromstring("<html></html>")

    @cached_property
    def base(self) -> str:
        """The address that relative links start from."""
        href = self.tree.xpath("string(//base/@href)")
        return join(self.url, href) or self.url if href else self.url

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link with an address, in document order, onclick and javascript: ones too."""
        return tuple(islice(_links(self.tree, self.base), MOST_LINKS))

    @cached_property
    def frames(self) -> tuple[str, ...]:
        """Addresses of frames and iframes."""
        sources = self.tree.xpath("//iframe/@src | //frame/@src")
        return tuple(filter(None, (join(self.base, str(src)) for src in sources)))

    @cached_property
    def text(self) -> str:
        """What a reader sees, scripts and styles left out, white space kept as it stands."""
        parts = self.tree.xpath("//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
        return "".join(map(str, parts))

    @cached_property
    def title(self) -> str:
        """The `title` element, white space folded."""
        return " ".join(self.tree.xpath("string(//title)").split())

    def meta(self, name: str) -> str:
        """Content of the first `meta` of that name, in any case; '' when missing or left as the template had it."""
        for element in self.tree.iter("meta"):
            if (element.get("name") or "").strip().lower() == name.lower():
                return (element.get("content") or "").strip()
        return ""


def fragment_links(html: str, base: str) -> tuple[Link, ...]:
    """The links of a piece of HTML, as lists deliver it in XML or JSON."""
    return Page(base, html).links


def decode(body: bytes, declared: str = "") -> str:
    """Bytes of a page as text: BOM, then what the bytes prove (UTF-8, GB18030), then what is declared.

    What is declared comes last because portals label GBK pages utf-8 and the other way round; a page that only mostly
    fits keeps U+FFFD where it does not.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for name in ("utf-8", "gb18030"):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    in_meta = _META_CHARSET.search(body[:4096])
    for name in (declared, in_meta[1].decode("ascii") if in_meta else "", "utf-8"):
        try:
            return body.decode("gb18030" if name.lower() in ("gb2312", "gbk") else name, "replace")
        except LookupError:
            continue
    return body.decode("utf-8", "replace")


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


def _links(tree: lxml.html.HtmlElement, base: str) -> Iterator[Link]:
    for element in tree.iter("a", "area", "li", "td", "div", "span", "tr"):
        onclick = element.get("onclick") or ""
        if element.tag in ("a", "area"):
            url = join(base, element.get("href") or "") or join(base, from_script(onclick))
        elif onclick and not element.xpath(".//a[@href]"):
            url = join(base, from_script(onclick))
        else:
            continue
        if url:
            text = " ".join(element.text_content().split())
            if not text:
                text = " ".join(map(str, element.xpath(".//img/@alt | ./@aria-label"))).strip()
            yield Link(url, text, " ".join((element.get("title") or "").split()), _row_date(element, text))


def _row_date(element: lxml.html.HtmlElement, text: str) -> str:
    own = _TAIL.search(text)
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
