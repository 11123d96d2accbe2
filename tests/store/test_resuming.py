"""Interrupted runs go on; files that did not change are not looked through; readers keep what they have open."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.datadir import DataDir
from archive.reader import Damage, RunRow, iter_records, read_capture
from archive.writer import ArchiveWriter
from demo.figures import Figures
from pipelines import scanned
from pipelines.finalize import finalize
from pipelines.process import process
from pipelines.reprocess import reprocess
from pipelines.store import Store, StoreError

Page = Callable[..., bytes]
Dump = Callable[[Path], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def filled(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> DataDir:
    """Three closed files: four reports and a run; revisits of two of them, one after a 304; a new state of a third."""
    captures = {year: archive.page(f"/{year}.html", page(one)) for year, one in figures.items()}
    archive.run()
    archive.writer.close()
    again = [page(figures[2021]), b""]
    for year, payload, status in ((2021, again[0], 200), (2022, again[1], 304)):
        exchange = exchange_of(archive, captures[year], payload, status)
        archive.writer.write(exchange, refers_to=captures[year])
    archive.run(at="04-01")
    archive.writer.close()
    archive.page("/2023.html", page(figures[2023], note="更正"), "05-01")
    archive.writer.close()
    return data


def exchange_of(archive: Any, capture: Any, payload: bytes, status: int) -> Any:
    from archive.exchange import Exchange

    return Exchange(
        method="GET", url=capture.url, status=status, headers=(("Content-Type", "text/html; charset=utf-8"),),
        payload=payload, fetched_at="2026-04-01T08:00:00.000000Z", site=capture.site, role="report",
    )  # fmt: skip


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are looked through, as they are."""
    names: list[str] = []

    def noted(path: Path) -> Iterator[Any]:
        names.append(path.name)
        return iter_records(path)

    monkeypatch.setattr(scanned, "iter_records", noted)
    return names


def test_revisits_say_that_a_page_was_as_it_was(filled: DataDir, dump: Dump, tmp_path: Path, looked: list[str]) -> None:
    done = reprocess(filled, workers=0)
    assert (done.summary.captures, done.summary.pages, done.summary.ok) == (7, 4, True)
    with closing(sqlite3.connect(filled.db)) as db:
        seen = dict(db.execute("SELECT year, last_seen FROM reports"))
    assert [seen[year][:10] for year in sorted(seen)] == ["2026-03-01", "2026-04-01", "2026-04-01", "2026-05-01"]
    wanted = dump(filled.db)
    # As the crawl came: file by file.
    files = sorted(filled.warc.iterdir())
    live = DataDir(tmp_path / "live")
    live.warc.mkdir(parents=True)
    pages = []
    for path in files:
        os.link(path, live.warc / path.name)
        pages.append(reprocess(live, workers=0).summary.pages)
    assert pages == [4, 0, 1]
    assert dump(live.db) == wanted
    # As a crawl fills the tables: captures by their places, crawl by crawl.
    with Store.open(tmp_path / "crawled.db") as store:
        for path in files:
            items = (item for item in iter_records(path) if not isinstance(item, Damage))
            placed = (one if isinstance(one, RunRow) else read_capture(filled.warc, one.position) for one in items)
            process(filled, store, placed, workers=0)
        finalize(store)
    assert dump(tmp_path / "crawled.db") == wanted
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(tmp_path / "full.db") == wanted


def test_files_that_did_not_change_are_not_looked_through(
    filled: DataDir,
    archive: Any,
    page: Page,
    figures: dict[int, Figures],
    dump: Dump,
    tmp_path: Path,
    looked: list[str],
) -> None:
    reprocess(filled, workers=0)
    assert len(looked) == 3
    wanted = dump(filled.db)
    looked.clear()
    assert reprocess(filled, workers=0).summary.captures == 0
    assert looked == []
    assert dump(filled.db) == wanted
    with ArchiveWriter(filled.warc, run_id="later", operator="Test") as writer:
        type(archive)(filled, writer).page("/more.html", page(figures[2020]), "06-01")
        reprocess(filled, workers=0)
        [name] = looked
        assert "later" in name
    looked.clear()
    # Closed meanwhile: another name, the same bytes.
    reprocess(filled, workers=0)
    assert looked == []
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")


