"""Tables whose plan is known: which cell is which was proved on a report before, and only the figures are new.

The reports of one form differ in little but figures. So where the tables of a report are read without any doubt, it is
kept which cell of which grid is which fact: the plan. It serves every document of the same skeleton: the same spans and
texts, figures where figures stood, everything else (blanks, dashes, words, strips of running text) letter by letter.

A plan is kept only where no figure had a say. What a figure is (a plain number) decides where a row ends and its label
begins, and is the same for all that a skeleton takes for one; what it counts decides only where sums or repeated figures
choose between places. So every row must stand in the grid of its headings, each fact be read there and once, without a
note. As a second proof the document is read with two other sets of figures, under which all sums hold or none does:
every cell must come out the same.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.document import Block, Cell, Document, Grid, Paragraph
from pipelines.model import Fact, Form
from pipelines.numbers import read_cell
from pipelines.rows import CELLS4, SUBTOTAL, RawRow, find_rows
from pipelines.strips import Slot, strips_of
from pipelines.values import Extra, Readings

if TYPE_CHECKING:
    from pipelines.tables import TableReading

MAX_PLANS = 128
MAX_SEEN = 4_096
MAX_CELLS = 2_000
_FIGURE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?")
"""What is a number in some place at least, and no label in any. Everything else must be the same letter by letter."""
_FORMS = ("2019", "2021")
_UNEQUAL = 700_000_001
_MARK = Cell(0, 0, 1, 1, "")

Reader = Callable[[Document, Form, Readings], "TableReading"]
Place = tuple[int, ...]
Skeleton = tuple[object, ...]


class Plans:
    """Reads tables by `reader`, or by the plan of their skeleton. What is kept is bounded, and changes no reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: set[int] = set()
        self._known: OrderedDict[Skeleton, Plan | None] = OrderedDict()

    def read(self, document: Document, form: Form) -> TableReading:
        """What `reader` gives for the document."""
        plan, figures = self._plan(document, form)
        reading = plan.filled(figures) if plan is not None else None
        return self._reader(document, form, Readings()) if reading is None else reading

    def _plan(self, document: Document, form: Form) -> tuple[Plan | None, Sequence[str]]:
        found = skeleton(document) if form in _FORMS else None
        if found is None:
            return None, ()
        key, figures = (form, *found[0]), found[1]
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key], figures
        # The second document of its kind is worth the trouble; most skeletons come once.
        mark = hash(key)
        if mark not in self._seen:
            if len(self._seen) >= MAX_SEEN:
                self._seen.clear()
            self._seen.add(mark)
            return None, ()
        if len(self._known) >= MAX_PLANS:
            self._known.popitem(last=False)
        plan = self._known[key] = _drawn(document, form, self._reader)
        return plan, figures


def skeleton(document: Document) -> tuple[Skeleton, list[str]] | None:
    """All of a document that has a say in how its tables are read, its figures taken out; and these in reading order.
    None where not every grid is a table with spans, or there is none."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    if not grids or any(grid.kind != "table" for grid in grids) or sum(len(g.cells) for g in grids) > MAX_CELLS:
        return None
    figures: list[str] = []
    key: list[object] = []
    is_figure = _FIGURE.fullmatch
    for grid in grids:
        texts = [None if is_figure(cell[4]) else cell[4] for cell in grid.cells]
        figures += [cell[4] for cell, text in zip(grid.cells, texts, strict=True) if text is None]
        key += (grid.table, grid.rows, grid.columns, tuple([cell[:4] for cell in grid.cells]), tuple(texts))
    # Paragraphs count as far as they are strips of labels and figures, and where these stand between the grids.
    blocks = tuple(b if isinstance(b, Paragraph) else Grid(b.table, (_MARK,), 1, 1, 0) for b in document.blocks)
    for strip in strips_of(replace(document, blocks=blocks)):
        key.append(strip.table if strip.kind == "table" else tuple([slot.text for slot in strip.slots]))
    return tuple(key), figures


@dataclass(frozen=True, slots=True)
class _Figure:
    """A fact or extra (at `at` among its kind) that is the figure number `number` of its document."""

    at: int
    number: int
    heading_unit: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A reading, and what of it are figures of the document; the rest is the same wherever the skeleton is."""

    reading: TableReading
    facts: tuple[tuple[int, int, str, str, str, str, str, str], ...]
    extras: tuple[_Figure, ...]

    def filled(self, figures: Sequence[str]) -> TableReading | None:
        """The reading with these figures; None where one of them is no number for its indicator."""
        facts = list(self.reading.facts)
        new = tuple.__new__
        for at, number, heading_unit, indicator, applicant, unit, method, locator in self.facts:
            raw = figures[number]
            read = read_cell(raw, unit, heading_unit)
            if read.state != "reported":
                return None
            facts[at] = new(Fact, (indicator, applicant, read.value, unit, raw, "reported", method, locator))
        extras = list(self.reading.extras)
        for place in self.extras:
            raw = figures[place.number]
            read = read_cell(raw, "")
            extras[place.at] = replace(extras[place.at], value=read.value, raw=raw, state=read.state)
        found = dict(self.reading.tables_found)
        return replace(self.reading, facts=tuple(facts), extras=tuple(extras), tables_found=found)


