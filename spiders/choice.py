"""Which links of a page are asked for, as a pure function of the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence

from spiders.links import Judgement, in_report_path, is_article, judge
from spiders.page import Link, Page
from spiders.wording import fold

_RANK = {"other": 0, "decoy": 1, "doubtful": 2, "twin": 3, "report": 4}


def chosen(links: Sequence[Link], page: Page, hosts: Collection[str]) -> Iterator[tuple[Link, Judgement]]:
    """Links that are reports, may be, or retell one; each address once, with the text that says most.

    `page`: where the links stand, its context telling the column; `hosts`: what the registry names. Left out are the
    page itself, mobile twins (`_wap`) of pages linked or read, and rows that say nothing and stand nowhere near.
    """
    column = page.context.get("column", [])
    judged: dict[str, tuple[Link, Judgement]] = {}
    for link in links:
        verdict = judge(link.url, link.title, hosts=hosts, column=column)
        if link.url not in judged or _RANK[verdict.kind] > _RANK[judged[link.url][1].kind]:
            judged[link.url] = (link, verdict)
    for url, (link, verdict) in judged.items():
        plain = re.sub(r"_wap(?=\.\w+$)", "", url)
        twin = plain != url and (plain in judged or plain == page.url)
        wanted = verdict.kind in ("report", "twin") or (verdict.kind == "doubtful" and _worth_opening(link, page))
        if wanted and not twin and url != page.url:
            yield link, verdict


def mark(links: Sequence[Link]) -> str:
    """A short mark of a list's content, to know a server that answers every page number with the first page.

    The pager itself (numbers, 下一页) differs from page to page, and is left out.
    """
    rows = [link.url for link in links if len(fold(link.title)) > 3]
    return hashlib.sha256("\n".join(rows or [link.url for link in links]).encode()).hexdigest()[:16]


def _worth_opening(link: Link, page: Page) -> bool:
    """Whether a link of a report column that says nothing may be one of its rows: an article, listed as one."""
    if not is_article(link.url):
        return False
    folder = page.url.split("?")[0].rsplit("/", 1)[0] + "/"
    return (
        link.url.startswith(folder) or in_report_path(link.url) or bool(re.search(r"年报|年度报告", fold(link.title)))
    )
