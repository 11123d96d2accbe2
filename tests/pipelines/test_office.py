"""Word, Excel, WPS, RTF and MHTML: whole reports from real bytes, the habits of Word, damaged files."""

from __future__ import annotations

import io
import json
import quopri
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document as new_docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from demo.forms import Table
from pipelines.document import Document, Grid
from pipelines.extract import extract
from pipelines.model import Extraction, Source
from pipelines.readers import Unreadable, read
from pipelines.readers.numbering import numeral

DATA = Path(__file__).with_name("office")
W = nsdecls("w")
WIDE = '<w:gridSpan w:val="2"/>'
Make = Callable[..., Any]


def shown(document: Document) -> list[Any]:
    """Paragraphs as text, tables as (row, column, rowspan, colspan, text)."""
    return [[tuple(cell)[:5] for cell in b.cells] if isinstance(b, Grid) else b.text for b in document.blocks]


def assert_exact(made: Any, extraction: Extraction, kind: str) -> None:
    assert extraction.report is not None, extraction.error
    assert made.wrong(extraction) == []
    assert len(extraction.facts) == len(made.figures.facts)
    report = extraction.report
    assert (report.quality, report.form, report.content_kind) == ("ok", made.figures.form, kind)
    assert (report.unit_name, report.year) == (made.figures.unit, made.figures.year)
    assert [section.kind for section in extraction.sections if section.kind != "preamble"] == [
        *("general", "proactive", "requests", "reviews", "problems", "other")
    ]


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("sheets", [None, False, True], ids=["docx", "xlsx", "xlsx in sheets"])
def test_every_cell_of_docx_and_xlsx(made: Make, form: str, sheets: bool | None) -> None:
    report = made(form, 5)
    body = report.docx() if sheets is None else report.xlsx(sheets=sheets)
    assert_exact(report, extract(Source(body)), "docx" if sheets is None else "xlsx")


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("kind", ["doc", "xls"])
def test_every_cell_of_binary_files(form: str, kind: str) -> None:
    truth = json.loads((DATA / f"{form}.json").read_text())
    body = (DATA / f"{form}.{kind}").read_bytes()
    # WPS and ET write the same bytes under names of their own.
    for name in (f"a.{kind}", "a.wps", "a.et", ""):
        extraction = extract(Source(body, name=name))
        assert extraction.report is not None
        assert (extraction.report.quality, extraction.report.content_kind) == ("ok", "xlsx" if kind == "xls" else "doc")
        assert {f"{f.indicator}/{f.applicant}".rstrip("/"): f.value for f in extraction.facts} == truth


def rtf(made: Any, code_page: bool) -> bytes:
    """The report in RTF, characters as bytes of GBK or as `\\u`; columns by edges, vertical merges marked."""

    def text(printed: str) -> str:
        if code_page:
            return "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in printed.encode("gbk"))
        return "".join(
            character if character.isascii() else f"\\u{(ord(character) + 0x8000) % 0x10000 - 0x8000}?"
            for character in printed
        )

    def table(grid: Table) -> str:
        held: dict[tuple[int, int], int] = {}
        out = ""
        for y, row in enumerate(grid.rows):
            definition, cells, x, waiting = "", "", 0, list(row)
            while waiting or (y, x) in held:
                if (y, x) in held:
                    width, content, merge = held[y, x], "", "\\clvmrg"
                else:
                    cell = waiting.pop(0)
                    width, content, merge = cell.colspan, text(cell.text), "\\clvmgf" if cell.rowspan > 1 else ""
                    held |= {(y + down, x): cell.colspan for down in range(1, cell.rowspan)}
                x += width
                # Hands draw edges a little apart from row to row.
                definition += f"{merge}\\cellx{x * 900 + y % 3 * 20}"
                cells += f"\\pard\\intbl {content}\\cell"
            out += f"\\trowd{definition}{cells}\\row\n"
        return out

    body = f"{{\\pard {text(made.title)}\\par}}"
    for heading, paragraphs, tables in made.chapters:
        body += "".join(f"\\pard {text(line)}\\par\n" for line in (heading, *paragraphs))
        body += "".join(f"{table(grid)}\\pard\\par\n" for grid in tables)
    head = "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}{\\*\\generator x 1;}{\\info{\\title 9}}"
    return f"{head}\\f0 {body}}}".encode("ascii")


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("code_page", [True, False])
def test_every_cell_of_rtf(made: Make, form: str, code_page: bool) -> None:
    report = made(form, 6)
    assert_exact(report, extract(Source(rtf(report, code_page), name="a.doc")), "doc")


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_word_pages_in_one_file_and_html_under_other_names(made: Make, form: str) -> None:
    report = made(form, 7)
    page = report.html().replace("charset=utf-8", "charset=gb2312").encode("gb18030")
    for body in (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n--=_x\r\nContent-Type: text/html;'
        b' charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        + quopri.encodestring(page)
        + b"\r\n--=_x\r\nContent-Type: image/png\r\n\r\nxx\r\n--=_x--\r\n",
        page,
    ):
        assert_exact(report, extract(Source(body, name="a.doc", mime="application/msword")), "html")


