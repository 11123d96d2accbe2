"""The whole loop, as its users run it: portals → crawl → WARC → tables → the same tables again from the WARCs alone."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.reader import iter_archive
from demo.server import World

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BIN = Path(sys.executable).parent
TOP = Path(__file__).resolve().parents[1]
# The reports that the project began with: site, year, kind of unit, number of cells.
SEEDS = [
    ("120106", 2020, "government", 198),
    ("130903", 2020, "government", 198),
    ("320800-hakfq", 2020, "zone", 198),
    ("131182", 2021, "office", 200),
    ("130105", 2017, "government", 2),
]


def nianbao(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "nianbao"), *words],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=TOP,
        env={**os.environ, **environment},
    )


@dataclass
class Crawled:
    world: World
    data: DataDir
    registry: Path

    def rows(self, sql: str, *arguments: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.data.db}?mode=ro", uri=True)) as database:
            return database.execute(sql, arguments).fetchall()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("loop")
    with World() as world:
        registry = folder / "sites.csv"
        world.write_registry(registry)
        data = DataDir(folder / "data")
        done = nianbao("crawl", "--sites", str(registry), "--data", str(data.root), "--delay", "0")
        assert done.returncode == 0, done.stderr
        yield Crawled(world, data, registry)


def everything(database: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """Every table and view with its rows, whatever their order."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = connection.execute("select name from sqlite_master where type in ('table', 'view')").fetchall()
        return {name: Counter(connection.execute(f'select * from "{name}"')) for (name,) in names}


def test_tables_of_the_crawl_are_those_of_a_full_reprocess(crawled: Crawled, tmp_path: Path) -> None:
    again = tmp_path / "again.db"
    done = nianbao("reprocess", "--full", "--data", str(crawled.data.root), "--out", str(again))
    assert done.returncode == 0, done.stderr
    live, rebuilt = everything(crawled.data.db), everything(again)
    assert live.keys() == rebuilt.keys()
    assert {"reports", "facts", "sections", "checks", "captures", "site_runs", "coverage", "meta"} <= live.keys()
    for name in live:
        assert live[name] == rebuilt[name], name
    # An incremental run over the result has nothing to do and changes nothing.
    done = nianbao("reprocess", "--data", str(crawled.data.root))
    assert done.returncode == 0, done.stderr
    assert everything(crawled.data.db) == rebuilt
    assert nianbao("diff", str(crawled.data.db), str(again), "--json").returncode == 0


def test_every_report_is_found_and_no_cell_is_wrong(crawled: Crawled) -> None:
    found = {str(url): str(key) for url, key in crawled.rows("select url, report_id from reports")}
    expected = crawled.world.expected()
    assert found.keys() == {report.url for report in expected}
    wrong = []
    for report in expected:
        read = {
            (str(indicator), str(applicant)): (value, state)
            for indicator, applicant, value, state in crawled.rows(
                "select indicator, applicant, value, state from facts where report_id = ?", found[report.url]
            )
        }
        for cell, value in report.facts.items():
            got, state = read.get(cell, (None, "absent"))
            if state == "reported" and got != value:
                wrong.append((report.unit_name, report.year, cell, value, got))
    assert wrong == []


@pytest.mark.parametrize(("site", "year", "kind", "cells"), SEEDS)
def test_the_first_five_reports_are_read_whole(crawled: Crawled, site: str, year: int, kind: str, cells: int) -> None:
    report = next(
        r for r in crawled.world.expected() if (r.site_id, r.year, r.unit_kind, r.canonical) == (site, year, kind, True)
    )
    [(key, unit, region, published)] = crawled.rows(
        "select report_id, unit_name, region_code, published_on from reports where url = ?", report.url
    )
    assert (unit, region, published) == (report.unit_name, report.region_code, report.published_on)
    read = crawled.rows("select indicator, applicant, value from facts where report_id = ? and state != 'absent'", key)
    assert len(read) == cells
    assert {(str(i), str(a)): v for i, a, v in read} == report.facts


def test_every_response_served_is_in_the_archive_as_it_was_sent(crawled: Crawled) -> None:
    served = Counter(entry.digest for entry in crawled.world.log if entry.portal != "mirror")
    records = list(iter_archive(crawled.data.warc))
    kept = Counter(r.payload_digest for r in records if isinstance(r, Capture) and r.via == "http")
    assert kept == served
    assert sum(served.values()) == crawled.rows("select count(*) from captures where via = 'http'")[0][0]


