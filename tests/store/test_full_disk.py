"""A disk that fills while the tables are written, and a file that is not ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipelines.store import Store, StoreError, trouble


def test_a_full_file_keeps_its_reason_and_what_was_there(tmp_path: Path) -> None:
    with Store.open(tmp_path / "nianbao.db") as store:
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        rows = [(f"key{number}", "x" * 4000) for number in range(50)]
        with pytest.raises(sqlite3.OperationalError, match="full") as raised, store.batch(), store.batch():
            store.db.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        assert "make room, then run the same command again" in trouble.told(raised.value, "")
        assert not store.db.in_transaction
        assert store.db.execute("SELECT count(*) FROM meta WHERE key LIKE 'key%'").fetchone() == (0,)


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "nianbao.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (a)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="holds the tables of another program"):
        Store.open(path)
    assert path.read_bytes() == before
