"""Checks across reports: a unit's years among themselves, and a unit among its peers. Pure; no figure is ever changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import fmean, median
from typing import Protocol

from pipelines.checks.linear import Equation, evaluate
from pipelines.checks.subject import Key, figure, finding
from pipelines.codebook import indicators
from pipelines.model import APPLICANTS, Check, Fact

FORMS = ("2019", "2021")
_LAST = "last_year:"
_NEW: Key = ("requests_new", "total")
_HANDLED: Key = ("requests_handled", "total")
_AMOUNTS: tuple[Key, ...] = (("art20_9_procurement_amount", ""), ("art20_8_fees_amount", ""))

YOY_FACTOR, YOY_BASE = 5, 20
BUSY, ENOUGH_PEERS = 100, 5
TELLING = 10
"""So many numbers that are not zero must agree before equal tables are told: small units often have equal small numbers."""


class Whose(Protocol):
    """Whose report something is."""

    @property
    def unit(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Year:
    """One canonical report: `unit` tells whose and of which scope, `peers` whose reports it is compared with.

    `facts` holds at least `needed_cells()` that were in the document; `figures` and `nonzero` are the digest and count
    of all its numbers that are not zero.
    """

    report_id: str
    unit: str
    peers: str
    name: str
    year: int
    form: str
    figures: str
    nonzero: int
    facts: Mapping[Key, Fact]

    def value(self, key: Key) -> float | None:
        fact = self.facts.get(key)
        return fact.value if fact else None


def _last(key: Key) -> Key:
    return _LAST + key[0], key[1]


@cache
def _carry() -> tuple[Equation, ...]:
    """CARRY: what last year carried out is what this year carries in, every column."""
    return tuple(
        Equation(
            "CARRY",
            (_last(("requests_carried_out", applicant)),),
            (("requests_carried_in", applicant),),
            ("requests_carried_in", applicant),
            ("carried out by last year's report", "carried in by this one"),
        )
        for applicant in APPLICANTS
    )


@cache
def _stock() -> tuple[Equation, ...]:
    """F21_STOCK_*: in force = in force last year + issued - repealed (as a sum on either side)."""
    return tuple(
        Equation(
            rule,
            (_last((f"{stem}_in_force", "")), (f"{stem}_issued", "")),
            ((f"{stem}_in_force", ""), (f"{stem}_repealed", "")),
            (f"{stem}_in_force", ""),
            ("in force last year and issued", "in force now and repealed"),
        )
        for rule, stem in (("F21_STOCK_RULES", "art20_1_rules"), ("F21_STOCK_NORMATIVE", "art20_1_normative"))
    )


@cache
def _chain() -> tuple[Equation, ...]:
    """F19_ITEMS_CHAIN: items of the year before, with the change, are what the next report starts from."""
    stems = [name.removesuffix("_items_prev") for name in indicators() if name.endswith("_items_prev")]
    return tuple(
        Equation(
            "F19_ITEMS_CHAIN",
            (_last((f"{stem}_items_prev", "")), _last((f"{stem}_items_change", ""))),
            ((f"{stem}_items_prev", ""),),
            (f"{stem}_items_prev", ""),
            ("last year's items with their change", "the number that this report starts from"),
        )
        for stem in stems
    )


def _equations(last: Year, this: Year) -> Iterator[Equation]:
    yield from _carry()
    if last.form == this.form == "2021":
        yield from _stock()
    if last.form == this.form == "2019":
        yield from _chain()


@cache
def needed_cells() -> frozenset[Key]:
    """The cells that these checks look at."""
    keys = {key for e in (*_carry(), *_stock(), *_chain()) for key in (*e.left, *e.right)}
    return frozenset({(name.removeprefix(_LAST), applicant) for name, applicant in keys} | {_NEW, _HANDLED, *_AMOUNTS})


def check_years(history: Sequence[Year]) -> Iterator[tuple[str, Check]]:
    """All checks within one unit's canonical reports, in order of years, as (report_id, check)."""
    for last, this in pairwise(history):
        if this.year != last.year + 1:
            continue
        found = _between(last, this) if last.form in FORMS and this.form in FORMS else _without_forms(last, this)
        for check in (*found, *_same(last, this)):
            yield this.report_id, check
    yield from _magnitudes([year for year in history if year.form in FORMS])


