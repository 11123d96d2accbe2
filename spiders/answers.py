"""Rows of lists in data of unknown shape: which value is the title, which the address, how many there are in all."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from spiders.addresses import join
from spiders.links import judge
from spiders.page import Link, date_in

_URL_KEY = re.compile(
    r"^(?:\w*url|\w*link|\w*href|\w*path|\w*addr(?:ess)?|location|page_?name|htm|html|file_?name)$", re.IGNORECASE
)
_NOT_URL_KEY = re.compile(
    r"img|image|pic|photo|thumb|icon|logo|cover|site_?url|domain|channel|column|author|video", re.IGNORECASE
)
_TITLE_KEY = re.compile(
    r"^(?:full_?|real_?|info_?|doc_?|article_?|news_?|show_?|content_?|sub_?)?(?:title|subject|headline|bt|mc|biaoti|name|label|text|caption)$",
    re.IGNORECASE,
)
_DATE_KEY = re.compile(r"date|time|fbrq|fbsj|rq|sj|publish|created|day", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:https?:)?//[\w.-]+|^\.{0,2}/[\w%.-]|^[\w./%-]+\.(?:s?html?|jhtml|jspx?|aspx?|php|do|pdf|docx?)(?:\?.*)?$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|css|js|mp4)(?:\?|$)", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TOTAL_KEY = re.compile(
    r"^(?:\w*total\w*|count|\w*count|records?|totalelements|recordsfiltered|rowcount|zs|sum)$", re.IGNORECASE
)
_PAGES_KEY = re.compile(
    r"^(?:total_?pages?|page_?total|page_?count|pages|last_?page|pagenums?|countpage|max_?page)$", re.IGNORECASE
)
MOST_ROWS = 5000


def rows(value: Any, base: str, patterns: Sequence[str] = ()) -> tuple[Link, ...]:
    """The links of all rows in some data, in order.

    `base`: the page that shows the list; `patterns`: addresses that its scripts build for a row (`/detail?id={id}`),
    used before what merely looks like an address. Rows without any address are left out.
    """
    out: list[Link] = []
    for row in _objects(value):
        link = _link(row, base, patterns)
        if link:
            out.append(link)
    return tuple(out)


def fragments(value: Any) -> Iterator[str]:
    """Pieces of HTML with links in them that stand as strings in some data."""
    if isinstance(value, str):
        text = html.unescape(value) if "&lt;a" in value else value
        if re.search(r"<a\s", text, re.IGNORECASE):
            yield text
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from fragments(each)
    elif isinstance(value, list):
        for each in value[:MOST_ROWS]:
            yield from fragments(each)


def count(value: Any) -> tuple[int, int]:
    """The number of records and of pages that some data names, 0 where it names none."""
    total = pages = 0
    stack = [value]
    for _ in range(200):
        if not stack:
            break
        each = stack.pop(0)
        if not isinstance(each, Mapping):
            continue
        for key, part in each.items():
            if isinstance(part, Mapping):
                stack.append(part)
            elif isinstance(part, int | str) and not isinstance(part, bool) and re.fullmatch(r"\d{1,6}", str(part)):
                if _PAGES_KEY.match(key):
                    pages = pages or int(part)
                elif _TOTAL_KEY.match(key):
                    total = total or int(part)
    return total, pages


def strings_links(script: str, base: str) -> tuple[Link, ...]:
    """Rows given to a function or a list as bare strings: `add('./t1.html', '某县2020年…', '2021-01-20')`, `a[0] = [...]`."""
    out = []
    for group in re.finditer(
        r"[(\[]\s*((?:(?:'[^'\n]{0,300}'|\"[^\"\n]{0,300}\"|[\w.-]{1,40})\s*,\s*){1,12}(?:'[^'\n]{0,300}'|\"[^\"\n]{0,300}\"|[\w.-]{1,40}))\s*[)\]]",
        script,
    ):
        cells = [a or b for a, b in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", group[1])]
        address = next((cell for cell in cells if _is_address(cell)), "")
        title = max((cell for cell in cells if _HAN.search(cell) and not _is_address(cell)), key=len, default="")
        if address and title and (url := join(base, address)):
            out.append(Link(url, title, "", date_in(" ".join(cells))))
    return tuple(out)


def fill(pattern: str, row: Mapping[str, Any]) -> str:
    """A pattern with a row's values in it; '' when one is missing."""
    lower = {str(key).lower(): value for key, value in row.items()}
    missing = False

    def one(found: re.Match[str]) -> str:
        nonlocal missing
        value = row.get(found[1], lower.get(found[1].lower()))
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            missing = True
        return str(value)

    filled = re.sub(r"\{(@?[\w-]+)\}", one, pattern)
    return "" if missing else filled


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    stack, seen = [value], 0
    while stack and seen < MOST_ROWS * 4:
        each = stack.pop(0)
        seen += 1
        if isinstance(each, Mapping):
            yield each
            stack[:0] = [part for part in each.values() if isinstance(part, Mapping | list)]
        elif isinstance(each, list):
            if len(each) >= 2 and all(isinstance(part, str | int | float | None) for part in each):
                yield {str(at): part for at, part in enumerate(each)}
            stack[:0] = [part for part in each if isinstance(part, Mapping | list)]


