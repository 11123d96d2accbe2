"""Full-text search that finds Chinese words of any length: every Chinese character is a word of its own in the index,
and a query is a phrase of them. SQLite's own tokenizers miss two-character words."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable

from pipelines.store.keys import short_key

# Han with extensions and compatibility forms, kana, hangul: scripts without spaces between words.
_UNSPACED = re.compile(
    "([\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)

SLOTS = 32
"""Row numbers in the index that each report has, one a section."""

MATCHES = f"""sections_fts f JOIN reports r ON r.search_key = f.rowid / {SLOTS}
JOIN sections s ON s.report_id = r.report_id AND s.position = f.rowid % {SLOTS}"""
"""What a search selects from: `SELECT … FROM {MATCHES} WHERE sections_fts MATCH zh_phrase(:words) ORDER BY f.rank`."""


def zh_spaced(text: str) -> str:
    """Text as it is indexed: full-width forms folded (NFKC), a space on both sides of every Chinese character."""
    return _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", text))


def zh_phrase(query: str | None) -> str:
    """A reader's words as an FTS5 query: words between spaces must all occur, each as an unbroken phrase.

    Nothing in the words is taken for FTS5 syntax. Without any word the query matches nothing.
    """
    words = (zh_spaced(word.replace('"', " ").replace("\0", " ")) for word in (query or "").split())
    return " ".join('"' + " ".join(word.split()) + '"' for word in words if word.strip()) or '""'


def remove(db: sqlite3.Connection, report_id: str) -> None:
    """Take a report's sections out of the index, before they or their report's `search_key` change."""
    # An index without content must be told the words that it is to forget.
    db.executemany(
        "INSERT INTO sections_fts (sections_fts, rowid, heading, text) VALUES ('delete', ?, ?, ?)",
        [row for row in _entries(db, report_id) if _indexed(db, row[0])],
    )


def update(db: sqlite3.Connection) -> None:
    """Bring the index up to date with `reports` and `sections`: give every report its `search_key`, index what is not."""
    old = dict(db.execute("SELECT report_id, search_key FROM reports"))
    new = _search_keys(old)
    moved = [report for report, key in new.items() if old[report] != key]
    for report in moved:
        if old[report] is not None:
            remove(db, report)
    db.executemany("UPDATE reports SET search_key = NULL WHERE report_id = ?", ((report,) for report in moved))
    db.executemany("UPDATE reports SET search_key = ? WHERE report_id = ?", ((new[report], report) for report in moved))
    for report in sorted(moved, key=new.__getitem__):
        db.executemany("INSERT INTO sections_fts (rowid, heading, text) VALUES (?, ?, ?)", _entries(db, report))


def _search_keys(reports: Iterable[str]) -> dict[str, int]:
    """A number of 26 bits for each report: small numbers make a small index, and a function of the set of reports makes
    equal indexes. Where two would share one, the second takes the next that is free."""
    keys: dict[str, int] = {}
    last = -1
    for wanted, report in sorted((short_key(report) >> 21, report) for report in reports):
        last = keys[report] = max(wanted, last + 1)
    return keys


def _entries(db: sqlite3.Connection, report_id: str) -> list[tuple[int, str, str]]:
    """Row number, heading and text of a report's sections as they are indexed; those from the last slot on are one."""
    entries: dict[int, tuple[str, str]] = {}
    for key, position, heading, text in db.execute(
        "SELECT search_key, position, heading, text FROM sections JOIN reports USING (report_id)"
        # Without a key it is not indexed yet: the process that stored it died before that.
        " WHERE report_id = ? AND search_key IS NOT NULL ORDER BY position",
        (report_id,),
    ):
        row = key * SLOTS + min(position, SLOTS - 1)
        before = entries.get(row, ("", ""))
        entries[row] = (f"{before[0]} {zh_spaced(heading or '')}", f"{before[1]} {zh_spaced(text or '')}")
    return [(row, *texts) for row, texts in entries.items()]


def _indexed(db: sqlite3.Connection, row: int) -> bool:
    return db.execute("SELECT 1 FROM sections_fts_docsize WHERE id = ?", (row,)).fetchone() is not None
