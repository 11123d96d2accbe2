"""The report forms as data: rows, columns and wording variants, read from the TOML files in this folder.

`shared.toml` holds tables 3 and 4, `2019.toml` and `2021.toml` table 2 of each form, `legacy_stats.toml` the statistics
table of 2014–2018. A variant of a label is one more text there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from pipelines.codebook import indicators
from pipelines.fold import fold

_PARENTHESES = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_BAND = re.compile(r"^(?:第?二十条)?第?([一二三四五六七八九十])项$")
_LONGEST_LABEL = 500
_DATED = re.compile(r"^20\d\d年度?(?=\D)")


@dataclass(frozen=True, slots=True)
class Row3:
    """A row of table 3. `group` is the group it stands in ('' for none); `opens` the group that its label may head."""

    indicator: str
    group: str
    opens: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything printed in the forms, by folded label. All forms together: reports mix them."""

    rows2: Mapping[str, str]
    columns2: Mapping[str, str]
    marks: Mapping[str, str]
    suffixes: Mapping[str, str]
    rows3: Mapping[str, Row3]
    groups3: Mapping[str, str]
    columns3: Mapping[str, str]
    organisations: frozenset[str]
    subtotals: frozenset[str]
    openers: frozenset[str]
    groups4: Mapping[str, str]
    columns4: Mapping[str, str]
    order3: tuple[str, ...]
    stats: Mapping[str, tuple[str, ...]]
    units: frozenset[str]
    stats_headers: frozenset[str]
    stats_values: frozenset[str]
    stats_serials: frozenset[str]
    stats_remarks: frozenset[str]
    bands: Mapping[tuple[str, str], tuple[str, ...]]
    headers2: frozenset[str]
    fragments: frozenset[str]

    def indicator2(self, stem: str, column: str) -> str:
        """The indicator in the row `stem` under `column`; '' when the forms have no such cell."""
        name = f"{stem}_{self.suffixes.get(column, column)}"
        return name if name in indicators() else ""

    def cells2(self, form: str, stem: str) -> tuple[str, ...]:
        """The indicators of a row of table 2 in the official order of a form's columns."""
        return self.bands.get((form, stem), ())

    def knows(self, folded: str) -> bool:
        """Whether the folded text is printed in some form: a row, a column, a band or a group."""
        return bool(folded) and (folded in self.fragments or bool(_BAND.match(folded)))


def band_of(folded: str) -> str:
    """The numeral of a band row (第二十条第（五）项 gives 五), however it is shortened; '' for any other text."""
    found = _BAND.match(folded)
    return found.group(1) if found else ""


def bare(text: str) -> str:
    """The text folded without what stands in parentheses: 本年增/减（指本年增加或减少…） gives 本年增减."""
    shorter = _PARENTHESES.sub("", text)
    while shorter != text:
        text, shorter = shorter, _PARENTHESES.sub("", shorter)
    return fold(text)


@lru_cache(maxsize=16_384)
def spellings(text: str) -> tuple[str, ...]:
    """What a printed text may be called in the forms, closest first: folded; without what stands in parentheses; with
    本年 for a year that is printed in its place (2023年制发件数)."""
    whole, short = fold(text), bare(text)
    dated = _DATED.sub("本年", short)
    return tuple(dict.fromkeys(name for name in (whole, short, dated) if name))


def known_label(text: str) -> bool:
    """Whether the text, as printed, is a label of some form in one of its `spellings`. Longer ones than 500 characters
    are none."""
    return len(text) <= _LONGEST_LABEL and _known_label(text)


@lru_cache(maxsize=16_384)
def _known_label(text: str) -> bool:
    return any(map(lexicon().knows, spellings(text)))


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _by_label(pairs: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, labels in pairs:
        for label in labels:
            key = fold(label)
            if found.setdefault(key, name) != name:
                raise ValueError(f"the label {label!r} stands for both {found[key]} and {name}")
    return found


def _bands(tables2: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (form["form"], row["stem"]): tuple(
            f"{row['stem']}_{form.get('suffixes', {}).get(column, column)}" for column in band["columns"]
        )
        for form in tables2
        for band in form["band"]
        for row in band["rows"]
    }


@cache
def lexicon() -> Lexicon:
    """All forms, read once."""
    shared = _load("shared.toml")
    tables2 = [_load("2019.toml"), _load("2021.toml")]
    table3, table4 = shared["table3"], shared["table4"]
    rows3 = [
        Row3(row["indicator"], row.get("group", ""), row.get("opens", ""), tuple(map(fold, row["labels"])))
        for row in table3["row"]
    ]
    rows2 = _by_label((row["stem"], row["labels"]) for form in tables2 for band in form["band"] for row in band["rows"])
    columns2 = _by_label((name, labels) for form in tables2 for name, labels in form["columns"].items())
    columns3 = _by_label(table3["columns"].items())
    columns4 = _by_label(table4["columns"].items())
    groups4 = _by_label([*table4["groups"].items(), ("review", table4["review"]), ("litigation", table4["litigation"])])
    groups3 = _by_label((group["name"], group["labels"]) for group in table3["group"])
    stats: dict[str, tuple[str, ...]] = {}
    older = _load("legacy_stats.toml")
    for row in older["row"]:
        for label in dict.fromkeys(map(fold, row["labels"])):
            stats[label] = (*stats.get(label, ()), row["indicator"])
    serials, remarks = (frozenset(map(fold, older[name])) for name in ("serials", "remarks"))
    values, units = (frozenset(map(fold, older[name])) for name in ("values", "units"))
    labelled = frozenset(map(fold, older["headers"]))
    organisations = frozenset(map(fold, table3["organisations"]))
    subtotals = frozenset(map(fold, table3["subtotals"]))
    openers = frozenset(map(fold, table3["openers"]))
    headers2 = frozenset(map(fold, ("信息内容", *(shared.get("headers", [])))))
    by_row3 = {label: row for row in rows3 for label in row.labels}
    return Lexicon(
        rows2=rows2,
        columns2=columns2,
        marks={mark: form["form"] for form in tables2 for mark in form["marks"]},
        suffixes={name: suffix for form in tables2 for name, suffix in form.get("suffixes", {}).items()},
        rows3=by_row3,
        groups3=groups3,
        columns3=columns3,
        organisations=organisations,
        subtotals=subtotals,
        openers=openers,
        groups4=groups4,
        columns4=columns4,
        order3=tuple(row.indicator for row in rows3),
        stats=stats,
        units=units,
        stats_headers=labelled | values | serials | remarks,
        stats_values=values,
        stats_serials=serials,
        stats_remarks=remarks,
        bands=_bands(tables2),
        headers2=headers2,
        fragments=frozenset().union(
            rows2,
            columns2,
            by_row3,
            groups3,
            columns3,
            organisations,
            subtotals,
            openers,
            groups4,
            columns4,
            headers2,
            stats,
            map(fold, older["groups"]),
            units,
        ),
    )
