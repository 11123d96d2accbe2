"""Pages made to keep the search for the place of each figure busy: bounded, and nothing raises."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipelines.forms import lexicon
from pipelines.model import Source
from pipelines.readers import read
from pipelines.tables import TableReading, read_tables

HEADS = "自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计"
LABELS = (
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（二）部分公开",
    "1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "（七）总计",
    "四、结转下年度继续办理",
)
SECONDS = 20
"""Processor time, many times what a page takes: this is about searches without end, not about speed."""


@contextmanager
def in_bounds() -> Iterator[None]:
    def expired(*_: object) -> None:
        raise AssertionError("the search does not end")

    before = signal.signal(signal.SIGVTALRM, expired)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def page(cells: list[str], rows: int, style: str) -> str:
    lines = [(LABELS[i % len(LABELS)], cells) for i in range(rows)]
    if style == "bordered":
        return "\n".join(["|申请人情况|", f"|{HEADS}|", *(f"|{'|'.join([label, *row])}|" for label, row in lines)])
    if style == "words":
        heads = HEADS.replace("|", " ")
        return "\n".join(["申请人情况", heads, *(" ".join([label, *filter(None, row)]) for label, row in lines)])
    if style == "lines":
        return "\n".join(["申请人情况", *HEADS.split("|"), *(cell for label, row in lines for cell in [label, *row])])
    if style == "headless":
        return "\n".join("|".join([label, *row]) for label, row in lines)
    body = "".join(f"<tr><td>{'<td>'.join([label, *row])}</tr>" for label, row in lines)
    return f"<html><meta charset=utf-8><table><tr><td>申请人情况<tr><td>&nbsp;<td>{HEADS.replace('|', '<td>')}{body}</table>"


def reading(text: str) -> TableReading:
    name = "a.html" if text.startswith("<html") else "a.txt"
    with in_bounds():
        return read_tables(read(Source(text.encode(), name=name)), "2019")


STYLES = ("bordered", "words", "lines", "headless", "markup")
CELLS = {
    "thirty digits a cell": ["123456789012345678901234567890"] * 7,
    "glued digits": ["1" * 30],
    "glued zeros and ones": ["10" * 15],
    "zeros": ["0"] * 7,
    "equal": ["3"] * 7,
    "short and equal": ["1"] * 5,
    "short with zeros": ["1", "0", "1", "0", "2"],
    "too many": ["1"] * 10,
    "a thousand": ["1"] * 1000,
    "great": [str(10**14)] * 7,
    "blank": [""] * 7,
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("cells", CELLS)
def test_every_search_ends(cells: str, style: str) -> None:
    result = reading(page(CELLS[cells], 10, style))
    assert {fact.indicator for fact in result.facts} >= {"requests_new", "requests_handled"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("cells", ["glued digits", "short with zeros", "equal"])
def test_a_thousand_rows_share_one_budget(cells: str, style: str) -> None:
    result = reading(page(CELLS[cells], 1000, style))
    values = {fact.value for fact in result.facts if fact.indicator.startswith("requests_")}
    assert values <= {None, *(float(cell) for cell in CELLS[cells])}


def test_all_zeros_are_zeros() -> None:
    result = reading(page(CELLS["zeros"], 10, "bordered"))
    facts = [fact for fact in result.facts if fact.indicator in ("requests_new", "requests_granted")]
    assert [(fact.value, fact.state) for fact in facts] == [(0.0, "reported")] * 14


def test_digits_without_borders_are_no_figures() -> None:
    for style in STYLES:
        result = reading(page(CELLS["thirty digits a cell"], 10, style))
        assert not [fact for fact in result.facts if fact.value is not None]


def test_every_label_of_the_forms_many_times() -> None:
    labels = [label for label in lexicon().rows3 if re.search(r"[一-鿿]{2}", label)]
    text = "\n".join(f"{label} 1 2 3 4 5 6 21" for label in labels * 20)
    values = {fact.value for fact in reading(f"申请人情况\n{HEADS.replace('|', ' ')}\n{text}").facts}
    assert values <= {None, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 21.0}
