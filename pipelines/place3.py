"""The placements of a row of table 3: proven by its grid or its count, or proposed for the sums to decide."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from pipelines.align import (
    Placed,
    Placement,
    all_filled,
    by_columns,
    distinct,
    number,
    parts_add_up,
    spreads,
    subsets,
    windows,
)
from pipelines.cuts import sums
from pipelines.labels import ORDER
from pipelines.model import APPLICANTS
from pipelines.rows import ORG_SUBTOTAL, ORGANISATIONS, TORN, Heading, RawRow
from pipelines.solver import Budget, Exhausted
from pipelines.strips import Slot

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


def _roles(headings: Sequence[Heading]) -> tuple[tuple[str, ...], bool]:
    """The applicants of the columns, and whether all were printed. Else the official order, if nothing contradicts it.

    The sums cannot see columns that changed places: an order of their own only the headings of one table prove.
    """
    roles = tuple(heading.role for heading in headings)
    if set(APPLICANTS) <= set(roles) and len(set(roles)) == len(roles):
        if not is_official(roles) and len({heading.table for heading in headings}) > 1:
            return APPLICANTS if len(roles) == len(APPLICANTS) else (), False
        return roles, True
    known = [role for role in roles if role in APPLICANTS]
    in_order = known == [role for role in APPLICANTS if role in known]
    return (APPLICANTS if in_order and ORG_SUBTOTAL not in roles else ()), False


def is_official(roles: Sequence[str]) -> bool:
    return tuple(role for role in roles if role in APPLICANTS) == APPLICANTS


def place(row: RawRow, uneven: int, lossy: bool, cuts: Budget) -> PlacedRow:
    """The placements of a row by its grid or its count. `uneven` is how many cells it has more than most rows of its
    table, in a grid 1 if it ends elsewhere. A row whose name rests on its place alone must be proven. So must one in
    a table that is `lossy`, that lost its blanks: as many figures as applicants may be one too few and one twice.
    `cuts` is what all rows together may spend on cutting digits."""
    item = (_doubted(row, cuts) if lossy else None) or _placed(row, uneven, cuts)
    return replace(item, placed=replace(item.placed, open=True)) if row.named == ORDER else item


def loses_blanks(row: RawRow) -> bool:
    """Whether a row has fewer cells than applicants, all figures, which add up all the same: blanks got lost."""
    counts = [count for slot in row.values if (count := number(slot)) is not None]
    return 0 < len(counts) == len(row.values) < len(APPLICANTS) and sum(counts[:-1]) == counts[-1]


def _doubted(row: RawRow, cuts: Budget) -> PlacedRow | None:
    """A row of as many figures as applicants, in a table that lost its blanks, if it might have lost one and repeat another:
    a repeated figure breaks the row's sum, a repeated zero does not. None where neither can be."""
    roles, _ = _roles(row.headings)
    if not (is_official(roles) and len(row.values) == len(roles) and all_filled(row.values)):
        return None
    twins = any(number(a) == 0 == number(b) for a, b in pairwise(row.values))
    if not twins and _adds_up(row.values, roles):
        return None
    return PlacedRow(row, roles, Placed(_proposals(row.values, roles, cuts, lossy=True), "arithmetic", open=True))


def _placed(row: RawRow, uneven: int, cuts: Budget) -> PlacedRow:
    if row.named == TORN:
        roles = _roles(row.headings)[0]
        options = _proposals([slot for slot in row.values if slot.text], roles, cuts) if roles else ()
        return PlacedRow(row, roles or APPLICANTS, Placed(options, "arithmetic", open=True))
    kind = "grid" if row.strip.kind == "table" else row.strip.kind
    roles, complete = _roles(row.headings)
    if not roles:
        return PlacedRow(row, APPLICANTS, Placed((), kind))
    if row.strip.kind == "table":
        if complete and _left_to_right(row.headings):
            placement = by_columns(row.values, row.headings)
            if uneven and has_figures(row) and placement is not None and not all_filled(placement):
                placement = None
            if placement is not None and (row.headings[0].table == row.strip.table or _adds_up(placement, roles)):
                return PlacedRow(row, roles, Placed((placement,), kind))
        if any(slot.text and (slot.carried or slot.tall) for slot in row.values):
            return PlacedRow(row, roles, Placed((), kind))
    elif row.strip.kind == "pipes" and complete and len(row.values) > len(roles):
        placement = by_columns(row.values, row.headings)
        if placement is not None and _adds_up(placement, roles):
            return PlacedRow(row, roles, Placed((placement,), kind))
    if not is_official(roles):
        # No sum sees columns exchanged: another order than the form's is believed only where each figure stands below
        # its heading in one grid.
        return PlacedRow(row, APPLICANTS, Placed((), kind))
    method = kind if complete else f"{kind}+official_order"
    if complete and row.strip.kind == "table":
        method = "grid+order"
    blanks = any(not slot.text for slot in row.values)
    lossy = (row.strip.kind != "table" and len(row.values) - uneven < len(roles)) or loses_blanks(row)
    if (
        has_figures(row)
        and uneven
        and ((blanks and len(row.values) > len(roles)) or (lossy and len(row.values) == len(roles)))
    ):
        # Among rows that lost cells seven figures may be those of two rows; else seven figures are a row, whatever its sum.
        runs = [run for run in windows(row.values, len(roles)) if all_filled(run)]
        if complete and not lossy and row.strip.kind != "table" and runs and not _adds_up(runs[0], roles):
            return PlacedRow(row, roles, Placed((runs[0],), method))
        return PlacedRow(row, roles, Placed(_proposals(row.values, roles, cuts, lossy), "arithmetic", open=True))
    options = _options(row.values, len(roles))
    exact = len(row.values) == len(roles) and complete and row.strip.kind != "table"
    uncertain = (
        exact and (uneven < 0 or _total_lost(options[0], roles)) and has_figures(row) and not all_filled(options[0])
    )
    if exact and not uncertain:
        return PlacedRow(row, roles, Placed(options, method))
    # As many figures in a run as headings stand below these, whatever their sum.
    whole = complete and row.strip.kind != "table"
    options = tuple(o for o in options if not _speaks_against(o, roles) or (whole and all_filled(o)))
    sure = tuple(option for option in options if _adds_up(option, roles))
    if len(row.values) > len(roles) and len(options) > 1 and len(sure) == 1:
        return PlacedRow(row, roles, Placed(sure, "arithmetic"))
    if row.strip.kind == "table":
        options = tuple(o for o in options if o in sure or all_filled(o) or not has_figures(row))
    if exact:
        return PlacedRow(row, roles, Placed(options if sure else (), "arithmetic"))
    if not options and has_figures(row):
        return PlacedRow(row, roles, Placed(_proposals(row.values, roles, cuts, lossy), "arithmetic", open=True))
    return PlacedRow(row, roles, Placed(options, method))


