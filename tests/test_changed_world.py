"""The demo world three times: as it is, unchanged, and changed in ten ways. What is told is exactly what happened."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.datadir import DataDir
from archive.verify import verify
from crawler.changes import Change, between, state
from crawler.runner import crawl
from demo.portals.base import Reply
from demo.server import World

pytestmark = pytest.mark.slow

TRS = "/zwgk/zfxxgkqzf/qzf/zfxxgknb2/"
NEW = "202503/t20250318_9000001.html"
VSB = "/info/1677/"


@dataclass
class Crawl:
    requests: dict[str, int]
    changes: list[Change]
    kinds: Counter[tuple[str, str]]


def once(world: World, data: DataDir) -> Crawl:
    """One crawl of all portals that need no browser; what the archive gained, by kind of record and revisit profile."""
    sites = [site for site in world.sites if site.fetch == "http"]
    before, files = state(data.db, {site.site_id for site in sites}), set(data.warc.glob("*"))
    summary = crawl(sites, data, delay=0, settings={"RETRY_TIMES": 1})
    assert len(summary.rows) == len(sites)
    kinds: Counter[tuple[str, str]] = Counter()
    for path in set(data.warc.glob("*.warc.gz")) - files:
        with path.open("rb") as stream:
            for one in ArchiveIterator(stream):
                if one.rec_type in ("response", "revisit"):
                    kinds[one.rec_type, (one.rec_headers.get_header("WARC-Profile") or "").rpartition("/")[2]] += 1
    after = state(data.db, {site.site_id for site in sites})
    return Crawl({str(row["site_id"]): int(row["requests"]) for row in summary.rows}, between(before, after), kinds)


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataDir, list[Crawl]]]:
    data = DataDir(tmp_path_factory.mktemp("changed") / "data")
    with World() as world:
        first, second = once(world, data), once(world, data)
        change(world)
        yield data, [first, second, once(world, data)]


def change(world: World) -> None:
    """Ten things that happen to portals."""
    by = {portal.place.site_id: portal for portal in world.portals}

    def edit(site: str, path: str, old: str, new: str) -> None:
        portal = by[site]
        page = portal.pages[path]
        text = page.body.decode(portal.encoding)
        assert old in text, (path, old)
        portal.pages[path] = replace(page, body=text.replace(old, new).encode(portal.encoding))

    gone = Reply(b"<h1>404</h1>", 404)
    # 1 A new report appears on the list.
    trs = by["120106"]
    old = "202403/t20240312_5913463.html"
    text = trs.pages[TRS + old].body.decode()
    trs.pages[TRS + NEW] = replace(
        trs.pages[TRS + old], body=re.sub("202[34]", lambda m: str(int(m[0]) + 1), text).encode()
    )
    for page in (TRS, TRS + "index.html"):
        body = trs.pages[page].body.decode()
        (row,) = re.findall(rf'<li><a href="\./{re.escape(old)}".*?</li>', body)
        fresh = row.replace(old, NEW).replace("2024-03-12", "2025-03-18").replace("2023年", "2024年")
        trs.pages[page] = replace(trs.pages[page], body=body.replace(row, fresh + row).encode())
    # 2 A report that stays on the list is taken away.
    trs.pages[TRS + "202003/t20200324_5326914.html"] = gone
    # 3 A figure is altered.
    path = next(path for path, report in by["130903"].published if report.year == 2022)
    body = by["130903"].pages[path].body.decode("gbk")
    figure = re.findall(r">\s*(\d{2,})\s*<", body)[0]
    place = re.search(rf">(\s*){figure}(\s*)<", body)
    assert place
    edit("130903", path, place[0], place[0].replace(figure, str(int(figure) + 1)))
    # 4 A sentence is altered, no figure.
    edit("131182", "/szs/c107419/202301/cf4c4492cd371e31e3f0cbab58536c79.shtml", "主动公开。", "主动公开情况。")
    # 5 A report leaves list and site. 6 Another moves to a new address.
    vsb = by["130105"]
    for path in (f"{VSB}56001.htm", f"{VSB}61498.htm"):
        kept = vsb.pages.pop(path)
        name = path.rpartition("/")[2]
        for listed, page in list(vsb.pages.items()):
            body = page.body.decode(vsb.encoding, "replace")
            if name in body:
                new = (
                    body.replace(name, "99001.htm")
                    if "61498" in path
                    else re.sub(rf"<li[^>]*>(?:(?!</li>).)*{name}.*?</li>", "", body, flags=re.S)
                )
                vsb.pages[listed] = replace(page, body=new.encode(vsb.encoding))
        if "61498" in path:
            vsb.pages[f"{VSB}99001.htm"] = kept
    # 7 An attachment is replaced by another file: the report's figures are others.
    pages = by["449901"].pages
    pages["/attachment/0/88/88389/489685.pdf"] = replace(
        pages["/attachment/0/88/88389/489685.pdf"], body=b"%PDF-1.4\n%%EOF\n"
    )
    # 8 A portal turns visitors away.
    by["320800-hakfq"].pages["/"] = Reply(
        "<html><title>安全验证</title><body>请完成安全验证后继续访问<script>var captcha=1</script></body></html>".encode(),
        403,
    )
    # 9 A page's furniture changes, the report does not; 10 a news item appears: no matter of ours.
    edit(
        "131182", "/szs/c107419/202403/e976e8a93bd74fd50467f44fad5de3cb.shtml", "</body>", "<p>访问量：12345</p></body>"
    )
    edit("130903", "/news/1.html", "</body>", "<p>今日要闻</p></body>")


def test_an_unchanged_world_costs_little_and_brings_nothing(crawls: tuple[DataDir, list[Crawl]]) -> None:
    _, (first, second, _) = crawls
    assert first.kinds["response", ""] > 100
    assert second.changes == []
    # Not one payload is stored again.
    assert {kind for kind, _ in second.kinds} == {"revisit"}
    assert second.kinds["revisit", "server-not-modified"] >= 5
    # Lists, robots.txt, and at most 20 known pages of a site.
    assert all(second.requests[site] <= first.requests[site] for site in first.requests)
    assert sum(second.requests.values()) < 130


def test_ten_changes_are_told_and_nothing_else(crawls: tuple[DataDir, list[Crawl]]) -> None:
    data, (_, _, third) = crawls
    told = sorted((change.site_id, change.kind, change.year, change.detail) for change in third.changes)
    assert told == [
        ("120106", "gone", 2019, "the address answers that it is not there"),
        ("120106", "new", 2024, ""),
        ("130105", "gone", 2017, "the address answers that it is not there"),
        ("130105", "gone", 2018, "the address answers that it is not there"),
        ("130105", "new", 2018, ""),
        ("130903", "changed", 2022, "its figures"),
        ("131182", "changed", 2022, "its text"),
        ("320800-hakfq", "site", None, "was ok, is now blocked"),
        ("449901", "changed", 2020, "its figures"),
    ]  # fmt: skip
    with closing(sqlite3.connect(data.db)) as db:
        cells: list[Any] = db.execute(
            "SELECT r.year, v.old_value, v.new_value FROM revisions v JOIN reports r USING (report_id) WHERE r.site_id = '130903'"
        ).fetchall()
    assert len(cells) == 1
    assert cells[0][2] == cells[0][1] + 1
    assert all(finding.ok for finding in verify(data))


def test_the_archive_alone_gives_the_same_tables(crawls: tuple[DataDir, list[Crawl]], tmp_path: Path) -> None:
    """Revisits, 304s, and pages that are gone included."""
    from pipelines.reprocess import reprocess

    data, _ = crawls
    out = tmp_path / "again.db"
    reprocess(data, out, full=True)
    with closing(sqlite3.connect(data.db)) as live, closing(sqlite3.connect(out)) as again:
        for table in (
            "captures",
            "reports",
            "facts",
            "sections",
            "checks",
            "revisions",
            "coverage",
            "site_runs",
            "meta",
        ):
            query = f"SELECT * FROM {table}"
            assert sorted(map(repr, live.execute(query))) == sorted(map(repr, again.execute(query))), table
