"""The lists of a Word 97 file: what is printed before its numbered paragraphs ([MS-DOC] PlfLst, PlfLfo)."""

from __future__ import annotations

from struct import error as StructError
from struct import unpack_from

from pipelines.readers.guard import Unreadable
from pipelines.readers.numbering import LEVELS, Level, Numbering
from pipelines.readers.word97 import Word97

_KINDS = {
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    22: "decimalZero",
    23: "bullet",
    255: "none",
    **dict.fromkeys((10, 11, 17, 33, 34, 35, 36, 37, 39), "chineseCounting"),
    18: "decimalEnclosedCircle",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircle",
    30: "ideographTraditional",
    31: "ideographZodiac",
}


def read_lists(word: Word97) -> Numbering:
    """The lists by their number (`sprmPIlfo`); none where their tables are damaged: numbers are no figures."""
    found = Numbering()
    try:
        by_id = _levels(word)
        _overrides(word, by_id, found)
    except (StructError, IndexError, Unreadable):
        return Numbering()
    return found


def _levels(word: Word97) -> dict[int, tuple[Level, ...]]:
    start, size = unpack_from("<II", word.main, 0x9A + 8 * 73)
    if not size:
        return {}
    count = unpack_from("<H", word.table, start)[0]
    heads = [(start + 2 + 28 * index) for index in range(count)]
    at = start + 2 + 28 * count
    found: dict[int, tuple[Level, ...]] = {}
    for head in heads:
        identity = unpack_from("<i", word.table, head)[0]
        simple = word.table[head + 26] & 1
        levels: list[Level] = []
        for _ in range(1 if simple else LEVELS):
            level, at = _level(word.table, at)
            levels.append(level)
        found[identity] = tuple(levels + [Level(numerals="none")] * (LEVELS - len(levels)))
    return found


def _level(table: bytes, at: int) -> tuple[Level, int]:
    start, kind, flags = unpack_from("<iBB", table, at)
    characters, paragraphs = table[at + 24], table[at + 25]
    text_at = at + 28 + paragraphs + characters
    length = unpack_from("<H", table, text_at)[0]
    raw = table[text_at + 2 : text_at + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(character) + 1}" if ord(character) < LEVELS else character for character in raw)
    level = Level(_KINDS.get(kind, "decimal"), text, start, bool(flags & 4), 0 if flags & 8 else -1)
    return level, text_at + 2 + 2 * length


def _overrides(word: Word97, by_id: dict[int, tuple[Level, ...]], found: Numbering) -> None:
    start, size = unpack_from("<II", word.main, 0x9A + 8 * 74)
    if not size:
        return
    count = min(unpack_from("<I", word.table, start)[0], 4096)
    at = start + 4 + 16 * count
    for number in range(count):
        identity, changes = unpack_from("<i8xB", word.table, start + 4 + 16 * number)
        levels = list(by_id.get(identity, (Level(numerals="none"),) * LEVELS))
        at += 4
        for _ in range(changes):
            first, flags = unpack_from("<iI", word.table, at)
            at += 8
            index = min(flags & 15, LEVELS - 1)
            if flags & 0x20:
                levels[index], at = _level(word.table, at)
            elif flags & 0x10:
                old = levels[index]
                levels[index] = Level(old.numerals, old.text, first, old.plain, old.restart)
        shared = f"{identity}/{number}" if changes else str(identity)
        found.lists[str(number + 1)] = (shared, tuple(levels))
