"""Prints rows to stdout: as a table for people, or as CSV or one JSON object a line for programs."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

WIDEST = 60


def add_formats(parser: argparse.ArgumentParser) -> None:
    """The options `--json` and `--csv`, of which one may be given; `args.format` is `json`, `csv` or `table`."""
    formats = parser.add_mutually_exclusive_group()
    for name, help in (("json", "print one JSON object a line"), ("csv", "print CSV with a header")):
        formats.add_argument(
            f"--{name}", dest="format", action="store_const", const=name, default="table", help=help
        )  # fmt: skip


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], form: str, out: TextIO | None = None) -> int:
    """Print rows in the form `json`, `csv` or `table`; returns their number. None is null, an empty field, or blank."""
    out = out or sys.stdout
    if form == "json":
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False), file=out)
        return count
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            writer.writerow(row)
        return count
    texts = [tuple(plain(value) for value in row) for row in rows]
    _print_table(columns, texts, out)
    return len(texts)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    widths = [
        min(WIDEST, max(_width(text) for text in (name, *(row[at] for row in rows)))) for at, name in enumerate(columns)
    ]
    for row in (columns, ["-" * width for width in widths], *rows) if rows else ():
        # The last column is not cut: it is the reason.
        cells = [_fit(text, width) for text, width in zip(row[:-1], widths[:-1], strict=True)]
        print("  ".join((*cells, row[-1])).rstrip(), file=out)


def plain(value: object) -> str:
    """A value as text for a terminal, without control characters."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    # Control characters of a report must not reach the terminal.
    return "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _fit(text: str, width: int) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))
