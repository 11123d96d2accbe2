"""Finds the rows and headings of the forms in a document's strips. Labels decide, never positions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from pipelines.fold import fold
from pipelines.forms import band_of, known_label, lexicon, spellings
from pipelines.strips import Slot, Strip, is_value

SUBTOTAL = "subtotal:"
ORG_SUBTOTAL = "org_subtotal"
CELLS4 = 15
TORN = "torn"
UNKNOWN = "?"
"""The role of a heading that is none of the form."""
OTHER = "requests_other"
OTHER_PARTS = ("requests_other_overdue_correction", "requests_other_unpaid_fee", "requests_other_other")
ORGANISATIONS = ("commercial", "research", "public_interest", "legal_service", "other")
_NUMBERED = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,2}[)）.．、，]|^\s*[㈠-㈩①-⑳]")


class Heading(NamedTuple):
    """A column heading: its role (an applicant, a column of table 2, an outcome) and where it stands.
    `end` is the column after the last cell of its row."""

    role: str
    slot: Slot
    table: int
    end: int = 0


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as found: `key` is the stem (table 2), the indicator or `subtotal:<group>` (table 3), or '' where the label
    is unknown. `values` are the cells after the label. `headings` are those in force, in reading order.
    `named` says how a row got its key whose label
    is not one of the form: `near_label` or `order`; `torn` that its figures go on in the strip after."""

    number: Literal[2, 3]
    key: str
    label: str
    strip: Strip
    values: tuple[Slot, ...]
    headings: tuple[Heading, ...]
    group: str = ""
    named: str = ""

    @property
    def end(self) -> int:
        """The column after the last cell of the row."""
        return self.strip.slots[-1].column + self.strip.slots[-1].width


def usual_ends(rows: Iterable[RawRow]) -> dict[tuple[Heading, ...], int]:
    """Where most rows below the same headings end. A row that ends earlier has lost a cell, nobody knows which."""
    ends: dict[tuple[Heading, ...], Counter[int]] = {}
    for row in rows:
        if row.strip.kind == "table":
            ends.setdefault(row.headings, Counter())[row.end] += 1
    return {headings: max(counts, key=lambda end: (counts[end], end)) for headings, counts in ends.items()}


