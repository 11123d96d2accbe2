"""`nianbao crawl`: crawl, archive, read and store."""

from __future__ import annotations

import argparse
import logging
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.datadir import DataDir
from crawler.cli import Failure, UsageError

if TYPE_CHECKING:
    from archive.capture import Site

HELP = "crawl sites, archive what comes, read the reports"
DESCRIPTION = """Crawls sites, archives every answer, reads the reports into the tables, and prints what came of each site.
An interrupted crawl goes on where it stopped."""
EXAMPLES = """examples:
  nianbao crawl                              all sites that are due
  nianbao crawl --province hebei --due       those of a province that are due
  nianbao crawl --site 120106 --data /srv/nianbao
  nianbao crawl --sites mine.csv --delay 5
  nianbao crawl --site 120106 --recheck      every known page again

A site is due when it was never crawled, or its last complete run is a week old (from June to 9 January: 30 days), or
its last run failed a day (a week) ago. Without a selection only sites that are due are crawled.
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
    parser.add_argument("--at-once", type=_count, default=16, metavar="N", help="sites at a time (default: 16)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Crawl what was asked for; 1 when a site could not be reached or read in full, or everything had to stop."""
    from crawler.due import is_due, last_visits
    from crawler.printing import print_rows
    from crawler.runner import crawl
    from spiders.registry import RegistryError, load_sites

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
        visits, now = last_visits(data.db), datetime.now(UTC)
        due = [site for site in chosen if is_due(site.site_id, visits, now)]
        _talk(f"{len(due)} of {len(chosen)} sites are due")
        chosen = due
    if not chosen:
        return 0
    if not os.environ.get("NIANBAO_CONTACT"):
        _talk("NIANBAO_CONTACT is not set: portals cannot see whom to write to")
    # The ledger tells what happens to a site; the log is for what should not happen.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in TOLD_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_not_of_the_stop)
    settings = {"NIANBAO_RECHECK": sys.maxsize} if args.recheck else {}
    summary = crawl(chosen, data, delay=args.delay, at_once=args.at_once, progress=_talk, settings=settings)
    outcomes = Counter(str(row["outcome"]) for row in summary.rows)
    names = {site.site_id: site.name for site in chosen}
    rows = sorted(summary.rows, key=lambda row: str(row["site_id"]))
    keys = ("site_id", "outcome", "requests", "reports_found", "message")
    lines = [[row[key] for key in keys] for row in rows]
    print_rows(COLUMNS, [(line[0], names.get(line[0], ""), *line[1:]) for line in lines], "table")
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    _talk(f"nianbao: {len(summary.rows)} of {len(chosen)} sites finished{f': {counted}' if counted else ''}")
    if summary.trouble:
        raise Failure(summary.trouble)
    if summary.interrupted:
        raise KeyboardInterrupt
    return 0 if set(outcomes) <= {"ok", "empty"} and not summary.unstored else 1


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


def _talk(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) < 86_400:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to a day")


def _count(text: str) -> int:
    with suppress(ValueError):
        if (value := int(text)) >= 1:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
