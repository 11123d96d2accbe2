"""`nianbao reprocess`: the tables again, from the archive alone."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from archive.datadir import DataDir
from archive.errors import ArchiveError
from crawler.cli import Failure, UsageError

SHOWN = 20


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "reprocess",
        help="rebuild the tables from the archive alone",
        description="Reads the archived pages again and replaces the tables in one step; nothing is fetched. Pages whose "
        "captures and reader are unchanged are not read again, unless --full. Verdicts are kept. Prints what changed.",
        epilog="examples:\n  nianbao reprocess --data data\n  nianbao reprocess --full --out /tmp/new.db --workers 4",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--out", type=Path, metavar="FILE.db", help="write here, leaving the data directory's tables")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that read pages (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="read pages on a Dask cluster (tcp://host:8786)")
    parser.add_argument("--full", action="store_true", help="read every page again")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.locking import only_crawl
    from crawler.progress import progress
    from pipelines.cluster import ClusterError, DaskPool
    from pipelines.reprocess import reprocess
    from pipelines.store import StoreError

    if args.workers is not None and args.workers < 0:
        raise UsageError(f"--workers {args.workers}: a number of processes, or 0 to read in this one")
    data = DataDir(args.data)
    if not data.warc.is_dir():
        raise Failure(f"{data.warc}: no such folder; name the data directory with --data, or crawl first")
    with ExitStack() as stack:
        try:
            if args.out is None or args.out.resolve() == data.db.resolve():
                stack.enter_context(only_crawl(data.crawl))
            pool = stack.enter_context(DaskPool(args.scheduler)) if args.scheduler else None
            tell = stack.enter_context(progress())
            done = reprocess(
                data, args.out, full=args.full, workers=args.workers, pool=pool, progress=tell, keep_before=True
            )
        except (ArchiveError, StoreError, ClusterError) as error:
            raise Failure(str(error)) from None
    summary = done.summary
    print(f"{done.path}: {summary.captures} captures, {summary.pages} pages read, {summary.changed} changed")
    if done.before:
        try:
            _print_changes(done.before, done.path)
        finally:
            done.before.unlink()
    for trouble in (*summary.damage, *summary.unread):
        print(f"nianbao: {trouble}", file=sys.stderr)
    return 0 if summary.ok else 1


def _print_changes(old: Path, new: Path) -> None:
    from pipelines.diff import diff

    counts: Counter[str] = Counter()
    for change in diff(old, new):
        counts[change.kind] += 1
        if counts[change.kind] <= SHOWN:
            print(f"{change.kind}  {change.report_id}  {change.what}: {change.old or '-'} -> {change.new or '-'}")
    for kind, count in sorted(counts.items()):
        if count > SHOWN:
            print(f"{kind}: {count} in all; see `nianbao diff OLD.db NEW.db`")
    if not counts:
        print("nothing changed")
