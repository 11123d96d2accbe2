"""Why a cell, report or finding differs between two snapshots, in words that are equal for equal causes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_PLACES = (
    ("art20_", "table 2"), ("requests_", "table 3"), ("review_", "table 4"), ("litigation_", "table 4"),
    ("stat_", "statistics"), ("prose_", "prose"),
)  # fmt: skip
# Fields with few values; of the others only that they changed.
_CODES = frozenset(("unit_kind", "scope", "form", "content_kind", "quality"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a snapshot has it."""

    value: float | None
    state: str
    raw: str
    method: str

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.state} {self.raw!r}" if self.raw else self.state
        number = str(int(self.value)) if self.value == int(self.value) else repr(self.value)
        return number if number == self.raw else f"{number} {self.raw!r}"


def of_cell(indicator: str, before: Cell | None, after: Cell | None) -> str:
    """Such as `table 3 row requests_new: ambiguous → reported by arithmetic`."""
    place = next((name for start, name in _PLACES if indicator.startswith(start)), "")
    return f"{place} row {indicator}: {_transition(before, after)}".lstrip()


def _transition(before: Cell | None, after: Cell | None) -> str:
    old, new = _manner(before), _manner(after)
    if old != new:
        return f"{old} → {new}"
    if before is None or after is None or after.value is None:
        return f"{new}, other text"
    return f"{new}, other text for the same number" if before.value == after.value else f"{new}, another number"


def _manner(cell: Cell | None) -> str:
    if cell is None:
        return "no such row"
    return f"{cell.state} by {cell.method}" if cell.method else cell.state


def of_field(field: str, old: str, new: str) -> str:
    """Such as `quality: warning → ok`."""
    return f"{field}: {old or '-'} → {new or '-'}" if field in _CODES else f"{field} reads otherwise"


def of_source(old_capture: str, new_capture: str) -> str:
    """What the differences of one report have in common, to stand before each reason: '' when only the reader changed."""
    return "page fetched anew, " if old_capture != new_capture else ""
