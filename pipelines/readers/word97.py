"""The binary format of Word 97 to 2003 and WPS ([MS-DOC]): characters in pieces, properties in pages, by file position."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from

import olefile

from pipelines.readers.guard import Unreadable

MOST_CHARACTERS = 4_000_000
Sprms = tuple[tuple[int, bytes], ...]
"""Single properties: code and operand."""

_PAGE = 512
_VARIABLE = {0xD608: 2, 0xD606: 2}
"""Operands with a length of two bytes (sprmTDefTable)."""
_LENGTHS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_PRM0 = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}
"""Properties that a piece may have in short form: in a table, end of a row, deleted, hidden."""
_HUGE = (0x6645, 0x6646)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of the text, stored from byte `offset` on, `size` bytes each."""

    start: int
    end: int
    offset: int
    size: int
    sprms: Sprms


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters with the same properties: the text, and the properties of its characters."""

    text: str
    sprms: Sprms


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph: its stretches without the mark, the mark (`\\r`, `\\x07`, `\\x0c` or ''), its style and properties."""

    stretches: tuple[Stretch, ...]
    mark: str
    style: int
    sprms: Sprms


@dataclass(frozen=True, slots=True)
class _Runs:
    """Properties by byte position: runs that begin at `starts` and end at `ends`, in rising order."""

    starts: Sequence[int]
    ends: Sequence[int]
    held: Sequence[bytes]

    def at(self, position: int) -> tuple[int, bytes]:
        """Where the run that holds this byte ends, and what it says; b'' where none does."""
        index = bisect_right(self.starts, position) - 1
        if index >= 0 and position < self.ends[index]:
            return self.ends[index], self.held[index]
        following = self.starts[index + 1] if index + 1 < len(self.starts) else 1 << 40
        return following, b""


