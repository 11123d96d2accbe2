"""Opens the data directory's snapshot for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from archive.datadir import DataDir
from crawler.cli import Failure
from pipelines.store.trouble import told


@contextmanager
def snapshot(data: DataDir) -> Iterator[sqlite3.Connection]:
    """The tables, read-only; Failure when there are none, or the file is something else."""
    if not data.db.is_file():
        raise Failure(f"{data.db}: no tables yet; run `nianbao crawl` or `nianbao reprocess`, or name --data")
    # `mode=rw` lets SQLite roll back what a killed writer left; nothing is written by us.
    with closing(sqlite3.connect(f"{data.db.resolve().as_uri()}?mode=rw", uri=True)) as db:
        try:
            db.execute("PRAGMA query_only = ON")
            db.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
            yield db
        except sqlite3.Error as error:
            cure = "move it away and run `nianbao reprocess --full`"
            raise Failure(f"{data.db}: cannot be read: {told(error, cure)}") from None