def _between(last: Year, this: Year) -> Iterator[Check]:
    facts = {**this.facts, **{_last(key): fact for key, fact in last.facts.items()}}
    for equation in _equations(last, this):
        sides = [facts.get(key) for key in (*equation.left, *equation.right)]
        # A row that is not in the document says nothing; only an empty cell may stand for zero.
        if all(fact is not None and fact.state != "absent" for fact in sides) and (check := evaluate(equation, facts)):
            yield check
    for key in (_NEW, _HANDLED):
        before, now, fact = last.value(key), this.value(key), this.facts.get(key)
        if before is None or before < YOY_BASE or fact is None or fact.state == "absent":
            continue
        if now is None:
            message = f"{figure(before)} last year, no figure this year."
            yield finding("YOY", "undecided", message, key=key, expected=before)
        else:
            jump = now > before * YOY_FACTOR or now * YOY_FACTOR < before
            message = f"{figure(before)} last year, {figure(now)} this year{': a sudden change' if jump else ''}."
            yield finding("YOY", "fail" if jump else "pass", message, key=key, expected=before, actual=now)


def _without_forms(last: Year, this: Year) -> Iterator[Check]:
    """F14_CARRY_NONE: the statistics table of 2014–2018 says nothing of what is carried over."""
    if last.form == "legacy_stats" and this.form in FORMS:
        message = "Last year's statistics table has no row for what is carried over: nothing to compare."
        yield finding("F14_CARRY_NONE", "not_applicable", message, key=("requests_carried_in", "total"))


def _same(last: Year, this: Year) -> Iterator[Check]:
    if last.form == this.form and last.nonzero >= TELLING:
        same = last.figures == this.figures
        message = f"All {this.nonzero} figures equal last year's." if same else "The figures differ from last year's."
        yield finding(
            "SAME_AS_LAST", "fail" if same else "pass", message, expected="", actual=last.report_id if same else ""
        )


def _magnitudes(history: Sequence[Year]) -> Iterator[tuple[str, Check]]:
    """UNIT_MAG: an amount 1,000 to 100,000 times the unit's own median, or that small a part of it (元 for 万元)."""
    for key in _AMOUNTS:
        amounts = [(year, value) for year in history if (value := year.value(key))]
        if len(amounts) < 3:
            continue
        middle = median(value for _, value in amounts)
        for year, value in amounts:
            factor = max(value / middle, middle / value)
            far = 1e3 <= factor <= 1e5
            message = f"{figure(value)} 万元; the median of its {len(amounts)} reports is {figure(middle)} 万元."
            yield (
                year.report_id,
                finding("UNIT_MAG", "fail" if far else "pass", message, key=key, expected=middle, actual=value),
            )


def check_peers(reports: Iterable[Year]) -> Iterator[tuple[str, Check]]:
    """ZERO_ANOMALY (no requests in a unit that had many, or whose peers have many) and SAME_AS_LAST (equal to another
    unit's report, of whatever year), as (report_id, check)."""
    every = sorted(reports, key=lambda one: (one.year, one.report_id))
    before = {(one.unit, one.year): value for one in every if (value := one.value(_NEW)) is not None}
    peers: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    twins: defaultdict[str, list[Year]] = defaultdict(list)
    for one in every:
        if (value := one.value(_NEW)) is not None:
            peers[one.peers, one.year].append(value)
        if one.nonzero >= TELLING:
            twins[one.figures].append(one)
    for one in every:
        if one.value(_NEW) == 0:
            check = _zero(before.get((one.unit, one.year - 1)), peers[one.peers, one.year])
            if check:
                yield one.report_id, check
    for group in twins.values():
        for one in group if len({member.unit for member in group}) > 1 else ():
            # Who wrote first is not known within a year; a later year's report is no model of an earlier one's.
            other = next((member for member in group if member.year <= one.year and apart(member, one)), None)
            if other:
                message = f"All {one.nonzero} figures equal those of {other.name or other.unit} for {other.year} ({other.report_id})."
                yield one.report_id, finding("SAME_AS_LAST", "fail", message, actual=other.report_id)


def apart(one: Whose, other: Whose) -> bool:
    """Whether two reports are of different units: not one unit under two sites of which one does not say its place."""
    return one.unit != other.unit and not (one.name and one.name == other.name)


def _zero(last: float | None, group: Sequence[float]) -> Check | None:
    """`group` holds the unit's own zero too."""
    mean = fmean(group) * len(group) / (len(group) - 1) if len(group) > ENOUGH_PEERS else None
    if last is not None and last > BUSY:
        return finding(
            "ZERO_ANOMALY", "fail", f"No requests; {figure(last)} last year.", key=_NEW, expected=last, actual=0.0
        )
    if mean is not None and mean > BUSY:
        mean = round(mean, 1)
        message = f"No requests; its {len(group) - 1} peers had {figure(mean)} on average."
        return finding("ZERO_ANOMALY", "fail", message, key=_NEW, expected=mean, actual=0.0)
    if last is None and mean is None:
        return None
    return finding("ZERO_ANOMALY", "pass", "No requests, and that is not unusual here.", key=_NEW)
