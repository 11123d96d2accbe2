"""Rows of table 3 whose label is damaged or lost: named only where the label's remains and the order leave one name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from pipelines.fold import fold
from pipelines.forms import lexicon
from pipelines.model import APPLICANTS
from pipelines.rows import OTHER, OTHER_PARTS, RawRow
from pipelines.strips import Slot
from pipelines.values import Readings

NEAR = "near_label"
ORDER = "order"
_SHORTEST = 4
_FARTHEST = 2
_CLEAR = 2
"""The next best label must be so many edits farther away."""


def name_unknown(rows: Sequence[RawRow], readings: Readings) -> list[RawRow]:
    """The rows of table 3, those with damaged or lost labels named where that is certain, the others left out.

    A label within two edits of exactly one row's, with every other row's at least two edits farther, names that row
    (`named` is `near_label`), if the row is not printed elsewhere and belongs between the rows before and after it. Rows
    that still have no name, each of seven figures, and exactly as many as the form has rows missing there, get those
    names in their order (`named` is `order`): the sums of the table must then confirm that none is missing or too many.
    Where their number differs, the rows missing there are ambiguous.
    """
    rows = list(rows)
    taken = {row.key for row in rows}
    for index, row in enumerate(rows):
        near = "" if row.key else nearest(fold(row.label))
        if near and near not in taken and near in _missing(rows, index):
            taken.add(near)
            rows[index] = replace(row, key=near, named=NEAR)
            readings.note(NEAR, f"{row.label!r} is read as the row {near}", row.values[0].locator)
    for start, end in _nameless(rows):
        missing = [name for name in _missing(rows, start) if name not in taken]
        run = rows[start:end]
        for row in run:
            code = "unknown_label" if row.label else "orphan_row"
            readings.note(code, f"table 3 has a row of unknown label: {row.label!r}", row.values[0].locator)
        if len(missing) == len(run) and all(len(filled(row)) == len(APPLICANTS) for row in run):
            rows[start:end] = [replace(row, key=name, named=ORDER) for row, name in zip(run, missing, strict=True)]
            continue
        for name in missing:
            readings.doubt(name, APPLICANTS, [slot for row in run for slot in row.values], "order")
    return [row for row in rows if row.key]


def filled(row: RawRow) -> list[Slot]:
    return [slot for slot in row.values if slot.text]


def _nameless(rows: Sequence[RawRow]) -> list[tuple[int, int]]:
    """Runs of neighbouring rows without a name."""
    runs = [list(group) for nameless, group in groupby(range(len(rows)), lambda i: not rows[i].key) if nameless]
    return [(run[0], run[-1] + 1) for run in runs]


def _missing(rows: Sequence[RawRow], index: int) -> list[str]:
    """The form's rows between the named rows before and after this place, in order. （六）其他处理 counts as one row or
    as its three parts, whichever the document prints."""
    order = list(lexicon().order3)
    places = {name: place for place, name in enumerate(order)}
    before = next((places[row.key] for row in reversed(rows[:index]) if row.key in places), -1)
    after = next((places[row.key] for row in rows[index:] if row.key in places), len(order))
    printed = {row.key for row in rows}
    other = {OTHER} if printed & set(OTHER_PARTS) else set(OTHER_PARTS) if OTHER in printed else set()
    return [name for name in order[before + 1 : after] if name not in other]


def nearest(folded: str) -> str:
    """The indicator of the one row whose label is within two edits of the text; '' if there is none or more than one."""
    if len(folded) < _SHORTEST:
        return ""
    distances: dict[str, int] = {}
    for label, row in lexicon().rows3.items():
        if len(label) >= _SHORTEST and abs(len(label) - len(folded)) <= _FARTHEST + _CLEAR:
            distance = edits(folded, label)
            distances[row.indicator] = min(distance, distances.get(row.indicator, distance))
    ranked = sorted((distance, indicator) for indicator, distance in distances.items())
    if not ranked or ranked[0][0] > min(_FARTHEST, len(folded) // 4):
        return ""
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _CLEAR:
        return ""
    return ranked[0][1]


def edits(left: str, right: str) -> int:
    """Levenshtein distance."""
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (a != b)))
        previous = current
    return previous[-1]
