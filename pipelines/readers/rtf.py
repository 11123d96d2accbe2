"""Rich Text Format to a document: text in code pages and Unicode, tables by the edges that each row defines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pipelines.document import Document
from pipelines.fold import squeeze
from pipelines.readers.build import Item, Line, build
from pipelines.readers.edges import EdgeCell, Merge, Row
from pipelines.readers.guard import Unreadable
from pipelines.readers.nest import DEEPEST, Nest

_TOKEN = re.compile(
    rb"\\(?:'(?P<byte>[0-9a-fA-F]{2})|(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|(?P<sign>[^a-zA-Z]))"
    rb"|(?P<open>\{)|(?P<close>\})|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_SILENT = frozenset(
    re.findall(
        r"\w+",
        """fonttbl colortbl stylesheet info header headerl headerr headerf footer footerl footerr footerf pict object
        footnote annotation fldinst listtable listoverridetable nonesttables pntxta pntxtb xe tc private revtbl filetbl
        sp shprslt nonshppict ftnsep aftnsep ftnsepc aftnsepc ftncn aftncn template bkmkstart bkmkend datafield formfield docvar""",
    )
)
_STARRED = frozenset(("shpinst", "nesttableprops", "ud"))
"""Destinations marked as skippable whose text is printed or needed."""
_MARKS = {"tab": " ", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’"} | {
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
}
_SIGNS = {"~": " ", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}"}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 0: "cp1252", 204: "cp1251", 161: "cp1253"}
_PAGES = {936: "gb18030", 54936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 65001: "utf-8"}
_DEEPEST_GROUP = 2_000


@dataclass(slots=True)
class _State:
    """What a group inherits and forgets: whether its text counts, how bytes are read, how many stand for a `\\u`."""

    silent: bool = False
    fonts: bool = False
    hidden: bool = False
    deleted: bool = False
    page: str = ""
    skip: int = 1
    starred: bool = False
    nested: bool = False
    first: bool = True


@dataclass(slots=True)
class _Definition:
    """A row's cells so far: right edges with their merges, and where the row begins."""

    left: int = 0
    cells: list[tuple[int, Merge, str]] = field(default_factory=list)
    down: Merge = ""
    beside: str = ""


def read_rtf(body: bytes) -> Document:
    """The document. Hidden and deleted text, headers, footnotes and instructions of fields are left out; numbers of lists
    are in the file as text. Raises `Unreadable` (`damaged`) where a row's cells do not fit its definition."""
    reader = _Reader()
    reader.read(body)
    blocks, text = build(reader.nest.finish())
    return Document(kind="doc", blocks=blocks, text=text)


