"""广东 gkmlpt with the 南方 NFCMS portal: a directory shell that holds its tree in `window._CONFIG`, lists as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from spiders.addresses import join
from spiders.links import is_report_column
from spiders.page import Link, Page, date_in
from spiders.platforms.base import Ask, ListPage, Platform, found, numbers_from

PER_PAGE = 100


class Gkmlpt(Platform):
    """`/gkmlpt/api/all/{category}?page={n}&sid={SID}`: 100 rows a page; page 0 is page 1; some answer 404 beyond the first."""

    name: ClassVar[str] = "gkmlpt"

    def detect(self, page: Page) -> str | None:
        return found(
            page,
            r"window\._CONFIG\s*=(?=[\s\S]{0,4000}\bSID\b)",
            r"/gkmlpt/gkml/pc/js/[\w.-]+",
            r"NFCMS_SITE_ID\s*=\s*\d+",
        )

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        if "category" in state:
            return _read_answer(page, state)
        return ListPage(page.links, self.directory(page))

    def directory(self, page: Page) -> tuple[Ask, ...]:
        config = config_of(page)
        sid, area = _sid(config), _prefix(page.url)
        return tuple(
            _ask(page.url, area, number, sid, 1, {"column": name}) for number, name in _report_categories(config)
        )


def config_of(page: Page) -> str:
    """The source text of `window._CONFIG`'s object, '' when the page has none."""
    start = re.search(r"window\._CONFIG\s*=\s*", page.html)
    return page.html[start.end() :] if start else ""


def detail_html(page: Page) -> str:
    """The article's HTML that a gkmlpt page carries as a JSON string (`DETAIL.content`); '' when there is none."""
    config = config_of(page)
    for found_key in re.finditer(r"""["']?\bcontent["']?\s*:\s*(?=")""", config):
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(config, found_key.end())
        except ValueError:
            continue
        if isinstance(value, str) and "<" in value:
            return value
    return ""


def _report_categories(config: str) -> Iterator[tuple[str, str]]:
    """Id and name of the tree's report categories. The tree is JSON inside a script object whose keys may be bare."""
    at = re.search(r"""["']?\bTREE["']?\s*:\s*(?=\[)""", config)
    if not at:
        return
    try:
        tree, _ = json.JSONDecoder(strict=False).raw_decode(config, at.end())
    except ValueError:
        tree = _loose(config[at.end() :])
    stack = list(tree)
    while stack:
        node = stack.pop(0)
        if isinstance(node, dict):
            name = str(node.get("name", ""))
            if is_report_column(_unescape(name)) and node.get("id") is not None:
                yield str(node["id"]), _unescape(name)
            stack[:0] = node.get("children") or []


def _loose(text: str) -> list[dict[str, Any]]:
    """Nodes of a tree written as a script literal (bare keys, single quotes): id and name that stand together."""
    pattern = r"""["']?\bid["']?\s*:\s*["']?(\d+)["']?\s*,[^{}]{0,200}?["']?\bname["']?\s*:\s*["']([^"']*)["']"""
    return [{"id": number, "name": name} for number, name in re.findall(pattern, text)]


def _sid(config: str) -> str:
    at = re.search(r"""\bSID["']?\s*:\s*["']?(\w+)""", config)
    return at[1] if at else ""


def _prefix(url: str) -> str:
    """A department's directory stands below its own folder: /dept/gkmlpt/…"""
    path = urlsplit(url).path
    return path[: path.index("/gkmlpt")] if "/gkmlpt" in path else ""


def _ask(base: str, area: str, category: str, sid: str, number: int, more: Mapping[str, Any]) -> Ask:
    url = join(base, f"{area}/gkmlpt/api/all/{category}?page={number}&sid={sid}")
    state = {**more, "category": category, "sid": sid, "area": area, "page": number}
    return Ask(url, headers=(("X-Requested-With", "XMLHttpRequest"),), state=state)


def _read_answer(page: Page, state: Mapping[str, Any]) -> ListPage:
    try:
        answer = json.loads(page.html)
        rows = answer["articles"]
        total = int((answer.get("classify") or {}).get("post_count") or 0)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ListPage()
    links = []
    for row in rows:
        url = join(page.url, str(row.get("url") or row.get("post_url") or "")) if isinstance(row, dict) else ""
        if url:
            links.append(Link(url, _unescape(str(row.get("title", ""))), "", date_in(str(row.get("created_at", "")))))
    asks: tuple[Ask, ...] = ()
    if state["page"] == 1 and total > PER_PAGE:
        last = -(-total // PER_PAGE)
        keep = {"column": state.get("column", "")}
        asks = tuple(
            _ask(page.url, state["area"], state["category"], state["sid"], number, keep)
            for number in numbers_from(2, last)
        )
    return ListPage(tuple(links), asks)


def _unescape(text: str) -> str:
    """Titles may hold %uXXXX and percent escapes."""
    text = re.sub(r"%u([0-9A-Fa-f]{4})", lambda hit: chr(int(hit[1], 16)), text)
    return unquote(text) if re.search(r"%[0-9A-Fa-f]{2}", text) else text
