"""`nianbao extract`: read local files and print what they say."""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.cli import UsageError

if TYPE_CHECKING:
    from pipelines.model import Check, Extraction, ReadingError, Source

_EXAMPLE = """example:
  nianbao extract report.html --url http://www.example.gov.cn/zfxxgknb/2021.html
  nianbao extract page.html --attachment tables.xlsx
  nianbao extract reports/*.docx --json | jq -r '[.file, .report.unit_name, .report.quality] | @tsv'"""

_CURES = {
    "empty": "fetch it again",
    "binary": "give a report as HTML, text, PDF, Word or Excel",
    "unsupported": "save it as HTML, PDF, .docx or .xlsx",
    "damaged": "fetch it again, or save it anew",
    "encrypted": "save a copy without its password",
    "too_large": "cut it down to the report's own page",
    "not_a_report": "give the page of the report itself",
    "timeout": "the page is built so as to take very long; look at its markup",
    "crashed": "look at its markup",
    "memory": "cut it down to the report's own page",
    "missing": "check the path",
    "directory": "name the files in it",
    "unreadable": "check its permissions",
}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "extract",
        help="read local files: unit, year, every figure, findings",
        description="Reads report files and prints what they say; `-` reads standard input.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="a file, or - for standard input")
    parser.add_argument("--url", default="", help="the address that the file came from (checked against its content)")
    parser.add_argument(
        "--attachment",
        metavar="FILE",
        action="append",
        default=[],
        help="a file attached to the page (again for each, in the page's order); needs exactly one FILE",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each file, in the order given")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from pipelines.model import Extraction, ReadingError

    if args.attachment and len(args.files) != 1:
        raise UsageError(f"--attachment belongs to one page, but {len(args.files)} files were given")
    failed = False
    counting = len(args.files) > 3 and sys.stderr.isatty()
    for number, (name, extraction) in enumerate(_readings(args.files, args.url, args.attachment), 1):
        if counting:
            print(f"\r{number}/{len(args.files)} {name[-60:]:60}", end="", file=sys.stderr, flush=True)
        if isinstance(extraction, ReadingError):
            extraction = Extraction(None, error=extraction)
        if extraction.error:
            failed = True
            print(f"{chr(13) if counting else ''}nianbao: {name}: {_line(extraction.error)}", file=sys.stderr)
        if args.json:
            print(json.dumps(as_json(name, extraction), ensure_ascii=False), flush=True)
        elif extraction.report:
            print("\n".join(_summary(name, extraction)), flush=True)
    if counting:
        print(file=sys.stderr)
    return 1 if failed else 0


def _line(error: ReadingError) -> str:
    cure = _CURES.get(error.code, "")
    return f"{error.message}; {cure}" if cure else error.message


def _readings(
    files: Sequence[str], url: str, attachments: Sequence[str] = ()
) -> Iterator[tuple[str, Extraction | ReadingError]]:
    """Each file's reading in the order given; many files are read side by side, and none can hold up the others."""
    # Loaded here, so that a process which reads a file apart begins with all it needs.
    import pipelines.extract  # noqa: F401
    from pipelines.bounded import ReadingPool, read_apart
    from pipelines.model import ReadingError, Source

    sources = [_source(name, url) for name in files]
    if attachments and isinstance(sources[0], Source):
        attached = [_source(name, "") for name in attachments]
        for name, one in zip(attachments, attached, strict=True):
            if isinstance(one, ReadingError):
                raise UsageError(f"--attachment {name}: {one.message}")
        sources[0] = replace(sources[0], attachments=tuple(one for one in attached if isinstance(one, Source)))
    if len(sources) <= 3:
        # A pool takes longer to start than a few files take to read.
        for name, source in zip(files, sources, strict=True):
            yield name, read_apart(source, 60) if isinstance(source, Source) else source
        return
    with ReadingPool(workers=2, seconds=60) as pool:
        futures = [pool.submit(source) if isinstance(source, Source) else source for source in sources]
        for name, future in zip(files, futures, strict=True):
            yield name, future if isinstance(future, ReadingError) else future.result()


def _source(name: str, url: str) -> Source | ReadingError:
    """The file as a Source, or the ReadingError that says why there is none."""
    from pipelines.model import ReadingError, Source

    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        return ReadingError("missing", "no such file")
    except IsADirectoryError:
        return ReadingError("directory", "a directory, not a file")
    except OSError as error:
        return ReadingError("unreadable", error.strerror or str(error))
    mime = mimetypes.guess_type(name)[0] or ""
    return Source(body=body, url=url, mime=mime, name=Path(name).name if name != "-" else "")


def as_json(name: str, extraction: Extraction) -> dict[str, Any]:
    """The object of the contract for one file."""
    return {
        "file": name,
        "report": asdict(extraction.report) if extraction.report else None,
        "facts": [fact._asdict() for fact in extraction.facts],
        "printed": [asdict(figure) for figure in extraction.printed],
        "sections": [asdict(section) for section in extraction.sections],
        "checks": [check._asdict() for check in extraction.checks],
        "error": asdict(extraction.error) if extraction.error else None,
    }


def _summary(name: str, extraction: Extraction) -> Iterator[str]:
    report = extraction.report
    assert report is not None
    states = Counter(fact.state for fact in extraction.facts)
    yield name
    yield f"  unit       {report.unit_name or '(unknown)'} ({report.unit_kind}, {report.region_code or 'no code'})"
    yield f"  year       {report.year or '(unknown)'}, published {report.published_on or '(unknown)'}"
    yield f"  form       {report.form or '(none)'}, {report.content_kind}, scope {report.scope}"
    yield f"  quality    {report.quality}"
    cells = ", ".join(
        f"{states[state]} {state}" for state in ("reported", "blank", "dash", "ambiguous", "absent") if states[state]
    )
    yield f"  cells      {cells or 'none'}"
    held = sum(check.outcome in ("pass", "pass_blank_as_zero") for check in extraction.checks)
    yield f"  rules      {held} hold"
    for check in _worst_first(extraction.checks):
        where = "/".join(part for part in (check.indicator, check.applicant) if part)
        yield f"  {check.severity or '':10} {check.rule}{f' {where}' if where else ''}: {check.message}"


def _worst_first(checks: Sequence[Check]) -> list[Check]:
    order = {"error": 0, "warning": 1, "info": 2}
    found = [check for check in checks if check.severity]
    return sorted(found, key=lambda check: order[check.severity or "info"])
