"""A page as spiders see it: address, text, tree, links. No Scrapy here, so every reader of pages is a pure function."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lxml.html
from lxml.etree import ParserError

from spiders.addresses import from_script, join
from spiders.rowtext import MUTE, TAIL, row_date, row_text
from spiders.rowtext import date_in as date_in
from spiders.rowtext import tight as tight
from spiders.scripts import Scripts

# Larger bodies are no lists; the tree is made of this much only, so that one page cannot stop the reactor.
LIMIT = 4_000_000
MOST_LINKS = 10_000

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
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
        text = _CUT.sub("", _BULLET.sub("", TAIL.sub("", self.text))).strip()
        attribute = _CUT.sub("", TAIL.sub("", self.attribute)).strip()
        return attribute if len(tight(attribute)) > len(tight(text)) or not text else text


@dataclass(frozen=True, slots=True)
class Call:
    """An element that leads somewhere by script only. `own`: its attributes as `Scripts.call` wants them."""

    script: str
    text: str
    attribute: str = ""
    listed_on: str = ""
    own: Mapping[str, str | int] = field(default_factory=dict)


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
        return tuple(islice(_links(self), MOST_LINKS))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every element without an address that something happens to when it is clicked or chosen."""
        return tuple(islice(_calls(self), MOST_LINKS))

    @cached_property
    def scripts(self) -> Scripts:
        """The scripts that stand in the page itself."""
        return Scripts(self.script_text, dict(parse_qsl(urlsplit(self.url).query)))

    @cached_property
    def script_text(self) -> str:
        """Their text, one after the other; data blocks of other types are left out."""
        texts = [
            element.text_content()
            for element in self.tree.iter("script")
            if not element.get("src") and _SCRIPT_TYPES.match(element.get("type") or "")
        ]
        return "\n;".join(texts)

    @cached_property
    def script_files(self) -> tuple[str, ...]:
        """Addresses of the scripts that the page loads."""
        sources = self.tree.xpath("//script/@src")
        return tuple(dict.fromkeys(filter(None, (join(self.base, str(src)) for src in sources))))

    @cached_property
    def frames(self) -> tuple[str, ...]:
        """Addresses of frames and iframes."""
        sources = self.tree.xpath(
            "//iframe/@src | //frame/@src | //iframe/@data-src | //embed[contains(@type, 'html')]/@src"
        )
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


_ADDRESSED = ("data-url", "data-href", "data-link", "data-to", "lay-href", "_href", "link", "url", "data-src", "to")
_PAGE_FILE = re.compile(
    r"^[\w:./%?=&-]*[\w-]\.(?:s?html?|jhtml|jspx?|aspx?|php|do|pdf|docx?)(?:\?[^\s'\"]*)?$", re.IGNORECASE
)
_SCRIPT_TYPES = re.compile(
    r"^(?:$|text/javascript|application/(?:x-)?javascript|module|text/ecmascript)", re.IGNORECASE
)


def _address_of(element: lxml.html.HtmlElement, base: str) -> str:
    """Where an element leads by its attributes alone; '' when a script would have to say."""
    if element.tag in ("a", "area", "link") and (url := join(base, element.get("href") or "")):
        return url
    for name in _ADDRESSED:
        value = (element.get(name) or "").strip()
        if re.search(r"[/.?]", value) and not re.search(r"\s", value) and (url := join(base, value)):
            return url
    for name, value in element.attrib.items():
        # A portal's own data- attribute: only what is plainly the address of a page or a document.
        if name.startswith("data-") and _PAGE_FILE.search(value.strip()) and not re.search(r"\s", value.strip()):
            return join(base, value)
    if element.tag == "option" and re.search(
        r"^[\w:./?=&%-]*[/.?][\w:./?=&%-]*$", value := (element.get("value") or "").strip()
    ):
        return join(base, value)
    return ""


def _elements(tree: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    for element in tree.iter(
        "a",
        "area",
        "li",
        "td",
        "div",
        "span",
        "tr",
        "p",
        "option",
        "button",
        "dd",
        "dt",
        "input",
        "h3",
        "h4",
        "img",
        "i",
        "em",
        "b",
        "strong",
        "font",
    ):
        attributes = element.attrib
        if (
            element.tag in ("a", "area", "option")
            or "onclick" in attributes
            or any(name.startswith("data-") or name in _ADDRESSED for name in attributes)
        ):
            yield element


def _links(page: Page) -> Iterator[Link]:
    for element in _elements(page.tree):
        url = _address_of(element, page.base)
        if not url and (script := _script_of(element)):
            url = _called(page, element, script) or join(page.base, from_script(script))
        if url and not (
            element.tag != "a" and element.tag != "area" and element.xpath(".//a[@href]") and not element.get("onclick")
        ):
            yield _link(element, url)


def _called(page: Page, element: lxml.html.HtmlElement, script: str) -> str:
    actions = page.scripts.call(script, own_names(element)) if page.scripts.functions else ()
    # Of the branches of a condition the last one is for the pages behind the first.
    return next(
        (
            url
            for action in reversed(actions)
            if action.kind in ("go", "frame") and (url := join(page.base, action.url))
        ),
        "",
    )


def _calls(page: Page) -> Iterator[Call]:
    for element in _elements(page.tree):
        script = _script_of(element)
        ids = element.tag in ("a", "li", "div", "td", "span") and any(
            re.search(r"^data-\w*(?:id|key|code|guid|no|num|param|page|val|value|year|nd|type)$", name)
            for name in element.attrib
        )
        if _address_of(element, page.base) or not (script or ids):
            continue
        link = _link(element, "")
        yield Call(script, link.text, link.attribute, link.listed_on, own_names(element))


def _script_of(element: lxml.html.HtmlElement) -> str:
    """What a click on an element, or the choice of an option, runs; '' for nothing."""
    if onclick := (
        element.get("onclick") or element.get("@click") or element.get("ng-click") or element.get("v-on:click") or ""
    ).strip():
        return onclick
    href = (element.get("href") or "").strip()
    if (
        re.match(r"(?i)javascript:", href)
        and re.search(r"\w\s*\(|location", href)
        and not re.search(r"(?i)void\(?0?\)?;?$", href)
    ):
        return href
    if element.tag == "option" and (select := next(element.iterancestors("select"), None)) is not None:
        return (select.get("onchange") or "").strip()
    return ""


def own_names(element: lxml.html.HtmlElement) -> dict[str, str | int]:
    """Attributes of an element as scripts ask for them: `@name`, and `@value` for what is chosen or typed."""
    names: dict[str, str | int] = {f"@{name.lower()}": value for name, value in element.attrib.items()}
    if element.tag == "option" and "@value" not in names:
        names["@value"] = " ".join(element.text_content().split())
    return names


def _link(element: lxml.html.HtmlElement, url: str) -> Link:
    text = " ".join(element.text_content().split())
    if not text:
        text = " ".join(
            map(str, element.xpath(".//img/@alt | ./@aria-label | ./@alt | .//img/@title | ./@value[../@type]"))
        ).strip()
    attribute = " ".join((element.get("title") or element.get("data-title") or "").split())
    if MUTE.match(text) and MUTE.match(attribute) and (row := row_text(element)):
        attribute = row
    return Link(url, text, attribute, row_date(element, text))