def _link(row: Mapping[str, Any], base: str, patterns: Sequence[str]) -> Link | None:
    title = _title(row)
    if not title:
        return None
    for pattern in patterns:
        if (filled := fill(pattern, row)) and (url := join(base, filled)):
            return Link(url, title, "", _day(row))
    address = _address(row)
    if not address:
        return None
    # Without a slash in front, an address that names folders starts from the root.
    rooted = (
        "/" + address
        if re.match(r"[\w%-]+/", address) and not re.match(r"[\w-]+\.\w+(?:\.\w+)*/", address)
        else address
    )
    url = join(base, rooted)
    return Link(url, title, "", _day(row)) if url else None


def _title(row: Mapping[str, Any]) -> str:
    texts = [(str(key), _plain(value)) for key, value in row.items() if isinstance(value, str) and _HAN.search(value)]
    short = [(key, text) for key, text in texts if 2 <= len(text) <= 200]
    told = [text for _, text in short if judge("", text).kind in ("report", "twin", "decoy", "doubtful")]
    if told:
        return max(told, key=len)
    named = [text for key, text in short if _TITLE_KEY.match(key)]
    named = named or [text for key, text in short if re.search("title|name", key, re.IGNORECASE)]
    if named:
        return max(named, key=len)
    return max((text for key, text in short if key.isdigit()), key=len, default="")


def _address(row: Mapping[str, Any]) -> str:
    candidates = [
        (str(key), value.strip())
        for key, value in row.items()
        if isinstance(value, str) and value.strip() and not _PICTURE.search(value) and len(value) < 1000
    ]
    for key, value in candidates:
        if (
            _URL_KEY.match(key)
            and not _NOT_URL_KEY.search(key)
            and (_is_address(value) or (re.search(r"^[\w./?=&%-]+$", value) and re.search(r"[/.?]", value)))
        ):
            return value
    return next((value for key, value in candidates if _is_address(value) and not _NOT_URL_KEY.search(key)), "")


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text.strip())) and not _PICTURE.search(text) and not re.search(r"\s", text.strip())


def _day(row: Mapping[str, Any]) -> str:
    for key, value in row.items():
        if isinstance(value, str) and (day := date_in(value)) and len(value) <= 40:
            return day
        if isinstance(value, int) and _DATE_KEY.search(str(key)) and 9e8 < value < 4e12:
            seconds = value / 1000 if value > 9e10 else value
            return f"{datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8):%Y-%m-%d}"
    return ""


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]{0,200}>", "", text)).split())
