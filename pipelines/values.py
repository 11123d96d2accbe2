"""Where the readers of tables put what they find: readings cell by cell, notes for people, printed extras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.codebook import indicators
from pipelines.model import Fact, PrintedFigure, State
from pipelines.numbers import read_cell
from pipelines.strips import Slot


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know: `code` in snake_case, one English sentence, a locator (JSON, or '')."""

    code: str
    message: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A printed figure that is no indicator.

    `kind` is `org_subtotal` (column 法人小计; `name` is the row's indicator), `subtotal_row` (a total line of a group;
    `name` is results, deny, unable, reject or other) or `litigation_total` (`name` is an outcome: upheld … total).
    """

    kind: str
    name: str
    applicant: str
    value: float | None
    raw: str
    state: State
    locator: str


@dataclass(slots=True)
class Readings:
    """Everything read so far. A cell may be read more than once: a report printed twice."""

    facts: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    slots: Counter[str] = field(default_factory=Counter)
    printed: list[PrintedFigure] = field(default_factory=list)

    def cell(self, indicator: str, applicant: str, slot: Slot | None, method: str, heading_unit: str = "") -> None:
        """The cell stands in this slot; None is a place where nothing was printed."""
        unit = indicators()[indicator].unit
        if slot is None:
            self._add(Fact(indicator, applicant, None, unit, "", "blank", method, ""))
            return
        reading = read_cell(slot.text, unit, heading_unit)
        self._add(Fact(indicator, applicant, reading.value, unit, slot.text, reading.state, method, slot.locator))
        if reading.state == "ambiguous":
            self.note("not_a_number", f"{slot.text!r} is not certainly one number", slot.locator)

    def doubt(
        self, indicator: str, applicants: Iterable[str], slots: Sequence[Slot], method: str, mark: str = " "
    ) -> None:
        """Figures were printed in the row, but not provably in this cell; `mark` stands between them in `raw`. A row
        without any figure is blank."""
        filled = [slot for slot in slots if slot.text]
        raw = mark.join(slot.text for slot in filled)
        locator = (filled or list(slots))[0].locator if slots else ""
        unit = indicators()[indicator].unit
        state: State = "ambiguous" if filled else "blank"
        for applicant in applicants:
            self._add(Fact(indicator, applicant, None, unit, raw, state, method, locator))

    def extra(self, kind: str, name: str, applicant: str, slot: Slot | None) -> None:
        if slot is not None:
            reading = read_cell(slot.text, "")
            self.extras.append(Extra(kind, name, applicant, reading.value, slot.text, reading.state, slot.locator))

    def note(self, code: str, message: str, locator: str = "") -> None:
        self.notes.append(Note(code, message, locator))

    def _add(self, fact: Fact) -> None:
        self.facts.setdefault((fact.indicator, fact.applicant), []).append(fact)

    def merged(self) -> dict[tuple[str, str], Fact]:
        """One fact a cell. Where a cell was printed more than once with different content it is ambiguous."""
        merged: dict[tuple[str, str], Fact] = {}
        differing: set[str] = set()
        for key, facts in self.facts.items():
            first = facts[0]
            if all((fact.state, fact.value) == (first.state, first.value) for fact in facts):
                merged[key] = first
                continue
            differing.add(first.indicator)
            raw = " | ".join(fact.raw for fact in facts)
            merged[key] = Fact(
                first.indicator, first.applicant, None, first.unit, raw, "ambiguous", first.method, first.locator
            )
        if differing:
            self.note("printed_twice", f"printed more than once with different figures: {', '.join(sorted(differing))}")
        elif any(len(facts) > 1 for facts in self.facts.values()):
            self.note("duplicate_table", "tables are printed more than once with the same figures")
        return merged
