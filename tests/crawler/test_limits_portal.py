"""Portals that never end, crawled by the spider of every site: the report is found, and each trap costs little."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from spiders.site import SiteSpider

TYPE = {"Content-Type": "text/html; charset=utf-8"}
TITLE = "试验县2023年政府信息公开工作年度报告"
CHAPTERS = "".join(
    f"<p>{n}、{name}</p><p>全县主动公开政府信息一千余条，依法办理申请，平台建设与监督保障有序推进。</p>"
    for n, name in zip(
        "一二三",
        ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"),
        strict=True,
    )
)


def page(title: str, *parts: str) -> Any:
    body = f"<html><head><title>{title}</title></head><body>{''.join(parts)}</body></html>"
    return SimpleNamespace(body=body.encode(), status=200, headers=TYPE, raw=b"", wait=0.0)


REPORT = page(TITLE, f"<h1>{TITLE}</h1>{CHAPTERS}")
LINK = f'<ul><li><a href="/nb/2023.html">{TITLE}</a><span>2024-01-20</span></li></ul>'
COLUMN = '<a href="/nb/">政府信息公开年报</a>'
counter = itertools.count(1)


class Portal(dict[str, Any]):
    """`every` answers for paths that are not listed."""

    def __init__(self, pages: dict[str, Any], every: Any) -> None:
        super().__init__({"/": page("试验县人民政府", COLUMN), "/nb/2023.html": REPORT, **pages})
        self._every = every

    def get(self, path: str, default: Any = None) -> Any:
        return super().get(path) or (None if "robots" in path else self._every(path)) or default


def calendar(path: str) -> Any:
    """/rl/n: the month before, the month after, and a day of each."""
    if not path.startswith("/rl/"):
        return None
    n = int(path.removeprefix("/rl/") or 0)
    months = f'<a href="/rl/{n - 1}">上一月</a><a href="/rl/{n + 1}">下一月</a>'
    return page(f"日历{n}", months, COLUMN, *(f'<a href="/rl/{n * 31 + d}">{d}日</a>' for d in range(1, 29)))


def same_list(path: str) -> Any:
    """Whatever page of the list is asked for, the first one comes, and offers the next."""
    if not path.startswith("/nb/"):
        return None
    at = int(path.partition("index_")[2].partition(".")[0] or 0)
    return page("政府信息公开年报", LINK, f'<div class="page"><a href="/nb/index_{at + 1}.html">下一页</a></div>')


def sessions(path: str) -> Any:
    """Every link has a session of its own, in the path or in the query."""
    plain = path.partition(";")[0].partition("?")[0]
    n = next(counter)
    if plain in ("/", "/nb/"):
        links = f'<a href="/nb/;jsessionid={n:032X}">政府信息公开年报</a><a href="/nb/?jsessionid={n}">信息公开年报</a>'
        report = f'<a href="/nb/2023.html;jsessionid={n:032X}">{TITLE}</a>' if plain == "/nb/" else ""
        return page("政府信息公开年报", links, report)
    return REPORT if plain == "/nb/2023.html" else None


def columns_in_columns(path: str) -> Any:
    """Each column holds three more that are called like it, without end."""
    if not path.startswith("/nb/"):
        return None
    inner = "".join(f'<li><a href="{path}{i}/">政府信息公开年报</a></li>' for i in range(3))
    return page("政府信息公开年报", LINK, f"<ul>{inner}</ul>")


def columns_of_columns(path: str) -> Any:
    """The same with sixteen in each, which is more than any budget."""
    if not path.startswith("/nb/"):
        return None
    inner = "".join(f'<li><a href="{path}{i}/">政府信息公开年报</a></li>' for i in range(16))
    return page(f"政府信息公开年报{path}", LINK, f"<ul>{inner}</ul>")


def one_page_for_all(path: str) -> Any:
    """Every address gives the same page, whose links lead deeper."""
    if not path.startswith("/nb/"):
        return None
    years = "".join(f'<li><a href="{y}/">{y}年政府信息公开年报</a></li>' for y in range(2008, 2024))
    return page("政府信息公开年报", LINK, f"<ul>{years}</ul>")


TRAPS = {
    "calendar": (
        {"/": page("试验县人民政府", COLUMN, '<a href="/rl/1">日历</a>'), "/nb/": page("年报", LINK)},
        calendar,
    ),
    "pager": ({}, same_list),
    "sessions": ({}, sessions),
    "columns in columns": ({}, columns_in_columns),
    "columns of columns": ({}, columns_of_columns),
    "one page for all": ({}, one_page_for_all),
}


@pytest.mark.parametrize(
    ("trap", "most"),
    [
        ("calendar", 6),
        ("pager", 6),
        ("sessions", 14),
        ("columns in columns", 130),
        ("columns of columns", 200),
        ("one page for all", 135),
    ],
)
def test_it_ends(make_portal, run, trap, most):
    pages, every = TRAPS[trap]
    portal = make_portal(Portal(pages, every))
    if trap == "sessions":
        del portal.pages["/"], portal.pages["/nb/2023.html"]
    row = run(portal.site, spider=SiteSpider, settings={"NIANBAO_BUDGET": 200}).rows[0]
    assert row["reports_found"] >= 1, row
    assert row["requests"] == len(portal.log) <= most
