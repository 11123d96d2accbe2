"""Pages made to be expensive: each ends, with a reading or a reason, and costs no other file anything.

Sizes are such that anything worse than linear would run into the deadline of the process that reads them.
"""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

import pipelines.extract  # noqa: F401  (loaded before processes are forked)
from pipelines.bounded import ReadingPool, read_apart
from pipelines.extract import extract
from pipelines.model import Extraction, Source
from pipelines.readers.guard import MAX_BYTES
from pipelines.readers.shed import shed

CASES = Path(__file__).resolve().parents[1] / "cases"
REPORT = (CASES / "lawful_2021" / "page.html").read_text(encoding="utf-8")
READ = extract(Source(REPORT.encode(), name="page.html"))
SECONDS = 20.0
M = 1_000_000


def with_end(markup: str) -> bytes:
    """The lawful report with markup before the end of its body."""
    assert REPORT.count("</body>") == 1
    return REPORT.replace("</body>", f"{markup}</body>").encode()


def code(body: bytes) -> str:
    extraction = read_apart(Source(body, name="page.html"), SECONDS)
    return extraction.error.code if extraction.error else "read"


def same_figures(extraction: Extraction) -> bool:
    return extraction.report is not None and extraction.facts == READ.facts


LARGE = {
    "embedded picture": f'<img src="data:image/png;base64,{"QUJD" * (7 * M)}">',
    "many pictures": f'<img src="data:image/png;base64,{"QUJD" * 50_000}">' * 100,
    "script": "<script>" + "x=1;" * (5 * M) + "</script>",
    "style and comment": "<STYLE>" + "p{} " * (2 * M) + "</style ><!--" + "-" * (10 * M) + "-->",
    "comments that never end": "<!--<script>" * (2 * M),
}


@pytest.mark.parametrize("markup", LARGE.values(), ids=LARGE.keys())
def test_a_large_page_is_read_without_what_no_reader_looks_at(markup: str) -> None:
    body = with_end(markup)
    assert len(body) > MAX_BYTES
    assert same_figures(read_apart(Source(body, name="page.html"), SECONDS))


def test_what_stands_between_comments_and_scripts_is_kept() -> None:
    filler = b"A" * MAX_BYTES
    page = (
        b"<p>1</p><script>var a='<!--';" + filler + b"</script><p>2</p><!--<script>--><p>3</p><style>x</style ><p>4</p>"
    )
    assert shed(page) == b"<p>1</p><p>2</p><p>3</p><p>4</p>"
    assert shed(page.replace(filler, b"")) == page.replace(filler, b"")


REFUSED = {
    "text of 100 MB in one line": ("字" * (33 * M)).encode(),
    "a million cells": b"<table>" + (b"<tr>" + b"<td>1" * 1000 + b"</tr>") * 1000 + b"</table>",
    "cells that reach far": b"<html><table>" + (b"<tr>" + b"<td rowspan=100 colspan=9>1" * 9) * 5_000 + b"</table>",
    "blocks in blocks": b"<html>" + b"<div>" * 100_000,
    "lists in lists": b"<html>" + b"<ul><li>" * 50_000,
    "tables in tables": b"<html>" + b"<table><tr><td>" * 30_000,
    "formatting left open": b"<html>" + b"<b>" * M,
    "formatting with attributes": b"<html>" + b"".join(b"<b i=%d>" % i for i in range(2_000)) + b"x</b>" * 2_000,
    "a million attributes": b"<html><p " + b" ".join(b"a%d" % i for i in range(M)) + b">",
    "thousands of attributes in many tags": b"<html>" + (b"<p " + b"a%d " * 9_000 % tuple(range(9_000)) + b">") * 50,
    "a million options": b"<html><select>" + b"<option>1" * M,
    "paragraphs": b"<html>" + b"<p>1</p>" * M,
    "lines of pipes": b"|1|2|\n" * 500_000,
    "a line of pipes": b"|" * M,
    "lines": "规章\r1\r".encode() * 500_000,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_more_than_any_report_has_is_refused_at_once(body: bytes) -> None:
    error = extract(Source(body)).error
    assert error is not None
    assert error.code == "too_large"


READABLE = {
    "deep plain tags": "<span>" * 90_000,
    "deep unknown tags": "<foo>" * 90_000,
    "deep raised tags": "<sup>" * 90_000,
    "spans beyond all bounds": "<table>"
    + ("<tr>" + "<td colspan=1000000 rowspan=1000000>甲</td>" * 20 + "</tr>") * 500,
    "misnested formatting": "<b><p>x</b>" * 30_000,
    "tags that are none": "<" * 90_000,
    "entities": "&amp;" * M,
    "a cell of line breaks": f"<table><tr><td>字{chr(10) * M}字<td>1<td>2</table>",
    "a cell of lines": f"<table><tr><td>{('字' + chr(10) + ' ') * 300_000}<td>1<td>2</table>",
    "labels": "<p>规章</p>" * 20_000,
    "headings": "<p>一、总体情况</p>" * 20_000,
}
REPEATED = ("1", "1 ", "1,", "（", "【", "（）", "十", "一、", "2020年", "2020年1月1日至", "县", "县民政局", "政府信息公开", "、和及",
            "收到申请1件", "收到政府信息公开申请", "行政复议1件", "，", " ", "　", "-", "|", "电话：", "网站标识码：", "统计期限", "1件，其中")  # fmt: skip


@pytest.mark.parametrize("markup", READABLE.values(), ids=READABLE.keys())
def test_expensive_markup_after_a_report_leaves_its_figures_alone(markup: str) -> None:
    assert same_figures(read_apart(Source(with_end(markup), name="page.html"), SECONDS))


@pytest.mark.parametrize("text", REPEATED)
def test_no_text_however_long_takes_more_than_linear_time(text: str) -> None:
    long = text * (100_000 // len(text))
    page = REPORT.replace("<p>五、", f"<p>{long}</p><p>五、", 1).replace("<h1>", f"<p>{long}</p><h1>", 1)
    assert page.count(long) >= 2
    assert code(page.replace("</body>", f"<p>{long}</p></body>").encode()) in ("read", "not_a_report")


@pytest.mark.slow
def test_a_reader_that_takes_too_much_memory_costs_its_own_file_only() -> None:
    hungry = Source(b"<html>" + b"<p>x</p>" * 45_000 + b"<img alt='" + b"x" * (15 * M) + b"'>")
    letter = Source("<html><p>关于开展工作的函</p></html>".encode())
    memory = 120 << 20
    with ReadingPool(workers=1, seconds=60, memory=memory) as pool:
        answers = [pool.submit(source).result(timeout=60).error for source in (letter, hungry, letter)]
    assert [error.code if error else "" for error in answers] == ["not_a_report", "memory", "not_a_report"]
    apart = read_apart(hungry, 60, memory).error
    assert apart is not None
    assert apart.code == "memory"
    # This process itself has no such limit.
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] != memory


@pytest.mark.slow
def test_a_file_read_apart_is_given_up_at_its_deadline() -> None:
    many = b" ".join(b"a%d" % number for number in range(2_900))
    error = read_apart(Source(b"<html>" + (b"<p " + many + b">x</p>") * 900), 0.5).error
    assert error is not None
    assert error.code == "timeout"
