"""Tables in the markups that real portals print: Word paste, padding, layout tables, headings broken by `<br>` …"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from demo.forms import Cell, Table


@dataclass(frozen=True, slots=True)
class Style:
    """Switches of markup; the default is a clean editor table with the official form's spans."""

    word: bool = False  # a paragraph and spans in every cell, numbers split over several spans
    broken: bool = False  # words of the header broken by <br>
    spaced: bool = False  # white space around the numbers
    padded: int = 0  # empty cells at the end of every number row
    empty_third: bool = False  # header row 3 with empty cells where the form has a rowspan
    merged: bool = False  # all of section two in one table of four columns
    bare_band: bool = False  # band rows are one cell without colspan
    trailing_row: bool = False  # an empty row below
    nested: bool = False  # each table inside a layout table
    flat: bool = False  # no table at all: every cell a paragraph


def merge(tables: tuple[Table, ...]) -> Table:
    """Section two as one table: bands span its whole width, short rows get empty cells."""
    width = max(table.width for table in tables)
    rows: list[tuple[Cell, ...]] = []
    for table in tables:
        band, *rest = table.rows
        rows.append((Cell(band[0].text, colspan=width),))
        rows += [(*row, *(Cell("") for _ in range(width - len(row)))) for row in rest]
    return Table(width, tuple(rows))


def render(table: Table, style: Style) -> str:
    """The table as HTML in that style."""
    if style.flat:
        return "\n".join(f"<p>{escape(cell.text)}</p>" for row in table.rows for cell in row)
    rows = [list(row) for row in table.rows]
    if style.empty_third:
        _empty_third(rows, table.width)
    out = []
    for position, row in enumerate(rows):
        band = len(row) == 1 and table.width > 1
        if band and style.bare_band:
            row = [Cell(row[0].text)]
        if style.padded and any(cell.number for cell in row):
            row = [*row, *(Cell("") for _ in range(style.padded))]
        height = ' style="height:18.0pt"' if style.word else ""
        out.append(f"<tr{height}>{''.join(_cell(cell, style, position) for cell in row)}</tr>")
    if style.trailing_row:
        out.append(f"<tr>{''.join(_cell(Cell(''), style, len(rows)) for _ in range(table.width))}</tr>")
    body = "\n".join(out)
    if style.word:
        html = (
            '<table class="MsoNormalTable" border="1" cellspacing="0" '
            f'style="border-collapse:collapse;mso-table-layout-alt:fixed;border:none">{body}</table>'
        )
    else:
        html = f'<table border="1" cellspacing="0" cellpadding="4" width="100%"><tbody>{body}</tbody></table>'
    if style.nested:
        return f'<table width="100%" border="0"><tr><td align="center">{html}</td></tr></table>'
    return html


def _empty_third(rows: list[list[Cell]], width: int) -> None:
    """The header's rowspans of two become one cell with an empty one below it, as in much of what editors save."""
    if width == 10:
        rows[1] = [Cell(cell.text, cell.colspan) for cell in rows[1]]
        rows[2] = [Cell(""), *rows[2], Cell("")]
    elif width == 15:
        rows[1] = [Cell(cell.text, cell.colspan) for cell in rows[1]]
        rows[2] = [*(Cell("") for _ in range(5)), *rows[2]]


def _cell(cell: Cell, style: Style, position: int) -> str:
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    text = _broken(cell) if style.broken and not cell.number else escape(cell.text, quote=False)
    if style.spaced and cell.number and text:
        text = f" {text} " if (position + len(text)) % 2 else f"&nbsp;{text}"
    if style.word:
        return (
            f'<td{spans} valign="top" style="border:solid windowtext 1.0pt;padding:0cm 5.4pt">{_word(cell, text)}</td>'
        )
    return f"<td{spans}>{text or '&nbsp;' if style.spaced else text}</td>"


def _broken(cell: Cell) -> str:
    """Short headings break in the middle, as narrow columns make people type them."""
    text = cell.text
    cuts: dict[str, tuple[int, ...]] = {
        "本年新制作数量": (3,),
        "本年新公开数量": (3,),
        "商业企业": (2,),
        "科研机构": (2,),
        "社会公益组织": (2, 4),
        "法律服务机构": (2, 4),
        "结果维持": (2,),
        "结果纠正": (2,),
        "其他结果": (2,),
        "尚未审结": (2,),
        "自然人": (1, 2),
        "总计": (1,),
    }
    places = (0, *cuts.get(text, ()), len(text))
    return "<br>".join(escape(text[a:b], quote=False) for a, b in pairwise(places))


def _word(cell: Cell, text: str) -> str:
    if not cell.text:
        inner = "<o:p>&nbsp;</o:p>"
    elif cell.number and len(cell.text) > 2 and text == cell.text:
        inner = f'{text[:1]}</span><span lang="EN-US" style="font-size:9.0pt">{text[1:]}'
    else:
        inner = text
    return (
        '<p class="MsoNormal" align="center" style="text-align:center">'
        f'<span lang="EN-US" style="font-size:9.0pt;font-family:宋体">{inner}</span></p>'
    )
