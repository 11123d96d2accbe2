"""Pages that hold more than one report: only the tables below the title of the page's own report are its own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pipelines import titles
from pipelines.document import Block, Document, Paragraph
from pipelines.outline import Outline
from pipelines.rows import find_rows
from pipelines.strips import strips_of
from pipelines.wording import squeeze

_LONGEST = 60
_NAMES = ("报告", "年报")
_STOPS = "。；;"


def own_tables(document: Document, shape: Outline) -> Document:
    """The document without the blocks below titles of other reports (of another year, or another unit), where the same
    rows of the forms are printed below more than one title; the document itself where that is not so.

    Where the page's own title is not found, or names no year, none of the titled reports is certainly its own.
    """
    runs = _runs(document)
    if len(runs) < 2:
        return document
    own = titles.find(document, shape.lines, shape.first)
    foreign = [title is not None and _is_foreign(title, own) for title, _ in runs]
    if not any(foreign) or not _overlap(document, [blocks for _, blocks in runs]):
        return document
    kept = [block for (_, blocks), other in zip(runs, foreign, strict=True) if not other for block in blocks]
    return replace(document, blocks=tuple(kept))


def _runs(document: Document) -> list[tuple[titles.Title | None, list[Block]]]:
    """The blocks, cut before every line that is the title of a report and names its year."""
    runs: list[tuple[titles.Title | None, list[Block]]] = [(None, [])]
    for block in document.blocks:
        title = _title(block.text) if isinstance(block, Paragraph) and len(block.text) <= _LONGEST else None
        if title is not None:
            runs.append((title, []))
        runs[-1][1].append(block)
    return runs


@lru_cache(maxsize=1024)
def _title(text: str) -> titles.Title | None:
    if not any(name in text for name in _NAMES) or any(stop in text for stop in _STOPS):
        return None
    title = titles.parse(text, "line") if titles.is_report_title(text) else None
    return title if title is not None and title.year is not None else None


def _is_foreign(title: titles.Title, own: titles.Title | None) -> bool:
    if own is None or own.year != title.year:
        return True
    one, other = squeeze(own.unit), squeeze(title.unit)
    return bool(one and other) and one not in other and other not in one


def _overlap(document: Document, runs: list[list[Block]]) -> bool:
    """Whether a row of the forms, or table 4, stands in two of the runs. A list of reports beside a table has none."""
    seen: set[str] = set()
    for blocks in runs:
        found = find_rows(strips_of(replace(document, blocks=tuple(blocks))))
        keys = {row.key for row in found.rows if row.key} | ({"4"} if any(t.strips for t in found.tables4) else set())
        if keys & seen:
            return True
        seen |= keys
    return False
