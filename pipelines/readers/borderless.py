"""Tables without lines around their cells: figures that stand in rows beside the labels of a form.

The rows are those of the figures. A label's lines belong to the row whose figures they stand nearest to, a heading's
lines are put together where they make a heading of the form. Columns are not certain, so that what comes out is rows of
texts (`pipes`), whose places the form must prove.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.forms import known_label, lexicon, spellings
from pipelines.numbers import looks_like_value
from pipelines.readers.sheet import Word, bounds
from pipelines.readers.typeset import TextLine, join, line

Row = list[TextLine | None]

_GAP, _SMALL_GAP = 0.9, 0.2
"""Of the height of the print: words further apart are in different cells."""
_CHAPTER = re.compile(r"[一二三四五六七八九十]{1,2}[、.．]")
_LEAST_ROWS, _MANY, _APPLICANTS = 2, 10, 7
_SENTENCE = re.compile(r"[。；;！？]$")
_HEADING_LINES, _TALLEST = 4, 12


@dataclass(slots=True)
class _Region:
    """Neighbouring lines that may be a table: what was printed, cut into texts that stand apart."""

    printed: list[TextLine] = field(default_factory=list)
    cut: list[list[TextLine]] = field(default_factory=list)


def borderless(printed: Sequence[TextLine]) -> tuple[list[TextLine], list[list[Row]]]:
    """The lines that are running text, and the tables among the others."""
    texts: list[TextLine] = []
    tables: list[list[Row]] = []
    for region in _regions(printed):
        rows = _table(region.cut) if isinstance(region, _Region) else None
        if rows is not None:
            tables.append(rows)
        elif isinstance(region, _Region):
            texts += region.printed
        else:
            texts.append(region)
    return texts, tables


def _regions(printed: Sequence[TextLine]) -> Iterable[_Region | TextLine]:
    """Runs of lines between lines of running text."""
    cut = [_apart(one) for one in printed]
    figures = [texts for texts in cut if len(_values(texts)) >= 2 or (_values(texts) and known_label(texts[0].text))]
    if len(figures) < _LEAST_ROWS and not any(len(_values(texts)) >= _MANY for texts in figures):
        yield from printed
        return
    first = min(_values(texts)[0].x0 for texts in figures)
    region = _Region()
    for one, texts in zip(printed, cut, strict=True):
        if _is_prose(one, texts, first):
            if region.printed:
                yield region
            region = _Region()
            yield one
        else:
            region.printed.append(one)
            region.cut.append(texts)
    if region.printed:
        yield region


def _is_prose(one: TextLine, texts: Sequence[TextLine], first: float) -> bool:
    """Whether a line is no part of a table whose figures begin at `first`: a sentence, a title, a chapter's heading."""
    if known_label(one.text) or len(texts) > 2 or (len(texts) == 2 and _values(texts)):
        return False
    if _SENTENCE.search(one.text) or (_CHAPTER.match(one.text) and len(texts) == 1 and one.x1 > first):
        return True
    if _CHAPTER.match(one.text) and "情况" in one.text:
        return True
    return any(text.x0 < first - 2 * text.height and text.x1 > first + 4 * text.height for text in texts)


