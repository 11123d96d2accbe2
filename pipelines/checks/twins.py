"""Whether the files of one report agree: TWIN."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.checks.subject import Subject, figure, finding
from pipelines.model import Check


def check(subject: Subject) -> Iterator[Check]:
    """A row for each table that another file of the report prints with other figures."""
    for found in subject.differences:
        name = found.part.member or found.part.label or "another file"
        cells = f"{found.cells} cell{'s' * (found.cells > 1)}"
        kept = "neither goes before the other" if found.withheld else f"those of the {found.kept} are kept"
        message = f"Table {found.slot}: {name} prints other figures in {cells}; {kept}."
        key = (found.indicator, found.applicant)
        yield finding("TWIN", "fail", message, key=key, expected=figure(found.chosen), actual=figure(found.other))
