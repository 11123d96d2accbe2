"""What changed between two snapshots: reports, cells, findings. Reads the published tables, so any two versions will do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    where there is nothing; for a cell: its text as printed with its value, or its state where it has none."""

    kind: ChangeKind
    report_id: str
    what: str
    old: str
    new: str


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
    columns = ", ".join(FIELDS)
    rows = {
        schema: dict(_keyed(db, f"SELECT report_id, {columns} FROM {schema}.reports ORDER BY report_id"))
        for schema in ("old", "main")
    }
    same = _same_facts(db)
    for report in sorted(rows["old"].keys() | rows["main"].keys()):
        before, after = rows["old"].get(report), rows["main"].get(report)
        if before is None or after is None:
            yield _came_or_went(report, before, after)
            continue
        for field, a, b in zip(FIELDS, before, after, strict=True):
            if a != b:
                yield Change("report_changed", report, field, _text(a), _text(b))
        if report not in same:
            yield from _cells(db, report)


def _keyed(db: sqlite3.Connection, query: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((row[0], row[1:]) for row in db.execute(query))


def _came_or_went(report: str, before: tuple[object, ...] | None, after: tuple[object, ...] | None) -> Change:
    row = dict(zip(FIELDS, after or before or (), strict=True))
    what = f"{_text(row['unit_name'])} {_text(row['year'])}"
    url = _text(row["url"])
    return (
        Change("report_added", report, what, "", url)
        if before is None
        else Change("report_removed", report, what, url, "")
    )


def _same_facts(db: sqlite3.Connection) -> set[str]:
    """Reports whose facts need not be compared: their digests are equal, under the same codebook."""
    query = (
        "SELECT n.report_id FROM main.reports n JOIN old.reports o USING (report_id, facts_digest)"
        " WHERE (SELECT value FROM main.meta WHERE key = 'codebook') = (SELECT value FROM old.meta WHERE key = 'codebook')"
    )
    try:
        return {report for (report,) in db.execute(query)}
    except sqlite3.OperationalError:  # A snapshot of another version, without digests.
        return set()


def _cells(db: sqlite3.Connection, report: str) -> Iterator[Change]:
    before, after = (
        {
            f"{indicator}.{applicant}" if applicant else indicator: (value, state, raw)
            for indicator, applicant, value, state, raw in db.execute(
                f"SELECT indicator, applicant, value, state, raw FROM {schema}.facts WHERE report_id = ?", (report,)
            )
        }
        for schema in ("old", "main")
    )
    for cell in sorted(before.keys() | after.keys()):
        a, b = before.get(cell), after.get(cell)
        if a != b:
            yield Change("cell_changed", report, cell, _cell(a), _cell(b))


def _cell(fact: tuple[float | None, str, str] | None) -> str:
    if fact is None:
        return ""
    value, state, raw = fact
    if value is None:
        return f"{state} {raw!r}" if raw else state
    number = str(int(value)) if value == int(value) else repr(value)
    return number if number == raw else f"{number} {raw!r}"


def _findings(db: sqlite3.Connection) -> Iterator[Change]:
    rows = "SELECT report_id, rule, fingerprint, message FROM {}.checks WHERE severity IS NOT NULL"
    keys = "SELECT fingerprint FROM {}.checks WHERE severity IS NOT NULL"
    for kind, here, there in (("finding_removed", "old", "main"), ("finding_added", "main", "old")):
        query = (
            f"{rows.format(here)} AND fingerprint NOT IN ({keys.format(there)}) ORDER BY report_id, rule, fingerprint"
        )
        for report, rule, _, message in db.execute(query):
            if kind == "finding_added":
                yield Change("finding_added", report, rule, "", _text(message))
            else:
                yield Change("finding_removed", report, rule, _text(message), "")


def _text(value: object) -> str:
    return "" if value is None else str(value)
