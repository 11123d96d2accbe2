"""HIERARCHY: what a whole jurisdiction reports is at least what its parts report. Pure; soft, since parts are counted in
many ways, and equality is never asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.checks.subject import Key, figure, finding
from pipelines.model import Check, Outcome

CELLS: tuple[Key, ...] = (("requests_new", "total"), ("requests_handled", "total"))
_ORGANS = ("office", "department", "township")


@dataclass(frozen=True, slots=True)
class Part:
    """One canonical report on an official form. `parent` is the code of the division above its own; `values` has the
    cells that are in the document, None for those without a figure."""

    report_id: str
    region: str
    parent: str
    unit_kind: str
    scope: str
    year: int
    values: Mapping[Key, float | None]

    @property
    def whole(self) -> bool:
        """Whether it speaks for a whole division."""
        return self.unit_kind == "government" and self.scope == "jurisdiction"


def check_hierarchy(reports: Iterable[Part]) -> Iterator[tuple[str, Check]]:
    """A check for each cell of a whole division's report that has parts: reports of the year by organs of the division
    itself, and whole reports of the divisions directly below; as (report_id, check)."""
    every = sorted((one for one in reports if one.region), key=lambda one: one.report_id)
    parts: defaultdict[tuple[str, int], list[Part]] = defaultdict(list)
    for one in every:
        if one.whole:
            parts[one.parent, one.year].append(one)
        elif one.unit_kind in _ORGANS:
            parts[one.region, one.year].append(one)
    for one in every:
        children = parts.get((one.region, one.year), []) if one.whole else []
        for key in CELLS if children else ():
            check = _compare(key, one, children)
            if check:
                yield one.report_id, check


def _compare(key: Key, whole: Part, children: Iterable[Part]) -> Check | None:
    there = [child.values[key] for child in children if key in child.values]
    if not there or key not in whole.values:
        return None
    known = [value for value in there if value is not None]
    total, value = sum(known), whole.values[key]
    said = f"{len(there)} report{'s' * (len(there) > 1)} of its parts add up to {figure(total)}"
    if value is None:
        return finding("HIERARCHY", "undecided", f"The whole has no figure; {said}.", key=key, expected=total)
    message = f"The whole reports {figure(value)}, {said}."
    outcome: Outcome = "fail" if value < total else "pass" if len(known) == len(there) else "undecided"
    return finding("HIERARCHY", outcome, message, key=key, expected=total, actual=value)
