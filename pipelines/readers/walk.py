"""One walk over the tree of a page: data tables become grids, everything else lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.document import Grid
from pipelines.fold import squeeze
from pipelines.forms import known_label
from pipelines.readers.build import Item, Line
from pipelines.readers.layouts import STUB
from pipelines.readers.spans import RawCell, place

_SKIPPED = frozenset(
    re.findall(
        r"[\w-]+",
        """script style template noscript xmp textarea select svg math head object title iframe embed meta link input button
        -comment""",
    )
)
_BLOCK = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody td tfoot th
        thead tr ul""",
    )
)
_LEAF = frozenset(("p", "div", "li"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_RAISED = frozenset(("sup", "sub"))
"""A footnote's figure must not run into the number before it."""
_MARK = "\v"
"""Stands in the buffer of a data cell where a block or a line ends."""
_EMPTY = "\0"
"""Stands in the buffer of a data cell for a paragraph without text."""
_PROSE = 400
"""A cell longer than this is not one of a table of figures."""
_NARROW = 5
"""A single row of fewer columns is a frame, not data, unless it begins with a label of a form."""
_EMBEDS = {"iframe": "src", "embed": "src", "object": "data"}


_SPECIAL = _SKIPPED | _BLOCK | _RAISED | {"br", "img", "a"}


@dataclass(slots=True)
class _Table:
    """A table being read. A table that turns out to contain tables is layout: its cells become paragraphs."""

    rows: list[list[RawCell]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    group: int = 0
    cell: RawCell | None = None
    layout: bool = False


class Walker:
    """What a page holds, in reading order. `grids` are the tables for which stubs stand (see `layouts`)."""

    def __init__(self, grids: Sequence[Grid] = ()) -> None:
        self._grids = grids
        self._met = 0
        self._lost = False
        self.items: list[Item] = []
        self.title = ""
        self.meta: list[tuple[str, str]] = []
        self.images: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._buffer: list[str] = []
        self._tables: list[_Table] = []
        self._anchors: list[tuple[str, list[str]]] = []
        self._level = 0
        self._marks: list[tuple[bool, int]] = []

    def read_head(self, parser: LexborHTMLParser) -> None:
        title = parser.css_first("title")
        self.title = squeeze(title.text()) if title is not None else ""
        for node in parser.css("meta"):
            attributes = node.attributes
            name = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv")
            if name:
                self.meta.append((name, squeeze(attributes.get("content") or "")))

    def walk(self, root: LexborNode) -> None:
        """Depth first without recursion: pages nest deeper than Python's stack."""
        path: list[tuple[str, LexborNode]] = []
        node: LexborNode | None = root
        while node is not None or path:
            if node is None:
                tag, node = path.pop()
                self._leave(tag)
                node = node.next
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag not in _SPECIAL or self._enter(tag, node):
                child = node.first_child
                if child is not None:
                    path.append((tag, node))
                    node = child
                    continue
                self._leave(tag)
            node = node.next

    def _text(self, text: str) -> None:
        self._buffer.append(text)
        for _, parts in self._anchors:
            parts.append(text)

    def _enter(self, tag: str, node: LexborNode) -> bool:
        """Whether to read what is inside; `_leave` is called exactly when it is."""
        if tag in _BLOCK:
            return self._enter_block(tag, node)
        if tag in _EMBEDS:
            address = node.attributes.get(_EMBEDS[tag])
            if address:
                self.links.append((address, ""))
        if tag in _SKIPPED:
            return False
        if tag == "br":
            self._break()
            return False
        if tag == "img":
            address = node.attributes.get("src")
            if address:
                self.images.append(address)
            return False
        if tag in _RAISED:
            self._buffer.append(" ")
        if tag == "a":
            self._anchors.append((node.attributes.get("href") or "", []))
        return True

    def _enter_block(self, tag: str, node: LexborNode) -> bool:
        if tag in ("td", "th", "tr") and self._tables:
            attributes = node.attributes
            style = attributes.get("style")
            if style and "display:none" in style.replace(" ", "").lower():
                return False
            if tag == "tr":
                self._open_row()
            else:
                self._open_cell(tag, attributes)
            return True
        self._flush()
        if tag == "table":
            for table in self._tables:
                self._lay_out(table)
            if self._grids and self._stub(node):
                return False
            self._tables.append(_Table())
        elif tag in ("tbody", "thead", "tfoot") and self._tables:
            self._tables[-1].group += 1
        elif tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        if tag in _LEAF:
            self._marks.append(self._mark())
        return True

    @property
    def whole(self) -> bool:
        """Whether every stub was met, once and in order, and nothing was lost with the table that it stands for."""
        return self._met == len(self._grids) and not self._lost

    def _stub(self, node: LexborNode) -> bool:
        """Whether the table is a stub: then its grid is taken as it is."""
        number = node.attributes.get(STUB)
        if number is None:
            return False
        if self._anchors or number != str(self._met):
            # A link's text holds that of the table inside it.
            self._lost = True
        else:
            self.items.append(self._grids[self._met])
        self._met += 1
        return True

    def _leave(self, tag: str) -> None:
        if tag in _BLOCK:
            self._leave_block(tag)
        elif tag == "a" and self._anchors:
            address, parts = self._anchors.pop()
            if address:
                self.links.append((address, squeeze("".join(parts))))

    def _leave_block(self, tag: str) -> None:
        if tag in ("td", "th") and self._tables:
            self._close_cell()
            return
        if tag in _LEAF:
            self._leave_leaf()
        else:
            self._flush()
        if tag in _HEADINGS:
            self._level = 0
        elif tag == "table" and self._tables:
            self._close_table(self._tables.pop())

    def _mark(self) -> tuple[bool, int]:
        """Where the text stands: whether in a data cell, and how much there is."""
        return (True, len(self._buffer)) if self._in_cell() else (False, len(self.items))

    def _leave_leaf(self) -> None:
        """A paragraph without text is an empty line."""
        inside, start = self._marks.pop()
        if inside and self._in_cell() and not squeeze("".join(self._buffer[start:])):
            self._buffer.append(_EMPTY)
        self._flush()
        if not inside and (inside, start) == self._mark():
            self.items.append(Line(""))

    def _in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].cell is not None and not self._tables[-1].layout

    def _break(self) -> None:
        if self._in_cell():
            self._buffer.append(_MARK)
        elif not self._flush():
            self.items.append(Line(""))

    def _flush(self) -> bool:
        """The text so far becomes a paragraph, or a line break inside a data cell. Whether there was any."""
        if not self._buffer:
            return False
        if self._in_cell():
            self._buffer.append(_MARK)
            return True
        lines = self._take()
        self.items.extend(Line(line, self._level if line else 0) for line in lines)
        return bool(lines)

    def _take(self) -> list[str]:
        """The lines of the text so far, which is then empty."""
        text = "".join(self._buffer)
        self._buffer.clear()
        return list(_lines(text.strip()))

    def _open_row(self) -> None:
        table = self._tables[-1]
        table.rows.append([])
        table.groups.append(table.group)

    def _open_cell(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._flush()
        table = self._tables[-1]
        if not table.rows:
            self._open_row()
        table.cell = RawCell(attributes.get("rowspan"), attributes.get("colspan"), tag == "th")

    def _close_cell(self) -> None:
        table = self._tables[-1]
        if table.layout:
            self._flush()
            return
        if table.cell is not None:
            table.cell.lines = self._take()
            table.cell.text = squeeze("\n".join(table.cell.lines))
            table.rows[-1].append(table.cell)
            table.cell = None

    def _lay_out(self, table: _Table) -> None:
        """What a layout table held so far becomes paragraphs; what follows does so by itself."""
        if table.layout:
            return
        self._as_lines(table.rows)
        table.layout = True
        table.cell = None
        self._flush()

    def _close_table(self, table: _Table) -> None:
        if table.layout:
            return
        grid = place(table.rows, table.groups)
        if grid is None:
            return
        frame = grid.columns == 1 or (grid.rows == 1 and grid.columns < _NARROW and not known_label(grid.cells[0].text))
        if frame or any(len(cell.text) > _PROSE for cell in grid.cells):
            self._as_lines(table.rows)
        else:
            self.items.append(grid)

    def _as_lines(self, rows: list[list[RawCell]]) -> None:
        """What only looks like a table is read as lines, empty cells as empty lines."""
        for row in rows:
            for cell in row:
                self.items.extend(Line(line) for line in cell.lines or ("",))


def _lines(text: str) -> Iterator[str]:
    """The lines of a buffer; '' for paragraphs without text, nothing for the white space between blocks."""
    for part in text.split(_MARK):
        empty = _EMPTY in part
        line = squeeze(part.replace(_EMPTY, "") if empty else part)
        if line or empty:
            yield line
