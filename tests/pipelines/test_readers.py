from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import Document, Grid, Paragraph
from pipelines.model import Source
from pipelines.readers import MAX_BYTES, Unreadable, kind_of, read
from pipelines.readers.spans import MAX_COLUMNS, RawCell, place


def page(body: str) -> Document:
    return read(Source(f"<html><head><title>标题</title></head><body>{body}</body></html>".encode()))


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (Source(b""), "empty"),
        (Source(b" \n\t "), "empty"),
        (Source(b"%PDF-1.7 ..."), "damaged"),
        (Source(b"\x89PNG\r\n\x1a\n" + b"\0" * 40), "damaged"),
        (Source(b"\0\1\2\3" * 100), "binary"),
        (Source(b"x" * (MAX_BYTES + 1)), "too_large"),
        (Source(b"<html>" + b"<div>" * 20_000), "too_large"),
        (Source(b"<html>" + b"<b><i>" * 2_000), "too_large"),
        (Source(b"<html><select>" + b"<option>a" * 20_000), "too_large"),
        (Source(b"<html><p " + b"a=1 " * 60_000 + b">x</p>"), "too_large"),
    ],
)
def test_refused_with_a_reason(source: Source, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read(source)
    assert caught.value.code == code
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("body", "mime", "name", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "application/pdf", "a.pdf", "html"),
        (b"%PDF-1.4", "text/html", "a.html", "pdf"),
        (b"PK\x03\x04....word/document.xml", "application/octet-stream", "", "docx"),
        (b"PK\x03\x04....xl/workbook.xml", "", "", "xlsx"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "application/msword", "", "doc"),
        (b"\xff\xd8\xff\xe0", "", "", "image"),
        ("规章 0".encode(), "text/plain", "", "text"),
        ("规章".encode("gbk"), "", "report.txt", "text"),
        (b"plain words", "text/html", "", "html"),
    ],
)
def test_the_bytes_decide_the_kind(body: bytes, mime: str, name: str, kind: str) -> None:
    assert kind_of(Source(body, mime=mime, name=name)) == kind


def test_scripts_comments_and_lists_of_options_are_no_text() -> None:
    document = page(
        "<script>1</script><style>2</style><!--3--><select><option>4</select><p>五</p><noscript>6</noscript>"
    )
    assert document.text == "五"


def test_text_and_offsets() -> None:
    document = page("<h2>甲</h2><p>乙<span>丙</span> 1\n 2</p><table><tr><td>a<td>b<tr><td>c<td></table>丁<br>戊")
    assert document.text == "甲\n乙丙 1 2\na\tb\nc\t\n丁\n戊"
    for block in document.blocks:
        if isinstance(block, Paragraph):
            assert document.text[block.start :].startswith(block.text)
    assert [block.level for block in document.blocks if isinstance(block, Paragraph)] == [2, 0, 0, 0]
    assert document.title == "标题"


def test_lines_of_a_cell_join_without_space_only_between_chinese_characters() -> None:
    document = page("<table><tr><td>本年新<br>制作数量<td><p>12</p><p>34</p><tr><td>自 然 人<td>1<sup>2</sup></table>")
    assert [cell.text for cell in grids(document)[0].cells] == ["本年新制作数量", "12 34", "自 然 人", "1 2"]


def test_layout_tables_are_not_data() -> None:
    inner = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    document = page(f"<table><tr><td>左<td><table><tr><td>上<td>{inner}<td>下</table></table>")
    assert paragraphs(document) == ["左", "上", "下"]
    assert [[cell.text for cell in grid.cells] for grid in grids(document)] == [["a", "b", "c", "d"]]


def test_an_article_in_a_frame_of_cells_keeps_its_paragraphs() -> None:
    document = page(f"<table><tr><td><p>一、总体情况</p><p>{'长' * 500}</p><td>栏<tr><td>x<td>y</table>")
    assert paragraphs(document)[:2] == ["一、总体情况", "长" * 500]


def test_hidden_cells_and_rows_do_not_shift_the_others() -> None:
    document = page(
        "<table><tr><td>a<td style='Display: none'>x<td>b<tr style='display:none'><td>z<tr><td>c<td>d</table>"
    )
    assert [(cell.row, cell.column, cell.text) for cell in grids(document)[0].cells] == [
        (0, 0, "a"), (0, 1, "b"), (1, 0, "c"), (1, 1, "d"),
    ]  # fmt: skip


