"""`nianbao archive`: check, index, package, copy, list and read the archived pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.capture import ROLES, Capture
from archive.datadir import Archive, DataDir, RemoteDir
from archive.errors import ArchiveError
from crawler.cli import Failure

EXAMPLES = """examples:
  nianbao archive verify
  nianbao archive index --data data
  nianbao archive ls http://www.yanshan.gov.cn/
  nianbao archive get http://www.yanshan.gov.cn/zfxxgk/2023.html > page.html
  nianbao archive get 0f3a5c7e9b1d2f40 --headers
  nianbao archive push s3://my-bucket/nianbao
  nianbao archive get http://www.yanshan.gov.cn/ --archive s3://my-bucket/nianbao"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _parser(
        subparsers,
        "archive",
        "check, index, package, copy, list and read the archived pages",
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

    check = action(
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
        "Packs WARC files, index and list of pages into one file that replayweb.page opens; of chosen sites or provinces, "
        "their records and those that hold the payloads that these repeat.",
        "nianbao archive wacz yanshan.wacz --site 130925",
    )
    wacz.add_argument("--site", action="append", default=[], metavar="ID", help="only this site; may be repeated")
    wacz.add_argument(
        "--province", action="append", default=[], metavar="P", help="only sites of this province; may be repeated"
    )
    wacz.add_argument("out", type=Path, metavar="OUT.wacz")
    ls = action(
        "ls",
        listing,
        "list captures",
        "Prints time, status, media type, place (file:offset) and address of each capture, separated by tabs.",
        "nianbao archive ls http://www.yanshan.gov.cn/zfxxgk/ | cut -f5 | sort -u",
    )
    ls.add_argument("--site", action="append", metavar="ID", help="only captures of this site; may be repeated")
    ls.add_argument("--role", action="append", choices=ROLES, help="only captures with this role; may be repeated")
    ls.add_argument("--since", type=_date, metavar="DATE", help="only captures from then on (UTC)")
    ls.add_argument("--until", type=_date, metavar="DATE", help="only captures up to then, that day included")
    ls.add_argument("prefix", nargs="?", default="", metavar="URL-PREFIX", help="only addresses that begin so")
    get = action(
        "get",
        fetch,
        "print one capture's bytes",
        "Prints the body as it was sent, its content encoding undone. Of several captures of an address, the newest.",
        "nianbao archive get http://www.yanshan.gov.cn/zfxxgk/2023.html > page.html",
    )
    get.add_argument(
        "wanted",
        metavar="URL|URL@DATE|CAPTURE_ID",
        help="an address, perhaps up to a date, or a capture_id (16 hex digits)",
    )
    differences = action(
        "diff",
        compare,
        "compare two captures, as text and as cells",
        "Compares what two captures say: a unified diff of their text, then each cell that is read differently (indicator, "
        "applicant, old, new). A and B are addresses (the newest capture; URL@DATE: the newest up to that date) or "
        "capture_ids. A alone: its newest capture against the newest one before with another payload.",
        "nianbao archive diff http://www.yanshan.gov.cn/2023.html@2024-03 http://www.yanshan.gov.cn/2023.html",
    )
    differences.add_argument("a", metavar="A", help="URL, URL@DATE or capture_id")
    differences.add_argument("b", metavar="B", nargs="?", default="", help="URL, URL@DATE or capture_id")
    differences.add_argument("--only", choices=("text", "cells"), help="one of the two ways alone")
    push = action(
        "push",
        send,
        "copy closed WARC files to object storage",
        "Copies closed files, index and manifest to an fsspec address (s3://bucket/path, file:///path; s3:// needs the "
        "package s3fs). Each file is read back and compared with the manifest. Nothing is written over; run again, it "
        "goes on where it stopped.",
        "nianbao archive push s3://my-bucket/nianbao",
    )
    push.add_argument("dest", metavar="DEST", help="an fsspec address")
    pull = action(
        "pull",
        bring,
        "copy WARC files from object storage here",
        "Copies what is missing here, compares it with the manifest, and lists and indexes it.",
        "nianbao archive pull s3://my-bucket/nianbao --data data",
    )
    pull.add_argument("address", metavar="ADDRESS", help="an fsspec address that `archive push` wrote to")
    for one in (check, ls, get, differences):
        one.add_argument(
            "--archive", default="", metavar="ADDRESS", help="read the copy at this fsspec address instead, in ranges"
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
    remote = getattr(args, "archive", "")
    if not remote and args.guarded is not bring and not DataDir(args.data).warc.is_dir():
        raise Failure(
            f"{args.data}: no archive here (no folder warc/); name the data directory with --data, or crawl first"
        )
    try:
        if remote and not _remote(remote).manifest.is_file():
            raise Failure(f"{remote}: no archive here (no manifest.jsonl); check the address")
        return int(args.guarded(args))
    except ArchiveError as error:
        raise Failure(str(error)) from None


def _remote(address: str) -> RemoteDir:
    from archive.places import remote

    return RemoteDir(remote(address))


def _archive(args: argparse.Namespace) -> Archive:
    """The archive to read: the data directory's, or the copy that --archive names."""
    return _remote(args.archive) if args.archive else DataDir(args.data)


def verify(args: argparse.Namespace) -> int:
    from archive.verify import verify as findings
    from crawler.losses import cost

    bad = 0
    for finding in findings(_archive(args)):
        silent = finding.ok or finding.sound is None
        reports = "" if silent else cost(DataDir(args.data).db, finding.file, finding.sound or ())
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
    from spiders.registry import in_province

    def wanted(capture: Capture) -> bool:
        return capture.site_id in args.site or bool(
            capture.site and any(in_province(capture.site, one) for one in args.province)
        )

    pages = write_wacz(
        DataDir(args.data),
        args.out,
        wanted=wanted if args.site or args.province else None,
        title="nianbao (政府信息公开工作年度报告)",
        software=f"nianbao/{version('nianbao')}",
    )
    print(f"nianbao: {args.out}: {pages} pages", file=sys.stderr)
    return 0


def send(args: argparse.Namespace) -> int:
    from archive.copies import push

    return _told(push(DataDir(args.data), _remote(args.dest)), f"{args.dest}: all closed files are there")


def bring(args: argparse.Namespace) -> int:
    from archive.copies import pull

    return _told(pull(_remote(args.address), DataDir(args.data)), f"{args.data}: all files are here")


def _told(files: Iterator[str], done: str) -> int:
    for name in files:
        print(f"nianbao: {name}: copied and checked", file=sys.stderr)
    print(f"nianbao: {done}", file=sys.stderr)
    return 0


def listing(args: argparse.Namespace) -> int:
    from archive.index import entries

    for entry in entries(_archive(args)):
        if (
            entry.url.startswith(args.prefix)
            and (not args.site or entry.site in args.site)
            and (not args.role or entry.role in args.role)
            and (args.since or "") <= entry.timestamp
            # A day or a month holds all its times.
            and (not args.until or entry.timestamp[: len(args.until)] <= args.until)
        ):
            place = f"{entry.position.file}:{entry.position.offset}"
            print(entry.timestamp, entry.status, entry.mime, place, entry.url, sep="\t")
    return 0


def _date(text: str) -> str:
    from crawler.wanted import digits

    try:
        return digits(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def compare(args: argparse.Namespace) -> int:
    from crawler.twice import as_cells, as_text
    from crawler.wanted import before, wanted

    data, db = _archive(args), DataDir(args.data).db
    new = wanted(data, db, args.b or args.a)
    old = wanted(data, db, args.a) if args.b else before(data, new)
    for one in (old, new):
        print(f"nianbao: {one.url} of {one.fetched_at}, capture_id {one.capture_id}", file=sys.stderr)
    for way, lines in (("text", as_text(old, new)), ("cells", as_cells(old, new))):
        if args.only in (None, way):
            told = list(lines)
            sys.stdout.writelines(f"{line}\n" for line in told)
            if not told:
                print(f"nianbao: the same {way}", file=sys.stderr)
    return 0


def fetch(args: argparse.Namespace) -> int:
    from crawler.wanted import wanted

    capture = wanted(_archive(args), DataDir(args.data).db, args.wanted)
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