@dataclass(slots=True)
class RawTable4:
    """Headings of table 4 in reading order (roles `review`, `litigation`, `litigation_*` and the outcomes), and the
    strips of cells after them."""

    headings: list[Heading] = field(default_factory=list)
    strips: list[tuple[Strip, tuple[Slot, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    rows: list[RawRow] = field(default_factory=list)
    tables4: list[RawTable4] = field(default_factory=list)


def find_rows(strips: Iterable[Strip]) -> Found:
    """Every row of tables 2 and 3 and every table 4 among the strips; a row of figures whose label is
    unknown or missing has the key ''."""
    reader = _Reader()
    for strip in strips:
        reader.feed(strip)
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.words = lexicon()
        self.found = Found()
        self.number = 0
        self.headings2: list[Heading] = []
        self.open2 = False
        self.headings3: list[Heading] = []
        self.open3 = False
        self.group = ""
        self.pending: tuple[int, str, Slot] | None = None
        self.last: Strip | None = None

    def feed(self, strip: Strip) -> None:
        known: tuple[int, int, str] | None = None
        last_text = -1
        touched = False
        if self._starts_table4(strip):
            self._enter4()
        heads = self._heads2(strip)
        for index, slot in enumerate(strip.slots):
            if index in heads:
                last_text = index
                self._heading("column2", UNKNOWN, slot, strip)
                continue
            if not slot.text or is_value(slot.text):
                continue
            kind, name = self._classify(slot)
            if not (slot.carried and kind):
                last_text = index
            touched = touched or (bool(kind) and not slot.carried)
            if kind in ("row2", "row3", "group3", "subtotal3"):
                row = self._row(kind, name, slot)
                if row is not None:
                    known = (index, *row)
            elif kind and not slot.carried:
                self._heading(kind, name, slot, strip)
        if self.number == 4 and known is None:
            self._cells4(strip, last_text, touched)
            return
        self._close(strip, known, last_text, touched)
        self.last = strip

    def _heads2(self, strip: Strip) -> set[int]:
        """The texts among the headings of table 2 that are none of the form: the figures below them are no one's. The
        first cell of a row heads the labels."""
        if all(self.words.columns2.keys().isdisjoint(spellings(slot.text)) for slot in strip.slots):
            return set()
        kinds = {index: self._classify(slot)[0] for index, slot in enumerate(strip.slots) if slot.text}
        columns = [index for index, kind in kinds.items() if kind == "column2"]
        if not columns:
            return set()
        first = min((index for index, kind in kinds.items() if kind in ("header2", "band")), default=0)
        end = min(
            (index for index, kind in kinds.items() if kind == "row2" and index > columns[0]), default=len(strip.slots)
        )
        return {index for index, kind in kinds.items() if not kind and first < index < end}

    def _classify(self, slot: Slot) -> tuple[str, str]:
        words = self.words
        for folded in spellings(slot.text):
            if band_of(folded):
                return "band", band_of(folded)
            if self._as_column(folded, slot):
                if self.number == 4:
                    return "column4", words.columns4[folded]
                return "column3", words.columns3[folded]
            if folded in words.rows2:
                return "row2", words.rows2[folded]
            if folded in words.columns2:
                return "column2", words.columns2[folded]
            if folded in words.rows3 and (self.number == 3 or not self._is_common(folded, slot)):
                return "row3", words.rows3[folded].indicator
            if folded in words.groups3:
                return "group3", words.groups3[folded]
            if folded in words.groups4:
                return "group4", words.groups4[folded]
            if folded in words.openers:
                return "opener3", ""
            if folded in words.organisations:
                return "organisations3", ""
            if folded in words.subtotals:
                return ("column3", ORG_SUBTOTAL) if self.open3 else ("subtotal3", self.group)
            if folded in words.headers2:
                return "header2", ""
        return "", ""

    def _as_column(self, folded: str, slot: Slot) -> bool:
        """Whether a word that may head a column (其他, 总计 are rows, too) does so here."""
        if self.number == 4:
            return folded in self.words.columns4 and not _NUMBERED.match(slot.text)
        if folded not in self.words.columns3 or _NUMBERED.match(slot.text):
            return False
        return self.open3 or folded not in self.words.rows3

    def _is_common(self, folded: str, slot: Slot) -> bool:
        """Whether a word without number (合计, 其他) may stand in any table: table 3 has it only once it has begun."""
        return folded in self.words.columns3 and not _NUMBERED.match(slot.text)

    def _row(self, kind: str, name: str, slot: Slot) -> tuple[int, str] | None:
        """Number of the table and key of the row that this label names, None if it only opens a group."""
        if kind == "row2":
            self.number, self.open2 = 2, False
            return None if slot.carried else (2, name)
        self.number = 3
        if kind == "row3":
            row = next(row for row in self.words.rows3.values() if row.indicator == name)
            self.group = row.opens or row.group
        elif kind == "group3":
            self.group = name
            return None if slot.carried else (3, SUBTOTAL + name)
        if kind == "subtotal3":
            return None if slot.carried else (3, SUBTOTAL + name)
        return None if slot.carried else (3, name)

    def _heading(self, kind: str, name: str, slot: Slot, strip: Strip) -> None:
        last = strip.slots[-1]
        if strip.kind == "pipes" and self._repeated(kind, name, slot, strip):
            return
        end = last.column + last.width
        if kind == "column2" and strip.kind in ("lines", "text"):
            # The first row may stand in the strip of its headings.
            after = (other for other in strip.slots if other.column > slot.column and not is_value(other.text))
            end = next((other.column for other in after if self._classify(other)[0] == "row2"), end)
        heading = Heading(name, slot, strip.table, end)
        self.pending = None
        if kind == "band":
            self.number, self.open2, self.headings2 = 2, True, []
        elif kind == "column2":
            if not self.open2:
                self.headings2 = []
            self.number, self.open2 = 2, True
            self.headings2.append(heading)
        elif kind in ("opener3", "organisations3", "column3"):
            if not self.open3:
                self.headings3 = []
            self.number, self.open3 = 3, True
            if kind != "opener3":
                self.headings3.append(Heading(name or "organisations", slot, strip.table))
        elif kind in ("group4", "column4") and self.number == 4:
            self.found.tables4[-1].headings.append(heading)

    def _repeated(self, kind: str, name: str, slot: Slot, strip: Strip) -> bool:
        """Whether the same heading stands in the same column a line above, and both lines reach equally far: printed once
        for each row that it spans."""
        above = self.headings3 if kind == "column3" and self.open3 else []
        if kind == "column4" and self.number == 4:
            above = self.found.tables4[-1].headings
        same = [h for h in above if (h.role, h.slot.column, h.slot.width) == (name, slot.column, slot.width)]
        reach = max(other.column + other.width for other in strip.slots if other.text)
        lines = {h.slot.place[1] for h in same}
        return reach in {max(h.slot.column + h.slot.width for h in above if h.slot.place[1] == line) for line in lines}

    def _starts_table4(self, strip: Strip) -> bool:
        if self.number == 4 and not any(slot.text for _, cells in self.found.tables4[-1].strips for slot in cells):
            return False
        folded = {fold(slot.text) for slot in strip.slots if slot.text and not slot.carried}
        groups = {self.words.groups4[text] for text in folded if text in self.words.groups4}
        outcomes = {
            self.words.columns4[text] for text in folded if text in self.words.columns4 and text not in self.words.rows3
        }
        return len(groups) > 1 or len(outcomes) > 1

    def _enter4(self) -> None:
        self.number, self.open2, self.open3, self.pending = 4, False, False, None
        self.found.tables4.append(RawTable4())

    def _cells4(self, strip: Strip, last_text: int, touched: bool) -> None:
        values = strip.slots[last_text + 1 :]
        data = last_text < 0 or (strip.kind == "lines" and touched) or len(values) >= CELLS4
        if data and values and self.found.tables4[-1].headings:
            self.found.tables4[-1].strips.append((strip, values))

    def _close(self, strip: Strip, known: tuple[int, int, str] | None, last_text: int, touched: bool) -> None:
        """Records the row that the strip holds, if any."""
        if known is None:
            self._unlabelled(strip, last_text, touched)
            return
        index, number, key = known
        # A group's cell that reaches too far down stands between a label and its figures: it is none of them.
        values = tuple(slot for slot in strip.slots[index + 1 :] if not (slot.carried and known_label(slot.text)))
        headings = self._headings(number)
        if last_text > index and len(strip.slots) - last_text - 1 >= (len(headings) or 7) and number == 3:
            self._record(3, "", strip.slots[last_text].text, strip, strip.slots[last_text + 1 :])
        elif not values:
            self.pending = (number, key, strip.slots[index])
        elif not (key.startswith(SUBTOTAL) and not any(slot.text for slot in values)):
            self._record(number, key, strip.slots[index].text, strip, values)

    def _unlabelled(self, strip: Strip, last_text: int, touched: bool) -> None:
        """A strip without a known label: figures of the label just before it, a row with an unknown label, or nothing."""
        values = strip.slots[last_text + 1 :]
        if touched or self.number not in (2, 3) or not any(slot.text for slot in values):
            return
        if last_text < 0 and self.pending is not None and strip.kind != "table":
            number, key, slot = self.pending
            self._record(2 if number == 2 else 3, key, slot.text, strip, values)
        elif last_text < 0 and self._goes_on(strip):
            torn = self.found.rows.pop()
            self.found.rows.append(replace(torn, values=torn.values + values, named=TORN))
        elif self.number == 3 and len(values) > len(ORGANISATIONS):
            label = strip.slots[last_text].text if last_text >= 0 else ""
            self._record(3, "", label, strip, values)
        elif self.number == 2 and last_text >= 0 and self.headings2:
            self._record(2, "", strip.slots[last_text].text, strip, values)

    def _goes_on(self, strip: Strip) -> bool:
        """Whether figures without a label are the rest of the row before them: one of table 3 that is too short, in the
        strip just before."""
        if not self.found.rows or self.number != 3 or self.pending is not None:
            return False
        row = self.found.rows[-1]
        filled = sum(1 for slot in (*row.values, *strip.slots) if slot.text)
        before = sum(1 for slot in row.values if slot.text)
        close = strip.table == row.strip.table and strip.kind == row.strip.kind and self.last is row.strip
        return row.number == 3 and close and before < 7 and filled <= 7

    def _headings(self, number: int) -> list[Heading]:
        return self.headings2 if number == 2 else [h for h in self.headings3 if h.role != "organisations"]

    def _record(self, number: int, key: str, label: str, strip: Strip, values: tuple[Slot, ...]) -> None:
        self.pending = None
        if number == 2:
            row = RawRow(2, key, label, strip, values, tuple(self.headings2))
        else:
            self.open3 = False
            row = RawRow(3, key, label, strip, values, reading_order(self.headings3), self.group)
        self.found.rows.append(row)


def reading_order(headings: list[Heading]) -> tuple[Heading, ...]:
    """The headings of table 3 from left to right: the organisations stand where 法人或其他组织 stands above them."""
    roles = [heading.role for heading in headings]
    if "organisations" not in roles:
        return tuple(headings)
    within = (*ORGANISATIONS, ORG_SUBTOTAL)
    start = roles.index("organisations")
    below = [heading for heading in headings[start + 1 :] if heading.role in within]
    rest = [heading for heading in headings if heading not in below]
    place = [heading.role for heading in rest].index("organisations")
    return (*rest[:place], *below, *rest[place + 1 :])