def test_nobody_is_asked_who_must_not_be(crawled: Crawled) -> None:
    assert [entry for entry in crawled.world.log if entry.portal == "mirror"] == []
    assert {entry.user_agent.partition("/")[0] for entry in crawled.world.log if entry.user_agent} >= {"nianbao"}


def test_every_site_ends_with_one_outcome(crawled: Crawled) -> None:
    rows = crawled.rows("select site_id, outcome, reports_found, requests from site_runs")
    assert {row[0] for row in rows} == {site.site_id for site in crawled.world.sites}
    assert {row[1] for row in rows} == {"ok"}
    assert all(isinstance(row[2], int) and row[2] > 0 for row in rows)


def test_corrected_and_twin_pages_point_to_the_report_that_counts(crawled: Crawled) -> None:
    superseded = {row[0] for row in crawled.rows("select url from reports where superseded_by is not null")}
    assert superseded == {report.url for report in crawled.world.expected() if not report.canonical}


def test_breaks_made_on_purpose_are_found_and_nothing_else_is_called_an_error(crawled: Crawled) -> None:
    planned = {(f.rule, f.site_id, f.year) for f in crawled.world.expected_findings}
    found = {
        (str(rule), str(site), year)
        for rule, site, year in crawled.rows(
            "select c.rule, r.site_id, r.year from checks c join reports r using (report_id) where c.outcome = 'fail'"
        )
    }
    assert planned <= found
    errors = crawled.rows(
        "select c.rule, r.site_id, r.year, r.content_kind from checks c join reports r using (report_id)"
        " where c.severity = 'error'"
    )
    assert {row[:3] for row in errors if row[3] == "html"} <= planned
    ok = crawled.rows(
        "select count(*) from reports r join checks c using (report_id) where quality = 'ok' and severity = 'error'"
    )
    assert ok == [(0,)]


def test_chinese_words_of_two_three_and_four_characters_are_found(crawled: Crawled) -> None:
    from pipelines.store.fulltext import zh_phrase

    sections = crawled.rows("select text from sections")
    for word in ("公开", "信息公", "政府信息", "主动公开政府信息"):
        assert any(word in str(text) for (text,) in sections)
        [table] = [
            row[0]
            for row in crawled.rows("select name from sqlite_master where sql like '%fts5%' and name like '%sections%'")
        ][:1]
        [(hits,)] = crawled.rows(f'select count(*) from "{table}" where "{table}" match ?', zh_phrase(word))
        headings = crawled.rows("select heading, text from sections")
        assert hits == sum(word in str(text) or word in str(heading) for heading, text in headings)


def test_scrapys_own_commands_work_on_the_registry(crawled: Crawled, tmp_path: Path) -> None:
    environment = {**os.environ, "NIANBAO_SITES": str(crawled.registry), "NIANBAO_DATA": str(tmp_path / "data")}
    listed = subprocess.run(
        [str(BIN / "scrapy"), "list"], capture_output=True, text=True, cwd=TOP, env=environment, timeout=60, check=True
    )
    assert {site.site_id for site in crawled.world.sites} <= set(listed.stdout.split())
    done = subprocess.run(
        [str(BIN / "scrapy"), "crawl", "130903", "-s", "DOWNLOAD_DELAY=0"],
        capture_output=True,
        text=True,
        cwd=TOP,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "data" / "nianbao.db")) as database:
        [(reports,)] = database.execute("select count(*) from reports where site_id = '130903'").fetchall()
    assert reports == sum(report.site_id == "130903" for report in crawled.world.expected())


def test_the_real_reports_through_the_command(real_reports: Path, truth: dict[str, dict[str, object]]) -> None:
    seeds = sorted(real_reports.glob("seed_*.txt"))
    done = nianbao("extract", "--json", *map(str, seeds))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["file"]).name for line in lines] == [seed.name for seed in seeds]
    for line in lines:
        true = truth[Path(line["file"]).name]
        read = {f["indicator"] + (f["applicant"] and "/" + f["applicant"]): f["value"] for f in line["facts"]}
        assert read == true["facts"], line["file"]
        assert line["report"]["unit_name"] == true["unit"]
        for name in ("year", "form", "published_on", "region_code"):
            assert line["report"][name] == true[name], (line["file"], name)
