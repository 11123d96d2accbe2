"""The statistics table as running text: `主动公开信息数 条 425 1516 其中：1.网站公开 条 418 1509`, with its spaces or without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.document import Document, Paragraph
from pipelines.fold import squeeze
from pipelines.stats.rows import Figure, Row, names_of, split_unit
from pipelines.wording import fold

_HEADER = re.compile(
    r"(?:统计)?(?:指标(?:名称)?|项目|内容)\s*(?:计\s*量\s*)?单\s*位\s*(?P<heads>(?:20\d\d\s*年?\s*度?\s*数?|历年\s*累计\s*数?|累计\s*数?|本\s*年\s*度?\s*数?|当年\s*数?|年度\s*数|"
    r"数\s*[量值据]|统计\s*数\s*[量值据]?|合\s*计|备\s*注|\s)*)"
)
_HEAD = re.compile(
    r"20\d\d\s*年?\s*度?\s*数?|历年\s*累计\s*数?|累计\s*数?|本\s*年\s*度?\s*数?|当年\s*数?|年度\s*数|数\s*[量值据]|统计\s*数\s*[量值据]?|合\s*计"
)
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?|(?<=\s)(?:[-—/]{1,2}|无)(?=\s)")
_POINT = re.compile(r"\s?[、.)](?!\d)")
_GAP = re.compile(r"\s+")
_LONGEST = 90
_LEAST_ROWS = 5
_CHAPTER = re.compile(r"\s*[(]?[一二三四五六七八九十]{1,2}[)、.]")
_NUMBERING = re.compile(r"(?:^|[:：\s,;])\D{0,4}?(\d{1,2})\s?[、.)]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Rows that run through a paragraph. `heads` are the headings of its columns as printed (none: the header is
    missing); `split` tells that the figures of a row stand apart: in the others `figures` is one text of digits."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    apart: bool
    start: int


def passages(document: Document) -> Iterator[Passage]:
    """Every paragraph's passage of at least five rows, of which three are of the codebook."""
    for block in document.blocks:
        if isinstance(block, Paragraph) and len(block.text) > 60 and (found := _passage(block)):
            yield found


def _passage(block: Paragraph) -> Passage | None:
    text = fold(block.text)
    header = next(reversed(list(_HEADER.finditer(text))), None)
    heads: tuple[str, ...] = ()
    if header is not None:
        heads = tuple(squeeze(h).replace(" ", "") for h in _HEAD.findall(header["heads"]))
        start = header.end()
    else:
        start = _first_label(text)
    rows = list(_rows(block.text, text, start, block.start)) if start >= 0 else []
    known = {row.names for row in rows if row.names}
    if len(rows) < _LEAST_ROWS or len(known) < 3:
        return None
    return Passage(heads, tuple(rows), any(len(row.figures) > 1 for row in rows), block.start + start)


def _first_label(text: str) -> int:
    """Where the rows begin in a passage without header: after the word 统计表, else nowhere."""
    found = [match.end() for match in re.finditer(r"统计表(?:[(][^)]{0,20}[)])?", text)]
    return found[-1] if found else -1


def _rows(printed: str, text: str, start: int, base: int) -> Iterator[Row]:
    position, last = start, 0
    runs = list(_DIGITS.finditer(text, start))
    index = 0
    while index < len(runs):
        run = runs[index]
        before = text[position : run.start()]
        if "。" in before or len(before) > _LONGEST:
            return
        origin = position
        label, unit = split_unit(before)
        if not unit and not names_of(label):
            index += 1
            continue
        figures, index = _together(text, runs, index)
        numbered = _NUMBERING.search(before)
        last = int(numbered[1]) if numbered else 0 if _CHAPTER.match(before) else last
        cells: list[Figure] = []
        for number, (begin, end) in enumerate(figures):
            if number == len(figures) - 1 and _POINT.match(text, end) and not text[begin:end].startswith("0."):
                loose = number > 0 and end - begin <= 2
                shorter = "" if loose else _without_numbering(text[begin:end], last + 1)
                # Digits that do not end with a number that is due keep the mark behind them: they are no figure.
                end = end + 1 if shorter is None else begin + len(shorter)
            if end > begin:
                locator = f'{{"start":{base + begin},"end":{base + end}}}'
                cells.append(Figure(text[begin:end], "", number, locator))
            position = end
        if cells:
            own = printed[origin : origin + len(before.rstrip())][: len(label) + len(before) - len(before.lstrip())]
            yield Row(own.strip(" ：:，；"), names_of(label), "", unit.strip(), tuple(cells), "text", -1)
        else:
            position = figures[-1][1]


def _together(text: str, runs: Sequence[re.Match[str]], index: int) -> tuple[list[tuple[int, int]], int]:
    """The spans of the figures that only white space separates, and the index after them."""
    spans = [runs[index].span()]
    index += 1
    while index < len(runs) and _GAP.fullmatch(text, spans[-1][1], runs[index].start()):
        spans.append(runs[index].span())
        index += 1
    return spans, index


def _without_numbering(digits: str, expected: int) -> str | None:
    """The digits without the number of the next row, which runs on from them (`2949819162、` before row 2); None where
    they end neither with the number that is due nor with 1, which opens a new list."""
    tail = next((number for number in (str(expected), "1") if digits.endswith(number)), "")
    return digits[: -len(tail)] if tail else None
