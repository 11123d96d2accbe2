"""The codebook: every indicator and every consistency rule, read from the CSV files in this folder."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

from pipelines.model import APPLICANTS, Severity


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a form. `forms` are the forms it stands in; `parent` is the indicator that it adds up to, or ''."""

    indicator: str
    forms: tuple[str, ...]
    section: str
    label_zh: str
    label_en: str
    unit: str
    parent: str
    by_applicant: bool
    position: int

    @property
    def applicants(self) -> tuple[str, ...]:
        """Its cells: the seven applicant columns, or one cell under ''."""
        return APPLICANTS if self.by_applicant else ("",)

    @property
    def signed(self) -> bool:
        """Whether a negative number is lawful (本年增/减)."""
        return self.indicator.endswith("_items_change")


@dataclass(frozen=True, slots=True)
class Rule:
    """One consistency rule. `name_zh` is its name in Chinese, '' where the codebook has none; `missing_cells` says what a
    cell without a figure does to it."""

    rule: str
    name: str
    forms: str
    scope: str
    expression: str
    severity: Severity
    source: str
    note: str
    name_zh: str = ""
    missing_cells: str = ""

    @property
    def blank_as_zero(self) -> bool:
        """Whether a blank counts as zero where the rule then holds; else a missing figure leaves the rule undecided."""
        return self.missing_cells.startswith("blank = 0")


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    broken = [row for row in found if None in row or None in row.values()]
    if broken:
        raise ValueError(f"{name}: a row with the wrong number of columns (an unquoted comma?): {broken[0]}")
    return found


def crosswalk_rows() -> list[dict[str, str]]:
    """The rows of crosswalk.csv, as text; `pipelines.crosswalk` reads their formulas."""
    return _rows("crosswalk.csv")


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by name, in the order of the codebook."""
    return {
        row["indicator"]: Indicator(
            indicator=row["indicator"],
            forms=tuple(row["form"].split("|")),
            section=row["section"],
            label_zh=row["label_zh"],
            label_en=row["label_en"],
            unit=row["unit"],
            parent=row["parent"],
            by_applicant=row["by_applicant"] == "1",
            position=int(row["position"]),
        )
        for row in _rows("indicators.csv")
    }


@cache
def form_indicators(form: str) -> tuple[Indicator, ...]:
    """The indicators of one form (`2019`, `2021`, `legacy_stats`, `legacy_prose`), in printed order."""
    return tuple(i for i in indicators().values() if form in i.forms)


@cache
def rules() -> dict[str, Rule]:
    """All consistency rules by identifier."""
    return {
        row["rule_id"]: Rule(
            rule=row["rule_id"],
            name=row["name"],
            forms=row["forms"],
            scope=row["scope"],
            expression=row["expression"],
            severity=cast(Severity, {"warn": "warning"}.get(row["severity"], row["severity"])),
            source=row["source"],
            note=row["note"],
            name_zh=row.get("name_zh", ""),
            missing_cells=row["missing_cells"],
        )
        for row in _rows("rules.csv")
    }
