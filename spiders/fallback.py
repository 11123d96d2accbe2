"""Where to look when no column of annual reports is found by its name: the site's search, its map, its other columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from spiders.addresses import clean, host_of
from spiders.links import in_report_path, is_article, judge
from spiders.page import Link, Page
from spiders.wording import fold

WORDS = "政府信息公开年度报告"
MOST_EXPLORED = 60  # Pages of a site that are opened only because nothing better is known.
DEEPEST = 3
MOST_FOUND_PAGES = 5
MOST_ADDRESSES = 20_000

_GATE = re.compile(
    r"/(?:zf|zw|xx|zfxx|zwxx|gov)?(?:gk|xxgk|xxgkml|gkml|zfxxgk|zwgk|xxgkzl|openinfo|open|public)\w*(?:/|/index\.\w+)?$",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif|mp4|exe|apk|xml|css|js)$", re.IGNORECASE)
_PROMISE = (
    (5, re.compile(r"公开|年报|报告")),
    (4, re.compile(r"政务|政府|政策|文件|公示|公告|信息|透明|阳光|法定")),
    (3, re.compile(r"部门|乡镇|街道|机构|目录|专题|专栏|地图|导航|检索")),
    (2, re.compile(r"首页|更多|栏目|办公|统计|规划|数据")),
)
_NEVER = re.compile(
    r"登录|注册|退出|邮箱|微博|微信|无障碍|长者|繁體|繁体|English|地址|天气|下载|收藏|日程|日历|上个?月|下个?月",
    re.IGNORECASE,
)


def worth_exploring(page: Page) -> list[Link]:
    """Links of a page to other columns of the same host, the most promising first."""
    best: dict[str, tuple[int, Link]] = {}
    for link in page.links:
        text = fold(link.title)
        if host_of(link.url) != host_of(page.url) or link.url == page.url or _FILE.search(urlsplit(link.url).path):
            continue
        if len(text) > 16 or _NEVER.search(text) or is_article(link.url):
            continue
        score = next((score for score, pattern in _PROMISE if pattern.search(text)), 1)
        if link.url not in best or best[link.url][0] < score:
            best[link.url] = (score, link)
    return [link for _, link in sorted(best.values(), key=lambda pair: -pair[0])]


def sitemap(page: Page) -> Iterator[tuple[Literal["map", "reports", "article", "gate"], str]]:
    """What a sitemap (sitemaps.org) names: further maps, report columns, articles in one, pages on the way to one."""
    seen = set()
    for found in list(re.finditer(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)", page.html, re.IGNORECASE))[
        :MOST_ADDRESSES
    ]:
        url = clean(found[1].replace("&amp;", "&"))
        if not url or url in seen:
            continue
        seen.add(url)
        if re.search(r"\.xml(?:\.gz)?$", urlsplit(url).path):
            yield "map", url
        elif in_report_path(url):
            yield ("article" if is_article(url) else "reports"), url
        elif _GATE.search(urlsplit(url).path) or judge(url).is_report:
            yield "gate", url
