"""Locators take little room: the text between the numbers is stored once, the numbers beside the fact.

`{"table":2,"row":5,"column":3}` becomes the pattern `{"table":%s,"row":%s,"column":%s}` and 2, 5, 3; SQLite's `printf`
puts them together again, to the letter.
"""

from __future__ import annotations

import re
from functools import lru_cache

SLOTS = 4
Number = int | float | str | None

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def _number(text: str) -> int | float | None:
    """The number that SQLite prints as exactly this text, or None."""
    if len(text) > 15:
        return None
    if text.isdecimal():
        return int(text) if str(int(text)) == text else None
    value = float(text)
    return value if repr(value) == text and "e" not in text else None


def slim(text: str) -> int | float | str:
    """A text as it takes least room: as a number where SQLite prints that as exactly this text."""
    number = _number(text) if _NUMBER.fullmatch(text) else None
    return text if number is None else number


@lru_cache(maxsize=1 << 16)
def pack(locator: str) -> tuple[str, tuple[Number, ...]]:
    """A locator as `(pattern, four numbers)`; one that does not fit is kept whole as the first value of `%s`."""
    found: list[Number] = [_number(text) for text in _NUMBER.findall(locator)]
    if len(found) > SLOTS or None in found or "\0" in locator:
        return "%s", (locator, None, None, None)
    parts = _NUMBER.split(locator)
    pattern = "%s".join(part.replace("%", "%%") for part in parts)
    return pattern, (*found, *(None,) * (SLOTS - len(found)))
