"""The sums that the forms prescribe, as data for `linear`: T3_*, T4_*, F19_*, F14_*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from pipelines.checks.linear import Equation, evaluate, proven_zeros
from pipelines.checks.subject import Key, Printed, Subject, finding
from pipelines.codebook import form_indicators, indicators
from pipelines.model import APPLICANTS, Check, Fact, Outcome

OTHER_ROWS = ("requests_other_overdue_correction", "requests_other_unpaid_fee", "requests_other_other")
_ORGANISATIONS = ("commercial", "research", "public_interest", "legal_service", "other")
_GROUPS4 = {
    "review": "administrative reviews",
    "litigation_direct": "litigation without prior review",
    "litigation_after_review": "litigation after review",
}


def result_rows(subject: Subject) -> tuple[str, ...]:
    """The rows of this reading that add up to requests_handled."""
    return rows_of(subject.form or "", subject.facts)


def rows_of(form: str, facts: Mapping[Key, Fact]) -> tuple[str, ...]:
    """The rows that add up to requests_handled: the leaves of the form, and of 其他处理 either the three rows of the
    2021 form or the single line, never both."""
    rows = [i.indicator for i in form_indicators(form) if i.parent == "requests_handled"]
    if any(_there(facts, row) for row in OTHER_ROWS):
        rows = [row for row in rows if row != "requests_other"] + list(OTHER_ROWS)
    return tuple(rows)


def _there(facts: Mapping[Key, Fact], row: str) -> bool:
    return any(fact.state != "absent" for a in APPLICANTS if (fact := facts.get((row, a))))


def table3(rows: tuple[str, ...]) -> Iterator[Equation]:
    """The identity printed in the form, the sum of the result `rows`, and the sum of each row."""
    for applicant in APPLICANTS:
        yield Equation(
            "T3_IDENTITY",
            (("requests_new", applicant), ("requests_carried_in", applicant)),
            (("requests_handled", applicant), ("requests_carried_out", applicant)),
            ("requests_handled", applicant),
            ("new and carried in", "handled and carried out"),
        )
    for applicant in APPLICANTS:
        yield Equation(
            "T3_RESULT_SUM",
            tuple((row, applicant) for row in rows),
            (("requests_handled", applicant),),
            ("requests_handled", applicant),
            ("the results add up to", "handled in total"),
        )
    for row in ("requests_new", "requests_carried_in", *rows, "requests_handled", "requests_carried_out"):
        yield Equation(
            "T3_ROW_SUM",
            tuple((row, applicant) for applicant in APPLICANTS[:-1]),
            ((row, "total"),),
            (row, "total"),
            ("the applicants add up to", "the row's total"),
        )


def table4() -> Iterator[Equation]:
    """Outcomes add up to each total of table 4."""
    for group, words in _GROUPS4.items():
        yield Equation(
            "T4_SUM",
            tuple((f"{group}_{outcome}", "") for outcome in ("upheld", "corrected", "other", "pending")),
            ((f"{group}_total", ""),),
            (f"{group}_total", ""),
            (f"{words}: the outcomes add up to", "the total"),
        )


def _one(rule: str, parts: Iterable[str], total: str, words: str, relation: str = "=") -> Equation:
    return Equation(
        rule,
        tuple((part, "") for part in parts),
        ((total, ""),),
        (total, ""),
        (words, indicators()[total].label_en),
        "=" if relation == "=" else "<=",
    )


def legacy() -> Iterator[Equation]:
    """The sums of the statistics table of 2014–2018."""
    names = [i.indicator for i in form_indicators("legacy_stats")]
    denied = [n for n in names if n.startswith("stat_denied_")]
    replies = [n for n in names if indicators()[n].parent == "stat_replies"]
    for part, total in (
        ("stat_disclosed_normative", "stat_disclosed_total"),
        ("stat_press_conferences_head", "stat_press_conferences"),
        ("stat_interviews_head", "stat_interviews"),
    ):
        yield _one("F14_SUB_LE_TOTAL", [part], total, indicators()[part].label_en, "<=")
    channels = ["stat_requests_in_person", "stat_requests_fax", "stat_requests_online", "stat_requests_letter"]
    yield _one("F14_RECEIVED", channels, "stat_requests_received", "requests by channel")
    closed = ["stat_requests_closed_on_time", "stat_requests_closed_extended"]
    yield _one("F14_CLOSED", closed, "stat_requests_closed", "closed on time and after extension")
    yield _one("F14_REPLIES", replies, "stat_replies", "replies by kind")
    yield _one("F14_DENIED", denied, "stat_replies_denied", "refusals by ground")
    for rule, group in (("F14_REVIEW", "stat_review"), ("F14_LITIGATION", "stat_litigation")):
        parts = [f"{group}_{outcome}" for outcome in ("upheld", "corrected", "other")]
        yield _one(rule, parts, f"{group}_total", "outcomes")
    # One item may go out through many channels, never through none: the sum may exceed the total, not fall short of it.
    ways = tuple((name, "") for name in names if name.startswith("stat_channel_"))
    whole = ("stat_disclosed_total", "")
    yield Equation("F14_CHANNELS", (whole,), ways, whole, ("disclosed in total", "items by channel"), "<=")
    yield _one("F14_STAFF", ["stat_staff_full_time", "stat_staff_part_time"], "stat_staff", "full and part time")
    yield _one("F14_CLOSED_LE", ["stat_requests_closed"], "stat_requests_received", "requests closed", "<=")


def equations(subject: Subject) -> tuple[Equation, ...]:
    """All sums that apply to the report's form."""
    if subject.form == "legacy_stats":
        return _legacy_sums()
    return _form_sums(subject.form, result_rows(subject)) if subject.form in ("2019", "2021") else ()


