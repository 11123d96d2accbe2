"""`nianbao archive`: check, index, package, copy, list and read the archived pages."""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.capture import ROLES, Capture, WarcPosition
from archive.datadir import Archive, DataDir, RemoteDir
from archive.errors import ArchiveError
from crawler.cli import Failure, UsageError

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
    ls.add_argument("--site", action="append", metavar="ID", help="only captures of this site; may be repeated")
    ls.add_argument("--role", action="append", choices=ROLES, help="only captures with this role; may be repeated")
    ls.add_argument("--since", type=_time, metavar="DATE", help="only captures from then on (UTC)")
    ls.add_argument(
        "--until", type=_time, metavar="DATE", help="only captures up to then, that day included"
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
    for one in (check, ls, get):
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

    pages = write_wacz(
        DataDir(args.data),
        args.out,
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


def _time(text: str) -> str:
    """Digits of a time as the index has them, from `2026`, `2026-03-01` or `20260301080000`."""
    digits = re.sub(r"[-:T ]|Z$", "", text)
    if not re.fullmatch(r"\d{4}(\d\d){0,5}", digits):
        raise argparse.ArgumentTypeError(f"{text}: no date such as 2026-03-01")
    return digits


def fetch(args: argparse.Namespace) -> int:
    capture = _wanted(args, args.wanted)
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


def _wanted(args: argparse.Namespace, wanted: str) -> Capture:
    """The capture that an address or a capture_id names."""
    data = _archive(args)
    return (
        _by_id(data, DataDir(args.data).db, wanted) if re.fullmatch("[0-9a-f]{16}", wanted) else _by_url(data, wanted)
    )


def _by_url(data: Archive, url: str) -> Capture:
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


def _by_id(data: Archive, db: Path, capture_id: str) -> Capture:
    """The capture of that id: the tables know where it stands; without them every WARC is searched."""
    from archive.reader import iter_archive, read_capture

    for position in _in_tables(db, capture_id):
        return read_capture(data.warc, position)
    for item in iter_archive(data.warc):
        if isinstance(item, Capture) and item.capture_id == capture_id:
            return item
    raise Failure(f"{capture_id}: no capture of that id in the archive of {data.root}")


def _in_tables(path: Path, capture_id: str) -> Iterator[WarcPosition]:
    if not path.is_file():
        return
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as db:
        try:
            rows = db.execute(
                "select warc_file, warc_offset, warc_length from captures where capture_id = ?", [capture_id]
            ).fetchall()
        except sqlite3.Error:
            return  # no tables yet: the WARCs themselves are asked
    yield from (WarcPosition(*row) for row in rows)
