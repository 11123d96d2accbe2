"""`nianbao diff`: what changed between two snapshots."""

from __future__ import annotations

import argparse
import sqlite3
from pathlib import Path

from crawler.cli import Failure


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "diff",
        help="what changed between two snapshots: reports, cells, findings",
        description="Compares two snapshots: reports that came, went or are described otherwise, cells that are read "
        "otherwise, findings that came or went. A line each: kind, report, what, old, new.",
        epilog="examples:\n  nianbao diff old.db data/nianbao.db --json | head\n  nianbao diff old.db data/nianbao.db --by-reason",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", type=Path, metavar="OLD.db")
    parser.add_argument("new", type=Path, metavar="NEW.db")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object a line")
    forms.add_argument("--by-reason", action="store_true", help="put together what changed for the same reason")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.grouping import print_by_reason
    from pipelines.diff import diff
    from pipelines.grouping import as_json
    from pipelines.store import StoreError
    from pipelines.store.trouble import told

    for path in (args.old, args.new):
        if not path.is_file():
            raise Failure(f"{path}: no such file; give the paths of two snapshots")
    try:
        if args.by_reason:
            print_by_reason(diff(args.old, args.new))
            return 0
        for change in diff(args.old, args.new):
            if args.json:
                print(as_json(change))
            else:
                print("\t".join((change.kind, change.report_id, change.what, change.old or "-", change.new or "-")))
    except StoreError as error:
        raise Failure(str(error)) from None
    except sqlite3.Error as error:
        # The comparison has both files open at once, and SQLite does not say which it is.
        cure = "one of them is damaged: rebuild it with `nianbao reprocess --full`"
        raise Failure(f"{args.old}, {args.new}: cannot be compared: {told(error, cure)}") from None
    return 0
