"""Words in their places to text: lines, cells, vertical labels, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.sheet import Word, bounds

_APART = " | "
"""Between figures that stand too far apart to be one number; no reader of cells takes that for a number."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")
_NARROW_GAP, _WORD_GAP, _FIGURE_GAP = 0.22, 1.5, 1.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line."""

    words: tuple[Word, ...]
    text: str
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def lines(words: Sequence[Word]) -> list[TextLine]:
    """The printed lines, from top to bottom; words whose middles lie within half a height of each other share one."""
    rows: list[list[Word]] = []
    places: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.middle[1], w.x0)):
        middle = word.middle[1]
        if rows and abs(middle - places[-1][0]) < 0.5 * max(places[-1][1], word.height):
            rows[-1].append(word)
            if word.height > places[-1][1]:
                places[-1] = (middle, word.height)
        else:
            rows.append([word])
            places.append((middle, word.height))
    return [line(row) for row in rows]


def line(words: Sequence[Word]) -> TextLine:
    """These words as one line, spaces where the print has gaps."""
    ordered = tuple(sorted(words, key=lambda w: w.x0))
    return TextLine(ordered, _spaced(ordered), *bounds(ordered))


def _spaced(words: Sequence[Word]) -> str:
    text = ""
    last: Word | None = None
    for word in words:
        if last is not None and word.text.strip():
            gap = (word.x0 - last.x1) / max(word.height, last.height, 1.0)
            before, after = text.rstrip()[-1:], word.text[:1]
            if before.isdigit() and after.isdigit() and gap > _FIGURE_GAP:
                text = text.rstrip() + _APART
            elif gap > _WORD_GAP or (
                gap > _NARROW_GAP and not text.endswith(" ") and not (_WIDE.match(before) or _WIDE.match(after))
            ):
                text += " "
        text += word.text
        if word.text.strip():
            last = word
    # Justified text has spaces between characters; Chinese has none.
    return squeeze(
        re.sub(
            r"(?<=[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]) (?=[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef])", "", text
        )
    )


def cell_text(words: Sequence[Word], width: float) -> str:
    """The text of one cell of this width. Lines are joined; a label whose characters stand one above the other too."""
    if not words:
        return ""
    if sum(not word.upright for word in words) * 2 > len(words):
        return "".join(word.text for column in _stacks(words) for word in column)
    printed = lines(words)
    # A number is broken only at the end of a full line, and goes on right below it: a row of its own stands further off.
    full = [
        one.x1 - one.x0 > width - one.height and below.top - one.bottom < 0.4 * one.height
        for one, below in pairwise(printed)
    ]
    text = join([one.text for one in printed], full)
    if len(printed) > 2 and all(len(one.words) <= 3 for one in printed) and not known_label(text):
        stacked = squeeze("".join(word.text for column in _stacks(words) for word in column))
        return stacked if known_label(stacked) else text
    return text


def _stacks(words: Sequence[Word]) -> list[list[Word]]:
    """Columns of characters from right to left, each from top to bottom."""
    columns: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.middle[0]):
        if columns and columns[-1][0].middle[0] - word.middle[0] < 0.5 * (word.x1 - word.x0):
            columns[-1].append(word)
        else:
            columns.append([word])
    return [sorted(column, key=lambda w: w.top) for column in columns]


def join(texts: Sequence[str], full: Sequence[bool]) -> str:
    """Lines of one text. Digits on two lines are one number only where `full` says so of the upper line."""
    text = ""
    for index, following in enumerate(texts):
        if not text:
            text = following
        elif text[-1].isdigit() and following[:1].isdigit():
            text += following if full[index - 1] else _APART + following
        elif _WIDE.match(text[-1]) or _WIDE.match(following[:1]):
            text += following
        else:
            text += " " + following
    return text
