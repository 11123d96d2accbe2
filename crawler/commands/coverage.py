"""`nianbao coverage`: the ledger of what exists, what is missing, and why."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from archive.datadir import DataDir
from crawler.printing import add_formats, print_rows

COLUMNS = ("region_code", "region", "year", "state", "report_id", "reason")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "coverage",
        help="the ledger of what exists, is missing, and why",
        description="One row a region and year: read, unread, missing, unreachable, not_due or unknown, with the reason. "
        "Regions without any crawled site are counted, and listed with --all.",
        epilog="examples:\n  nianbao coverage --missing --since 2021\n  nianbao coverage --all --csv > coverage.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--missing", action="store_true", help="only what should be there and is not read")
    parser.add_argument("--since", type=int, metavar="YEAR", help="only this year and later")
    parser.add_argument("--region", default="", metavar="CODE", help="only regions whose code begins so")
    parser.add_argument("--all", action="store_true", help="also regions without any crawled site")
    add_formats(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.reading import snapshot

    conditions, values = ["1"], list[object]()
    if args.missing:
        conditions.append("c.state NOT IN ('read', 'not_due')")
    if args.since is not None:
        conditions.append("c.year >= ?")
        values.append(args.since)
    if args.region:
        conditions.append("c.region_code LIKE ? || '%'")
        values.append(args.region)
    crawled = (
        "c.region_code IN (SELECT region_code FROM sites UNION SELECT site_id FROM sites) OR c.report_id IS NOT NULL"
    )
    query = (
        "SELECT c.region_code, g.full_name, c.year, c.state, c.report_id, c.reason FROM coverage c"
        f" LEFT JOIN regions g ON g.code = c.region_code WHERE {' AND '.join(conditions)} AND {{}}"
        " ORDER BY c.region_code, c.year"
    )
    counts: Counter[str] = Counter()
    with snapshot(DataDir(args.data)) as db:
        rows = db.execute(query.format("1" if args.all else f"({crawled})"), values).fetchall()
        counts.update(row[3] for row in rows)
        print_rows(COLUMNS, rows, args.format)
        without = 0 if args.all else len(db.execute(query.format(f"NOT ({crawled})"), values).fetchall())
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no rows"
    more = f"; {without} regions without any crawled site (--all lists them)" if without else ""
    print(f"nianbao: {told}{more}", file=sys.stderr)
    return 0
