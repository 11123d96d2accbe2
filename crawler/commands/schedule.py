"""`nianbao schedule`: which site is due when and why, or the same for systemd, cron or scrapyd."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from archive.datadir import DataDir

DESCRIPTION = """Prints when each site is due next and why, soonest first; or, with --as, what lets another program crawl on
time: systemd units or a crontab with a job for each province, or calls for scrapyd, province by province."""
EXAMPLES = """examples:
  nianbao schedule --province hebei
  nianbao schedule --as systemd --data /srv/nianbao > units.txt
  nianbao schedule --as cron --data /srv/nianbao | crontab -
  nianbao schedule --as scrapyd --address http://localhost:6800 | sh

A site that was never crawled is due at once; after a failure it is tried again after 1, 2, 4 … days. Until last year's
report of the government is there it is due every 2 days near the deadlines (31 January, 31 March) and near the day on
which its reports usually appear, weekly from January to April, else monthly; then monthly, from May on every 90 days."""
COLUMNS = ("site", "name", "due", "last", "outcome", "why")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "schedule",
        help="the timetable: which site is due when, also as systemd timers, crontab or scrapyd jobs",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--as", dest="shape", choices=("table", "csv", "systemd", "cron", "scrapyd"), default="table")
    parser.add_argument(
        "--province", action="append", default=[], metavar="P", help="pinyin, Chinese name or two digits; repeatable"
    )
    parser.add_argument("--sites", type=Path, metavar="FILE.csv", help="this registry file instead of the project's")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument(
        "--address", default="http://localhost:6800", metavar="URL", help="where scrapyd listens (default: port 6800)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the timetable. Always 0; `Failure` for a registry that cannot be read."""
    from crawler import timetable
    from crawler.cli import Failure
    from crawler.commands.crawl import select
    from crawler.due import histories, next_visit
    from crawler.printing import print_rows
    from spiders.registry import RegistryError, load_sites, province_of

    try:
        registry = load_sites([args.sites] if args.sites else None)
    except RegistryError as error:
        raise Failure(str(error)) from error
    sites = select(registry.values(), args.province, [])
    program = Path(shutil.which("nianbao") or Path(sys.executable).with_name("nianbao")).resolve()
    place = timetable.Place(program, Path.cwd(), args.data.resolve())
    counts = Counter(province_of(site) for site in sites)
    jobs = [timetable.Job(pinyin, name, count) for (pinyin, name), count in sorted(counts.items()) if pinyin]
    if args.shape == "systemd":
        print(timetable.systemd(jobs, place), end="")
        return 0
    if args.shape == "cron":
        print(timetable.crontab(jobs, place), end="")
        return 0
    now = datetime.now(UTC)
    known = histories(DataDir(args.data).db)
    if args.shape == "scrapyd":
        for job in jobs:
            known |= histories(DataDir(args.data / job.province).db)
    visits = sorted(
        ((next_visit(known.get(site.site_id), now), site) for site in sites),
        key=lambda one: (one[0].at, one[1].site_id),
    )
    if args.shape == "scrapyd":
        due: dict[str, list[str]] = {}
        for visit, site in visits:
            if visit.at <= now:
                due.setdefault(province_of(site)[0] or "other", []).append(site.site_id)
        print(timetable.scrapyd(due, args.address, place), end="")
        return 0
    rows = []
    for visit, site in visits:
        history = known.get(site.site_id)
        last = f"{history.finished_at:%Y-%m-%d}" if history else ""
        when = "now" if visit.at <= now else f"{visit.at:%Y-%m-%d}"
        rows.append((site.site_id, site.name, when, last, history.outcome if history else "", visit.reason))
    print_rows(COLUMNS, rows, args.shape)
    print(f"nianbao: {sum(row[2] == 'now' for row in rows)} of {len(rows)} sites are due", file=sys.stderr)
    return 0
