"""Two captures held against each other: their text line by line, their cells one by one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from archive.capture import Capture
from pipelines.extract import extract
from pipelines.model import Fact
from pipelines.readers import Unreadable, read
from pipelines.stored import as_source


def as_text(old: Capture, new: Capture) -> Iterator[str]:
    """A unified diff of what the two say, as lines without line ends; nothing when they say the same."""
    before, after = (f"{one.url} {one.fetched_at}" for one in (old, new))
    yield from difflib.unified_diff(_lines(old), _lines(new), before, after, lineterm="")


def as_cells(old: Capture, new: Capture) -> Iterator[str]:
    """A line for each cell that differs: indicator, applicant, old and new reading, separated by tabs. A reading is the
    figure, or in angle brackets the state of a cell without one (`<blank>`, `<absent>` …)."""
    before, after = _cells(old), _cells(new)
    for cell in sorted(before.keys() | after.keys()):
        first, second = before.get(cell, "<absent>"), after.get(cell, "<absent>")
        if first != second:
            yield "\t".join((*cell, first, second))


def _lines(capture: Capture) -> list[str]:
    """The document's text; of one that cannot be read, a line that says why, with its digest."""
    try:
        return read(as_source(capture)).text.splitlines()
    except Unreadable as error:
        return [f"[{capture.mime or 'no media type'}, {len(capture.body())} bytes, {capture.payload_digest}: {error}]"]


def _cells(capture: Capture) -> dict[tuple[str, str], str]:
    return {(fact.indicator, fact.applicant): _reading(fact) for fact in extract(as_source(capture)).facts}


def _reading(fact: Fact) -> str:
    return f"{fact.value:.12g}" if fact.value is not None else f"<{fact.state}>"
