"""Table 3, requests received and handled: rows by label, columns by applicant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pipelines.align import (
    Decision,
    Placed,
    Placement,
    decide,
)
from pipelines.forms import lexicon
from pipelines.labels import name_unknown
from pipelines.model import APPLICANTS
from pipelines.place3 import PlacedRow, agree_on_padding, has_figures, is_official, loses_blanks, place
from pipelines.rows import (
    ORG_SUBTOTAL,
    OTHER,
    OTHER_PARTS,
    SUBTOTAL,
    Heading,
    RawRow,
    usual_ends,
)
from pipelines.solver import Budget, Equation
from pipelines.values import Readings

NUMBER = "3"
_LOSSY = 2
_CUT_STEPS = 250_000
"""What all rows together may spend on cutting digits."""
_SUMS = ("requests_new", "requests_carried_in", "requests_handled", "requests_carried_out")


def read_table3(rows: Iterable[RawRow], readings: Readings) -> None:
    """Reads every row of table 3 into `readings`; total lines and 法人小计 columns become extras. A table that is printed
    again is a table of its own: its sums are its own."""
    cuts, search = Budget(_CUT_STEPS), Budget()
    for table in _tables([row for row in rows if row.number == 3], readings):
        named = name_unknown(table, readings)
        named = _without_group_heads(named, readings)
        short = sum(map(loses_blanks, named))
        lossy = short >= _LOSSY and all(slot.text for row in named if has_figures(row) for slot in row.values)
        placed = [place(row, uneven, lossy, cuts) for row, uneven in zip(named, _uneven(named), strict=True)]
        if any(not is_official([heading.role for heading in row.headings]) for row in named if _are_all(row.headings)):
            message = "the applicants of table 3 stand in another order than in the form"
            readings.note("column_order", message, named[0].values[0].locator)
        settle(agree_on_padding(placed), readings, search)


def _are_all(headings: Sequence[Heading]) -> bool:
    return set(APPLICANTS) <= {heading.role for heading in headings}


def _tables(rows: Sequence[RawRow], readings: Readings) -> list[list[RawRow]]:
    """The rows by table: one begins anew where a row's label comes again. A row printed twice in a row is one."""
    tables: list[list[RawRow]] = [[]]
    seen: set[str] = set()
    for row in rows:
        if row.key and not row.key.startswith(SUBTOTAL):
            last = tables[-1][-1] if tables[-1] else None
            if last is not None and last.key == row.key and _texts(last) == _texts(row):
                readings.note("row_twice", f"{row.label} is printed twice", row.values[0].locator)
                continue
            if row.key in seen:
                tables.append([])
                seen = set()
            seen.add(row.key)
        tables[-1].append(row)
    return tables


def _texts(row: RawRow) -> list[str]:
    return [slot.text for slot in row.values]


def _uneven(rows: Sequence[RawRow]) -> list[int]:
    """For each row how many cells it has more than most rows of its table (fewer: less than 0); in a grid 1 if it ends
    elsewhere. It may have lost a cell, or have one too many."""
    ends = usual_ends(rows)
    counts: dict[int, Counter[int]] = {}
    for row in rows:
        counts.setdefault(row.strip.table, Counter())[len(row.values)] += 1
    usual = {table: max(count, key=lambda width: (count[width], width)) for table, count in counts.items()}
    return [
        int(row.end != ends.get(row.headings, row.end))
        if row.strip.kind == "table"
        else len(row.values) - usual[row.strip.table]
        for row in rows
    ]


def settle(placed: Sequence[PlacedRow], readings: Readings, search: Budget) -> None:
    """Lets the sums down the columns decide what is open, within the budget, and records every row."""
    decision = _decide(placed, search)
    if decision.reason:
        why = (
            "was given up, too many ways are left"
            if decision.reason == "budget"
            else "found no way to satisfy the sums"
        )
        first = next(item.row for item in placed if item.placed.open or len(item.placed.options) > 1)
        readings.note("unsettled", f"table 3: the search for the place of each figure {why}", first.values[0].locator)
    for item in placed:
        kept = decision.kept.get(item.row.key)
        if item.row.key in decision.unproven:
            _emit(item, (), readings)
        elif kept is None or len(kept) == len(item.placed.options):
            _emit(item, item.placed.options, readings)
        else:
            options = tuple(option for option in item.placed.options if item.official(option) in kept)
            _emit(replace(item, placed=Placed(options, "arithmetic")), options, readings)


