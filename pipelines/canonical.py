"""Which of several pages is the report of a unit for a year and scope; the others point to it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.checks.subject import finding
from pipelines.model import Check
from pipelines.regions import by_code, stem
from pipelines.units import split

_QUALITY = {"ok": 3, "warning": 2, "error": 1, "unparsed": 0}
_KIND = ("html", "docx", "doc", "xlsx", "text", "pdf", "image")  # The page itself before its copies.
_CORRECTED = re.compile("更正|订正|修订|修正|勘误")

_OF_SCOPE = re.compile(r"(?<=.{2})(?:机关)?本级$|(?<=.{2})(?:本级)?机关$|(?<=.{2})(?:全|本)?系统$")

Figures = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the choice depends on, of one row of `reports`. `quality` is that of the document alone."""

    report_id: str
    region_code: str
    unit_name: str
    unit_kind: str
    scope: str
    year: int | None
    title: str
    published_on: str
    content_kind: str
    quality: str
    url: str
    first_seen: str
    figures: str
    nonzero: int

    @property
    def unit(self) -> tuple[str, str, str]:
        """The publishing unit: a region has one government; any other organ is told by its name without its places, and
        without the words for its scope, which make no other unit."""
        name = _OF_SCOPE.sub("", self._bare_name())
        kind = split(name).kind if self.unit_kind == "other" and name != self._bare_name() else self.unit_kind
        return self.region_code, kind, "" if kind == "government" else name

    def _bare_name(self) -> str:
        name = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.unit_name))
        region = by_code(self.region_code)
        if not region:
            return name
        for place in (region.province, region.prefecture, region.name):
            for form in (place, stem(place)):
                if form and name.startswith(form) and len(name) > len(form):
                    name = name[len(form) :]
                    break
        return name.removeprefix("人民政府")


def choose(
    candidates: Iterable[Candidate], figures_of: Callable[[str], Figures]
) -> tuple[dict[str, str], dict[str, list[Check]]]:
    """For each report that another one supersedes: that one's id; and what DUPLICATE says of every report whose unit and
    year are known, SCOPE of those that stand for one unit and year side by side.

    `figures_of(report_id)` gives a report's numbers; it is asked only where pages compete.
    """
    groups: defaultdict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.year is not None and (one.unit_name or one.unit_kind == "government"):
            groups[(*one.unit, one.year)].append(one)
    superseded: dict[str, str] = {}
    findings: dict[str, list[Check]] = {}
    for group in groups.values():
        if len(group) < 2:
            findings[group[0].report_id] = [_alone(0)]
            continue
        figures = {one.report_id: figures_of(one.report_id) for one in group}
        apart = [(_best(members, figures), members) for members in _by_scope(group, figures)]
        for best, members in apart:
            findings[best.report_id] = [_alone(len(members) - 1)]
            for one in members:
                if one is not best:
                    superseded[one.report_id] = best.report_id
                    findings[one.report_id] = [_finding(one, best, figures)]
        for best, _ in apart if len(apart) > 1 else ():
            findings[best.report_id].append(_side_by_side(best, [other for other, _ in apart if other is not best]))
    return superseded, findings


def _alone(others: int) -> Check:
    copies = f"{others} other page{'s are' if others > 1 else ' is'} a copy or another version of it"
    message = f"This page counts; {copies}." if others else "No other page is the report of this unit and year."
    return finding("DUPLICATE", "pass", message)


def _side_by_side(one: Candidate, others: Sequence[Candidate]) -> Check:
    """Two reports for one year: that of the organ and that of its whole system or place are both kept."""
    names = ", ".join(f"{other.report_id} ({other.scope})" for other in others)
    about = others[0].report_id
    if one.scope == "unknown":
        message = f"Which of this unit's reports for the year this is cannot be told; the others: {names}."
        return finding("SCOPE", "fail", message, expected=about, actual=one.scope)
    return finding("SCOPE", "pass", f"Both kept: {one.scope}, and {names}.", expected=about, actual=one.scope)


def _by_scope(group: Sequence[Candidate], figures: Mapping[str, Figures]) -> list[list[Candidate]]:
    """Office and jurisdiction apart; a report of unknown scope belongs to the only other one, or to the one with its figures."""
    known: dict[str, list[Candidate]] = {}
    unknown: list[Candidate] = []
    for one in sorted(group, key=lambda one: one.report_id):
        if one.scope == "unknown":
            unknown.append(one)
        else:
            known.setdefault(one.scope, []).append(one)
    if len(known) < 2:
        return [[*unknown, *(one for members in known.values() for one in members)]]
    apart: list[Candidate] = []
    for one in unknown:
        same = [scope for scope, members in known.items() if any(_same(one, other, figures) for other in members)]
        (known[same[0]] if len(same) == 1 else apart).append(one)
    return [members for members in (*known.values(), apart) if members]


def _same(one: Candidate, other: Candidate, figures: Mapping[str, Figures]) -> bool:
    """Whether two readings have numbers in common and none that contradict."""
    a, b = figures[one.report_id], figures[other.report_id]
    shared = a.keys() & b.keys()
    return bool(shared) and all(a[cell] == b[cell] for cell in shared)


def _best(group: Sequence[Candidate], figures: Mapping[str, Figures]) -> Candidate:
    """The newest statement, in its best reading: a correction goes before what it corrects, a page before its PDF."""
    read = [one for one in group if one.quality != "unparsed"] or list(group)
    sound = [one for one in read if one.quality != "error"] or read
    newest = max(sound, key=lambda one: (bool(_CORRECTED.search(one.title)), one.published_on, _rank(one, figures)))
    return max(
        (one for one in read if one is newest or _same(one, newest, figures)), key=lambda one: _rank(one, figures)
    )


def _rank(one: Candidate, figures: Mapping[str, Figures]) -> tuple[object, ...]:
    return (
        _QUALITY[one.quality],
        -_KIND.index(one.content_kind),
        len(figures[one.report_id]),
        one.published_on,
        _reversed(one.first_seen),
        -len(one.url),
        one.report_id,
    )


def _reversed(text: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in text)


def _finding(one: Candidate, best: Candidate, figures: Mapping[str, Figures]) -> Check:
    a, b = figures[one.report_id], figures[best.report_id]
    different = sum(a[cell] != b[cell] for cell in a.keys() & b.keys())
    if not a or not b:
        what = "one of them has no figures that could be read"
    elif different:
        what = f"{different} figures differ"
    else:
        what = "with the same figures"
    message = f"Another page is the report of this unit and year: {best.url} ({what})."
    return finding("DUPLICATE", "fail", message, expected=best.report_id, actual=str(different))
