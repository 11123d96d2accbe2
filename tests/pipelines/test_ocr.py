"""Pictures and scans: read where the reader of pictures is installed, else refused with what to do."""

from __future__ import annotations

import io
import json
from random import Random
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from demo.figures import lawful
from demo.pdf import document
from demo.prose import ordinary
from demo.reports import Report, chapters
from pipelines.bounded import SECONDS, deadline
from pipelines.document import Box, Layout
from pipelines.extract import extract
from pipelines.model import Fact, Source
from pipelines.places import located
from pipelines.proof import proven
from pipelines.quality import quality
from pipelines.readers import Unreadable, read
from pipelines.readers.scans import MAX_PAGES, can_recognise, most_pictures
from pipelines.tables import read_tables

needed = pytest.mark.skipif(not can_recognise(), reason="the reader of pictures is not installed (make ocr)")
FIGURES = lawful("测试县教育局", 2022, Random(3), size=40)


def drawn(page: int, dpi: int) -> Image.Image:
    """A page of a report as a picture."""
    prose = ordinary(FIGURES, "我局", FIGURES.unit, Random(3))
    report = Report(FIGURES.unit, "department", None, FIGURES, "报告", "2023-01-20 09:00", "", prose, 1)
    library: Any = pypdfium2
    pdf = library.PdfDocument(document(report.title, prose.preamble, chapters(report)))
    picture: Image.Image = pdf[page].render(scale=dpi / 72).to_pil().convert("RGB")
    pdf.close()
    return picture


def packed(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PDF"])
@pytest.mark.skipif(can_recognise(), reason="the reader of pictures is installed")
def test_without_the_reader_every_picture_is_refused_with_the_cure(kind: str) -> None:
    extraction = extract(Source(packed(Image.new("RGB", (60, 90), "white"), kind)))
    assert extraction.report is None
    assert extraction.error is not None
    assert extraction.error.code == "unsupported"
    assert "make ocr" in extraction.error.message


def test_a_picture_gets_more_time_only_where_it_can_be_read() -> None:
    small = Image.new("RGB", (60, 90), "white")
    assert most_pictures(packed(small, "PNG")) == 1
    assert most_pictures(packed(small, "TIFF")) == MAX_PAGES
    scanned = packed(small, "PDF", save_all=True, append_images=[small, small])
    assert most_pictures(scanned) == 3
    assert most_pictures(b"<html>") == 0
    more = deadline(Source(b"<html>", attachments=(Source(scanned),))) - SECONDS
    assert more == (60 if can_recognise() else 0)


@needed
def test_damaged_and_empty_pictures_are_refused() -> None:
    whole = packed(drawn(1, 40), "PNG")
    for body, code in ((whole[:200], "damaged"), (packed(Image.new("RGB", (600, 900), "white"), "PNG"), "empty")):
        with pytest.raises(Unreadable) as caught:
            read(Source(body))
        assert caught.value.code == code


@needed
@pytest.mark.slow
def test_a_crooked_scan_is_read_without_a_wrong_figure_and_its_boxes_lead_to_the_picture() -> None:
    """The page has most of table 3 and table 4; its sums down the columns lack the rows of the page before."""
    picture = drawn(1, 130).rotate(1.2, fillcolor="white", resample=Image.Resampling.BICUBIC)
    found = read(Source(packed(picture, "JPEG", quality=60)))
    reading = read_tables(found, "2021")
    facts = {(fact.indicator, fact.applicant): fact for fact in located(reading.facts, found)}
    seen = {key: fact for key, fact in facts.items() if fact.state != "absent"}
    assert len(seen) >= 150
    assert all(fact.method.endswith("+ocr") for fact in seen.values())
    assert [key for key, fact in seen.items() if fact.value not in (None, FIGURES.facts[key])] == []
    counted = proven(tuple(facts.values()), "2021", found.layout)
    read_right = [fact for fact in counted if fact.state == "reported"]
    assert len(read_right) >= 100
    assert quality("2021", read_right, ()) == "warning"
    place = json.loads(facts["litigation_after_review_total", ""].locator)
    left, top, right, bottom = place["box"]
    assert place["page"] == 1
    assert 0 < left < right < picture.width
    assert 0 < top < bottom < picture.height
    # The last cell of table 4 stands at the right edge of the table, in the lower half of the page.
    assert left > 0.8 * picture.width
    assert top > 0.5 * picture.height


def row(name: str, *values: int) -> list[Fact]:
    applicants = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other", "total")
    return [
        Fact(
            name,
            applicant,
            float(value),
            "件",
            str(value),
            "reported",
            "grid",
            json.dumps({"table": 0, "row": 0, "col": n}),
        )
        for n, (applicant, value) in enumerate(zip(applicants, values, strict=True))
    ]


def judged(facts: list[Fact], scores: dict[tuple[int, int, int], float] | None = None) -> list[str]:
    boxes = {(0, r, c): Box(1, 0, 0, 1, 1) for r in range(30) for c in range(10)}
    layout = Layout(cells=boxes, recognised=frozenset({1}), scores=scores or {})
    marked = [fact._replace(method="grid+ocr") for fact in facts]
    return [fact.state for fact in proven(marked, "2021", layout)]


def numbered(*rows: list[Fact]) -> list[Fact]:
    """The facts with the row of each in its locator."""
    return [
        fact._replace(locator=json.dumps({"table": 0, "row": number, "col": column}))
        for number, facts in enumerate(rows)
        for column, fact in enumerate(facts)
    ]


WHOLE = (
    row("requests_new", 5, 0, 0, 0, 0, 0, 5),
    row("requests_carried_in", 1, 0, 0, 0, 0, 0, 1),
    row("requests_granted", 4, 0, 0, 0, 0, 0, 4),
    row("requests_handled", 4, 0, 0, 0, 0, 0, 4),
    row("requests_carried_out", 2, 0, 0, 0, 0, 0, 2),
)


def test_sums_prove_a_cell_and_a_misread_one_takes_its_sums_along() -> None:
    assert set(judged(numbered(*WHOLE))) == {"reported"}
    misread = numbered(row("requests_new", 6, 0, 0, 0, 0, 0, 6), *WHOLE[1:])
    states = judged(misread)
    # Every row adds up still; the two columns with the misread figure do not.
    assert [state for state, fact in zip(states, misread, strict=True) if fact.indicator == "requests_new"] == [
        *("ambiguous", "reported", "reported", "reported", "reported", "reported", "ambiguous")
    ]


def test_readings_that_differ_are_withheld_even_where_the_sums_hold() -> None:
    states = judged(numbered(*WHOLE), {(0, 2, 0): 0.0})
    assert states.count("ambiguous") == 1


def test_without_sums_only_certain_readings_count_and_no_amount_whose_point_may_be_lost() -> None:
    def cell(name: str, raw: str, unit: str) -> Fact:
        return Fact(name, "", float(raw), unit, raw, "reported", "grid", '{"table":0,"row":0,"col":0}')

    assert judged([cell("art20_5_licensing_decisions", "967", "件")]) == ["reported"]
    assert judged([cell("art20_5_licensing_decisions", "967", "件")], {(0, 0, 0): 0.9}) == ["ambiguous"]
    for raw, state in (("106.1268", "reported"), ("1061268", "ambiguous"), ("1.234", "ambiguous"), ("0", "reported")):
        assert judged([cell("art20_8_fees_amount", raw, "万元")]) == [state], raw
    sentence = Fact("prose_fees", "", 0.0, "万元", "0元", "reported", "prose", '{"start":0,"end":4}')
    assert judged([sentence]) == ["ambiguous"]
