"""Table 4 in other shapes than one row of fifteen: three tables, a group a row, a group a column, or a figure a line."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.align import number
from pipelines.forms import lexicon, spellings
from pipelines.strips import Slot, Strip, is_value
from pipelines.table4 import GROUPS, OFFICIAL, OUTCOMES, Role


def read_groups4(strips: Iterable[Strip]) -> dict[Role, Slot | None] | None:
    """The fifteen figures, each by the labels of its group and its outcome; None unless every one was found once, and in
    each group the outcomes add up to the total.

    A row counts if it has the outcomes' number of figures under five different outcomes, three figures after the label of
    an outcome under the three groups, or one figure after it.
    """
    found: dict[Role, Slot | None] = {}
    heads: list[str] = []
    columns: list[str] = []
    group = ""
    for strip in strips:
        groups, outcomes, values, strange = _parts(strip)
        if strange or len(set(outcomes)) != len(outcomes):
            heads, columns, group = [], [], ""
            continue
        if groups:
            group = groups[-1] if len(groups) == 1 else ""
            # Headings of a row of groups may take two rows: 行政诉讼 above its two.
            columns = list(dict.fromkeys([*(columns if not values else []), *groups]))
        if len(outcomes) == len(OUTCOMES):
            heads = outcomes
        cells: list[tuple[Role, Slot]] = []
        if len(values) == len(OUTCOMES) == len(heads) and len(outcomes) in (0, len(OUTCOMES)) and group:
            cells = [((group, outcome), slot) for outcome, slot in zip(heads, values, strict=True)]
        elif len(outcomes) == 1 and len(values) == len(GROUPS) == len(columns):
            cells = [((name, outcomes[0]), slot) for name, slot in zip(columns, values, strict=True)]
        elif len(outcomes) == 1 and len(values) == 1 and group:
            cells = [((group, outcomes[0]), values[0])]
        for role, slot in cells:
            if role in found:
                return None
            found[role] = slot
    return found if set(found) == set(OFFICIAL) and all(_adds_up(found, name) for name in GROUPS) else None


def _parts(strip: Strip) -> tuple[list[str], list[str], list[Slot], bool]:
    """Groups, outcomes and figures of a strip, and whether it has other labels, or text after figures."""
    words = lexicon()
    groups: list[str] = []
    outcomes: list[str] = []
    values: list[Slot] = []
    strange = False
    for slot in strip.slots:
        if is_value(slot.text):
            if slot.text:
                values.append(slot)
            continue
        names = spellings(slot.text)
        group = next((words.groups4[name] for name in names if name in words.groups4), "")
        outcome = next((words.columns4[name] for name in names if name in words.columns4), "")
        if group in GROUPS:
            groups.append(group)
        elif outcome:
            outcomes.append(outcome)
        strange = strange or bool(values) or not (group or outcome)
    return groups, outcomes, values, strange and bool(values)


def _adds_up(found: dict[Role, Slot | None], group: str) -> bool:
    counts = [number(found[group, outcome]) for outcome in OUTCOMES]
    parts = [count for count in counts[:-1] if count is not None]
    return len(parts) == len(counts) - 1 and sum(parts) == counts[-1]
