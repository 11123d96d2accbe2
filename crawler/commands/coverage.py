"""`nianbao coverage`: the ledger of what exists, what is missing, and why."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.datadir import DataDir
from crawler.printing import add_formats, print_rows

COLUMNS = ("region_code", "region", "year", "state", "report_id", "reason")


STATES = ("read", "unread", "missing", "unreachable", "not_due", "unknown")
COUNTED = ("province", "year", *STATES)


def by_province(
    rows: Iterable[tuple[str, int, str]], names: Mapping[str, str]
) -> list[tuple[str, int, int, int, int, int, int, int]]:
    """Counts by province and year, in the order of `COUNTED`, from (region code, year, state); a last line sums a year up
    when there are several provinces. `names` are the provinces' by two digits."""
    counts: Counter[tuple[str, int, str]] = Counter((code[:2], year, state) for code, year, state in rows)
    provinces = sorted({key[0] for key in counts})
    out = []
    for province, name in [
        *((one, names.get(one, one)) for one in provinces),
        *([("", "全国")] if len(provinces) > 1 else []),
    ]:
        for year in sorted({key[1] for key in counts if not province or key[0] == province}):
            read, unread, missing, unreachable, not_due, unknown = (
                sum(counts[one, year, state] for one in ([province] if province else provinces)) for state in STATES
            )
            out.append((name, year, read, unread, missing, unreachable, not_due, unknown))
    return out


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "coverage",
        help="the ledger of what exists, is missing, and why",
        description="The country as province × year, counted by state: read, unread, missing, unreachable, not_due or\n"
        "unknown; then a row for each region and year with the reason, which names the archived page that lacks a missing\n"
        "report. Regions without any crawled site are counted, and listed with --all.",
        epilog="examples:\n  nianbao coverage --missing --since 2021\n  nianbao coverage --all --csv > coverage.csv\n"
        "  nianbao coverage --provinces --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--missing", action="store_true", help="only what should be there and is not read")
    parser.add_argument("--since", type=int, metavar="YEAR", help="only this year and later")
    parser.add_argument("--region", default="", metavar="CODE", help="only regions whose code begins so")
    parser.add_argument("--all", action="store_true", help="also regions without any crawled site")
    parser.add_argument("--provinces", action="store_true", help="only the counts by province and year")
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
        if args.provinces or (args.format == "table" and rows):
            names = dict(db.execute("SELECT substr(code, 1, 2), name FROM regions WHERE level = 'province'"))
            print_rows(COUNTED, by_province([(row[0], row[2], row[3]) for row in rows], names), args.format)
            if rows and not args.provinces:
                print()
        if not args.provinces:
            print_rows(COLUMNS, rows, args.format)
        without = 0 if args.all else len(db.execute(query.format(f"NOT ({crawled})"), values).fetchall())
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no rows"
    more = f"; {without} regions without any crawled site (--all lists them)" if without else ""
    print(f"nianbao: {told}{more}", file=sys.stderr)
    return 0