class Word97:
    """One file. Raises `Unreadable`: `damaged`, `encrypted`, `unsupported` (older than Word 97) or `too_large`."""

    def __init__(self, body: bytes) -> None:
        streams = _streams(body)
        self.main = streams["WordDocument"]
        self.data = streams.get("Data", b"")
        try:
            self._read(streams)
        except (StructError, IndexError, OverflowError) as error:
            raise Unreadable("damaged", f"the file's structure is damaged ({error})") from None

    def _read(self, streams: dict[str, bytes]) -> None:
        mark, version, flags = unpack_from("<HH6xH", self.main)
        if mark == 0xA5DC or version < 0xC1:
            raise Unreadable("unsupported", "a file of Word 6 or 95; save it as .docx")
        if mark != 0xA5EC:
            raise Unreadable("damaged", "the file does not begin like a Word document")
        if flags & 0x0100:
            raise Unreadable("encrypted", "the file is locked with a password")
        self.table = streams.get("1Table" if flags & 0x0200 else "0Table", b"")
        counts = unpack_from("<8i", self.main, 0x4C)
        self.length = counts[0]
        # Main text, footnotes, headers, (macros), annotations, endnotes, text boxes.
        boxes = counts[0] + counts[1] + counts[2] + counts[4] + counts[5]
        self.boxes = (boxes, boxes + counts[6])
        if self.length < 0 or self.boxes[1] > MOST_CHARACTERS or min(counts) < 0:
            raise Unreadable("damaged", "the file's lengths are damaged")
        self.pieces = _pieces(self.part(33))
        self._paragraphs = self._runs(13, _papx)
        self._characters = self._runs(12, _chpx)

    def part(self, index: int) -> bytes:
        """The part of the table stream to which the n-th pair of the file's head points."""
        start, size = unpack_from("<II", self.main, 0x9A + 8 * index)
        if size > len(self.table) or start > len(self.table):
            raise Unreadable("damaged", "the file refers to parts that it does not have")
        return self.table[start : start + size]

    def paragraphs(self, start: int, end: int) -> Iterator[Marked]:
        """The paragraphs of the characters `start` to `end`."""
        stretches: list[Stretch] = []
        for piece in self.pieces:
            at = max(piece.start, start)
            stop = min(piece.end, end)
            while at < stop:
                offset = piece.offset + (at - piece.start) * piece.size
                until, properties = self._characters.at(offset)
                run = min(stop, at + max(1, -(-(until - offset) // piece.size)))
                raw = self.main[offset : offset + (run - at) * piece.size]
                text = raw.decode("utf-16-le" if piece.size == 2 else "cp1252", "replace")
                sprms = (*_sprms(properties), *piece.sprms)
                yield from self._cut(text, at, piece, sprms, stretches)
                at = run
        if stretches:
            yield Marked(tuple(stretches), "", 0, ())

    def _cut(self, text: str, at: int, piece: Piece, sprms: Sprms, stretches: list[Stretch]) -> Iterator[Marked]:
        """The paragraphs that end in a stretch; what follows the last mark stays in `stretches`."""
        begin = 0
        for index, character in enumerate(text):
            if character not in "\r\x07\x0c":
                continue
            stretches.append(Stretch(text[begin:index], sprms))
            offset = piece.offset + (at + index - piece.start) * piece.size
            held = self._paragraphs.at(offset)[1]
            style = unpack_from("<H", held)[0] if len(held) >= 2 else 0
            yield Marked(tuple(stretches), character, style, (*self._all(held[2:]), *piece.sprms))
            stretches.clear()
            begin = index + 1
        if begin < len(text):
            stretches.append(Stretch(text[begin:], sprms))

    def _all(self, grpprl: bytes) -> Sprms:
        """The properties of a paragraph, those kept in the data stream for want of room put in."""
        found: list[tuple[int, bytes]] = []
        for code, operand in _sprms(grpprl):
            if code in _HUGE and len(operand) == 4:
                at = int.from_bytes(operand, "little")
                size = int.from_bytes(self.data[at : at + 2], "little")
                found += _sprms(self.data[at + 2 : at + 2 + size])
            else:
                found.append((code, operand))
        return tuple(found)

    def _runs(self, index: int, entry: Callable[[bytes, int, int], bytes]) -> _Runs:
        plc = self.part(index)
        pages = unpack_from(f"<{(len(plc) - 4) // 8}I", plc, 4 * ((len(plc) - 4) // 8 + 1)) if len(plc) >= 12 else ()
        found: list[tuple[int, int, bytes]] = []
        for number in pages:
            page = self.main[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) < _PAGE:
                raise Unreadable("damaged", "a page of properties is missing")
            count = page[-1]
            edges = unpack_from(f"<{count + 1}I", page)
            found += [(edges[i], edges[i + 1], entry(page, count, i)) for i in range(count)]
        found.sort(key=lambda run: run[0])
        return _Runs([run[0] for run in found], [run[1] for run in found], [run[2] for run in found])


def _streams(body: bytes) -> dict[str, bytes]:
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as file:
            names = [entry[0] for entry in file.listdir() if len(entry) == 1]
            if "EncryptedPackage" in names or "EncryptionInfo" in names:
                raise Unreadable("encrypted", "the file is locked with a password")
            wanted = {name.lower(): name for name in names}
            if "worddocument" not in wanted:
                raise Unreadable("unsupported", "no Word document in this container")
            found = {}
            for name in ("WordDocument", "0Table", "1Table", "Data"):
                if name.lower() in wanted:
                    found[name] = file.openstream(wanted[name.lower()]).read()
            return found
    except Unreadable:
        raise
    except Exception as error:  # olefile raises whatever a damaged file makes it stumble over.
        raise Unreadable("damaged", f"the file's container is damaged ({type(error).__name__})") from None


def _pieces(clx: bytes) -> tuple[Piece, ...]:
    at = 0
    grpprls: list[bytes] = []
    while at < len(clx) and clx[at] == 1:
        size = unpack_from("<H", clx, at + 1)[0]
        grpprls.append(clx[at + 3 : at + 3 + size])
        at += 3 + size
    if at >= len(clx) or clx[at] != 2:
        raise Unreadable("damaged", "the file has no table of pieces")
    size = unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    edges = unpack_from(f"<{count + 1}I", plc)
    found: list[Piece] = []
    for index in range(count):
        place, prm = unpack_from("<IH", plc, 4 * (count + 1) + 8 * index + 2)
        narrow = bool(place & 0x40000000)
        offset = (place & 0x3FFFFFFF) // 2 if narrow else place & 0x3FFFFFFF
        if edges[index + 1] < edges[index] or edges[index + 1] > MOST_CHARACTERS:
            raise Unreadable("damaged", "the table of pieces is damaged")
        if prm & 1:
            number = prm >> 1
            sprms = _sprms(grpprls[number]) if number < len(grpprls) else ()
        else:
            code = _PRM0.get(prm >> 1 & 0x7F)
            sprms = ((code, bytes([prm >> 8])),) if code else ()
        found.append(Piece(edges[index], edges[index + 1], offset, 1 if narrow else 2, sprms))
    return tuple(found)


def _papx(page: bytes, count: int, index: int) -> bytes:
    """Style and properties of one paragraph run ([MS-DOC] PapxInFkp)."""
    at = page[4 * (count + 1) + 13 * index] * 2
    if not at:
        return b""
    size = page[at]
    return page[at + 2 : at + 2 + 2 * page[at + 1]] if size == 0 else page[at + 1 : at + 2 * size]


def _chpx(page: bytes, count: int, index: int) -> bytes:
    at = page[4 * (count + 1) + index] * 2
    return page[at + 1 : at + 1 + page[at]] if at else b""


def _sprms(grpprl: bytes) -> Sprms:
    """The properties of a list; what follows a broken one is left out."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at + 2 <= len(grpprl):
        code = int.from_bytes(grpprl[at : at + 2], "little")
        at += 2
        kind = code >> 13
        if code in _VARIABLE:
            # The length of a table's definition counts one more than the bytes that follow it.
            size = int.from_bytes(grpprl[at : at + 2], "little") - 1
            at += 2
        elif kind == 6:
            size = grpprl[at] if at < len(grpprl) else 0
            at += 1
        else:
            size = _LENGTHS[kind]
        if size < 0 or at + size > len(grpprl):
            break
        found.append((code, grpprl[at : at + size]))
        at += size
    return tuple(found)


def last(sprms: Sprms, code: int) -> bytes | None:
    """The operand of the last property with this code; None when there is none."""
    return next((operand for own, operand in reversed(sprms) if own == code), None)


def flag(sprms: Sprms, code: int) -> bool:
    """Whether an on/off property is on."""
    operand = last(sprms, code)
    return operand is not None and operand[:1] in (b"\x01", b"\x81")
