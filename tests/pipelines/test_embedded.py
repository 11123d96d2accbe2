"""Reports that pages hold in scripts, JSON and elements that are not shown."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import extract
from pipelines.held import held_in
from pipelines.model import Source

Make = Callable[..., Any]


def body_of(made: Any) -> str:
    return str(made.html()).partition("</h1>")[2].partition("</body>")[0]


def percent_u(text: str) -> str:
    return "".join(
        c if c.isascii() and c.isalnum() else f"%u{ord(c):04x}" if ord(c) > 255 else f"%{ord(c):02X}" for c in text
    )


def hexed(text: str) -> str:
    return "".join(
        c if c.isalnum() and c.isascii() else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04X}" for c in text
    )


def halves(text: str) -> str:
    middle = len(text) // 2
    return f"{json.dumps(text[:middle])} +\n {json.dumps(text[middle:])}"


IN_PAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "JSON in a script": (lambda b: f"<script>var d = {json.dumps({'content': b})};</script>", "script"),
    "another key": (lambda b: f"<script>window.DATA = {json.dumps({'info': {'nr': b}})};</script>", "script"),
    "document.write": (lambda b: f"<script>document.write({json.dumps(b)});</script>", "script"),
    "several writes": (lambda b: f"<script>document.write({json.dumps(b[:900])});\ndocument.write({json.dumps(b[900:])})</script>", "script"),
    "joined": (lambda b: f"<script>/* it's */ var h = {halves(b)}; // don't\n</script>", "script"),
    "single quotes": (lambda b: "<script>show('" + b.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "')</script>", "script"),
    "hexadecimal": (lambda b: f"<script>show('{hexed(b)}')</script>", "script"),
    "template literal": (lambda b: f"<script>el.innerHTML = `{b}`</script>", "script"),
    "unescape": (lambda b: f"<script>document.write(unescape('{percent_u(b)}'))</script>", "script"),
    "decodeURIComponent": (lambda b: f"<script>x.innerHTML = decodeURIComponent('{quote(b)}')</script>", "script"),
    "base64": (lambda b: f"<script>x.innerHTML = atob('{base64.b64encode(b.encode()).decode()}')</script>", "script"),
    "escaped twice": (lambda b: f"<script>var d = {json.dumps({'content': html.escape(b)})};</script>", "script"),
    "template script": (lambda b: f"<script type='text/html' id=t>{b}</script>", "script"),
    "textarea": (lambda b: f"<textarea style=display:none>{html.escape(b)}</textarea>", "textarea"),
    "xmp": (lambda b: f"<xmp>{b}</xmp>", "xmp"),
    "noscript": (lambda b: f"<noscript>{b}</noscript>", "noscript"),
    "template": (lambda b: f"<template>{b}</template>", "template"),
    "data attribute": (lambda b: f'<div data-content="{html.escape(b)}"></div>', "attribute"),
    "srcdoc": (lambda b: f'<iframe srcdoc="{html.escape(b)}"></iframe>', "attribute"),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", IN_PAGE)
def test_held_in_a_page(made: Make, name: str, encoding: str) -> None:
    report = made("2021", 11)
    wrap, place = IN_PAGE[name]
    page = f"<html><head><title>{report.title}_沙洋县</title></head><body><div id=app></div>{wrap(body_of(report))}<div>版权所有</div></body></html>"
    extraction = extract(Source(page.encode(encoding), mime="text/html"))
    assert extraction.report is not None, extraction.error
    assert report.wrong(extraction) == []
    assert (extraction.report.quality, extraction.report.unit_name) == ("ok", report.figures.unit)
    assert {json.loads(fact.locator)["in"] for fact in extraction.facts} == {place}


def answer(made: Any, **more: Any) -> dict[str, Any]:
    return {
        "code": 200,
        "data": {"title": made.title, "publishDate": "2023-01-20 10:00:00", "content": body_of(made), **more},
    }


AS_FILE: dict[str, Callable[[Any], str]] = {
    "JSON": lambda made: json.dumps(answer(made), ensure_ascii=False),
    "escaped JSON": lambda made: json.dumps(answer(made)).replace("<", "\\u003c"),
    "JSONP": lambda made: f"jQuery12_3({json.dumps(answer(made))});",
    "JSON in JSON": lambda made: json.dumps({"data": json.dumps(answer(made))}),
    "a list": lambda made: json.dumps([{"other": "x" * 300}, answer(made)]),
}


@pytest.mark.parametrize("mime", ["application/json", "text/html", ""])
@pytest.mark.parametrize("name", AS_FILE)
def test_held_in_an_answer(made: Make, name: str, mime: str) -> None:
    report = made("2019", 12)
    extraction = extract(Source(AS_FILE[name](report).encode(), mime=mime))
    assert extraction.report is not None, extraction.error
    assert report.wrong(extraction) == []
    assert (extraction.report.title, extraction.report.published_on) == (report.title, "2023-01-20")
    assert {json.loads(fact.locator)["in"] for fact in extraction.facts} == {"json"}


def test_what_the_page_shows_is_never_mixed_with_what_it_holds(made: Make) -> None:
    report, other = made("2021", 13), made("2021", 14)
    page = report.html().replace(
        "</body>", f"<script>var old = {json.dumps({'content': body_of(other)})}</script></body>"
    )
    extraction = extract(Source(page.encode(), mime="text/html"))
    assert report.wrong(extraction) == []
    assert all("in" not in json.loads(fact.locator) for fact in extraction.facts)


def test_scripts_without_a_report_change_nothing() -> None:
    page = "<title>沙洋县2022年政府信息公开工作年度报告</title><script>var a = '<div>' + b + '</div>'; tip('<p>请登录</p>')</script><p>内容加载中</p>"
    extraction = extract(Source(page.encode(), mime="text/html"))
    assert extraction.error is not None
    assert extraction.error.code == "not_a_report"


PIECES = (
    "<script>",
    "</script>",
    "document.write(",
    '"<p>',
    "'",
    "`",
    "\\u00",
    "\\",
    "/*",
    "//",
    "{",
    '{"content":"<p>',
    "<textarea>",
    "%u12",
    "atob('",
    "[" * 50,
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_script_raises(pieces: list[str]) -> None:
    text = "".join(pieces)
    held_in(text)
    extraction = extract(Source(text.encode("utf-8", "replace"), mime="text/html"))
    assert (extraction.report is None) == (extraction.error is not None)


@pytest.mark.parametrize(
    "piece", ["/* ", "`", "'\\", "<textarea>", '{"content":"', "document.write('<p>')+", "data-x='"]
)
def test_long_scripts_take_no_longer_than_their_length(piece: str) -> None:
    held_in(f"<script>{piece * 60_000}</script>")
