"""Reports written here in many kinds of markup: whatever the table looks like, every figure must be read at its place,
or not at all."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from pipelines.codebook import form_indicators
from pipelines.model import APPLICANTS, Source
from pipelines.readers import read
from pipelines.tables import TableReading, choose_form, read_tables

HEADS3 = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
    "total": "总计",
}
DENY = [
    ("requests_deny_state_secret", "1.属于国家秘密"),
    ("requests_deny_law", "2.其他法律行政法规禁止公开"),
    ("requests_deny_stability", "3.危及“三安全一稳定”"),
    ("requests_deny_third_party", "4.保护第三方合法权益"),
    ("requests_deny_internal", "5.属于三类内部事务信息"),
    ("requests_deny_process", "6.属于四类过程性信息"),
    ("requests_deny_enforcement_file", "7.属于行政执法案卷"),
    ("requests_deny_admin_query", "8.属于行政查询事项"),
]
UNABLE = [
    ("requests_unable_not_held", "1.本机关不掌握相关政府信息"),
    ("requests_unable_need_creation", "2.没有现成信息需要另行制作"),
    ("requests_unable_unclear", "3.补正后申请内容仍不明确"),
]
REJECT = [
    ("requests_reject_petition", "1.信访举报投诉类申请"),
    ("requests_reject_repeat", "2.重复申请"),
    ("requests_reject_publication", "3.要求提供公开出版物"),
    ("requests_reject_excessive", "4.无正当理由大量反复申请"),
    ("requests_reject_reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
]
OTHER = [
    ("requests_other_overdue_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("requests_other_unpaid_fee", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("requests_other_other", "3.其他"),
]
PARTIAL = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
RELATION = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
BANDS = {
    "2019": [
        ("第二十条第（一）项", ["本年新制作数量", "本年新公开数量", "对外公开总数量"], ["made", "disclosed", "total"],
         [("规章", "art20_1_rules"), ("规范性文件", "art20_1_normative")]),
        ("第二十条第（五）项", ["上一年项目数量", "本年增/减", "处理决定数量"], ["items_prev", "items_change", "decisions"],
         [("行政许可", "art20_5_licensing"), ("其他对外管理服务事项", "art20_5_other_services")]),
        ("第二十条第（六）项", ["上一年项目数量", "本年增/减", "处理决定数量"], ["items_prev", "items_change", "decisions"],
         [("行政处罚", "art20_6_penalty"), ("行政强制", "art20_6_coercion")]),
        ("第二十条第（八）项", ["上一年项目数量", "本年增/减"], ["items_prev", "items_change"],
         [("行政事业性收费", "art20_8_fees")]),
        ("第二十条第（九）项", ["采购项目数量", "采购总金额"], ["projects", "amount"],
         [("政府集中采购", "art20_9_procurement")]),
    ],
    "2021": [
        ("第二十条第（一）项", ["本年制发件数", "本年废止件数", "现行有效件数"], ["issued", "repealed", "in_force"],
         [("规章", "art20_1_rules"), ("行政规范性文件", "art20_1_normative")]),
        ("第二十条第（五）项", ["本年处理决定数量"], ["decisions"], [("行政许可", "art20_5_licensing")]),
        ("第二十条第（六）项", ["本年处理决定数量"], ["decisions"],
         [("行政处罚", "art20_6_penalty"), ("行政强制", "art20_6_coercion")]),
        ("第二十条第（八）项", ["本年收费金额（单位：万元）"], ["amount"], [("行政事业性收费", "art20_8_fees")]),
    ],
}  # fmt: skip
OUTCOMES = [
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
]
GROUPS4 = ("review", "litigation_direct", "litigation_after_review")
Figures = dict[tuple[str, str], int]


def lawful(form: str, seed: int) -> Figures:
    """Figures that satisfy every sum of the form, no two columns alike."""
    dice = random.Random(seed)
    figures: Figures = {}
    for band in BANDS[form]:
        for _, stem in band[3]:
            for column in band[2]:
                figures[f"{stem}_{column}", ""] = dice.randint(0, 900)
    parts = [name for name, _ in (*DENY, *UNABLE, *REJECT)] + ["requests_granted", "requests_partial"]
    parts += [name for name, _ in OTHER] if form == "2021" else ["requests_other"]
    sums = ("requests_handled", "requests_carried_out", "requests_carried_in", "requests_new")
    for applicant in APPLICANTS[:-1]:
        cells = {name: dice.choice((0, 0, dice.randint(1, 60))) for name in parts}
        cells["requests_handled"] = sum(cells.values())
        cells["requests_carried_out"] = dice.randint(0, 9)
        both = cells["requests_handled"] + cells["requests_carried_out"]
        cells["requests_carried_in"] = dice.randint(0, both)
        cells["requests_new"] = both - cells["requests_carried_in"]
        figures.update({(name, applicant): value for name, value in cells.items()})
    for name in (*parts, *sums):
        figures[name, "total"] = sum(figures[name, applicant] for applicant in APPLICANTS[:-1])
    for group in GROUPS4:
        cells4 = [dice.randint(0, 9) for _ in OUTCOMES[:-1]]
        for (outcome, _), value in zip(OUTCOMES, [*cells4, sum(cells4)], strict=True):
            figures[f"{group}_{outcome}", ""] = value
    return figures


@dataclass
class Style:
    """How the tables are marked up."""

    wrap: Callable[[str], str] = html.escape
    table: str = "<table border=1>{}</table>"
    band_span: bool = True
    separate: bool = False
    pad: int = 0
    header_rowspan: bool = True
    order: tuple[str, ...] = APPLICANTS
    groups_rowspan: bool = True
    blank_zero: bool = False
    subtotal_column: bool = False
    overhang: int = 0
    labels: dict[str, str] = field(default_factory=dict)


def td(text: str, style: Style, rows: int = 1, columns: int = 1) -> str:
    spans = (f' rowspan="{rows}"' if rows > 1 else "") + (f" colspan={columns}" if columns > 1 else "")
    return f"<td{spans}>{style.wrap(text) if text else '&nbsp;'}</td>"


def table2(form: str, figures: Figures, style: Style) -> str:
    tables: list[list[str]] = []
    for band, heads, columns, rows in BANDS[form]:
        lines = [td(band, style, columns=4 if style.band_span else 1)]
        lines.append(td("信息内容", style) + "".join(td(head, style) for head in heads) + td("", style) * style.pad)
        for label, stem in rows:
            cells = "".join(td(show(figures[f"{stem}_{column}", ""], style), style) for column in columns)
            lines.append(td(label, style) + cells + td("", style) * style.pad)
        tables.append([f"<tr>{line}</tr>" for line in lines])
    if style.separate:
        return "".join(style.table.format("".join(lines)) for lines in tables)
    return style.table.format("".join(line for lines in tables for line in lines))


def show(value: int, style: Style) -> str:
    return "" if style.blank_zero and value == 0 else str(value)


def rows3(form: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(group label, indicator or '', parts) of the results."""
    other = ("（六）其他处理", "", OTHER) if form == "2021" else ("（六）其他处理", "requests_other", [])
    return [
        ("（一）予以公开", "requests_granted", []),
        (PARTIAL, "requests_partial", []),
        ("（三）不予公开", "", DENY),
        ("（四）无法提供", "", UNABLE),
        ("（五）不予处理", "", REJECT),
        other,
        ("（七）总计", "requests_handled", []),
    ]


