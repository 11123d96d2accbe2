"""Table 3, requests received and handled: rows by label, columns by applicant."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from pipelines.align import (
    Decision,
    Placed,
    Placement,
    all_filled,
    by_columns,
    decide,
    distinct,
    number,
    parts_add_up,
    spreads,
    subsets,
    windows,
)
from pipelines.cuts import sums
from pipelines.forms import lexicon
from pipelines.labels import ORDER, name_unknown
from pipelines.model import APPLICANTS
from pipelines.rows import (
    ORG_SUBTOTAL,
    ORGANISATIONS,
    OTHER,
    OTHER_PARTS,
    SUBTOTAL,
    TORN,
    Heading,
    RawRow,
    usual_ends,
)
from pipelines.solver import Budget, Equation, Exhausted
from pipelines.strips import Slot
from pipelines.values import Readings

NUMBER = "3"
_SUMS = ("requests_new", "requests_carried_in", "requests_handled", "requests_carried_out")
_CUT_STEPS = 20_000
_MOST_CUTS = 300


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of table 3 with the placements of its figures; `roles` are the columns of each placement."""

    row: RawRow
    roles: tuple[str, ...]
    placed: Placed

    def by_role(self, placement: Placement, role: str) -> Slot | None:
        return placement[self.roles.index(role)]

    def official(self, placement: Placement) -> Placement:
        return tuple(self.by_role(placement, applicant) for applicant in APPLICANTS)


def read_table3(rows: Iterable[RawRow], readings: Readings) -> None:
    """Reads every row of table 3 into `readings`; total lines and 法人小计 columns become extras. A table that is printed
    again is a table of its own: its sums are its own."""
    for table in _tables([row for row in rows if row.number == 3], readings):
        named = name_unknown(table, readings)
        named = _without_group_heads(named, readings)
        placed = [_place(row, uneven) for row, uneven in zip(named, _uneven(named), strict=True)]
        settle(_agree_on_padding(placed), readings)


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


def settle(placed: Sequence[PlacedRow], readings: Readings) -> None:
    """Lets the sums down the columns decide what is open, and records every row."""
    decision = _decide(placed)
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


def _roles(headings: Sequence[Heading]) -> tuple[tuple[str, ...], bool]:
    """The applicants of the columns, and whether all were printed. Else the official order, if nothing contradicts it."""
    roles = tuple(heading.role for heading in headings)
    if set(APPLICANTS) <= set(roles) and len(set(roles)) == len(roles):
        return roles, True
    known = [role for role in roles if role in APPLICANTS]
    in_order = known == [role for role in APPLICANTS if role in known]
    return (APPLICANTS if in_order and ORG_SUBTOTAL not in roles else ()), False


def _place(row: RawRow, uneven: int) -> PlacedRow:
    """The placements of a row by its grid or its count. `uneven` is how many cells it has more than most rows of its
    table, in a grid 1 if it ends elsewhere. A row whose name rests on its place alone must be proven."""
    item = _placed(row, uneven)
    return replace(item, placed=replace(item.placed, open=True)) if row.named == ORDER else item


def _placed(row: RawRow, uneven: int) -> PlacedRow:
    if row.named == TORN:
        roles = _roles(row.headings)[0]
        options = _proposals([slot for slot in row.values if slot.text], roles) if roles else ()
        return PlacedRow(row, roles or APPLICANTS, Placed(options, "arithmetic", open=True))
    kind = "grid" if row.strip.kind == "table" else row.strip.kind
    roles, complete = _roles(row.headings)
    if not roles:
        return PlacedRow(row, APPLICANTS, Placed((), kind))
    if row.strip.kind == "table":
        if complete and _left_to_right(row.headings):
            placement = by_columns(row.values, row.headings)
            if uneven and _filled(row) and placement is not None and not all_filled(placement):
                placement = None
            if placement is not None and (row.headings[0].table == row.strip.table or _adds_up(placement, roles)):
                return PlacedRow(row, roles, Placed((placement,), kind))
        if any(slot.text and (slot.carried or slot.tall) for slot in row.values):
            return PlacedRow(row, roles, Placed((), kind))
    elif row.strip.kind == "pipes" and complete and len(row.values) > len(roles):
        placement = by_columns(row.values, row.headings)
        if placement is not None and _adds_up(placement, roles):
            return PlacedRow(row, roles, Placed((placement,), kind))
    method = kind if complete else f"{kind}+official_order"
    if complete and row.strip.kind == "table":
        method = "grid+order"
    if (
        uneven > 0
        and row.strip.kind != "table"
        and len(row.values) > len(roles)
        and any(not s.text for s in row.values)
    ):
        return PlacedRow(row, roles, Placed(_proposals(row.values, roles), "arithmetic", open=True))
    options = _options(row.values, len(roles))
    exact = len(row.values) == len(roles) and complete and row.strip.kind != "table"
    uncertain = exact and (uneven < 0 or _total_lost(options[0], roles)) and _filled(row) and not all_filled(options[0])
    if exact and uneven and _adds_up(options[0], roles) is False:
        # Seven figures among rows that lost cells may be those of two rows.
        return PlacedRow(row, roles, Placed((), method))
    if exact and not uncertain:
        return PlacedRow(row, roles, Placed(options, method))
    # As many figures in a run as headings stand below these, whatever their sum.
    whole = complete and row.strip.kind != "table"
    options = tuple(o for o in options if not _speaks_against(o, roles) or (whole and all_filled(o)))
    sure = tuple(option for option in options if _adds_up(option, roles))
    if len(row.values) > len(roles) and len(options) > 1 and len(sure) == 1:
        return PlacedRow(row, roles, Placed(sure, "arithmetic"))
    if row.strip.kind == "table":
        options = tuple(o for o in options if o in sure or all_filled(o) or not _filled(row))
    if exact:
        return PlacedRow(row, roles, Placed(options if sure else (), "arithmetic"))
    if not options and _filled(row):
        return PlacedRow(row, roles, Placed(_proposals(row.values, roles), "arithmetic", open=True))
    return PlacedRow(row, roles, Placed(options, method))


