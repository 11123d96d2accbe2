"""Table 3, requests received and handled: rows by label, columns by applicant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.align import (
    Balance,
    Placed,
    Placement,
    all_filled,
    by_columns,
    distinct,
    holds,
    parts_add_up,
    solve,
    spreads,
    windows,
)
from pipelines.forms import lexicon
from pipelines.labels import ORDER, name_unknown
from pipelines.model import APPLICANTS
from pipelines.rows import ORG_SUBTOTAL, OTHER, OTHER_PARTS, SUBTOTAL, Heading, RawRow, usual_ends
from pipelines.strips import Slot
from pipelines.values import Readings

NUMBER = "3"
_SUMS = ("requests_new", "requests_carried_in", "requests_handled", "requests_carried_out")
_PARTS = tuple(range(len(APPLICANTS) - 1))
_TOTAL = len(APPLICANTS) - 1


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
    """Reads every row of table 3 into `readings`; total lines and 法人小计 columns become extras."""
    named = name_unknown([row for row in rows if row.number == 3], readings)
    named = _without_group_heads(named, readings)
    settle(_agree_on_padding([_place(row, short) for row, short in zip(named, _short(named), strict=True)]), readings)


def _short(rows: Sequence[RawRow]) -> list[bool]:
    """For each row whether it has fewer cells than most rows of its table, or ends elsewhere in its grid: it may have lost
    one, or have one too many."""
    ends = usual_ends(rows)
    counts: dict[int, Counter[int]] = {}
    for row in rows:
        counts.setdefault(row.strip.table, Counter())[len(row.values)] += 1
    usual = {table: max(count, key=lambda width: (count[width], width)) for table, count in counts.items()}
    return [
        row.end != ends.get(row.headings, row.end)
        if row.strip.kind == "table"
        else len(row.values) < usual[row.strip.table]
        for row in rows
    ]


def settle(placed: Sequence[PlacedRow], readings: Readings, prove: bool = False) -> None:
    """Lets the sums down the columns decide what is open, and records every row.

    With `prove` a placement counts only if, with all rows found, some choice satisfies the sums down the columns; but a
    row of seven figures of one digit needs no proof.
    """
    solved = _solve(placed, prove)
    for item in placed:
        options = solved.get(item.row.key) if _single(placed, item) else None
        _emit(item, item.placed.options if options is None else options, readings)


def _single(placed: Sequence[PlacedRow], item: PlacedRow) -> bool:
    return sum(1 for other in placed if other.row.key == item.row.key) == 1


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


def _place(row: RawRow, short: bool) -> PlacedRow:
    kind = "grid" if row.strip.kind == "table" else row.strip.kind
    roles, complete = _roles(row.headings)
    if not roles:
        return PlacedRow(row, APPLICANTS, Placed((), kind))
    if row.strip.kind == "table":
        if complete and _left_to_right(row.headings):
            placement = by_columns(row.values, row.headings)
            if short and _filled(row) and placement is not None and not all_filled(placement):
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
    options = _options(row.values, len(roles))
    exact = len(row.values) == len(roles) and complete and row.strip.kind != "table"
    uncertain = exact and (short or _total_lost(options[0], roles)) and _filled(row) and not all_filled(options[0])
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
    if len(row.values) < len(roles) or exact:
        return PlacedRow(row, roles, Placed(options if sure else (), "arithmetic"))
    return PlacedRow(row, roles, Placed(options, method))


def _left_to_right(headings: Sequence[Heading]) -> bool:
    """Whether the headings stand in one grid from left to right in the order in which they are read: lost spans put
    总计 in the middle of the organisations."""
    columns = [heading.slot.column for heading in headings]
    return columns == sorted(columns) and len({heading.table for heading in headings}) == 1


def _options(values: Sequence[Slot], count: int) -> tuple[Placement, ...]:
    """Placements of as many, more or fewer cells than columns. Of more cells a run counts if it follows the label at once
    or has no empty cell: an empty cell too many inside a row shifts figures without changing their sum."""
    if len(values) < count:
        return distinct(spreads(values, count)) if any(slot.text for slot in values) else ()
    runs = [run for run in windows(values, count) if run[0] is values[0] or all_filled(run)]
    return distinct(runs)


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


def _solve(placed: Sequence[PlacedRow], prove: bool) -> dict[str, tuple[Placement, ...]]:
    """Lets the sums down the columns decide between placements; in the official order of the columns."""
    options = {
        item.row.key: tuple(item.official(option) for option in item.placed.options)
        for item in placed
        if _single(placed, item)
    }
    if (
        not prove
        and not any(item.row.named == ORDER for item in placed)
        and all(len(choices) < 2 for choices in options.values())
    ):
        return {}
    words = lexicon()
    leaves = [name for name in words.order3 if name not in _SUMS]
    printed_parts = any(name in options for name in OTHER_PARTS)
    leaves = [name for name in leaves if (name == OTHER) != printed_parts or name not in (OTHER, *OTHER_PARTS)]
    balances = [
        Balance({**dict.fromkeys(leaves, 1), "requests_handled": -1}),
        Balance({"requests_new": 1, "requests_carried_in": 1, "requests_handled": -1, "requests_carried_out": -1}),
    ]
    solved = solve(options, balances)
    if prove and not all(holds(solved, balance) for balance in balances):
        return {name: choices if _one_digit(choices) else () for name, choices in options.items()}
    by_order = {item.row.key for item in placed if item.row.named == ORDER}
    unproven = by_order if not all(holds(solved, balance) for balance in balances) else set()
    return {
        name: () if name in unproven else choices
        for name, choices in solved.items()
        if choices != options[name] or name in unproven
    }


def _one_digit(choices: Sequence[Placement]) -> bool:
    return len(choices) == 1 and all(slot is not None and len(slot.text) == 1 for slot in choices[0])


def _emit(item: PlacedRow, options: Sequence[Placement], readings: Readings) -> None:
    row = item.row
    group = row.key.removeprefix(SUBTOTAL) if row.key.startswith(SUBTOTAL) else ""
    solved = bool(options) and len(options[0]) != len(item.roles)
    roles = APPLICANTS if solved or options is not item.placed.options else item.roles
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
    method = item.placed.method if options is item.placed.options else "arithmetic"
    if row.named:
        method += f"+{row.named}"
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