def test_meta_links_and_images() -> None:
    document = page(
        "<meta name='PubDate' content=' 2021-03-08 '><a href='/a.pdf'>附<b>件</b></a><img src='x.jpg'>"
        "<iframe src='/b.pdf'></iframe><embed src='/c.pdf'>"
    )
    assert document.meta_value("pubdate") == "2021-03-08"
    assert document.links == (("/a.pdf", "附件"), ("/b.pdf", ""), ("/c.pdf", ""))
    assert document.images == ("x.jpg",)


def test_a_cell_a_line_spaced() -> None:
    text = "说明文字。\n\n行政许可\n\n1\n\n\n2\n\n行政处罚\n\n\n\n3\n\n六、其他事项\n\n无。\n"
    document = read(Source(text.encode()))
    assert [cell.text for cell in grids(document)[0].cells] == ["行政许可", "1", "", "2", "行政处罚", "", "", "3"]
    assert paragraphs(document) == ["说明文字。", "六、其他事项", "无。"]


def test_a_cell_a_line_tight() -> None:
    text = "行政许可\n1\n\n2\n行政处罚\n\n\n3\n六、其他事项\n无。\n"
    document = read(Source(text.encode()))
    assert [cell.text for cell in grids(document)[0].cells] == ["行政许可", "1", "", "2", "行政处罚", "", "", "3"]


def test_pipes_with_and_without_borders_and_menus() -> None:
    text = "首页 | 关于我们\n| 规章 | 1 | |\n|---|:--:|---|\n规范性文件 | 2 | 3\n"
    document = read(Source(text.encode()))
    assert paragraphs(document) == ["首页 | 关于我们"]
    assert [(cell.row, cell.column, cell.text) for cell in grids(document)[0].cells] == [
        (0, 0, "规章"), (0, 1, "1"), (0, 2, ""), (1, 0, "规范性文件"), (1, 1, "2"), (1, 2, "3"),
    ]  # fmt: skip


SPANS = st.sampled_from([None, "1", "2", "3", "0", "-1", "x", "999999999", " 2", "２", ""])
ROWS = st.lists(st.lists(st.tuples(SPANS, SPANS), max_size=6), max_size=8)


@given(ROWS, st.lists(st.integers(0, 1), min_size=8, max_size=8))
def test_no_slot_belongs_to_two_cells(rows: list[list[tuple[str | None, str | None]]], changes: list[int]) -> None:
    groups = [sum(changes[: index + 1]) for index in range(len(rows))]
    raw = [[RawCell(rowspan, colspan, text="x") for rowspan, colspan in row] for row in rows]
    grid = place(raw, groups)
    if grid is None:
        assert not any(rows)
        return
    owned: set[tuple[int, int]] = set()
    for cell in grid.cells:
        slots = {
            (r, c)
            for r in range(cell.row, cell.row + cell.rowspan)
            for c in range(cell.column, cell.column + cell.colspan)
        }
        assert not slots & owned
        assert all(r < grid.rows and c < grid.columns and groups[r] == groups[cell.row] for r, c in slots)
        owned |= slots
    # A row wider than any report's ends at the limit.
    assert len(grid.cells) == sum(map(len, rows)) or grid.columns >= MAX_COLUMNS


def test_spans_that_overflow_and_overlap() -> None:
    document = page(
        "<table><tr><td rowspan=99>a<td rowspan=2>b<td colspan=0>c<tr><td>d<td>e<tr><td colspan=2>f<td>g</table>"
    )
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grids(document)[0].cells] == [
        ("a", 0, 0, 3, 1), ("b", 0, 1, 2, 1), ("c", 0, 2, 1, 1), ("d", 1, 2, 1, 1), ("e", 1, 3, 1, 1),
        ("f", 2, 1, 1, 2), ("g", 2, 3, 1, 1),
    ]  # fmt: skip


@given(st.text(alphabet="<>/tabledrspan=\"' p1 一", max_size=300))
def test_no_markup_raises(text: str) -> None:
    body = f"<html>{text}".encode()
    assert isinstance(read(Source(body)), Document)
