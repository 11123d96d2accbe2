"""One lawful report of each form, as blocks that the tests of each medium write down in their own way."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from random import Random

import pytest
from docx import Document as new_docx
from openpyxl import Workbook

from demo.figures import Figures, lawful
from demo.forms import HEADINGS, Table, disclosure_tables, requests_table, reviews_table
from demo.tables import Style, render
from pipelines.model import Extraction

UNIT = "沙洋县人民政府"


@dataclass(frozen=True)
class Made:
    """A report: its title and chapters (heading, paragraphs, tables), and the truth."""

    figures: Figures
    title: str
    chapters: tuple[tuple[str, tuple[str, ...], tuple[Table, ...]], ...]

    def html(self, chapters: tuple[int, ...] = (0, 1, 2, 3, 4, 5), tables: tuple[int, ...] = (1, 2, 3)) -> str:
        """The page, with only these chapters' text and these chapters' tables."""
        parts = [f"<title>{self.title}</title><h1>{self.title}</h1>"]
        for number, (heading, paragraphs, held) in enumerate(self.chapters):
            if number in chapters:
                parts += [f"<p>{escape(text)}</p>" for text in (heading, *paragraphs)]
            if number in tables:
                parts += [render(table, Style()) for table in held]
        return f"<html><head><meta charset=utf-8></head><body>{''.join(parts)}</body></html>"

    def docx(self, chapters: tuple[int, ...] = (0, 1, 2, 3, 4, 5), title: bool = True) -> bytes:
        document = new_docx()
        if title:
            document.add_heading(self.title, 0)
        for number, (heading, paragraphs, tables) in enumerate(self.chapters):
            if number not in chapters:
                continue
            for text in (heading, *paragraphs):
                document.add_paragraph(text)
            for table in tables:
                put_docx(document, table)
                document.add_paragraph("")
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    def xlsx(self, chapters: tuple[int, ...] = (0, 1, 2, 3, 4, 5), sheets: bool = False) -> bytes:
        """All in one sheet, or a sheet a chapter."""
        book = Workbook()
        sheet = book.active
        sheet.append([self.title])
        for number, (heading, paragraphs, tables) in enumerate(self.chapters):
            if number not in chapters:
                continue
            if sheets:
                sheet = book.create_sheet(f"表{number + 1}")
            for text in (heading, *paragraphs):
                sheet.append([text])
            for table in tables:
                put_xlsx(sheet, table)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def wrong(self, extraction: Extraction) -> list[str]:
        """Every cell that was not read as it was written."""
        found = {(fact.indicator, fact.applicant): fact for fact in extraction.facts}
        return [
            f"{key}: {found[key].value if key in found else 'none'} is not {value}"
            for key, value in self.figures.facts.items()
            if key not in found or found[key].value != value
        ]


def spread(table: Table) -> list[list[tuple[int, int, str]]]:
    """Each row's cells as (column, width, text); a cell that began above has the text None's place left out."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for y, row in enumerate(table.rows):
        cells, x = [], 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            taken |= {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
            cells.append((x, cell.colspan, cell.text))
        rows.append(cells)
    return rows


def put_docx(document: object, table: Table) -> None:
    made = document.add_table(rows=len(table.rows), cols=table.width)  # type: ignore[attr-defined]
    # The table looks up all its cells anew for each that is asked for.
    grid = [list(row.cells) for row in made.rows]
    for y, (row, cells) in enumerate(zip(table.rows, spread(table), strict=True)):
        for cell, (x, width, text) in zip(row, cells, strict=True):
            if width > 1 or cell.rowspan > 1:
                grid[y][x].merge(grid[y + cell.rowspan - 1][x + width - 1])
            grid[y][x].text = text


def put_xlsx(sheet: object, table: Table) -> None:
    top = sheet.max_row + 1  # type: ignore[attr-defined]
    for y, (row, cells) in enumerate(zip(table.rows, spread(table), strict=True), top):
        for cell, (x, width, text) in zip(row, cells, strict=True):
            content: object = text
            if cell.number and text:
                content = float(text) if "." in text else int(text)
            sheet.cell(y, x + 1).value = content  # type: ignore[attr-defined]
            if width > 1 or cell.rowspan > 1:
                sheet.merge_cells(None, y, x + 1, y + cell.rowspan - 1, x + width)  # type: ignore[attr-defined]


def make(form: str, seed: int = 1, unit: str = UNIT) -> Made:
    year = 2020 if form == "2019" else 2022
    figures = lawful(unit, year, Random(seed), size=60)
    opening = (
        f"本报告按照《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        f"如有疑问，请与{unit}联系。"
    )
    labels: Mapping[str, str] = {}
    tables: dict[int, tuple[Table, ...]] = {
        1: disclosure_tables(form, figures.text, labels),
        2: (requests_table(form, figures.text, labels),),
        3: (reviews_table(figures.text),),
    }
    prose = {
        0: (opening, "一年来，各项工作按要求推进。"),
        4: ("主动公开的内容还不够丰富，下一步将继续充实。",),
        5: ("无其他需要报告的事项。本年度未收取信息处理费。",),
    }
    chapters = tuple((heading, prose.get(i, ()), tables.get(i, ())) for i, heading in enumerate(HEADINGS))
    return Made(figures, f"{unit}{year}年政府信息公开工作年度报告", chapters)


@pytest.fixture(scope="session")
def made() -> Callable[..., Made]:
    """`made(form, seed, unit)`: one report; equal arguments give the same."""
    return make
