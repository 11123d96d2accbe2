"""`nianbao locate`: a figure back to its place in the archived bytes."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.datadir import DataDir
from archive.errors import ArchiveError
from crawler.cli import Failure, UsageError

if TYPE_CHECKING:
    from pipelines.model import Source
    from pipelines.provenance import Snippet

_EXAMPLE = """examples:
  nianbao locate 130925-2021-52087cd5 requests_new total
  nianbao locate 130925-2021-52087cd5 review_upheld --html cell.html --png cell.png
  nianbao locate --file report.html requests_granted natural_person"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure, the bytes it was read from, and what the archive knows of these."""

    fact: dict[str, Any]
    source: Source
    origin: dict[str, Any]


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "locate",
        help="lead a figure back to its place in the archived bytes",
        description="Shows the cell or sentence that a figure was read from, with what stands around it, and where the bytes "
        "are kept. APPLICANT is `total` where it is left out and the row has applicants.",
        epilog=_EXAMPLE,
        usage="nianbao locate [options] REPORT_ID INDICATOR [APPLICANT]\n       nianbao locate [options] --file FILE INDICATOR [APPLICANT]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "words", metavar="REPORT_ID INDICATOR APPLICANT", nargs="+", help="which figure of which report"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--file", type=Path, help="read this file instead of a report in the archive")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the page with the place marked (open it at #nianbao-cell)"
    )
    parser.add_argument("--png", type=Path, metavar="FILE", help="write a picture of the place (PDF and pictures)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from pipelines.provenance import NotFound, locate
    from pipelines.readers import Unreadable

    report, indicator, applicant = _asked(args)
    try:
        found = (
            _in_file(args.file, indicator, applicant)
            if args.file
            else _in_archive(DataDir(args.data), report, indicator, applicant)
        )
        if found.fact["state"] == "absent":
            raise Failure(f"{report or args.file}: {indicator} is not in the document")
        snippet = locate(found.source, found.fact["locator"])
        _write(args, found)
    except (NotFound, Unreadable, ArchiveError) as error:
        raise Failure(f"{report or args.file}: {indicator} {applicant}".rstrip() + f": {error}") from None
    if args.json:
        print(json.dumps({**found.origin, **found.fact, "snippet": asdict(snippet)}, ensure_ascii=False))
    else:
        print("\n".join(_lines(found, snippet, colour=sys.stdout.isatty())))
    return 0


def _asked(args: argparse.Namespace) -> tuple[str, str, str]:
    """Report, indicator and applicant."""
    from pipelines.codebook import indicators

    words = [""] * bool(args.file) + args.words
    if len(words) not in (2, 3):
        raise UsageError("locate: name a report (or --file), an indicator and, where the row has them, an applicant")
    report, indicator, applicant = (*words, "")[:3]
    known = indicators().get(indicator)
    if known is None:
        raise UsageError(f"locate: {indicator}: no such indicator; see the table `indicators`")
    applicant = applicant or ("total" if known.by_applicant else "")
    if applicant not in known.applicants:
        raise UsageError(
            f"locate: {indicator} has no applicant {applicant!r}; it has {', '.join(filter(None, known.applicants)) or 'none'}"
        )
    return report, indicator, applicant


def _in_file(path: Path, indicator: str, applicant: str) -> _Found:
    from pipelines.extract import extract
    from pipelines.model import Source

    try:
        source = Source(path.read_bytes(), name=path.name)
    except OSError as error:
        raise Failure(f"{path}: cannot be read ({error.strerror}); check the path") from None
    extraction = extract(source)
    if extraction.error:
        raise Failure(f"{path}: {extraction.error.message}")
    fact = next((one for one in extraction.facts if (one.indicator, one.applicant) == (indicator, applicant)), None)
    if fact is None:
        raise Failure(f"{path}: {indicator} is not in the document")
    return _Found(fact._asdict(), source, {"file": str(path)})


def _in_archive(data: DataDir, report: str, indicator: str, applicant: str) -> _Found:
    from crawler.reading import snapshot
    from pipelines.process import source_of

    names = ("indicator", "applicant", "value", "unit", "raw", "state", "method", "locator")
    query = f"SELECT {', '.join(names)} FROM facts WHERE report_id = ? AND indicator = ? AND applicant = ?"
    with snapshot(data) as db:
        found = source_of(data, db, report)
        if found is None:
            raise Failure(f"{report}: no such report in {data.db}; its report_id stands in the table `reports`")
        row = db.execute(query, (report, indicator, applicant)).fetchone()
    if row is None:
        raise Failure(f"{report}: {indicator} is not in the document")
    version, source = found
    fact = dict(zip(names, row, strict=True))
    number = json.loads(fact["locator"] or "{}").get("attachment")
    one = version.page if number is None else version.attachments[number]
    at = one.position
    origin = {
        "report_id": report, "capture_id": one.capture_id, "url": one.url, "fetched_at": one.fetched_at,
        "warc_file": at.file, "warc_offset": at.offset, "warc_length": at.length,
    }  # fmt: skip
    return _Found(fact, source, origin)


def _write(args: argparse.Namespace, found: _Found) -> None:
    from pipelines.crops import crop
    from pipelines.highlight import highlight
    from pipelines.provenance import parsed, pick
    from pipelines.readers import kind_of

    place = parsed(found.fact["locator"])
    for path in (args.html, args.png):
        if path is None:
            continue
        if path is args.html:
            content = highlight(found.source, place)
        else:
            inside = pick(found.source, place)
            content = crop(inside.body, kind_of(inside), place)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise Failure(f"{path}: cannot be written ({error.strerror}); check the folder") from None
        print(f"nianbao: {path} written", file=sys.stderr)


def _lines(found: _Found, snippet: Snippet, *, colour: bool) -> list[str]:
    from crawler.printing import plain

    fact, origin = found.fact, found.origin
    value = f"{fact['value']:.15g} {fact['unit']}" if fact["value"] is not None else fact["state"]
    opening, closing = ("\x1b[30;43m", "\x1b[0m") if colour else ("[", "]")
    text = f"{opening}{plain(snippet.text)}{closing}"
    joint = " | " if snippet.kind == "cell" else ""
    shown = joint.join(part for part in (plain(snippet.before), text, plain(snippet.after)) if part)
    where = f"{fact['indicator']} {fact['applicant']}".rstrip()
    lines = [f"{where} = {value}, read by {fact['method'] or 'nothing'}"]
    if snippet.labels:
        lines.append(f"  under    {plain(' › '.join(snippet.labels))}")
    lines.append(f"  {'row' if snippet.kind == 'cell' else 'text':8} {shown}")
    if snippet.page is not None:
        box = ", ".join(f"{edge:g}" for edge in snippet.box or ())
        lines.append(f"  page     {snippet.page}" + (f", box {box}" if box else ""))
    if "file" in origin:
        return [*lines, f"  file     {origin['file']}"]
    number = f" (attachment {snippet.attachment})" if snippet.attachment is not None else ""
    return [
        *lines,
        f"  capture  {origin['capture_id']}, {origin['fetched_at']}{number}",
        f"  url      {plain(origin['url'])}",
        f"  archive  {origin['warc_file']}, offset {origin['warc_offset']}, {origin['warc_length']} bytes",
    ]
