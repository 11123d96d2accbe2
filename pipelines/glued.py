"""Texts that lost the borders between cells: 640020470 is 64, 0, 0, 2, 0, 4, 70 if the form's sums leave no other way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.align import Placed
from pipelines.cuts import LONGEST_RUN, Cut, sums
from pipelines.document import Document, Paragraph
from pipelines.forms import lexicon
from pipelines.model import APPLICANTS, Form
from pipelines.numbers import header_unit
from pipelines.place3 import PlacedRow
from pipelines.rows import CELLS4, RawRow
from pipelines.solver import Budget, Exhausted
from pipelines.strips import Slot, Strip
from pipelines.table3 import settle
from pipelines.table4 import OFFICIAL
from pipelines.values import Readings

METHOD = "arithmetic"
_SHORTEST_PARAGRAPH = 160
_LEAST_ROWS = 20
_MOST_CUTS = 4_000
_HEADS3 = re.compile(r"自然人法人或其他组织总计商业企业科研机构社会公益组织法律服务机构其他")
_FIVE = "结果维持结果纠正其他结果尚未审结总计"
_HEADS4 = re.compile(f"行政复议行政诉讼{_FIVE}未经复议直接起诉复议后起诉{_FIVE}{_FIVE}")
_NUMBERED = re.compile(r"[(]?[一二三四五六七八九十\d]{1,2}[)、.]{1,2}$")


@dataclass(frozen=True, slots=True)
class _Text:
    """A paragraph without white space, NFKC by characters. `places` are the offsets in the document's text; `gaps` the
    positions before which there was white space."""

    text: str
    places: tuple[int, ...]
    gaps: frozenset[int]

    def slot(self, start: int, end: int) -> Slot:
        return Slot(self.text[start:end], 0, 1, (self.places[start], self.places[end - 1] + 1))


def read_glued(document: Document, form: Form, readings: Readings) -> None:
    """Reads the paragraphs that hold whole tables without borders into `readings`.

    A row is read if its figures can be cut in one way only: by their count, or by the sums across the rows and down the
    columns with every row of the table found. The others are ambiguous.
    """
    for block in document.blocks:
        if isinstance(block, Paragraph) and len(block.text) > _SHORTEST_PARAGRAPH:
            _read(_bare(block), form, readings)


def _bare(block: Paragraph) -> _Text:
    letters: list[str] = []
    places: list[int] = []
    gaps: set[int] = set()
    for index, character in enumerate(block.text):
        if character.isspace():
            gaps.add(len(letters))
            continue
        plain = unicodedata.normalize("NFKC", character)
        letters.append(plain if len(plain) == 1 else character)
        places.append(block.start + index)
    return _Text("".join(letters), tuple(places), frozenset(gaps))


def _read(text: _Text, form: Form, readings: Readings) -> None:
    rows = list(_rows3(text))
    if len({row.key for row, _ in rows}) < _LEAST_ROWS or len({row.key for row, _ in rows}) < len(rows):
        return
    _read3(text, rows, readings)
    _read2(text, form, readings)
    _read4(text, readings)


def _labels(text: str, label: str) -> Iterator[re.Match[str]]:
    """Places where a folded label stands, whatever punctuation is printed between its characters."""
    return re.compile(r"[^\w]*".join(map(re.escape, label))).finditer(text)


def _run(text: _Text, start: int) -> tuple[int, int]:
    """The figures from `start` on, without the number of the label after them (0000000 2.其他…)."""
    while start < len(text.text) and text.text[start] in ')”"」':
        start += 1
    end = start
    while end < len(text.text) and text.text[end].isdigit():
        end += 1
    if end < len(text.text) and text.text[end] in ".、" and not text.text[end + 1 : end + 2].isdigit():
        end -= 1
    return start, end


def _rows3(text: _Text) -> Iterator[tuple[RawRow, tuple[int, int]]]:
    """The rows of table 3 that figures follow at once. Short labels (其他, 总计) count only with their number."""
    words = lexicon()
    ends: dict[str, tuple[int, int]] = {}
    for label, row in sorted(words.rows3.items(), key=lambda pair: -len(pair[0])):
        for found in _labels(text.text, label):
            start, end = _run(text, found.end())
            short = len(label) < 4 and not _NUMBERED.search(text.text[: found.start()])
            if end - start < 1 or short or row.indicator in ends:
                continue
            ends[row.indicator] = (start, end)
    for indicator in words.order3:
        if indicator in ends:
            start, end = ends[indicator]
            slot = text.slot(start, end)
            yield RawRow(3, indicator, indicator, Strip("text", -1, (slot,)), (slot,), ()), (start, end)


def _read3(text: _Text, rows: Sequence[tuple[RawRow, tuple[int, int]]], readings: Readings) -> None:
    proven = bool(_HEADS3.search(text.text)) and all(end - start >= len(APPLICANTS) for _, (start, end) in rows)
    placed = []
    for row, (start, end) in rows:
        cuts = _cuts(text, start, end) if proven else ()
        options = tuple(tuple(text.slot(a, b) for a, b in cut) for cut in cuts)
        # Seven digits for seven columns need no proof.
        certain = end - start == len(APPLICANTS) and len(cuts) == 1
        placed.append(PlacedRow(row, APPLICANTS, Placed(options, METHOD, open=not certain)))
    settle(placed, readings, Budget())


def _cuts(text: _Text, start: int, end: int) -> tuple[Cut, ...]:
    """Every way to cut a row of table 3; none where there are too many."""
    try:
        cuts = tuple(islice(sums(text.text, start, end, len(APPLICANTS), text.gaps), _MOST_CUTS + 1))
    except Exhausted:
        return ()
    return cuts if len(cuts) <= _MOST_CUTS else ()


def _read2(text: _Text, form: Form, readings: Readings) -> None:
    """Rows of a single figure, and rows with as many digits as cells. The rest cannot be cut."""
    words = lexicon()
    for label, stem in words.rows2.items():
        names = words.cells2(form, stem)
        for found in _labels(text.text, label):
            figure = re.compile(r"\d+(?:\.\d+)?").match(text.text, found.end())
            before = text.text[max(0, found.start() - 12) : found.start()]
            if not names or figure is None or (names[0], "") in readings.facts or before.endswith("行政"):
                continue
            readings.slots["2"] += len(names)
            start, end = figure.span()
            slots = [text.slot(start, end)]
            if len(names) == 1:
                readings.cell(names[0], "", slots[0], METHOD, header_unit(before))
            elif end - start == len(names):
                for offset, name in enumerate(names):
                    readings.cell(name, "", text.slot(start + offset, start + offset + 1), METHOD)
            else:
                for name in names:
                    readings.doubt(name, ("",), slots, METHOD)


def _read4(text: _Text, readings: Readings) -> None:
    heads = _HEADS4.search(text.text)
    if heads is None:
        return
    start, end = _run(text, heads.end())
    if start == end:
        return
    readings.slots["4"] += CELLS4
    try:
        cuts = list(islice(_groups(text, start, end, 3, Budget()), 2))
    except Exhausted:
        cuts = []
    for index, (group, outcome) in enumerate(OFFICIAL):
        if len(cuts) == 1:
            readings.cell(f"{group}_{outcome}", "", text.slot(*cuts[0][index]), METHOD)
        else:
            readings.doubt(f"{group}_{outcome}", ("",), [text.slot(start, end)], METHOD)


def _groups(text: _Text, start: int, end: int, count: int, budget: Budget) -> Iterator[Cut]:
    """Cuts into groups of five numbers whose last is the sum of the four before it."""
    if count == 0:
        if start == end:
            yield ()
        return
    for stop in range(start + 5, min(end - 5 * (count - 1), start + LONGEST_RUN) + 1):
        for five in sums(text.text, start, stop, 5, text.gaps, budget):
            for rest in _groups(text, stop, end, count - 1, budget):
                yield (*five, *rest)
