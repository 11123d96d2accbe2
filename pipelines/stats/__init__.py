"""The statistics tables of the reports for 2008–2018: a label, a unit, one figure a row or several.

The national table of 2014–2018 has a code for every row. Provincial tables before it share some of its concepts; where
a label means exactly one of these, the year's figure is a fact. Cumulative figures, rows without a code and figures
whose column nothing proves are kept as printed: label, heading, value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines import prose, titles
from pipelines.codebook import indicators
from pipelines.document import Document, Paragraph
from pipelines.fold import fold
from pipelines.model import PrintedFigure
from pipelines.numbers import read_cell
from pipelines.stats import split, text
from pipelines.stats.columns import Choice, choose, columns_of, plain
from pipelines.stats.rows import Figure, Row, rows_of
from pipelines.strips import Slot, strips_of
from pipelines.values import Readings
from pipelines.wording import lines_of

__all__ = ["read_stats", "shows_statistics"]

NUMBER = "stats"
_LEAST_ROWS = 8
_FEW_ROWS = 2
_CONTEXT = (("review", re.compile("复议")), ("litigation", re.compile("诉讼")))
_TOGETHER = "digits of several columns run together"
_STATED = {"disclosed": "stat_disclosed_total", "received": "stat_requests_received"}


@dataclass(frozen=True, slots=True)
class _Named:
    """A row and the indicator it is of ('' for none)."""

    row: Row
    name: str


def shows_statistics(document: Document) -> bool:
    """Whether the document has a statistics table: eight of its rows; or among at least five rows four of them, two where
    the columns have headings."""
    tables = [*_tables(document), *(passage.rows for passage in text.passages(document))]
    for rows in tables:
        known = {row.names for row in rows if row.names}
        headed = any(figure.heading for row in rows for figure in row.figures) or rows[0].kind == "text"
        least = _FEW_ROWS if headed else 2 * _FEW_ROWS
        if len(known) >= _LEAST_ROWS or (len(known) >= least and len(rows) >= 5):
            return True
    return False


def read_stats(document: Document, readings: Readings) -> None:
    """Reads every statistics table of the document into `readings`: facts, what is `printed` beside them, notes."""
    year, unit = _title(document)
    for rows in _tables(document):
        _read(_named(rows), choose(rows, columns := columns_of(rows), year, unit), columns, readings)
    for passage in text.passages(document):
        _read_passage(passage, document, year, unit, readings)


def _tables(document: Document) -> list[list[Row]]:
    """The tables that have rows of the statistics table. Its chapter lines may divide a flattened one: beside a table, a
    piece whose rows are all known belongs to it."""
    pieces = [list(rows) for _, rows in groupby(rows_of(strips_of(document)), key=lambda row: (row.table, row.kind))]
    tables = [_is_table(rows) for rows in pieces]
    return [
        rows
        for rows, table in zip(pieces, tables, strict=True)
        if table or (any(tables) and all(row.names for row in rows))
    ]


def _is_table(rows: Sequence[Row]) -> bool:
    known = sum(bool(row.names) for row in rows)
    return known >= _FEW_ROWS and 3 * known >= len(rows)


def _title(document: Document) -> tuple[int | None, str]:
    """Year and unit by the title of the report, as far as a title is found."""
    blocks = (block.text for block in document.blocks if isinstance(block, Paragraph) and len(block.text) <= 80)
    texts = [document.meta_value("ArticleTitle"), *blocks, document.title]
    named = [name for name in texts if titles.is_report_title(name)]
    year = next((found for name in named if (found := titles.year_of(name))), None)
    if year is None:
        stated = re.search(r"(20[0-3]\d)年度?政府信息公开", fold(document.text[:4000]))
        year = int(stated[1]) if stated else None
    return year, next((unit for name in named if (unit := titles.unit_of(name))), "")


def _named(rows: Sequence[Row]) -> list[_Named]:
    """Each row with its indicator. A label that chapters share (被依法纠错数) belongs to the chapter that was named last."""
    context = ""
    found = []
    for row in rows:
        for word, pattern in _CONTEXT:
            others = [other for name, other in _CONTEXT if name != word]
            heading = row.label if pattern.search(row.label) else row.above
            if pattern.search(heading) and not any(other.search(heading) for other in others):
                context = word
        names = list(dict.fromkeys(row.names))
        if len(names) > 1:
            names = [name for name in names if context and name.startswith(f"stat_{context}_")]
        found.append(_Named(row, names[0] if len(names) == 1 else ""))
    return found


def _read(named: Iterable[_Named], choice: Choice, columns: Sequence[tuple[int, str]], readings: Readings) -> None:
    noted = False
    for item in named:
        row = item.row
        figures = [figure for figure in row.figures if any(figure.column == column for column, _ in columns)]
        if row.kind == "lines":
            # A cell a line has no columns: only a row's single figure is certain.
            figures = [figure for figure in figures if figure.text] or figures[:1]
        chosen = _chosen(row, figures, choice, columns)
        if item.name:
            readings.slots[NUMBER] += 1
            _fact(item, figures, chosen, choice, readings)
            if chosen is None and len(figures) > 1 and not noted:
                noted = True
                reason = choice.reason or "a row has fewer figures than the table has columns"
                readings.note("columns", reason, figures[0].locator)
        for figure in figures:
            if figure.text and (not item.name or figure is not chosen):
                readings.printed.append(_printed(item, figure, readings))


def _chosen(row: Row, figures: Sequence[Figure], choice: Choice, columns: Sequence[tuple[int, str]]) -> Figure | None:
    """The row's figure in the chosen column; None where that is not certain."""
    if row.kind == "lines":
        return figures[0] if len(figures) == 1 and len(columns) == 1 else None
    if choice.alone:
        filled = [figure for figure in figures if figure.text]
        return next(iter(filled or figures), None) if len(filled) <= 1 else None
    if choice.column is None or (row.kind == "pipes" and len(figures) < len(columns)):
        return None
    return next((figure for figure in figures if figure.column == columns[choice.column][0]), None)