def _apart(one: TextLine) -> list[TextLine]:
    """The texts of a line that stand apart."""
    groups: list[list[Word]] = []
    for word in one.words:
        if groups and word.x0 - groups[-1][-1].x1 <= _GAP * max(word.height, groups[-1][-1].height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [line(group) for group in groups]


def _values(texts: Sequence[TextLine]) -> list[TextLine]:
    """The figures at the end of a line."""
    found: list[TextLine] = []
    for text in reversed(texts):
        if not looks_like_value(text.text):
            break
        found.insert(0, text)
    return found


def _table(cut: Sequence[list[TextLine]]) -> list[Row] | None:
    """The rows of a region; None if no label of a form has figures beside it."""
    rows = [(index, _values(texts)) for index, texts in enumerate(cut)]
    rows = [(index, values) for index, values in rows if values and (len(values) > 1 or len(cut[index]) > 1)]
    if not rows:
        return None
    middles = [_middle(values[0]) for _, values in rows]
    first = min(values[0].x0 for _, values in rows)
    labels: list[list[TextLine]] = [[] for _ in rows]
    others: list[TextLine] = []
    taken = {id(value) for _, values in rows for value in values}
    for texts in cut:
        for text in texts:
            if id(text) in taken:
                continue
            nearest = min(range(len(rows)), key=lambda row: abs(middles[row] - _middle(text)))
            near = abs(middles[nearest] - _middle(text)) <= _HEADING_LINES * text.height
            if near and text.x1 <= rows[nearest][1][0].x0 and text.x0 < first and not _heads(text, middles[0]):
                labels[nearest].append(text)
            else:
                others.append(text)
    found: list[tuple[float, list[TextLine]]] = []
    for row, (_, values) in enumerate(rows):
        own, above = _labels(labels[row], middles[row])
        others += above
        found.append((middles[row], [*own, *values]))
    wide = max((values for _, values in rows), key=len)
    headings = _in_order(_headings([part for text in others for part in _over(text, wide)]), wide)
    labelled = [*found, *((0.0, row) for row in headings if len(wide) >= _MANY)]
    if not any(known_label(text.text) for _, row in labelled for text in row):
        return None
    found += [(max(map(_middle, row)), row) for row in headings]
    table: list[Row] = [list(row) for _, row in sorted(found, key=lambda item: item[0])]
    return table


def _heads(text: TextLine, first: float) -> bool:
    """Whether a text above all figures is a heading rather than the first row's label."""
    return _middle(text) < first - 2.5 * text.height


def _middle(text: TextLine) -> float:
    return (text.top + text.bottom) / 2


def _over(text: TextLine, values: Sequence[TextLine]) -> list[TextLine]:
    """A line of headings cut where its gaps stand between the columns of the figures."""
    borders = [(left.x1 + right.x0) / 2 for left, right in pairwise(values)]
    groups: list[list[Word]] = []
    for word in text.words:
        last = groups[-1][-1] if groups else None
        if last is None or (
            word.x0 - last.x1 > _SMALL_GAP * word.height
            and any(last.x1 - word.height < x < word.x0 + word.height for x in borders)
        ):
            groups.append([word])
        else:
            groups[-1].append(word)
    return [line(group) for group in groups]


def _labels(texts: Sequence[TextLine], middle: float) -> tuple[list[TextLine], list[TextLine]]:
    """The labels beside one row, from left to right: lines above each other are one text. Lines around those that make a
    label of the form together are none of it; they come second."""
    columns: list[list[TextLine]] = []
    for text in sorted(texts, key=lambda one: one.top):
        for column in columns:
            x0, _, x1, _ = bounds([word for one in column for word in one.words])
            if min(x1, text.x1) - max(x0, text.x0) > 0.5 * min(x1 - x0, text.x1 - text.x0):
                column.append(text)
                break
        else:
            columns.append([text])
    own: list[TextLine] = []
    rest: list[TextLine] = []
    for column in columns:
        runs = [column[a:b] for a in range(len(column)) for b in range(a + 1, len(column) + 1)]
        known = [run for run in runs if known_label(_together(run).text)] if len(column) <= _TALLEST else []
        # The lines that make a label and stand nearest to the figures; of these the most.
        kept = min(known, key=lambda run: (min(abs(_middle(one) - middle) for one in run), -len(run)), default=column)
        own.append(_together(kept))
        rest += [text for text in column if text not in kept]
    return sorted(own, key=lambda one: one.x0), rest


def _together(texts: Sequence[TextLine]) -> TextLine:
    words = tuple(word for one in texts for word in one.words)
    return TextLine(words, join([one.text for one in texts], [True] * len(texts)), *bounds(words))


def _headings(texts: Sequence[TextLine]) -> list[list[TextLine]]:
    """Headings in rows: a text, with those right below it as far as they make a heading of the form together."""
    rest = sorted(texts, key=lambda one: (one.top, one.x0))
    whole: list[TextLine] = []
    while rest:
        stack = [rest.pop(0)]
        best = 1 if known_label(stack[0].text) else 0
        while len(stack) < _HEADING_LINES:
            below = next((one for one in rest if _is_below(stack[-1], one) and one not in stack), None)
            if below is None:
                break
            stack.append(below)
            if known_label(_together(stack).text):
                best = len(stack)
        kept = stack[: max(best, 1)]
        whole.append(_together(kept))
        rest = [one for one in rest if one not in kept]
    rows: list[list[TextLine]] = []
    for text in sorted(whole, key=lambda one: (_middle(one), one.x0)):
        if rows and abs(_middle(rows[-1][0]) - _middle(text)) < 0.5 * text.height:
            rows[-1].append(text)
        else:
            rows.append([text])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def _in_order(rows: list[list[TextLine]], values: Sequence[TextLine]) -> list[list[TextLine]]:
    """The rows of headings; where each of many columns has one, the lowest above it, these are one row from left to
    right. The heading over the organisations has then said what it had to say."""
    if len(values) < _APPLICANTS:
        return rows
    above = [text for row in rows for text in row if _middle(text) < _middle(values[0]) and known_label(text.text)]
    lowest: list[TextLine] = []
    for left, value, right in zip((None, *values), values, (*values[1:], None), strict=False):
        start = (left.x1 + value.x0) / 2 if left else value.x0 - value.height
        end = (value.x1 + right.x0) / 2 if right else value.x1 + 3 * value.height
        own = [text for text in above if start <= (text.x0 + text.x1) / 2 <= end]
        if not own:
            return rows
        lowest.append(max(own, key=_middle))
    if len({id(text) for text in lowest}) < len(values):
        return rows
    rest = [[text for text in row if text not in lowest and not _is_over_all(text)] for row in rows]
    return [*(row for row in rest if row), sorted(lowest, key=lambda one: one.x0)]


def _is_over_all(text: TextLine) -> bool:
    return not lexicon().organisations.isdisjoint(spellings(text.text))


def _is_below(above: TextLine, below: TextLine) -> bool:
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    near = 0 <= below.top - above.bottom + 0.4 * above.height <= 1.2 * above.height
    return near and overlap > 0.5 * min(above.x1 - above.x0, below.x1 - below.x0)
