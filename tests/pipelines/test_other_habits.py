"""Lawful reports printed in other habits than the rest of the tests know: other markup, texts with tabs or pipes, labels
cut and annotated, extra rows and columns, titles in every order. Every figure is read at its place or not at all."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.model import Extraction, Fact, Source
from pipelines.numbers import header_unit
from pipelines.readers import read as read_document
from pipelines.tables import read_tables

APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other", "total")
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
RESULTS = [
    ("（一）予以公开", [("requests_granted", "")]),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", [("requests_partial", "")]),
    (
        "（三）不予公开",
        [
            ("requests_deny_state_secret", "1.属于国家秘密"),
            ("requests_deny_law", "2.其他法律行政法规禁止公开"),
            ("requests_deny_stability", "3.危及“三安全一稳定”"),
            ("requests_deny_third_party", "4.保护第三方合法权益"),
            ("requests_deny_internal", "5.属于三类内部事务信息"),
            ("requests_deny_process", "6.属于四类过程性信息"),
            ("requests_deny_enforcement_file", "7.属于行政执法案卷"),
            ("requests_deny_admin_query", "8.属于行政查询事项"),
        ],
    ),
    (
        "（四）无法提供",
        [
            ("requests_unable_not_held", "1.本机关不掌握相关政府信息"),
            ("requests_unable_need_creation", "2.没有现成信息需要另行制作"),
            ("requests_unable_unclear", "3.补正后申请内容仍不明确"),
        ],
    ),
    (
        "（五）不予处理",
        [
            ("requests_reject_petition", "1.信访举报投诉类申请"),
            ("requests_reject_repeat", "2.重复申请"),
            ("requests_reject_publication", "3.要求提供公开出版物"),
            ("requests_reject_excessive", "4.无正当理由大量反复申请"),
            ("requests_reject_reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
        ],
    ),
]
OTHER21 = (
    "（六）其他处理",
    [
        ("requests_other_overdue_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        ("requests_other_unpaid_fee", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
        ("requests_other_other", "3.其他"),
    ],
)
OTHER19 = ("（六）其他处理", [("requests_other", "")])
BANDS = {
    "2019": [
        (
            "第二十条第（一）项",
            [("本年新制作数量", "made"), ("本年新公开数量", "disclosed"), ("对外公开总数量", "total")],
            [("规章", "art20_1_rules"), ("规范性文件", "art20_1_normative")],
        ),
        (
            "第二十条第（五）项",
            [("上一年项目数量", "items_prev"), ("本年增/减", "items_change"), ("处理决定数量", "decisions")],
            [("行政许可", "art20_5_licensing"), ("其他对外管理服务事项", "art20_5_other_services")],
        ),
        (
            "第二十条第（六）项",
            [("上一年项目数量", "items_prev"), ("本年增/减", "items_change"), ("处理决定数量", "decisions")],
            [("行政处罚", "art20_6_penalty"), ("行政强制", "art20_6_coercion")],
        ),
        (
            "第二十条第（八）项",
            [("上一年项目数量", "items_prev"), ("本年增/减", "items_change")],
            [("行政事业性收费", "art20_8_fees")],
        ),
        (
            "第二十条第（九）项",
            [("采购项目数量", "projects"), ("采购总金额", "amount")],
            [("政府集中采购", "art20_9_procurement")],
        ),
    ],
    "2021": [
        (
            "第二十条第（一）项",
            [("本年制发件数", "issued"), ("本年废止件数", "repealed"), ("现行有效件数", "in_force")],
            [("规章", "art20_1_rules"), ("行政规范性文件", "art20_1_normative")],
        ),
        ("第二十条第（五）项", [("本年处理决定数量", "decisions")], [("行政许可", "art20_5_licensing")]),
        (
            "第二十条第（六）项",
            [("本年处理决定数量", "decisions")],
            [("行政处罚", "art20_6_penalty"), ("行政强制", "art20_6_coercion")],
        ),
        ("第二十条第（八）项", [("本年收费金额（单位：万元）", "amount")], [("行政事业性收费", "art20_8_fees")]),
    ],
}
OUTCOMES = (
    ("结果维持", "upheld"),
    ("结果纠正", "corrected"),
    ("其他结果", "other"),
    ("尚未审结", "pending"),
    ("总计", "total"),
)
GROUPS4 = ("review", "litigation_direct", "litigation_after_review")


def figures_of(form, dice, big=False):
    f = {}
    for _, columns, rows in BANDS[form]:
        for _, stem in rows:
            for _, column in columns:
                money = column == "amount"
                f[f"{stem}_{column}", ""] = (
                    round(dice.uniform(0, 90000), 2)
                    if money
                    else dice.choice((0, dice.randint(1, 30), dice.randint(1000, 99999)))
                )
                if column == "items_change":
                    f[f"{stem}_{column}", ""] = dice.randint(-200, 200)
    parts = [n for _, p in [*RESULTS, OTHER21 if form == "2021" else OTHER19] for n, _ in p]
    for a in APPLICANTS[:-1]:
        c = {n: dice.choice((0, 0, 0, dice.randint(1, 9), dice.randint(10, 2500 if big else 120))) for n in parts}
        c["requests_handled"] = sum(c.values())
        c["requests_carried_out"] = dice.choice((0, dice.randint(0, 9)))
        both = c["requests_handled"] + c["requests_carried_out"]
        c["requests_carried_in"] = dice.randint(0, min(both, 12))
        c["requests_new"] = both - c["requests_carried_in"]
        f.update({(n, a): v for n, v in c.items()})
    for n in {n for n, a in f if a}:
        f[n, "total"] = sum(f[n, a] for a in APPLICANTS[:-1])
    for g in GROUPS4:
        four = [dice.choice((0, dice.randint(0, 12))) for _ in range(4)]
        for (_, o), v in zip(OUTCOMES, [*four, sum(four)], strict=False):
            f[f"{g}_{o}", ""] = v
    return f


@dataclass
class C:
    text: str
    rows: int = 1
    cols: int = 1
    kind: str = "label"  # label | head | value | empty
    key: tuple | None = None


def show(value, key, habit, dice):
    """(text, expected state)"""
    style = habit.value
    if habit.zero == "blank" and value == 0:
        return "", "blank"
    if habit.zero == "dash" and value == 0:
        return habit.dash, "dash"
    if habit.zero == "word" and value == 0:
        return "无", "reported"
    text = f"{value:g}" if isinstance(value, int) else f"{value:.2f}"
    if style == "wide":
        text = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    elif style == "comma" and abs(value) >= 1000:
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    elif style == "unit":
        ind = key[0]
        text += "万元" if ind.endswith("amount") else "项" if "items" in ind or ind.endswith("projects") else "件"
    elif style == "unit_paren":
        text += "（万元）" if key[0].endswith("amount") else "（件）"
    elif style == "nbsp":
        text = "\u00a0" + text + "\u00a0"
    elif style == "signed" and key[0].endswith("items_change") and value > 0:
        text = dice.choice(("+", "增", "增加")) + text
    elif style == "signed" and key[0].endswith("items_change") and value < 0:
        text = dice.choice(("减", "减少", "－", "−")) + text[1:]
    elif style == "decimal" and isinstance(value, int):
        text += ".00"
    elif style == "space_comma" and abs(value) >= 1000 and isinstance(value, int):
        text = f"{value:,}".replace(",", "，")
    return text, "reported"


@dataclass
class Habit:
    value: str = "plain"
    zero: str = "0"
    dash: str = "—"
    label: str = "plain"
    head: str = "plain"
    head3: str = "official"
    one_table: bool = True
    extra2: str = ""
    subtotal_column: bool = False
    subtotal_rows: bool = False
    repeat_head: bool = False
    footnote: str = ""
    band: str = "span"
    order2: str = ""
    groups: str = "rowspan"
    info_label: str = "信息内容"
    trailing: int = 0


def label(text, habit, dice):
    s = habit.label
    if s == "spaces":
        k = dice.randint(1, max(1, len(text) - 1))
        return text[:k] + dice.choice((" ", "\u3000", "\u00a0")) + text[k:]
    if s == "zerowidth":
        k = dice.randint(1, max(1, len(text) - 1))
        return text[:k] + "\u200b" + text[k:]
    if s == "numbering":
        for a, b in (
            ("1.", "1、"),
            ("2.", "2、"),
            ("3.", "（3）"),
            ("4.", "4．"),
            ("5.", "5 ."),
            ("6.", "⑥"),
            ("7.", "7、"),
            ("8.", "8，"),
        ):
            if text.startswith(a):
                return b + text[2:]
        return text.replace("（", "(").replace("）", ")").replace("一、", "一.").replace("“", '"').replace("”", '"')
    if s == "nonumber":
        import re

        return re.sub(r"^(?:（[一二三四五六七]）|[一二三四]、|\d\.)", "", text)
    if s == "notes":
        if text.startswith(("1.", "2.", "5.")) or text in (
            "规章",
            "规范性文件",
            "行政规范性文件",
            "行政许可",
            "行政处罚",
            "行政强制",
        ):
            return text + dice.choice(
                (
                    "（《条例》第14条）",
                    "（截至12月31日，含1月份3件）",
                    "（指2023年）",
                    "【注1】",
                    "（第14条、第15条规定的情形，共2类）",
                )
            )
        return text
    if s == "wuhan":
        notes = {
            "规章": "规章（指本级政府制定的规章，2023年1月1日至12月31日期间）",
            "行政规范性文件": "行政规范性文件（不含内部管理制度；1件计1次）",
            "行政许可": "行政许可（含行政确认，按1个决定书计1件）",
            "行政处罚": "行政处罚（以处罚决定书为准，不含当场处罚200元以下）",
        }
        return notes.get(text, text)
    if s == "break":
        k = dice.randint(1, max(1, len(text) - 1))
        return text[:k] + "\n" + text[k:]
    if s == "quotes":
        return text.replace("“", dice.choice(("‘", "「", '"', "『"))).replace("”", dice.choice(("’", "」", '"', "』")))
    if s == "variants":
        table = {
            "（五）不予处理": "（五）不予以处理",
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
            "3.危及“三安全一稳定”": "3.危及三安全一稳定",
            "3.其他": "3、其他",
            "第二十条第（一）项": "第二十条（一）项",
            "第二十条第（五）项": "第（五）项",
            "第二十条第（六）项": "第二十条 第(六)项",
            "规范性文件": "行政规范性文件",
            "行政规范性文件": "规范性文件",
            "5.属于三类内部事务信息": "属于内部事务信息",
            "法人或其他组织": "法人或者其他组织",
            "（七）总计": "（七）合计",
        }
        return table.get(text, text)
    if s == "unitlabel":
        if text.startswith(("一、", "二、", "四、")):
            return text + dice.choice(("（件）", "(单位：件)"))
        return text
    if s == "colon":
        return text + "："
    return text


def head(text, habit, dice, year=2023):
    s = habit.head
    if s == "break" and len(text) > 3:
        k = 3
        return text[:k] + "\n" + text[k:]
    if s == "blank" and len(text) > 3:
        return text[:2] + " " + text[2:4] + "\u3000" + text[4:]
    if s == "year":
        return text.replace("本年", f"本年({year})", 1) if text.startswith("本年") else text
    if s == "year2":
        return text.replace("本年", f"{year}年", 1) if text.startswith("本年") else text
    if s == "instr":
        return {
            "本年增/减": f"本年增/减\n（指{year}年增加或减少的事项数，减用负值表示，如-8）",
            "上一年项目数量": f"上一年项目数量（截至{year - 1}年12月31日）",
            "采购总金额": "采购总金额（万元）",
            "本年新制作数量": f"本年新制作数量（{year}年）",
            "本年制发件数": "本年制发件数（1月1日至12月31日）",
        }.get(text, text)
    if s == "unit":
        return text if "万元" in text else text + ("（万元）" if "金额" in text else "（件）")
    if s == "spaced":
        return " ".join(text)
    return text


def t2(form, f, habit, dice, exp, year=2023):
    bands = list(BANDS[form])
    tables = []
    for band, columns, rows in bands:
        width = len(columns) + 1
        full = 4
        out = []
        btext = label(band, habit, dice) if habit.label in ("variants", "spaces", "zerowidth", "break") else band
        if habit.band == "span":
            out.append([C(btext, 1, full)])
        elif habit.band == "one":
            out.append([C(btext)])
        elif habit.band == "pad":
            out.append([C(btext)] + [C("", kind="empty")] * (full - 1))
        span = {2: 3, 3: 1, 4: 1}[width] if habit.band == "span" and width == 2 else 1
        hrow = [C(head(habit.info_label, habit, dice) if habit.head == "spaced" else habit.info_label, kind="head")]
        for h, _ in columns:
            hrow.append(C(head(h, habit, dice, year), 1, span, kind="head"))
        out.append(hrow)
        rr = list(rows)
        if habit.order2 == "swap":
            rr = rr[::-1]
        for lab, stem in rr:
            row = [C(label(lab, habit, dice))]
            for _, column in columns:
                key = (f"{stem}_{column}", "")
                text, state = show(f[key], key, habit, dice)
                exp[key] = (state, f[key] if state == "reported" else None)
                row.append(C(text, 1, span, kind="value", key=key))
            out.append(row)
        if habit.extra2 == "check" and "六" in band:
            out.append([C("行政检查")] + [C(str(dice.randint(1, 999)), 1, span, kind="value") for _ in columns])
        if habit.extra2 == "docs" and "一" in band:
            out.append([C("其他主动公开文件")] + [C(str(dice.randint(1, 999)), 1, span, kind="value") for _ in columns])
        if habit.extra2 == "sum" and "一" in band:
            out.append(
                [C("合计")]
                + [C(str(sum(f[f"{s}_{c}", ""] for _, s in rows)), 1, span, kind="value") for _, c in columns]
            )
        if habit.trailing:
            out = [r + [C("", kind="empty")] * habit.trailing for r in out]
        tables.append(out)
    if habit.order2 == "bands":
        dice.shuffle(tables)
    return tables


def t3(form, f, habit, dice, exp):
    cols = list(APPLICANTS)
    heads = dict(zip(APPLICANTS, HEADS, strict=False))
    if habit.subtotal_column:
        cols.insert(6, "sub")
        heads["sub"] = dice.choice(("小计", "法人小计"))
    n = len(cols)

    def vals(name):
        out = []
        for a in cols:
            if a == "sub":
                v = sum(f[name, x] for x in APPLICANTS[1:-1])
                out.append(C(str(v), kind="value"))
                continue
            text, state = show(f[name, a], (name, a), habit, dice)
            exp[name, a] = (state, f[name, a] if state == "reported" else None)
            out.append(C(text, kind="value", key=(name, a)))
        return out

    def header():
        rel = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
        hh = {
            a: label(h, habit, dice) if habit.label in ("spaces", "zerowidth", "break", "variants") else h
            for a, h in heads.items()
        }
        if habit.head == "spaced":
            hh = {a: " ".join(h) for a, h in hh.items()}
        org = "法人或其他组织"
        if habit.head3 == "official":
            return [
                [C(rel, 3, 3, "head"), C("申请人情况", 1, n, "head")],
                [C(hh["natural_person"], 2, 1, "head"), C(org, 1, n - 2, "head"), C(hh["total"], 2, 1, "head")],
                [C(hh[a], kind="head") for a in cols[1:-1]],
            ]
        if habit.head3 == "empty_third":
            return [
                [C(rel, 3, 3, "head"), C("申请人情况", 1, n, "head")],
                [C(hh["natural_person"], 1, 1, "head"), C(org, 1, n - 2, "head"), C(hh["total"], 1, 1, "head")],
                [C("", kind="empty")] + [C(hh[a], kind="head") for a in cols[1:-1]] + [C("", kind="empty")],
            ]
        if habit.head3 == "flat":
            return [[C(dice.choice(("申请人情况", "", "项目")), 1, 3, "head")] + [C(hh[a], kind="head") for a in cols]]
        if habit.head3 == "norel":
            return [
                [C("", 3, 3, "empty"), C("申请人情况", 1, n, "head")],
                [C(hh["natural_person"], 2, 1, "head"), C(org, 1, n - 2, "head"), C(hh["total"], 2, 1, "head")],
                [C(hh[a], kind="head") for a in cols[1:-1]],
            ]
        if habit.head3 == "two":  # no 申请人情况 row
            return [
                [
                    C(rel, 2, 3, "head"),
                    C(hh["natural_person"], 2, 1, "head"),
                    C(org, 1, n - 2, "head"),
                    C(hh["total"], 2, 1, "head"),
                ],
                [C(hh[a], kind="head") for a in cols[1:-1]],
            ]
        if habit.head3 == "sequence":  # extra row with column numbers
            return [
                [C(rel, 3, 3, "head"), C("申请人情况", 1, n, "head")],
                [C(hh["natural_person"], 2, 1, "head"), C(org, 1, n - 2, "head"), C(hh["total"], 2, 1, "head")],
                [C(hh[a], kind="head") for a in cols[1:-1]],
                [C("栏次", 1, 3, "head")] + [C(str(i + 1), kind="head") for i in range(n)],
            ]
        raise KeyError(habit.head3)

    out = header()
    out.append([C(label("一、本年新收政府信息公开申请数量", habit, dice), 1, 3), *vals("requests_new")])
    out.append([C(label("二、上年结转政府信息公开申请数量", habit, dice), 1, 3), *vals("requests_carried_in")])
    results = [*RESULTS, OTHER21 if form == "2021" else OTHER19]
    lines = []
    for g, parts in results:
        if len(parts) == 1:
            lines.append([C(label(g, habit, dice), 1, 2), *vals(parts[0][0])])
            continue
        sub = habit.subtotal_rows
        for i, (name, lab) in enumerate(parts):
            row = [C(label(lab, habit, dice)), *vals(name)]
            if i == 0:
                row = [C(label(g, habit, dice), len(parts) + sub), *row]
            elif habit.groups == "empty":
                row = [C("", kind="empty"), *row]
            lines.append(row)
        if habit.groups == "empty":
            lines[-len(parts)][0].rows = 1
        if sub:
            lines.append(
                ([C("", kind="empty")] if habit.groups == "empty" else [])
                + [C("小计")]
                + [
                    C(
                        str(sum(f[p, a] for p, _ in parts))
                        if a != "sub"
                        else str(sum(f[p, x] for p, _ in parts for x in APPLICANTS[1:-1])),
                        kind="value",
                    )
                    for a in cols
                ]
            )
    lines.append([C(label("（七）总计", habit, dice), 1, 2), *vals("requests_handled")])
    first = label("三、本年度办理结果", habit, dice)
    if habit.groups == "empty":
        lines = [[C(first if i == 0 else "", kind="label" if i == 0 else "empty"), *r] for i, r in enumerate(lines)]
    elif habit.repeat_head:
        cut = 11
        a, b = lines[:cut], lines[cut:]
        # cut inside no group: after (三)=1+1+8 = 10 rows
        cut = 10 + (1 if habit.subtotal_rows else 0)
        a, b = lines[:cut], lines[cut:]
        a[0].insert(0, C(first, len(a)))
        b[0].insert(0, C(first, len(b)))
        lines = a + header() + b
    else:
        lines[0].insert(0, C(first, len(lines)))
    out += lines
    out.append([C(label("四、结转下年度继续办理", habit, dice), 1, 3), *vals("requests_carried_out")])
    if habit.trailing:
        out = [r + [C("", kind="empty")] * habit.trailing for r in out]
    if habit.footnote == "row":
        out.append([C("注：1.本表数据由12个部门汇总；2.其他含3件代办件。", 1, n + 3)])
    return out


def t4(f, habit, dice, exp):
    two = 2 if habit.head3 != "empty_third" else 1

    def oc(text):
        t = label(text, habit, dice) if habit.label in ("spaces", "zerowidth", "break") else text
        return " ".join(t) if habit.head == "spaced" else t

    out = [
        [C("行政复议", 1, 5, "head"), C("行政诉讼", 1, 10, "head")],
        [C(oc(t), two, 1, "head") for t, _ in OUTCOMES]
        + [C("未经复议直接起诉", 1, 5, "head"), C("复议后起诉", 1, 5, "head")],
        ([C("", kind="empty")] * 5 if two == 1 else []) + [C(oc(t), kind="head") for t, _ in OUTCOMES * 2],
    ]
    row = []
    for g in GROUPS4:
        for _, o in OUTCOMES:
            key = (f"{g}_{o}", "")
            text, state = show(f[key], key, habit, dice)
            exp[key] = (state, f[key] if state == "reported" else None)
            row.append(C(text, kind="value", key=key))
    out.append(row)
    if habit.footnote == "row":
        out.append([C("注：以上数据截至12月31日，含2件未结。", 1, 15)])
    return out


# ---------------------------------------------------------------- HTML
def esc(t):
    return html.escape(t).replace("\n", "<br>").replace("\u00a0", "&nbsp;")


def inner_plain(t, dice):
    return esc(t)


def inner_spans(t, dice):
    out = []
    i = 0
    while i < len(t):
        k = dice.randint(1, 3)
        out.append(f"<span style='font-family:仿宋'>{esc(t[i : i + k])}</span>")
        i += k
    return "<p>" + "".join(out) + "</p>"


def inner_fonts(t, dice):
    return f"<div align=center><font size=3><font face=宋体><b>{esc(t)}</b></font></font></div>"


def inner_ps(t, dice):
    return "".join(f"<p>{esc(x)}</p>" for x in t.split("\n")) + "<p>&nbsp;</p>"


def inner_word(t, dice):
    return (
        f'<p class=MsoNormal><a name="_GoBack"></a><span lang=EN-US style="mso-bidi:x">{esc(t)}<o:p></o:p></span></p>'
    )


def inner_indent(t, dice):
    return "\n\t\t\t" + esc(t) + "\n\t\t"


def inner_comment(t, dice):
    k = len(t) // 2
    return f"<!--[if !supportEmptyParas]-->{esc(t[:k])}<!-- x -->{esc(t[k:])}<!--[endif]-->"


def inner_zw(t, dice):
    return "\u200b" + esc(t) + "\ufeff"


def inner_u(t, dice):
    k = max(1, len(t) // 2)
    return f"<strong><u>{esc(t[:k])}</u></strong><em>{esc(t[k:])}</em>" if t else ""


INNERS = {
    "plain": inner_plain,
    "spans": inner_spans,
    "fonts": inner_fonts,
    "ps": inner_ps,
    "word": inner_word,
    "indent": inner_indent,
    "comment": inner_comment,
    "zw": inner_zw,
    "u": inner_u,
}


def html_table(rows, dice, inner, shape):
    body = []
    heads = 0
    for r in rows:
        tds = []
        for c in r:
            tag = (
                "th"
                if (shape == "th" and c.kind in ("head", "label"))
                or (shape == "thall")
                or (shape == "thead" and c.kind == "head")
                else "td"
            )
            attr = (f' rowspan="{c.rows}"' if c.rows > 1 else "") + (f" colspan='{c.cols}'" if c.cols > 1 else "")
            if shape == "ones":
                attr = f' rowspan="{c.rows}" colspan="{c.cols}"'
            tds.append(
                f"<{tag}{attr}>{inner(c.text, dice) if c.text else dice.choice(('', '&nbsp;', '<p></p>', '<br>'))}</{tag}>"
            )
        if shape == "noclose":
            tds = [t.replace("</td>", "") for t in tds]
            body.append("<tr>" + "".join(tds))
        else:
            body.append("<tr>" + "".join(tds) + "</tr>")
        if all(c.kind in ("head", "empty") for c in r) and heads == len(body) - 1:
            heads += 1
    if shape == "thead" and heads:
        inside = "<thead>" + "".join(body[:heads]) + "</thead><tbody>" + "".join(body[heads:]) + "</tbody>"
    elif shape == "caption":
        inside = "<caption>统计表（单位：件）</caption><colgroup><col width=1><col></colgroup>" + "".join(body)
    else:
        inside = "".join(body)
    return f'<table border="1" class="table">{inside}</table>'


def div_grid(rows, dice, inner, shape):
    out = []
    for r in rows:
        out.append("<div class=row>" + "".join(f"<div class=cell>{inner(c.text, dice)}</div>" for c in r) + "</div>")
    return "<div class=table>" + "".join(out) + "</div>"


def p_values(rows, dice, inner, shape):
    return "".join(f"<p>{esc(c.text) or '&nbsp;'}</p>" for r in rows for c in r)


def grid_text(rows, how):
    """Unroll to lines with spans lost / repeated / empties. how: lost|repeat|empty"""
    if how == "lost":
        return [[c.text.replace("\n", "") for c in r] for r in rows]
    taken = {}
    width = 0
    for y, r in enumerate(rows):
        x = 0
        for c in r:
            while (y, x) in taken:
                x += 1
            for dy in range(c.rows):
                for dx in range(c.cols):
                    t = c.text if how == "repeat" or (dy == 0 and dx == 0) else ""
                    taken[y + dy, x + dx] = t.replace("\n", "")
            x += c.cols
    width = max(x for _, x in taken) + 1
    return [[taken.get((y, x), "") for x in range(width)] for y in range(len(rows))]


def text_table(rows, how, style, dice):
    g = grid_text(rows, how)
    if style == "pipes":
        return "\n".join("| " + " | ".join(r) + " |" for r in g)
    if style == "pipes_noouter":
        return "\n".join(" | ".join(r) for r in g)
    if style == "pipes_tight":
        return "\n".join("|".join(r) for r in g)
    if style == "pipes_trail":
        return "\n".join("|".join(r) + "|" for r in g)
    if style == "markdown":
        lines = ["| " + " | ".join(r) + " |" for r in g]
        lines.insert(1, "|" + " --- |" * len(g[0]))
        return "\n".join(lines)
    if style == "tabs":
        return "\n".join("\t".join(r) for r in g)
    if style == "lines":
        return "\n".join("\n".join(r) for r in g)
    if style == "lines_crlf":
        return "\r\n".join("\r\n".join(r) for r in g)
    if style == "lines_u3000":
        return "\n".join("\n".join(t or "\u3000" for t in r) for r in g)
    if style == "spaced":
        return "\n".join("\n".join(t + "\n" if t else "" for t in r) for r in g)
    if style == "lines_trail":
        return "\n".join("\n".join(t + "|" for t in r) for r in g)
    raise KeyError(style)


# ---------------------------------------------------------------- pages
UNITS = [
    # printed in title, expected name, kind, region, site code
    ("沧州市运河区人民政府", "沧州市运河区人民政府", "government", "130903", "1309030001"),
    ("运河区", "沧州市运河区人民政府", "government", "130903", "1309030001"),
    ("沭阳县", "沭阳县人民政府", "government", "321322", "3213220001"),
    ("深州市人民政府办公室", "深州市人民政府办公室", "office", "131182", "1311820001"),
    ("屯溪区人民政府办公室", "黄山市屯溪区人民政府办公室", "office", "341002", "3410020001"),
    ("沭阳县发展和改革局", "沭阳县发展和改革局", "department", "321322", "3213220001"),
    ("沭阳县庙头镇人民政府", "沭阳县庙头镇人民政府", "township", "321322", "3213220001"),
    ("天津市红桥区人民政府", "天津市红桥区人民政府", "government", "120106", "1201060001"),
    ("石家庄市新华区人民政府", "石家庄市新华区人民政府", "government", "130105", "1301050001"),
    ("淮安经济技术开发区", "淮安经济技术开发区", "zone", None, ""),
    ("荣昌区河包镇人民政府", "重庆市荣昌区河包镇人民政府", "township", "500153", "5001530001"),
    ("田东县市场监督管理局", "田东县市场监督管理局", "department", "451022", "4510220001"),
    ("运河区市场街道办事处", "沧州市运河区市场街道办事处", "township", "130903", "1309030001"),
]
TITLES = [
    "{u}{y}年政府信息公开工作年度报告",
    "{y}年{u}政府信息公开工作年度报告",
    "{u}{y}年度政府信息公开年度报告",
    "{u}关于{y}年度政府信息公开工作的报告",
    "{u}{y}政府信息公开年度报告",
    "{u}政府信息公开工作年度报告（{y}年度）",
    "{u}政府信息公开{y}年年度报告",
    "{y}年度{u}信息公开年度报告",
    "{u}{y}年政府信息公开工作总结",
    "{u}{y}年政务公开工作年度报告",
    "{u}{y}年度政府信息公开年报",
    "{u}政府信息公开工作{y}年度报告",
    "{u}\n{y}年政府信息公开工作年度报告",
    "{u}{y}年政府信息公开工作\n年度报告",
    "{u}{y}年度政府信息公开工作情况报告",
]

MORE_TITLES = [
    *(title for title in TITLES if "\n" not in title),
    "{u}{y}年政府信息公开年报",
    "{y}年度政府信息公开工作年度报告（{u}）",
    "{u}关于{y}年政府信息公开工作情况的报告",
    "关于{u}{y}年政府信息公开工作年度报告",
    "《{u}{y}年政府信息公开工作年度报告》",
    "{u}二〇二三年政府信息公开工作年度报告",
    "{u}政府信息公开{y}年度报告",
    "{u}{y}年度政府信息主动公开工作年度报告",
    "标题：{u}{y}年政府信息公开工作年度报告",
]


@dataclass
class Case:
    """A report as bytes, and what it says: `cells` by (indicator, applicant) as (state, value). `remarkable` tells that it
    prints something that deserves a finding."""

    body: bytes
    name: str
    cells: dict[tuple[str, str], tuple[str, float | None]]
    identity: dict[str, Any]
    note: str
    charset: str = ""
    remarkable: bool = False


PREAMBLE = "本报告根据《中华人民共和国政府信息公开条例》规定编制，全文由总体情况等六部分组成。统计期限为{p}。"


def headings(dice, form):
    style = dice.choice(("cjk", "cjk", "cjk", "paren", "none", "dash"))
    names = [
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]
    if dice.random() < 0.3:
        names[1] = "行政机关主动公开政府信息情况"
        names[2] = "行政机关收到和处理政府信息公开申请情况"
        names[3] = "因政府信息公开工作被申请行政复议、提起行政诉讼情况"
    num = "一二三四五六"
    if style == "cjk":
        return [f"{num[i]}、{n}" for i, n in enumerate(names)]
    if style == "paren":
        return [f"（{num[i]}）{n}" for i, n in enumerate(names)]
    if style == "dash":
        return [("—、" if i == 0 else f"{num[i]}、") + n for i, n in enumerate(names)]
    return names


def build(seed: int, **force: Any) -> Case:
    """The report of this seed; `force` sets what else the dice decide."""
    dice = random.Random(seed)
    form = force.get("form") or dice.choice(("2019", "2021"))
    year = force.get("year") or dice.choice((2019, 2020) if form == "2019" else (2021, 2022, 2023, 2024))
    f = figures_of(form, dice, big=dice.random() < 0.5)
    unit = dice.choice(UNITS)
    if force.get("broken"):
        keys = [k for k in f if not k[0].startswith("art20")]
        k = random.Random(seed * 7 + 1).choice(keys)
        f[k] += random.Random(seed).choice((1, 9, 90, 1000))
    for k in list(f):
        if k[0].startswith("art20_1_rules"):
            f[k] = 0
    if form == "2019":
        f["art20_1_normative_total", ""] += f["art20_1_normative_disclosed", ""]
    mode = force.get("mode") or dice.choice(("html", "html", "html", "html", "div", "p", "text"))
    h = Habit(
        value=dice.choice(("plain", "wide", "comma", "unit", "unit_paren", "nbsp", "signed", "decimal", "space_comma")),
        zero=dice.choice(("0", "0", "0", "blank", "dash", "word")),
        dash=dice.choice(("—", "-", "/", "——", "－", "\\")),
        label=dice.choice(
            (
                "plain",
                "spaces",
                "zerowidth",
                "numbering",
                "nonumber",
                "notes",
                "wuhan",
                "break",
                "quotes",
                "variants",
                "unitlabel",
                "colon",
            )
        ),
        head=dice.choice(("plain", "plain", "break", "blank", "year", "year2", "instr", "unit", "spaced")),
        head3=dice.choice(("official", "official", "empty_third", "flat", "norel", "two", "sequence")),
        one_table=dice.random() < 0.5,
        extra2=dice.choice(("", "", "", "check", "docs", "sum")),
        subtotal_column=dice.random() < 0.2,
        subtotal_rows=dice.random() < 0.15,
        repeat_head=dice.random() < 0.15,
        footnote=dice.choice(("", "", "row", "p")),
        band=dice.choice(("span", "span", "one", "pad")),
        order2=dice.choice(("", "", "swap", "bands")),
        groups=dice.choice(("rowspan", "rowspan", "empty")),
        info_label=dice.choice(("信息内容", "信息内容", "信息 内容", "项目", "内容", "")),
        trailing=dice.choice((0, 0, 0, 1, 2)),
    )
    for k, v in force.items():
        if hasattr(h, k):
            setattr(h, k, v)
    if h.repeat_head:
        h.groups = "rowspan"
    exp = {}
    tables2 = t2(form, f, h, dice, exp, year)
    table3 = t3(form, f, h, dice, exp)
    table4 = t4(f, h, dice, exp)
    pub = (year + 1, 1, dice.randint(5, 28))
    pubtext = f"{pub[0]}-{pub[1]:02}-{pub[2]:02}"
    title = dice.choice(TITLES).format(u=unit[0], y=year)
    if dice.random() < 0.15 and "\n" not in title:
        title = " ".join(title)
    period = dice.choice(
        (
            f"{year}年1月1日至{year}年12月31日",
            f"{year}年1月1日至12月31日",
            f"自{year}年1月1日起至{year}年12月31日止",
            f"{year}1月1日至{year}12月31日",
            f"{year}年1月1日—12月31日",
        )
    )
    pre = PREAMBLE.format(p=period)
    hs = headings(dice, form)
    prose = [
        "全年工作有序推进，制度不断完善。",
        "",
        "",
        "",
        "一是内容还不够丰富，二是渠道有待拓展。下一步将继续改进。",
        "本年度未收取信息处理费。",
    ]
    note = f"{h} mode={mode}"
    ident = {
        "unit_name": unit[1],
        "unit_kind": unit[2],
        "region_code": unit[3],
        "year": year,
        "form": form,
        "published_on": pubtext,
    }
    if mode == "text":
        how = force.get("how") or dice.choice(("lost", "repeat", "empty"))
        style = force.get("style") or dice.choice(
            (
                "pipes",
                "pipes_noouter",
                "pipes_tight",
                "pipes_trail",
                "markdown",
                "tabs",
                "lines",
                "lines_crlf",
                "lines_u3000",
                "spaced",
                "lines_trail",
            )
        )
        if style.startswith(("lines", "spaced")):
            how = "lost"
        note += f" how={how} style={style}"
        tt2 = [text_table(t, how, style, dice) for t in tables2]
        nl = "\r\n" if style == "lines_crlf" else "\n"
        parts = [
            title,
            f"发布时间：{pubtext}",
            pre,
            hs[0],
            prose[0],
            hs[1],
            *tt2,
            hs[2],
            text_table(table3, how, style, dice),
            hs[3],
            text_table(table4, how, style, dice),
            hs[4],
            prose[4],
            hs[5],
            prose[5],
        ]
        if unit[4]:
            parts.append(f"网站标识码：{unit[4]}")
        sep = nl if dice.random() < 0.3 else nl + nl
        text = sep.join(parts)
        enc = force.get("encoding") or dice.choice(("utf-8", "utf-8", "gb18030", "utf-8-sig", "utf-16"))
        return Case(
            text.encode(enc),
            "report.txt",
            exp,
            ident,
            note,
            remarkable=bool(h.extra2) or (not period.startswith(f"自{year}年") and f"{year}年" not in period),
        )
    inner_name = force.get("inner") or dice.choice(list(INNERS))
    inner = INNERS[inner_name]
    shape = force.get("shape") or dice.choice(("plain", "th", "thall", "thead", "caption", "noclose", "ones"))
    note += f" inner={inner_name} shape={shape}"
    draw = {"html": html_table, "div": div_grid, "p": p_values}[mode]
    two = (
        "".join(draw(t, dice, inner, shape) for t in tables2)
        if not h.one_table
        else draw([r for t in tables2 for r in t], dice, inner, shape)
    )
    three = draw(table3, dice, inner, shape)
    four = draw(table4, dice, inner, shape)
    foot = "<p>注：1.表中“其他”含3件。2.数据截至12月31日。</p>" if h.footnote == "p" else ""
    htag = dice.choice(("p", "h2", "div", "p><strong", "h3"))
    close = "</" + htag.replace("><", "></").split(">")[-1].lstrip("</") + ">" if ">" not in htag else "</strong></p>"

    def H(t):
        return f"<{htag}>{t}{close}"

    where = dice.choice(("meta", "label", "bracket", "signature", "span"))
    head_extra = f'<meta name="PubDate" content="{pubtext} 10:22">' if where == "meta" else ""
    if dice.random() < 0.4 and unit[4]:
        head_extra += f'<meta name="SiteIDCode" content="{unit[4]}">'
        footcode = ""
    else:
        footcode = (
            f"<div class=foot>主办：某某 网站标识码：{unit[4]}</div>" if unit[4] else "<div class=foot>主办：某某</div>"
        )
    label_line = {
        "label": f"<div>发布日期：{pubtext} 来源：{unit[0]} 浏览次数：12</div>",
        "span": f"<div><span>发布时间：</span><span>{pubtext} 09:00</span><span>字体：大 中 小</span></div>",
    }.get(where, "")
    bracket = f"<p>（{pub[0]}年{pub[1]}月{pub[2]}日）</p>" if where == "bracket" else ""
    sign = (
        f"<p align=right>{unit[0]}</p><p align=right>{pub[0]}年{pub[1]}月{pub[2]}日</p>" if where == "signature" else ""
    )
    ttag = dice.choice(("h1", "div", "p", "h2"))
    titleh = f"<{ttag}>" + title.replace("\n", "<br>") + f"</{ttag}>"
    body = (
        titleh
        + label_line
        + bracket
        + f"<p>{pre}</p>"
        + H(hs[0])
        + f"<p>{prose[0]}</p>"
        + H(hs[1])
        + two
        + foot
        + H(hs[2])
        + three
        + foot
        + H(hs[3])
        + four
        + foot
        + H(hs[4])
        + f"<p>{prose[4]}</p>"
        + H(hs[5])
        + f"<p>{prose[5]}</p>"
        + sign
    )
    wrap = dice.choice(("plain", "section", "layout", "layout3", "center"))
    if wrap == "section":
        body = f"<main><article><section>{body}</section></article></main>"
    elif wrap == "layout":
        body = f"<table width=100%><tr><td width=200>导航</td><td>{body}</td></tr></table>"
    elif wrap == "layout3":
        body = f"<table><tr><td>&nbsp;</td></tr><tr><td><table><tr><td>{body}</td></tr></table></td></tr></table>"
    elif wrap == "center":
        body = f"<center><div id=zoom><div class=TRS_Editor>{body}</div></div></center>"
    nav = dice.choice(
        (
            "",
            "<table><tr><td><a href=/>首页</a></td><td><a href=/a>行政许可</a></td><td><a href=/b>行政处罚</a></td><td>行政强制</td></tr><tr><td>规章</td><td>行政规范性文件</td><td>2023</td><td>12</td></tr></table>",
            "<ul><li>首页</li><li>政府信息公开年报</li><li>行政许可</li><li>行政处罚</li><li>其他</li></ul>",
            "<div>2026年11月22日 星期日</div>",
        )
    )
    enc = dice.choice(("utf-8", "gb18030"))
    meta = dice.choice(("utf-8", "gb2312", enc))
    page = f"<!DOCTYPE html><html><head><meta charset={meta}><title>{title.replace(chr(10), '')}_某县政府网</title>{head_extra}</head><body>{nav}{body}{footcode}</body></html>"
    note += f" wrap={wrap} where={where} nav={nav[:8]} title={title!r}"
    return Case(
        page.encode(enc, "xmlcharrefreplace"),
        "report.html",
        exp,
        ident,
        note,
        charset=dice.choice(("", meta)),
        remarkable=bool(h.extra2) or (not period.startswith(f"自{year}年") and f"{year}年" not in period),
    )


def expected_error(fact: Fact, case: Case) -> str:
    """What is wrong with a `reported` cell; '' if nothing."""
    state, value = case.cells.get((fact.indicator, fact.applicant), ("absent", None))
    if fact.state != "reported" or (state == "reported" and fact.value == pytest.approx(value)):
        return ""
    return f"{fact.indicator}/{fact.applicant}: {fact.value} read from {fact.raw!r} is {state} {value}"


def wrong(extraction: Extraction, case: Case) -> list[str]:
    return [why for fact in extraction.facts if (why := expected_error(fact, case))]


def withheld(extraction: Extraction, case: Case) -> list[str]:
    """Cells whose state is not that of the cell as printed."""
    found = {(fact.indicator, fact.applicant): fact.state for fact in extraction.facts}
    return [f"{key}: {found.get(key)}" for key, (state, _) in case.cells.items() if found.get(key) != state]


def read(case: Case) -> Extraction:
    return extract(Source(case.body, charset=case.charset, name=case.name))


@pytest.mark.parametrize("seed", range(120))
def test_pages_in_other_habits_are_read_whole(seed: int) -> None:
    case = build(seed, mode="html")
    extraction = read(case)
    assert wrong(extraction, case) == [], case.note
    assert withheld(extraction, case) == [], case.note
    report = extraction.report
    assert report is not None
    assert {name: getattr(report, name) for name in case.identity} == case.identity, case.note
    assert [check.message for check in extraction.checks if check.severity == "error"] == [], case.note
    blanks = any(check.rule == "BLANKS" and check.outcome == "fail" for check in extraction.checks)
    assert report.quality == "ok" or blanks or case.remarkable, case.note


TEXTS = ("pipes", "pipes_trail", "markdown", "tabs", "lines", "lines_crlf", "lines_u3000", "spaced", "lines_trail")


@pytest.mark.parametrize("style", TEXTS)
def test_texts_in_other_habits_are_read_whole(style: str) -> None:
    for seed in range(100, 110):
        case = build(seed, mode="text", style=style, zero="0")
        extraction = read(case)
        assert wrong(extraction, case) == [], case.note
        assert withheld(extraction, case) == [], case.note
        assert extraction.report is not None
        assert extraction.report.unit_name == case.identity["unit_name"]
        assert [check.message for check in extraction.checks if check.severity == "error"] == [], case.note


@pytest.mark.parametrize("mode", ["div", "p", "text"])
def test_lost_borders_never_make_a_wrong_figure(mode: str) -> None:
    for seed in range(200, 240):
        case = build(seed, mode=mode)
        assert wrong(read(case), case) == [], case.note


@pytest.mark.parametrize("mode", ["html", "p", "text"])
def test_broken_sums_are_flagged(mode: str) -> None:
    for seed in range(300, 325):
        case = build(seed, mode=mode, broken=True)
        extraction = read(case)
        assert extraction.report is not None
        assert wrong(extraction, case) == [], case.note
        assert extraction.report.quality != "ok", case.note
        if mode == "html" and not any(state != "reported" for state, _ in case.cells.values()):
            assert extraction.report.quality == "error", case.note


def lose_a_line(text: str, dice: random.Random) -> str:
    """One cell of a text file gone: of a line with borders one cell, else a line."""
    lines = text.split("\n")
    rows = [i for i, line in enumerate(lines) if line.count("|") > 2 or line.count("\t") > 2]
    at = dice.choice(rows or [i for i, line in enumerate(lines) if len(line.strip()) < 12])
    if not rows:
        return "\n".join(lines[:at] + lines[at + 1 :])
    border = "|" if "|" in lines[at] else "\t"
    cells = lines[at].split(border)
    del cells[dice.randrange(len(cells))]
    return "\n".join([*lines[:at], border.join(cells), *lines[at + 1 :]])


@pytest.mark.parametrize("style", TEXTS)
def test_a_lost_cell_never_makes_a_wrong_figure(style: str) -> None:
    for seed in range(400, 410):
        case = build(seed, mode="text", style=style, encoding="utf-8")
        body = lose_a_line(case.body.decode(), random.Random(seed)).encode()
        damaged = extract(Source(body, name=case.name))
        if damaged.report is not None and damaged.report.quality == "ok":
            assert wrong(damaged, case) == [], case.note


BODY = "".join(
    f"<p>{heading}</p><p>正文说明全年工作。</p>"
    for heading in (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
)


@pytest.mark.parametrize("title", MORE_TITLES)
def test_titles_in_every_order(title: str) -> None:
    for printed, name, kind, region, code in UNITS:
        for spaced in (False, True):
            text = title.format(u=printed, y=2023)
            text = " ".join(text) if spaced else text
            meta = f'<meta name="SiteIDCode" content="{code}">' if code else ""
            page = f"<html><head>{meta}</head><body><h1>{text}</h1><div>发布日期：2024-01-20</div>{BODY}</body></html>"
            report = extract(Source(page.encode())).report
            assert report is not None, text
            assert (report.unit_name, report.unit_kind, report.region_code) == (name, kind, region), text
            assert (report.year, report.published_on) == (2023, "2024-01-20"), text


def test_a_blank_in_the_unit_of_a_heading_is_no_other_unit() -> None:
    assert header_unit("本 年 收 费 金 额 （ 单 位 ： 万 元 ）") == "万元"


def page_of(rows: list[list[str]]) -> Source:
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return Source(f"<html><body><h1>甲县2023年政府信息公开年度报告</h1><table>{table}</table></body></html>".encode())


def test_figures_below_an_unknown_heading_belong_to_no_other() -> None:
    source = page_of(
        [
            ["信息内容", "上一年项目数量", "今年增减的数目", "处理决定数量"],
            ["行政许可", "", "-121", ""],
            ["其他对外管理服务事项", "7", "8", "9"],
        ]
    )
    document = read_document(source)
    facts = {fact.indicator: (fact.state, fact.value) for fact in read_tables(document, "2019").facts}
    assert facts["art20_5_licensing_items_prev"] == ("blank", None)
    assert facts["art20_5_licensing_items_change"] == ("absent", None)
    assert facts["art20_5_licensing_decisions"] == ("blank", None)
    assert facts["art20_5_other_services_items_prev"] == ("reported", 7)
    assert facts["art20_5_other_services_decisions"] == ("reported", 9)
