"""Each family's demo portal, crawled for real in one run: every report, no look-alike, few requests, the right name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from archive.datadir import DataDir
from archive.reader import iter_archive
from crawler.runner import crawl
from demo.listener import Listener, Served
from demo.portals import FAMILIES, PORTALS
from demo.portals.base import Portal
from spiders.page import Page, decode
from spiders.platforms import BY_NAME, detect

FAST = {"AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "CRITICAL", "RETRY_TIMES": 0}
NAMES = [kind.place.platform for kind in FAMILIES]


@dataclass
class Crawled:
    portal: Portal
    found: set[str]
    platforms: Counter[str]
    row: Any
    asked: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    data, log = DataDir(tmp_path_factory.mktemp("families")), list[Served]()
    listeners = [Listener(0, log) for _ in FAMILIES]
    for listener, kind in zip(listeners, FAMILIES, strict=True):
        listener.portal = kind(listener.origin, "http://127.0.0.1:9")
        listener.start()
    portals = [listener.portal for listener in listeners if isinstance(listener.portal, Portal)]
    try:
        summary = crawl([replace(each.site, platform="") for each in portals], data, delay=0, settings=FAST)
    finally:
        for listener in listeners:
            listener.stop()
    assert not summary.trouble
    rows = {row["site_id"]: row for row in summary.rows}
    out = {}
    for portal in portals:
        site_id = portal.place.site_id
        asked = [f"{each.method} {each.path}" for each in log if each.portal == site_id]
        out[site_id] = Crawled(portal, set(), Counter(), rows[site_id], asked)
    for record in iter_archive(data.warc):
        if (one := out.get(getattr(record, "site_id", ""))) is None or record.status != 200:
            continue
        if record.role == "report":
            one.found.add(record.url.removeprefix(one.portal.origin))
        elif record.role == "list":
            page = Page(record.url, decode(record.body(), record.charset))
            one.platforms[detect(page)[0].name] += 1
    return {one.portal.place.platform: one for one in out.values()}


@pytest.mark.parametrize("name", NAMES)
def test_family(crawled: dict[str, Crawled], name: str) -> None:
    one = crawled[name]
    told = f"{one.row['message']}\n" + "\n".join(one.asked)
    assert one.found == {path for path, _ in one.portal.published}, told
    assert one.platforms[name], f"{one.platforms} {told}"
    assert len(one.asked) <= len(one.found) + 30, told
    assert not [path for path in one.asked if "/czyjs" in path or "/rl/" in path], "noise columns are not entered"


def test_every_family_has_a_portal() -> None:
    assert {kind.place.platform for kind in (*FAMILIES, *PORTALS)} >= set(BY_NAME) - {"generic"}
