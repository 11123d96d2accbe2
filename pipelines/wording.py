"""Text made comparable: characters folded one for one, white space taken out, offsets kept.

Every rule on prose works on folded text, yet each finding must lead back to the document as printed; so folding never
changes the length of a text, and squeezing keeps for each character its offset in `Document.text`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.document import Document, Paragraph
from pipelines.fold import TRADITIONAL


def _one_for_one() -> dict[str, str]:
    table: dict[int, str] = {}
    for start, end in ((0xFF01, 0xFF5E), (0x2F00, 0x2FDF), (0xFE50, 0xFE6B), (0x2000, 0x200A), (0xA0, 0xA0)):
        for point in range(start, end + 1):
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1:
                table[point] = folded
    table.update(
        {0x3000: " ", 0x200B: " ", 0x200C: " ", 0x200D: " ", 0xFEFF: " ", 0x2060: " ", 0x25CB: "〇", 0x3007: "〇"}
    )
    table.update({key: chr(value) for key, value in TRADITIONAL.items()})
    return {chr(point): folded for point, folded in table.items()}


_TABLE = _one_for_one()
_FOLDABLE = re.compile(f"[{re.escape(''.join(_TABLE))}]")
_CACHED = 200
"""Short texts are folded again and again; a page as a whole is not kept."""
_SOLID = re.compile(r"\S+")


def fold(text: str) -> str:
    """The text with full-width, Kangxi and common traditional characters made plain; the length does not change."""
    # Few characters are folded: finding them is much cheaper than `str.translate`, which looks each one up.
    return _FOLDABLE.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    return _TABLE[match.group()]


def squeeze(text: str) -> str:
    """The folded text without any white space."""
    return _squeezed(text) if len(text) <= _CACHED else _squeeze(text)


def _squeeze(text: str) -> str:
    return "".join(fold(text).split())


_squeezed = lru_cache(maxsize=256)(_squeeze)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph folded and squeezed; `spots[i]` is the offset in `Document.text` of its i-th character."""

    text: str
    spots: Sequence[int]
    block: int
    paragraph: Paragraph

    def printed(self, start: int, end: int) -> str:
        """The characters `start` to `end` as the paragraph prints them, white space inside included."""
        if start >= end:
            return ""
        base = self.paragraph.start
        return self.paragraph.text[self.spots[start] - base : self.spots[end - 1] + 1 - base]


def line_of(paragraph: Paragraph, block: int) -> Line:
    """One paragraph as a line."""
    folded = fold(paragraph.text)
    if len(folded.split()) == 1 and not (folded[0].isspace() or folded[-1].isspace()):
        return Line(folded, range(paragraph.start, paragraph.start + len(folded)), block, paragraph)
    parts: list[str] = []
    spots: list[int] = []
    for match in _SOLID.finditer(folded):
        parts.append(match.group())
        spots.extend(range(paragraph.start + match.start(), paragraph.start + match.end()))
    return Line("".join(parts), spots, block, paragraph)


def lines_of(document: Document) -> tuple[Line, ...]:
    """All paragraphs that have any text, in order; grids are left out."""
    found = (line_of(block, index) for index, block in enumerate(document.blocks) if isinstance(block, Paragraph))
    return tuple(line for line in found if line.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded and squeezed, with the offset in `Document.text` of each character."""

    text: str
    spots: Sequence[int]

    def span(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """Offsets in `Document.text` of the characters `start` to `end`."""
        stop = len(self.text) if end is None else end
        return self.spots[start], self.spots[stop - 1] + 1


_STOP = re.compile(r"[^。;!?…]*[。;!?…]*")
_OPENING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:[、.,:]|是|部分)|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.])"
)


def sentences(lines: Sequence[Line]) -> Iterator[Sentence]:
    """The sentences of running text, cut at 。；！？; lines that a file broke at its margin are joined again."""
    text: list[str] = []
    spots: list[int] = []

    def flush() -> Iterator[Sentence]:
        whole = "".join(text)
        for match in _STOP.finditer(whole):
            if match.group():
                yield Sentence(match.group(), spots[match.start() : match.end()])
        text.clear()
        spots.clear()

    for index, line in enumerate(lines):
        text.append(line.text)
        spots.extend(line.spots)
        following = lines[index + 1] if index + 1 < len(lines) else None
        broken = (
            following is not None
            and following.block == line.block + 1
            and 18 <= len(line.text) <= 60
            and line.text[-1] not in "。;!?:…"
            and not _OPENING.match(following.text)
        )
        if not broken:
            yield from flush()
