"""Full-text search that finds Chinese words of any length: every Chinese character is a word of its own in the index,
and a query is a phrase of them. SQLite's own tokenizers miss two-character words."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

# Han with extensions and compatibility forms, kana, hangul: scripts without spaces between words.
_UNSPACED = re.compile(
    "([\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)
_BATCH = 2000


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
    """Take a report's sections out of the index, before they leave `sections`."""
    rows = db.execute(
        "SELECT section_key, heading, text FROM sections JOIN sections_fts_docsize ON id = section_key WHERE report_id = ?",
        (report_id,),
    ).fetchall()
    # An index without content must be told the words that it is to forget.
    db.executemany(
        "INSERT INTO sections_fts (sections_fts, rowid, heading, text) VALUES ('delete', ?, ?, ?)",
        ((key, zh_spaced(heading or ""), zh_spaced(text or "")) for key, heading, text in rows),
    )


def update(db: sqlite3.Connection) -> int:
    """Index the sections that are not yet indexed, in order of their keys; their number."""
    missing = db.execute(
        "SELECT section_key FROM sections EXCEPT SELECT id FROM sections_fts_docsize ORDER BY 1"
    ).fetchall()
    for start in range(0, len(missing), _BATCH):
        keys = [key for (key,) in missing[start : start + _BATCH]]
        marks = ",".join("?" * len(keys))
        rows = db.execute(
            f"SELECT section_key, heading, text FROM sections WHERE section_key IN ({marks}) ORDER BY section_key", keys
        ).fetchall()
        db.executemany(
            "INSERT INTO sections_fts (rowid, heading, text) VALUES (?, ?, ?)",
            ((key, zh_spaced(heading or ""), zh_spaced(text or "")) for key, heading, text in rows),
        )
    return len(missing)
