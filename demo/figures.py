"""Figures of reports: the five known ones read from `demo/data`, their neighbour years invented so that every rule holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from random import Random

from demo.forms import APPLICANTS, BANDS, REVIEW_GROUPS, keys, leaves

Key = tuple[str, str]
Facts = Mapping[Key, float | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """One report's figures. A value of None is an empty cell; money is in 万元.

    `printed` holds the texts that are not simply the number (by indicator), `labels` the labels that differ from the
    form's own wording.
    """

    unit: str
    year: int
    form: str
    facts: Facts
    published: str = ""
    printed: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def text(self, indicator: str, applicant: str = "") -> str:
        """What stands in the cell."""
        if not applicant and indicator in self.printed:
            return self.printed[indicator]
        return number(self.facts[indicator, applicant])

    def of(self, indicator: str, applicant: str = "") -> int:
        """The count in a cell, an empty one or one that the form lacks as zero (for sentences and for roll-on)."""
        return int(self.facts.get((indicator, applicant)) or 0)

    @property
    def litigation(self) -> int:
        return self.of("litigation_direct_total") + self.of("litigation_after_review_total")


def number(value: float | None) -> str:
    """Plain digits without a trailing `.0`; an empty text for None."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")


def load(name: str) -> Figures:
    """The figures of `demo/data/<name>.json`; lists there are the seven applicant columns."""
    raw = json.loads(resources.files("demo").joinpath("data", f"{name}.json").read_text(encoding="utf-8"))
    facts: dict[Key, float | None] = {}
    for indicator, value in raw["facts"].items():
        if isinstance(value, list):
            facts.update({(indicator, applicant): each for applicant, each in zip(APPLICANTS, value, strict=True)})
        else:
            facts[indicator, ""] = value
    return Figures(raw["unit"], raw["year"], raw["form"], facts, raw["published"], raw["printed"], raw["labels"])


def form_of(year: int) -> str:
    """The form in force for reports of that year (2019 or later)."""
    return "2019" if year <= 2020 else "2021"


def lawful(
    unit: str,
    year: int,
    rng: Random,
    *,
    size: int = 30,
    before: Figures | None = None,
    after: Figures | None = None,
) -> Figures:
    """Invented figures of one year that satisfy every identity of the form.

    Carry-over, project counts and the stock of normative documents continue `before` (the year before) or lead to
    `after` (the year after). `size` is roughly the number of requests. The same generator state gives the same figures.
    """
    form = form_of(year)
    facts: dict[Key, float | None] = dict.fromkeys(keys(form), 0)
    _disclosure(facts, form, rng, size, before, after)
    _requests(facts, form, rng, size, before, after)
    for group in REVIEW_GROUPS:
        counts = [rng.choice((0, 0, 0, 1, 1, 2, 3)) if size >= 10 else 0 for _ in range(4)]
        for result, count in zip(("upheld", "corrected", "other", "pending"), counts, strict=True):
            facts[f"{group}_{result}", ""] = count
        facts[f"{group}_total", ""] = sum(counts)
    return Figures(unit, year, form, facts)


