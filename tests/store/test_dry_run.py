"""What a changed reader would change, told without touching the tables; and what makes a reader another one."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import archive as archive_package
import pipelines
from archive.datadir import DataDir
from archive.reader import iter_archive
from crawler.cli import main
from demo.figures import Figures
from pipelines.finalize import finalize
from pipelines.process import process
from pipelines.reprocess import rehearsed, reprocess
from pipelines.store import Store, StoreError
from pipelines.version import BESIDE, EXTRACTOR, extractor_version

Page = Callable[..., bytes]
Dump = Callable[[Path], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def filled(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> DataDir:
    """Four reports as a crawl leaves them, and a page that is none."""
    for year, one in figures.items():
        archive.page(f"/{year}.html", page(one))
    archive.page("/news.html", "<p>关于召开会议的通知</p>".encode())
    archive.run()
    with Store.open(data.db) as store:
        process(data, store, iter_archive(data.warc), workers=0)
        finalize(store)
    return data


def misread(path: Path) -> None:
    """As if an older reader had withheld a cell of three reports, misread another, and missed a report."""
    with closing(sqlite3.connect(path)) as db, db:
        reports = dict(db.execute("SELECT year, report_key FROM reports"))
        cell = "SELECT cell FROM cell WHERE indicator = ? AND applicant = ?"
        [(new,)] = db.execute(cell, ("requests_new", "total"))
        [(upheld,)] = db.execute(cell, ("review_upheld", ""))
        [manner] = db.execute("SELECT m.* FROM fact JOIN manner m USING (manner) WHERE cell = ? LIMIT 1", (new,))
        db.execute("INSERT INTO manner VALUES (77, ?, 'ambiguous', '', ?)", (manner[1], manner[4]))
        for year in (2020, 2021, 2022):
            where = (new, reports[year])
            db.execute("UPDATE fact SET raw = value, value = NULL, manner = 77 WHERE cell = ? AND report = ?", where)
        db.execute(
            "UPDATE fact SET value = value + 1, raw = NULL WHERE cell = ? AND report = ?", (upheld, reports[2021])
        )
        db.execute("UPDATE reports SET facts_digest = 'x', quality = 'warning' WHERE year <> 2023")
        reading = db.execute("SELECT * FROM readings WHERE url LIKE '%2023%'").fetchone()
        db.execute("UPDATE readings SET extractor = '0', result = 'x'")
    with Store.open(path) as store:
        store.forget(*reading[:2])
        store.db.execute(
            "INSERT INTO readings VALUES (?,?,?,?,?,?,?,?)", (*reading[:3], "0", 1, "", "not_a_report", "")
        )


def test_every_change_is_told_by_reason_and_nothing_is_touched(
    filled: DataDir, capsys: pytest.CaptureFixture[str], dump: Dump, tmp_path: Path
) -> None:
    good = dump(filled.db)
    command = ["reprocess", "--data", str(filled.root), "--workers", "0", "--dry-run"]
    assert main(command) == 0
    assert capsys.readouterr().out == "nothing changed\n"
    misread(filled.db)
    before = filled.db.read_bytes()
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert filled.db.read_bytes() == before
    assert not list(filled.root.glob(".nianbao*"))
    assert "5 pages read" in err
    blocks: dict[str, list[str]] = {}
    for line in out.splitlines():
        if line.startswith("  "):
            blocks[list(blocks)[-1]].append(line.strip())
        else:
            blocks[line] = []
    [withheld] = [head for head in blocks if "requests_new" in head]
    assert withheld.startswith("table 3 row requests_new: ambiguous → reported by ")
    assert withheld.endswith(": 3 cells in 3 reports")
    assert next(iter(blocks)) == withheld
    assert all("requests_new.total: ambiguous '" in line for line in blocks[withheld])
    [other] = [head for head in blocks if "review_upheld" in head]
    assert "another number: 1 cell in 1 report" in other
    assert len(blocks["quality: warning → ok: 3 fields in 3 reports"]) == 3
    assert [len(blocks[head]) for head in blocks if head.startswith("report comes in")] == [1], out

    assert main([*command, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cells = [row for row in rows if row["kind"] == "cell_changed"]
    assert len(cells) == 4
    [wrong] = [row for row in cells if row["indicator"] == "review_upheld"]
    assert wrong["old_value"] == wrong["new_value"] + 1
    assert {(row["applicant"], row["old_state"], row["new_state"]) for row in cells} == {
        ("total", "ambiguous", "reported"), ("", "reported", "reported"),
    }  # fmt: skip
    assert len([row for row in rows if row["kind"] == "report_added"]) == 1

    shutil.copy(filled.db, tmp_path / "old.db")
    assert main(command[:-1]) == 0
    assert withheld in capsys.readouterr().out
    assert dump(filled.db) == good
    assert main(["diff", str(tmp_path / "old.db"), str(filled.db), "--by-reason"]) == 0
    assert capsys.readouterr().out == out


def test_a_page_that_changed_is_told_apart_from_a_reader_that_did(
    filled: DataDir, archive: Any, page: Page, figures: dict[int, Figures]
) -> None:
    from demo.figures import altered
    from pipelines.diff import diff

    changes = {("requests_new", "total"): figures[2022].of("requests_new", "total") + 1.0}
    archive.page("/2022.html", page(altered(figures[2022], changes)), "04-01")
    with rehearsed(filled, workers=0) as (old, done):
        assert done.summary.pages == 1
        changed = [change for change in diff(old, done.path) if change.kind == "cell_changed"]
    assert [change.why.partition(",")[0] for change in changed] == ["page fetched anew"]


def test_a_dry_run_needs_tables_to_compare_with(
    archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    archive.page("/2022.html", page(figures[2022]))
    with pytest.raises(StoreError, match="no tables yet to compare with"), rehearsed(data, workers=0):
        pass
    for words, status in ((["--dry-run"], 1), (["--dry-run", "--out", "x.db"], 2), (["--json"], 2)):
        assert main(["reprocess", "--data", str(data.root), *words]) == status
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_page_fetched_again_as_it_was_is_not_read(
    filled: DataDir, archive: Any, page: Page, figures: dict[int, Figures], dump: Dump, tmp_path: Path
) -> None:
    again = archive.page("/2022.html", page(figures[2022]), "05-01")
    done = reprocess(filled, workers=0)
    assert (done.summary.pages, done.summary.ok) == (0, True)
    with closing(sqlite3.connect(filled.db)) as db:
        seen = db.execute("SELECT last_seen FROM reports WHERE year = 2022").fetchall()
    assert seen == [(again.fetched_at,)]
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")


@pytest.fixture
def code(tmp_path: Path) -> tuple[Path, Path]:
    """Copies of both packages, as an installation has them."""
    folders = []
    for package in (pipelines, archive_package):
        source = Path(package.__file__ or "").parent
        folders.append(tmp_path / "elsewhere" / source.name)
        shutil.copytree(source, folders[-1], ignore=shutil.ignore_patterns("__pycache__"))
    return folders[0], folders[1]


def test_the_readers_version_follows_its_code_wherever_it_stands(code: tuple[Path, Path]) -> None:
    folder, archive_folder = code
    wanted = extractor_version(folder, archive_folder)
    if wanted != EXTRACTOR:
        # A file was edited since the program was loaded: then this is a copy of what stands there now.
        here = Path(pipelines.__file__ or "").parent
        assert wanted == extractor_version(here, here.parent / "archive")
    form = folder / "forms" / "2021.toml"
    content = form.read_bytes()
    form.write_bytes(content.replace(b"form", b"forn", 1))
    assert extractor_version(folder, archive_folder) != wanted
    form.write_bytes(content)
    assert extractor_version(folder, archive_folder) == wanted
    for beside in ("diff.py", "finalize.py"):
        folder.joinpath(beside).write_text("pass\n")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert extractor_version(folder, archive_folder) == wanted
    folder.joinpath("quite_new.py").write_text("pass\n")
    assert extractor_version(folder, archive_folder) != wanted
    folder.joinpath("quite_new.py").unlink()
    archive_folder.joinpath("parse.py").write_text("pass\n")
    assert extractor_version(folder, archive_folder) != wanted
    assert extractor_version(folder, archive_folder, ()) != extractor_version(folder, archive_folder, ("pytest",))


def test_nothing_that_reads_is_held_to_be_beside_the_reading() -> None:
    modules = "pipelines.extract, pipelines.store.store, pipelines.readers.pdf, pipelines.readers.ocr"
    program = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "pipelines.tables" in loaded
    assert not loaded & {f"pipelines.{name}" for name in BESIDE - {"version"}}
    assert all((Path(pipelines.__file__ or "").parent / f"{name}.py").is_file() for name in BESIDE)
