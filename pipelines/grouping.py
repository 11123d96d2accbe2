"""Changes put together by why they are, however many: on disk, not in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from pipelines.diff import Change

_NOUNS = {"cell_changed": "cells", "report_changed": "fields", "report_added": "reports", "report_removed": "reports"}


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind and reason; `number` counts groups from 0."""

    number: int
    kind: str
    why: str
    count: int
    reports: int

    def __str__(self) -> str:
        noun = _NOUNS.get(self.kind, "findings")
        where = f" in {_many(self.reports, 'reports')}" if noun != "reports" else ""
        return f"{self.why}: {_many(self.count, noun)}{where}"


@contextmanager
def grouped(changes: Iterable[Change]) -> Iterator[Groups]:
    """The changes, by reason; those with most changes first."""
    # An unnamed database: a file that SQLite removes, as large as need be.
    with closing(sqlite3.connect("")) as db:
        db.execute("CREATE TABLE change (kind, why, report, what, old, new)")
        rows = ((c.kind, c.why, c.report_id, c.what, c.old, c.new) for c in changes)
        db.executemany("INSERT INTO change VALUES (?,?,?,?,?,?)", rows)
        db.execute("CREATE INDEX change_why ON change (kind, why)")
        yield Groups(db)


class Groups:
    """What `grouped` yields."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __iter__(self) -> Iterator[Group]:
        query = (
            "SELECT kind, why, count(*), count(DISTINCT report) FROM change GROUP BY kind, why"
            " ORDER BY kind <> 'cell_changed', count(*) DESC, kind, why"
        )
        for number, row in enumerate(self._db.execute(query)):
            yield Group(number, *row)

    def lines(self, group: Group, limit: int = -1) -> Iterator[str]:
        """The changes of a group, at most `limit` (-1: all), a line each."""
        query = "SELECT report, what, old, new FROM change WHERE kind = ? AND why = ? ORDER BY rowid LIMIT ?"
        for report, what, old, new in self._db.execute(query, (group.kind, group.why, limit)):
            yield f"{report}  {what}: {old or '-'} → {new or '-'}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun if count != 1 else noun[:-1]}"


def as_json(change: Change) -> str:
    """One line for programs; a cell's with indicator, applicant, and its value, state, text and method before and after."""
    row: dict[str, object] = {
        name: getattr(change, name) for name in ("kind", "report_id", "what", "old", "new", "why")
    }
    if change.indicator:
        row |= {"indicator": change.indicator, "applicant": change.applicant}
        for when, cell in (("old", change.before), ("new", change.after)):
            for name in ("value", "state", "raw", "method"):
                row[f"{when}_{name}"] = getattr(cell, name) if cell else None
    return json.dumps(row, ensure_ascii=False)