def table3(form: str, figures: Figures, style: Style) -> str:
    columns = list(style.order)
    if style.subtotal_column:
        columns.insert(columns.index("other") + 1, "subtotal")

    def values(name: str) -> str:
        cells = {a: show(figures[name, a], style) for a in APPLICANTS}
        cells["subtotal"] = str(sum(figures[name, a] for a in APPLICANTS[1:-1]))
        return "".join(td(cells[column], style) for column in columns) + td("", style) * style.pad

    organisations = [column for column in columns if column not in ("natural_person", "total")]
    second = third = ""
    seen = False
    for column in columns:
        if column in ("natural_person", "total"):
            second += td(HEADS3[column], style, rows=2 if style.header_rowspan else 1)
            third += "" if style.header_rowspan else td("", style)
        else:
            second += "" if seen else td("法人或其他组织", style, columns=len(organisations))
            third += td({**HEADS3, "subtotal": "小计"}[column], style)
            seen = True
    lines = [td(RELATION, style, 3, 3) + td("申请人情况", style, columns=len(columns)), second, third]
    label = style.labels.get
    lines.append(td("一、本年新收政府信息公开申请数量", style, columns=3) + values("requests_new"))
    lines.append(td("二、上年结转政府信息公开申请数量", style, columns=3) + values("requests_carried_in"))
    count = sum(max(1, len(parts)) for _, _, parts in rows3(form))
    head = td("三、本年度办理结果", style, count + style.overhang)
    for group, name, parts in rows3(form):
        if not parts:
            lines.append(head + td(group, style, columns=2) + values(name))
            head = ""
        for index, (part, text) in enumerate(parts):
            left = td(group, style, len(parts)) if index == 0 else ""
            lines.append(head + left + td(label(part, text), style) + values(part))
            head = ""
    lines.append(td("四、结转下年度继续办理", style, columns=3) + values("requests_carried_out"))
    return style.table.format("".join(f"<tr>{line}</tr>" for line in lines))


