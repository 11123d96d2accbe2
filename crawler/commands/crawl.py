"""`nianbao crawl`: crawl, archive, read and store."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.datadir import DataDir
from crawler.cli import Failure, UsageError

if TYPE_CHECKING:
    from archive.capture import Site
    from crawler.changes import Change
    from crawler.runner import CrawlSummary

HELP = "crawl sites, archive what comes, read the reports"
DESCRIPTION = """Crawls sites, archives every answer, reads the reports into the tables, and prints what came of each site.
An interrupted crawl goes on where it stopped."""
EXAMPLES = """examples:
  nianbao crawl                              all sites that are due
  nianbao crawl --province hebei --due       those of a province that are due
  nianbao crawl --site 120106 --data /srv/nianbao
  nianbao crawl --sites mine.csv --delay 5
  nianbao crawl --site 120106 --recheck      every known page again
  nianbao crawl --due --brief                for cron: silent when nothing failed or changed
  nianbao crawl --due --hours 20-6           at night only; what is left waits for the next night's call
  nianbao crawl --site 120106 --budget 300 --bytes 200M

`nianbao schedule` tells which sites are due and why. Without a selection only sites that are due are crawled.
A page that is known is asked for again at a falling rate, with ETag and Last-Modified where the server gave them:
20 pages of a site each time, the others once as much time has passed as they have stayed the same.
Ctrl-C stops after the requests in flight; the same command goes on from there. So does it after a crash.
Environment: NIANBAO_CONTACT (shown to the portals), NIANBAO_SITES (a registry file in place of the built-in one), CHROMIUM."""


# What these warn of stands in the ledger, with the address.
TOLD_ELSEWHERE = (
    "scrapy.downloadermiddlewares.robotstxt",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.core.downloader.handlers.http11",
    "scrapy-playwright",
)
MOST_TOLD = 20  # new reports that are told one by one
COLUMNS = ("site", "name", "outcome", "requests", "reports", "why")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "crawl",
        help=HELP,
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--province", action="append", default=[], metavar="P", help="pinyin, Chinese name or two digits"
    )
    parser.add_argument("--site", action="append", default=[], metavar="ID", help="site id; may be given several times")
    parser.add_argument(
        "--sites", type=Path, metavar="FILE.csv", help="take this registry file instead of the project's"
    )
    parser.add_argument("--due", action="store_true", help="of these, only sites that are due")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--delay", type=_seconds, metavar="S", help="seconds between requests to a site (default: 2)")
    parser.add_argument(
        "--recheck", action="store_true", help="ask for every known page again, however long it has stayed the same"
    )
    parser.add_argument("--brief", action="store_true", help="print what changed since the last crawl, and only that")
    parser.add_argument("--summary", type=Path, metavar="FILE.json", help="write ledger rows and changes as JSON")
    parser.add_argument(
        "--metrics",
        type=Path,
        metavar="FILE.prom",
        help="write figures for the Prometheus node exporter's textfile collector",
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="seconds to wait for another crawl in the data directory",
    )
    parser.add_argument("--budget", type=_count, metavar="N", help="most requests to a site (default: 2000)")
    parser.add_argument(
        "--bytes", type=_size, metavar="SIZE", help="most bytes from a site, such as 500M (default: 2G)"
    )
    parser.add_argument(
        "--hours", type=_hours, metavar="H-H", help="hours in which portals may be asked, China time, such as 20-6"
    )
    parser.add_argument("--at-once", type=_count, default=16, metavar="N", help="sites at a time (default: 16)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Crawl what was asked for; 1 when a site could not be reached or read in full, or everything had to stop."""
    from crawler.changes import between, state
    from crawler.due import histories, is_due
    from crawler.runner import crawl
    from spiders.registry import RegistryError, load_sites

    talk = _nothing if args.brief else _talk
    try:
        registry = load_sites([args.sites] if args.sites else None)
    except RegistryError as error:
        raise Failure(
            f"{error}\nnianbao: nothing was crawled; mend the registry, then run the same command again"
        ) from error
    if not registry:
        raise Failure(f"{args.sites or 'the registry'}: names no site; add a line for each")
    chosen = select(registry.values(), args.province, args.site)
    data = DataDir(args.data)
    if args.due or not (args.province or args.site or args.sites):
        known, now = histories(data.db), datetime.now(UTC)
        due = [site for site in chosen if is_due(known.get(site.site_id), now)]
        talk(f"{len(due)} of {len(chosen)} sites are due")
        chosen = due
    if not chosen:
        return 0
    if not os.environ.get("NIANBAO_CONTACT"):
        talk("NIANBAO_CONTACT is not set: portals cannot see whom to write to")
    # The ledger tells what happens to a site; the log is for what should not happen.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in TOLD_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_not_of_the_stop)
    settings: dict[str, Any] = {"NIANBAO_WAIT": args.wait} | ({"NIANBAO_RECHECK": sys.maxsize} if args.recheck else {})
    limits = {"NIANBAO_BUDGET": args.budget, "NIANBAO_BYTES": args.bytes, "NIANBAO_HOURS": args.hours}
    settings |= {name: value for name, value in limits.items() if value}
    ids = {site.site_id for site in chosen}
    before = state(data.db, ids)
    summary = crawl(chosen, data, delay=args.delay, at_once=args.at_once, progress=talk, settings=settings)
    changes = between(before, state(data.db, ids))
    status = 0 if {row["outcome"] for row in summary.rows} <= {"ok", "empty"} and not summary.unstored else 1
    status = 1 if summary.trouble or (summary.interrupted and not summary.rests) else status
    _tell(args, summary, changes, {site.site_id: site.name for site in chosen})
    _write(args, summary, changes, status)
    if summary.trouble:
        raise Failure(summary.trouble)
    if summary.rests and summary.interrupted:
        left = len(summary.interrupted)
        talk(f"nianbao: portals are asked from {summary.rests} only; {left} sites wait for the same command then")
        return status
    if summary.interrupted:
        raise KeyboardInterrupt
    return status