class _Reader:
    def __init__(self) -> None:
        self.nest = Nest()
        self._stack: list[_State] = []
        self._state = _State()
        self._default = "gb18030"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._parts: list[str] = []
        self._bytes = bytearray()
        self._in_table = False
        self._depth = 1
        self._level = 0
        self._definitions = {False: _Definition(), True: _Definition()}
        self._skipping = 0
        self._surrogate = 0

    def read(self, body: bytes) -> None:
        at = 0
        while match := _TOKEN.match(body, at):
            at = match.end()
            kind = match.lastgroup
            if kind == "open":
                self._text()
                if len(self._stack) >= _DEEPEST_GROUP:
                    raise Unreadable("damaged", "groups are nested too deeply")
                self._stack.append(self._state)
                self._state = replace(self._state, first=True, starred=False)
                self._skipping = 0
            elif kind == "close":
                self._text()
                if self._stack:
                    self._state = self._stack.pop()
                self._skipping = 0
            elif kind == "byte":
                self._put(bytes([int(match["byte"], 16)]))
            elif kind == "text":
                self._put(match["text"])
            elif kind == "sign":
                self._sign(match["sign"].decode("latin-1"))
            elif kind in ("word", "number"):
                number = int(match["number"]) if match["number"] else None
                if match["word"] == b"bin" and number:
                    at += max(number, 0)
                else:
                    self._word(match["word"].decode("ascii"), number)
        self._paragraph()

    def _put(self, raw: bytes) -> None:
        if self._skipping:
            taken = min(self._skipping, len(raw))
            self._skipping -= taken
            raw = raw[taken:]
        self._state.first = False
        state = self._state
        if raw and not (state.silent or state.hidden or state.deleted):
            self._bytes += raw

    def _text(self) -> None:
        """The bytes so far as text: two of them may be one character, so they are decoded together."""
        if self._bytes:
            page = self._state.page or self._fonts.get(self._font, "") or self._default
            self._parts.append(bytes(self._bytes).decode(page, "replace"))
            self._bytes.clear()

    def _character(self, text: str) -> None:
        self._text()
        state = self._state
        if not (state.silent or state.hidden or state.deleted):
            self._parts.append(text)

    def _sign(self, sign: str) -> None:
        if sign == "*" and self._state.first:
            self._state.starred = True
        elif sign in "\r\n":
            self._paragraph()
        elif sign in _SIGNS:
            self._character(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        self._text()
        if state.first or state.starred:
            # The first word of a group says what it is for.
            known = word in _STARRED
            if (state.starred and not known) or (word in _SILENT and not known) or word == "upr":
                state.silent = True
            elif known and word in ("ud",):
                state.silent = False
            state.fonts = state.fonts or word == "fonttbl"
            state.nested = state.nested or word == "nesttableprops"
            state.first = state.starred = False
        if word == "u" and number is not None:
            self._unicode(number % 0x10000)
        elif word in _MARKS:
            self._character(_MARKS[word])
        elif word == "f":
            self._font = number or 0
        elif word == "fcharset" and state.fonts:
            self._fonts[self._font] = _CHARSETS.get(number or 0, "")
        elif word == "ansicpg" and number:
            self._default = _PAGES.get(number, f"cp{number}" if 1250 <= number <= 1258 else "gb18030")
        elif word == "uc":
            state.skip = max(number if number is not None else 1, 0)
        elif word == "v":
            state.hidden = number != 0
        elif word == "deleted":
            state.deleted = number != 0
        elif word == "plain":
            state.hidden = state.deleted = False
        elif word in ("super", "sub"):
            self._character(" ")
        elif not state.silent and (act := _ACTS.get(word)):
            act(self, number)

    def _unicode(self, point: int) -> None:
        if 0xD800 <= point < 0xDC00:
            self._surrogate = point
        elif 0xDC00 <= point < 0xE000:
            if self._surrogate:
                self._character(chr(0x10000 + ((self._surrogate - 0xD800) << 10) + point - 0xDC00))
            self._surrogate = 0
        else:
            self._character(chr(point))
        self._skipping = self._state.skip

    def _paragraph(self, number: int | None = None) -> None:
        self._text()
        depth = min(self._depth, DEEPEST) if self._in_table else 0
        self._add(depth)

    def _add(self, depth: int) -> None:
        self._text()
        lines = [squeeze(line) for line in "".join(self._parts).split("\n")]
        self._parts.clear()
        kept = lines if depth or len(lines) == 1 else [line for line in lines if line]
        items: list[Item] = [Line(line, self._level if line else 0) for line in kept]
        self.nest.add(depth, items)

    def _plain_paragraph(self, number: int | None) -> None:
        self._in_table, self._depth, self._level = False, 1, 0

    def _inside(self, number: int | None) -> None:
        self._in_table = True

    def _deep(self, number: int | None) -> None:
        self._depth = max(number or 0, 1)
        self._in_table = self._in_table or bool(number)

    def _outline(self, number: int | None) -> None:
        self._level = min((number or 0) + 1, 6) if (number or 0) < 9 else 0

    def _cell(self, number: int | None) -> None:
        self._end_cell(1)

    def _inner_cell(self, number: int | None) -> None:
        self._end_cell(max(self._depth, 2))

    def _end_cell(self, depth: int) -> None:
        self._add(min(depth, DEEPEST))
        self.nest.end_cell(min(depth, DEEPEST))

    def _row(self, number: int | None) -> None:
        self._parts.clear()
        self.nest.end_row(1, self._row_of)

    def _inner_row(self, number: int | None) -> None:
        self._parts.clear()
        self.nest.end_row(min(max(self._depth, 2), DEEPEST), self._row_of)

    def _row_of(self, contents: list[list[Item]]) -> Row:
        """Raises `Unreadable` where there are more or fewer cells than edges: columns would have to be guessed. An
        empty cell too many at the end, which LibreOffice writes after nested tables, is none."""
        defined = self._definition
        while len(contents) > len(defined.cells) and not any(_filled(item) for item in contents[-1]):
            contents = contents[:-1]
        if len(contents) != len(defined.cells):
            message = f"a table's row has {len(contents)} cells and is defined with {len(defined.cells)}"
            raise Unreadable("damaged", message)
        row: Row = []
        left = min(defined.left, defined.cells[0][0]) if defined.cells else 0
        for items, (right, down, beside) in zip(contents, defined.cells, strict=True):
            right = max(right, left)
            if beside == "continue" and row:
                row[-1].right = right
            else:
                row.append(EdgeCell(left, right, items, down))
            left = right
        return row

    @property
    def _definition(self) -> _Definition:
        """The row being defined: that of the table, or within `nesttableprops` that of a table in its cell."""
        return self._definitions[self._state.nested]

    def _define(self, number: int | None) -> None:
        self._definitions[self._state.nested] = _Definition()

    def _define_left(self, number: int | None) -> None:
        self._definition.left = number or 0

    def _define_cell(self, number: int | None) -> None:
        defined = self._definition
        defined.cells.append((number or 0, defined.down, defined.beside))
        defined.down, defined.beside = "", ""

    def _down_start(self, number: int | None) -> None:
        self._definition.down = "start"

    def _down_on(self, number: int | None) -> None:
        self._definition.down = "continue"

    def _beside_on(self, number: int | None) -> None:
        self._definition.beside = "continue"


def _filled(item: Item) -> bool:
    return not isinstance(item, Line) or bool(item.text)


_ACTS: dict[str, Callable[[_Reader, int | None], None]] = {
    "par": _Reader._paragraph,
    "sect": _Reader._paragraph,
    "page": _Reader._paragraph,
    "pard": _Reader._plain_paragraph,
    "intbl": _Reader._inside,
    "itap": _Reader._deep,
    "outlinelevel": _Reader._outline,
    "cell": _Reader._cell,
    "nestcell": _Reader._inner_cell,
    "row": _Reader._row,
    "nestrow": _Reader._inner_row,
    "trowd": _Reader._define,
    "trleft": _Reader._define_left,
    "cellx": _Reader._define_cell,
    "clvmgf": _Reader._down_start,
    "clvmrg": _Reader._down_on,
    "clmrg": _Reader._beside_on,
}