class _Recorded(Readings):
    """Readings that remember from which cell of the document each came; `sound` while each was read once, for certain."""

    def __init__(self) -> None:
        super().__init__()
        self.sound = True
        self.cells: dict[tuple[str, str], tuple[Place | None, str, str]] = {}
        self.printed_at: list[Place] = []

    def cell(self, indicator: str, applicant: str, slot: Slot | None, method: str, heading_unit: str = "") -> None:
        super().cell(indicator, applicant, slot, method, heading_unit)
        self._keep((indicator, applicant), (slot and slot.place, method, heading_unit))

    def doubt(
        self, indicator: str, applicants: Iterable[str], slots: Sequence[Slot], method: str, mark: str = " "
    ) -> None:
        applicants = tuple(applicants)
        super().doubt(indicator, applicants, slots, method, mark)
        self.sound = self.sound and not any(slot.text for slot in slots)
        for applicant in applicants:
            self._keep((indicator, applicant), (None, method, ""))

    def extra(self, kind: str, name: str, applicant: str, slot: Slot | None) -> None:
        super().extra(kind, name, applicant, slot)
        if slot is not None:
            self.printed_at.append(slot.place)

    def _keep(self, key: tuple[str, str], where: tuple[Place | None, str, str]) -> None:
        self.sound = self.sound and key not in self.cells and where[1] == "grid"
        self.cells[key] = where

    @property
    def told(self) -> tuple[object, ...] | None:
        """Everything but the figures; None unless it is sound."""
        sound = self.sound and bool(self.cells) and not self.notes and not self.printed
        return (
            (self.cells, self.printed_at, self.slots, [extra[:3] for extra in map(_named, self.extras)])
            if sound
            else None
        )


def _named(extra: Extra) -> tuple[str, str, str, str]:
    return extra.kind, extra.name, extra.applicant, extra.locator


def _drawn(document: Document, form: Form, reader: Reader) -> Plan | None:
    """The plan of a document's skeleton; None unless no figure had a say in it."""
    if not _stands_in_grids(document):
        return None
    own = _Recorded()
    reading = reader(document, form, own)
    told = own.told
    if told is None or reading.notes:
        return None
    for figures in (lambda _: "0", lambda number: str(_UNEQUAL + 3 * number * number)):
        other = _Recorded()
        reader(_with_figures(document, figures), form, other)
        if other.told != told:
            return None
    at = {place: number for number, place in enumerate(_places(document))}
    facts = []
    for index, fact in enumerate(reading.facts):
        place, _, heading_unit = own.cells.get((fact.indicator, fact.applicant), (None, "", ""))
        if place in at:
            facts.append(
                (index, at[place], heading_unit, fact.indicator, fact.applicant, fact.unit, fact.method, fact.locator)
            )
    extras = tuple(_Figure(index, at[place]) for index, place in enumerate(own.printed_at) if place in at)
    return Plan(reading, tuple(facts), extras)


def _stands_in_grids(document: Document) -> bool:
    """Whether each row stands in the grid of its headings under a name of its own, those of table 2 as long as these, and
    table 4 has its fifteen cells in a row: so that no sum is asked and no figure compared with another."""
    found = find_rows(strips_of(document))
    strips4 = [(strip, values) for table in found.tables4 for strip, values in table.strips]
    return (
        all(map(_is_firm, found.rows))
        and all(strip.kind == "table" for strip, _ in strips4)
        and any(len(values) >= CELLS4 for _, values in strips4)
    )


def _is_firm(row: RawRow) -> bool:
    if row.strip.kind != "table" or not row.headings or row.named or not row.key or row.key.startswith(SUBTOTAL):
        return False
    if any(heading.table != row.strip.table for heading in row.headings):
        return False
    return row.number == 3 or row.end == max(heading.end for heading in row.headings)


def _with_figures(document: Document, figures: Callable[[int], str]) -> Document:
    """The document with another figure for each."""
    blocks: list[Block] = []
    number = 0
    for block in document.blocks:
        if isinstance(block, Grid):
            cells = []
            for cell in block.cells:
                if _FIGURE.fullmatch(cell.text):
                    cell = cell._replace(text=figures(number))
                    number += 1
                cells.append(cell)
            block = replace(block, cells=tuple(cells))
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _places(document: Document) -> list[Place]:
    """Where each figure stands: table, row, column."""
    return [
        (block.table, cell.row, cell.column)
        for block in document.blocks
        if isinstance(block, Grid)
        for cell in block.cells
        if _FIGURE.fullmatch(cell.text)
    ]
