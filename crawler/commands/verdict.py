"""`nianbao verdict`: a person's word on a finding."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.datadir import DataDir
from crawler.cli import Failure, UsageError
from crawler.printing import add_formats, print_rows

if TYPE_CHECKING:
    import sqlite3

    from pipelines.verdicts import Verdict

LISTED = (
    "finding", "verdict", "fingerprint", "report_id", "unit_name", "year", "rule", "indicator", "applicant", "by", "at",
    "note", "message",
)  # fmt: skip
_EXAMPLE = """examples:
  nianbao verdict 3f2a90c1d4e5b678 confirmed --by "Li Lei" --note "printed so in the original"
  nianbao verdict 3f2a90c1d4e5b678 withdrawn
  nianbao verdict --list
  nianbao verdict --export > verdicts.csv
  nianbao verdict --import verdicts-of-a-colleague.csv"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "verdict",
        help="say of a finding that it is confirmed or dismissed",
        description="Keeps a person's word on a finding in verdicts.csv of the data directory, a plain table that can lie in "
        "version control. The tables are filled from it, also when they are rebuilt from nothing. A verdict whose finding is "
        "gone is kept and listed as `gone`.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "fingerprint", metavar="FINGERPRINT", nargs="?", help="of the finding, as `nianbao check` prints it"
    )
    parser.add_argument("verdict", nargs="?", choices=("confirmed", "dismissed", "withdrawn"), help="the verdict")
    parser.add_argument("--note", default="", help="why")
    parser.add_argument("--by", default="", metavar="NAME", help="who says so")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--list", action="store_true", help="print all verdicts with what they are about")
    does.add_argument(
        "--import", type=Path, dest="file", metavar="FILE.csv", help="add those of a file; the later counts"
    )
    does.add_argument("--export", action="store_true", help="print verdicts.csv as it should be")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    add_formats(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from pipelines.verdicts import VerdictError

    many = args.list or args.export or args.file
    if many and args.fingerprint:
        raise UsageError("verdict: name one finding, or give --list, --import or --export")
    if not many and not (args.fingerprint and args.verdict):
        raise UsageError("verdict: name a finding and a verdict, or give --list, --import or --export; see --help")
    if args.verdict in ("confirmed", "dismissed") and not args.by.strip():
        raise UsageError("verdict: --by NAME: a verdict is a person's word")
    data = DataDir(args.data)
    try:
        if args.list:
            return _list(data, args.format)
        if args.export:
            return _export(data)
        return _import(data, args.file) if args.file else _judge(data, args)
    except VerdictError as error:
        raise Failure(str(error)) from None


def _known(data: DataDir) -> dict[str, Verdict]:
    """What file and tables say together."""
    from crawler.reading import snapshot
    from pipelines import verdicts

    known = verdicts.read(data.verdicts)
    if not data.db.is_file():
        return known
    with snapshot(data) as db:
        return verdicts.merged(known, verdicts.stored(db))


def _judge(data: DataDir, args: argparse.Namespace) -> int:
    from crawler.locking import only_crawl
    from crawler.reading import snapshot
    from pipelines.verdicts import Verdict, merged

    fingerprint = args.fingerprint.lower()
    with snapshot(data) as db:
        found = _about(db, fingerprint)
    with only_crawl(data.crawl):
        known = _known(data)
        if args.verdict == "withdrawn":
            if fingerprint not in known:
                raise Failure(f"{fingerprint}: no verdict on it; see `nianbao verdict --list`")
            del known[fingerprint]
        else:
            if found is None and fingerprint not in known:
                raise Failure(
                    f"{fingerprint}: no finding in {data.db} has this fingerprint; copy it from `nianbao check --csv`"
                )
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            known = merged(known, [Verdict(fingerprint, args.verdict, args.note.strip(), args.by.strip(), at)])
        _store(data, known)
    about = f"{found[3]} {found[0]}: {found[7]}" if found else "its finding is gone"
    print(f"nianbao: {fingerprint} {args.verdict} ({about})", file=sys.stderr)
    return 0


def _about(db: sqlite3.Connection, fingerprint: str) -> tuple[object, ...] | None:
    """report_id, unit_name, year, rule, indicator, applicant, severity, message of a finding; None when it is gone."""
    query = (
        "SELECT report_id, unit_name, year, rule, indicator, applicant, severity, message"
        " FROM findings JOIN reports USING (report_id) WHERE fingerprint = ?"
    )
    row: tuple[object, ...] | None = db.execute(query, (fingerprint,)).fetchone()
    return row


def _store(data: DataDir, known: dict[str, Verdict]) -> None:
    """Into the table, if there is one, and into the file: both or neither."""
    from pipelines import verdicts
    from pipelines.store import Store, StoreError

    if not data.db.is_file():
        verdicts.write(data.verdicts, known)
        return
    try:
        with Store.open(data.db, create=False) as store, store.batch():
            verdicts.write(data.verdicts, verdicts.store(store.db, known))
    except StoreError as error:
        raise Failure(str(error)) from None


def _import(data: DataDir, file: Path) -> int:
    from crawler.locking import only_crawl
    from crawler.reading import snapshot
    from pipelines import verdicts

    if not file.is_file():
        raise Failure(f"{file}: no such file; check the path")
    new = verdicts.read(file)
    with only_crawl(data.crawl):
        before = _known(data)
        after = verdicts.merged(before, new.values())
        _store(data, after)
    changed = sum(before.get(key) != one for key, one in after.items())
    gone = 0
    if data.db.is_file():
        with snapshot(data) as db:
            gone = sum(_about(db, key) is None for key in new)
    said = f"; {gone} are on findings that are not in the tables, and are kept" if gone else ""
    print(f"nianbao: {len(new)} verdicts read, {changed} new or changed{said}", file=sys.stderr)
    return 0


def _export(data: DataDir) -> int:
    from pipelines import verdicts

    print(verdicts.text(_known(data)), end="")
    return 0


def _list(data: DataDir, form: str) -> int:
    from crawler.reading import snapshot

    known = _known(data)
    rows: list[tuple[object, ...]] = []
    with snapshot(data) as db:
        for key, one in sorted(known.items()):
            found = _about(db, key)
            report, unit, year, rule, indicator, applicant, _, message = found or (
                one.report_id, "", None, one.rule, one.indicator, one.applicant, "", one.message,
            )  # fmt: skip
            state = "stands" if found else "gone"
            rows.append(
                (
                    state,
                    one.verdict,
                    key,
                    report,
                    unit,
                    year,
                    rule,
                    indicator,
                    applicant,
                    one.by,
                    one.at,
                    one.note,
                    message,
                )
            )
    rows.sort(key=lambda row: (row[0] == "gone", str(row[3]), str(row[6]), str(row[2])))
    print_rows(LISTED, rows, form)
    gone = sum(row[0] == "gone" for row in rows)
    print(f"nianbao: {len(rows)} verdicts{f', {gone} of findings that are gone' if gone else ''}", file=sys.stderr)
    return 0
