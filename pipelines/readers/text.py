"""Plain text to a document: paragraphs, rows of cells between pipes, passages of a cell a line."""

from __future__ import annotations

import re

from pipelines.decode import Decoded
from pipelines.document import Document
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.build import Item, Line, build
from pipelines.readers.pipes import is_row, pipes_grid, split_rows

_RULE = re.compile(r"^[\s|:+=_—-]*-[\s|:+=_—-]*$")
_HEADING = re.compile(r"^(#{1,6})\s+")
_LEAST_CELLS = 8
_NO_BREAK = ("\u00a0", "\u3000", "\t")


def read_text(decoded: Decoded) -> Document:
    """The text as a document. A line with a pipe is a table row; rows that follow each other make one grid of kind
    `pipes`, rules of Markdown tables are dropped. Lines without pipes are paragraphs, or passages of cells."""
    items: list[Item] = []
    rows: list[str] = []
    for line in _single_cells(_between_pipes(decoded.text.splitlines())):
        if is_row(line):
            if not _RULE.match(line):
                rows.append(line)
            continue
        if rows and not line.strip():
            continue
        if rows:
            items.append(pipes_grid(split_rows(rows)))
            rows = []
        items.append(_line(line))
    if rows:
        items.append(pipes_grid(split_rows(rows)))
    blocks, text = build(items)
    return Document(
        kind="text",
        blocks=blocks,
        text=text,
        declared_charset=decoded.declared,
        used_charset=decoded.used,
    )


def _line(line: str) -> Line:
    heading = _HEADING.match(line)
    text = squeeze(line[heading.end() :] if heading else line)
    if not text and any(space in line for space in _NO_BREAK):
        text = _NO_BREAK[0]
    return Line(text, len(heading.group(1)) if heading else 0)


def _between_pipes(lines: list[str]) -> list[str]:
    """The lines, those passages in which cells and pipes take turns, a line each, without their pipes. What stands
    between two pipes is a cell, also an empty line or nothing; a table of a form has at least one known label."""
    result: list[str] = []
    position = 0
    while position < len(lines):
        cells, end = _turns(lines, position)
        if len(cells) >= _LEAST_CELLS and any(map(known_label, cells)):
            result += cells
        else:
            end = position + 1
            result.append(lines[position])
        position = end
    return result


def _turns(lines: list[str], position: int) -> tuple[list[str], int]:
    """The cells of a passage that starts with a cell here, and the line after it."""
    cells = [lines[position].strip()]
    position += 1
    if "|" in cells[0]:
        return [], position
    while position < len(lines) and lines[position].strip() == "|":
        following = lines[position + 1].strip() if position + 1 < len(lines) else ""
        if following == "|":
            cells.append("")
            position += 1
        elif "|" in following:
            break
        else:
            cells.append(following)
            position += 2
    return cells, position


def _single_cells(lines: list[str]) -> list[str]:
    """The lines, those passages in which every line is one cell and a pipe after it (`规章|`) without their pipes. A pipe
    alone is an empty cell; blank lines between cells are none."""
    result: list[str] = []
    position = 0
    while position < len(lines):
        end = position
        while end < len(lines) and (not lines[end].strip() or _is_single(lines[end])):
            end += 1
        while end > position and not lines[end - 1].strip():
            end -= 1
        cells = [line.strip()[:-1].strip() for line in lines[position:end] if line.strip()]
        if len(cells) >= _LEAST_CELLS:
            result += cells
        else:
            end = max(end, position + 1)
            result += lines[position:end]
        position = end
    return result


def _is_single(line: str) -> bool:
    text = line.strip()
    return text.endswith("|") and "|" not in text[:-1]
