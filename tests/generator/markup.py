"""From blocks (headings, paragraphs, tables) to HTML or text, in the ways in which portals and converters print them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from random import Random

from .tables import Cell, Table

Block = tuple[str, str | Table]
"""Kind (heading, paragraph, table) and content."""


def expand(table: Table, fill: str) -> list[list[Cell]]:
    """The grid with spans opened: `fill` is repeat (the text again) or empty."""
    grid: list[list[Cell]] = []
    held: dict[tuple[int, int], Cell] = {}
    for y, row in enumerate(table):
        line: list[Cell] = []
        waiting = list(row)
        while waiting or (y, len(line)) in held:
            x = len(line)
            if (y, x) in held:
                line.append(held[y, x])
                continue
            cell = waiting.pop(0)
            again = cell if fill == "repeat" else Cell("", kind="pad")
            for dy in range(cell.rows):
                for dx in range(cell.columns):
                    if dy or dx:
                        held[y + dy, x + dx] = again
            line.append(cell)
        grid.append(line)
    return grid


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br/>")


# ---- HTML


def _attributes(cell: Cell, rng: Random, style: str) -> str:
    found = []
    if cell.columns > 1:
        found.append(f'colspan="{cell.columns}"')
    if cell.rows > 1:
        found.append(rng.choice((f'rowspan="{cell.rows}"', f"rowspan={cell.rows}")))
    if style == "word":
        found += [
            f'width="{rng.randint(30, 160)}"',
            'valign="top"',
            'style="border:solid windowtext 1.0pt;padding:0cm 5.4pt"',
        ]
    elif rng.random() < 0.2:
        found.append('align="center"')
    return "".join(f" {text}" for text in found)


def _plain(cell: Cell, rng: Random) -> str:
    return _escape(cell.text)


def _word(cell: Cell, rng: Random) -> str:
    text = _escape(cell.text)
    if not text:
        inner = '<span lang="EN-US"><o:p>&nbsp;</o:p></span>'
    elif cell.kind == "number":
        inner = f'<span lang="EN-US" style="font-size:10.5pt">{text}<o:p></o:p></span>'
    else:
        inner = f'<span style="font-family:宋体;mso-hansi-font-family:Calibri">{text}</span>'
    return f'\n<p class="MsoNormal" align="center" style="text-align:center">{inner}</p>\n'


def _split_digits(cell: Cell, rng: Random) -> str:
    text = _escape(cell.text)
    if cell.kind != "number" or len(cell.text) < 2:
        return f"<span>{text}</span>"
    cut = rng.randint(1, len(cell.text) - 1)
    return f'<span>{_escape(cell.text[:cut])}</span><span style="color:#333"><font size="2">{_escape(cell.text[cut:])}</font></span>'


def _spaced(cell: Cell, rng: Random) -> str:
    around = rng.choice(("&nbsp;", "\u3000", "\u200b", " ", "\xa0", "&ensp;", "\ufeff", "\r\n\t\t"))
    text = _escape(cell.text)
    if cell.kind == "number":
        return rng.choice(
            (f"{around}{text}{around}", f"{text}{around}", f"<p>{around}{text}</p>", f"<div>{text}</div>")
        )
    return f"{around}{text}"


def _bare_entities(cell: Cell, rng: Random) -> str:
    return "".join(f"&#{ord(sign)};" for sign in cell.text) if cell.kind == "number" else _escape(cell.text)


def table_html(table: Table, rng: Random, style: str) -> str:
    inner: Callable[[Cell, Random], str] = {
        "word": _word,
        "digits": _split_digits,
        "spaced": _spaced,
        "entities": _bare_entities,
    }.get(style, _plain)
    rows = []
    for row in table:
        cells = []
        for cell in row:
            tag = "th" if style == "th" and cell.kind in ("head", "label") else "td"
            cells.append(f"<{tag}{_attributes(cell, rng, style)}>{inner(cell, rng)}</{tag}>")
        joint = rng.choice(("", "", "\n"))
        rows.append(f"<tr>{joint.join(cells)}</tr>")
    opening = '<table class="MsoNormalTable" border="1" cellspacing="0">' if style == "word" else '<table border="1">'
    if style == "unclosed":
        return opening + "\n".join(row.replace("</td>", "").replace("</tr>", "") for row in rows) + "</table>"
    if style in ("tbody", "thead_cut"):
        heads = next(place for place, row in enumerate(table) if any(cell.kind == "number" for cell in row))
        cut = heads if style == "tbody" else 1
        return f"{opening}<thead>{''.join(rows[:cut])}</thead><tbody>" + "\n".join(rows[cut:]) + "</tbody></table>"
    if style == "nested":
        return (
            f'<table width="100%"><tr><td width="10">&nbsp;</td><td>{opening}{"".join(rows)}</table></td></tr></table>'
        )
    return opening + "\n".join(rows) + "</table>"


def _flat(table: Table, rng: Random, tag: str, blanks: str) -> str:
    """A cell an element, no table; an empty cell is an empty element, or gone."""
    out = []
    for row in table:
        for cell in row:
            if not cell.text and blanks == "lost":
                continue
            out.append(f"<{tag}>{_escape(cell.text) or rng.choice(('', '&nbsp;', '<br>'))}</{tag}>")
    return "\n".join(out)


def _rows_flat(table: Table, rng: Random, tag: str) -> str:
    """A row an element, its cells divided by pipes."""
    rows = ([_escape(cell.text.replace("\n", "")) or "&nbsp;" for cell in row] for row in table)
    return "\n".join(f"<{tag}>{'|'.join(cells)}</{tag}>" for cells in rows)


def html_blocks(blocks: Sequence[Block], rng: Random, style: str) -> str:
    """The body of an article."""
    head = rng.choice(
        ("<p><strong>{}</strong></p>", "<h2>{}</h2>", "<p>{}</p>", '<p style="text-indent:2em"><b>{}</b></p>')
    )
    if style == "word":
        head = '<p class="MsoNormal"><span style="font-family:黑体">{}</span></p>'
    out = []
    for kind, content in blocks:
        if isinstance(content, str):
            text = _escape(content)
            out.append(
                head.format(text) if kind == "heading" else f"<p>{rng.choice(('', '&nbsp;&nbsp;', '　　'))}{text}</p>"
            )
        elif style in ("flat_p", "flat_div", "flat_lost"):
            tag = "div" if style == "flat_div" else "p"
            out.append(_flat(content, rng, tag, "lost" if style == "flat_lost" else "kept"))
        elif style == "flat_rows":
            out.append(_rows_flat(content, rng, "p"))
        elif style == "flat_br":
            out.append("<p>" + "<br>\n".join(_escape(cell.text) for row in content for cell in row) + "</p>")
        else:
            out.append(table_html(content, rng, style))
    return "\n".join(out)


# ---- text


def _one_line(text: str) -> str:
    return text.replace("\n", "")


def _pipes(table: Table, rng: Random, style: str) -> str:
    lines = []
    for row in table:
        cells = [_one_line(cell.text) for cell in row]
        if style == "pipes_right":
            lines.append(" | ".join(cells) + " |")
        elif style == "pipes_tight":
            lines.append("|".join(cells))
        else:
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _markdown(table: Table, rng: Random, fill: str) -> str:
    grid = expand(table, fill)
    width = max(map(len, grid))
    lines = []
    for place, row in enumerate(grid):
        cells = [_one_line(cell.text).replace("|", "\\|") for cell in row] + [""] * (width - len(row))
        lines.append("| " + " | ".join(cells) + " |")
        if place == 0:
            lines.append("|" + " --- |" * width)
    return "\n".join(lines)


def table_text(table: Table, rng: Random, style: str) -> str:
    if style.startswith("pipes"):
        return _pipes(table, rng, style)
    if style == "markdown_repeat":
        return _markdown(table, rng, "repeat")
    if style == "markdown_empty":
        return _markdown(table, rng, "empty")
    if style == "tabs":
        return "\n".join("\t".join(_one_line(cell.text) for cell in row) for row in table)
    if style == "spaces":
        return "\n".join("  ".join(_one_line(cell.text) for cell in row if cell.text) for row in table)
    if style == "glued":
        return "\n".join("".join(_one_line(cell.text) for cell in row) for row in table)
    cells = [cell for row in table for cell in row]
    if style == "line_blank":
        return "\n".join(f"{cell.text}\n" if cell.text else "" for cell in cells)
    if style == "line_pipe":
        return "\n".join(f"{_one_line(cell.text)}|" for cell in cells)
    if style == "pipe_alone":
        return "\n|\n".join(_one_line(cell.text) for cell in cells)
    if style == "line_lost":
        return "\n".join(_one_line(cell.text) for cell in cells if cell.text)
    if style == "neighbours":
        # A converter that drops a cell equal to the one before it.
        kept = [[c for place, c in enumerate(row) if not place or c.text != row[place - 1].text] for row in table]
        return "\n".join("|".join(_one_line(cell.text) for cell in row) for row in kept)
    return "\n".join(_one_line(cell.text) for cell in cells)


def text_blocks(blocks: Sequence[Block], rng: Random, style: str) -> str:
    gap = "\n\n" if style in ("line_blank",) or style.startswith("markdown") or rng.random() < 0.3 else "\n"
    out = []
    for kind, content in blocks:
        if isinstance(content, str):
            mark = "## " if kind == "heading" and style.startswith("markdown") and rng.random() < 0.5 else ""
            out.append(mark + content)
        else:
            out.append(table_text(content, rng, style))
    return gap.join(out)


def escape(text: str) -> str:
    return re.sub(r"\n", "<br/>", html.escape(text, quote=False))
