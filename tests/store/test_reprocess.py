"""Rebuilding from the WARCs: equal tables, verdicts kept, damage named, nothing half done."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Site
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import iter_archive
from archive.writer import ArchiveWriter
from crawler.cli import main
from demo.figures import Figures, altered
from pipelines import process as processing
from pipelines.diff import diff
from pipelines.finalize import finalize
from pipelines.process import process
from pipelines.reprocess import reprocess
from pipelines.store import Store, StoreError

Page = Callable[..., bytes]
Dump = Callable[[Path], dict[str, list[tuple[Any, ...]]]]


def crawl(data: DataDir) -> None:
    """What a crawl does with its captures."""
    with Store.open(data.db) as store:
        process(data, store, iter_archive(data.warc), workers=0)
        finalize(store)


@pytest.fixture
def filled(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> DataDir:
    """Four reports, of which one has an arithmetical error."""
    broken = altered(figures[2022], {("review_total", ""): 77.0})
    for year, one in {**figures, 2022: broken}.items():
        archive.page(f"/{year}.html", page(one))
    archive.run()
    return data


def test_live_tables_equal_those_of_reprocessing(filled: DataDir, dump: Dump, tmp_path: Path) -> None:
    crawl(filled)
    out = tmp_path / "out" / "again.db"
    done = reprocess(filled, out, full=True, workers=0)
    assert (done.path, done.summary.pages, done.summary.ok) == (out, 4, True)
    assert dump(out) == dump(filled.db)
    assert sorted(path.name for path in out.parent.iterdir()) == ["again.db"]


def test_incremental_reads_only_what_is_new(
    filled: DataDir, archive: Any, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path
) -> None:
    crawl(filled)
    assert reprocess(filled, workers=0).summary.pages == 0
    archive.page("/copy.html", page(figures[2021]), "04-01")
    done = reprocess(filled, workers=0)
    assert (done.summary.pages, done.summary.changed) == (1, 1)
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")


def test_another_reader_reads_everything_again_and_names_the_cells(
    filled: DataDir, dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(filled)
    shutil.copy(filled.db, tmp_path / "old.db")
    with closing(sqlite3.connect(filled.db)) as db, db:
        # As if the reader of version 0 had misread a cell.
        db.execute(
            "UPDATE fact SET value = value + 1, raw = NULL WHERE cell = 30 AND report = (SELECT min(report) FROM fact)"
        )
        db.execute("UPDATE reports SET facts_digest = 'x', extractor = '0'")
        db.execute("UPDATE readings SET result = 'x', extractor = '0'")
    done = reprocess(filled, workers=0, keep_before=True)
    assert done.summary.pages == 4
    assert done.before
    changes = list(diff(done.before, filled.db))
    assert [change.kind for change in changes] == ["cell_changed"]
    assert int(changes[0].old) == int(changes[0].new) + 1
    assert list(diff(filled.db, tmp_path / "old.db")) == []
    done.before.unlink()
    monkeypatch.setattr(processing, "EXTRACTOR", "next")
    done = reprocess(filled, workers=0)
    assert (done.summary.pages, done.summary.changed) == (4, 0)


def test_verdicts_survive(filled: DataDir, tmp_path: Path) -> None:
    crawl(filled)
    with closing(sqlite3.connect(filled.db)) as db, db:
        [(found,)] = db.execute("SELECT fingerprint FROM checks WHERE rule = 'T4_SUM' AND outcome = 'fail'").fetchall()
        db.execute("INSERT INTO verdicts VALUES (?, 'confirmed', '原文如此', 'me', '2026-05-01')", (found,))
    for out, full in ((None, False), (None, True), (tmp_path / "new.db", True)):
        path = reprocess(filled, out, full=full, workers=0).path
        with closing(sqlite3.connect(path)) as db:
            query = "SELECT rule, verdict, note FROM verdicts JOIN checks USING (fingerprint)"
            assert db.execute(query).fetchall() == [("T4_SUM", "confirmed", "原文如此")]


def test_what_a_killed_writer_left_is_rolled_back(filled: DataDir, dump: Dump) -> None:
    crawl(filled)
    wanted = dump(filled.db)
    copy = filled.db.with_name("copy.db")
    with closing(sqlite3.connect(filled.db, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE reports SET title = 'half done'")
        db.execute("UPDATE captures SET url = url || '?'")
        journal = Path(f"{filled.db}-journal").read_bytes()
        shutil.copy(filled.db, copy)
    shutil.copy(copy, filled.db)
    Path(f"{filled.db}-journal").write_bytes(journal)
    reprocess(filled, workers=0)
    assert not Path(f"{filled.db}-journal").exists()
    assert dump(filled.db) == wanted


@pytest.mark.parametrize("keep", [0.3, 0.55, 0.8, 0.97])
def test_a_truncated_archive_yields_all_that_is_whole(
    filled: DataDir, archive: Any, keep: float, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.writer.close()
    [warc] = filled.warc.iterdir()
    warc.write_bytes(warc.read_bytes()[: int(warc.stat().st_size * keep)])
    assert main(["reprocess", "--data", str(filled.root), "--workers", "0"]) == 1
    err = capsys.readouterr().err
    assert warc.name in err
    assert "Traceback" not in err
    with closing(sqlite3.connect(filled.db)) as db:
        reports, facts = db.execute("SELECT count(DISTINCT report_id), count(*) FROM facts").fetchone()
        whole = db.execute("SELECT count(*) FROM captures WHERE role = 'report'").fetchone()[0]
    assert reports == whole == {0.3: 1, 0.55: 2, 0.8: 3, 0.97: 4}[keep]
    assert facts > 150 * reports


def test_damage_in_the_middle_costs_only_what_it_hit(filled: DataDir, archive: Any) -> None:
    archive.writer.close()
    [warc] = filled.warc.iterdir()
    crawl(filled)
    with closing(sqlite3.connect(filled.db)) as db:
        offset = db.execute("SELECT warc_offset FROM captures WHERE url LIKE '%2021.html'").fetchone()[0]
    content = bytearray(warc.read_bytes())
    content[offset + 500 : offset + 600] = bytes(100)
    warc.write_bytes(content)
    done = reprocess(filled, workers=0)
    assert [damage.file for damage in done.summary.damage] == [warc.name]
    with closing(sqlite3.connect(filled.db)) as db:
        assert db.execute("SELECT year FROM reports ORDER BY year").fetchall() == [(2020,), (2022,), (2023,)]


def test_a_lost_file_is_named(filled: DataDir, archive: Any, page: Page, figures: dict[int, Figures]) -> None:
    archive.writer.close()
    [first] = filled.warc.iterdir()
    archive.page("/more.html", page(figures[2020]))
    crawl(filled)
    first.unlink()
    done = reprocess(filled, workers=0)
    assert [damage.file for damage in done.summary.damage] == [first.name]
    assert "4 captures are left out" in str(done.summary.damage[0])
    # Told once: what stands in the tables now was made without it.
    assert reprocess(filled, workers=0).summary.ok


def test_what_a_killed_reprocessing_left_is_removed(filled: DataDir) -> None:
    filled.root.joinpath(".nianbao.db.99999999.new").write_bytes(b"half")
    filled.root.joinpath(".nianbao.db.99999999.new-journal").write_bytes(b"half")
    reprocess(filled, workers=0)
    assert sorted(path.name for path in filled.root.iterdir()) == ["crawl", "nianbao.db", "warc"]


def test_an_archive_that_cannot_be_written_to_is_enough(
    filled: DataDir, archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "elsewhere.db"
    assert main(["reprocess", "--data", str(filled.root), "--out", str(out), "--workers", "0"]) == 0
    assert [path.name for path in filled.root.iterdir()] == ["warc"]


def test_out_may_be_a_file_of_another_archive(
    filled: DataDir, archive: Any, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path
) -> None:
    reprocess(filled, workers=0)
    other = DataDir(tmp_path / "other")
    with ArchiveWriter(other.warc, run_id="run2", operator="Test") as writer:
        type(archive)(other, writer).page("/2019.html", page(figures[2020]))
        reprocess(other, workers=0)
    shutil.copy(other.db, tmp_path / "out.db")
    assert reprocess(filled, tmp_path / "out.db", workers=0).summary.ok
    assert dump(tmp_path / "out.db") == dump(filled.db)


def test_nothing_replaces_good_tables_without_an_archive(filled: DataDir, archive: Any, dump: Dump) -> None:
    crawl(filled)
    wanted = dump(filled.db)
    archive.writer.close()
    shutil.rmtree(filled.warc)
    filled.warc.mkdir()
    with pytest.raises(ArchiveError, match="no WARC files"):
        reprocess(filled, workers=0)
    assert dump(filled.db) == wanted


def test_a_file_that_is_no_snapshot_is_not_overwritten(filled: DataDir) -> None:
    filled.db.write_bytes(b"not a database at all" * 100)
    for full in (False, True):
        with pytest.raises(StoreError, match=r"nianbao\.db: not a snapshot"):
            reprocess(filled, full=full, workers=0)
    assert filled.db.read_bytes().startswith(b"not a database")


def test_a_snapshot_of_a_newer_program_is_left_alone(filled: DataDir) -> None:
    crawl(filled)
    with closing(sqlite3.connect(filled.db)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'nianbao', 'tables_of_tomorrow', '')")
    with pytest.raises(StoreError, match=r"nianbao\.db: made by a newer nianbao \(tables_of_tomorrow\)"):
        Store.open(filled.db)
    with pytest.raises(StoreError, match=r"/nianbao\.db: made by a newer"):
        reprocess(filled, workers=0)


def test_commands(filled: DataDir, archive: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["reprocess", "--data", str(filled.root), "--workers", "0"]) == 0
    assert "4 pages read" in capsys.readouterr().out
    old = tmp_path / "old.db"
    shutil.copy(filled.db, old)
    assert main(["reprocess", "--data", str(filled.root), "--workers", "0"]) == 0
    assert "nothing changed" in capsys.readouterr().out

    assert main(["check", "--data", str(filled.root), "--rule", "T4_SUM", "--json"]) == 0
    out = capsys.readouterr()
    [found] = [json.loads(line) for line in out.out.splitlines()]
    assert (found["outcome"], found["indicator"], found["actual"], found["year"]) == (
        "fail",
        "review_total",
        "77",
        2022,
    )
    assert main(["check", "--data", str(filled.root), "--since", "2023", "--severity", "error"]) == 0
    assert capsys.readouterr().out == ""

    assert main(["coverage", "--data", str(filled.root), "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "region_code,region,year,state,report_id,reason"
    assert [line.split(",")[2:4] for line in lines[1:]] == [
        ["2019", "missing"], *([str(year), "read"] for year in range(2020, 2024)), ["2024", "missing"],
        ["2025", "not_due"],
    ]  # fmt: skip
    assert main(["coverage", "--data", str(filled.root), "--missing", "--since", "2021"]) == 0
    assert "2024" in capsys.readouterr().out

    with closing(sqlite3.connect(filled.db)) as db, db:
        db.execute(
            "UPDATE fact SET value = 5, raw = NULL WHERE cell = (SELECT cell FROM cell WHERE indicator = 'review_total')"
        )
        db.execute("UPDATE reports SET facts_digest = ''")
        db.execute("UPDATE reports SET title = '改' WHERE year = 2021")
    assert main(["diff", str(old), str(filled.db), "--json"]) == 0
    changes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {change["kind"] for change in changes} == {"cell_changed", "report_changed"}
    assert {change["what"] for change in changes} == {"review_total", "title"}
    assert {change["new"] for change in changes} == {"5", "改"}


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        (["reprocess", "--data", "{tmp}/none"], 1, "no such folder"),
        (["reprocess", "--data", "{tmp}/none", "--workers", "-1"], 2, "--workers -1"),
        (["check", "--data", "{tmp}/none"], 1, "no tables yet"),
        (["coverage", "--data", "{tmp}/none"], 1, "no tables yet"),
        (["check", "--data", "{tmp}", "--rule", "NO_SUCH"], 2, "no such rule"),
        (["diff", "{tmp}/a.db", "{tmp}/b.db"], 1, "a.db: no such file"),
    ],
)
def test_errors_are_one_line(
    command: list[str], status: int, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([part.format(tmp=tmp_path) for part in command]) == status
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1


def test_diff_refuses_other_files(filled: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawl(filled)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE x (y)")
    assert main(["diff", str(other), str(filled.db)]) == 1
    assert "other.db: not a snapshot" in capsys.readouterr().err


def test_places_that_the_divisions_lack(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    invented = Site("139999", "139999", "岭安县", "http://www.lingan.gov.cn/")
    zone = Site("130900-kfq", "130900", "沧州经济开发区", "http://www.czkfq.gov.cn/")
    archive.page("/2021.html", page(figures[2021], "岭安县人民政府"), site=invented)
    archive.page("/list.html", b"<p>list</p>", site=zone, role="list")
    archive.run(site=invented)
    archive.run("empty", site=zone, message="no report there")
    crawl(data)
    with closing(sqlite3.connect(data.db)) as db:
        assert db.execute("SELECT * FROM regions WHERE level = 'other' ORDER BY code").fetchall() == [
            (
                "130900-kfq",
                "沧州经济开发区",
                "河北省沧州市沧州经济开发区",
                "other",
                "130900",
                "河北省",
                "沧州市",
                "",
                "",
            ),
            ("139999", "岭安县", "河北省岭安县", "other", "130000", "河北省", "", "", ""),
        ]
    assert main(["coverage", "--data", str(data.root), "--since", "2021", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    states = {(row["region_code"], row["year"]): (row["state"], row["reason"]) for row in rows}
    assert states["139999", 2021] == ("read", "")
    assert states["130900-kfq", 2021] == (
        "missing",
        "empty: http://www.czkfq.gov.cn/list.html as of 2026-03-01: no report there",
    )
    assert not any(region == "130900" for region, _ in states)
