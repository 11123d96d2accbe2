"""Word 97 to 2003 and WPS .doc to a document: paragraphs, and tables by the edges that each row has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from struct import unpack_from

from pipelines.document import Document
from pipelines.fold import squeeze
from pipelines.readers.build import Item, Line, build
from pipelines.readers.edges import EdgeCell, Merge, Row
from pipelines.readers.guard import Unreadable
from pipelines.readers.listing import read_lists
from pipelines.readers.nest import DEEPEST, Nest
from pipelines.readers.numbering import Numbering, with_number
from pipelines.readers.word97 import Marked, Sprms, Word97, flag, last

_IN_TABLE, _ROW_END, _DEPTH = 0x2416, 0x2417, 0x6649
_INNER_CELL, _INNER_ROW_END = 0x244B, 0x244C
_TABLE, _MERGE, _VERTICAL = 0xD608, 0x5624, 0xD62B
_HIDDEN, _DELETED, _RAISED = 0x083C, 0x0800, 0x2A48
_LIST, _LIST_LEVEL, _OUTLINE = 0x460B, 0x260A, 0x2640
_PLAIN = {0x0B: "\n", 0x0E: "\n", 0x09: " ", 0x1E: "-", 0xA0: " "} | {
    code: "" for code in range(0x20) if code not in (0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x13, 0x14, 0x15, 0x1E)
}
"""Line breaks, tabs and hyphens; pictures, notes and other marks are nothing."""


def read_doc(body: bytes) -> Document:
    """The document. Deleted and hidden text, instructions of fields, headers and footnotes are left out; text boxes come
    last. Raises `Unreadable`: `damaged`, `encrypted`, `unsupported` (older than Word 97) or `too_large`."""
    word = Word97(body)
    lists = read_lists(word)
    items = [*_items(word.paragraphs(0, word.length), lists), *_items(word.paragraphs(*word.boxes), lists)]
    blocks, text = build(items)
    return Document(kind="doc", blocks=blocks, text=text)


def _items(paragraphs: Iterable[Marked], lists: Numbering) -> list[Item]:
    nest = Nest()
    instructions: list[bool] = []
    for paragraph in paragraphs:
        depth = _depth(paragraph)
        if depth and flag(paragraph.sprms, _ROW_END if depth == 1 else _INNER_ROW_END):
            nest.end_row(depth, partial(_row, paragraph.sprms))
            continue
        nest.add(depth, _lines(paragraph, lists, instructions, in_cell=depth > 0))
        if depth and (paragraph.mark == "\x07" if depth == 1 else flag(paragraph.sprms, _INNER_CELL)):
            nest.end_cell(depth)
    return nest.finish()


def _depth(paragraph: Marked) -> int:
    if not (flag(paragraph.sprms, _IN_TABLE) or paragraph.mark == "\x07"):
        return 0
    printed = last(paragraph.sprms, _DEPTH)
    depth = int.from_bytes(printed[:4], "little", signed=True) if printed else 1
    return min(max(depth, 1), DEEPEST)


def _lines(paragraph: Marked, lists: Numbering, instructions: list[bool], in_cell: bool) -> Iterator[Line]:
    text = _text(paragraph, instructions)
    own = last(paragraph.sprms, _LIST)
    number = int.from_bytes(own, "little") if own else 0
    if number:
        level = last(paragraph.sprms, _LIST_LEVEL)
        text = with_number(lists.next(str(number), level[0] if level else 0), text)
    rank = paragraph.style if 1 <= paragraph.style <= 9 else 0
    outline = last(paragraph.sprms, _OUTLINE)
    if outline and outline[0] < 9:
        rank = outline[0] + 1
    lines = [squeeze(line) for line in text.split("\n")]
    for line in lines if in_cell or len(lines) == 1 else filter(None, lines):
        yield Line(line, min(rank, 6) if line else 0)


def _text(paragraph: Marked, instructions: list[bool]) -> str:
    """What is printed. `instructions` are the fields that are open, over paragraphs: whether each is still at its
    instruction."""
    parts: list[str] = []
    for stretch in paragraph.stretches:
        hidden = flag(stretch.sprms, _HIDDEN) or flag(stretch.sprms, _DELETED)
        raised = last(stretch.sprms, _RAISED)
        if raised and raised[0] and not hidden:
            parts.append(" ")
        for character in stretch.text:
            if character == "\x13":
                instructions.append(True)
            elif character == "\x14" and instructions:
                instructions[-1] = False
            elif character == "\x15" and instructions:
                instructions.pop()
            elif not hidden and not any(instructions):
                parts.append(_PLAIN.get(ord(character), character))
    return "".join(parts)


def _row(sprms: Sprms, cells: Sequence[list[Item]]) -> Row:
    """A row with the edges of its definition. Raises `Unreadable` (`damaged`) where it does not fit its cells: columns
    would have to be guessed."""
    defined = last(sprms, _TABLE) or b"\0"
    count = defined[0]
    if count != len(cells) or len(defined) < 1 + 2 * (count + 1):
        raise Unreadable("damaged", f"a table's row has {len(cells)} cells and is defined with {count}")
    edges = unpack_from(f"<{count + 1}h", defined, 1)
    flags = [_flags(defined, count, index) for index in range(count)]
    beside = [bits & 3 for bits in flags]
    merges: list[Merge] = [_merge(bits >> 5 & 3) for bits in flags]
    for code, operand in sprms:
        if code == _MERGE and len(operand) == 2:
            for index in range(operand[0], min(operand[1], count)):
                beside[index] = 1 if index == operand[0] else 2
        elif code == _VERTICAL and len(operand) == 2 and operand[0] < count:
            merges[operand[0]] = _merge(operand[1])
    row: Row = []
    first = 0
    for index, items in enumerate(cells):
        if beside[index] and row and index and beside[index - 1] and beside[index] != first:
            row[-1].right = max(edges[index + 1], row[-1].right)
            continue
        first = beside[index]
        row.append(EdgeCell(edges[index], max(edges[index + 1], edges[index]), items, merges[index]))
    return row


def _flags(defined: bytes, count: int, index: int) -> int:
    """The flags of a cell; 0 where the definition ends before it."""
    at = 1 + 2 * (count + 1) + 20 * index
    return int.from_bytes(defined[at : at + 2], "little")


def _merge(bits: int) -> Merge:
    return "continue" if bits == 1 else "start" if bits else ""