def _tell(args: argparse.Namespace, summary: CrawlSummary, changes: Sequence[Change], names: Mapping[str, str]) -> None:
    """The ledger as a table and what changed; with `--brief` only the latter, and the sites that failed."""
    from crawler.printing import print_rows

    rows = sorted(summary.rows, key=lambda row: str(row["site_id"]))
    if args.brief:
        for row in rows:
            if row["outcome"] not in ("ok", "empty"):
                site = row["site_id"]
                print(f"{site} {names.get(site, '')}: {row['outcome']}: {row['message']}", file=sys.stderr)
    else:
        lines = [
            (
                row["site_id"],
                names.get(row["site_id"], ""),
                row["outcome"],
                row["requests"],
                row["reports_found"],
                row["message"],
            )
            for row in rows
        ]
        print_rows(COLUMNS, lines, "table")
        outcomes = Counter(str(row["outcome"]) for row in summary.rows)
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        _talk(f"nianbao: {len(summary.rows)} of {len(names)} sites finished{f': {counted}' if counted else ''}")
        kinds = Counter(change.kind for change in changes)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
        _talk(f"nianbao: changed since the last crawl: {told}")
        # Of a first crawl everything is new: the table says as much.
        changes = [change for change in changes if change.kind != "new" or len(changes) <= MOST_TOLD]
    for change in changes:
        print(change)


def _write(args: argparse.Namespace, summary: CrawlSummary, changes: Sequence[Change], status: int) -> None:
    """The files for other programs."""
    from crawler.metrics import write_metrics

    try:
        if args.summary:
            told = {
                "status": status,
                "sites": [dict(row) for row in summary.rows],
                "unfinished": list(summary.interrupted),
                "trouble": summary.trouble,
                "changes": [change.row() for change in changes],
            }
            args.summary.parent.mkdir(parents=True, exist_ok=True)
            new = args.summary.with_name(args.summary.name + ".new")
            new.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            new.replace(args.summary)
        if args.metrics:
            write_metrics(args.metrics, summary.rows, changes, status, datetime.now(UTC).timestamp())
    except OSError as error:
        raise Failure(
            f"{error.filename or args.summary or args.metrics}: cannot be written ({error.strerror}); the crawl itself is stored"
        ) from error


def select(sites: Iterable[Site], provinces: Sequence[str], ids: Sequence[str]) -> list[Site]:
    """The sites of these provinces and with these ids; all without either. UsageError for one that is not there."""
    from spiders.registry import in_province

    every = list(sites)
    if not provinces and not ids:
        return every
    for one in ids:
        if not any(site.site_id == one for site in every):
            raise UsageError(f"--site {one}: no such site in the registry; `nianbao sites list` prints the ids")
    for one in provinces:
        if not any(in_province(site, one) for site in every):
            raise UsageError(f"--province {one}: no site of the registry lies there; give pinyin, name or two digits")
    return [site for site in every if site.site_id in ids or any(in_province(site, one) for one in provinces)]


def _not_of_the_stop(record: logging.LogRecord) -> bool:
    """Scrapy logs every request that a stop cut off, with a traceback; why it stopped is told once, at the end."""
    from archive.errors import ArchiveError
    from crawler.runtime import Stopped

    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, Stopped | ArchiveError | sqlite3.Error)


def _nothing(line: str) -> None:
    """Says nothing."""


def _talk(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) < 86_400:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to a day")


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12})([KMG]?)B?", text.strip().upper(), re.ASCII)
    if found and int(found[1]):
        return int(found[1]) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}[found[2]]
    raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes such as 500M or 2G")


def _hours(text: str) -> str:
    from crawler.hours import Hours

    try:
        Hours.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _count(text: str) -> int:
    with suppress(ValueError):
        if (value := int(text)) >= 1:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
