"""Any portal that draws its lists on the server: links as they stand, pages by the pager's own links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import MOST_PAGES, Ask, ListPage, Platform
from spiders.wording import fold

_NEXT = re.compile(r"^(?:下一?页|后一?页|下页|nextpage|next|>|>>|»|›|尾页|末页|最后一?页)(?:[>»›]*)$", re.IGNORECASE)
_NEXT_WORDS = re.compile(r"^(?:下一?页|后一?页|下页|nextpage|尾页|末页|最后一?页)[>»›]*$", re.IGNORECASE)
_NUMBER = re.compile(r"^[\[(]?\d{1,3}[\])]?$")
_TOTAL = re.compile(r"共\s*(\d{1,3})\s*页|第?\s*\d+\s*/\s*(\d{1,3})\s*页?|totalpage=(\d{1,3})", re.IGNORECASE)


class Generic(Platform):
    """Fits every page; asked last."""

    name: ClassVar[str] = "generic"

    def detect(self, page: Page) -> str | None:
        return "no other platform's marks" if page.links else None

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        return ListPage(page.links, tuple(pager(page)))


def pager(page: Page) -> Iterator[Ask]:
    """Requests for the other pages that a pager links: next, last, numbers; no page beyond the one it names as last.

    A link belongs to the pager when its text is a page number or says "next", and its address differs from the
    page's own in nothing but one number. Calendars and "next article" links fail the one or the other.
    """
    seen = {page.url}
    for link in page.links:
        text = fold(link.text) or "".join(link.text.split())  # folding takes a lone arrow away
        if link.url in seen or not (_NEXT.match(text) or _NUMBER.match(text)):
            continue
        # "Next page" in words is plain enough; a number or an arrow may be anything.
        if (
            is_sibling(link.url, page.url)
            or (_NEXT_WORDS.match(text) and (_near(link.url, page.url) or _below(link.url, page.url)))
            or _counts(link.url, page.url, text)
        ):
            seen.add(link.url)
            yield Ask(link.url)
    for url in _scripted(page):
        if url not in seen:
            seen.add(url)
            yield Ask(url)


def is_sibling(url: str, own: str) -> bool:
    """Whether two addresses are pages of one list: alike but for one number, which one of them may lack."""
    a, b = urlsplit(url), urlsplit(own)
    if a.netloc != b.netloc or page_number(url) > MOST_PAGES:
        return False
    if _stem(a.path) == _stem(b.path) and a.query == b.query:
        return True
    if a.path != b.path and _stem(a.path) != _stem(b.path) and not _same_place(a.path, b.path):
        return False
    mine, others = _pairs(b.query), _pairs(a.query)
    changed = {key for key in mine.keys() | others.keys() if mine.get(key) != others.get(key)}
    # The first page often stands under the column's static name or without the paging parameters.
    return all(
        re.fullmatch(r"\d*", mine.get(key, "")) and re.fullmatch(r"\d+|[\w.]*", others.get(key, "")) for key in changed
    )


def _below(url: str, own: str) -> bool:
    """Whether an address that names a page stands somewhere in the folder of another (`/Nb/` and `/Nb/list/7/page_2.html`)."""
    a, b = urlsplit(url), urlsplit(own)
    folder = b.path.rsplit("/", 1)[0] + "/"
    return a.netloc == b.netloc and len(folder) > 1 and a.path.startswith(folder) and 1 < page_number(url) <= MOST_PAGES


def _near(url: str, own: str) -> bool:
    """Whether two addresses stand in one folder of one host."""
    a, b = urlsplit(url), urlsplit(own)
    return (
        a.netloc == b.netloc and a.path.rsplit("/", 1)[0] == b.path.rsplit("/", 1)[0] and page_number(url) <= MOST_PAGES
    )


def _counts(url: str, own: str, text: str) -> bool:
    """Whether a link called 3 leads to this page's address with a 3 (or the 2 before it) put in: `nb_p3.htm`, `?k=nb&s=2`."""
    number = int(re.sub(r"\D", "", text) or 0)
    if number < 2 or not _near(url, own):
        return False
    a, b = urlsplit(url), urlsplit(own)
    file, mine = a.path.rsplit("/", 1)[-1] + "?" + a.query, b.path.rsplit("/", 1)[-1] + "?" + b.query
    strip = r"[_-]?(?:p|page)?\d+"
    return re.sub(strip, "", file) == re.sub(strip, "", mine) and any(
        int(hit) in (number, number - 1) for hit in re.findall(r"\d{1,6}", file)
    )


