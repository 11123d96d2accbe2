"""Rows of table 3 whose label is damaged or lost: named only where the label's remains and the order leave one name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.fold import fold
from pipelines.forms import lexicon
from pipelines.rows import RawRow
from pipelines.values import Readings

NEAR = "+near_label"
_SHORTEST = 4
_FARTHEST = 2
_CLEAR = 2
"""The next best label must be so many edits farther away."""


def name_unknown(rows: Sequence[RawRow], readings: Readings) -> list[RawRow]:
    """The rows with damaged labels named, the others of unknown label left out with a note.

    A label within two edits of exactly one row's, with every other row's at least two edits farther, names that row, if
    the row is not printed elsewhere and belongs between the rows named before and after it.
    """
    order = {indicator: index for index, indicator in enumerate(lexicon().order3)}
    taken = {row.key for row in rows}
    known = [order.get(row.key) for row in rows]
    named: list[RawRow] = []
    for index, row in enumerate(rows):
        if row.key:
            named.append(row)
            continue
        indicator = nearest(fold(row.label))
        before = max((k for k in known[:index] if k is not None), default=-1)
        after = min((k for k in known[index + 1 :] if k is not None), default=len(order))
        locator = row.values[0].locator if row.values else ""
        if indicator and indicator not in taken and before < order[indicator] < after:
            taken.add(indicator)
            known[index] = order[indicator]
            named.append(replace(row, key=indicator, near=True))
            readings.note("near_label", f"{row.label!r} is read as the row {indicator}", locator)
        else:
            code = "unknown_label" if row.label else "orphan_row"
            readings.note(code, f"table 3 has a row of unknown label: {row.label!r}", locator)
    return named


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
