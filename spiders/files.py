"""The files that hang on a report: links, frames, viewers, buttons and scripts that lead to one; pictures of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement

from spiders.addresses import from_script, join
from spiders.content import article, bodies, has_tables, is_report_text
from spiders.links import judge
from spiders.page import Link, Page, tight

MOST_PICTURES = 40
MOST_FILES = 20
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|zip)$", re.IGNORECASE)
_NAMED = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|zip)(?![a-z0-9])", re.IGNORECASE)
_PICTURES = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"/(?:downfile|download)\.(?:jsp|do|action|aspx?|php|ashx)|DownloadAttachUrl|ReadAttachFile|DownFile\.ashx|/attachment/"
    r"|/(?:download|downloadfile|filedownload|attach(?:ment)?s?/down\w*)(?:\?|/\d)",
    re.IGNORECASE,
)
_VIEWER = re.compile(r"/(?:viewer|pdfviewer|pdf|preview|onlinepreview|view)(?:\.s?html?|\.jsp)?$", re.IGNORECASE)
_VIEWED = frozenset(
    (
        "file",
        "src",
        "url",
        "filepath",
        "fileurl",
        "pdf",
        "pdfurl",
        "pdfpath",
        "path",
        "doc",
        "furl",
        "attachurl",
        "filename",
    )
)
"""The names under which viewers take the address of what they show."""
_FILE_NAMES = frozenset(("filename", "showname", "name", "fname", "attachname"))
_DECORATION = re.compile(
    r"icon|logo|share|qrcode|ewm|erweima|print|close|arrow|btn|button|banner|weixin|wechat|weibo|gongan|beian|ghs\.png|jiucuo|blank|line|spacer",
    re.IGNORECASE,
)
_IN_SCRIPT = re.compile(r"""["']([^"'<>\s]{1,300}?\.(?:pdf|docx?|xlsx?|wps))["'?#]""", re.IGNORECASE)
_ADDRESSES = ("href", "src", "data", "data-href", "data-url", "data-src", "data-file", "onclick")
_SOURCES = ("src", "data-src", "data-original", "original", "_src")


def attachments(page: Page) -> tuple[Link, ...]:
    """The files that hang on a report, in document order, each once, with the text of what leads to it.

    Documents by link, frame, embed, object, viewer parameter, button and, where nothing else names one, by a literal in
    a script. Where the text has no tables, also the pages in frames of the text and its pictures: then they are the
    tables.
    """
    source = article(page)
    texts = bodies(source.tree)
    found = list(_documents(source.tree, source.base, inside=texts))
    named = any(_FILES.search(file_name(link.url)) for link in found)
    if not found:
        found += _in_scripts(page)
    if not has_tables(page):
        found += _frames(texts, source.base) if is_report_text(page) else []
        if not named:
            found += list(_pictures(texts or [source.tree], source.base))[:MOST_PICTURES]
    first = {link.url: link for link in reversed(found) if link.url != page.url}
    ordered = dict.fromkeys(link.url for link in found if link.url in first)
    return tuple(first[url] for url in ordered)[: MOST_FILES + MOST_PICTURES]


def _documents(tree: HtmlElement, base: str, inside: list[HtmlElement]) -> Iterator[Link]:
    for element in tree.iter(
        "a", "iframe", "embed", "object", "param", "frame", "button", "span", "div", "p", "li", "img"
    ):
        for attribute in (*_ADDRESSES, *(("value",) if element.tag == "param" else ())):
            value = element.get(attribute) or ""
            if not value or (attribute != "onclick" and element.tag == "img"):
                continue
            if attribute.startswith("data-") and not _NAMED.search(value):
                continue
            raw = from_script(value) if attribute == "onclick" else value
            url = viewed(base, raw) or join(base, raw)
            if not url:
                continue
            text = " ".join(element.text_content().split())
            title = " ".join(f"{element.get('title') or ''} {element.get('download') or ''}".split())
            if not _is_file(url, text, title):
                continue
            # Outside the text, a document is the report's only if it says so or is shown in the page.
            shown = not inside or element.tag in ("iframe", "embed", "object", "param")
            if shown or _within(element, inside) or _says_report(element):
                yield Link(url, text[:200], title[:200])


def _is_file(url: str, text: str, title: str) -> bool:
    name = file_name(url)
    if _FILES.search(name) or _FILES.search(text) or _FILES.search(title):
        return True
    return bool(_DOWNLOAD.search(url) and not _PICTURES.search(name))


def _in_scripts(page: Page) -> list[Link]:
    """Documents that only a script names (`PDFObject.embed("…pdf")`, `var url = "…"`)."""
    found: list[Link] = []
    for script in page.tree.iter("script"):
        for match in _IN_SCRIPT.finditer((script.text or "")[:400_000]):
            url = viewed(page.base, match[1]) or join(page.base, match[1])
            if url:
                found.append(Link(url, ""))
    return found[:MOST_FILES]


def _frames(texts: list[HtmlElement], base: str) -> list[Link]:
    """Pages shown in frames of the text."""
    sources = (frame.get("src") or "" for text in texts for frame in text.iter("iframe", "frame"))
    return [
        Link(url, "") for source in sources if (url := join(base, source)) and not _VIEWER.search(urlsplit(url).path)
    ]


def _pictures(texts: list[HtmlElement], base: str) -> Iterator[Link]:
    for text in texts:
        for image in text.iter("img"):
            url = next((found for key in _SOURCES if (found := join(base, image.get(key) or ""))), "")
            small = any(
                re.fullmatch(r"\d{1,2}(?:px)?", (image.get(side) or "").strip()) for side in ("width", "height")
            )
            if url and not small and not _DECORATION.search(file_name(url)):
                yield Link(url, "")


def viewed(base: str, href: str) -> str:
    """The document that a viewer page shows (`viewer.html?file=…`, also behind `#`, encoded once or twice); '' where the
    address is no viewer's. What a viewer shows counts from the viewer's own address."""
    url = join(base, href)
    if not url:
        return ""
    try:
        parts, fragment = urlsplit(url), urlsplit(href).fragment
    except ValueError:
        return ""
    viewer = bool(_VIEWER.search(parts.path))
    for key, value in (*parse_qsl(parts.query), *parse_qsl(fragment)):
        if key.lower() not in _VIEWED or not value:
            continue
        value = unquote(value) if re.search(r"%2[fF]|%3[aA]", value) else value
        named = _FILES.search(value.partition("?")[0].partition("#")[0])
        # A script that delivers files names them, too: only an address leads to one.
        if named and (viewer or "/" in value):
            return join(url, value)
        if viewer and "/" in value:
            return join(url, value)
    return ""


def file_name(url: str) -> str:
    """The file name that an address ends in, out of the query too where a script delivers the file."""
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query):
        if key.lower() in _FILE_NAMES and "." in value:
            return value
    return unquote(parts.path).rsplit("/", 1)[-1]


def _within(element: HtmlElement, texts: list[HtmlElement]) -> bool:
    return any(element is text or text in element.iterancestors() for text in texts)


def _says_report(element: HtmlElement) -> bool:
    text = tight(element.text_content() + (element.get("title") or ""))
    return judge("", text).is_report or bool(re.match(r"附件", text))
