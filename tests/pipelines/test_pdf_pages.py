"""Pages put together: seams of tables, cells, labels that stand upright, running heads, paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.document import Grid, Paragraph
from pipelines.readers.lattice import lattices
from pipelines.readers.paginated import paginate
from pipelines.readers.sheet import Sheet, Stroke, Word
from pipelines.readers.typeset import cell_text

SIZE = 10.0
LABELS = (50.0, 250.0)
COLUMNS = (250.0, 290.0, 330.0)
HEADS = ["信息内容", "本年制发件数", "本年废止件数"]


def put(text: str, x: float, y: float) -> list[Word]:
    return [Word(char, x + SIZE * i, y, x + SIZE * (i + 1), y + SIZE) for i, char in enumerate(text)]


def ruled(
    rows: Sequence[Sequence[str]], top: float, height: float = 30
) -> tuple[list[Word], list[Stroke], list[Stroke]]:
    """A table of three columns with all its lines; the text stands at the top of its cell."""
    xs = (50.0, 250.0, 400.0, 550.0)
    words = [
        word
        for number, row in enumerate(rows)
        for x, text in zip(xs, row, strict=False)
        for word in put(text, x + 5, top + number * height + 5)
    ]
    bottom = top + len(rows) * height
    across = [Stroke(top + number * height, 50, 550) for number in range(len(rows) + 1)]
    return words, across, [Stroke(x, top, bottom) for x in xs]


def sheet(number: int, *parts: tuple[list[Word], list[Stroke], list[Stroke]], more: Sequence[Word] = ()) -> Sheet:
    return Sheet(
        number,
        600,
        800,
        (*(word for words, _, _ in parts for word in words), *more),
        tuple(stroke for _, across, _ in parts for stroke in across),
        tuple(stroke for _, _, down in parts for stroke in down),
    )


def grids(*sheets: Sheet) -> list[list[list[str]]]:
    found = []
    for block in paginate(sheets, "pdf").blocks:
        if isinstance(block, Grid):
            rows: list[list[str]] = [[] for _ in range(block.rows)]
            for cell in block.cells:
                rows[cell.row].append(cell.text)
            found.append(rows)
    return found


def paragraphs(*sheets: Sheet) -> list[str]:
    return [block.text for block in paginate(sheets, "pdf").blocks if isinstance(block, Paragraph)]


def test_a_table_goes_on_over_the_page_with_number_and_running_head_between() -> None:
    above = ruled([HEADS, ["规章", "1", "2"]], 700)
    below = ruled([HEADS, ["行政规范性文件", "3", "4"]], 80)
    head = put("某县教育局年度报告", 200, 30)
    found = grids(
        sheet(1, above, more=[*head, *put("- 1 -", 280, 775)]), sheet(2, below, more=[*head, *put("- 2 -", 280, 775)])
    )
    assert found == [[HEADS, ["规章", "1", "2"], ["行政规范性文件", "3", "4"]]]


def test_a_row_torn_at_the_break_is_one_row() -> None:
    label, rest = "(二)部分公开(区分处理的,只计", "这一情形,不计其他情形)"
    above = ruled([["(一)予以公开", "1", "2"], [label, "3", "4"]], 700)
    below = ruled([[rest, "", ""], ["(七)总计", "4", "6"]], 50)
    assert grids(sheet(1, above), sheet(2, below)) == [
        [["(一)予以公开", "1", "2"], [label + rest, "3", "4"], ["(七)总计", "4", "6"]]
    ]


def test_a_row_without_figures_is_not_torn_from_the_next() -> None:
    above = ruled([["(一)予以公开", "", ""]], 700)
    below = ruled([["(七)总计", "4", "6"]], 50)
    assert grids(sheet(1, above), sheet(2, below)) == [[["(一)予以公开", "", ""], ["(七)总计", "4", "6"]]]


def test_figures_of_two_rows_never_become_one_number() -> None:
    above = ruled([["(一)予以公开", "1", "2"]], 700)
    below = ruled([["", "3", "4"]], 50)
    assert grids(sheet(1, above), sheet(2, below)) == [[["(一)予以公开", "1", "2"], ["", "3", "4"]]]
    # A lost border between two rows: the cell holds both figures, and is none.
    words = [*put("12", 0, 0), *put("34", 0, 22)]
    assert cell_text(words, 20) == "12 | 34"
    # A number broken in a cell that is too narrow for it.
    assert cell_text([*put("12", 0, 0), *put("34", 0, 11)], 20) == "1234"
    assert cell_text([*put("12", 0, 0), *put("34", 45, 0)], 90) == "12 | 34"


def test_tables_of_other_widths_stay_apart() -> None:
    words, across, down = ruled([["规章", "1", "2"]], 50)
    narrow = (words, [stroke._replace(end=500) for stroke in across], [*down[:3], down[3]._replace(at=500)])
    assert len(grids(sheet(1, ruled([HEADS], 700)), sheet(2, narrow))) == 2


def test_a_cell_over_two_rows_and_a_heading_over_two_columns() -> None:
    words, across, down = ruled([["甲", "乙", ""], ["", "丙", "丁"]], 100)
    across = [across[0], Stroke(130, 250, 550), across[2]]
    down = [down[0], down[1], Stroke(400, 130, 160), down[3]]
    [lattice] = lattices(sheet(1, (words, across, down)))
    assert [tuple(region) for region in lattice.regions] == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1)]


def test_labels_that_stand_upright() -> None:
    stacked = [word for row, char in enumerate("三、本年度办理结果") for word in put(char, 60, 100 + 12 * row)]
    assert cell_text(stacked, 20) == "三、本年度办理结果"
    # Two columns from right to left.
    right = [word for row, char in enumerate("三、本年度") for word in put(char, 75, 100 + 12 * row)]
    left = [word for row, char in enumerate("办理结果") for word in put(char, 60, 100 + 12 * row)]
    assert cell_text([*left, *right], 40) == "三、本年度办理结果"


def test_lines_become_paragraphs_over_the_page_and_headings_stay_alone() -> None:
    full = "第一句话写得很长一直写到这一行的最右边为止" * 2
    first = [*put("一、总体情况", 50, 700), *put(full, 70, 716), *put(full + "完再", 50, 732)]
    second = [*put("从上一页接着写的最后一点。", 50, 60), *put("二、主动公开政府信息情况", 50, 76)]
    assert paragraphs(sheet(1, more=first), sheet(2, more=second)) == [
        "一、总体情况",
        full + full + "完再从上一页接着写的最后一点。",
        "二、主动公开政府信息情况",
    ]


def test_every_line_has_its_box() -> None:
    full = "第一句话写得很长一直写到这一行的最右边为止" * 2
    document = paginate([sheet(1, more=[*put(full, 70, 716), *put("完。", 50, 732)])], "pdf")
    layout = document.layout
    assert layout is not None
    second = layout.box({"start": document.text.index("完")})
    assert second == (1, 50, 732, 70, 742)
    assert layout.box({"start": 3}) == (1, 70, 716, 70 + 10 * len(full), 726)
