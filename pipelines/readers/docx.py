"""Word's .docx (ECMA-376, transitional and strict) to a document: the main text in one walk, tables with their spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.document import Document
from pipelines.fold import squeeze
from pipelines.readers.build import Item, Line, build
from pipelines.readers.edges import EdgeCell, Merge, Row, table_items
from pipelines.readers.guard import Unreadable
from pipelines.readers.numbering import Numbering, read_numbering, with_number
from pipelines.readers.package import Element, Package, attribute, child, local, switched_on, value

_WIDTH = 1000
"""What a column of unknown width is taken to be wide."""
_MAX_SPAN = 400
_THROUGH = frozenset(
    (
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "hyperlink",
        "fldSimple",
        "dir",
        "bdo",
        "rubyBase",
        "ruby",
    )
)
"""Wrappers whose content is printed: content controls, insertions, links, results of fields."""
_CHARACTERS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_RAISED = frozenset(("superscript", "subscript"))


@dataclass(slots=True)
class _Style:
    """What a style gives its paragraphs or runs: heading level, list, whether hidden, raised; None where it says nothing."""

    level: int | None = None
    list: tuple[str, int] | None = None
    hidden: bool | None = None
    raised: bool | None = None


def read_docx(body: bytes) -> Document:
    """The document. Deleted text, hidden text, instructions of fields, comments, headers and footers are left out;
    automatic numbers are put before their paragraphs. Raises `Unreadable`: `damaged`, `encrypted` or `too_large`."""
    package = Package(body)
    main = _main_part(package)
    relations = package.relations(main)
    parts = dict(relations.values())
    styles = _styles(package.xml(parts["styles"])) if parts.get("styles", "") in package else {}
    lists = read_numbering(package.xml(parts["numbering"]) if parts.get("numbering", "") in package else None)
    walker = _Walker(styles, lists, relations)
    body_node = child(package.xml(main), "body")
    if body_node is None:
        raise Unreadable("damaged", f"{main} has no body")
    items = list(walker.blocks(body_node))
    blocks, text = build(items)
    return Document(
        kind="docx",
        blocks=blocks,
        text=text,
        images=tuple(walker.images),
        links=tuple(target for target in walker.links if target[0]),
    )


def _main_part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and target in package:
            return target
    named = [name for name in package.names if re.fullmatch(r"(?i)/?word[/\\]document\d*\.xml", name)]
    if not named:
        raise Unreadable("damaged", "the file has no main text")
    return named[0]


def _styles(root: Element) -> dict[str, _Style]:
    """Each style with what it inherits."""
    nodes = {attribute(node, "styleId"): node for node in root if local(node) == "style"}
    found: dict[str, _Style] = {}
    for identity in nodes:
        chain: list[Element] = []
        at: str | None = identity
        while at is not None and at in nodes and len(chain) < 20:
            chain.append(nodes[at])
            at = value(nodes[at], "basedOn")
        style = _Style()
        for node in chain:
            style.level = _level(node) if style.level is None else style.level
            style.list = _list_of(child(node, "pPr")) if style.list is None else style.list
            hidden = child(node, "rPr", "vanish")
            if style.hidden is None and hidden is not None:
                style.hidden = switched_on(node, "rPr", "vanish")
            raised = value(node, "rPr", "vertAlign")
            style.raised = raised in _RAISED if style.raised is None and raised is not None else style.raised
        found[identity] = style
    return found


def _level(style: Element) -> int | None:
    """The heading level (1–6) that one style has of its own."""
    name = (value(style, "name") or "").lower()
    match = re.match(r"(?:heading|标题)\s*([1-9])", name)
    if match or name in ("title", "标题"):
        return min(int(match[1]), 6) if match else 1
    outline = value(style, "pPr", "outlineLvl") or ""
    return min(int(outline) + 1, 6) if outline.isdecimal() and int(outline) < 9 else None


def _list_of(properties: Element | None) -> tuple[str, int] | None:
    node = child(properties, "numPr")
    if node is None:
        return None
    number, level = value(node, "numId"), value(node, "ilvl") or "0"
    return (number, int(level) if level.isdecimal() else 0) if number is not None else None


@dataclass(slots=True)
class _Field:
    """A field being read: its instruction is not printed, its result is."""

    result: bool = False


@dataclass(slots=True)
class _Walker:
    styles: dict[str, _Style]
    lists: Numbering
    relations: dict[str, tuple[str, str]]
    images: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    """Text of paragraphs whose mark was deleted: it runs on into the next one."""

    def blocks(self, parent: Iterable[Element], in_cell: bool = False) -> Iterator[Item]:
        """What stands in a body, a cell or a text box."""
        for node in parent:
            name = local(node)
            if name == "p":
                yield from self._paragraph(node, in_cell)
            elif name == "tbl":
                yield from self._table(node)
            elif name in _THROUGH:
                yield from self.blocks(node, in_cell)
            elif name == "AlternateContent":
                yield from self.blocks(_alternative(node), in_cell)

    def _paragraph(self, node: Element, in_cell: bool) -> Iterator[Item]:
        properties = child(node, "pPr")
        style = self.styles.get(value(properties, "pStyle") or "", _Style())
        boxes: list[Item] = []
        parts = [*self.carried]
        self.carried.clear()
        self._inline(node, style, parts, boxes)
        text = "".join(parts)
        if child(properties, "rPr", "del") is not None:
            self.carried.append(text)
            yield from boxes
            return
        own = value(properties, "outlineLvl") or ""
        level = min(int(own) + 1, 6) if own.isdecimal() and int(own) < 9 else style.level or 0
        numbered = _list_of(properties) or style.list
        if numbered and numbered[0] != "0":
            inherited = style.list[1] if style.list and child(properties, "numPr", "ilvl") is None else numbered[1]
            text = with_number(self.lists.next(numbered[0], inherited), text)
        lines = [squeeze(line) for line in text.split("\n")]
        # In a cell every line is kept; running text has one empty line for an empty paragraph.
        for line in lines if in_cell or len(lines) == 1 else filter(None, lines):
            yield Line(line, level if line else 0)
        yield from boxes

    def _inline(self, parent: Element, style: _Style, parts: list[str], boxes: list[Item]) -> None:
        for node in parent:
            name = local(node)
            if name == "r":
                self._run(node, style, parts, boxes)
            elif name in _THROUGH:
                before = len(parts)
                self._inline(node, style, parts, boxes)
                if name == "hyperlink":
                    _, target = self.relations.get(attribute(node, "id"), ("", ""))
                    self.links.append((target, squeeze("".join(parts[before:]))))
            elif name == "AlternateContent":
                self._inline(_alternative(node), style, parts, boxes)
            elif name in ("oMath", "oMathPara"):
                parts.extend(text.text or "" for text in node.iter("{*}t"))

    def _run(self, run: Element, style: _Style, parts: list[str], boxes: list[Item]) -> None:
        properties = child(run, "rPr")
        if self._hidden(properties, style):
            # Marks of fields count even in hidden text, or all that follows would be taken for an instruction.
            self._content(run, [], [], style)
            return
        own = self.styles.get(value(properties, "rStyle") or "", _Style())
        printed = value(properties, "vertAlign")
        if printed in _RAISED if printed is not None else own.raised:
            parts.append(" ")
        self._content(run, parts, boxes, style)

    def _content(self, run: Element, parts: list[str], boxes: list[Item], style: _Style) -> None:
        for node in run:
            name = local(node)
            if name == "fldChar":
                self._mark(attribute(node, "fldCharType"))
            elif any(not one.result for one in self.fields):
                continue
            elif name == "t":
                parts.append(node.text or "")
            elif name in _CHARACTERS:
                parts.append(_CHARACTERS[name])
            elif name == "ruby":
                self._inline(_inside(node, "rubyBase"), style, parts, boxes)
            elif name == "AlternateContent":
                self._content(_alternative(node), parts, boxes, style)
            elif name in ("drawing", "pict", "object"):
                self._drawing(node, boxes)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _drawing(self, node: Element, boxes: list[Item]) -> None:
        """Pictures are noted; text in boxes follows the paragraph to which they are fixed."""
        waiting = [node]
        while waiting:
            at = waiting.pop()
            name = local(at)
            if name == "txbxContent":
                held, self.fields = self.fields, []
                boxes.extend(self.blocks(at))
                self.fields = held
                continue
            if name in ("blip", "imagedata"):
                identity = attribute(at, "embed") or attribute(at, "id") or attribute(at, "link")
                target = self.relations.get(identity, ("", ""))[1]
                if target:
                    self.images.append(target)
            waiting.extend(reversed(list(_alternative(at) if name == "AlternateContent" else at)))

    def _hidden(self, properties: Element | None, style: _Style) -> bool:
        if child(properties, "vanish") is not None:
            return switched_on(properties, "vanish")
        own = self.styles.get(value(properties, "rStyle") or "", _Style()).hidden
        return own if own is not None else bool(style.hidden)

    def _table(self, node: Element) -> list[Item]:
        edges = [0]
        for column in _children(_inside(node, "tblGrid"), "gridCol"):
            width = attribute(column, "w").partition(".")[0]
            edges.append(edges[-1] + (int(width) if width.isdecimal() and 0 < int(width) < 100_000 else _WIDTH))
        return table_items([row for one in _children(node, "tr") if (row := self._row(one, edges))])

    def _row(self, node: Element, edges: list[int]) -> Row:
        properties = child(node, "trPr")
        if child(properties, "del") is not None or switched_on(properties, "hidden"):
            return []
        at = _span(value(properties, "gridBefore"), 0)
        row: Row = []
        for cell in _children(node, "tc"):
            own = child(cell, "tcPr")
            width = _span(value(own, "gridSpan"), 1)
            items = [] if child(own, "cellDel") is not None else list(self.blocks(cell, in_cell=True))
            beside = value(own, "hMerge")
            if beside is not None and beside != "restart" and row:
                row[-1].right = _edge(edges, at + width)
            else:
                row.append(EdgeCell(_edge(edges, at), _edge(edges, at + width), items, _merge(own)))
            at += width
        return row


def _merge(properties: Element | None) -> Merge:
    printed = value(properties, "vMerge")
    return "" if printed is None else "start" if printed == "restart" else "continue"


def _edge(edges: list[int], index: int) -> int:
    while len(edges) <= index:
        edges.append(edges[-1] + _WIDTH)
    return edges[index]


def _span(text: str | None, otherwise: int) -> int:
    return min(int(text), _MAX_SPAN) if text and text.isdecimal() and len(text) < 9 and int(text) else otherwise


def _children(parent: Iterable[Element], name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, through the wrappers that may stand around them."""
    for node in parent:
        kind = local(node)
        if kind == name:
            yield node
        elif kind in _THROUGH:
            yield from _children(node, name)
        elif kind == "AlternateContent":
            yield from _children(_alternative(node), name)


def _alternative(node: Element) -> Iterable[Element]:
    """One of the ways in which a content is given: the first choice, else the fallback."""
    return _inside(node, "Choice") if child(node, "Choice") is not None else _inside(node, "Fallback")


def _inside(node: Element, name: str) -> Iterable[Element]:
    """What stands in the first child of that name."""
    found = child(node, name)
    return () if found is None else found
