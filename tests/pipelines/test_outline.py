from __future__ import annotations

import pytest

from pipelines.document import Document
from pipelines.model import Source
from pipelines.outline import outline
from pipelines.readers import read

SIX = ["general", "proactive", "requests", "reviews", "problems", "other"]
TITLES = (
    "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
    "因政府信息公开工作被申请行政复议、提起行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
)  # fmt: skip
PROSE = "这一部分有自己的文字,说明全年的工作进展和下一步安排。"


def text(body: str) -> Document:
    return read(Source(body.encode(), name="a.txt"))


@pytest.mark.parametrize(
    "numerals",
    [
        ["一、", "二、", "三、", "四、", "五、", "六、"],
        ["—、", "二、", "三、", "四、", "五、", "六、"],
        ["一、 ", "二.", "三，", "四、", "五：", "六、"],
        ["㈠", "㈡", "㈢", "㈣", "㈤", "㈥"],
        ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）"],
        ["1、", "2、", "3、", "4、", "5、", "6、"],
        ["1.", "2.", "3.", "4.", "5.", "6."],
        ["第一部分 ", "第二部分 ", "第三部分 ", "第四部分 ", "第五部分 ", "第六部分 "],
        ["一、", "", "三、", "四、", "五、", ""],
        ["", "", "", "", "", ""],
    ],
)
def test_chapters_whatever_the_numerals_look_like(numerals: list[str]) -> None:
    body = "\n\n".join(f"{n}{title}\n\n{PROSE}" for n, title in zip(numerals, TITLES, strict=True))
    sections = outline(text(f"某区2021年政府信息公开工作年度报告\n\n{body}\n")).sections
    assert [section.kind for section in sections] == SIX
    assert all(section.text == PROSE for section in sections)
    assert [s.heading for s in sections] == [f"{n}{t}".strip() for n, t in zip(numerals, TITLES, strict=True)]


def test_sub_headings_with_the_same_words_are_no_chapters() -> None:
    body = f"一、总体情况\n\n(一)主动公开政府信息情况\n\n{PROSE}\n\n(二)依申请公开政府信息情况\n\n{PROSE}\n\n二、主动公开政府信息情况\n\n{PROSE}"
    sections = outline(text(body)).sections
    assert [section.heading for section in sections] == ["一、总体情况", "二、主动公开政府信息情况"]


def test_labels_of_table_3_are_no_chapters() -> None:
    body = f"三、收到和处理政府信息公开申请情况\n\n一、本年新收政府信息公开申请数量\n\n三、本年度办理结果\n\n四、结转下年度继续办理\n\n五、存在的主要问题及改进情况\n\n{PROSE}"
    assert [s.kind for s in outline(text(body)).sections] == ["requests", "problems"]


def test_headings_glued_to_their_text_and_chapters_inside_one_paragraph() -> None:
    body = f"本报告根据《中华人民共和国政府信息公开条例》编制。一、总体情况2021年,{PROSE}二、主动公开政府信息情况{PROSE}五、存在的主要问题及改进情况{PROSE}六、其他需要报告的事项无。"
    sections = outline(text(body)).sections
    assert [s.kind for s in sections if s.kind != "preamble"] == ["general", "proactive", "problems", "other"]
    assert sections[-1].text == "无。"


def test_navigation_table_of_contents_signature_and_footer_are_left_out() -> None:
    contents = "\n\n".join(f"{n}{t}" for n, t in zip("一二三四五六", (f"、{t}" for t in TITLES), strict=True))
    chapters = "\n\n".join(
        f"{n}{t}\n\n{PROSE}" for n, t in zip("一二三四五六", (f"、{t}" for t in TITLES), strict=True)
    )
    page = f"首页 | 政务公开\n\n您现在的位置:首页\n\n{contents}\n\n{chapters}\n\n某某县人民政府\n\n2022年1月20日\n\n关于我们 | 网站地图\n\n主办:某某县人民政府办公室\n"
    found = outline(text(page))
    assert [s.kind for s in found.sections] == SIX
    assert all(s.text == PROSE for s in found.sections)


def test_the_preamble_begins_where_the_report_does() -> None:
    preamble = "本报告根据《中华人民共和国政府信息公开条例》编制,统计期限为2021年1月1日至12月31日。"
    found = outline(text(f"首页\n\n字号:大 中 小\n\n{preamble}\n\n一、总体情况\n\n{PROSE}"))
    assert (found.sections[0].kind, found.sections[0].text) == ("preamble", preamble)


def test_an_outline_of_nothing_is_empty() -> None:
    assert outline(text("没有章节的一行字")).sections == ()


def test_layers_of_html_headings() -> None:
    page = "<h1>甲县2021年政府信息公开工作年度报告</h1>" + "".join(
        f"<p style='x'><b>{n}</b><span>、{t}</span></p><p>{PROSE}</p>"
        for n, t in zip("一二三四五六", TITLES, strict=True)
    )
    sections = outline(read(Source(page.encode(), mime="text/html"))).sections
    assert [s.kind for s in sections] == SIX