HABITS = [
    *("一、总体情况", "收到申请3件。", "二、主动公开政府信息情况", "公开7条。", "1.第一", "2.第二", "共12件 1"),
    [(0, 0, 1, 2, "甲"), (0, 2, 2, 1, "乙"), (1, 0, 1, 1, "1"), (1, 1, 1, 1, "2"), (2, 0, 1, 1, "3"), (2, 1, 1, 1, "4 5"), (2, 2, 1, 1, "6")],
    *("三、收到和处理政府信息公开申请情况", "框"),
    [(0, 0, 1, 1, "丙"), (0, 1, 1, 1, "丁"), (1, 0, 1, 1, "8"), (1, 1, 1, 1, "9")],
    *("外", "完"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["docx", "doc", "rtf"])
def test_habits_of_word(kind: str) -> None:
    """Automatic numbers, hidden, deleted and inserted text, a field, a raised footnote figure, merged and nested cells."""
    blocks = shown(read(Source((DATA / f"habits.{kind}").read_bytes())))
    # RTF keeps the printed number with the tab behind it.
    tidy = [block.replace("、 ", "、").replace(". ", ".") if isinstance(block, str) else block for block in blocks]
    assert tidy == HABITS


def docx_with(*elements: str) -> bytes:
    document = new_docx()
    last = document.element.body[-1]
    for element in elements:
        last.addprevious(parse_xml(element))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{content}</w:t></w:r></w:p></w:tc>"


def table(*rows: str, grid: tuple[int, ...] = (1000, 1000, 1000)) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl {W}><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def test_controls_boxes_and_tracked_rows() -> None:
    box = (
        f'<w:p {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><w:t>前</w:t><mc:AlternateContent>'
        "<mc:Choice Requires='wps'><w:drawing><w:txbxContent><w:p><w:r><w:t>框内5</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框内5</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent><w:t>后</w:t></w:r></w:p>"
    )
    control = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>控件</w:t><w:noBreakHyphen/><w:t>8</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    rows = table(
        f"<w:tr>{cell('甲')}<w:sdt><w:sdtContent>{cell('乙')}</w:sdtContent></w:sdt>{cell('丙')}</w:tr>",
        f"<w:tr><w:trPr><w:del w:id='1' w:author='a'/></w:trPr>{cell('1') * 3}</w:tr>",
        f"<w:sdt><w:sdtContent><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('２')}{cell('3')}</w:tr></w:sdtContent></w:sdt>",
    )
    assert shown(read(Source(docx_with(box, control, rows)))) == [
        *("前后", "框内5", "控件-8"),
        [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (0, 2, 1, 1, "丙"), (1, 1, 1, 1, "２"), (1, 2, 1, 1, "3")],
    ]


def test_edges_a_little_apart_are_one_and_no_text_is_lost_to_that() -> None:
    near = table(
        f"<w:tr>{cell('甲', WIDE)}{cell('乙')}</w:tr>",
        f"<w:tr>{cell('1')}{cell('2', WIDE)}</w:tr>",
        grid=(1000, 30, 970),
    )
    narrow = table(
        f"<w:tr>{cell('甲')}{cell('乙')}{cell('丙')}</w:tr>", f"<w:tr>{cell('1') * 3}</w:tr>", grid=(1000, 30, 970)
    )
    assert shown(read(Source(docx_with(near)))) == [
        [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 1, 1, "1"), (1, 1, 1, 1, "2")]
    ]
    assert [c[4] for c in shown(read(Source(docx_with(narrow))))[0]] == ["甲", "乙", "丙", "1", "1", "1"]


def test_strict_files_and_files_under_other_names(made: Make) -> None:
    report = made("2021", 8)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report.docx())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            for part in ("wordprocessingml", "officeDocument"):
                raw = raw.replace(
                    b"http://schemas.openxmlformats.org/" + part.encode() + b"/2006",
                    b"http://purl.oclc.org/ooxml/" + part.encode(),
                )
            target.writestr(name, raw)
    assert_exact(report, extract(Source(out.getvalue(), name="a.doc", mime="application/msword")), "docx")


@pytest.mark.parametrize(("kind", "number", "printed"), [
    ("chineseCounting", 10, "十"), ("chineseCountingThousand", 21, "二十一"), ("japaneseCounting", 19, "十九"),
    ("decimalEnclosedCircle", 3, "③"), ("upperRoman", 14, "XIV"), ("lowerLetter", 27, "aa"), ("ideographTraditional", 2, "乙"),
])  # fmt: skip
def test_numerals(kind: str, number: int, printed: str) -> None:
    assert numeral(kind, number) == printed


def test_what_a_workbook_hides_is_left_out_and_told(made: Make) -> None:
    report = made("2021", 9)
    book = load_workbook(io.BytesIO(report.xlsx()))
    sheet = book.active
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 1).value == "行政许可":
            sheet.row_dimensions[row].hidden = True
    secret = book.create_sheet("去年")
    secret.append(["行政许可", 99])
    secret.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    extraction = extract(Source(out.getvalue()))
    facts = {fact.indicator: fact for fact in extraction.facts}
    assert facts["art20_5_licensing_decisions"].state == "absent"
    assert facts["art20_6_penalty_decisions"].value == report.figures.facts["art20_6_penalty_decisions", ""]
    assert [c.severity for c in extraction.checks if c.rule == "LABELS" and c.actual == "hidden"] == ["info"]


