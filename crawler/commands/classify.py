"""`nianbao classify`: judge links by address and title, without fetching them."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

COLUMNS = ("url", "is_report", "year", "unit_name", "unit_kind", "host_ok", "reason")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "classify",
        help="judge links without fetching them",
        description="Reads a CSV file with the columns url and title (others are ignored) and prints, in the same order,\n"
        f"CSV with the columns {','.join(COLUMNS)}.\n"
        "is_report and host_ok are 1 or 0; year is empty where neither title nor address gives it.",
        epilog="example:\n  nianbao classify links.csv > judged.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("links", metavar="LINKS.csv", help="the file to read; - is standard input")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a judgement for every row; status 0. Raises `Failure` for a file that cannot be read."""
    from crawler.cli import Failure
    from spiders.addresses import host_of
    from spiders.links import judge
    from spiders.page import decode
    from spiders.registry import RegistryError, load_sites

    name = "standard input" if args.links == "-" else args.links
    try:
        data = sys.stdin.buffer.read() if args.links == "-" else Path(args.links).read_bytes()
    except OSError as error:
        raise Failure(f"{name}: cannot be read: {error.strerror or error}") from error
    try:
        sites = load_sites().values()
    except RegistryError as error:
        raise Failure(f"the registry of sites has bad lines; mend them first:\n{error}") from error
    hosts = {host_of(url) for site in sites for url in (site.home_url, site.list_url) if url}
    csv.field_size_limit(10_000_000)
    rows = csv.DictReader(io.StringIO(decode(data), newline=""))
    if rows.fieldnames is None or "url" not in rows.fieldnames:
        raise Failure(f"{name}:1: there is no column url; the first line must name the columns url and title")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for row in rows:
        url = (row["url"] or "").strip()
        verdict = judge(url, row.get("title") or "", hosts=hosts)
        out.writerow(
            (
                url,
                int(verdict.is_report),
                verdict.year or "",
                verdict.unit_name,
                verdict.unit_kind,
                int(verdict.host_ok),
                verdict.reason,
            )
        )
    return 0