@cache
def _legacy_sums() -> tuple[Equation, ...]:
    return tuple(legacy())


@cache
def _form_sums(form: str, rows: tuple[str, ...]) -> tuple[Equation, ...]:
    found = [*table3(rows), *table4()]
    if form == "2019":
        for stem in ("art20_1_rules", "art20_1_normative"):
            found.append(
                _one("F19_DISCLOSED_LE_TOTAL", [f"{stem}_disclosed"], f"{stem}_total", "newly disclosed", "<=")
            )
    return tuple(found)


def applied(subject: Subject) -> Sequence[tuple[Equation, Check | None]]:
    """Every sum of the form with the check that it makes by itself; reckoned once a reading."""
    if not subject.sums:
        subject.sums.extend((equation, evaluate(equation, subject.facts)) for equation in equations(subject))
    return subject.sums


def zeros(subject: Subject) -> frozenset[Key]:
    """The blank cells that the form's sums prove to be zero; reckoned once a reading."""
    if not subject.zeros:
        subject.zeros.append(proven_zeros(equations(subject), subject.facts))
    return subject.zeros[0]


def check(subject: Subject) -> Iterator[Check]:
    """Every sum of the form applied, and the subtotals that the report prints of its own."""
    for equation, found in applied(subject):
        # The whole group of a legacy table may be missing: a sum whose total is not printed has nothing to check.
        if subject.form == "legacy_stats" and _unprinted(equation, subject):
            continue
        if found is not None and found.outcome == "undecided":
            found = evaluate(equation, subject.facts, zeros(subject))
        if found is not None:
            yield found
    yield from _printed(subject)
    yield from _both_others(subject)
    if subject.form == "legacy_stats":
        yield from _training(subject)


def _unprinted(equation: Equation, subject: Subject) -> bool:
    """Whether every part of a legacy sum, or its total, is not in the document: old tables have fewer rows. Parts of
    which one is more than zero have a total above them: without it rows were lost. Channels that are no rows there may
    be those that the sum lacks."""

    def absent(key: Key) -> bool:
        fact = subject.facts.get(key)
        return fact is None or fact.state == "absent"

    if all(map(absent, equation.left)):
        return True
    return all(map(absent, equation.right)) and not any(subject.value(*key) for key in equation.left)


def _parts(subject: Subject, item: Printed) -> tuple[str, list[Key], Key]:
    """The rule, the cells that should add up, and the cell that the finding is filed under."""
    if item.kind == "org_subtotal":
        return "T3_ORG_SUBTOTAL", [(item.name, applicant) for applicant in _ORGANISATIONS], (item.name, "")
    if item.kind == "litigation_total":
        groups = ("litigation_direct", "litigation_after_review")
        keys = [(f"{group}_{item.name}", "") for group in groups]
        return "T4_LIT_TOTAL", keys, keys[0]
    rows = result_rows(subject)
    if item.name == "other":
        rows = OTHER_ROWS
    elif item.name != "results":
        rows = tuple(row for row in rows if row.startswith(f"requests_{item.name}_"))
    keys = [(row, item.applicant) for row in rows]
    return "T3_SUBTOTAL_ROW", keys, keys[0] if keys else ("requests_handled", item.applicant)


def _printed(subject: Subject) -> Iterator[Check]:
    """Printed subtotals against the sum of their parts; they are never counted again in the results."""
    for item in subject.printed:
        rule, keys, about = _parts(subject, item)
        yield _subtotal(subject, rule, keys, about, item.value)


def _both_others(subject: Subject) -> Iterator[Check]:
    """(六)其他处理 printed as a line of its own above its three rows is their subtotal."""
    if not any(_there(subject.facts, row) for row in OTHER_ROWS):
        return
    for applicant in APPLICANTS:
        value = subject.value("requests_other", applicant)
        if value is not None:
            keys = [(row, applicant) for row in OTHER_ROWS]
            yield _subtotal(subject, "T3_SUBTOTAL_ROW", keys, ("requests_other", applicant), value)


def _subtotal(subject: Subject, rule: str, keys: list[Key], about: Key, printed: float) -> Check:
    total = sum(value for key in keys if (value := subject.value(*key)) is not None)
    open_ones = [key for key in keys if subject.value(*key) is None]
    proven = all(key in zeros(subject) for key in open_ones)
    outcome: Outcome
    if total == printed and proven:
        outcome, message = (
            "pass_blank_as_zero" if open_ones else "pass",
            "The printed subtotal equals the sum of its parts.",
        )
    else:
        message = f"The printed subtotal is {printed:g}, its parts add up to {total:g}."
        outcome = "fail" if proven or total > printed else "undecided"
        message += f" {len(open_ones)} of them have no figure." if open_ones else ""
    return finding(rule, outcome, message, key=about, expected=total, actual=printed)


def _training(subject: Subject) -> Iterator[Check]:
    trainees, trainings = subject.value("stat_trainees"), subject.value("stat_trainings")
    if trainees is None or trainings is None:
        there = [subject.facts.get((name, "")) for name in ("stat_trainees", "stat_trainings")]
        if all(fact is not None and fact.state != "absent" for fact in there):
            message = "Trainees or training classes have no figure."
            yield finding("F14_TRAINING", "undecided", message, key=("stat_trainees", ""))
        return
    wrong = trainees > 0 and trainings == 0
    message = f"{trainees:g} people were trained in {trainings:g} classes."
    yield finding("F14_TRAINING", "fail" if wrong else "pass", message, key=("stat_trainees", ""), actual=trainings)
