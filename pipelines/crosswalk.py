"""One set of variables across the forms: which cells of each form add up to it, and how far they may be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.codebook import crosswalk_rows, indicators

GRADES = ("exact", "close", "approximate", "broken", "none")
"""How far a variable of one form is that of another: the same; differing in detail; under an assumption; a break in the
series; not to be compared at all."""

_FORMS = {"legacy_stats": "legacy_stats", "f2019": "2019", "f2021": "2021", "legacy_prose": "legacy_prose"}
_TERM = re.compile(r"([+-]?)\s*([a-z][a-z0-9_]*)(?:/([a-z_]+))?\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """A cell that a variable is made of, and its sign."""

    indicator: str
    applicant: str
    sign: int


@dataclass(frozen=True, slots=True)
class Variable:
    """`parts` by form (`legacy_stats`, `2019`, `2021`, `legacy_prose`); a form that lacks the variable has no entry."""

    variable: str
    label_zh: str
    label_en: str
    unit: str
    grade: str
    note: str
    parts: Mapping[str, tuple[Part, ...]]


@cache
def variables() -> dict[str, Variable]:
    """All variables by name. ValueError for a formula or grade that is none, or a cell that its form does not have."""
    found = {}
    for row in crosswalk_rows():
        name = row["variable"]
        if row["grade"] not in GRADES:
            raise ValueError(f"crosswalk: {name}: grade {row['grade']!r} is none of {', '.join(GRADES)}")
        parts = {form: tuple(_parts(name, form, row[column])) for column, form in _FORMS.items() if row[column]}
        found[name] = Variable(name, row["label_zh"], row["label_en"], row["unit"], row["grade"], row["note"], parts)
    return found


def _parts(name: str, form: str, formula: str) -> Iterator[Part]:
    """The cells of a formula such as `a/total + b - c`."""
    at = 0
    while at < len(formula):
        term = _TERM.match(formula, at)
        if not term or (at and not term[1]):
            raise ValueError(f"crosswalk: {name}: cannot read {formula!r} from {formula[at:]!r} on")
        one = indicators().get(term[2])
        applicant = term[3] or ""
        if one is None or form not in one.forms or applicant not in one.applicants:
            raise ValueError(f"crosswalk: {name}: the form {form} has no cell {term[0].strip()!r}")
        yield Part(term[2], applicant, -1 if term[1] == "-" else 1)
        at = term.end()