def test_values_as_a_workbook_prints_them() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["行政许可", 3.0, 0.1 + 0.2, 12345678, "１２", True])
    sheet.append(["行政处罚", "=1+1", None, -2, " 7 ", 25.10])
    out = io.BytesIO()
    book.save(out)
    grid = shown(read(Source(out.getvalue())))[0]
    assert [c[4] for c in grid] == [
        "行政许可",
        "3",
        "0.3",
        "12345678",
        "１２",
        "TRUE",
        "行政处罚",
        "",
        "",
        "-2",
        "7",
        "25.1",
    ]


def broken(name: str, change: Callable[[bytes], bytes]) -> str:
    with pytest.raises(Unreadable) as caught:
        read(Source(change((DATA / name).read_bytes())))
    assert "\n" not in str(caught.value)
    return caught.value.code


def test_files_that_cannot_be_read_are_refused_with_a_reason() -> None:
    locked = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + (34).to_bytes(2, "little")

    def lock_package(body: bytes) -> bytes:
        at = body.index("Workbook".encode("utf-16-le"))
        return body[:at] + locked + body[at + 66 :]

    def lock_word(body: bytes) -> bytes:
        at = body.index(b"\xec\xa5\x01\x01")
        return body[: at + 11] + bytes([body[at + 11] | 1]) + body[at + 12 :]

    assert broken("2021.xls", lock_package) == "encrypted"
    assert broken("2021.doc", lock_word) == "encrypted"
    assert broken("2021.doc", lambda body: body[:3000]) == "damaged"
    assert broken("2021.doc", lambda body: body.replace(b"\xec\xa5\x01\x01", b"\xdc\xa5\x65\x00")) == "unsupported"
    assert broken("habits.docx", lambda body: body[: len(body) // 2]) == "damaged"
    assert broken("habits.rtf", lambda body: body.replace(b"\\cellx", b"\\x", 1)) == "damaged"


def bomb(part: str, size: int) -> bytes:
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO((DATA / "habits.docx").read_bytes()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, b" " * size if name == part else source.read(name))
    return out.getvalue()


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(Unreadable) as caught:
        read(Source(bomb("word/document.xml", 50_000_000)))
    assert caught.value.code == "too_large"
    book = Workbook()
    book.active["XFD1048576"] = 1
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Unreadable) as caught:
        read(Source(out.getvalue()))
    assert caught.value.code == "too_large"


def test_a_binary_workbook_cannot_claim_more_than_it_holds() -> None:
    number = (0x0203).to_bytes(2, "little") + (14).to_bytes(2, "little")
    body = (DATA / "2021.xls").read_bytes()
    assert broken("2021.xls", lambda b: far(b, number)) == "too_large"
    sizes = (0x0200).to_bytes(2, "little") + (14).to_bytes(2, "little")
    at = body.index(sizes) + 4
    assert broken("2021.xls", lambda b: b[:at] + b"\xff" * 12 + b[at + 12 :]) == "damaged"


def far(body: bytes, mark: bytes) -> bytes:
    """The workbook with its first number in the last row and a column that no sheet has."""
    at = body.index(mark) + 4
    return body[:at] + b"\xff\xff\xff\x3f" + body[at + 4 :]


def test_entities_are_not_expanded() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO((DATA / "habits.docx").read_bytes())) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            raw = source.read(name)
            if name == "word/document.xml":
                head, _, rest = raw.partition(b"?>")
                raw = (
                    head
                    + b'?><!DOCTYPE x [<!ENTITY a "99"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
                    + rest.replace("完".encode(), b"&a;&f;")
                )
            target.writestr(name, raw)
    assert shown(read(Source(out.getvalue())))[-1] == "外"


NAMES = ["habits.docx", "habits.doc", "habits.rtf", "2021.xls", "2019.doc"]


@given(st.sampled_from(NAMES), st.integers(0, 2**32), st.sampled_from(["flip", "cut", "swap", "zero"]))
@settings(max_examples=100, deadline=None)
def test_no_damage_makes_a_reader_crash(name: str, seed: int, how: str) -> None:
    body = bytearray((DATA / name).read_bytes())
    dice = random.Random(seed)
    if how == "flip":
        for _ in range(dice.randint(1, 30)):
            body[dice.randrange(len(body))] = dice.randrange(256)
    elif how == "cut":
        del body[dice.randrange(len(body)) :]
    elif how == "zero":
        at = dice.randrange(len(body))
        body[at : at + 512] = bytes(min(512, len(body) - at))
    else:
        a, b = sorted(dice.randrange(len(body)) for _ in range(2))
        body[a : a + 64], body[b : b + 64] = body[b : b + 64], body[a : a + 64]
    extraction = extract(Source(bytes(body), name=name))
    assert (extraction.report is None) == (extraction.error is not None)
