"""Damage to a report's bytes, one kind at a time, and what a reading of the damaged report may still say.

A mutant keeps the truth of its base: structure is damaged, numbers are not. Kinds in `ALTERING` may change digits;
there the sums of tables 3 and 4 must notice, while a changed figure of table 2 or of the statistics table that stands in
no sum, or a zero that changed places with a blank, cannot be noticed by anyone: such cells are counted as `unseen`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from pipelines.model import Extraction

from .figures import SUMS, Key
from .report import Made

_TAG = re.compile(r"<[a-zA-Z/][^<>]*>")
_TABLE_TAG = re.compile(r"</?(?:table|tbody|thead|tr|td|th)\b[^<>]*>", re.I)
_CELL = re.compile(r"<t[dh]\b[^<>]*>(?:(?!</?t[dhr]\b|</?table\b).)*</t[dh]>", re.I | re.S)
_ROW = re.compile(r"<tr\b[^<>]*>(?:(?!</?tr\b|</?table\b).)*</tr>", re.I | re.S)
_TABLE = re.compile(r"<table\b[^<>]*>(?:(?!</?table\b).)*</table>", re.I | re.S)
_SPAN = re.compile(r"(?P<name>(?:col|row)span)=(?P<quote>[\"']?)(?P<value>\d+)(?P=quote)", re.I)
_NUMBER_CELL = re.compile(r"(?<=>)\s*\d[\d.,]*\s*(?=<)")


@dataclass(frozen=True, slots=True)
class Base:
    """A report that is read well: its text, encoding, declared charset, name, and each cell's number (None = blank)."""

    text: str = field(repr=False)
    encoding: str
    charset: str
    mime: str
    name: str
    truth: Mapping[Key, float | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mutant:
    kind: str
    body: bytes = field(repr=False)
    charset: str
    base: Base


def _cut(text: str, spans: list[tuple[int, int]], new: list[str]) -> str:
    for (start, end), put in sorted(zip(spans, new, strict=True), reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _some(rng: Random, pattern: re.Pattern[str], text: str, count: int) -> list[re.Match[str]]:
    found = list(pattern.finditer(text))
    return rng.sample(found, min(count, len(found)))


def _without(pattern: re.Pattern[str], most: int = 3) -> Callable[[Random, str], str]:
    def damage(rng: Random, text: str) -> str:
        found = _some(rng, pattern, text, rng.randint(1, most))
        return _cut(text, [match.span() for match in found], [""] * len(found))

    return damage


def _span(rng: Random, text: str) -> str:
    found = _some(rng, _SPAN, text, 1)
    new = [f'{m["name"]}="{rng.choice((0, 1, 2, 3, 4, 5, 7, 9, 22, 400, -1, "x", ""))}"' for m in found]
    return _cut(text, [match.span() for match in found], new)


def _span_moved(rng: Random, text: str) -> str:
    found = _some(rng, _SPAN, text, 2)
    if len(found) < 2:
        return text
    return _cut(text, [m.span() for m in found], [found[1].group(), found[0].group()])


def _span_doubled(rng: Random, text: str) -> str:
    found = _some(rng, _SPAN, text, 1)
    return _cut(text, [m.span() for m in found], [f"{m['name']}={rng.randint(1, 5)} {m.group()}" for m in found])


def _span_added(rng: Random, text: str) -> str:
    found = _some(rng, re.compile(r"<t[dh]\b", re.I), text, rng.randint(1, 2))
    return _cut(
        text,
        [m.span() for m in found],
        [f'{m.group()} {rng.choice(("col", "row"))}span="{rng.randint(2, 4)}"' for m in found],
    )


def _rows(text: str) -> re.Pattern[str]:
    return _ROW if "<tr" in text.lower() else re.compile(r"^[^\n]*\n", re.M)


def _row_deleted(rng: Random, text: str) -> str:
    return _without(_rows(text), 1)(rng, text)


def _row_doubled(rng: Random, text: str) -> str:
    found = _some(rng, _rows(text), text, 1)
    return _cut(text, [m.span() for m in found], [m.group() * 2 for m in found])


def _row_moved(rng: Random, text: str) -> str:
    rows = list(_rows(text).finditer(text))
    if len(rows) < 3:
        return text
    place = rng.randrange(len(rows) - 1)
    other = min(len(rows) - 1, place + rng.randint(1, 4))
    one, two = rows[place], rows[other]
    return _cut(text, [one.span(), two.span()], [two.group(), one.group()])


def _cell_doubled(rng: Random, text: str) -> str:
    found = _some(rng, _CELL if "<td" in text else re.compile(r"[^|\n]*\|"), text, 1)
    return _cut(text, [m.span() for m in found], [m.group() * 2 for m in found])


def _cell_swapped(rng: Random, text: str) -> str:
    """Two neighbouring figures exchanged: the sums down the columns must notice."""
    cells = list(_NUMBER_CELL.finditer(text))
    if len(cells) < 2:
        return text
    place = rng.randrange(len(cells) - 1)
    one, two = cells[place], cells[place + 1]
    return _cut(text, [one.span(), two.span()], [two.group(), one.group()])


def _nested(rng: Random, text: str) -> str:
    found = _some(rng, _CELL, text, 1)
    return _cut(text, [m.span() for m in found], [f"<td><table><tr>{m.group()}</tr></table></td>" for m in found])


def _wrapped(rng: Random, text: str) -> str:
    found = _some(rng, _TABLE, text, 1)
    return _cut(
        text, [m.span() for m in found], [f"<table><tr><td>&nbsp;</td><td>{m.group()}</td></tr></table>" for m in found]
    )


def _table_doubled(rng: Random, text: str) -> str:
    found = _some(rng, _TABLE, text, 1)
    return _cut(text, [m.span() for m in found], [m.group() * 2 for m in found])


def _table_split(rng: Random, text: str) -> str:
    """A page break: the table ends and a new one begins between two rows."""
    found = _some(rng, re.compile(r"</tr>\s*<tr", re.I), text, 1)
    return _cut(text, [m.span() for m in found], ["</tr></table><table border=1><tr" for _ in found])


def _no_white(rng: Random, text: str) -> str:
    return re.sub(r"\s*\n\s*", "" if "<t" in text else "\n", text)


def _joined(rng: Random, text: str) -> str:
    return _without(re.compile(r"\n"), 4)(rng, text)


def _typed(rng: Random, text: str) -> str:
    """Characters lost from the words of the form or the prose, but for those of a unit of money."""
    return _without(re.compile(r"(?![万元])[\u4e00-\u9fff]"), 3)(rng, text)


def _marked(rng: Random, text: str) -> str:
    """A stray character between two others, never inside a number."""
    found = _some(rng, re.compile(r"(?<=[^\d.,\s<>&;])(?=[^\d.,\s<>&;])"), text, 2)
    put = [rng.choice(("\u200b", "\u3000", " ", "|", "*", "\x00", "\ufffd", "<", "&", "\n")) for _ in found]
    return _cut(text, [m.span() for m in found], put)


def _digit(rng: Random, text: str) -> str:
    found = _some(rng, re.compile(r"(?<=[>|\s])\d+(?=[<|\s])"), text, 1)
    return _cut(text, [m.span() for m in found], [str(int(m.group()) + rng.randint(1, 9)) for m in found])


def _between(rng: Random, text: str) -> str:
    """White space or a tag inside a number."""
    found = _some(rng, re.compile(r"(?<=\d)(?=\d)"), text, 1)
    return _cut(
        text,
        [m.span() for m in found],
        [rng.choice((" ", "\n", "</span> <span>", "</p><p>", "&nbsp;", "|", "</td><td>")) for _ in found],
    )


TEXTUAL: dict[str, Callable[[Random, str], str]] = {
    "tag deleted": _without(_TAG),
    "table tag deleted": _without(_TABLE_TAG),
    "span deleted": _without(_SPAN),
    "span changed": _span,
    "spans exchanged": _span_moved,
    "span doubled": _span_doubled,
    "span added": _span_added,
    "row deleted": _row_deleted,
    "row doubled": _row_doubled,
    "row moved": _row_moved,
    "cell deleted": _without(_CELL, 2),
    "cell doubled": _cell_doubled,
    "cells exchanged": _cell_swapped,
    "cell nested": _nested,
    "table nested": _wrapped,
    "table doubled": _table_doubled,
    "table split": _table_split,
    "pipe deleted": _without(re.compile(r"\|"), 3),
    "blank line deleted": _without(re.compile(r"(?<=\n)\s*\n"), 4),
    "white space deleted": _no_white,
    "lines joined": _joined,
    "characters lost": _typed,
    "stray characters": _marked,
    "digit changed": _digit,
    "number cut": _between,
}
BINARY = ("truncated", "bytes flipped", "bytes lost", "charset mislabelled", "two reports")
KINDS = (*TEXTUAL, *BINARY)
ALTERING = frozenset(
    {
        "digit changed",
        "number cut",
        "truncated",
        "bytes flipped",
        "bytes lost",
        "lines joined",
        "cells exchanged",
        "two reports",
    }
)


def mutate(rng: Random, base: Base, kind: str, other: Base | None = None) -> Mutant | None:
    """One mutant, or None where the base has nothing of the kind to damage. `other` is the second of two reports."""
    text, charset = base.text, base.charset
    if kind in TEXTUAL:
        damaged = TEXTUAL[kind](rng, text)
        if damaged == text:
            return None
        return Mutant(kind, damaged.encode(base.encoding, "replace"), charset, base)
    body = bytearray(text.encode(base.encoding, "replace"))
    if kind == "truncated":
        del body[rng.randrange(len(body)) :]
    elif kind == "bytes flipped":
        for _ in range(rng.randint(1, 6)):
            body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    elif kind == "bytes lost":
        start = rng.randrange(len(body))
        del body[start : start + rng.choice((1, 1, 2, 3, 30, 400))]
    elif kind == "charset mislabelled":
        charset = rng.choice(("gb2312", "utf-8", "big5", "iso-8859-1", "utf-16", "shift_jis", "x-unknown", "utf-7"))
    elif other is None or other.encoding != base.encoding:
        return None
    else:
        body += other.text.encode(other.encoding, "replace")
    return Mutant(kind, bytes(body), charset, base)


def base_of(made: Made) -> Base:
    """A made report as a base."""
    encoding = made.notes["charset"].split()[0]
    encoding = {"none": "utf-8", "gbk": "gb18030"}.get(encoding, encoding)
    return Base(made.body.decode(encoding), encoding, made.charset, made.mime, made.name, made.truth)


@dataclass(slots=True)
class Outcome:
    """`wrong` are cells of a report marked ok whose number is not the base's; `doubted` such cells in reports that are
    not marked ok; `unseen` cells whose digits the damage changed where no sum stands over them."""

    quality: str = ""
    wrong: list[str] = field(default_factory=list)
    doubted: int = 0
    unseen: int = 0


def outcome(mutant: Mutant, extraction: Extraction, other: Base | None = None) -> Outcome:
    found = Outcome(extraction.report.quality if extraction.report else "no report")
    truth = mutant.base.truth
    differing = []
    for fact in extraction.facts:
        if fact.value is None:
            continue
        key, known = (fact.indicator, fact.applicant), truth.get((fact.indicator, fact.applicant))
        if known is None or abs(known - fact.value) > 1e-9 * max(1.0, abs(known)):
            differing.append((key, known, fact.value, fact.method))
    if other and differing:
        second = [fact for fact in extraction.facts if fact.value is not None]
        if all(other.truth.get((fact.indicator, fact.applicant)) == fact.value for fact in second):
            return found
    for key, known, value, method in differing:
        if _altering(mutant) and (not _summed(key[0], mutant.kind) or (known is None and value == 0)):
            found.unseen += 1
        elif found.quality == "ok":
            found.wrong.append(f"{key[0]}/{key[1]}: printed {known}, read {value} ({method})")
        else:
            found.doubted += 1
    return found


_IN_SUMS = frozenset(name for whole, parts, stem in SUMS.values() for name in (whole, *(stem + part for part in parts)))


def _altering(mutant: Mutant) -> bool:
    """Whether the damage may have changed what a cell says. Where a line is a cell, a moved line is an exchange of cells."""
    return mutant.kind in ALTERING or (mutant.kind == "row moved" and "<tr" not in mutant.base.text)


def _summed(indicator: str, kind: str) -> bool:
    """Whether a sum of the form stands over the cell. Two summands of one sum exchanged leave it as it was."""
    if kind in ("cells exchanged", "row moved"):
        return indicator.startswith("requests_")
    return indicator.startswith(("requests_", "review_", "litigation_")) or indicator in _IN_SUMS
