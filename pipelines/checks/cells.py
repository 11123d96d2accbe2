"""Rules on single cells and their labels: NONNEG, INTEGER, NUMERIC, DIGIT_SPLIT, LABELS, BLANKS, F21_RULES_COMPETENCE."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from pipelines import dates
from pipelines.checks.arithmetic import applied, zeros
from pipelines.checks.subject import Subject, finding
from pipelines.codebook import indicators
from pipelines.model import Check, Fact
from pipelines.numbers import looks_like_value
from pipelines.wording import fold

_SPLIT = re.compile(r"(?<![\d,])\d{1,2}\s+\d|\d\s+\d{1,2}(?!\d)")


@cache
def table_of(indicator: str) -> str:
    """`2`, `3` or `4`: the table of the form that an indicator stands in ('' for those of older forms)."""
    for table, starts in (("2", ("art20_",)), ("3", ("requests_",)), ("4", ("review_", "litigation_"))):
        if indicator.startswith(starts):
            return table
    return ""


def check(subject: Subject) -> Iterator[Check]:
    """Each rule: a row for every cell that breaks it, or a single `pass`."""
    read = [fact for fact in subject.facts.values() if fact.state == "reported" and fact.value is not None]
    seen = [fact for fact in subject.facts.values() if fact.state != "absent"]
    if not seen:
        return
    for rule, rows in (
        ("NONNEG", [row for fact in read for row in _negative(fact)]),
        ("INTEGER", [row for fact in read for row in _fraction(fact)]),
        ("NUMERIC", [*_words(seen)]),
        ("DIGIT_SPLIT", [*_split(subject, seen), *_nines(subject)]),
        ("LABELS", [*_labels(subject)]),
    ):
        yield from rows or [finding(rule, "pass", f"Holds for all {len(seen)} cells.")]
    if subject.tabular:
        yield from _blanks(subject)
        yield from _competence(subject)


def _negative(fact: Fact) -> Iterator[Check]:
    assert fact.value is not None
    if fact.value < 0 and not indicators()[fact.indicator].signed:
        message = f"A count cannot be negative: {fact.raw}."
        yield finding(
            "NONNEG", "fail", message, key=(fact.indicator, fact.applicant), expected=">= 0", actual=fact.value
        )


def _fraction(fact: Fact) -> Iterator[Check]:
    assert fact.value is not None
    if fact.unit != "万元" and fact.value != int(fact.value):
        message = f"A count must be a whole number: {fact.raw}."
        yield finding("INTEGER", "fail", message, key=(fact.indicator, fact.applicant), actual=fact.value)


def _words(seen: Sequence[Fact]) -> Iterator[Check]:
    """A row for each cell that holds words; one for each row of a table whose figures could not be placed."""
    doubtful: dict[str, list[Fact]] = {}
    for fact in seen:
        if fact.state != "ambiguous":
            continue
        if re.search(r"\d", fold(fact.raw)) or all(map(looks_like_value, fact.raw.replace("|", " ").split())):
            doubtful.setdefault(fact.indicator, []).append(fact)
        else:
            message = f"The cell holds words in place of a number: {fact.raw}."
            yield finding("NUMERIC", "fail", message, key=(fact.indicator, fact.applicant), actual=fact.raw)
    for indicator, facts in doubtful.items():
        key = (indicator, facts[0].applicant if len(facts) == 1 else "")
        raw = " | ".join(dict.fromkeys(fact.raw for fact in facts if fact.raw))
        message = f"{len(facts)} cell{'s' * (len(facts) > 1)}: numbers were seen whose place or meaning cannot be proved: {raw}."
        yield finding("NUMERIC", "undecided", message, key=key, actual=raw, severity="warning")


def _split(subject: Subject, seen: list[Fact]) -> Iterator[Check]:
    # Figures that could not be placed are kept with all their neighbours of the row: these are no split number.
    shared = Counter(fact.raw for fact in seen)
    for fact in seen:
        if fact.state == "ambiguous" and shared[fact.raw] == 1 and _SPLIT.search(fold(fact.raw).strip()):
            message = f"Digits of one number stand apart: {fact.raw}."
            yield finding("DIGIT_SPLIT", "fail", message, key=(fact.indicator, fact.applicant), actual=fact.raw)
    opening = subject.outline.lines[subject.outline.body[0] : subject.outline.first]
    for printed in dict.fromkeys(dates.glued_dates(opening)):
        yield finding(
            "DIGIT_SPLIT", "fail", f"A character was lost between the digits of a date: {printed}.", actual=printed
        )


def _nines(subject: Subject) -> Iterator[Check]:
    """A sum that is wrong by a multiple of nine is what transposed or shifted digits leave behind."""
    for equation, found in applied(subject):
        if found is None or found.outcome != "fail" or equation.relation != "=":
            continue
        difference = float(found.expected) - float(found.actual)
        if difference and difference % 9 == 0:
            message = f"The sum is wrong by {abs(difference):g}, a multiple of nine: digits may be transposed or lost."
            yield finding(
                "DIGIT_SPLIT", "fail", message, key=equation.subject, expected=found.expected, actual=found.actual
            )


_UNNAMED = {
    "unknown_label",
    "orphan_row",
    "unknown_cell",
    "no_headings",
    "table4_rows",
    "printed_twice",
    "column_order",
    "columns",
    "several_reports",
}
"""What the reading of tables notes when figures are printed that no cell of the form takes in."""
_NAMED_ANYWAY = {"hidden", "near_label", "foreign_row", "duplicate_table"}


def _labels(subject: Subject) -> Iterator[Check]:
    """What the tables print and the form does not know, and labels that were recognised although damaged."""
    for code, message in subject.notes:
        if code in _UNNAMED or code in _NAMED_ANYWAY:
            sentence = f"{message[0].upper()}{message[1:]}."
            yield finding("LABELS", "fail", sentence, actual=code, severity=None if code in _UNNAMED else "info")


def _blanks(subject: Subject) -> Iterator[Check]:
    """How many cells of each table are blank, and how many of these arithmetic proves to be zero."""
    proven = zeros(subject)
    for table in ("2", "3", "4"):
        blank = [
            key for key, fact in subject.facts.items() if table_of(key[0]) == table and fact.state in ("blank", "dash")
        ]
        if all(fact.state == "absent" for key, fact in subject.facts.items() if table_of(key[0]) == table):
            continue
        open_ones = [key for key in blank if key not in proven]
        if not blank:
            if table != "2":
                yield finding("BLANKS", "pass", f"Table {table}: no cell is blank.", actual=0.0)
        elif not open_ones:
            message = f"Table {table}: {len(blank)} cells are blank; the form's sums prove every one to be zero."
            yield finding("BLANKS", "pass_blank_as_zero", message, actual=float(len(blank)))
        else:
            message = f"Table {table}: {len(blank)} cells are blank; {len(open_ones)} of them no sum proves to be zero."
            yield finding("BLANKS", "fail", message, key=open_ones[0], actual=float(len(blank)))


def _competence(subject: Subject) -> Iterator[Check]:
    """Below the prefectures no government may issue rules (规章): Legislation Law, article 93."""
    region, kind = subject.identity.region, subject.identity.unit_kind
    low = kind in ("township", "zone") or (region is not None and region.level == "county")
    if not low:
        return
    columns = ("issued", "repealed", "in_force") if subject.form == "2021" else ("made", "disclosed", "total")
    for column in columns:
        key = (f"art20_1_rules_{column}", "")
        fact = subject.facts.get(key)
        if fact is None or fact.state == "absent":
            continue
        if fact.value is None:
            message = "The cell for rules (规章) has no figure."
            yield finding("F21_RULES_COMPETENCE", "undecided", message, key=key, expected=0.0)
        elif fact.value == 0:
            yield finding(
                "F21_RULES_COMPETENCE", "pass", "No rules (规章), as the law has it.", key=key, expected=0.0, actual=0.0
            )
        else:
            message = f"A unit below the prefectures cannot issue rules (规章), yet the cell says {fact.value:g}."
            yield finding("F21_RULES_COMPETENCE", "fail", message, key=key, expected=0.0, actual=fact.value)
