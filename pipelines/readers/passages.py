"""Finds the passages of a text in which every line is a cell of a form: a table whose borders were lost.

Two ways of printing are known. In the spaced one a filled cell is its text and one blank line, an empty cell a single
blank line; a cell's text may have several lines, or be a space that does not break. In the tight one every line is a cell and a blank line an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.forms import known_label
from pipelines.numbers import looks_like_value

_LONGEST_LABEL = 60
_CHAPTER = re.compile(r"^\s*[一二三四五六七八九十—-][、.．]")
_NUMBER = re.compile(r"\d{1,2}$")
_POINT = re.compile(r"[.．、][\u4e00-\u9fff]")
_LONGEST_NUMBER = 4
_LEAST_CELLS = 4
_LEAST_VALUES = 2


def find_passages(lines: Sequence[str]) -> list[tuple[int, int, list[str]]]:
    """`(first line, line after the last, cells)` of each passage, in order. An empty line is '', a cell that holds only a
    no-break space is that space."""
    # Most texts have no line that is a figure; whether one is a label is asked only where there may be a passage.
    if sum(map(looks_like_value, lines)) < _LEAST_VALUES:
        return []
    kinds = [_kind(line) for line in lines]
    return [passage for start, end in _spans(lines, kinds) if (passage := _cells(lines, kinds, start, end)) is not None]


def _kind(line: str) -> str:
    """`blank`, `value`, `label` (of a form), `short` (might be a label's part or an unknown label) or `prose`."""
    if not line.strip():
        return "blank"
    if looks_like_value(line):
        return "value"
    if known_label(line):
        return "label"
    if len(line) > _LONGEST_LABEL or line[-1] in "。；;!！?？" or _CHAPTER.match(line):
        return "prose"
    return "short"


def _spans(lines: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs that start at a label of a form and end after the last label or value before prose or a heading."""
    position = 0
    while position < len(lines):
        if kinds[position] != "label" and not _broken_label(lines, kinds, position):
            position += 1
            continue
        start = end = position
        while position < len(lines):
            kind = kinds[position]
            if (kind == "prose" and not _broken_label(lines, kinds, position)) or (
                kind == "short" and not _belongs(lines, kinds, position)
            ):
                break
            position += 1
            if kind != "blank":
                end = position
        while end < len(lines) and kinds[end] == "blank":
            end += 1
        yield start, end
        position = max(position, end, start + 1)


def _broken_label(lines: Sequence[str], kinds: Sequence[str], position: int) -> bool:
    """Whether this line and the next make one label of a form (本年新 / 制作数量; 一、 / 本年新收…)."""
    return (
        kinds[position] in ("short", "prose")
        and len(lines[position]) <= _LONGEST_LABEL
        and position + 1 < len(lines)
        and kinds[position + 1] != "blank"
        and known_label(lines[position] + lines[position + 1])
    )


def _belongs(lines: Sequence[str], kinds: Sequence[str], position: int) -> bool:
    """Whether a short unknown text inside a passage is a cell: half a label, or a label that figures follow."""
    if _broken_label(lines, kinds, position) or (position and known_label(lines[position - 1] + lines[position])):
        return True
    for following in range(position + 1, min(position + 3, len(lines))):
        if kinds[following] != "blank":
            return kinds[following] == "value"
    return False


def _cells(lines: Sequence[str], kinds: Sequence[str], start: int, end: int) -> tuple[int, int, list[str]] | None:
    spaced = _is_spaced(kinds, start, end)
    cells: list[str] = []
    values = labels = 0
    position = start
    while position < end:
        if kinds[position] == "blank":
            cells.append("")
            position += 2 if spaced and lines[position] and _is_blank(kinds, position + 1) else 1
            continue
        text = lines[position]
        values += kinds[position] == "value"
        labels += kinds[position] == "label"
        position += 1
        while position < end and kinds[position] in ("short", "label") and _joined(lines, kinds, position, spaced):
            text += "\n" + lines[position]
            position += 1
        cells.append(text.replace("\n", ""))
        if spaced and position < end and kinds[position] == "blank":
            position += 1
    while not spaced and cells and not cells[-1]:
        cells.pop()
    if len(cells) < _LEAST_CELLS or values < _LEAST_VALUES or labels < 1:
        return None
    return start, end, cells


def _is_blank(kinds: Sequence[str], position: int) -> bool:
    return position < len(kinds) and kinds[position] == "blank"


def _joined(lines: Sequence[str], kinds: Sequence[str], position: int, spaced: bool) -> bool:
    """Whether this line goes on with the cell of the line before: only half labels do."""
    if _NUMBER.match(lines[position - 1]) and _POINT.match(lines[position]):
        return True
    if kinds[position - 1] == "value" or kinds[position - 1 : position + 1] == ["label", "label"]:
        # A figure before a numbered label would pass for the label's number: 1 and 6.属于… are not 16.属于….
        return False
    if _is_note(lines[position - 1]) or _is_note(lines[position]):
        # A note belongs to the label before it, not to the one after it.
        return not _is_note(lines[position - 1]) and kinds[position] == "short"
    if known_label(lines[position - 1] + lines[position]):
        return True
    return spaced and kinds[position - 1] in ("short", "label") and kinds[position] == "short"


def _is_note(line: str) -> bool:
    """Whether the line is nothing but a remark in parentheses; a number in parentheses is none."""
    return len(line) > _LONGEST_NUMBER and re.fullmatch(r"[(（[【][^()（）【】\[\]]*[)）\]】]", line) is not None


def _is_spaced(kinds: Sequence[str], start: int, end: int) -> bool:
    """Whether filled cells are followed by blank lines: so unless two values, a label and a value, or two whole labels
    touch."""
    touching = sum(
        1
        for index in range(start, end - 1)
        if (kinds[index + 1] == "value" and kinds[index] in ("value", "label", "short"))
        or (kinds[index] == kinds[index + 1] == "label")
    )
    apart = sum(1 for index in range(start, end - 1) if kinds[index] == "value" and kinds[index + 1] == "blank")
    return touching * 4 < apart
