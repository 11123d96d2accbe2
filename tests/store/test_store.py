"""The tables themselves: names of the contract, values that come back to the letter, full text, another codebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Capture, Site, WarcPosition
from pipelines.codebook import indicators, rules
from pipelines.model import Check, Extraction, Fact, PrintedFigure, Report, Section
from pipelines.regions import all_regions
from pipelines.store import Store, StoreError, fulltext, reference
from pipelines.store.fulltext import MATCHES, zh_phrase
from pipelines.store.locators import pack
from pipelines.store.rows import Seen, report_rows

CONTRACT = {
    "regions": "code, name, full_name, level, parent_code, province, prefecture, valid_from, valid_to",
    "sites": "site_id, region_code, name, home_url, platform, list_url",
    "captures": "capture_id, site_id, url, fetched_at, status, mime, charset, payload_digest, warc_file, warc_offset,"
    " warc_length, via, role",
    "reports": "report_id, site_id, region_code, unit_name, unit_kind, scope, year, title, published_on, form, url,"
    " capture_id, content_kind, quality, extractor, superseded_by",
    "facts": "report_id, indicator, applicant, value, unit, raw, state, method, locator",
    "sections": "report_id, position, kind, heading, text",
    "printed": "report_id, position, label, heading, value, unit, raw, state, locator",
    "checks": "fingerprint, report_id, rule, outcome, severity, indicator, applicant, expected, actual, message",
    "verdicts": "fingerprint, verdict, note, by, at",
    "revisions": "report_id, indicator, applicant, old_value, new_value, old_capture_id, new_capture_id",
    "indicators": "indicator, form, section, label_zh, label_en, unit, parent, by_applicant, position",
    "site_runs": "run_id, site_id, started_at, finished_at, requests, responses, errors, reports_found, outcome, message",
    "coverage": "region_code, year, state, report_id, reason",
    "report_wide": "report_id",
    "meta": "key, value",
}
REPORT = Report("题", "盐山县人民政府", "130925", "government", "unknown", 2021, "2021", "2022-01-20", "html", "ok")
B = ("review_total", "")
SEEN = Seen("130925", "http://a/1", "0" * 16, "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z")


def capture(url: str = "http://a/1") -> Capture:
    return Capture(
        url,
        "2026-01-01T00:00:00.000000Z",
        200,
        (("Content-Type", "text/html; charset=GBK"),),
        b"x",
        "130925",
        "report",
        position=WarcPosition("w.warc.gz", 0, 9),
        site=Site("130925", "130925", "盐山县", "http://a/"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "new" / "nianbao.db") as opened:
        yield opened


@pytest.mark.parametrize("table", CONTRACT)
def test_every_published_column_is_there_first_and_in_order(store: Store, table: str) -> None:
    wanted = CONTRACT[table].split(", ")
    found = [column[0] for column in store.db.execute(f'SELECT * FROM "{table}"').description]
    assert found[: len(wanted)] == wanted
    if table in ("facts", "checks", "coverage", "revisions", "indicators", "verdicts"):
        assert found == wanted


def test_the_codebook_is_loaded(store: Store) -> None:
    for table, content in (("indicators", indicators()), ("rules", rules()), ("regions", all_regions())):
        assert store.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (len(content),)
    columns = [column[0] for column in store.db.execute("SELECT * FROM report_wide").description]
    assert len(columns) == len(set(columns))
    assert {"requests_new_total", "requests_new_natural_person", "review_upheld", "art20_8_fees_amount"} <= {*columns}


NUMBERS = st.one_of(st.none(), st.integers(-5, 10**9).map(float), st.floats(allow_nan=False, allow_infinity=False))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LOCATORS = st.one_of(
    TEXTS,
    st.builds(
        json.dumps, st.dictionaries(TEXTS, st.one_of(st.integers(), st.floats(allow_nan=False), TEXTS), max_size=6)
    ),
)
CELLS = list(reference.cells())


@settings(deadline=None)  # what is tested is that nothing is lost, not the speed of a busy machine
@given(
    facts=st.lists(st.tuples(st.sampled_from(CELLS), NUMBERS, TEXTS | st.just("25"), LOCATORS), unique_by=lambda f: f[0]),
    checks=st.lists(
        st.tuples(
            st.sampled_from(["pass", "fail"]), st.one_of(TEXTS, st.sampled_from(["7", "07", "1.50", "1e5", "-3"])), TEXTS,
            st.one_of(TEXTS, st.sampled_from(["%s 7 of 8", "7, 7", "100%d"])),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_values_come_back_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[tuple[str, str], float | None, str, str]],
    checks: list[tuple[str, str, str, str]],
) -> None:  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "hypothesis.db"
    given_facts = [Fact(*cell, value, "件", raw, "reported", "grid", locator) for cell, value, raw, locator in facts]
    given_checks = [
        Check("NUMERIC", outcome, None if outcome == "pass" else "info", "", "", expected, actual, message)  # type: ignore[arg-type]
        for outcome, expected, actual, message in checks
    ]
    with Store.open(path) as store:
        store.add_report([capture()], Extraction(REPORT, tuple(given_facts), (), tuple(given_checks)))
        read = [
            Fact(*row)
            for row in store.db.execute(
                "SELECT indicator, applicant, value, unit, raw, state, method, locator FROM facts"
            )
        ]
        wanted = {(fact.indicator, fact.applicant): fact for fact in given_facts}
        assert {(fact.indicator, fact.applicant): fact for fact in read} == wanted
        query = "SELECT rule, outcome, severity, indicator, applicant, expected, actual, message FROM checks"
        assert sorted(map(repr, (Check(*row) for row in store.db.execute(query)))) == sorted(map(repr, given_checks))


@pytest.mark.parametrize(
    ("locator", "pattern", "numbers"),
    [
        ('{"table":2,"row":5,"column":3}', '{"table":%s,"row":%s,"column":%s}', (2, 5, 3, None)),
        ('{"page":1,"box":[1.5,2,3.25]}', '{"page":%s,"box":[%s,%s,%s]}', (1, 1.5, 2, 3.25)),
        ('{"box":[1,2,3,4,5]}', "%s", ('{"box":[1,2,3,4,5]}', None, None, None)),
        ('{"row":05}', "%s", ('{"row":05}', None, None, None)),
        ('{"x":1.10}', "%s", ('{"x":1.10}', None, None, None)),
        ("", "", (None, None, None, None)),
    ],
)
def test_locators_are_packed(locator: str, pattern: str, numbers: tuple[object, ...]) -> None:
    assert pack(locator) == (pattern, numbers)


def test_keys_are_stable() -> None:
    rows = report_rows(SEEN, Extraction(replace(REPORT, year=None)))
    assert rows.report_id == "130925-0000-1a27deb3"
    rows = report_rows(SEEN, Extraction(REPORT, checks=(Check("T4_SUM", "fail", "error", *B, "1", "2", "x"),) * 2))
    assert rows.report_id == "130925-2021-477c0608"
    fingerprints = [
        hashlib.sha256(f"{rows.report_id}|T4_SUM|review_total||1|2|{n}".encode()).hexdigest()[:16] for n in (0, 1)
    ]
    assert [f"{row[1] % (1 << 64):016x}" for row in rows.checks] == fingerprints


def test_a_fact_outside_the_codebook_is_refused_and_leaves_nothing(store: Store) -> None:
    bad = Extraction(REPORT, (Fact("no_such", "", 1.0, "件", "1", "reported", "grid", ""),))
    with pytest.raises(ValueError, match="no_such"):
        store.add_report([capture()], bad)
    twice = Fact("review_total", "", 1.0, "件", "1", "reported", "grid", "")
    with pytest.raises(Exception, match="UNIQUE"):
        store.add_report([capture()], Extraction(REPORT, (twice, twice)))
    for table in ("captures", "reports", "facts", "readings"):
        assert store.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


TEXT = "全年收到行政复议申请3件,其中维持2件。Ａpp与ＷＥＢ端同步公开2021年度数据，政务公开办公室负责。"


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("复议", True), ("行政复", True), ("行政复议", True), ("复议申请3件", True), ("件其中", True), ("复行", False),
        ("议", True), ("web", True), ("WEB端", True), ("we", False), ("2021", True), ("202", False), ("总体 公开", True),
        ("总体 赔偿", False), ('"', False), ("", False), ("复议 OR 赔偿", False), ("NEAR(复议 申请)", False), ("text:复议", False),
        ("复*", True), ("-复议", True), ("公开，政务", False), ("数据，政务", True),
    ],
)  # fmt: skip
def test_search_finds_words_of_any_length(store: Store, query: str, hit: bool) -> None:
    store.add_report([capture()], Extraction(REPORT, sections=(Section(0, "general", "一、总体情况", TEXT),)))
    fulltext.update(store.db)
    found = store.db.execute(
        f"SELECT s.position FROM {MATCHES} WHERE sections_fts MATCH ?", (zh_phrase(query),)
    ).fetchall()
    assert found == ([(0,)] if hit else [])


def test_search_follows_what_changes(store: Store) -> None:
    def hits(word: str) -> list[tuple[str, int]]:
        query = f"SELECT r.url, s.position FROM {MATCHES} WHERE sections_fts MATCH ? ORDER BY 1, 2"
        return store.db.execute(query, (zh_phrase(word),)).fetchall()

    sections = tuple(Section(n, "other", "", f"第{n}段 {'末尾' if n == 39 else '文字'}") for n in range(40))
    for url in ("http://a/1", "http://a/2"):
        store.add_report([capture(url)], Extraction(REPORT, sections=sections))
    fulltext.update(store.db)
    assert len(hits("文字")) == 2 * 32
    # Sections without a row of their own are found at the last one that has one.
    assert hits("末尾") == [("http://a/1", 31), ("http://a/2", 31)]
    store.add_report([capture()], Extraction(REPORT, sections=(Section(0, "other", "", "改写"),)))
    assert hits("末尾") == [("http://a/2", 31)]
    fulltext.update(store.db)
    assert hits("改写") == [("http://a/1", 0)]
    store.forget("130925", "http://a/2")
    assert hits("末尾") == []
    store.db.execute("INSERT INTO sections_fts (sections_fts) VALUES ('integrity-check')")


def test_reports_whose_search_keys_collide_keep_apart() -> None:
    keys = fulltext._search_keys([f"130925-2021-{n:08x}" for n in range(30000)])
    assert len(set(keys.values())) == 30000
    again = fulltext._search_keys(sorted(keys, reverse=True))
    assert again == keys


def test_another_codebook_moves_the_facts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tuple(Fact(*cell, 1.0 + at, "件", str(1 + at), "reported", "grid", "") for at, cell in enumerate(CELLS))
    store.add_report([capture()], Extraction(REPORT, facts), extractor="1")
    path, query = store.path, "SELECT indicator, applicant, value FROM facts"
    before = {row[:2]: row[2] for row in store.db.execute(query)}
    shuffled = {cell: number for number, cell in enumerate(reversed(CELLS[3:]), 1)}
    monkeypatch.setattr(reference, "cells", lambda: shuffled)
    monkeypatch.setattr(reference, "codebook_digest", lambda: "another")
    with Store.open(path) as again:
        assert {row[:2]: row[2] for row in again.db.execute(query)} == {
            cell: value for cell, value in before.items() if cell in shuffled
        }
        assert again.db.execute("SELECT extractor FROM readings").fetchall() == [("",)]


def test_the_newest_registry_line_counts_whatever_the_order(tmp_path: Path) -> None:
    lines = [
        (Site("1", "130925", "旧名", "http://old/"), "2025-01-01T00:00:00.000000Z"),
        (Site("1", "130925", "新名", "http://new/"), "2026-01-01T00:00:00.000000Z"),
    ]
    for number, order in enumerate((lines, lines[::-1])):
        with Store.open(tmp_path / f"{number}.db") as one:
            for site, at in order:
                one.add_site(site, at)
            assert one.db.execute("SELECT name, home_url FROM sites").fetchall() == [("新名", "http://new/")]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nianbao\.db: no such snapshot"):
        Store.open(tmp_path / "nianbao.db", create=False)


def test_printed_figures_are_kept_with_their_report_and_go_with_it(store: Store) -> None:
    figure = PrintedFigure(0, "主动公开信息数", "历年累计", 1516.0, "条", "1516", "reported", '{"start":3,"end":7}')
    page = capture()
    store.add_report([page], Extraction(REPORT, printed=(figure,)))
    rows = store.db.execute("SELECT * FROM printed").fetchall()
    assert [row[1:] for row in rows] == [astuple(figure)]
    store.add_report([page], Extraction(REPORT))
    assert store.db.execute("SELECT count(*) FROM printed").fetchone() == (0,)
