"""Tables in all markups keep the numbers in their places; the PDF is a PDF; the data folder is guarded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from demo.figures import load
from demo.forms import Cell, Table, disclosure_tables, requests_table, reviews_table
from demo.home import NotTheDemos, remember_ports, remembered_ports
from demo.pdf import document
from demo.tables import Style, merge, render

FIGURES = load("hongqiao_2020")
TABLES = (
    *disclosure_tables("2019", FIGURES.text, FIGURES.labels),
    requests_table("2019", FIGURES.text, FIGURES.labels),
    reviews_table(FIGURES.text),
)
STYLES = {
    "clean": Style(),
    "word": Style(word=True, bare_band=True, trailing_row=True),
    "broken": Style(broken=True, spaced=True),
    "padded": Style(padded=2, nested=True),
    "empty_third": Style(empty_third=True),
}


def shape(table: Table) -> list[int]:
    """The number of grid columns that each row's own cells and the spans from above cover."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
    return [sum(1 for r, _ in taken if r == row) for row in range(max(r for r, _ in taken) + 1)]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_forms_grids_have_no_holes(form: str) -> None:
    figures = load("hongqiao_2020" if form == "2019" else "shenzhou_office_2021")
    for table in (
        *disclosure_tables(form, figures.text, {}),
        requests_table(form, figures.text, {}),
        reviews_table(figures.text),
    ):
        assert shape(table) == [table.width] * len(table.rows)
    assert sum(len(table.rows) for table in disclosure_tables(form, figures.text, {})) == (18 if form == "2019" else 14)
    assert len(requests_table(form, figures.text, {}).rows) == (26 if form == "2019" else 28)


@pytest.mark.parametrize("name", STYLES)
def test_styles_keep_labels_and_numbers(name: str) -> None:
    for table in TABLES:
        tree = LexborHTMLParser(render(table, STYLES[name]))
        rows = [row for row in tree.css("tr") if not row.css_first("table")]
        for printed, row in zip(table.rows, rows, strict=False):
            texts = [re.sub(r"[\s\xa0]", "", cell.text()) for cell in row.css("td")]
            wanted = [cell.text for cell in printed]
            if name == "empty_third" and any(cell.rowspan == 1 and cell.text == "商业企业" for cell in printed):
                wanted = ["", *wanted, ""]
            if name == "empty_third" and len(texts) == 15 and texts[0] == "" and "结果维持" in texts:
                wanted = [""] * 5 + wanted
            assert texts[: len(wanted)] == wanted
            assert set(texts[len(wanted) :]) <= {""}


def test_one_table_for_section_two() -> None:
    merged = merge(TABLES[:5])
    assert merged.width == 4
    assert shape(merged) == [4] * 18


def test_flat_has_no_table() -> None:
    html = render(TABLES[5], Style(flat=True))
    assert "<t" not in html
    assert html.count("<p>") == sum(len(row) for row in TABLES[5].rows)


def test_text_is_escaped() -> None:
    assert "<td>&lt;b&gt;&amp;</td>" in render(Table(1, ((Cell("<b>&"),),)), Style())


def test_pdf_is_whole_and_every_object_stands_where_the_table_says() -> None:
    chapters: list[tuple[str, list[str | Table]]] = [("三、收到和处理政府信息公开申请情况", ["说明。", TABLES[5]])]
    body = document("某县2020年报告", ["前言。" * 200], chapters)
    assert body == document("某县2020年报告", ["前言。" * 200], chapters)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", body)[1])  # type: ignore[index]
    assert body[start : start + 4] == b"xref"
    offsets = re.findall(rb"(\d{10}) 00000 n ", body)
    for number, offset in enumerate(offsets, 1):
        assert body[int(offset) :].startswith(b"%d 0 obj\n" % number)
    for length, stream in re.findall(rb"<< /Length (\d+) >>\nstream\n(.*?)\nendstream", body, re.S):
        assert int(length) == len(stream)
        heights = [float(y) for y in re.findall(rb" ([\d.]+) Td", stream)]
        assert min(heights) >= 40
        assert max(heights) <= 842
    assert body.count(b"/Type /Page ") == 2
    strings = [bytes.fromhex(code.decode()).decode("utf-16-be") for code in re.findall(rb"<([0-9A-F]+)> Tj", body)]
    assert strings[0] == "某县2020年报告"
    at = strings.index("(一)予以公开")
    assert strings[at + 1 : at + 7] == ["83", "1", "1", "2", "2", "89"]


def test_ports_are_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "demo"
    assert remembered_ports(folder) is None
    remember_ports(folder, [5001, 5002])
    assert remembered_ports(folder) == [5001, 5002]


def test_a_folder_of_other_data_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"precious")
    with pytest.raises(NotTheDemos, match="--data"):
        remembered_ports(tmp_path)
    with pytest.raises(NotTheDemos):
        remembered_ports(tmp_path / "nianbao.db")


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"ports": ["x"]}), json.dumps({"ports": 3})])
def test_a_damaged_marker_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    with pytest.raises(NotTheDemos, match="remove"):
        remembered_ports(tmp_path)
