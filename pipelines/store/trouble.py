"""What SQLite complains of, as words for the operator: the reason and the cure."""

from __future__ import annotations

import sqlite3

_CURES = {
    "BUSY": "another program is using it; close that, then run the same command again",
    "LOCKED": "another program is using it; close that, then run the same command again",
    "FULL": "make room, then run the same command again",
    "IOERR": "make room, or look after the disk, then run the same command again",
    "CANTOPEN": "check the folder and its permissions",
    "READONLY": "check the folder and its permissions",
    "PERM": "check the folder and its permissions",
}


def told(error: sqlite3.Error, otherwise: str) -> str:
    """Reason and cure, without the file; `otherwise` is the cure for a file that is damaged or no database at all."""
    # SQLITE_IOERR_WRITE and the like begin with the kind of trouble.
    kind = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
    return f"{error}; {_CURES.get(kind, otherwise)}"


def is_foreign(db: sqlite3.Connection) -> bool:
    """Whether the file holds tables, and none of them are ours: it must be neither filled nor replaced."""
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return bool(names) and not names & {"_sqlite_migrations", "meta"}


FOREIGN = "holds the tables of another program; move it away, or name another file or folder"