def page_number(url: str) -> int:
    """The page number that an address names, 1 when it names none."""
    parts = urlsplit(url)
    for key, value in _pairs(parts.query).items():
        if (
            re.search(r"page|^p$|pn$|curr", key)
            and re.fullmatch(r"\d{1,6}", value)
            and "size" not in key
            and "total" not in key
        ):
            return int(value)
    tail = re.search(r"[_/-](\d{1,3})(?:\.\w+)?$", parts.path)
    return int(tail[1]) if tail else 1


def total_pages(page: Page) -> int:
    """The number of pages that the text names (共3页, 1/24, totalpage=9); 0 when it names none."""
    hit = _TOTAL.search(page.text) or _TOTAL.search(page.html)
    return int(next(filter(None, hit.groups()))) if hit else 0


def _pairs(query: str) -> dict[str, str]:
    return {key.lower(): value for key, _, value in (part.partition("=") for part in query.split("&")) if key}


def _stem(path: str) -> str:
    """A path without the page number of its file name: index_2.html, list-21-2.html, page_3.html, xxgk/2.htm."""
    path = re.sub(r"/(?:index|default)(\.\w+)$", r"/index\1", path)
    path = re.sub(r"(?:[_-]\d{1,3}|/\d{1,3})(\.\w+)$", r"\1", path)
    return re.sub(r"/index\.\w+$", "/", path)


def _same_place(a: str, b: str) -> bool:
    """/class/ABC and /class/ABC/2; /zwgk/xxgknb.htm and /zwgk/xxgknb/1.htm; /zwgk/nb.htm and /list.jsp are not."""
    shorter, longer = sorted((re.sub(r"\.\w+$", "", a).rstrip("/"), re.sub(r"\.\w+$", "", b).rstrip("/")), key=len)
    return bool(re.fullmatch(re.escape(shorter) + r"(?:/\d{1,3})?", longer))


def _scripted(page: Page) -> Iterator[str]:
    """Pages that only a script reaches: `gotopage()` over index_N.html, options of a select."""
    for option in page.tree.xpath("//select//option/@value"):
        url = join(page.base, str(option)) if re.search(r"[_/=]\d{1,3}(?:\.\w+)?$", str(option)) else ""
        if url and is_sibling(url, page.url):
            yield url
    last = total_pages(page) or _scripted_total(page)
    if last < 2:
        return
    last = min(last, MOST_PAGES)
    if re.search(r"function\s+goto[Pp]age", page.html):
        for number in range(2, last + 1):
            yield join(page.url, f"index_{number}.html")
        return
    for name, function in page.scripts.functions.items():
        if not function.parameters or not _TURNS.search(name + "," + function.parameters[0]):
            continue
        for number in range(1, last + 1):
            url = join(page.base, page.scripts.turned(name, number))
            if url and (is_sibling(url, page.url) or _near(url, page.url)):
                yield url


_TURNS = re.compile(r"page|turn|jump|goto|fy\b|,(?:p|n|num|i|idx|index|obj|e)$", re.IGNORECASE)
_SCRIPTED_TOTAL = re.compile(
    r"\b(?:page_?count|total_?pages?|count_?page|max_?page|page_?total|pages|last_?page|zys)\b[\"']?\s*[:=]\s*(?:parseInt\(\s*)?[\"']?(\d{1,4})\b",
    re.IGNORECASE,
)


_COUNTED = re.compile(r"\bcount\s*:\s*[\"']?(\d{1,5})[\"']?\s*,[^{}]{0,120}?\blimit\s*:\s*[\"']?([1-9]\d{0,3})")


def _scripted_total(page: Page) -> int:
    if hit := _SCRIPTED_TOTAL.search(page.script_text):
        return int(hit[1])
    counted = _COUNTED.search(page.script_text)
    return -(-int(counted[1]) // int(counted[2])) if counted else 0
