"""Verdicts: what a person says of a finding. `verdicts.csv` in the data directory keeps them, one line each, so that they can
lie in version control and outlive the tables; the table `verdicts` is filled from it."""

from __future__ import annotations

import csv
import io
import os
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

KINDS = ("confirmed", "dismissed")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


class VerdictError(Exception):
    """A file of verdicts that cannot be read or written; one line with file, line, reason and cure."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line. `at` is a UTC time, ISO 8601. What follows it says what the finding was about when it was last seen, so
    that a verdict whose finding is gone can still be understood; '' where that was never known."""

    fingerprint: str
    verdict: str
    note: str = ""
    by: str = ""
    at: str = ""
    report_id: str = ""
    rule: str = ""
    indicator: str = ""
    applicant: str = ""
    message: str = ""


COLUMNS = tuple(field.name for field in fields(Verdict))
Verdicts = Mapping[str, Verdict]
"""By fingerprint."""


def read(path: Path) -> dict[str, Verdict]:
    """The verdicts of a file; none where there is no file. VerdictError names the line that is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise VerdictError(f"{path}: cannot be read ({reason}); check the path and its permissions") from None
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        found = [_verdict(path, rows.line_num, row) for row in rows]
        named = set(rows.fieldnames or ())
    except csv.Error as error:
        raise VerdictError(f"{path}: not a table of verdicts ({error}); mend the line") from None
    if text.strip() and not {"fingerprint", "verdict"} <= named:
        raise VerdictError(f"{path}: the first line must name the columns, at least fingerprint and verdict")
    return merged({}, found)


def _verdict(path: Path, line: int, row: Mapping[str, Any]) -> Verdict:
    one = Verdict(**{name: (row.get(name) or "").strip() for name in COLUMNS})
    if not _FINGERPRINT.fullmatch(one.fingerprint):
        raise VerdictError(f"{path}, line {line}: {one.fingerprint!r} is no fingerprint (16 hex digits); mend the line")
    if one.verdict not in KINDS:
        raise VerdictError(f"{path}, line {line}: {one.verdict!r} is neither {' nor '.join(KINDS)}; mend the line")
    return one


def merged(old: Verdicts, new: Iterable[Verdict]) -> dict[str, Verdict]:
    """Both; of two on one finding the later counts, of two of one time the second, with what is known of the finding."""
    found = dict(old)
    for one in new:
        before = found.get(one.fingerprint)
        if before is None or one.at >= before.at:
            found[one.fingerprint] = _described(one, before) if before else one
    return found


def _described(one: Verdict, before: Verdict) -> Verdict:
    if one.rule:
        return one
    return replace(one, **{name: getattr(before, name) for name in COLUMNS[5:]})


def text(verdicts: Verdicts) -> str:
    """The file's content, in order of fingerprints, so that a difference shows what changed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(verdicts[fingerprint]) for fingerprint in sorted(verdicts))
    return out.getvalue()


def write(path: Path, verdicts: Verdicts) -> None:
    """Replace the file in one step; nothing is written where it says so already, or where there is nothing to say."""
    content = text(verdicts).encode()
    try:
        if (path.is_file() and path.read_bytes() == content) or not (path.exists() or verdicts):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
        fresh.write_bytes(content)
        os.replace(fresh, path)
    except OSError as error:
        raise VerdictError(
            f"{path}: cannot be written ({error.strerror}); check the folder and its permissions"
        ) from None


def stored(db: sqlite3.Connection) -> list[Verdict]:
    """The verdicts in a snapshot's table; none in a file without the table."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'verdicts'").fetchone():
        return []
    query = "SELECT fingerprint, verdict, coalesce(note, ''), coalesce(\"by\", ''), coalesce(\"at\", '') FROM verdicts"
    return [Verdict(*row) for row in db.execute(query)]


def store(db: sqlite3.Connection, verdicts: Verdicts) -> dict[str, Verdict]:
    """Make the table what `verdicts` says; returns them with what their findings say now."""
    db.execute("DELETE FROM verdicts")
    db.executemany("INSERT INTO verdicts VALUES (?,?,?,?,?)", (astuple(one)[:5] for one in verdicts.values()))
    # 16 digits a finding, looked up one by one: verdicts are few, findings many.
    about = "SELECT report_id, rule, indicator, applicant, message FROM findings WHERE fingerprint = ?"
    known = {one.fingerprint: db.execute(about, (one.fingerprint,)).fetchone() for one in verdicts.values()}
    return {
        key: replace(one, **dict(zip(COLUMNS[5:], known[key], strict=True))) if known[key] else one
        for key, one in verdicts.items()
    }


def refresh(db: sqlite3.Connection, path: Path) -> None:
    """Bring table and file together: what either knows, both know afterwards. In the caller's transaction."""
    write(path, store(db, merged(read(path), stored(db))))