def _fact(item: _Named, figures: Sequence[Figure], chosen: Figure | None, choice: Choice, readings: Readings) -> None:
    method = "grid" if item.row.kind == "table" else item.row.kind
    if chosen is not None:
        how = f"{method}+{choice.by}" if choice.by else method
        readings.cell(item.name, "", _slot(chosen), how, _unit(item.row, chosen))
    elif figures:
        readings.doubt(item.name, ("",), [_slot(figure) for figure in figures], method, " | ")


def _slot(figure: Figure) -> Slot:
    numbers = [int(number) for number in re.findall(r"\d+", figure.locator)]
    return Slot(figure.text, figure.column, 1, tuple(numbers))


def _unit(row: Row, figure: Figure) -> str:
    """The unit that counts for the figure when its cell names none."""
    return row.unit or next((u for u in ("亿元", "万元", "千元", "元") if u in figure.heading), "")


def _printed(item: _Named, figure: Figure, readings: Readings) -> PrintedFigure:
    unit = _unit(item.row, figure)
    usual = indicators()[item.name].unit if item.name else ""
    counted = "万元" if unit.endswith("元") or usual == "万元" else unit.strip() or usual
    reading = read_cell(figure.text, counted, unit)
    heading = "" if plain(figure.heading) else figure.heading
    return PrintedFigure(
        len(readings.printed),
        item.row.label,
        heading,
        reading.value,
        counted,
        figure.text,
        reading.state,
        figure.locator,
    )


def _read_passage(passage: text.Passage, document: Document, year: int | None, unit: str, readings: Readings) -> None:
    """A table in running text: figures that stand apart are given to the headings in order, digits that run together are
    split as far as that is proven."""
    heads, rows = passage.heads, list(passage.rows)
    columns = list(enumerate(heads)) or [(0, "")]
    choice = choose(_headed(rows, heads), columns, year, unit)
    if not passage.apart and len(heads) == 2 and choice.column == 0:
        rows = _split(rows, _stated(document))
    elif not passage.apart and not heads and any(re.match(r"0\d", row.figures[0].text) for row in rows):
        # A zero leads only where figures of several columns run together.
        choice = Choice(None, reason="digits of several columns run together, and the columns have no headings")
    for item in _named(_headed(rows, heads)):
        whole = len(item.row.figures) == len(columns)
        _read([item], choice if whole else Choice(None, reason=_TOGETHER), columns, readings)


def _headed(rows: Iterable[Row], heads: Sequence[str]) -> list[Row]:
    return [
        Row(
            row.label, row.names, row.above, row.unit,
            tuple(f._replace(heading=heads[f.column] if f.column < len(heads) else "") for f in row.figures),
            row.kind, row.table,
        )
        for row in rows
    ]  # fmt: skip


def _stated(document: Document) -> Mapping[str, int]:
    """Whole figures of the year that the prose states once, by the indicator of the statistics table."""
    found: dict[str, set[int]] = {}
    for item in prose.statements(lines_of(document)):
        if item.concept in _STATED and not item.about and not item.weak and item.value == int(item.value):
            found.setdefault(_STATED[item.concept], set()).add(int(item.value))
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _split(rows: Sequence[Row], stated: Mapping[str, int]) -> list[Row]:
    """The rows with their digits split in two where that is proven."""
    result = []
    for row, found in zip(rows, split.solve(rows, stated), strict=True):
        if found is not None:
            figure = row.figures[0]
            start = int(re.findall(r"\d+", figure.locator)[0])
            middle, end = start + len(str(found[0])), start + len(figure.text)
            figures = (
                Figure(str(found[0]), "", 0, f'{{"start":{start},"end":{middle}}}'),
                Figure(str(found[1]), "", 1, f'{{"start":{middle},"end":{end}}}'),
            )
            row = Row(row.label, row.names, row.above, row.unit, figures, "glued", row.table)
        result.append(row)
    return result
