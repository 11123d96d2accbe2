"""`nianbao demo`: portals on loopback, crawled, archived, read, compared with their figures, and browsed."""

from __future__ import annotations

import argparse
import socket
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from archive.datadir import DataDir
from crawler.cli import Failure, UsageError

if TYPE_CHECKING:
    from demo.score import Verdict
    from demo.server import World

# Loopback needs no patience; the delay asked for is kept.
SETTINGS = {"AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "WARNING"}
TABLES = ("sites", "captures", "reports", "facts", "sections", "checks", "site_runs", "coverage")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="crawl seven small portals on this machine and browse the result",
        description="Starts portals on loopback that behave like real ones, crawls, archives and reads them, compares "
        "the tables with the figures that the pages were made from, and leaves the browser open. Nothing but loopback "
        "is contacted. A second run on the same folder crawls the same addresses again and adds to the archive.",
        epilog="example:\n  nianbao demo --no-serve --data /tmp/nianbao-demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=Path("data-demo"), metavar="DIR", help="data directory (default: data-demo)"
    )
    parser.add_argument("--no-serve", action="store_true", help="exit after the crawl")
    parser.add_argument(
        "--port", type=int, default=8001, metavar="N", help="of the browser; default 8001, 0 a free one"
    )
    parser.add_argument(
        "--delay", type=float, default=0.0, metavar="S", help="seconds between the requests to a portal; default 0"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is a number from 0 to 65535")
    if not 0 <= args.delay <= 3600:
        raise UsageError(f"--delay {args.delay}: seconds from 0 to 3600")
    if not args.no_serve:
        # Told now, rather than after the crawl.
        try:
            socket.create_server(("127.0.0.1", args.port)).close()
        except OSError as error:
            raise Failure(
                f"--port {args.port}: cannot listen there ({error.strerror}); choose another, or 0 for a free one"
            ) from None
    from demo.home import NotTheDemos, remember_ports, remembered_ports
    from demo.server import PortTaken, World

    with ExitStack() as stack:
        try:
            ports = remembered_ports(args.data)
            world = stack.enter_context(World(ports))
            remember_ports(args.data, world.ports)
            world.write_registry(args.data / "sites.csv")
        except NotTheDemos as error:
            raise Failure(str(error)) from None
        except PortTaken as error:
            raise Failure(f"{error}; stop what uses it, or start afresh with another --data") from None
        except OSError as error:
            raise Failure(f"{args.data}: {error.strerror}; name a folder that can be written with --data") from None
        complete = _crawl(args, world)
        if not args.no_serve:
            _serve(args)
    return 0 if complete else 1


def _crawl(args: argparse.Namespace, world: World) -> bool:
    """Crawl the world and print what came of it; whether all is as it should be.

    That is: every report found, no wrong cell, nothing else taken for a report. Cells that are withheld do not count.
    """
    from crawler.runner import crawl
    from demo.score import judge

    data = DataDir(args.data)
    print(f"nianbao: {len(world.sites)} portals on loopback, data in {args.data}", file=sys.stderr)
    summary = crawl(
        world.sites, data, delay=args.delay, progress=lambda line: print(line, file=sys.stderr), settings=SETTINGS
    )
    if summary.trouble:
        raise Failure(summary.trouble)
    if summary.interrupted:
        raise KeyboardInterrupt
    with closing(sqlite3.connect(f"{data.db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        verdict = judge(connection, world.expected(), world.expected_findings)
        counts = [(name, connection.execute(f"select count(*) from {name}").fetchone()[0]) for name in TABLES]
    platforms = {portal.place.site_id: portal.place.platform for portal in world.portals}
    print(_sites(summary.rows, platforms, verdict))
    print()
    print(table(("table", "rows"), counts))
    print()
    for row in summary.rows:
        if row["outcome"] != "ok":
            print(f"{row['site_id']} {row['outcome']}: {row['message']}")
    print(_verdict(verdict))
    return not verdict.score.wrong and not verdict.surprises and all(each.found for each in verdict.reports)


def _sites(rows: Sequence[Mapping[str, Any]], platforms: Mapping[str, str], verdict: Verdict) -> str:
    lines = []
    for row in sorted(rows, key=lambda row: list(platforms).index(row["site_id"])):
        site = row["site_id"]
        judged = [each for each in verdict.reports if each.expected.site_id == site]
        seconds = datetime.fromisoformat(row["finished_at"]) - datetime.fromisoformat(row["started_at"])
        right, whole = sum(each.score.right for each in judged), sum(each.score.all for each in judged)
        read = f"{sum(each.found for each in judged)}/{len(judged)}"
        took = f"{seconds.total_seconds():.1f}"
        lines.append((site, platforms[site], row["requests"], read, f"{right}/{whole}", row["outcome"], took))
    return table(("site", "platform", "requests", "reports", "cells right", "outcome", "seconds"), lines)


def _verdict(verdict: Verdict) -> str:
    """The comparison in sentences; what is not as expected is named."""
    score = verdict.score
    found = sum(each.found for each in verdict.reports)
    lines = [
        f"reports found: {found} of {len(verdict.reports)}",
        f"cells right: {score.right} of {score.all} ({score.wrong} wrong, {score.unread} not read)",
        f"deliberate breaks found by the checks: {verdict.findings - len(verdict.missed)} of {verdict.findings}",
    ]
    for judged in verdict.reports:
        report, cells = judged.expected, judged.score
        about = f"{report.unit_name} {report.year} ({report.content_kind})"
        if not judged.found:
            lines.append(f"  not found: {about} {report.url}")
        elif cells.wrong or cells.unread:
            lines.append(f"  {about}: {cells.wrong} cells wrong, {cells.unread} not read, quality {judged.quality}")
        if judged.differs:
            lines.append(f"  {about}: {', '.join(judged.differs)} not as expected")
    lines += [f"  read as a report and is none: {url}" for url in verdict.surprises]
    lines += [f"  not found by the checks: {each.rule} {each.unit_name} {each.year}" for each in verdict.missed]
    return "\n".join(lines)


def _serve(args: argparse.Namespace) -> None:
    from browse.app import ServeError, serve

    def ready(address: str) -> None:
        print(f"\nBrowse the result at {address}", flush=True)
        print("nianbao: portals and browser stay up; stop with Ctrl-C", file=sys.stderr)

    try:
        serve(DataDir(args.data), "127.0.0.1", args.port, ready)
    except ServeError as error:
        raise Failure(str(error)) from None
    except KeyboardInterrupt:
        print("nianbao: stopped", file=sys.stderr)  # how everybody leaves the demo


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns padded to the widest cell, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    right = [bool(rows) and isinstance(rows[0][column], int) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            " " * (widths[at] - _width(cell)) + cell if right[at] else cell + " " * (widths[at] - _width(cell))
            for at, cell in enumerate(row)
        ).rstrip()
        for row in cells
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
