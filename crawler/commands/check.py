"""`nianbao check`: the consistency findings."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from archive.datadir import DataDir
from crawler.cli import UsageError
from crawler.printing import add_formats, print_rows

SEVERITIES = ("info", "warning", "error")
COLUMNS = (
    "severity", "rule", "outcome", "report_id", "unit_name", "year", "indicator", "applicant", "expected", "actual",
    "verdict", "fingerprint", "message",
)  # fmt: skip


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "check",
        help="the consistency findings",
        description="Prints the findings of the snapshot, the worst first: rules that a report breaks, tables that could "
        "not be read, breaks between years, with the verdict on each (see `nianbao verdict`).",
        epilog="examples:\n  nianbao check\n  nianbao check --severity error --region 3207 --csv > findings.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument(
        "--severity", choices=SEVERITIES, default="warning", help="this severity and worse (default: warning)"
    )
    parser.add_argument("--rule", action="append", metavar="RULE", help="only this rule (may be repeated)")
    parser.add_argument("--region", default="", metavar="CODE", help="only regions whose code begins so")
    parser.add_argument("--since", type=int, metavar="YEAR", help="only reports of this year and later")
    parser.add_argument("--open", action="store_true", help="without findings that a verdict dismissed")
    add_formats(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.reading import snapshot
    from pipelines.codebook import rules

    for rule in args.rule or ():
        if rule not in rules():
            raise UsageError(f"--rule {rule}: no such rule; see the table `rules`")
    wanted = SEVERITIES[SEVERITIES.index(args.severity) :]
    conditions = [f"f.severity IN ({','.join('?' * len(wanted))})"]
    values: list[object] = [*wanted]
    if args.rule:
        conditions.append(f"f.rule IN ({','.join('?' * len(args.rule))})")
        values += args.rule
    if args.region:
        conditions.append("r.region_code LIKE ? || '%'")
        values.append(args.region)
    if args.since is not None:
        conditions.append("r.year >= ?")
        values.append(args.since)
    if args.open:
        conditions.append("v.verdict IS NOT 'dismissed'")
    query = (
        "SELECT f.severity, f.rule, f.outcome, f.report_id, r.unit_name, r.year, f.indicator, f.applicant, f.expected,"
        " f.actual, v.verdict, f.fingerprint, f.message"
        " FROM findings f JOIN reports r USING (report_id) LEFT JOIN verdicts v USING (fingerprint)"
        f" WHERE {' AND '.join(conditions)}"
        " ORDER BY f.severity = 'error' DESC, f.severity = 'warning' DESC, f.report_id, f.rule, f.indicator, f.applicant,"
        " f.fingerprint"
    )
    with snapshot(DataDir(args.data)) as db:
        rows = db.execute(query, values).fetchall()
    count = print_rows(COLUMNS, rows, args.format)
    judged = Counter(row[COLUMNS.index("verdict")] for row in rows)
    said = "".join(f", {judged[verdict]} {verdict}" for verdict in ("confirmed", "dismissed") if judged[verdict])
    print(f"nianbao: {count} finding{'s' * (count != 1)}{said}", file=sys.stderr)
    return 0
