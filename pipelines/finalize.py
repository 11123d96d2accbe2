"""What depends on more than one report, computed from the tables alone: which report is canonical, the checks across
reports, coverage, full text, `meta`. Running it twice changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import nullcontext
from itertools import islice

from pipelines import ledger
from pipelines.across import across, candidates
from pipelines.canonical import choose
from pipelines.model import Check
from pipelines.store import fulltext
from pipelines.store.rows import check_rows
from pipelines.store.store import Store
from pipelines.version import EXTRACTOR

_TOGETHER = 500


def finalize(store: Store) -> None:
    """Bring everything that follows from several reports up to date: in one transaction, or step by step in a file that
    is thrown away when this fails."""
    with nullcontext() if store.disposable else store.batch():
        _choose(store)
        _store_checks(store)
        for step in (_set_quality, ledger.add_unknown_regions, _store_coverage, _sweep, _index_text, _store_meta):
            with store.batch():
                step(store)


def _choose(store: Store) -> None:
    """Which reports are canonical; for the others, the finding that says so."""
    superseded, findings = choose(candidates(store.db), lambda report: _figures(store, report))
    with store.batch():
        store.db.execute("UPDATE reports SET superseded_by = NULL WHERE superseded_by IS NOT NULL")
        store.db.executemany(
            "UPDATE reports SET superseded_by = ? WHERE report_id = ?",
            ((best, one) for one, best in superseded.items()),
        )
        store.db.execute("DELETE FROM check_row WHERE panel = 1")
        _insert_checks(store, findings.items())


def _store_checks(store: Store) -> None:
    """A few reports at a time: neither the findings nor the changed pages of a whole country need to be in memory."""
    findings = across(store)
    while chunk := list(islice(findings, _TOGETHER)):
        with store.batch():
            _insert_checks(store, chunk)


def _insert_checks(store: Store, findings: Iterable[tuple[str, list[Check]]]) -> None:
    key_of = "SELECT report_key FROM reports WHERE report_id = ?"
    for report, checks in findings:
        rows, kinds = check_rows(report, store.db.execute(key_of, (report,)).fetchone()[0], checks, panel=True)
        store.db.executemany("INSERT OR IGNORE INTO check_kind VALUES (?,?,?,?,?,?,?)", kinds)
        store.db.executemany("INSERT INTO check_row VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)


def _store_coverage(store: Store) -> None:
    ledger.store_coverage(store, _newest(store))


def _index_text(store: Store) -> None:
    fulltext.update(store.db)


def _figures(store: Store, report_id: str) -> dict[tuple[str, str], float]:
    query = "SELECT indicator, applicant, value FROM facts WHERE report_id = ? AND value IS NOT NULL"
    return {(indicator, applicant): value for indicator, applicant, value in store.db.execute(query, (report_id,))}


def _set_quality(store: Store) -> None:
    """`ok` promises that every rule holds: a report that fails one across reports is `warning`."""
    failed = (
        "SELECT report FROM check_row JOIN check_kind USING (check_kind)"
        " WHERE panel = 1 AND finding = 1 AND outcome = 'fail' AND severity <> 'info'"
    )
    new = f"CASE WHEN read_quality = 'ok' AND report_key IN ({failed}) THEN 'warning' ELSE read_quality END"
    store.db.execute(f"UPDATE reports SET quality = {new} WHERE quality IS NOT {new}")


def _newest(store: Store) -> str:
    return store.db.execute("SELECT max(fetched_at) FROM captures").fetchone()[0] or ""


def _sweep(store: Store) -> None:
    """Remove shared rows that nothing uses any more, so that a file's history leaves no trace."""
    for table, key, user in (("manner", "manner", "fact"), ("check_kind", "check_kind", "check_row")):
        store.db.execute(f"DELETE FROM {table} WHERE {key} NOT IN (SELECT DISTINCT {key} FROM {user})")


def _store_meta(store: Store) -> None:
    digest = hashlib.sha256()
    for row in store.db.execute("SELECT capture_id, payload_digest FROM captures ORDER BY capture_id"):
        digest.update(" ".join(row).encode())
    newest = _newest(store)
    values = {
        "time": newest,
        "version": f"{newest[:10] or 'empty'}-{digest.hexdigest()[:8]}",
        "extractor": EXTRACTOR,
        "input_digest": f"sha256:{digest.hexdigest()}",
    }
    store.db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", values.items())
