"""Arithmetic rules as values: a sum of cells equals, or is at most, another sum of cells.

What a blank or dash does is in the codebook (`missing_cells`): it counts as zero exactly where the rule then holds
(`pass_blank_as_zero`), or it leaves the rule undecided unless other sums prove it to be zero. A number that was seen but could
not be placed is never replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.checks.subject import Key, figure, finding
from pipelines.codebook import rules
from pipelines.model import Check, Fact, Outcome


@dataclass(frozen=True, slots=True)
class Equation:
    """`left` = `right` (or `<=`), for rule `rule`; `subject` is the cell that the finding is filed under and `words`
    its description in English (`results by kind`, `handled in total`)."""

    rule: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]
    subject: Key
    words: tuple[str, str]
    relation: Literal["=", "<="] = "="


def _sum(cells: Iterable[Fact]) -> Decimal:
    values = [cell.value for cell in cells if cell.value is not None]
    if not any(value % 1 for value in values):
        return Decimal(int(sum(values)))
    return sum((Decimal(repr(value)) for value in values), Decimal(0))


def holds(equation: Equation, left: Decimal, right: Decimal) -> bool:
    return left == right if equation.relation == "=" else left <= right


def evaluate(equation: Equation, facts: Mapping[Key, Fact], zeros: frozenset[Key] = frozenset()) -> Check | None:
    """The rule applied to the facts; None when not one of its cells is in the document.

    A cell without a figure leaves a rule undecided that does not hold with zero in its place, unless no count in its
    place could make it hold: the cell is among the `zeros` that other sums prove, or stands on the side that is too
    large as it is.
    """
    here_cells = [facts[key] for key in equation.left if key in facts]
    there_cells = [facts[key] for key in equation.right if key in facts]
    cells = here_cells + there_cells
    # Most sums lack none of their figures.
    without_value = [cell for cell in cells if cell.value is None]
    if len(without_value) == len(cells) and all(cell.state == "absent" for cell in cells):
        return None
    ambiguous = [cell for cell in without_value if cell.state == "ambiguous"]
    empty = [cell for cell in without_value if cell.state != "ambiguous"]
    left, right = _sum(here_cells), _sum(there_cells)
    true = holds(equation, left, right)
    here, there = equation.words
    who = f" ({equation.subject[1]})" if equation.subject[1] else ""
    numbers = f"{here} {figure(float(left))}, {there} {figure(float(right))}"

    def told(outcome: Outcome, message: str) -> Check:
        key, expected, actual = equation.subject, float(left), float(right)
        return finding(equation.rule, outcome, message, key=key, expected=expected, actual=actual)

    if ambiguous:
        message = f"Cannot be decided{who}: {len(ambiguous)} of the numbers could not be placed."
        return finding(equation.rule, "undecided", message, key=equation.subject, severity="warning")
    if not empty:
        if true:
            return told("pass", f"Holds{who}: {numbers}.")
        return told("fail", f"Does not hold{who}: {numbers}.")
    if true and equation.relation == "<=" and all(cell.value is not None for cell in here_cells):
        return told("pass", f"Holds{who}, whatever stands in the cells without a figure: {numbers}.")
    without = f"{len(empty)} cell{'s' * (len(empty) > 1)} without a figure"
    if true:
        proven = all(
            key in zeros for key in (*equation.left, *equation.right) if key in facts and facts[key].value is None
        )
        if rules()[equation.rule].blank_as_zero or proven:
            return told("pass_blank_as_zero", f"Holds with {without} counted as zero{who}: {numbers}.")
        return told("undecided", f"Cannot be decided{who}: {without}; with zero for them {numbers}.")
    open_left, open_right = (
        any(key in facts and facts[key].value is None and key not in zeros for key in side)
        for side in (equation.left, equation.right)
    )
    if not (open_left and left < right) and not (open_right and left > right):
        return told("fail", f"Does not hold{who}, whatever stands in {without}: {numbers}.")
    return told("undecided", f"Cannot be decided{who}: {without}; with zero for them {numbers}.")


def proven_zeros(equations: Iterable[Equation], facts: Mapping[Key, Fact]) -> frozenset[Key]:
    """The blank cells that arithmetic proves to be zero.

    Counts are never negative: if both sides of an equation are equal without the blank cells, and these stand on one
    side only, each of them is zero. What is proven proves more, until nothing is added.
    """
    blank = {key for key, fact in facts.items() if fact.state in ("blank", "dash")}
    if not blank:
        return frozenset()
    known: dict[Key, Decimal] = {
        key: Decimal(repr(fact.value)) for key, fact in facts.items() if fact.value is not None
    }
    proven: set[Key] = set()
    relevant = [
        e
        for e in equations
        if e.relation == "=" and all(k not in facts or k in known or k in blank for k in (*e.left, *e.right))
    ]
    changed = True
    while changed:
        changed = False
        for equation in relevant:
            left = [key for key in equation.left if key in facts]
            right = [key for key in equation.right if key in facts]
            unknown = [key for key in (*left, *right) if key not in known]
            if not unknown or len(unknown) == len(left) + len(right):
                continue
            one_sided = all(key in left for key in unknown) or all(key in right for key in unknown)
            if not one_sided:
                continue
            if sum(known.get(key, Decimal(0)) for key in left) != sum(known.get(key, Decimal(0)) for key in right):
                continue
            for key in unknown:
                known[key] = Decimal(0)
                proven.add(key)
            changed = True
    return frozenset(proven)
