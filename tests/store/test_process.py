"""From captures to tables: what is stored, and that the order of arrival leaves no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.reader import iter_archive
from demo.figures import Figures, altered
from pipelines.finalize import finalize
from pipelines.process import Summary, process
from pipelines.store import Store

Page = Callable[..., bytes]
Dump = Callable[[Path], dict[str, list[tuple[Any, ...]]]]


def run(data: DataDir, path: Path | None = None, records: list[Any] | None = None) -> Summary:
    with Store.open(path or data.db) as store:
        summary = process(data, store, iter_archive(data.warc) if records is None else records, workers=0)
        finalize(store)
    return summary


def rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query, values).fetchall()


def test_a_report_is_stored_cell_by_cell(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> None:
    capture = archive.page("/2022.html", page(figures[2022]))
    archive.page("/robots.txt", b"", role="robots", status=404)
    summary = run(data)
    assert (summary.captures, summary.pages, summary.changed, summary.ok) == (2, 1, 1, True)
    [(report, capture_id, unit, year, form, published, superseded)] = rows(
        data.db,
        "SELECT report_id, capture_id, unit_name, year, form, published_on, superseded_by FROM reports",
    )
    assert (capture_id, unit, year, form, published, superseded) == (
        capture.capture_id, "盐山县人民政府", 2022, "2021", "2023-01-20", None,
    )  # fmt: skip
    assert report.startswith("130925-2022-")
    stored = {(i, a): v for i, a, v in rows(data.db, "SELECT indicator, applicant, value FROM facts")}
    assert {key: stored[key] for key in figures[2022].facts} == figures[2022].facts
    raw = rows(
        data.db, "SELECT value, raw, locator FROM facts WHERE indicator = 'requests_new' AND applicant = 'total'"
    )
    assert raw[0][1] == str(int(raw[0][0]))
    assert raw[0][2].startswith("{")
    wide = rows(data.db, "SELECT requests_new_total, report_id FROM report_wide")
    assert wide == [(raw[0][0], report)]
    assert rows(data.db, "SELECT role, status FROM captures ORDER BY role") == [("report", 200), ("robots", 404)]


def test_any_order_gives_the_same_tables(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path, other_site: Any
) -> None:
    changed = altered(figures[2022], {("review_total", ""): 9.0, ("review_pending", ""): 9.0})
    for year in (2021, 2022, 2023):
        archive.page(f"/{year}.html", page(figures[year]))
    archive.page("/2022.html", page(figures[2022], note="阅读 12 次"), "04-01")
    archive.page("/2022.html", page(changed), "05-01")
    archive.page("/copy.html", page(figures[2021]), "03-02")
    archive.page("/x.html", page(figures[2020], "新华区人民政府"), site=other_site)
    archive.page("/yearly.html", page(figures[2020], "新华区人民政府"), "02-01", site=other_site)
    archive.page("/yearly.html", page(figures[2021], "新华区人民政府"), "03-05", site=other_site)
    archive.page("/not.html", "<p>关于召开会议的通知</p>".encode())
    archive.run(), archive.run("unreachable", site=other_site, message="no answer")
    records = list(iter_archive(data.warc))
    run(data)
    wanted = dump(data.db)
    assert {name for name, found in wanted.items() if not found} <= {"verdicts", "printed"}
    for seed in range(4):
        path = tmp_path / f"{seed}.db"
        shuffled = Random(seed).sample(records, len(records))
        # In two goes, as a crawl that is interrupted, with one overlap.
        run(data, path, shuffled[:5])
        run(data, path, shuffled[4:])
        assert dump(path) == wanted
    again = run(data)
    assert (again.pages, again.changed) == (0, 0)
    assert dump(data.db) == wanted


def test_a_page_overwritten_every_year_keeps_its_reports(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]
) -> None:
    archive.page("/nb.html", page(figures[2021]), "2022-03-01T00:00:00.000000Z")
    archive.page("/nb.html", page(figures[2022]), "2023-03-01T00:00:00.000000Z")
    run(data)
    assert rows(data.db, "SELECT year, url FROM reports ORDER BY year") == [
        (2021, "http://www.yanshan.gov.cn/nb.html"), (2022, "http://www.yanshan.gov.cn/nb.html"),
    ]  # fmt: skip
    assert rows(data.db, "SELECT * FROM revisions") == []


def test_a_changed_figure_is_a_revision(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> None:
    old = archive.page("/2022.html", page(figures[2022]))
    changes = {("requests_new", "total"): figures[2022].of("requests_new", "total") + 1.0}
    archive.page("/2022.html", page(figures[2022], note="访问量 7"), "03-15")
    new = archive.page("/2022.html", page(altered(figures[2022], changes)), "04-01")
    run(data)
    before = float(figures[2022].of("requests_new", "total"))
    [revision] = rows(data.db, "SELECT indicator, applicant, old_value, new_value, new_capture_id FROM revisions")
    assert revision == ("requests_new", "total", before, before + 1, new.capture_id)
    # The newest version counts; it was first seen with the first.
    [(value,)] = rows(data.db, "SELECT requests_new_total FROM report_wide")
    assert value == before + 1
    assert rows(data.db, "SELECT first_seen FROM reports") == [(old.fetched_at,)]
    assert rows(data.db, "SELECT outcome FROM checks WHERE rule = 'REVISION'") == [("fail",)]


def test_the_report_in_an_attachment_is_read(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]
) -> None:
    title = "盐山县人民政府2022年政府信息公开工作年度报告"
    shell = f"<html><title>{title}</title><body><h1>{title}</h1><a href='/fj/a.html'>附件</a></body></html>".encode()
    parent = archive.page("/2022.html", shell)
    archive.page("/old.html", page(figures[2020]), role="attachment", context={"parent": "http://elsewhere/"})
    archive.page(
        "/fj/a.html",
        page(figures[2022]),
        "2026-03-01T08:00:05.000000Z",
        role="attachment",
        context={"parent": parent.url},
    )
    run(data)
    [(url, year, capture)] = rows(data.db, "SELECT url, year, capture_id FROM reports")
    assert (url, year, capture) == (parent.url, 2022, parent.capture_id)
    [(value,)] = rows(data.db, "SELECT requests_new_total FROM report_wide")
    assert value == figures[2022].of("requests_new", "total")


def test_what_cannot_be_read_is_named_and_stops_nothing(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]
) -> None:
    archive.page("/bad.html", b"\x00\x01\x02" * 500, mime="application/octet-stream")
    archive.page("/cut.html", page(figures[2021])[:3000], truncated="disconnect")
    archive.page("/news.html", "<p>关于召开会议的通知</p>".encode())
    archive.page("/good.html", page(figures[2022]))
    summary = run(data)
    assert [(unread.url.rpartition("/")[2], unread.code) for unread in summary.unread] == [
        ("bad.html", "binary"), ("cut.html", "truncated"),
    ]  # fmt: skip
    assert not summary.ok
    assert "/cut.html" in str(summary.unread[1])
    assert rows(data.db, "SELECT year FROM reports") == [(2022,)]


def test_a_later_error_page_does_not_take_the_report_away(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]
) -> None:
    good = archive.page("/2022.html", page(figures[2022]))
    archive.page("/2022.html", b"<h1>Not Found</h1>", "04-01", status=404)
    archive.page("/2022.html", "<p>您访问的页面不存在</p>".encode(), "05-01")
    run(data)
    assert rows(data.db, "SELECT capture_id FROM reports") == [(good.capture_id,)]


def test_a_page_that_is_gone_from_the_archive_leaves_the_tables(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]
) -> None:
    archive.page("/2021.html", page(figures[2021]))
    archive.page("/2022.html", page(figures[2022]))
    run(data)
    with Store.open(data.db) as store:
        store.db.execute("DELETE FROM captures WHERE url LIKE '%2021%'")
        process(data, store, [], workers=0, every_site=True)
        finalize(store)
    assert rows(data.db, "SELECT year FROM reports") == [(2022,)]
    assert rows(data.db, "SELECT count(*) FROM sections_fts_docsize") == rows(data.db, "SELECT count(*) FROM sections")


def test_the_same_record_in_two_files_counts_once(data: DataDir, archive: Any, site: Any) -> None:
    capture: Capture = archive.page("/x", b"x", role="other")
    assert capture.position
    copy = replace(capture, position=replace(capture.position, file="a-earlier.warc.gz", offset=5))
    for order in ([capture, copy], [copy, capture]):
        with Store.open(data.root / f"{order[0].position.offset}.db") as store:
            store.add_captures(order)
            assert store.db.execute("SELECT warc_file, warc_offset FROM captures").fetchall() == [
                ("a-earlier.warc.gz", 5)
            ]


@pytest.mark.slow
def test_worker_processes_give_what_one_process_gives(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path
) -> None:
    for year, one in figures.items():
        archive.page(f"/{year}.html", page(one))
    run(data)
    with Store.open(tmp_path / "b.db", disposable=True) as store:
        summary = process(data, store, iter_archive(data.warc), workers=2)
        finalize(store)
    assert summary.pages == len(figures)
    assert dump(tmp_path / "b.db") == dump(data.db)
