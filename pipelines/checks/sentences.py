"""Prose against tables: TXT_* and TXT_CONTRADICTION. Every sentence that states a figure is compared, not the first.

Such sentences disagree with the tables for good reasons too (an office against its whole jurisdiction); the findings
say what stands where and never change a cell.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.checks.arithmetic import zeros
from pipelines.checks.subject import Key, Subject, figure, finding
from pipelines.model import Check, Outcome
from pipelines.prose import Statement

_CELLS: dict[str, tuple[str, tuple[tuple[Key, ...], ...], str]] = {
    "new": ("TXT_NEW", ((("requests_new", "total"),),), "newly received"),
    "carried_in": ("TXT_CARRY_IN", ((("requests_carried_in", "total"),),), "carried in from last year"),
    "received": (
        "TXT_RECEIVED",
        ((("requests_new", "total"),), (("requests_new", "total"), ("requests_carried_in", "total"))),
        "received",
    ),
    "handled": ("TXT_HANDLED", ((("requests_handled", "total"),),), "handled"),
    "carried_out": ("TXT_CARRY_OUT", ((("requests_carried_out", "total"),),), "carried over to next year"),
    "review": ("TXT_REVIEW", ((("review_total", ""),),), "administrative reviews"),
    "litigation": (
        "TXT_LITIGATION",
        ((("litigation_direct_total", ""), ("litigation_after_review_total", "")),),
        "litigation",
    ),
}


def check(subject: Subject) -> Iterator[Check]:
    """A row for each sentence that states a figure, and one for each claim that a table can contradict."""
    if not subject.tabular:
        return
    for statement in subject.statements:
        if statement.concept in _CELLS and not (statement.about or statement.zero):
            yield _compare(subject, statement)
    yield from _contradictions(subject)


def _total(subject: Subject, keys: tuple[Key, ...]) -> tuple[float | None, bool]:
    """The sum of the cells (None if one of them has no figure that is read or proved) and whether a blank was counted as
    zero, which needs a proof by the form's sums."""
    values = [subject.value(*key) for key in keys]
    blank = any(value is None for value in values)
    if blank and not all(value is not None or key in zeros(subject) for key, value in zip(keys, values, strict=True)):
        return None, False
    return sum(value or 0.0 for value in values), blank


def _compare(subject: Subject, statement: Statement) -> Check:
    rule, choices, words = _CELLS[statement.concept]
    stated = float(statement.value)
    totals = [
        (total, blank)
        for keys in choices
        if (found := _total(subject, keys))[0] is not None
        for total, blank in [found]
    ]
    key = choices[0][0]
    where = f"characters {statement.start}–{statement.end}"
    if not totals:
        message = f"The prose states {figure(stated)} {words} ({where}); the table's cell could not be read."
        return finding(rule, "undecided", message, key=key, actual=stated)
    for total, blank in totals:
        if total == stated:
            message = f"Prose and table agree on {figure(stated)} {words}."
            return finding(
                rule, "pass_blank_as_zero" if blank else "pass", message, key=key, expected=total, actual=stated
            )
    total = totals[0][0]
    message = f"The prose states {figure(stated)} {words} ({where}: “{_short(statement)}”), the table {figure(total)}."
    return finding(rule, "fail", message, key=key, expected=total, actual=stated)


def _short(statement: Statement) -> str:
    return statement.sentence if len(statement.sentence) <= 60 else statement.sentence[:59] + "…"


def _contradictions(subject: Subject) -> Iterator[Check]:
    denials: tuple[tuple[str, tuple[Key, ...], str], ...] = (
        ("received", (("requests_new", "total"),), "The prose says that no request was received"),
        ("review", (("review_total", ""),), "The prose says that there was no administrative review"),
        (
            "litigation",
            (("litigation_direct_total", ""), ("litigation_after_review_total", "")),
            "The prose says that there was no litigation",
        ),
        ("carried_out", (("requests_carried_out", "total"),), "The prose says that nothing was carried over"),
    )
    for concept, keys, words in denials:
        if any(item.zero and item.concept == concept for item in subject.statements):
            yield from _contradiction(subject, keys, words)
    if any(claim.claim == "all_handled" for claim in subject.claims):
        yield from _contradiction(subject, (("requests_carried_out", "total"),), "The prose says that all were handled")


def _contradiction(subject: Subject, keys: tuple[Key, ...], words: str) -> Iterator[Check]:
    total, blank = _total(subject, keys)
    if total is None:
        yield finding("TXT_CONTRADICTION", "undecided", f"{words}; the table's cell could not be read.", key=keys[0])
    elif total > 0:
        message = f"{words}, the table says {figure(total)}."
        yield finding("TXT_CONTRADICTION", "fail", message, key=keys[0], expected=0.0, actual=total)
    else:
        outcome: Outcome = "pass_blank_as_zero" if blank else "pass"
        yield finding(
            "TXT_CONTRADICTION", outcome, f"{words}, and so does the table.", key=keys[0], expected=0.0, actual=0.0
        )