def table4(figures: Figures, style: Style) -> str:
    outcomes = [text for _, text in OUTCOMES]
    two = 2 if style.header_rowspan else 1
    lines = [td("行政复议", style, columns=5) + td("行政诉讼", style, columns=10)]
    lines.append(
        "".join(td(text, style, two) for text in outcomes)
        + td("未经复议直接起诉", style, columns=5)
        + td("复议后起诉", style, columns=5)
    )
    empty = "" if style.header_rowspan else td("", style) * 5
    lines.append(empty + "".join(td(text, style) for text in outcomes * 2))
    lines.append("".join(td(show(figures[f"{g}_{o}", ""], style), style) for g in GROUPS4 for o, _ in OUTCOMES))
    lines += [td("", style) * 15] * style.pad
    return style.table.format("".join(f"<tr>{line}</tr>" for line in lines))


def page(form: str, figures: Figures, style: Style) -> str:
    return (
        "<html><head><meta charset=utf-8><title>报告</title></head><body><h1>某县2020年政府信息公开工作年度报告</h1>"
        "<p>一、总体情况</p><p>全年收到申请3件。</p><p>二、主动公开政府信息情况</p>"
        + table2(form, figures, style)
        + "<p>三、收到和处理政府信息公开申请情况</p>"
        + table3(form, figures, style)
        + "<p>四、政府信息公开行政复议、行政诉讼情况</p>"
        + table4(figures, style)
        + "<p>五、存在的主要问题及改进情况</p><p>无。</p></body></html>"
    )


def reading(markup: str) -> TableReading:
    document = read(Source(markup.encode()))
    form = choose_form(document)
    assert form is not None
    return read_tables(document, form)


def wrong(result: TableReading, figures: Figures) -> list[str]:
    return [
        f"{fact.indicator}/{fact.applicant}: {fact.value} is not {figures.get((fact.indicator, fact.applicant))}"
        for fact in result.facts
        if fact.state == "reported" and figures.get((fact.indicator, fact.applicant)) != fact.value
    ]


def word(text: str) -> str:
    """Word's paste: a paragraph of several spans, figures split between them, empty o:p."""
    half = len(text) // 2
    return (
        '<p class="MsoNormal" align="center"><span lang="EN-US" style="mso-x:y">'
        f"{html.escape(text[:half])}</span><span><font>{html.escape(text[half:])}</font><o:p></o:p></span></p>"
    )


def full_width(text: str) -> str:
    return html.escape(text.translate({ord("0") + i: ord("０") + i for i in range(10)}))


ORDER = ("total", "commercial", "natural_person", "research", "other", "public_interest", "legal_service")
STYLES = {
    "clean": Style(),
    "word": Style(wrap=word),
    "broken lines": Style(wrap=lambda text: html.escape(text[:3]) + ("<br/>" if not text.isdigit() else "") + html.escape(text[3:])),
    "full width": Style(wrap=full_width),
    "band without colspan": Style(band_span=False),
    "five tables": Style(separate=True),
    "padded": Style(pad=2),
    "empty third header row": Style(header_rowspan=False),
    "nested in layout": Style(table="<table><tr><td>左</td><td><table><tr><td><table>{}</table></td></tr></table></td></tr></table>"),
    "blank zeros": Style(blank_zero=True),
    "blank zeros padded": Style(blank_zero=True, pad=3),
    "subtotal column": Style(subtotal_column=True),
    "group reaches too far": Style(overhang=1),
    "group ends too early": Style(overhang=-1),
    "tbody each": Style(table="<table><thead></thead><tbody>{}</tbody></table>"),
    "other order": Style(order=("commercial", "other", "research", "public_interest", "legal_service", "natural_person", "total")),
    "total first": Style(order=("total", "natural_person", "research", "commercial", "other", "legal_service", "public_interest")),
}  # fmt: skip


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("name", STYLES)
def test_every_cell_of_every_markup(name: str, form: str) -> None:
    figures = lawful(form, 7)
    result = reading(page(form, figures, STYLES[name]))
    assert result.form == form
    assert wrong(result, figures) == []
    zero_blank = STYLES[name].blank_zero
    for fact in result.facts:
        expected = figures.get((fact.indicator, fact.applicant))
        if expected is not None:
            assert fact.state == ("blank" if zero_blank and expected == 0 else "reported"), fact
    assert result.tables_found == {"2": 22 if form == "2019" else 10, "3": 161 if form == "2019" else 175, "4": 15}
    assert len(form_indicators(form)) > 40


