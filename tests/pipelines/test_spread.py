"""One report over a page and its attachments: every table whole from one file, the right file chosen, twins compared."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from crawler.cli import main
from pipelines.extract import extract
from pipelines.model import Extraction, Source

Make = Callable[..., Any]
POINTER = "<h1>{}</h1><p>全文见附件</p>"


def page(markup: str, *files: tuple[str, bytes]) -> Extraction:
    attachments = tuple(Source(body, name=name, url=f"http://x.gov.cn/{name}") for name, body in files)
    return extract(Source(markup.encode(), mime="text/html", attachments=attachments))


def places(extraction: Extraction) -> dict[str, int | None]:
    """Table (by the beginning of its indicators) to the attachment that its facts lead to; None is the page."""
    found: dict[str, set[int | None]] = {}
    for fact in extraction.facts:
        table = {"art20": "2", "requests": "3"}.get(fact.indicator.partition("_")[0], "4")
        found.setdefault(table, set()).add(json.loads(fact.locator or "{}").get("attachment"))
    assert all(len(indices) == 1 for indices in found.values()), found
    return {table: indices.pop() for table, indices in sorted(found.items())}


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_tables_in_files_of_every_kind(made: Make, form: str) -> None:
    report = made(form, 21)
    prose = report.html(tables=())
    each = [(f"附件{i}.docx", report.docx((i,), title=False)) for i in (3, 2, 1)]
    for markup, files, expected in (
        (POINTER.format(report.title), [("a.docx", report.docx())], {"2": 0, "3": 0, "4": 0}),
        (prose, [("附件.xlsx", report.xlsx((1, 2, 3)))], {"2": 0, "3": 0, "4": 0}),
        (prose, each, {"2": 2, "3": 1, "4": 0}),
        (report.html(tables=(1,)), [("b.xlsx", report.xlsx((2, 3)))], {"2": None, "3": 0, "4": 0}),
        (report.html(tables=(3,)), [("c.docx", report.docx((1, 2), title=False))], {"2": 0, "3": 0, "4": None}),
        (report.html(tables=(1, 3)), [("d.html", report.html((2,), (2,)).encode())], {"2": None, "3": 0, "4": None}),
    ):
        extraction = page(markup, *files)
        assert extraction.report is not None
        assert report.wrong(extraction) == []
        assert places(extraction) == expected
        assert extraction.report.quality == "ok"
        assert [s.kind for s in extraction.sections].count("requests") == 1


def test_a_single_table_in_a_file_is_read_and_the_others_are_told_missing(made: Make) -> None:
    report = made("2021", 22)
    extraction = page(report.html(tables=()), ("附件.docx", report.docx((2,), title=False)))
    facts = {(fact.indicator, fact.applicant): fact.value for fact in extraction.facts if fact.state == "reported"}
    assert facts == {key: value for key, value in report.figures.facts.items() if key[0].startswith("requests_")}
    missing = [(c.expected, c.outcome) for c in extraction.checks if c.rule == "TABLE_MISSING"]
    assert missing == [("table 2", "fail"), ("table 3", "pass"), ("table 4", "fail")]


def test_a_twin_is_compared_and_never_mixed_in(made: Make) -> None:
    report, other = made("2021", 23), made("2021", 24)
    same = page(report.html(), ("a.docx", report.docx()), ("b.xlsx", report.xlsx()))
    assert same.report is not None
    assert (same.report.quality, same.report.content_kind) == ("ok", "html")
    apart = page(report.html(), ("a.docx", other.docx()))
    assert report.wrong(apart) == []
    assert places(apart) == {"2": None, "3": None, "4": None}
    assert apart.report is not None
    assert apart.report.quality == "warning"
    assert {c.severity for c in apart.checks if c.rule == "TWIN"} == {"warning"}
    assert all("a.docx" in c.message for c in apart.checks if c.rule == "TWIN")


def test_the_report_of_the_page_is_chosen_among_others(made: Make) -> None:
    report = made("2021", 25)
    bureau, last_year = made("2021", 26, "沙洋县财政局"), made("2019", 27)
    files = [("1.docx", bureau.docx()), ("2.docx", last_year.docx()), ("3.docx", report.docx())]
    extraction = page(POINTER.format(report.title), *files)
    assert report.wrong(extraction) == []
    assert set(places(extraction).values()) == {2}
    alone = page(POINTER.format(report.title), *files[:2])
    assert not any(fact.value is not None for fact in alone.facts)
    assert [c.actual for c in alone.checks if c.rule == "TABLE_MISSING"] == ["foreign"] * 3


def test_cells_in_which_files_of_equal_standing_differ_are_withheld(made: Make) -> None:
    one, two = made("2021", 28), made("2021", 29)
    extraction = page(POINTER.format(one.title), ("1.docx", one.docx()), ("2.docx", two.docx()))
    for fact in extraction.facts:
        values = {made.figures.facts[fact.indicator, fact.applicant] for made in (one, two)}
        assert fact.state == ("reported" if len(values) == 1 else "ambiguous")
        assert fact.value in (*values, None)
    assert extraction.report is not None
    assert extraction.report.quality == "warning"


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


def test_archives(made: Make) -> None:
    report = made("2021", 30)
    packed = zipped(("年报/报告.docx", report.docx()), ("封面.jpg", b"\xff\xd8\xff0"), ("__MACOSX/._x.docx", b"x"))
    extraction = page(POINTER.format(report.title), ("a.zip", packed))
    assert report.wrong(extraction) == []
    assert {json.loads(fact.locator)["member"] for fact in extraction.facts} == {"年报/报告.docx"}
    assert report.wrong(extract(Source(packed, name="a.zip"))) == []
    two = extract(Source(zipped(("1.docx", report.docx()), ("2.docx", made("2021", 31).docx()))))
    assert two.error is not None
    assert two.error.code == "unsupported"
    rar = page(POINTER.format(report.title), ("a.rar", b"Rar!\x1a\x07\x00" + b"x" * 100))
    assert [c.actual for c in rar.checks if c.rule == "TABLE_MISSING"] == ["archive"] * 3
    assert all("a.rar" in c.message for c in rar.checks if c.rule == "TABLE_MISSING")


def test_the_command_line(made: Make, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    report = made("2021", 32)
    (tmp_path / "page.html").write_text(report.html(tables=(1,)), encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(report.xlsx((2,)))
    (tmp_path / "c.docx").write_bytes(report.docx((3,), title=False))
    names = [str(tmp_path / name) for name in ("page.html", "b.xlsx", "c.docx")]
    assert main(["extract", "--json", names[0], "--attachment", names[1], "--attachment", names[2]]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {(f["indicator"], f["applicant"]): f["value"] for f in told["facts"]} == report.figures.facts
    assert main(["extract", names[0], names[0], "--attachment", names[1]]) == 2
    assert main(["extract", names[0], "--attachment", "nowhere.pdf"]) == 2
    assert "nowhere.pdf" in capsys.readouterr().err
