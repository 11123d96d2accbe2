"""Rules on chapters and on the presence and shape of tables: SEC_PRESENT, SEC5_EMPTY, SEC6_FEE, TABLE_MISSING, DIM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipelines.checks.arithmetic import OTHER_ROWS
from pipelines.checks.cells import table_of
from pipelines.checks.subject import Subject, finding
from pipelines.codebook import form_indicators
from pipelines.model import APPLICANTS, Check
from pipelines.outline import OFFICIAL
from pipelines.wording import squeeze

_NAMES = {
    "general": "overall situation",
    "proactive": "proactive disclosure",
    "requests": "requests",
    "reviews": "review and litigation",
    "problems": "problems and improvements",
    "other": "other matters",
}
REASONS = {
    "image": "the tables are images",
    "pdf": "the tables are in a PDF",
    "doc": "the tables are in an attached office file",
    "empty": "the table is there, but none of its cells holds a number",
    "no_table": "the page holds no such table",
    "archive": "they may be in an attached archive, which is not opened (RAR, 7z)",
    "foreign": "the attached files name another unit or year",
}


def check(subject: Subject) -> Iterator[Check]:
    """The rules on chapters and tables; reports before the forms (legacy) have neither prescribed."""
    if subject.form == "legacy_stats" and not subject.facts:
        message = "The statistics table stands in the text, but its cells could not be told apart."
        yield finding("TABLE_MISSING", "fail", message, expected="statistics table", actual="no_table")
    if subject.form in ("legacy_prose", "legacy_stats"):
        return
    yield from _tables(subject)
    if subject.tabular:
        yield from _shape(subject)
    if subject.tabular or len(subject.outline.sections) >= 3:
        yield from _present(subject)
        yield from _problems(subject)
    if subject.form == "2021":
        yield from _fee(subject)


def _tables(subject: Subject) -> Iterator[Check]:
    for table in ("2", "3", "4"):
        reason = subject.missing.get(table, "")
        if reason:
            why = "".join(f"; {unread}" for unread in subject.unread[:3])
            message = f"Table {table} was not read: {REASONS[reason]}{why}."
            yield finding("TABLE_MISSING", "fail", message, expected=f"table {table}", actual=reason)
        else:
            yield finding(
                "TABLE_MISSING", "pass", f"Table {table} is there.", expected=f"table {table}", actual="table"
            )


@cache
def _slots_of(form: str, table: str) -> int:
    return sum(
        len(i.applicants)
        for i in form_indicators(form)
        if table_of(i.indicator) == table and not (form == "2021" and i.indicator == "requests_other")
    )


def _shape(subject: Subject) -> Iterator[Check]:
    """Whether each table has the slots of its form: 22, 161 and 15 (2019) or 10, 175 and 15 (2021; 161 with the single
    line 其他处理 of the older form)."""
    for table in ("2", "3", "4"):
        if subject.missing.get(table, "empty") != "empty":
            continue
        cells = [fact for key, fact in subject.facts.items() if table_of(key[0]) == table]
        there = sum(fact.state != "absent" for fact in cells)
        found = max(subject.slots.get(table, there), there)
        expected = _slots_of(subject.form or "", table)
        allowed = {expected}
        if table == "3" and subject.form == "2021":
            allowed |= {expected - (len(OTHER_ROWS) - 1) * len(APPLICANTS), expected + len(APPLICANTS)}
        if found in allowed and there in allowed:
            yield finding(
                "DIM",
                "pass",
                f"Table {table} has the {found} cells of its form.",
                expected=f"{expected}",
                actual=f"{found}",
            )
        elif there < expected:
            message = f"Of the {expected} cells of table {table} only {there} are in the document."
            yield finding("DIM", "undecided", message, expected=f"{expected}", actual=f"{there}", severity="warning")
        else:
            message = f"Table {table} prints {found} numbers where its form has {expected}."
            yield finding("DIM", "fail", message, expected=f"{expected}", actual=f"{found}")


def _present(subject: Subject) -> Iterator[Check]:
    kinds = subject.outline.kinds()
    first = [kinds.index(kind) for kind in OFFICIAL if kind in kinds]
    ordered = first == sorted(first)
    for kind in OFFICIAL:
        words = f"The chapter on {_NAMES[kind]}"
        if kind not in kinds:
            yield finding("SEC_PRESENT", "fail", f"{words} is missing.", expected=kind)
        elif not ordered and kind != "other" and _early(kinds, kind):
            yield finding("SEC_PRESENT", "fail", f"{words} stands out of order.", expected=kind, actual=kind)
        else:
            yield finding("SEC_PRESENT", "pass", f"{words} is there.", expected=kind, actual=kind)


def _early(kinds: tuple[str, ...], kind: str) -> bool:
    """Whether a chapter stands before one that should come before it."""
    place = OFFICIAL.index(kind)
    before = [OFFICIAL.index(other) for other in kinds[: kinds.index(kind)] if other != "other"]
    return any(other > place for other in before)


def _problems(subject: Subject) -> Iterator[Check]:
    text = next((s.text for s in subject.outline.sections if s.kind == "problems"), None)
    if text is None:
        return
    bare = squeeze(text)
    if len(bare) < 10 or re.fullmatch(r"(?:暂)?无(?:问题)?[。.]?", bare):
        yield finding("SEC5_EMPTY", "fail", "The chapter on problems says next to nothing.", actual=text[:40])
    else:
        yield finding("SEC5_EMPTY", "pass", "The chapter on problems has text.", actual=f"{len(bare)} characters")


def _fee(subject: Subject) -> Iterator[Check]:
    """The information-processing fee belongs in chapter six (国办函〔2020〕109号); it is compared with the rest of the
    prose, never with the administrative fees of table 2, which are another thing."""
    last = next((s for s in reversed(subject.outline.sections) if s.kind == "other"), None)
    if last is None:
        return
    text = squeeze(last.text)
    fees = [statement for statement in subject.statements if statement.concept == "fees"]
    inside = [statement for statement in fees if statement.sentence in text]
    denied = not text or re.fullmatch(r"(?:暂)?无[。.]?", text) is not None or any(item.value == 0 for item in inside)
    charged = [item for item in fees if item.value > 0 and item.sentence not in text]
    if denied and charged:
        message = f"Chapter six says that no fee was charged, another sentence says {charged[0].raw}."
        yield finding("SEC6_FEE", "fail", message, expected=0.0, actual=float(charged[0].value))
    elif inside:
        yield finding("SEC6_FEE", "pass", "Chapter six says what was charged for processing.", actual=inside[0].raw)
