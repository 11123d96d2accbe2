"""What the rules look at: one reading of one report, and the helpers that make a finding of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.codebook import rules
from pipelines.document import Document
from pipelines.identity import Identity
from pipelines.model import Check, Fact, Form, Outcome, Severity, Source
from pipelines.outline import Outline
from pipelines.prose import Claim, Statement

if TYPE_CHECKING:
    from pipelines.checks.linear import Equation
    from pipelines.merging import Difference

Key = tuple[str, str]
"""A cell: indicator and applicant ('' where the indicator has none)."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure that a report prints beside the form's cells. `kind` is `org_subtotal` (法人小计; `name` is the row's
    indicator), `subtotal_row` (the line of a group; `name` is results, deny, unable, reject or other) or
    `litigation_total` (`name` is an outcome: upheld … total)."""

    kind: str
    name: str
    applicant: str
    value: float


@dataclass(frozen=True, slots=True)
class Subject:
    """One reading. `facts` holds every cell of the form; `slots` how many numeric slots were found in tables `2`, `3`,
    `4`; `missing` says why a table is not there (see `chapters.REASONS`; '' when it is). `sums` and `zeros`
    are filled by the first rule that asks (`arithmetic.applied`, `arithmetic.zeros`). `differences` are the tables that
    another file of the report prints with other figures, `unread` which attachments could not be read and why."""

    source: Source
    document: Document
    outline: Outline
    identity: Identity
    form: Form | None
    facts: Mapping[Key, Fact]
    statements: Sequence[Statement] = ()
    claims: Sequence[Claim] = ()
    slots: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    printed: Sequence[Printed] = ()
    notes: Sequence[tuple[str, str]] = ()
    sums: list[tuple[Equation, Check | None]] = field(default_factory=list)
    zeros: list[frozenset[Key]] = field(default_factory=list)
    differences: Sequence[Difference] = ()
    unread: Sequence[str] = ()

    @property
    def tabular(self) -> bool:
        """Whether the report is on one of the two forms with three tables."""
        return self.form in ("2019", "2021")

    def value(self, indicator: str, applicant: str = "") -> float | None:
        """The number in a cell; None unless it was read."""
        fact = self.facts.get((indicator, applicant))
        return fact.value if fact else None


def figure(value: float | None) -> str:
    """A number as plain text, without a trailing `.0`; '' for None."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def finding(
    rule: str,
    outcome: Outcome,
    message: str,
    *,
    key: Key = ("", ""),
    expected: float | str | None = "",
    actual: float | str | None = "",
    severity: Severity | None = None,
) -> Check:
    """A check with the codebook's severity: none when it passed, `info` when it is undecided, unless one is given."""
    passed = outcome in ("pass", "pass_blank_as_zero", "not_applicable")
    usual: Severity = rules()[rule].severity if outcome == "fail" else "info"
    return Check(
        rule=rule,
        outcome=outcome,
        severity=None if passed else severity or usual,
        indicator=key[0],
        applicant=key[1],
        expected=expected if isinstance(expected, str) else figure(expected),
        actual=actual if isinstance(actual, str) else figure(actual),
        message=message,
    )
