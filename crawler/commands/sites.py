"""`nianbao sites`: the registry of sites, printed and checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.capture import Site


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "sites",
        help="the registry of sites",
        description="list prints the registry as CSV; check names every line that cannot be used (exit 1) and\n"
        "what looks wrong in the others.",
        epilog="example:\n  nianbao sites list --province hebei\n  nianbao sites check my-county.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("list", "check"), help="what to do")
    parser.add_argument("files", nargs="*", metavar="FILE.csv", help="registry files; by default the project's own")
    parser.add_argument(
        "--province",
        action="append",
        default=[],
        metavar="P",
        help="only this one: hebei, 河北省, 河北 or 13; repeatable",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Status 0, or 1 when lines of the registry cannot be used. Raises `UsageError` for an unknown province."""
    from crawler.cli import Failure, UsageError
    from spiders.registry import COLUMNS, PROVINCES, RegistryError, in_province, line_of, load_sites

    try:
        sites = load_sites(map(Path, args.files) if args.files else None)
    except RegistryError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise Failure(f"{len(error.problems)} line(s) of the registry cannot be used; each is named above") from error
    for wanted in args.province:
        if not any(in_province(Site(code, code, "", ""), wanted) for code in PROVINCES):
            raise UsageError(f"--province {wanted}: no such province; write it like hebei, 河北省 or 13")
    chosen = {
        key: site
        for key, site in sites.items()
        if not args.province or any(in_province(site, wanted) for wanted in args.province)
    }
    if args.action == "list":
        print(",".join(COLUMNS))
        for site in chosen.values():
            print(line_of(site))
        return 0
    for doubt in doubts(chosen):
        print(doubt, file=sys.stderr)
    print(f"{len(chosen)} sites, every line can be used", file=sys.stderr)
    return 0


def doubts(sites: Mapping[str, Site]) -> Iterator[str]:
    """What looks wrong in lines that can be used: one line of text each, beginning with the site's id."""
    from pipelines.regions import by_code, stem
    from spiders.addresses import host_of, is_official
    from spiders.platforms import BY_NAME

    homes: dict[str, str] = {}
    for site in sites.values():
        if by_code(site.region_code) is None:
            yield f"{site.site_id}: region_code {site.region_code} is no division code"
        if site.platform and site.platform not in BY_NAME:
            yield f"{site.site_id}: platform {site.platform} is none of {', '.join(BY_NAME)}; it is ignored"
        for key, url in (("home_url", site.home_url), ("list_url", site.list_url)):
            if url and not is_official(host_of(url)):
                yield f"{site.site_id}: {key} {url} is not under gov.cn"
        division = by_code(site.region_code)
        if division and site.site_id == site.region_code and stem(division.name) not in site.name:
            yield f"{site.site_id}: the code is that of {division.full_name}, the name says {site.name}"
        if site.home_url in homes:
            yield f"{site.site_id}: home_url {site.home_url} is that of {homes[site.home_url]} too"
        homes.setdefault(site.home_url, site.site_id)
