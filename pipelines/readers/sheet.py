"""A page as printed, whatever it was printed from: words with their places, and the lines drawn between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.document import Box

Affine = tuple[float, float, float, float, float, float]
AS_IS: Affine = (1, 0, 0, 0, 1, 0)
SNAP = 3.0
"""Strokes nearer than this are one (double borders, cells with borders of their own), in points."""


class Word(NamedTuple):
    """A character, or a run of them, in one place. `score` is how sure a recognition was, 1 for a text layer."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    score: float = 1.0
    upright: bool = True

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Stroke(NamedTuple):
    """A straight line along one axis: `at` is its place on the other axis, `start` ≤ `end` its ends."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, turned so that its text runs from left to right.

    `across` are horizontal strokes (at: from the top), `down` vertical ones (at: from the left); strokes nearer than
    `snap` are one. `back` leads from here to the page as it is stored: x' = ax + by + c, y' = dx + ey + f.
    `recognised` tells that the text was read from a picture, and is not to be trusted by itself.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    across: tuple[Stroke, ...] = ()
    down: tuple[Stroke, ...] = ()
    snap: float = SNAP
    back: Affine = AS_IS
    recognised: bool = False

    def box(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        """The place on the page as it is stored, to a tenth of a point."""
        a, b, c, d, e, f = self.back
        xs = [a * x + b * y + c for x in (x0, x1) for y in (top, bottom)]
        ys = [d * x + e * y + f for x in (x0, x1) for y in (top, bottom)]
        return Box(self.number, round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1))


def bounds(words: Iterable[Word]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all of them; there must be one."""
    first, *rest = words
    x0, top, x1, bottom = first.x0, first.top, first.x1, first.bottom
    for word in rest:
        x0, top, x1, bottom = min(x0, word.x0), min(top, word.top), max(x1, word.x1), max(bottom, word.bottom)
    return x0, top, x1, bottom


def turned_back(width: float, height: float, turn: int) -> Affine:
    """The way back to a page of this size from the page turned like `turn_words`."""
    return (0, 1, 0, -1, 0, height) if turn == 90 else (0, -1, width, 1, 0, 0)


def turn_words(words: Sequence[Word], width: float, height: float, turn: int) -> tuple[Word, ...]:
    """The words of a page of this size that is turned clockwise (90: its text runs up) or back (-90: it runs down)."""
    if turn == 90:
        return tuple(Word(w.text, height - w.bottom, w.x0, height - w.top, w.x1, w.score) for w in words)
    return tuple(Word(w.text, w.top, width - w.x1, w.bottom, width - w.x0, w.score) for w in words)


def turn_strokes(
    across: Sequence[Stroke], down: Sequence[Stroke], width: float, height: float, turn: int
) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """The strokes of a page turned like `turn_words`: horizontal ones, vertical ones."""
    if turn == 90:
        return (
            tuple(Stroke(s.at, height - s.end, height - s.start) for s in down),
            tuple(Stroke(height - s.at, s.start, s.end) for s in across),
        )
    return (
        tuple(Stroke(width - s.at, s.start, s.end) for s in down),
        tuple(Stroke(s.at, width - s.end, width - s.start) for s in across),
    )
