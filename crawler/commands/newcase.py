"""`nianbao newcase`: a golden test case from the archive."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from archive.datadir import DataDir
from archive.errors import ArchiveError
from crawler.cli import Failure

if TYPE_CHECKING:
    from pipelines.finding import Found

SHOWN = 20


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "newcase",
        help="make a golden test case from the archive",
        description="Writes a page as it was archived, its attachments, and what is read from them now, into a folder that "
        "tests/pipelines/test_cases.py reads. Then say in case.toml why it is a case, and put in report.json what should be "
        "read. Prints the folder, and the cells and findings to look at. The page is real: see docs/data-terms.md before it "
        "is passed on.",
        epilog="examples:\n  nianbao newcase 130925-2021-52087cd5\n"
        "  nianbao newcase http://www.yanshan.gov.cn/2021.html --out tests/cases/yanshan_2021",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("which", metavar="REPORT_OR_CAPTURE", help="a report_id, a capture_id, or the page's address")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to make it (default: tests/cases/NAME)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from crawler.printing import plain
    from crawler.reading import snapshot
    from pipelines import cases
    from pipelines.bounded import read_apart
    from pipelines.finding import find

    data = DataDir(args.data)
    try:
        with snapshot(data) as db:
            found = find(data, db, args.which)
        if found is None:
            raise Failure(
                f"{args.which}: no such report, capture or page in {data.db}; see the tables `reports` and `captures`"
            )
        source = found.stored.load()
        extraction = read_apart(source)
    except ArchiveError as error:
        raise Failure(f"{args.which}: {error}") from None
    folder = args.out or Path("tests/cases") / re.sub(r"\W+", "_", found.name)
    if folder.exists():
        raise Failure(f"{folder}: is there already; remove it, or name another folder with --out")
    fresh = folder.with_name(f".{folder.name}.new")
    try:
        fresh.mkdir(parents=True, exist_ok=True)
        cases.write(fresh, source, _why(found), found.origin)
        cases.accept(fresh, extraction)
        fresh.rename(folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Failure(f"{folder}: cannot be written ({error.strerror}); choose another folder with --out") from None
    print(folder)
    doubts = cases.doubts(extraction)
    for line in doubts[:SHOWN]:
        print(f"  look at {plain(line)}")
    if len(doubts) > SHOWN:
        print(f"  and {len(doubts) - SHOWN} more, in {folder / cases.ACCEPTED}")
    return 0


def _why(found: Found) -> str:
    return f"{found.name}: say here what is read wrongly, and put in report.json what is right."
