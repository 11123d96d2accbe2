"""Every figure leads back to its place: what stands there is what was read, and the marked page shows it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from demo.server import World
from pipelines.crops import crop
from pipelines.extract import extract
from pipelines.highlight import ANCHOR, highlight
from pipelines.model import Extraction, Fact, Source
from pipelines.provenance import NotFound, find, locate, parsed

CASES = Path(__file__).resolve().parents[1] / "cases"
PAGES = sorted(CASES.glob("*/*.*"))
PAGES = [page for page in PAGES if page.name not in ("case.toml", "report.json")]


def bare(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def settled(fact: Fact) -> bool:
    """Whether the fact stands in one place: a doubtful one may be told with all figures of its row."""
    return fact.state in ("reported", "blank", "dash") and bool(fact.locator)


def misplaced(source: Source, extraction: Extraction) -> list[tuple[object, ...]]:
    """The facts whose place prints something else."""
    documents = {}
    wrong: list[tuple[object, ...]] = []
    for fact in extraction.facts:
        if not fact.locator or fact.state == "absent":
            continue
        place = parsed(fact.locator)
        key = (place.get("attachment"), place.get("member"))
        if key not in documents:
            documents[key] = find(source, place).document
        text = locate(documents[key], place).text
        if (text != fact.raw) if settled(fact) else (text not in fact.raw):
            wrong.append((fact.indicator, fact.applicant, fact.state, fact.locator, fact.raw, text))
    return wrong


def marked(page: bytes) -> tuple[str, int]:
    """The text marked in a page, and how many elements bear the anchor."""
    tree = LexborHTMLParser(page.decode())
    found = tree.css(f"#{ANCHOR}")
    rest = [node.text() for node in tree.css("mark") if not node.attributes.get("id")]
    return bare("".join([*(node.text() for node in found), *rest])), len(found)


def located(source: Source, step: int = 13) -> Extraction:
    """The extraction of a source, after all its facts were found again and some of them marked."""
    extraction = extract(source)
    assert misplaced(source, extraction) == []
    for fact in [fact for fact in extraction.facts if settled(fact)][::step]:
        page = highlight(source, fact.locator)
        if b"data:image/png" not in page:
            assert marked(page) == (bare(fact.raw), 1), fact.locator
    return extraction


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.suffix[1:]}")
def test_every_figure_of_a_case_is_found_again(page: Path) -> None:
    located(Source(page.read_bytes(), name=page.name), step=61)


def test_every_figure_of_the_demo_is_found_again() -> None:
    seen = 0
    with World() as world:
        for source in sources(world):
            seen += len(located(source, step=97).facts)
    assert seen > 5000


def sources(world: World) -> Iterator[Source]:
    """The demo's reports as bytes."""
    import urllib.request

    for report in world.expected():
        try:
            with urllib.request.urlopen(report.url, timeout=20) as answer:
                yield Source(answer.read(), url=report.url, mime=answer.headers.get_content_type())
        except OSError:
            continue


def test_every_figure_of_the_real_reports_is_found_again(real_reports: Path) -> None:
    names = [path for path in sorted(real_reports.iterdir()) if path.suffix in (".html", ".txt", ".md", ".pdf")]
    for path in names:
        if path.name != "README.md":
            located(Source(path.read_bytes(), name=path.name), step=41)


LAWFUL = (CASES / "lawful_2021" / "page.html").read_bytes()


def test_a_figure_in_an_attachment_is_marked_there() -> None:
    shell = "<html><body><h1>沙洋县人民政府2022年政府信息公开工作年度报告</h1><p>见附件。</p></body></html>"
    other = Source("<html><body><p>目录</p></body></html>".encode(), name="list.html")
    source = Source(shell.encode(), attachments=(other, Source(LAWFUL, name="report.html")))
    extraction = located(source)
    fact = next(fact for fact in extraction.facts if fact.indicator == "requests_new")
    assert json.loads(fact.locator)["attachment"] == 1
    assert locate(source, fact.locator).attachment == 1
    assert "目录" not in highlight(source, fact.locator).decode()


