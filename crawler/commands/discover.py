"""`nianbao discover`: what an unknown portal is, where its annual reports stand, and the registry line for it."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.discovery import Discovery

BUDGET = 300
DESCRIPTION = """Looks at a portal that is not in the registry, given by its home page: names its platform with the evidence, the column
of annual reports and how it is reached, the reports found, and prints a registry line ready to paste.
robots.txt is obeyed; at most --budget requests are made. Reports beyond the budget are told as their lists name them.
What came is archived into --data, or else into a folder that is removed at the end."""
EXAMPLES = """examples:
  nianbao discover http://www.example.gov.cn/
  nianbao discover http://www.example.gov.cn/ --json --data found/ > found.json

Exit status 1: the address cannot be used, or no report was found; what was tried stands on stderr."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "discover",
        help="probe an unknown portal and print its registry line",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", metavar="URL", help="the portal's home page")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the archive and the tables in this data directory"
    )
    parser.add_argument("--budget", type=_count, default=BUDGET, metavar="N", help=f"most requests (default: {BUDGET})")
    parser.add_argument(
        "--delay", type=_seconds, metavar="S", help="seconds between requests (default: 2; none on this machine itself)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 when that is no report."""
    from urllib.parse import urlsplit

    from archive.datadir import DataDir
    from crawler.cli import Failure
    from crawler.commands.crawl import TOLD_ELSEWHERE
    from crawler.discovery import discover, is_loopback
    from crawler.progress import progress
    from spiders.addresses import clean

    url = clean(args.url)
    if not url:
        raise Failure(f"{args.url}: is not an http:// or https:// address; name the portal's home page")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in TOLD_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    delay = args.delay if args.delay is not None else 0.0 if is_loopback(urlsplit(url).hostname or "") else 2.0
    with tempfile.TemporaryDirectory(prefix="nianbao-discover-") as folder, progress() as show:
        data = DataDir(args.data or Path(folder))
        found = discover(
            url,
            data,
            budget=args.budget,
            delay=delay,
            talk=_talk,
            tell=lambda count: show("pages", count, 0),
        )
    if args.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    elif found.reports:
        _print(found)
    if found.problem:
        for line in found.tried:
            _talk(f"  tried: {line}")
        raise Failure(found.problem)
    if found.site.region_code == "000000":
        _talk("nianbao: the division is not known; put its six-digit code in the place of 000000 in the line")
    return 0


def _print(found: Discovery) -> None:
    site, column = found.site, found.column
    print(f"portal    {site.name} {site.home_url}")
    print(f"division  {site.region_code} by {found.region_evidence}")
    print(f"platform  {found.platform} by {found.evidence}")
    if column:
        print(f"column    {column.url}")
        if column.path:
            print(f"          reached by {' → '.join(column.path)}, linked from {column.referrer}")
    print(f"fetch     {site.fetch}{f' because of {found.fetch_evidence}' if found.fetch_evidence else ''}")
    print(f"reports   {len(found.reports)} by {found.requests} requests")
    for report in found.reports:
        mark = "" if report.state == "read" else f" ({report.state})"
        print(f"  {report.year or '    '}  {report.unit or '?'}  {report.title}  {report.url}{mark}")
    print("registry line:")
    print(found.line)


def _talk(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) < 86_400:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to a day")


def _count(text: str) -> int:
    with suppress(ValueError):
        if (value := int(text)) >= 3:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 3 up")
