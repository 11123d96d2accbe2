"""Workbooks (.xlsx, .xls, .et) to a document: each sheet that is shown, rows of prose as lines, tables with their spans."""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pipelines.document import Cell, Document, Grid
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.biff import check_book
from pipelines.readers.build import Item, Line, build
from pipelines.readers.guard import Unreadable
from pipelines.readers.package import Package, attribute, child, local
from pipelines.readers.spans import MAX_COLUMNS

MOST_CELLS = 1_000_000
MOST_ROWS = 20_000
MOST_SHEETS = 100
_LONG = 40
_NAMED = re.compile(r"[㐀-鿿]{4}")
"""Names of sheets that may be a heading; 表一 or Sheet1 says nothing."""
_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_MERGED = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_CHAPTER = re.compile(r"第?[一二三四五六七八九十]{1,3}(?:部分|章|、)|[（(][一二三四五六七八九十]{1,3}[）)]")

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
Span = tuple[int, int, int, int]
"""A merged range: first row and column, last row and column, from 0."""


@dataclass(slots=True)
class _Hidden:
    """Rows and columns (from 0) that a sheet does not show."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def read_sheets(body: bytes) -> Document:
    """The workbook as it is shown and printed: hidden sheets, rows and columns are left out and named in the meta entry
    `hidden`. Formulas give the values that they had when the file was saved.

    Raises `Unreadable`: `damaged`, `encrypted`, `too_large`, `unsupported`.
    """
    hidden: dict[str, _Hidden] = {}
    if body.startswith(b"PK"):
        hidden = _look(body)
    else:
        check_book(body, MOST_CELLS)
    items: list[Item] = []
    left_out: list[str] = []
    for name, rows, spans, shown in _sheets(body):
        own = hidden.get(name, _Hidden())
        if not shown:
            left_out.append(f"sheet {name}")
            continue
        if any(any(_printed(value) for value in rows[row]) for row in own.rows if row < len(rows)):
            left_out.append(f"rows of sheet {name}")
        if any(column < len(row) and _printed(row[column]) for row in rows for column in own.columns):
            left_out.append(f"columns of sheet {name}")
        if _NAMED.search(name):
            items.append(Line(squeeze(name)))
        items += _items(*_visible(rows, spans, own))
    blocks, text = build(items)
    meta = (("hidden", "; ".join(left_out)),) if left_out else ()
    return Document(kind="xlsx", blocks=blocks, text=text, meta=meta)


def _sheets(body: bytes) -> Iterator[tuple[str, list[list[Value]], list[Span], bool]]:
    """Name, values by row, merged ranges and whether it is shown, of each sheet."""
    try:
        with _quiet():
            book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        for about in book.sheets_metadata[:MOST_SHEETS]:
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            shown = about.visible is SheetVisibleEnum.Visible
            if not shown:
                yield about.name, [], [], False
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Unreadable("too_large", f"sheet {about.name} reaches over {sheet.total_height} rows")
            rows = sheet.to_python(skip_empty_area=False)
            yield about.name, rows, [(*a, *b) for a, b in sheet.merged_cell_ranges or ()], True
    except Unreadable:
        raise
    except BaseException as error:
        # What a damaged file makes the library stumble over, its panics included, which are no `Exception`.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if "password" in str(error).lower():
            raise Unreadable("encrypted", "the file is locked with a password") from None
        raise Unreadable("damaged", f"no sound workbook ({_one_line(error)})") from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what the library's panics print off the terminal; they come as exceptions, too."""
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def _look(body: bytes) -> dict[str, _Hidden]:
    """What each sheet of an .xlsx hides. Refuses what would fill the memory: the library lays out every sheet in full."""
    package = Package(body)
    if "xl/workbook.xml" not in package:
        raise Unreadable("unsupported", "a workbook that is not in XML; save it as .xlsx")
    for name in package.names:
        if name.startswith("xl/") and name.endswith(".xml"):
            package.read(name)
    relations = package.relations("xl/workbook.xml")
    found: dict[str, _Hidden] = {}
    sheets = child(package.xml("xl/workbook.xml"), "sheets")
    for sheet in sheets if sheets is not None else ():
        target = relations.get(attribute(sheet, "id"), ("", ""))[1]
        if target in package and local(sheet) == "sheet":
            found[attribute(sheet, "name")] = _look_at(package, target)
    return found


def _look_at(package: Package, part: str) -> _Hidden:
    most = rows = 0
    for letters, number in _REFERENCE.findall(package.read(part)):
        most, rows = max(most, _column(letters)), max(rows, int(number))
    if most * rows > MOST_CELLS:
        raise Unreadable("too_large", f"{part} reaches over {rows} rows and {most} columns")
    hidden = _Hidden()
    for node in package.xml(part).iter("{*}row", "{*}col"):
        if attribute(node, "hidden") not in ("1", "true"):
            continue
        if local(node) == "row":
            hidden.rows.add(_whole(attribute(node, "r")) - 1)
        else:
            hidden.columns |= set(range(_whole(attribute(node, "min")) - 1, min(_whole(attribute(node, "max")), most)))
    return hidden


