"""The tables of a report: which form it is on, and what stands in each cell of that form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.codebook import form_indicators, indicators
from pipelines.document import Document, Grid, Paragraph
from pipelines.fold import fold
from pipelines.forms import lexicon, spellings
from pipelines.glued import read_glued
from pipelines.groups4 import read_groups4
from pipelines.model import Fact, Form, PrintedFigure
from pipelines.plans import Plans
from pipelines.rows import CELLS4, OTHER, OTHER_PARTS, find_rows
from pipelines.stats import read_stats, shows_statistics
from pipelines.strips import strips_of
from pipelines.table2 import read_table2
from pipelines.table3 import read_table3
from pipelines.table4 import emit4, read_table4
from pipelines.values import Extra, Note, Readings

__all__ = ["Extra", "Note", "TableReading", "choose_form", "read_tables"]

_LEAST_ROWS = 5
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the tables say.

    `facts` has one fact for each cell of the form in the order of the codebook, then those of rows that belong to the
    other form. `tables_found` counts the slots for figures in the rows found of table `"2"`, `"3"`, `"4"` or `"stats"`;
    a table that was not found has no key. `extras` are printed figures that are no indicators, `printed` those of older
    statistics tables.
    """

    form: Form
    facts: tuple[Fact, ...]
    notes: tuple[Note, ...] = ()
    tables_found: dict[str, int] = field(default_factory=dict)
    extras: tuple[Extra, ...] = ()
    printed: tuple[PrintedFigure, ...] = ()


def choose_form(document: Document) -> Form | None:
    """The form that the headings and labels show; None where no form's table is found. The year has no say.

    The headings that only one form has count first (本年制发件数 or 本年新制作数量 …), then the rows that only one has.
    """
    words = lexicon()
    folded = {name for text in set(_labels(document)) for name in _named(text)}
    rows = {words.rows3[text].indicator for text in folded if text in words.rows3}
    stems = {words.rows2[text] for text in folded if text in words.rows2}
    marks = [words.marks[words.columns2[text]] for text in folded if words.columns2.get(text) in words.marks]
    if not marks and len(rows) < _LEAST_ROWS:
        # Menus name 行政许可 and 政府集中采购, too: without headings or rows of table 3 they show nothing.
        return _choose_in_prose(document) or ("legacy_stats" if shows_statistics(document) else None)
    old, new = marks.count("2019"), marks.count("2021")
    if old == new:
        old += len(stems & {"art20_5_other_services", "art20_9_procurement"})
        new += len(rows & set(OTHER_PARTS[:2]))
    if old == new:
        old += OTHER in rows
    if old == new:
        return _choose_in_prose(document)
    return "2019" if old > new else "2021"


def read_tables(document: Document, form: Form) -> TableReading:
    """Every cell of the form `form` (`2019`, `2021` or `legacy_stats`) in the document.

    A cell whose row is not in the document is `absent`. Rows that only the other form has are read, too, and noted.
    Never raises on content.
    """
    return _PLANS.read(document, form)


def _read(document: Document, form: Form, readings: Readings) -> TableReading:
    if form == "legacy_stats":
        read_stats(document, readings)
    else:
        strips = list(strips_of(document))
        found = find_rows(strips)
        rows4 = any(len(values) >= CELLS4 for table in found.tables4 for _, values in table.strips)
        groups = None if rows4 else read_groups4(strips)
        rows = found.rows
        if groups is not None:
            readings.slots["4"] += CELLS4
            emit4(groups, "groups", readings)
            # A row of table 4 that is called 总计 or 其他 is none of table 3.
            taken = {slot.place for slot in groups.values() if slot is not None}
            rows = [row for row in rows if taken.isdisjoint(slot.place for slot in row.values)]
        read_table2(rows, form, readings)
        read_table3(rows, readings)
        for table in found.tables4 if groups is None else ():
            read_table4(table, readings)
        if not readings.facts:
            read_glued(document, form, readings)
    merged = readings.merged()
    facts = [*_of_form(form, merged), *_foreign(form, merged, readings)]
    return TableReading(
        form,
        tuple(facts),
        tuple(readings.notes),
        dict(readings.slots),
        tuple(readings.extras),
        tuple(readings.printed),
    )


_PLANS = Plans(_read)


@lru_cache(maxsize=16_384)
def _named(text: str) -> tuple[str, ...]:
    """What of tables 2 and 3 a text may be."""
    words = lexicon()
    return tuple(
        name for name in spellings(text) if name in words.rows3 or name in words.rows2 or name in words.columns2
    )


def _of_form(form: Form, merged: Mapping[tuple[str, str], Fact]) -> Iterable[Fact]:
    """A fact for each cell of the form. （六）其他处理 is one row or three: which, the document says."""
    single = (OTHER, "total") in merged
    parts = any((part, "total") in merged for part in OTHER_PARTS)
    left_out = set(OTHER_PARTS) if single and not parts else {OTHER} if parts or form == "2021" else set()
    for indicator in form_indicators(form):
        if indicator.indicator in left_out:
            continue
        for applicant in indicator.applicants:
            fact = merged.get((indicator.indicator, applicant))
            yield fact or Fact(indicator.indicator, applicant, None, indicator.unit, "", "absent", "", "")


def _foreign(form: Form, merged: Mapping[tuple[str, str], Fact], readings: Readings) -> Iterable[Fact]:
    own = {indicator.indicator for indicator in form_indicators(form)}
    found = {name for name, _ in merged} - own
    foreign = [name for name in indicators() if name in found]
    if foreign:
        readings.note("foreign_row", f"rows or columns of another form: {', '.join(foreign)}")
    return [fact for name in foreign for key, fact in merged.items() if key[0] == name]


def _labels(document: Document) -> Iterable[str]:
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (cell.text for cell in block.cells if cell.text and len(cell.text) <= _LONGEST_LABEL)
        elif len(block.text) <= _LONGEST_LABEL:
            yield block.text
            yield from block.text.split(" ")


def _choose_in_prose(document: Document) -> Form | None:
    """For texts that lost all borders: the form whose headings, and at least five of whose rows, stand in one paragraph."""
    words = lexicon()
    for block in document.blocks:
        if not isinstance(block, Paragraph) or len(block.text) <= _LONGEST_LABEL:
            continue
        folded = fold(block.text)
        if sum(label in folded for label in words.rows3 if len(label) > _LEAST_ROWS) < _LEAST_ROWS:
            continue
        found = {
            words.marks[column] for label, column in words.columns2.items() if column in words.marks and label in folded
        }
        if len(found) == 1:
            return "2019" if "2019" in found else "2021"
    return None
