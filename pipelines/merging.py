"""The tables of one report from several documents: each table whole from one of them, never cell by cell from two."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from pipelines.checks.cells import table_of
from pipelines.codebook import form_indicators
from pipelines.model import Fact, Form
from pipelines.parts import Part
from pipelines.places import located
from pipelines.proof import proven
from pipelines.several import own_tables
from pipelines.tables import Note, TableReading, read_tables

SLOTS: tuple[str, ...] = ("2", "3", "4")
_EXTRAS = {"org_subtotal": "3", "subtotal_row": "3", "litigation_total": "4"}
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Held:
    """One document's reading; its facts' locators lead into that document. `known` is filled by `has`."""

    part: Part
    reading: TableReading
    known: dict[str, bool] = field(default_factory=dict, compare=False)

    def facts_of(self, slot: str) -> dict[tuple[str, str], Fact]:
        return {(f.indicator, f.applicant): f for f in self.reading.facts if table_of(f.indicator) == slot}

    def has(self, slot: str) -> bool:
        """Whether at least half of the table is there and any of it is filled."""
        if slot not in self.known:
            states = [fact.state for fact in self.facts_of(slot).values()]
            there = len(states) - states.count("absent")
            filled = "reported" in states or "ambiguous" in states
            self.known[slot] = filled and there >= _ENOUGH * _wanted(self.reading.form, slot)
        return self.known[slot]


@cache
def _wanted(form: Form, slot: str) -> int:
    return sum(len(i.applicants) for i in form_indicators(form) if table_of(i.indicator) == slot)


@dataclass(frozen=True, slots=True)
class Difference:
    """A table that another document of the report prints with other figures: in how many cells, the first of them, and
    whether neither document goes before the other, so that these cells are withheld."""

    slot: str
    part: Part
    cells: int
    indicator: str
    applicant: str
    chosen: float | None
    other: float | None
    kept: Literal["page", "file"]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """The tables, which document each was taken from, and where other documents differ."""

    reading: TableReading
    sources: Mapping[str, Part]
    differences: tuple[Difference, ...]


def hold(part: Part, form: Form) -> Held:
    """The tables of one document read on that form, with locators that lead to it."""
    tables = own_tables(part.document, part.shape)
    reading = read_tables(tables, form)
    facts = proven(_placed(reading.facts, part), form, part.document.layout)
    printed, notes = reading.printed, reading.notes
    if tables is not part.document:
        notes = (
            *notes,
            Note("several_reports", "the document holds tables of other reports, too, which were left out"),
        )
    if hidden := part.document.meta_value("hidden"):
        notes = (*notes, Note("hidden", f"left out, because the workbook hides them: {hidden}"))
    if printed:
        stand_ins = tuple(Fact("", "", f.value, f.unit, f.raw, f.state, "", f.locator) for f in printed)
        placed = proven(_placed(stand_ins, part), None, part.document.layout)
        printed = tuple(
            replace(f, value=fact.value, state=fact.state, locator=fact.locator)
            for f, fact in zip(printed, placed, strict=True)
        )
    return Held(part, replace(reading, facts=facts, printed=printed, notes=notes))


def _placed(facts: Sequence[Fact], part: Part) -> tuple[Fact, ...]:
    places = located(facts, part.document, attachment=part.index)
    return tuple(marked(fact, part) for fact in places) if part.marks else places


def marked(fact: Fact, part: Part) -> Fact:
    """The fact with what leads to its document in the locator."""
    if not part.marks or not fact.locator:
        return fact
    told = json.dumps({**json.loads(fact.locator), **part.marks}, ensure_ascii=False, separators=(",", ":"))
    return fact._replace(locator=told)


def merge(held: Sequence[Held]) -> Merged:
    """Each table from the first of the documents that has it (they are in order of preference, at least one); where
    none has it whole, from the first that has any of it."""
    chosen: dict[str, Held] = {}
    for slot in SLOTS:
        whole = [one for one in held if one.has(slot)]
        some = [one for one in held if one.reading.tables_found.get(slot)]
        if whole or some:
            chosen[slot] = (whole or some)[0]
    differences = tuple(found for slot in SLOTS for found in _differences(slot, chosen.get(slot), held))
    base = held[0]
    used = list(dict.fromkeys(id(one) for one in chosen.values())) or [id(base)]
    if len(used) == 1:
        only = next(one for one in held if id(one) == used[0])
        return Merged(_withheld(only.reading, differences, held, chosen), _sources(chosen), differences)
    facts = [fact for slot in SLOTS for fact in chosen.get(slot, base).facts_of(slot).values()]
    parts = [one for one in held if id(one) in used]
    reading = TableReading(
        form=base.reading.form,
        facts=tuple(facts),
        notes=tuple(dict.fromkeys(note for one in parts for note in one.reading.notes)),
        tables_found={slot: one.reading.tables_found.get(slot, 0) for slot, one in chosen.items()},
        extras=tuple(
            extra for slot, one in chosen.items() for extra in one.reading.extras if _EXTRAS.get(extra.kind) == slot
        ),
    )
    return Merged(_withheld(reading, differences, held, chosen), _sources(chosen), differences)


def _sources(chosen: Mapping[str, Held]) -> dict[str, Part]:
    return {slot: one.part for slot, one in chosen.items()}


def _differences(slot: str, chosen: Held | None, held: Iterable[Held]) -> Iterable[Difference]:
    if chosen is None:
        return
    for other in held:
        if other is chosen or not other.has(slot):
            continue
        own = chosen.facts_of(slot)
        apart = [
            (key, fact, twin)
            for key, fact in own.items()
            if (twin := other.facts_of(slot).get(key)) is not None and _apart(fact, twin)
        ]
        if apart:
            (indicator, applicant), fact, twin = apart[0]
            level = chosen.part.index is not None and chosen.part.fit == other.part.fit
            kept: Literal["page", "file"] = "page" if chosen.part.index is None else "file"
            yield Difference(slot, other.part, len(apart), indicator, applicant, fact.value, twin.value, kept, level)


def _apart(one: Fact, other: Fact) -> bool:
    """Whether two readings of a cell contradict each other; a blank says zero or nothing, and what is not certain says
    nothing."""
    known = ("reported", "blank", "dash")
    return one.state in known and other.state in known and (one.value or 0) != (other.value or 0)


def _withheld(
    reading: TableReading, differences: Sequence[Difference], held: Iterable[Held], chosen: Mapping[str, Held]
) -> TableReading:
    """The reading with the cells `ambiguous` in which documents of equal standing differ."""
    level = [found for found in differences if found.withheld]
    if not level:
        return reading
    against = {(found.slot, id(found.part)) for found in level}
    twins = [(slot, one) for one in held for slot in SLOTS if (slot, id(one.part)) in against]
    doubtful = {
        key
        for slot, twin in twins
        for key, fact in twin.facts_of(slot).items()
        if (own := chosen[slot].facts_of(slot).get(key)) is not None and _apart(own, fact)
    }
    facts = tuple(
        fact._replace(value=None, state="ambiguous") if (fact.indicator, fact.applicant) in doubtful else fact
        for fact in reading.facts
    )
    return replace(reading, facts=facts)