def _visible(
    rows: Sequence[Sequence[Value]], spans: Sequence[Span], hidden: _Hidden
) -> tuple[list[list[str]], list[Span]]:
    """The printed texts and merged ranges of what is shown, with rows and columns counted anew."""
    texts = [[_printed(value) for value in row] for row in rows]
    width = max(map(len, texts), default=0)
    if hidden.rows or hidden.columns:
        down, across = _renumbered(len(texts), hidden.rows), _renumbered(width, hidden.columns)
        # A merged range keeps its text when the row or column that holds it is hidden.
        for top, left, _, _ in spans:
            if top in hidden.rows or left in hidden.columns:
                _carry(texts, spans, hidden)
                break
        texts = [
            [t for x, t in enumerate(row) if x not in hidden.columns]
            for y, row in enumerate(texts)
            if y not in hidden.rows
        ]
        spans = [
            (down[a], across[b], down[c + 1] - 1, across[d + 1] - 1)
            for a, b, c, d in spans
            if c < len(down) - 1 and d < len(across) - 1
        ]
        spans = [(a, b, c, d) for a, b, c, d in spans if c >= a and d >= b]
    return texts, [*spans]


def _carry(texts: list[list[str]], spans: Sequence[Span], hidden: _Hidden) -> None:
    for top, left, bottom, right in spans:
        row = next((y for y in range(top, min(bottom + 1, len(texts))) if y not in hidden.rows), top)
        column = next((x for x in range(left, right + 1) if x not in hidden.columns), left)
        if (row, column) != (top, left) and column < len(texts[row]) and left < len(texts[top]):
            texts[row][column] = texts[top][left]


def _renumbered(count: int, hidden: set[int]) -> list[int]:
    """For each index up to `count` how many shown ones stand before it."""
    found = [0]
    for index in range(count):
        found.append(found[-1] + (index not in hidden))
    return found


def _items(texts: list[list[str]], spans: Sequence[Span]) -> Iterator[Item]:
    """Rows of prose as lines, the others as tables; a table ends at an empty row."""
    spans = [span for span in spans if span[0] <= span[2] and span[1] <= span[3]]
    at = {(top, left): (bottom, right) for top, left, bottom, right in spans}
    held = {row for top, _, bottom, _ in spans for row in range(top, min(bottom, len(texts)))}
    """Rows that a merged range binds to the next one."""
    width = max((len(row) for row in texts), default=0)
    run: list[int] = []
    for number, row in enumerate(texts[:MOST_ROWS]):
        filled = [x for x, text in enumerate(row) if text]
        bound = number in held or number - 1 in held
        if bound or (filled and not _is_line(number, row, filled, at, width, starting=not run)):
            run.append(number)
            continue
        yield from _table(texts, run, at)
        run = []
        if filled:
            yield from (Line(squeeze(line)) for line in row[filled[0]].split("\n"))
        else:
            yield Line("")
    yield from _table(texts, run, at)


def _is_line(
    number: int,
    row: list[str],
    filled: list[int],
    at: dict[tuple[int, int], tuple[int, int]],
    width: int,
    starting: bool,
) -> bool:
    """Whether a row is running text: one cell that is wide or long or a heading, and no label of a form."""
    text = row[filled[0]]
    if len(filled) > 1 or known_label(squeeze(text)):
        return False
    _, right = at.get((number, filled[0]), (number, filled[0]))
    wide = right - filled[0] + 1 >= max(2, width - filled[0])
    return starting or wide or len(text) > _LONG or bool(_CHAPTER.match(text))


def _table(texts: list[list[str]], run: list[int], at: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Item]:
    if not run:
        return
    first, last = run[0], run[-1]
    if not any(text for y in run for text in texts[y]):
        return
    reach = [x for y in run for x, text in enumerate(texts[y]) if text]
    reach += [
        right for (y, x), (_, right) in at.items() if first <= y <= last and y < len(texts) and _filled(texts, y, x)
    ]
    left, right = min(reach), min(max(reach), min(reach) + MAX_COLUMNS)
    covered: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for y in run:
        for x in range(left, right + 1):
            if (y, x) in covered:
                continue
            bottom, end = at.get((y, x), (y, x))
            bottom, end = min(bottom, last), min(end, right)
            covered |= {(b, e) for b in range(y, bottom + 1) for e in range(x, end + 1)}
            text = squeeze(texts[y][x]) if x < len(texts[y]) else ""
            cells.append(Cell(y - first, x - left, bottom - y + 1, end - x + 1, text))
    yield Grid(0, tuple(cells), last - first + 1, right - left + 1, 0)


def _filled(texts: list[list[str]], y: int, x: int) -> bool:
    return x < len(texts[y]) and bool(texts[y][x])


def _printed(value: Value) -> str:
    """A value as it is read: whole numbers without `.0`, dates in ISO, fifteen digits as Excel keeps them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _one_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