def _proposals(
    values: Sequence[Slot], roles: Sequence[str], cuts: Budget, lossy: bool = False
) -> tuple[Placement, ...]:
    """Every way to put the cells to the columns in their order under which the row adds up: with columns left empty, or
    figures left out that are too many, or, where there is none, with cells cut that lost the border between them. The
    total must head a column at an end of the row. Where most rows are `lossy` zeros prove no place: no sum would miss one
    that is lost or printed twice, so they may stand wherever no other figure does."""
    if roles.index("total") not in (0, len(roles) - 1):
        return ()
    filled = [slot for slot in values if slot.text]
    count = len(roles)
    zeros = [slot for slot in filled if number(slot) == 0]
    if lossy and zeros and len(filled) <= count:
        others = [slot for slot in filled if slot not in zeros]
        options = [option for option in spreads(others, count) if _lawful(option, roles)]
        return (*options, *(tuple(slot or zeros[0] for slot in option) for option in options))
    if len(values) < count:
        options = spreads(values, count)
    elif len(filled) > count:
        options = subsets(filled, count)
    else:
        # The cell too many may be an empty one, or one printed twice.
        options = spreads(filled, count)
        if count == len(values) - 1 and len(filled) < count:
            options += [tuple(values[:i]) + tuple(values[i + 1 :]) for i in range(count) if _same(values[i : i + 2])]
    lawful = tuple(option for option in distinct(options) if _lawful(option, roles))
    if lossy:
        # A figure printed twice in a row that is too short all the same.
        once = (filled[:i] + filled[i + 1 :] for i in range(len(filled) - 1) if _same(filled[i : i + 2]))
        lawful += tuple(option for rest in once for option in spreads(rest, count) if _lawful(option, roles))
    if lawful or len(filled) >= count or roles[-1] != "total" or ORG_SUBTOTAL in roles:
        return lawful
    return tuple(option for cut in _cut(filled, count, cuts) for option in spreads(cut, count))


def _same(slots: Sequence[Slot]) -> bool:
    return len({slot.text for slot in slots}) == 1


def _cut(filled: Sequence[Slot], count: int, cuts: Budget) -> list[list[Slot]]:
    """Every way to cut cells of digits, at least one of them, into at most `count` numbers that end with their sum."""
    text = "".join(slot.text for slot in filled)
    if not (text.isascii() and text.isdigit()):
        return []
    ends = list(accumulate(len(slot.text) for slot in filled))
    allowed = min(_CUT_STEPS, cuts.steps)
    budget, found = Budget(allowed), []
    try:
        for size in range(len(filled) + 1, count + 1):
            for cut in sums(text, 0, len(text), size, frozenset(ends), budget):
                found.append([_piece(filled[bisect_right(ends, start)], text[start:end]) for start, end in cut])
                if len(found) > _MOST_CUTS:
                    return []
    except Exhausted:
        return []
    finally:
        cuts.steps -= allowed - max(budget.steps, 0)
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


def agree_on_padding(placed: Sequence[PlacedRow]) -> list[PlacedRow]:
    """Rows of one table are padded alike: where other rows prove where the figures begin, this one begins there, too."""
    starts: dict[int, set[int]] = {}
    for item in placed:
        if len(item.row.values) > len(item.roles) and len(item.placed.options) == 1 and has_figures(item.row):
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


def has_figures(row: RawRow) -> bool:
    return any(slot.text for slot in row.values)