def test_a_sentence_in_an_attachment_is_marked_there() -> None:
    letter = "<html><body><p>关于公布年度报告的通知,全文见附件。请各单位查阅,如有疑问请与办公室联系。</p></body></html>"
    text = (
        "沙洋县2009年政府信息公开工作年度报告\n\n本报告依据政府信息公开条例编制,统计期限为2009年1月1日至12月31日。\n\n一、概述\n\n"
        "我县重视公开工作。\n\n二、主动公开政府信息的情况\n\n2009年主动公开政府信息1873条。\n\n三、依申请公开政府信息的情况\n\n"
        "全年共收到政府信息公开申请46件,均已答复。\n\n四、收费及减免情况\n\n未收取费用。\n"
    )
    source = Source(letter.encode(), attachments=(Source(text.encode(), name="报告.txt"),))
    extraction = extract(source)
    facts = [fact for fact in extraction.facts if settled(fact)]
    assert facts
    assert all(json.loads(fact.locator)["attachment"] == 0 for fact in facts)
    located(source, step=1)


def test_a_figure_in_a_script_is_marked_as_the_browser_shows_it() -> None:
    text = LAWFUL.decode()
    start, end = text.index("<body>") + 6, text.index("</body>")
    held = json.dumps(text[start:end]).replace("</", "<\\/")
    page = f'{text[:start]}<div id=app></div><script>var DETAIL = {{"content": {held}}};</script>{text[end:]}'
    source = Source(page.encode(), url="http://www.shayang.gov.cn/a.html")
    assert len([fact for fact in located(source).facts if fact.state == "reported"]) > 190


def test_spans_nested_tables_and_split_digits_are_marked_right() -> None:
    text = LAWFUL.decode()
    split = text.replace("<td>31</td>", "<td><p><span>3</span><font>1</font></p></td>", 1)
    layout = split.replace("<body>", "<body><table><tr><td>导航 | 12</td><td>", 1).replace(
        "</body>", "</td></tr></table></body>"
    )
    source = Source(layout.encode())
    extraction = located(source, step=5)
    fact = next(fact for fact in extraction.facts if fact.value == 31)
    snippet = locate(source, fact.locator)
    assert (snippet.text, snippet.labels) == ("31", ("申请人情况", "自然人"))
    assert "一、本年新收" in snippet.before
    assert "<mark>31</mark>" in snippet.html


def test_hostile_text_stays_text() -> None:
    page = LAWFUL.decode().replace("一、本年新收", "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>一、本年新收")
    source = Source(page.encode() + b"<script>alert(2)</script><img src=x onerror=alert(3)>")
    fact = next(fact for fact in extract(Source(LAWFUL)).facts if fact.indicator == "requests_new")
    for shown in (locate(source, fact.locator).html, highlight(source, fact.locator).decode()):
        assert "<script" not in shown
        assert "onerror" not in shown


def test_a_figure_on_a_page_is_drawn(real_reports: Path) -> None:
    body = (real_reports / "huaian_hongze_2023.pdf").read_bytes()
    fact = next(f for f in extract(Source(body)).facts if (f.indicator, f.applicant) == ("requests_new", "total"))
    snippet = locate(Source(body), fact.locator)
    assert snippet.page is not None
    assert snippet.box is not None
    picture = Image.open(io.BytesIO(crop(body, "pdf", parsed(fact.locator)))).convert("RGB")
    assert picture.height < picture.width
    # The box is red; nothing else on the page is.
    across = np.argwhere((np.asarray(picture) == (201, 42, 42)).all(axis=2))[:, 1]
    width = across.max() - across.min()
    scale = picture.width / 595
    assert width == pytest.approx((snippet.box[2] - snippet.box[0]) * scale, abs=10)
    page = highlight(Source(body), fact.locator).decode()
    assert base64.b64decode(page.partition("base64,")[2].partition('"')[0]).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "locator",
    ["", "{}", "[]", "x", '{"table":99,"row":0,"col":0}', '{"table":0,"row":99,"col":0}', '{"start":5,"end":99999999}',
     '{"attachment":3,"table":0,"row":0,"col":0}', '{"table":0,"row":0,"col":0,"member":"a.html"}'],
)  # fmt: skip
def test_a_locator_that_leads_nowhere_says_so(locator: str) -> None:
    with pytest.raises(NotFound):
        locate(Source(LAWFUL), locator)
    with pytest.raises(NotFound):
        highlight(Source(LAWFUL), locator)


def test_marks_stay_right_whatever_stands_around() -> None:
    rng = Random(5)
    noise = ["<p>12 34</p>", "<ul><li>1</li><li>31</li></ul>", "<select><option>31</select>", "<!-- 31 -->", "<p>a\u200b31</p>",
             "<table><tr><td>31</td><td style='display:none'>9</td></tr></table>", "<br>31<br>", "<script>31</script>"]  # fmt: skip
    for _ in range(6):
        extra = "".join(rng.choices(noise, k=5))
        source = Source(LAWFUL.decode().replace("<h1>", f"{extra}<h1>", 1).encode())
        located(replace(source), step=19)
