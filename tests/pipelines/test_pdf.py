"""PDF files with a text layer: whole reports exact, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pdfplumber
import pytest
from pdfminer.arcfour import Arcfour

from crawler.browser import find_chromium
from demo.figures import Figures, lawful
from demo.pdf import document
from demo.prose import ordinary
from demo.reports import Report, body, chapters
from demo.tables import Style
from pipelines.document import Grid, Paragraph
from pipelines.extract import extract
from pipelines.model import Extraction, Source
from pipelines.readers import Unreadable, read
from pipelines.readers.scans import can_recognise

UNIT = "测试县教育局"


def lawful_report(year: int, seed: int) -> Report:
    rng = Random(seed)
    figures = lawful(UNIT, year, rng, size=40)
    title = f"{UNIT}{year}年政府信息公开工作年度报告"
    prose = ordinary(figures, "我局", UNIT, rng)
    return Report(UNIT, "department", None, figures, title, f"{year + 1}-01-20 09:00", UNIT, prose, seed)


def hand_made(report: Report) -> bytes:
    return document(report.title, report.prose.preamble, chapters(report))


def assert_exact(extraction: Extraction, figures: Figures) -> None:
    facts = {(fact.indicator, fact.applicant): fact.value for fact in extraction.facts}
    assert facts == pytest.approx(dict(figures.facts))
    assert {fact.state for fact in extraction.facts} == {"reported"}


@pytest.fixture(scope="module")
def made() -> tuple[Report, bytes, Extraction]:
    report = lawful_report(2022, 3)
    body = hand_made(report)
    return report, body, extract(Source(body, name="report.pdf"))


def test_a_report_over_two_pages_is_read_whole(made: tuple[Report, bytes, Extraction]) -> None:
    report, _, extraction = made
    assert extraction.report is not None
    assert (extraction.report.title, extraction.report.content_kind) == (report.title, "pdf")
    assert (extraction.report.year, extraction.report.form) == (2022, "2021")
    assert [section.kind for section in extraction.sections] == [
        *("preamble", "general", "proactive", "requests", "reviews", "problems", "other")
    ]
    general = [text for heading, items in chapters(report) if "总体" in heading for text in items]
    assert extraction.sections[1].text.split("\n") == general
    assert_exact(extraction, report.figures)


def test_every_figure_stands_in_the_box_that_its_locator_names(made: tuple[Report, bytes, Extraction]) -> None:
    _, body, extraction = made
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        for fact in extraction.facts:
            place = json.loads(fact.locator)
            inside = pdf.pages[place["page"] - 1].crop(place["box"])
            assert inside.extract_text() == fact.raw, fact
    assert {json.loads(fact.locator)["page"] for fact in extraction.facts} == {1, 2}


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
@pytest.mark.parametrize(
    ("year", "style"),
    [
        # Rows torn at the page's end, in pages with running heads and feet.
        (2020, "table{border-collapse:collapse}td{border:0.3px solid #999;padding:11px 3px}tr{break-inside:auto}"),
        # No lines at all.
        (2023, "td{padding:3px 6px;text-align:center}"),
    ],
)
def test_what_chromium_prints_is_exact(tmp_path: Path, year: int, style: str) -> None:
    report = lawful_report(year, year)
    style = f"h1{{font-size:22px;text-align:center}}table{{width:100%;font-size:14px}}{style}"
    html = f"<meta charset=utf-8><style>{style}</style><h1>{report.title}</h1>{body(report, Style())}"
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={tmp_path / 'page.pdf'}"]
    subprocess.run([str(find_chromium()), *words, str(tmp_path / "page.html")], capture_output=True, check=True)
    extraction = extract(Source((tmp_path / "page.pdf").read_bytes(), name="page.pdf"))
    assert extraction.report is not None
    assert (extraction.report.title, extraction.report.form) == (report.title, report.form)
    assert_exact(extraction, report.figures)
    # The file's address stands at the foot of each page, never in the text.
    assert not any("file://" in section.text for section in extraction.sections)


def test_a_real_report_is_exact(real_reports: Path, truth: dict[str, Any]) -> None:
    name = "huaian_hongze_2023.pdf"
    known = truth[name]
    extraction = extract(Source((real_reports / name).read_bytes(), name=name))
    report = extraction.report
    assert report is not None
    assert (report.unit_name, report.year, report.form) == (known["unit"], known["year"], known["form"])
    assert (report.region_code, report.content_kind) == (known["region_code"], "pdf")
    facts = {f"{f.indicator}/{f.applicant}".rstrip("/"): f.value for f in extraction.facts}
    assert {key: value for key, value in facts.items() if value is not None} == {
        key: value for key, value in known["facts"].items() if value is not None
    }
    assert [section.kind for section in extraction.sections] == [
        *("preamble", "general", "proactive", "requests", "reviews", "problems", "other")
    ]
    # Two totals of table 4 are printed as 0 above figures that are not: a finding, and no figure is changed.
    broken = {check.indicator for check in extraction.checks if check.severity == "error"}
    assert broken == {"review_total", "litigation_after_review_total"}
    assert report.quality == "error"


def page(*operators: str, font: str = "/Encoding /UniGB-UCS2-H", extra: str = "") -> bytes:
    """One page of handwritten drawing operators, put into the frame of a hand-made report."""
    body = document("x", (), ()).decode("latin-1").replace("/Encoding /UniGB-UCS2-H", font)
    content = "\n".join(operators)
    body = re.sub(
        r"<< /Length \d+ >>\nstream\n.*?\nendstream",
        lambda _: f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        body,
        count=1,
        flags=re.S,
    )
    return body.replace("/MediaBox", f"{extra} /MediaBox", 1).encode("latin-1")


def show(text: str, x: float = 80, y: float = 700, matrix: str = "1 0 0 1") -> str:
    return f"BT /F1 12 Tf {matrix} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def texts(body: bytes) -> list[str]:
    return [block.text for block in read(Source(body)).blocks if isinstance(block, Paragraph)]


def test_radicals_are_read_as_the_characters_they_stand_for() -> None:
    assert texts(page(show("⼀、⼈⺠政府⾏政复议"))) == ["一、人民政府行政复议"]


def test_text_that_is_printed_twice_counts_once() -> None:
    assert texts(page(show("本年新收二百二十件"), show("本年新收二百二十件", 80.4, 700.3))) == ["本年新收二百二十件"]


def test_a_page_that_lies_on_its_side_is_turned_and_its_boxes_lead_back() -> None:
    up = page(show("本年度报告的全部内容", 300, 200, "0 1 -1 0"), show("由下列各部分组成", 330, 200, "0 1 -1 0"))
    read_up = read(Source(up))
    assert read_up.text == "本年度报告的全部内容由下列各部分组成"
    layout = read_up.layout
    assert layout is not None
    box = layout.lines[0][1]
    # Ten characters of twelve points upwards from 200 points above the page's lower edge of 842.
    assert (box.top, box.bottom) == pytest.approx((842 - 320, 842 - 200), abs=1)
    assert 288 <= box.x0 < box.x1 <= 305
    down = page(show("本年度报告的全部内容", 300, 600, "0 -1 1 0"))
    assert texts(down) == ["本年度报告的全部内容"]
    assert texts(page(show("本年度报告的全部内容"), extra="/Rotate 90")) == ["本年度报告的全部内容"]


def test_a_frame_around_the_text_is_no_table_and_a_background_no_border() -> None:
    drawn = page(
        "50 100 500 700 re S",
        "0.9 g 70 690 400 30 re f 70 660 400 30 re f 0 g",
        show("框内的第一段文字。"),
        show("框内的第二段文字。", 80, 670),
    )
    assert not any(isinstance(block, Grid) for block in read(Source(drawn)).blocks)


@pytest.mark.skipif(can_recognise(), reason="with the reader of pictures it is read as one")
def test_fonts_that_do_not_say_what_they_print_need_the_reader_of_pictures() -> None:
    mute = page(show("本年新收政府信息公开申请数量"), font="/Encoding /Identity-H").replace(b"(GB1)", b"(Identity)")
    with pytest.raises(Unreadable, match="make ocr") as caught:
        read(Source(mute))
    assert caught.value.code == "unsupported"


def test_a_damaged_file_is_refused_or_read_but_never_fails(made: tuple[Report, bytes, Extraction]) -> None:
    _, body, _ = made
    codes = set()
    for cut in range(20, len(body), len(body) // 10):
        for broken in (body[:cut], body[:cut] + b"\0" * 40 + body[cut + 40 :]):
            try:
                read(Source(broken))
            except Unreadable as error:
                codes.add(error.code)
    assert "damaged" in codes <= {"damaged", "empty", "unsupported"}


_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def locked(body: bytes, password: bytes) -> bytes:
    """The file with its streams encrypted under a user's password (PDF 32000-1, 7.6.3: RC4 of 40 bits)."""
    owner, number = b"o" * 32, b"0123456789abcdef"
    key = hashlib.md5((password + _PAD)[:32] + owner + b"\xfc\xff\xff\xff" + number).digest()[:5]

    def closed(number: int, text: bytes) -> bytes:
        return Arcfour(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]).process(text)

    def stream(match: re.Match[bytes]) -> bytes:
        return match[0].replace(match[2], closed(int(match[1]), match[2]))

    for name in (b"Adobe", b"GB1"):  # the strings of object 4, the font
        body = body.replace(b"(%s)" % name, b"<%s>" % closed(4, name).hex().encode())
    body = re.sub(rb"(\d+) 0 obj\n<< /Length \d+ >>\nstream\n(.*?)\nendstream", stream, body, flags=re.S)
    check = Arcfour(key).process(_PAD).hex().encode()
    entry = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<%s> <%s>] /Root"
    return body.replace(b"/Root", entry % (owner.hex().encode(), check, number.hex().encode(), number.hex().encode()))


def test_an_empty_password_opens_and_another_is_told(made: tuple[Report, bytes, Extraction]) -> None:
    report, body, _ = made
    assert_exact(extract(Source(locked(body, b""))), report.figures)
    with pytest.raises(Unreadable) as caught:
        read(Source(locked(body, b"secret")))
    assert caught.value.code == "encrypted"


def test_more_pages_than_a_report_has_are_refused() -> None:
    many = document("x", ["。" * 50] * 60 * 310, ())
    with pytest.raises(Unreadable) as caught:
        read(Source(many))
    assert caught.value.code == "too_large"