def _proposals(values: Sequence[Slot], roles: Sequence[str]) -> tuple[Placement, ...]:
    """Every way to put the cells to the columns in their order under which the row adds up: with columns left empty, or
    figures left out that are too many, or, where there is none, with cells cut that lost the border between them. The
    total must head a column at an end of the row."""
    if roles.index("total") not in (0, len(roles) - 1):
        return ()
    filled = [slot for slot in values if slot.text]
    count = len(roles)
    if len(values) < count:
        options = spreads(values, count)
    elif len(filled) <= count:
        options = spreads(filled, count)
    else:
        options = subsets(filled, count)
    lawful = tuple(option for option in distinct(options) if _lawful(option, roles))
    if lawful or len(filled) >= count or roles[-1] != "total" or ORG_SUBTOTAL in roles:
        return lawful
    return tuple(option for cut in _cut(filled, count) for option in spreads(cut, count))


def _cut(filled: Sequence[Slot], count: int) -> list[list[Slot]]:
    """Every way to cut cells of digits, at least one of them, into at most `count` numbers that end with their sum."""
    text = "".join(slot.text for slot in filled)
    if not (text.isascii() and text.isdigit()):
        return []
    ends = list(accumulate(len(slot.text) for slot in filled))
    budget, found = Budget(_CUT_STEPS), []
    try:
        for size in range(len(filled) + 1, count + 1):
            for cut in sums(text, 0, len(text), size, frozenset(ends), budget):
                found.append([_piece(filled[bisect_right(ends, start)], text[start:end]) for start, end in cut])
                if len(found) > _MOST_CUTS:
                    return []
    except Exhausted:
        return []
    return found


def _piece(slot: Slot, text: str) -> Slot:
    return slot._replace(text=text)


def _lawful(placement: Placement, roles: Sequence[str]) -> bool:
    """Whether the row adds up, its total is printed unless nothing else counts, and a 法人小计 is the organisations' sum."""
    if _total_lost(placement, roles):
        return all(number(slot) == 0 for slot in placement if slot is not None and slot.text)
    if not _adds_up(placement, roles):
        return False
    if ORG_SUBTOTAL not in roles:
        return True
    subtotal = number(placement[roles.index(ORG_SUBTOTAL)]) or 0.0
    return subtotal == sum(number(placement[roles.index(name)]) or 0.0 for name in ORGANISATIONS)


def _left_to_right(headings: Sequence[Heading]) -> bool:
    """Whether the headings stand in one grid from left to right in the order in which they are read: lost spans put
    总计 in the middle of the organisations."""
    columns = [heading.slot.column for heading in headings]
    return columns == sorted(columns) and len({heading.table for heading in headings}) == 1


def _options(values: Sequence[Slot], count: int) -> tuple[Placement, ...]:
    """Placements of as many or more cells than columns: a run counts if it follows the label at once or has no empty
    cell, for an empty cell too many inside a row shifts figures without changing their sum."""
    return distinct([run for run in windows(values, count) if run[0] is values[0] or all_filled(run)])


def _adds_up(placement: Placement, roles: Sequence[str]) -> bool | None:
    parts = [index for index, role in enumerate(roles) if role not in ("total", ORG_SUBTOTAL)]
    return parts_add_up(placement, parts, roles.index("total"))


def _speaks_against(placement: Placement, roles: Sequence[str]) -> bool:
    """Whether the row's sum does not hold, or its total is not printed though parts are."""
    return _total_lost(placement, roles) or _adds_up(placement, roles) is False


def _total_lost(placement: Placement, roles: Sequence[str]) -> bool:
    """Whether parts are printed and no total: a cell before it may be lost."""
    total = placement[roles.index("total")]
    return (total is None or not total.text) and any(slot is not None and slot.text for slot in placement)


def _agree_on_padding(placed: Sequence[PlacedRow]) -> list[PlacedRow]:
    """Rows of one table are padded alike: where other rows prove where the figures begin, this one begins there, too."""
    starts: dict[int, set[int]] = {}
    for item in placed:
        if len(item.row.values) > len(item.roles) and len(item.placed.options) == 1 and _filled(item.row):
            first = item.placed.options[0][0]
            if first is not None:
                starts.setdefault(item.row.strip.table, set()).add(item.row.values.index(first))
    result = []
    for item in placed:
        known = starts.get(item.row.strip.table, set())
        if len(item.placed.options) > 1 and len(item.row.values) > len(item.roles) and len(known) == 1:
            start = next(iter(known))
            window = tuple(item.row.values[start : start + len(item.roles)])
            if window in item.placed.options:
                item = replace(item, placed=Placed((window,), item.placed.method))
        result.append(item)
    return result


def _filled(row: RawRow) -> bool:
    return any(slot.text for slot in row.values)


def _decide(placed: Sequence[PlacedRow]) -> Decision:
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
    decision = decide(rows, _balances(rows.keys()), _group_sums(rows.keys()))
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
    if not options and _filled(row):
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
