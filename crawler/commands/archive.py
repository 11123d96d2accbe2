"""`nianbao archive`: check, index, package, list and read the archived pages."""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from crawler.cli import Failure, UsageError

EXAMPLES = """examples:
  nianbao archive verify
  nianbao archive index --data data
  nianbao archive ls http://www.yanshan.gov.cn/
  nianbao archive get http://www.yanshan.gov.cn/zfxxgk/2023.html > page.html
  nianbao archive get 0f3a5c7e9b1d2f40 --headers"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _parser(
        subparsers,
        "archive",
        "check, index, package, list and read the archived pages",
        "Works on the WARC files of a data directory.",
        EXAMPLES,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(
        name: str, run: Callable[[argparse.Namespace], int], help: str, text: str, example: str
    ) -> argparse.ArgumentParser:
        one = _parser(actions, name, help, text, f"example:\n  {example}")
        one.add_argument(
            "--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)"
        )
        one.set_defaults(run=_guarded, guarded=run)
        return one

    action(
        "verify",
        verify,
        "check every record and the index",
        "Reads everything: gzip members, digests, that metadata are there, that manifest and index agree. Says what harm "
        "costs: captures and reports. Changes nothing.",
        "nianbao archive verify",
    )
    action(
        "index",
        rebuild,
        "write the CDXJ index anew, list new files in the manifest",
        "Closes files that a killed crawl left open, lists files that manifest.jsonl does not know, then writes index.cdxj "
        "from the WARC files. What the manifest says of files that were changed or are gone since stays, and is told.",
        "nianbao archive index",
    ).add_argument("--accept", action="store_true", help="take the files as they are now for right")
    wacz = action(
        "wacz",
        package,
        "package the archive as one WACZ file",
        "Packs WARC files, index and list of pages into one file that replayweb.page opens.",
        "nianbao archive wacz nianbao.wacz",
    )
    wacz.add_argument("out", type=Path, metavar="OUT.wacz")
    ls = action(
        "ls",
        listing,
        "list captures",
        "Prints time, status, media type, place (file:offset) and address of each capture, separated by tabs.",
        "nianbao archive ls http://www.yanshan.gov.cn/zfxxgk/ | cut -f5 | sort -u",
    )
    ls.add_argument("prefix", nargs="?", default="", metavar="URL-PREFIX", help="only addresses that begin so")
    get = action(
        "get",
        fetch,
        "print one capture's bytes",
        "Prints the body as it was sent, its content encoding undone. Of several captures of an address, the newest.",
        "nianbao archive get http://www.yanshan.gov.cn/zfxxgk/2023.html > page.html",
    )
    get.add_argument(
        "wanted", metavar="URL|CAPTURE_ID", help="an address, or a capture_id of the tables (16 hex digits)"
    )
    get.add_argument("--headers", action="store_true", help="print status and headers first, then a blank line")
    get.add_argument("--raw", action="store_true", help="leave the body content-encoded, as it is stored")


def _parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str, text: str, epilog: str
) -> argparse.ArgumentParser:
    return subparsers.add_parser(
        name, help=help, description=text, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def _guarded(args: argparse.Namespace) -> int:
    """Run the action; an archive that is not there or cannot be used is one line."""
    if not DataDir(args.data).warc.is_dir():
        raise Failure(
            f"{args.data}: no archive here (no folder warc/); name the data directory with --data, or crawl first"
        )
    try:
        return int(args.guarded(args))
    except ArchiveError as error:
        raise Failure(str(error)) from None


def verify(args: argparse.Namespace) -> int:
    from archive.verify import verify as findings
    from crawler.losses import cost

    bad = 0
    data = DataDir(args.data)
    for finding in findings(data):
        reports = "" if finding.ok or finding.sound is None else cost(data.db, finding.file, finding.sound)
        print(f"{'ok' if finding.ok else 'bad'}\t{finding}{reports}", flush=True)
        bad += not finding.ok
    print(f"nianbao: {bad} findings" if bad else "nianbao: everything is sound", file=sys.stderr)
    return 1 if bad else 0


def rebuild(args: argparse.Namespace) -> int:
    from archive.index import rebuild as write
    from archive.manifest import bring_up_to_date
    from archive.repair import repair

    data = DataDir(args.data)
    for mended in repair(data.warc):
        print(f"nianbao: {mended}", file=sys.stderr)
    departures = bring_up_to_date(data, accept=args.accept)
    count, damages = write(data)
    for told in (*departures, *damages):
        print(f"nianbao: {told}", file=sys.stderr)
    print(f"nianbao: {data.index}: {count} captures", file=sys.stderr)
    return 1 if damages or departures else 0


def package(args: argparse.Namespace) -> int:
    from importlib.metadata import version

    from archive.wacz import write_wacz

    pages = write_wacz(
        DataDir(args.data),
        args.out,
        title="nianbao (政府信息公开工作年度报告)",
        software=f"nianbao/{version('nianbao')}",
    )
    print(f"nianbao: {args.out}: {pages} pages", file=sys.stderr)
    return 0


def listing(args: argparse.Namespace) -> int:
    from archive.index import entries

    for entry in entries(DataDir(args.data)):
        if entry.url.startswith(args.prefix):
            place = f"{entry.position.file}:{entry.position.offset}"
            print(entry.timestamp, entry.status, entry.mime, place, entry.url, sep="\t")
    return 0


def fetch(args: argparse.Namespace) -> int:
    data = DataDir(args.data)
    capture = _by_id(data, args.wanted) if re.fullmatch("[0-9a-f]{16}", args.wanted) else _by_url(data, args.wanted)
    print(
        f"nianbao: {capture.url} of {capture.fetched_at}, status {capture.status}, capture_id {capture.capture_id}",
        file=sys.stderr,
    )
    out = sys.stdout.buffer
    if args.headers:
        head = [f"HTTP/1.1 {capture.status}", *(f"{name}: {value}" for name, value in capture.headers)]
        out.write("".join(f"{text}\r\n" for text in [*head, ""]).encode("latin-1", "replace"))
    out.write(capture.payload if args.raw else capture.body())
    out.flush()
    return 0


def _by_url(data: DataDir, url: str) -> Capture:
    """The newest capture of an address; a rendered DOM only where there is no response, or when asked for as such."""
    from archive.index import lookup
    from archive.reader import read_capture
    from archive.records import DOM_URN

    if ":" not in url:
        raise UsageError(f"{url}: neither an address (http://…) nor a capture_id (16 hex digits)")
    found = lookup(data, url.removeprefix(DOM_URN))
    rendered = [entry for entry in found if entry.url.startswith(DOM_URN)]
    received = [entry for entry in found if not entry.url.startswith(DOM_URN)]
    chosen = rendered if url.startswith(DOM_URN) else received or rendered
    if not chosen:
        raise Failure(f"{url}: not in the archive of {data.root}; `nianbao archive ls` lists what is")
    if len(chosen) > 1:
        print(f"nianbao: {len(chosen)} captures of this address, the newest is printed", file=sys.stderr)
    return read_capture(data.warc, chosen[-1].position)


def _by_id(data: DataDir, capture_id: str) -> Capture:
    """The capture of that id: the tables know where it stands; without them every WARC is searched."""
    from archive.reader import iter_archive, read_capture

    for position in _in_tables(data, capture_id):
        return read_capture(data.warc, position)
    for item in iter_archive(data.warc):
        if isinstance(item, Capture) and item.capture_id == capture_id:
            return item
    raise Failure(f"{capture_id}: no capture of that id in the archive of {data.root}")


def _in_tables(data: DataDir, capture_id: str) -> Iterator[WarcPosition]:
    if not data.db.is_file():
        return
    with closing(sqlite3.connect(data.db.resolve().as_uri() + "?mode=ro", uri=True)) as db:
        try:
            rows = db.execute(
                "select warc_file, warc_offset, warc_length from captures where capture_id = ?", [capture_id]
            ).fetchall()
        except sqlite3.Error:
            return  # no tables yet: the WARCs themselves are asked
    yield from (WarcPosition(*row) for row in rows)