def _disclosure(
    facts: dict[Key, float | None], form: str, rng: Random, size: int, before: Figures | None, after: Figures | None
) -> None:
    if form == "2019":
        made = rng.randint(0, 6)
        facts["art20_1_normative_made", ""] = facts["art20_1_normative_disclosed", ""] = made
        facts["art20_1_normative_total", ""] = made + rng.randint(2, 90)
        stems = ("art20_5_licensing", "art20_5_other_services", "art20_6_penalty", "art20_6_coercion", "art20_8_fees")
        for stem in stems:
            previous, change = rng.randint(8, 260), rng.randint(-6, 12)
            if before is not None and before.form == "2019":
                previous = before.of(f"{stem}_items_prev") + before.of(f"{stem}_items_change")
                change = max(change, -previous)
            elif after is not None and after.form == "2019":
                target = after.of(f"{stem}_items_prev")
                change = min(change, target)
                previous = target - change
            facts[f"{stem}_items_prev", ""], facts[f"{stem}_items_change", ""] = previous, change
        facts["art20_9_procurement_projects", ""] = rng.randint(5, 180)
        facts["art20_9_procurement_amount", ""] = round(rng.uniform(120, 24000), 4)
    else:
        issued, repealed = rng.randint(0, 5), rng.randint(0, 3)
        stock = rng.randint(4, 80)
        if before is not None and before.form == "2021":
            repealed = min(repealed, before.of("art20_1_normative_in_force"))
            stock = before.of("art20_1_normative_in_force") + issued - repealed
        elif after is not None and after.form == "2021":
            stock = after.of("art20_1_normative_in_force") - after.of("art20_1_normative_issued")
            stock += after.of("art20_1_normative_repealed")
        facts["art20_1_normative_issued", ""], facts["art20_1_normative_repealed", ""] = issued, repealed
        facts["art20_1_normative_in_force", ""] = stock
        facts["art20_8_fees_amount", ""] = round(rng.uniform(0, 900), rng.choice((2, 4, 6)))
    for _, _, _, rows in BANDS[form]:
        for _, cells in rows:
            if cells[-1].endswith("_decisions"):
                facts[cells[-1], ""] = rng.randint(0, 40 * size + 5)


def _requests(
    facts: dict[Key, float | None], form: str, rng: Random, size: int, before: Figures | None, after: Figures | None
) -> None:
    rows = leaves(form)
    weights = [
        rng.random() ** 3 + (2.0 if row in ("requests_granted", "requests_unable_not_held") else 0) for row in rows
    ]
    for applicant, share in zip(APPLICANTS[:-1], (0.8, 0.09, 0.02, 0.03, 0.03, 0.03), strict=True):
        new = round(size * share * rng.uniform(0.8, 1.25))
        carried_in = before.of("requests_carried_out", applicant) if before else rng.randint(0, new // 6)
        if after is not None:
            carried_out = after.of("requests_carried_in", applicant)
            new = max(new, carried_out)
        else:
            carried_out = rng.randint(0, min(new // 5, 9))
        handled = new + carried_in - carried_out
        counts = dict.fromkeys(rows, 0)
        for row in rng.choices(rows, weights, k=handled):
            counts[row] += 1
        counts |= {
            "requests_new": new,
            "requests_carried_in": carried_in,
            "requests_handled": handled,
            "requests_carried_out": carried_out,
        }
        for row, count in counts.items():
            facts[row, applicant] = count
            facts[row, "total"] = (facts[row, "total"] or 0) + count


def series(
    unit: str, first: int, last: int, rng: Random, *, size: int = 30, anchor: Figures | None = None
) -> dict[int, Figures]:
    """Figures of a unit for the years `first`–`last`, each rolling on from the one before; `anchor` is kept as it is."""
    start = anchor.year if anchor is not None else first
    size = anchor.of("requests_new", "total") if anchor is not None else size
    found = {start: anchor if anchor is not None else lawful(unit, first, rng, size=size)}
    for year in range(start + 1, last + 1):
        near = max(1, round(size * rng.uniform(0.75, 1.3)))
        found[year] = lawful(unit, year, rng, size=near, before=found[year - 1])
    for year in range(start - 1, first - 1, -1):
        near = max(1, round(size * rng.uniform(0.75, 1.3)))
        found[year] = lawful(unit, year, rng, size=near, after=found[year + 1])
    return dict(sorted(found.items()))


def altered(figures: Figures, changes: Mapping[Key, float | None]) -> Figures:
    """The same report with some cells changed: for corrections and for deliberate breaks."""
    return replace(figures, facts={**figures.facts, **changes})


def broken_carry_over(figures: Figures) -> Figures:
    """One natural person's request more carried in than the year before carried out; the table itself still adds up."""
    cells = ("requests_carried_in", "requests_handled", "requests_unable_not_held")
    changes: dict[Key, float | None] = {
        (cell, applicant): figures.of(cell, applicant) + 1
        for cell in cells
        for applicant in ("natural_person", "total")
    }
    return altered(figures, changes)