def _without_group_heads(rows: Sequence[RawRow], readings: Readings) -> list[RawRow]:
    """（六）其他处理 is a row of its own only where its three parts are not printed; else it heads them, empty or with
    their total."""
    if not any(row.key in OTHER_PARTS for row in rows):
        return list(rows)
    kept = []
    for row in rows:
        if row.key != OTHER:
            kept.append(row)
        elif any(slot.text for slot in row.values):
            kept.append(replace(row, key=SUBTOTAL + "other"))
    return kept


def _decide(placed: Sequence[PlacedRow], search: Budget) -> Decision:
    """Lets the sums down the columns decide between placements; in the official order of the columns."""
    if not any(item.placed.open or len(item.placed.options) > 1 for item in placed):
        return Decision({}, frozenset())
    times = Counter(item.row.key for item in placed)
    rows = {
        item.row.key: replace(item.placed, options=tuple(map(item.official, item.placed.options)))
        for item in placed
        if times[item.row.key] == 1
    }
    twice = frozenset(item.row.key for item in placed if item.placed.open and times[item.row.key] > 1)
    decision = decide(rows, _balances(rows.keys()), _group_sums(rows.keys()), search)
    return replace(decision, unproven=decision.unproven | twice)


def _balances(printed: Collection[str]) -> list[Equation]:
    """The sums of the form: results add up to 总计, new and carried in to handled and carried out."""
    parts = any(name in printed for name in OTHER_PARTS)
    leaves = [
        name
        for name in lexicon().order3
        if name not in _SUMS and ((name == OTHER) != parts or name not in (OTHER, *OTHER_PARTS))
    ]
    return [
        {**dict.fromkeys(leaves, 1), "requests_handled": -1},
        {"requests_new": 1, "requests_carried_in": 1, "requests_handled": -1, "requests_carried_out": -1},
    ]


def _group_sums(printed: Collection[str]) -> list[Equation]:
    """The total lines of groups that the report prints beside what the form asks."""
    words = lexicon()
    sums: list[Equation] = []
    for key in printed:
        if key.startswith(SUBTOTAL):
            group = key.removeprefix(SUBTOTAL)
            parts = [row.indicator for row in words.rows3.values() if row.group == group and row.indicator != OTHER]
            sums.append({**dict.fromkeys(parts, 1), key: -1})
    return sums


def _emit(item: PlacedRow, options: Sequence[Placement], readings: Readings) -> None:
    row = item.row
    group = row.key.removeprefix(SUBTOTAL) if row.key.startswith(SUBTOTAL) else ""
    roles = item.roles
    if group:
        if len(options) == 1:
            for role, slot in zip(roles, options[0], strict=True):
                if role != ORG_SUBTOTAL:
                    readings.extra("subtotal_row", group, role, slot)
        return
    readings.slots[NUMBER] += len(APPLICANTS)
    if not options and has_figures(row):
        readings.note(
            "broken_row", f"{row.label}: {len(row.values)} cells cannot be put to 7 applicants", row.values[0].locator
        )
    method = item.placed.method + (f"+{row.named}" if row.named else "")
    for applicant in APPLICANTS:
        column = roles.index(applicant)
        slots = [option[column] for option in options]
        texts = {slot.text if slot is not None else "" for slot in slots}
        if len(texts) == 1:
            readings.cell(row.key, applicant, slots[0], method)
        else:
            readings.doubt(row.key, (applicant,), row.values, method)
    if ORG_SUBTOTAL in roles and len(options) == 1:
        readings.extra("org_subtotal", row.key, ORG_SUBTOTAL, options[0][roles.index(ORG_SUBTOTAL)])