@pytest.mark.parametrize("harm", ["bytes", "rows", "gone", "note"])
def test_any_doubt_means_that_everything_is_looked_through(
    filled: DataDir, dump: Dump, tmp_path: Path, looked: list[str], harm: str
) -> None:
    reprocess(filled, workers=0)
    first, _, third = sorted(filled.warc.iterdir())
    if harm == "bytes":
        content = bytearray(third.read_bytes())
        content[-200] ^= 1
        third.write_bytes(content)
    elif harm == "rows":
        with closing(sqlite3.connect(filled.db)) as db, db:
            db.execute("UPDATE captures SET mime = 'text/plain' WHERE url LIKE '%2021%'")
    elif harm == "gone":
        first.unlink()
    else:
        (filled.crawl / "scanned.json").write_text("[]")
    looked.clear()
    done = reprocess(filled, workers=0)
    assert len(looked) == (2 if harm == "gone" else 3)
    assert done.summary.ok == (harm in ("rows", "note"))
    if harm == "gone":
        # The revisits' payload stood in it.
        assert "its payload, fetched before, is gone" in " ".join(map(str, done.summary.damage))
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")
    # Damage is told each time, though the file is not looked through again.
    again = [str(one) for one in reprocess(filled, workers=0).summary.damage]
    assert again == [str(one) for one in done.summary.damage if "no longer in the archive" not in str(one)]


def test_an_open_reader_keeps_the_old_snapshot(filled: DataDir) -> None:
    reprocess(filled, workers=0)
    with closing(sqlite3.connect(filled.db)) as db, db:
        db.execute("UPDATE readings SET extractor = '0'")
        db.execute("UPDATE reports SET title = 'as it was'")
        db.execute("UPDATE readings SET result = 'x'")
    with closing(sqlite3.connect(f"{filled.db.as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        query = "SELECT DISTINCT title FROM reports"
        assert reader.execute(query).fetchall() == [("as it was",)]
        reprocess(filled, workers=0)
        assert reader.execute(query).fetchall() == [("as it was",)]
        reader.execute("COMMIT")
        assert reader.execute(query).fetchall() == [("as it was",)]
    with closing(sqlite3.connect(filled.db)) as db:
        assert ("as it was",) not in db.execute(query).fetchall()


SLOWLY = """
import os, signal, sys
from pathlib import Path
from archive.datadir import DataDir
from pipelines import process
from pipelines.reprocess import reprocess

process._TOGETHER = 1
finish, done = process._finish, 0
def one(*words):
    global done
    if done == 2:
        os.kill(os.getpid(), signal.{how})
        signal.pause() if hasattr(signal, "pause") else None
    done += 1
    return finish(*words)
process._finish = one
reprocess(DataDir(Path(sys.argv[1])), full={full}, workers=0)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("how", "full"), [("SIGKILL", True), ("SIGINT", False)])
def test_an_interrupted_run_goes_on(filled: DataDir, dump: Dump, tmp_path: Path, how: str, full: bool) -> None:
    program = SLOWLY.format(how=how, full=full)
    done = subprocess.run([sys.executable, "-c", program, str(filled.root)], capture_output=True, text=True, timeout=60)
    assert done.returncode in (-signal.SIGKILL, -signal.SIGINT, 1), done.stderr
    [part] = filled.root.glob(".nianbao.db.*.part")
    assert not filled.db.exists()
    gone_on = reprocess(filled, full=full, workers=0)
    assert (gone_on.resumed, gone_on.summary.pages) == (True, 2)
    assert not part.exists()
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")


def test_a_leftover_that_is_no_database_is_begun_anew(filled: DataDir, dump: Dump, tmp_path: Path) -> None:
    filled.root.joinpath(".nianbao.db.new.part").write_bytes(b"torn" * 5000)
    done = reprocess(filled, workers=0)
    assert (done.resumed, done.summary.pages) == (False, 4)
    reprocess(filled, tmp_path / "full.db", full=True, workers=0)
    assert dump(filled.db) == dump(tmp_path / "full.db")


def test_two_runs_do_not_meet(filled: DataDir) -> None:
    holder = f"import fcntl, sys, time; f = open({str(filled.root / '.nianbao.db.new.part')!r}, 'a'); fcntl.flock(f, 2); print('held', flush=True); time.sleep(60)"
    holding = subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE)
    try:
        assert holding.stdout
        assert holding.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another reprocess is making it"):
            reprocess(filled, workers=0)
    finally:
        holding.kill()
        holding.communicate()
    assert reprocess(filled, workers=0).summary.ok
