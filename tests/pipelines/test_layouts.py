"""A table whose layout was met before is read from what was kept of it: every reading must be what the whole page gives."""

from __future__ import annotations

import random
import re

import pytest

from pipelines.decode import Decoded
from pipelines.document import Document, Grid
from pipelines.readers import html
from pipelines.readers.layouts import STUB, Layouts

HEADS = (
    "<tr><th rowspan=2>信息内容</th><th colspan=3>第二十条</th></tr><tr><td>制发</td><td>废止</td><td>有效</td></tr>"
)
FRAMES = (
    "{}",
    "<p>{}</p>",
    "<div><p>前</p>{}<p>后</p></div>",
    "<b><i>{}</b></i>",
    "<h2>{}",
    "<span>{}</span>尾",
    "<table><tr><td>{}</td><td>旁</td></tr></table>",
    "<table><tr><td style='display: none'>{}</td></tr><tr><td>1</td><td>2</td></tr></table>",
    "<table>{}</table>",
    "<a href=x>{}</a>",
    "<ul><li>{}<li>次</ul>",
    "<!--{}-->",
    "<script>var t='{}'</script>",
    "<textarea>{}</textarea>",
    "<select>{}</select>",
    "<svg><g>{}</g></svg>",
    "<div title=\"{}\">文</div>",
    "<div title=\"{}",
    "<template>{}</template>",
    "<button>{}</button>",
    "<p style='display:none'>{}",
    "<form>{}</form>",
    "<table><caption>{}</caption><tr><td>1</td><td>2</td></tr></table>",
    "<dl><dd>{}<dt>三",
)  # fmt: skip
CELLS = (
    "<td>{}</td>",
    "<td> {}\n</td>",
    "<td><p><span lang=EN-US>{}</span></p></td>",
    "<td><p>{}</p><p></p></td>",
    "<td>{}",
    "<td><b>{}</td>",
    "<td>{}<br></td>",
    "<td>共{}件</td>",
    "<td><span>{0}</span><span>{0}</span></td>",
    "<td colspan=2>{}</td>",
    "<td rowspan=2>{}</td>",
    "<td></td>",
    "<td>—</td>",
    "<td><p><o:p>&nbsp;</o:p></p></td>",
    "<td><div>{}</div></td></p>",
    "<td style='display:none'>{}</td>",
    "<td>{}</td><b>",
    "<td>{}</td>散",
    "<td><img src=a.png>{}</td>",
    "<td><a href=b>{}</a></td>",
    "<td title='>{0}<'>{0}</td>",
    "<td><!-- {} --></td>",
    "<td><form></td>",
)
FIGURES = (
    "0",
    "7",
    "12",
    "3456",
    "0.5",
    "251.3",
    "1,234",
    "-3",
    "+5",
    "—",
    "/",
    "...",
    "12345678901234567",
    "无",
    "007",
    "１２",
    "1 2",
    "",
)


def whole(page: str) -> Document:
    """The page read without anything kept."""
    return Page(Layouts(html._items)).read(page)


class Page:
    """The reader of pages with its own memory of layouts."""

    def __init__(self, layouts: Layouts) -> None:
        self.layouts = layouts

    def read(self, page: str) -> Document:
        before, html._LAYOUTS = html._LAYOUTS, self.layouts
        try:
            return html.read_html(Decoded(page, "", "utf-8"))
        finally:
            html._LAYOUTS = before


def table(rng: random.Random) -> tuple[str, ...]:
    """A table's rows of cells, each with places for figures."""
    likely = CELLS[:4] if rng.random() < 0.6 else CELLS
    return tuple(
        f"<tr><td>行{row}</td>{''.join(rng.choice(likely) for _ in range(rng.randint(2, 4)))}</tr>"
        for row in range(rng.randint(1, 5))
    )


def filled(rows: tuple[str, ...], rng: random.Random) -> str:
    cells = re.sub(r"\{0?\}", lambda _: rng.choice(FIGURES), "".join(rows))
    return f"<table border=1>{HEADS}{cells}</table>"


@pytest.mark.parametrize("seed", range(120))
def test_kept_layouts_change_no_reading(seed: int) -> None:
    rng = random.Random(seed)
    shapes = [table(rng) for _ in range(3)]
    kept = Page(Layouts(html._items))
    for _ in range(8):
        body = "".join(rng.choice(FRAMES[:6] if rng.random() < 0.7 else FRAMES).replace("{}", filled(rng.choice(shapes), rng))
                       for _ in range(rng.randint(1, 4)))  # fmt: skip
        page = f"<html><head><title>表</title></head><body>{body}<p>尾</p></body></html>"
        assert repr(kept.read(page)) == repr(whole(page))


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def test_the_third_table_of_a_layout_is_not_parsed_again() -> None:
    layouts = Layouts(html._items)
    page = (
        "<p>一</p><table>" + HEADS + "<tr><td>规章</td><td>{}</td><td>{}</td><td><p>{}</p></td></tr></table><p>二</p>"
    )
    for number, figures in enumerate(((1, 2, 3), (4, 4, 0), (1000, 0.25, "—")), 1):
        text, cut = layouts.cut(page.format(*figures))
        assert len(cut) == (number > 1)
        assert text.count("<td>") == (0 if cut else 7)
    assert [cell.text for cell in cut[0].cells][-4:] == ["规章", "1000", "0.25", "—"]
    assert f'<p>一</p><table {STUB}="0"></table><p>二</p>' == text


def test_a_page_that_writes_stubs_itself_is_read_as_it_is() -> None:
    kept = Page(Layouts(html._items))
    page = f"<table>{HEADS}<tr><td>规章<td>1<td>2<td>3</table>"
    for text in (page, page, f'<table {STUB}="0"><tr><td>伪</td><td>9</td></tr></table>{page}'):
        assert repr(kept.read(text)) == repr(whole(text))


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.readers.layouts.MAX_LAYOUTS", 3)
    monkeypatch.setattr("pipelines.readers.layouts.MAX_SEEN", 5)
    kept = Page(Layouts(html._items))
    for number in range(40):
        page = f"<table>{HEADS}<tr><td>行{number % 13}<td>{number}<td>2<td>3</table>"
        assert [cell.text for cell in grids(kept.read(page))[0].cells][-3:] == [str(number), "2", "3"]
        assert len(kept.layouts._known) <= 3
        assert len(kept.layouts._seen) <= 5
