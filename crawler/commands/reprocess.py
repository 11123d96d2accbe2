"""`nianbao reprocess`: the tables again, from the archive alone."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.datadir import DataDir
from archive.errors import ArchiveError
from crawler.cli import Failure, UsageError

if TYPE_CHECKING:
    from pipelines.process import Summary

SHOWN = 5
"""Changes printed of one reason, after the tables were replaced; a dry run prints all."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "reprocess",
        help="rebuild the tables from the archive alone",
        description="Reads the archived pages again and replaces the tables in one step; nothing is fetched. Pages whose "
        "captures and reader are unchanged are not read again, unless --full. Verdicts are kept. Prints what changed, and why. "
        "Interrupted, the same command goes on where it stopped. Workers of a Dask cluster (`dask worker --no-nanny`) need "
        "this program in the same version and the data directory under the same path.",
        epilog="examples:\n  nianbao reprocess --data data\n  nianbao reprocess --dry-run --json | head\n"
        "  nianbao reprocess --full --out /tmp/new.db --workers 4",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--out", type=Path, metavar="FILE.db", help="write here, leaving the data directory's tables")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that read pages (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="read pages on a Dask cluster (tcp://host:8786)")
    parser.add_argument("--full", action="store_true", help="read every page again")
    parser.add_argument(
        "--dry-run", action="store_true", help="only print every report, cell and finding that would change, by reason"
    )
    parser.add_argument("--json", action="store_true", help="with --dry-run: print one JSON object a change")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.progress import progress
    from pipelines.cluster import ClusterError, DaskPool
    from pipelines.store import StoreError

    if args.workers is not None and args.workers < 0:
        raise UsageError(f"--workers {args.workers}: a number of processes, or 0 to read in this one")
    if args.json and not args.dry_run:
        raise UsageError("--json: goes with --dry-run only; see also `nianbao diff`")
    if args.dry_run and args.out:
        raise UsageError("--out: not with --dry-run, which keeps nothing")
    data = DataDir(args.data)
    if not data.warc.is_dir():
        raise Failure(f"{data.warc}: no such folder; name the data directory with --data, or crawl first")
    try:
        with ExitStack() as stack:
            pool = stack.enter_context(DaskPool(args.scheduler)) if args.scheduler else None
            tell = stack.enter_context(progress())
            how: dict[str, Any] = {"full": args.full, "workers": args.workers, "pool": pool, "progress": tell}
            summary = _rehearse(data, how, as_json=args.json) if args.dry_run else _replace(data, args.out, how, stack)
    except (ArchiveError, StoreError, ClusterError) as error:
        raise Failure(str(error)) from None
    for trouble in (*summary.damage, *summary.unread):
        print(f"nianbao: {trouble}", file=sys.stderr)
    return 0 if summary.ok or args.dry_run else 1


def _replace(data: DataDir, out: Path | None, how: dict[str, Any], stack: ExitStack) -> Summary:
    from crawler.grouping import print_by_reason
    from crawler.locking import only_crawl
    from pipelines.diff import diff
    from pipelines.reprocess import reprocess

    if out is None or out.resolve() == data.db.resolve():
        stack.enter_context(only_crawl(data.crawl))
    done = reprocess(data, out, **how, keep_before=True)
    summary = done.summary
    print(f"{done.path}: {summary.captures} captures noted, {summary.pages} pages read, {summary.changed} changed")
    if done.before:
        try:
            print_by_reason(diff(done.before, done.path), SHOWN)
        finally:
            done.before.unlink()
    return summary


def _rehearse(data: DataDir, how: dict[str, Any], *, as_json: bool) -> Summary:
    from crawler.grouping import print_by_reason
    from pipelines import grouping
    from pipelines.diff import diff
    from pipelines.reprocess import rehearsed

    with rehearsed(data, **how) as (old, done):
        summary = done.summary
        print(
            f"nianbao: {summary.pages} pages read, {summary.changed} would change; {old} is as it was", file=sys.stderr
        )
        changes = diff(old, done.path)
        if as_json:
            for change in changes:
                print(grouping.as_json(change))
        else:
            print_by_reason(changes)
    return summary
