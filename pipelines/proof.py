"""Which figures that were read from a picture count. A misread digit looks as right as any other, so recognition alone
proves nothing: a cell needs the form's sums, or two independent readings that agree without doubt."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipelines.checks.arithmetic import rows_of, table3, table4
from pipelines.checks.cells import table_of
from pipelines.checks.linear import Equation, evaluate
from pipelines.checks.subject import Key
from pipelines.codebook import indicators
from pipelines.document import Layout
from pipelines.model import Fact, Form, Outcome
from pipelines.places import OCR

SUM_SURE, SURE = 0.8, 0.97
"""The least score of both readings of a cell, with sums that prove it and without. Measured: `python -m bench ocr`."""
_HELD = ("pass", "pass_blank_as_zero")
_CLEAR_AMOUNT = re.compile(r"0|\d+\.(?:\d{1,2}|\d{4,})")
"""An amount whose point cannot have been lost, nor be a comma between thousands."""


def proven(facts: Sequence[Fact], form: Form | None, layout: Layout | None) -> tuple[Fact, ...]:
    """The facts; those read from a picture and not proven are `ambiguous`.

    In tables 3 and 4 every sum of the form that has the cell must hold, and both readings of its figure must agree. Where
    some of these sums cannot be decided (another cell is unread) one must hold, none fail, and the readings must agree
    with the highest scores. Where the form has no sums the scores alone decide; amounts without a point and changes without a
    sign stay open, since a lost point or sign leaves no trace. Statements of sentences are never proven.
    """
    if layout is None or not any(fact.method.endswith(OCR) for fact in facts):
        return tuple(facts)
    cells = {(fact.indicator, fact.applicant): fact for fact in facts}
    sums = _sums(form, cells)
    return tuple(
        fact
        if not fact.method.endswith(OCR)
        or fact.state not in ("reported", "blank", "dash")
        or _counts(fact, sums, layout)
        else fact._replace(value=None, state="ambiguous")
        for fact in facts
    )


def _sums(form: Form | None, cells: Mapping[Key, Fact]) -> dict[Key, list[Outcome]]:
    """For each cell the outcomes of the sums that have it."""
    if form not in ("2019", "2021"):
        return {}
    equations: list[Equation] = [*table3(rows_of(form, cells)), *table4()]
    found: dict[Key, list[Outcome]] = defaultdict(list)
    for equation in equations:
        check = evaluate(equation, cells)
        for key in (*equation.left, *equation.right):
            found[key].append(check.outcome if check else "undecided")
    return found


def _counts(fact: Fact, sums: Mapping[Key, Sequence[Outcome]], layout: Layout) -> bool:
    place = json.loads(fact.locator or "{}")
    score = layout.scores.get((place.get("table"), place.get("row"), place.get("col")), 1.0)
    if table_of(fact.indicator) in ("3", "4"):
        outcomes = sums.get((fact.indicator, fact.applicant), ())
        held = [outcome in _HELD for outcome in outcomes]
        return any(held) and "fail" not in outcomes and score >= (SUM_SURE if all(held) else SURE)
    if "table" not in place or score < SURE or fact.indicator not in indicators():
        return False
    if fact.value is None:
        return True
    indicator = indicators()[fact.indicator]
    if indicator.unit == "万元" and not _CLEAR_AMOUNT.fullmatch(fact.raw.strip()):
        return False
    return not (indicator.signed and fact.value > 0)
