"""What is refused before a parser sees it. Some pages of under 1 MB take the HTML parser half a minute or more."""

from __future__ import annotations

import re

MAX_BYTES = 16 * 1024 * 1024
MAX_RAW = 64 * 1024 * 1024
"""A page may be so large before pictures, scripts and comments are taken out (see `shed`)."""
MAX_OPEN = 5_000
MAX_OPTIONS = 8_000
MAX_FORMATTING = 1_000
MAX_TAG = 20_000
MAX_TAGS = 100_000
MAX_LINES = 100_000
MAX_CELLS = 50_000
MAX_SLOTS = 1_000_000
"""The largest real report page seen has 3,546 tags and 300 cells. At these limits a page takes some seconds and less than
200 MB. Slots are the places of a grid that its cells, spans unrolled, take up."""
_BLOCK = re.compile(r"<(/?)(?:div|section|article|blockquote|ul|ol|dl|center|fieldset|form|table)[\s>/]", re.IGNORECASE)
_FORMATTING = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s>/]", re.IGNORECASE)
_HARMLESS = ("</", "<span", "<td", "<p", "<o", "<li", "<div", "<tr")
"""What most tags of a page begin with, and no formatting tag does."""
_OPTION = re.compile(r"<option[\s>/]", re.IGNORECASE)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{MAX_TAG}}}")
_LONG_VALUE = re.compile(r"""=\s*(?:"[^"]{2000,}"|'[^']{2000,}')""")


class Unreadable(Exception):
    """A file that has no reading. `code` is empty, binary, unsupported or too_large; `message` is one English line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


def _balance(pattern: re.Pattern[str], text: str) -> int:
    """The deepest nesting if every closing tag closed something."""
    depth = deepest = 0
    for closing in pattern.findall(text):
        if closing:
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _may_format(text: str, tags: int) -> bool:
    """Whether so many of the text's `tags` may be formatting; counting stops as soon as they cannot."""
    for start in _HARMLESS:
        if tags <= MAX_FORMATTING:
            break
        tags -= text.count(start)
    return tags > MAX_FORMATTING


def check_lines(text: str) -> None:
    """Raises `Unreadable("too_large", …)` for plain text of more lines, or cells between pipes or tabs, than any report."""
    if len(text) > MAX_LINES and sum(map(text.count, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029|\t")) > MAX_LINES:
        raise Unreadable("too_large", f"more than {MAX_LINES} lines and cells of text")


def check_markup(text: str) -> None:
    """Raises `Unreadable("too_large", …)` for markup known to be worse than linear in the HTML parser: thousands of
    unclosed blocks or formatting tags, thousands of options in a list or attributes in one tag; and for more tags than any
    report has."""
    if len(text) < 4 * MAX_FORMATTING:
        return
    # Counting is much cheaper than balancing, and tags that were never opened cannot stay open.
    tags = text.count("<")
    if tags > MAX_TAGS or text.count("\v") > MAX_TAGS:
        raise Unreadable("too_large", f"more than {MAX_TAGS} tags or lines")
    if tags > MAX_OPEN and _balance(_BLOCK, text) > MAX_OPEN:
        raise Unreadable("too_large", f"blocks nested more than {MAX_OPEN} deep")
    if _may_format(text, tags) and _balance(_FORMATTING, text) > MAX_FORMATTING:
        raise Unreadable("too_large", f"more than {MAX_FORMATTING} formatting tags left open")
    if tags > MAX_OPTIONS and sum(1 for _ in _OPTION.finditer(text)) > MAX_OPTIONS:
        raise Unreadable("too_large", f"more than {MAX_OPTIONS} options in lists")
    if len(text) > MAX_TAG and _LONG_TAG.search(_LONG_VALUE.sub("=''", text)):
        raise Unreadable("too_large", f"a tag of more than {MAX_TAG} characters")
