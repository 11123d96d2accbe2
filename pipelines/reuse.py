"""TEXT_REUSE: chapters of prose that are those of the unit's last report, or of another unit's, but for their figures.

Candidates are found by MinHash and locality-sensitive hashing; what counts is the exact Jaccard similarity of the sets of
five-character shingles (the measure of a 2017 survey in which nine of ten reports copied). Pure and deterministic: the
outcome does not depend on the order in which reports are given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

from pipelines.checks.subject import finding
from pipelines.model import Check
from pipelines.panel import apart

SIMILAR = 0.9
LENGTH = 5
"""Characters of a shingle."""
LEAST = 150
"""Shingles that a chapter must have: shorter ones are alike because there is little to say."""
BANDS, ROWS = 10, 6
"""At a similarity of 0.9 two chapters share a band, and so are compared, with a probability of 99.95 %."""
MOST_CANDIDATES = 200

_NOT_TEXT = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+")
_MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint64)

Shingles = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's place: report, whose and of which year, and the kind of chapter."""

    report_id: str
    unit: str
    name: str
    year: int
    kind: str


def shingles(text: str) -> Shingles:
    """Hashes of the text's shingles, each once, in rising order: width folded, every figure one 0, punctuation dropped."""
    # Punctuation first: without it a text is mostly normal, which is found out quickly.
    bare = _FIGURE.sub("0", unicodedata.normalize("NFKC", _NOT_TEXT.sub("", text)))
    letters = np.frombuffer(bare.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    if len(letters) < LENGTH:
        return np.empty(0, dtype=np.uint32)
    windows = np.lib.stride_tricks.sliding_window_view(letters, LENGTH)
    mixed = (windows * _MULTIPLIERS).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(29)
    return np.unique((mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(32)).astype(np.uint32))


def similarity(one: Shingles, other: Shingles) -> float:
    """Jaccard: the share of all shingles of both that are in both."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)


def check_reuse(chapters: Iterable[Chapter], text_of: Callable[[Chapter], str]) -> Iterator[tuple[str, Check]]:
    """For each chapter that is long enough: a finding for the last report of its unit that it repeats and one for another
    unit's of the same or an earlier year, or a pass; as (report_id, check).

    `text_of` is asked when a chapter's turn comes, and again for those that are compared with it: texts are not kept.
    """
    ordered = sorted(chapters, key=lambda one: (one.year, one.report_id, one.kind))
    load = lru_cache(maxsize=4096)(lambda number: shingles(text_of(ordered[number])))
    latest: dict[tuple[str, str, int], int] = {}
    search = _Search(ordered, load)
    repeats: set[int] = set()
    copies: set[int] = set()
    for number, one in enumerate(ordered):
        own = load(number)
        if len(own) < LEAST:
            continue
        last = latest.get((one.unit, one.kind, one.year - 1))
        latest[one.unit, one.kind, one.year] = number
        if last is not None and (alike := similarity(own, load(last))) >= SIMILAR:
            repeats.add(number)
            yield one.report_id, _finding(one, ordered[last], alike)
        found = search.match(number, own)
        if found is not None:
            other, alike = found
            copies.add(number)
            yield one.report_id, _finding(one, ordered[other], alike)
            # Of two in one year nobody knows which was first: both are told.
            if ordered[other].year == one.year and other not in copies:
                copies.add(other)
                yield ordered[other].report_id, _finding(ordered[other], one, alike)
    for number in sorted(search.seen - repeats - copies):
        one = ordered[number]
        yield one.report_id, finding("TEXT_REUSE", "pass", "No other report says the same.", expected=one.kind)


def _finding(one: Chapter, other: Chapter, alike: float) -> Check:
    whose = "that of last year" if one.unit == other.unit else f"that of {other.name or other.unit} for {other.year}"
    message = f"The chapter {one.kind} is {alike:.0%} the same as {whose} ({other.report_id}), figures aside."
    return finding("TEXT_REUSE", "fail", message, expected=one.kind, actual=other.report_id)


class _Search:
    """The chapters seen so far, by the bands of their signatures; of equal ones only the first is kept."""

    def __init__(self, chapters: Sequence[Chapter], load: Callable[[int], Shingles]) -> None:
        self._chapters = chapters
        self._load = load
        self._index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
        self._blank = MinHash(num_perm=BANDS * ROWS, scheme="affine32", hashfunc=int)
        self.seen: set[int] = set()

    def match(self, number: int, own: Shingles) -> tuple[int, float] | None:
        """The first chapter seen before that another unit has and that is similar; this one is then seen, too."""
        self.seen.add(number)
        signature = self._blank.copy()
        signature.update_batch(own)
        best: tuple[int, float] | None = None
        kept = True
        candidates = sorted(cast("list[int]", self._index.query(signature)))
        for other in candidates[:MOST_CANDIDATES]:
            alike = similarity(own, self._load(other))
            if alike >= SIMILAR and apart(self._chapters[other], self._chapters[number]):
                best = other, alike
                break
            kept = kept and alike < 1
        if kept:
            self._index.insert(number, signature)
        return best