def test_every_figure_is_a_fact_and_subtotals_are_extras() -> None:
    figures = lawful("2021", 3)
    result = reading(page("2021", figures, Style(subtotal_column=True)))
    assert {(fact.indicator, fact.applicant) for fact in result.facts} == set(figures)
    extras = {extra.name: extra.value for extra in result.extras if extra.kind == "org_subtotal"}
    assert len(extras) == 25
    assert extras["requests_new"] == sum(figures["requests_new", applicant] for applicant in APPLICANTS[1:-1])


def test_a_menu_is_no_form() -> None:
    menu = "".join(f"<li>{word}</li>" for word in ("行政许可", "行政处罚", "行政强制", "政府集中采购", "其他", "总计"))
    assert choose_form(read(Source(f"<html><ul>{menu}</ul><p>2018年收到申请3件。</p>".encode()))) is None


CELL = re.compile(r"<td[^>]*>.*?</td>", re.DOTALL)
TAGS = re.compile(r"</?(?:table|tr|td)[^>]*>")


def one_cell(change: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
    def damage(markup: str, dice: random.Random) -> str:
        cell = dice.choice(list(CELL.finditer(markup)))
        return markup[: cell.start()] + change(cell.group(), dice) + markup[cell.end() :]

    return damage


def respan(cell: str, dice: random.Random) -> str:
    return re.sub(r"^<td[^>]*>", f"<td rowspan={dice.randint(1, 3)} colspan={dice.randint(1, 3)}>", cell)


def flat(start: str, end: str) -> Callable[[str, random.Random], str]:
    """Every cell on its own, the table's tags gone."""
    tags = {"<td": start, "</t": end}
    return lambda markup, _: TAGS.sub(
        lambda tag: "" if "tr" in tag.group() or "table" in tag.group() else tags[tag.group()[:3]], markup
    )


def merge(markup: str, dice: random.Random) -> str:
    pairs = list(re.finditer(r"(<td[^>]*>)(.*?</td>)<td[^>]*>.*?</td>", markup))
    pair = dice.choice(pairs)
    return f"{markup[: pair.start()]}<td colspan=2>{pair[2]}{markup[pair.end() :]}"


def drop_row(markup: str, dice: random.Random) -> str:
    row = dice.choice(list(re.finditer(r"<tr>.*?</tr>", markup)))
    return markup[: row.start()] + markup[row.end() :]


DAMAGES: dict[str, Callable[[str, random.Random], str]] = {
    "cell lost": one_cell(lambda cell, dice: ""),
    "empty cell too many": one_cell(lambda cell, dice: cell + "<td></td>"),
    "cell twice": one_cell(lambda cell, dice: cell * 2),
    "cell emptied": one_cell(lambda cell, dice: "<td></td>"),
    "words for a cell": one_cell(lambda cell, dice: "<td>详见附件</td>"),
    "wrong spans": one_cell(respan),
    "cells merged": merge,
    "row lost": drop_row,
    "no spans": lambda markup, dice: re.sub(r' (rowspan|colspan)="?\d+"?', "", markup),
    "no colspans": lambda markup, dice: re.sub(r" colspan=\d+", "", markup),
    "no rowspans": lambda markup, dice: re.sub(r' rowspan="\d+"', "", markup),
    "paragraphs": flat("<p>", "</p>"),
    "lines": flat("", "<br>"),
    "paragraphs without the empty": lambda markup, dice: flat("<p>", "</p>")(markup, dice).replace("<p>&nbsp;</p>", ""),
    "glued": lambda markup, dice: re.sub("</?p>", "", TAGS.sub("", markup)),
    "printed twice": lambda markup, dice: markup.replace("</body>", markup[markup.index("<table") :]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_never_makes_a_wrong_figure(name: str) -> None:
    for seed in range(24):
        dice = random.Random(seed)
        form = dice.choice(["2019", "2021"])
        style = STYLES[dice.choice(list(STYLES))]
        figures = lawful(form, seed)
        document = read(Source(DAMAGES[name](page(form, figures, style), dice).encode()))
        chosen = choose_form(document)
        if chosen is not None:
            assert wrong(read_tables(document, chosen), figures) == [], (name, seed)
