"""What depends on more than one report, computed from the tables alone: which report is canonical, the checks across
reports, coverage, full text, `meta`. Running it twice changes nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain, groupby, islice

from pipelines import ledger
from pipelines.canonical import Candidate, choose
from pipelines.checks.subject import finding
from pipelines.extract import EXTRACTOR
from pipelines.model import Check, Fact
from pipelines.panel import Year, check_peers, check_years, needed_cells
from pipelines.store import fulltext
from pipelines.store.reference import cells
from pipelines.store.rows import check_rows
from pipelines.store.store import Store

_TOGETHER = 500
_REGION = "coalesce(nullif(r.region_code, ''), 'site ' || r.site_id)"


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
    superseded, findings = choose(_candidates(store), lambda report: _figures(store, report))
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
    findings = chain(_across(store), _seen_and_revised(store))
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


def _candidates(store: Store) -> Iterator[Candidate]:
    query = (
        f"SELECT report_id, {_REGION}, unit_name, unit_kind, scope, year, title, coalesce(published_on, ''),"
        " content_kind, read_quality, url, first_seen, figures, nonzero FROM reports r ORDER BY report_id"
    )
    return (Candidate(*row) for row in store.db.execute(query))


def _figures(store: Store, report_id: str) -> dict[tuple[str, str], float]:
    query = "SELECT indicator, applicant, value FROM facts WHERE report_id = ? AND value IS NOT NULL"
    return {(indicator, applicant): value for indicator, applicant, value in store.db.execute(query, (report_id,))}


def _across(store: Store) -> Iterator[tuple[str, list[Check]]]:
    """The checks of `panel` on the canonical reports."""
    light: list[Year] = []
    for _, history in groupby(_years(store), key=lambda one: one.unit):
        years = list(history)
        yield from _by_report(check_years(years))
        # Peers are compared by one cell alone: what the others held is let go.
        light += (_only_new(one) for one in years)
    yield from _by_report(check_peers(light))


def _by_report(findings: Iterable[tuple[str, Check]]) -> Iterator[tuple[str, list[Check]]]:
    checks: defaultdict[str, list[Check]] = defaultdict(list)
    for report, check in findings:
        checks[report].append(check)
    yield from checks.items()


def _only_new(year: Year) -> Year:
    key = ("requests_new", "total")
    facts = {key: year.facts[key]} if key in year.facts else {}
    return Year(
        year.report_id, year.unit, year.peers, year.name, year.year, year.form, year.figures, year.nonzero, facts
    )  # fmt: skip


def _years(store: Store) -> Iterator[Year]:
    """Canonical reports on the two forms, unit by unit, year by year."""
    numbers = {cells()[key]: key for key in needed_cells()}
    chosen = ",".join(map(str, sorted(numbers)))
    facts_of = (
        "SELECT cell, value, state FROM fact JOIN manner ON manner.manner = fact.manner"
        f" WHERE report = ? AND cell IN ({chosen})"
    )
    reports = [
        (Candidate(*row[:-2]), *row[-2:])
        for row in store.db.execute(
            f"SELECT report_id, {_REGION}, unit_name, unit_kind, scope, year, title, '', content_kind, read_quality,"
            " url, first_seen, figures, nonzero, form, report_key FROM reports r"
            " WHERE superseded_by IS NULL AND year IS NOT NULL AND form IN ('2019', '2021') AND quality <> 'unparsed'"
        )
    ]
    reports.sort(key=lambda item: (*item[0].unit, item[0].scope, item[0].year, item[0].report_id))
    for one, form, key in reports:
        facts = {
            numbers[cell]: Fact(*numbers[cell], value, "", "", state, "", "")
            for cell, value, state in store.db.execute(facts_of, (key,))
        }
        unit = "|".join((*one.unit, one.scope))
        # Peers: the same kind of organ in the same prefecture.
        peers = f"{one.region_code[:4]}|{one.unit_kind}"
        yield Year(one.report_id, unit, peers, one.unit_name, one.year or 0, form, one.figures, one.nonzero, facts)


def _seen_and_revised(store: Store) -> Iterator[tuple[str, list[Check]]]:
    """DATE_VS_SEEN (a page seen before the date that it bears) and REVISION (figures changed after publication)."""
    # Beijing time: a page published on the 1st may be fetched at 17:00 UTC of the day before.
    early = (
        "SELECT report_id, published_on, date(first_seen, '+8 hours') AS seen FROM reports"
        " WHERE published_on > date(first_seen, '+8 hours') ORDER BY report_id"
    )
    for report, published, seen in store.db.execute(early).fetchall():
        message = f"Dated {published}, yet it was there on {seen}."
        yield report, [finding("DATE_VS_SEEN", "fail", message, expected=seen, actual=published)]
    changed = "SELECT report_id, count(*) FROM revisions GROUP BY report_id ORDER BY report_id"
    for report, count in store.db.execute(changed).fetchall():
        message = f"{count} figure{'s' * (count > 1)} changed after publication."
        yield report, [finding("REVISION", "fail", message, expected="0", actual=str(count))]


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
