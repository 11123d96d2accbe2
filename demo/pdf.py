"""A small PDF writer: Chinese paragraphs and ruled tables on A4 pages, the font named and not embedded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from demo.forms import Cell, Table

WIDTH, HEIGHT, MARGIN = 595, 842, 50
SIZE, LEADING, PAD = 9, 12, 3


@dataclass(slots=True)
class _Pages:
    """Drawing operators, a list a page; `y` is where the next line goes, counted from the bottom."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = HEIGHT - MARGIN

    def room(self, height: float) -> None:
        """Turn the page if `height` does not fit any more."""
        if self.y - height < MARGIN:
            self.pages.append([])
            self.y = HEIGHT - MARGIN

    def text(self, x: float, y: float, text: str, size: int = SIZE) -> None:
        code = text.encode("utf-16-be").hex().upper()
        self.pages[-1].append(f"BT /F1 {size} Tf {x:.1f} {y:.1f} Td <{code}> Tj ET")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self.pages[-1].append(f"{x:.1f} {y:.1f} {width:.1f} {height:.1f} re S")


def document(title: str, preamble: Iterable[str], chapters: Iterable[tuple[str, list[str | Table]]]) -> bytes:
    """The report as PDF bytes; the same input gives the same bytes."""
    pages = _Pages()
    _paragraph(pages, title, 14)
    for text in preamble:
        _paragraph(pages, text)
    for heading, items in chapters:
        _paragraph(pages, heading, 12)
        for item in items:
            if isinstance(item, Table):
                _table(pages, item)
            else:
                _paragraph(pages, item)
    return _assemble(pages.pages)


def _advance(char: str, size: int) -> float:
    return size / 2 if char.isascii() else size


def _wrap(text: str, width: float, size: int) -> list[str]:
    lines, used = [""], 0.0
    for char in text:
        step = _advance(char, size)
        if used + step > width and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] += char
        used += step
    return lines


def _paragraph(pages: _Pages, text: str, size: int = 10) -> None:
    for line in _wrap(text, WIDTH - 2 * MARGIN, size):
        pages.room(size * 1.6)
        pages.y -= size * 1.6
        pages.text(MARGIN, pages.y, line, size)
    pages.y -= 4


def _columns(width: int) -> list[float]:
    """Widths of the columns: labels wider than numbers in table three."""
    whole = WIDTH - 2 * MARGIN
    shares = [3, 4, 9, *([3] * 7)] if width == 10 else [1] * width
    return [whole * share / sum(shares) for share in shares]


def _table(pages: _Pages, table: Table) -> None:
    widths = _columns(table.width)
    edges = [MARGIN + sum(widths[:column]) for column in range(table.width + 1)]
    placed = _placed(table)
    heights = [float(LEADING + 2 * PAD)] * len(table.rows)
    for row, column, cell in placed:
        if cell.rowspan == 1:
            lines = _wrap(cell.text, edges[column + cell.colspan] - edges[column] - 2 * PAD, SIZE)
            heights[row] = max(heights[row], len(lines) * LEADING + 2 * PAD)
    # Header rows share the height that their tall cells need.
    tall = [(row, cell, column) for row, column, cell in placed if cell.rowspan == 3]
    for row, cell, column in tall[:1]:
        need = len(_wrap(cell.text, edges[column + cell.colspan] - edges[column] - 2 * PAD, SIZE)) * LEADING + 2 * PAD
        heights[row] += max(0.0, need - sum(heights[row : row + 3]))
    start = 0
    while start < len(heights):
        pages.room(sum(heights[start : start + (3 if start == 0 else 1)]))
        end, left = start, pages.y - MARGIN
        while end < len(heights) and heights[end] <= left:
            left -= heights[end]
            end += 1
        _part(pages, placed, heights, edges, start, end)
        pages.y -= sum(heights[start:end])
        start = end
    pages.y -= 8


def _placed(table: Table) -> list[tuple[int, int, Cell]]:
    """Each cell with the row and column of its upper left corner."""
    taken: set[tuple[int, int]] = set()
    found = []
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            found.append((row, column, cell))
            taken |= {(row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
            column += cell.colspan
    return found


def _part(
    pages: _Pages, placed: list[tuple[int, int, Cell]], heights: list[float], edges: list[float], start: int, end: int
) -> None:
    """The rows `start`–`end` of a table, cells cut off at the page's edge; a cell's text stands where it begins."""
    for row, column, cell in placed:
        top, bottom = max(row, start), min(row + cell.rowspan, end)
        if top >= bottom:
            continue
        y = pages.y - sum(heights[start:top])
        height = sum(heights[top:bottom])
        x, width = edges[column], edges[column + cell.colspan] - edges[column]
        pages.box(x, y - height, width, height)
        if top == row and cell.text:
            for number, line in enumerate(_wrap(cell.text, width - 2 * PAD, SIZE), 1):
                pages.text(x + PAD, y - PAD - number * LEADING + 3, line)


def _assemble(pages: list[list[str]]) -> bytes:
    """Objects, cross-reference table and trailer."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 /W [1 95 500] "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for number, operators in enumerate(pages):
        content = "\n".join(["0.6 w", *operators])
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources {resources} "
            f"/Contents {7 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, text in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    start = len(out)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(out)
