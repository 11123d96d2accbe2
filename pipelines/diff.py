"""What changed between two snapshots: reports, cells, findings. Reads the published tables, so any two versions will do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipelines import reasons
from pipelines.reasons import Cell
from pipelines.store.store import StoreError

ChangeKind = Literal[
    "report_added", "report_removed", "report_changed", "cell_changed", "finding_added", "finding_removed"
]

FIELDS = (
    "region_code", "unit_name", "unit_kind", "scope", "year", "title", "published_on", "form", "url", "content_kind",
    "quality", "superseded_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is the field, the cell (`requests_new.total`) or the rule; `old` and `new` are as text, ''
    where there is nothing; for a cell: its text as printed with its value, or its state where it has none. `why` is equal
    for equal causes. The rest is of cells."""

    kind: ChangeKind
    report_id: str
    what: str
    old: str
    new: str
    why: str = ""
    indicator: str = ""
    applicant: str = ""
    before: Cell | None = None
    after: Cell | None = None


def diff(old: Path, new: Path) -> Iterator[Change]:
    """All differences, report by report, then the findings. StoreError when a file is not a snapshot."""
    with closing(_open(new)) as db:
        db.execute("ATTACH ? AS old", (f"file:{_uri(old)}?mode=ro",))
        for schema, path in (("old", old), ("main", new)):
            _demand(db, schema, path)
        yield from _reports(db)
        yield from _findings(db)


def _uri(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True)


def _demand(db: sqlite3.Connection, schema: str, path: Path) -> None:
    try:
        for table in ("reports", "facts", "checks"):
            db.execute(f"SELECT * FROM {schema}.{table} LIMIT 1").fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: not a snapshot ({error}); make one with `nianbao reprocess`") from None


def _reports(db: sqlite3.Connection) -> Iterator[Change]:
    digests = _same_codebook(db) and all(_has_column(db, schema, "facts_digest") for schema in ("old", "main"))
    for report, before, after in _pairs(db, "facts_digest" if digests else "NULL"):
        if before is None or after is None:
            yield _came_or_went(db, report, before, after)
            continue
        source = reasons.of_source(before["capture_id"], after["capture_id"])
        for field in FIELDS:
            a, b = _text(before[field]), _text(after[field])
            if a != b:
                yield Change("report_changed", report, field, a, b, source + reasons.of_field(field, a, b))
        if not digests or before["digest"] != after["digest"]:
            forms = _text(before["form"]), _text(after["form"])
            form = f"form {forms[0] or '-'} → {forms[1] or '-'}, " if forms[0] != forms[1] else ""
            yield from _cells(db, report, source + form)


_Row = dict[str, Any]


def _pairs(db: sqlite3.Connection, digest: str) -> Iterator[tuple[str, _Row | None, _Row | None]]:
    """The reports of both, in order of their identifiers, side by side; None where one has none."""
    names = ("report_id", *FIELDS, "site_id", "capture_id", "digest")
    query = f"SELECT report_id, {', '.join(FIELDS)}, site_id, capture_id, {digest} FROM {{}}.reports ORDER BY report_id"
    cursors = [(dict(zip(names, row, strict=True)) for row in db.execute(query.format(s))) for s in ("old", "main")]
    before, after = (next(cursor, None) for cursor in cursors)
    while before or after:
        report = min(row["report_id"] for row in (before, after) if row)
        here = before if before and before["report_id"] == report else None
        there = after if after and after["report_id"] == report else None
        yield report, here, there
        if here:
            before = next(cursors[0], None)
        if there:
            after = next(cursors[1], None)


def _came_or_went(db: sqlite3.Connection, report: str, before: _Row | None, after: _Row | None) -> Change:
    row = after or before or {}
    what, url = f"{_text(row['unit_name'])} {_text(row['year'])}", _text(row["url"])
    if before is None:
        return Change("report_added", report, what, "", url, f"report comes in ({_said(db, 'old', row)} before)")
    return Change("report_removed", report, what, url, "", f"report goes out ({_said(db, 'main', row)} now)")


def _said(db: sqlite3.Connection, schema: str, row: _Row) -> str:
    """What a snapshot made of the address of a report that it has not."""
    query = f"SELECT code FROM {schema}.readings WHERE site_id = ? AND url = ?"
    try:
        found = db.execute(query, (row["site_id"], row["url"])).fetchone()
    except sqlite3.OperationalError:  # A release, which does not tell.
        return "not in the tables"
    if found is None:
        return "not fetched"
    return found[0] or "read as another report"


def _same_codebook(db: sqlite3.Connection) -> bool:
    query = "SELECT value FROM {}.meta WHERE key = 'codebook'"
    try:
        one, other = (db.execute(query.format(schema)).fetchone() for schema in ("old", "main"))
    except sqlite3.OperationalError:
        return False
    return one is not None and bool(one == other)


def _has_column(db: sqlite3.Connection, schema: str, name: str) -> bool:
    return any(row[1] == name for row in db.execute(f"PRAGMA {schema}.table_info(reports)"))


def _cells(db: sqlite3.Connection, report: str, cause: str) -> Iterator[Change]:
    query = "SELECT indicator, applicant, value, state, raw, method FROM {}.facts WHERE report_id = ?"
    before, after = (
        {(row[0], row[1]): Cell(*row[2:]) for row in db.execute(query.format(schema), (report,))}
        for schema in ("old", "main")
    )
    for indicator, applicant in sorted(before.keys() | after.keys()):
        a, b = before.get((indicator, applicant)), after.get((indicator, applicant))
        if (a and (a.value, a.state, a.raw)) == (b and (b.value, b.state, b.raw)):
            continue
        what = f"{indicator}.{applicant}" if applicant else indicator
        why = cause + reasons.of_cell(indicator, a, b)
        yield Change(
            "cell_changed", report, what, str(a) if a else "", str(b) if b else "", why, indicator, applicant, a, b
        )


def _findings(db: sqlite3.Connection) -> Iterator[Change]:
    rows = "SELECT report_id, rule, fingerprint, message FROM {}.checks WHERE severity IS NOT NULL"
    keys = "SELECT fingerprint FROM {}.checks WHERE severity IS NOT NULL"
    for kind, here, there in (("finding_removed", "old", "main"), ("finding_added", "main", "old")):
        query = (
            f"{rows.format(here)} AND fingerprint NOT IN ({keys.format(there)}) ORDER BY report_id, rule, fingerprint"
        )
        for report, rule, _, message in db.execute(query):
            if kind == "finding_added":
                yield Change("finding_added", report, rule, "", _text(message), f"rule {rule}: found")
            else:
                yield Change("finding_removed", report, rule, _text(message), "", f"rule {rule}: no longer found")


def _text(value: object) -> str:
    return "" if value is None else str(value)
