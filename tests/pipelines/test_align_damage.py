"""Lawful tables, damaged at random in every way that converters and copyists know: what is read is right, what is not
provable is withheld. Run this file as a program for the shares per kind of damage."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from pipelines.model import APPLICANTS, Source
from pipelines.readers import read
from pipelines.tables import TableReading, read_tables

LABELS = {
    "requests_new": "一、本年新收政府信息公开申请数量",
    "requests_carried_in": "二、上年结转政府信息公开申请数量",
    "requests_granted": "（一）予以公开",
    "requests_partial": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "requests_deny_state_secret": "1.属于国家秘密",
    "requests_deny_law": "2.其他法律行政法规禁止公开",
    "requests_deny_stability": "3.危及“三安全一稳定”",
    "requests_deny_third_party": "4.保护第三方合法权益",
    "requests_deny_internal": "5.属于三类内部事务信息",
    "requests_deny_process": "6.属于四类过程性信息",
    "requests_deny_enforcement_file": "7.属于行政执法案卷",
    "requests_deny_admin_query": "8.属于行政查询事项",
    "requests_unable_not_held": "1.本机关不掌握相关政府信息",
    "requests_unable_need_creation": "2.没有现成信息需要另行制作",
    "requests_unable_unclear": "3.补正后申请内容仍不明确",
    "requests_reject_petition": "1.信访举报投诉类申请",
    "requests_reject_repeat": "2.重复申请",
    "requests_reject_publication": "3.要求提供公开出版物",
    "requests_reject_excessive": "4.无正当理由大量反复申请",
    "requests_reject_reconfirm": "5.要求行政机关确认或重新出具已获取信息",
    "requests_other": "（六）其他处理",
    "requests_handled": "（七）总计",
    "requests_carried_out": "四、结转下年度继续办理",
}
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
GROUPS = {
    "requests_granted": "三、本年度办理结果",
    "requests_deny_state_secret": "（三）不予公开",
    "requests_unable_not_held": "（四）无法提供",
    "requests_reject_petition": "（五）不予处理",
}
ENDS = ("requests_new", "requests_carried_in", "requests_handled", "requests_carried_out")
Table = dict[str, list[int]]
Rows = list[tuple[str, list[str]]]
"""Label and cells of each printed row."""


def lawful(dice: random.Random) -> Table:
    """Sparse figures like real ones: most cells zero, natural persons before all."""
    most = dice.choice((2, 5, 12, 150))
    rate = dice.choice((0.08, 0.25, 0.6))
    table: Table = {}
    for name in LABELS:
        if name not in ENDS:
            cells = [dice.randint(1, most) if dice.random() < (rate * 2 if i == 0 else rate) else 0 for i in range(6)]
            table[name] = cells
    table["requests_handled"] = [sum(column) for column in zip(*table.values(), strict=True)]
    table["requests_carried_out"] = [dice.choice((0, 0, 0, dice.randint(0, most))) for _ in range(6)]
    both = [a + b for a, b in zip(table["requests_handled"], table["requests_carried_out"], strict=True)]
    table["requests_carried_in"] = [dice.choice((0, 0, dice.randint(0, min(value, most)))) for value in both]
    table["requests_new"] = [a - b for a, b in zip(both, table["requests_carried_in"], strict=True)]
    return {name: [*table[name], sum(table[name])] for name in LABELS}


def printed(table: Table, zero: str, dice: random.Random) -> Rows:
    """Zeros printed as `zero`, or with `mixed` each as 0 or not at all."""
    habits = ("0", "") if zero == "mixed" else (zero,)
    return [(name, [str(value) if value else dice.choice(habits) for value in cells]) for name, cells in table.items()]


def some_row(rows: Rows, dice: random.Random, least: int = 1) -> int:
    """A row with at least so many filled cells."""
    return dice.choice([i for i, (_, cells) in enumerate(rows) if sum(map(bool, cells)) >= least] or [0])


def blanks_gone(rows: Rows, dice: random.Random) -> Rows:
    return [(label, [cell for cell in cells if cell] or [""]) for label, cells in rows]


def some_blanks_gone(rows: Rows, dice: random.Random) -> Rows:
    return [
        (label, [cell for cell in cells if cell or dice.random() < 0.5] or [""])
        if dice.random() < 0.4
        else (label, cells)
        for label, cells in rows
    ]


def trailing_blanks_gone(rows: Rows, dice: random.Random) -> Rows:
    for _, cells in rows:
        while len(cells) > 1 and not cells[-1]:
            cells.pop()
    return rows


def cell_dropped(rows: Rows, dice: random.Random) -> Rows:
    cells = rows[some_row(rows, dice)][1]
    del cells[dice.choice([i for i, cell in enumerate(cells) if cell] or [0])]
    return rows


def cell_emptied(rows: Rows, dice: random.Random) -> Rows:
    cells = rows[some_row(rows, dice)][1]
    cells[dice.choice([i for i, cell in enumerate(cells) if cell] or [0])] = ""
    return rows


def blanks_and_a_cell_gone(rows: Rows, dice: random.Random) -> Rows:
    return blanks_gone(cell_dropped(rows, dice), dice)


def neighbour_repeated(rows: Rows, dice: random.Random) -> Rows:
    """One damage: a bordered row that lost a blank, too, looks whole by both, and is what the document prints."""
    cells = rows[some_row(rows, dice, 7)][1]
    at = dice.randrange(len(cells))
    cells.insert(at, cells[at])
    return rows


def neighbour_repeated_and_blanks_gone(rows: Rows, dice: random.Random) -> Rows:
    cells = rows[some_row(rows, dice)][1]
    at = dice.choice([i for i, cell in enumerate(cells) if cell] or [0])
    cells.insert(at, cells[at])
    return blanks_gone(rows, dice)


def zero_repeated_for_a_blank(rows: Rows, dice: random.Random) -> Rows:
    """In every other row one blank less and one zero more: by their number the cells look whole."""
    rows = blanks_gone([(label, list(cells)) for label, cells in rows], dice)
    for _, cells in rows:
        if "0" in cells and len(cells) < 7 and dice.random() < 0.5:
            cells.insert(cells.index("0"), "0")
    return rows


def repeated_neighbours_gone(rows: Rows, dice: random.Random) -> Rows:
    """A cell that equals its neighbour is merged with it."""
    return [(label, [c for i, c in enumerate(cells) if i == 0 or c != cells[i - 1]]) for label, cells in rows]


def two_glued(rows: Rows, dice: random.Random) -> Rows:
    cells = rows[some_row(rows, dice, 2)][1]
    at = dice.choice([i for i in range(len(cells) - 1) if cells[i] and cells[i + 1]] or [0])
    cells[at : at + 2] = ["".join(cells[at : at + 2])]
    return rows


def rows_glued(rows: Rows, dice: random.Random) -> Rows:
    return [(label, ["".join(cells)]) if dice.random() < 0.3 else (label, cells) for label, cells in rows]


def torn(rows: Rows, dice: random.Random) -> Rows:
    """Some rows go on in a line of their own."""
    result: Rows = []
    for label, cells in rows:
        at = dice.randrange(1, max(2, len(cells)))
        result += [(label, cells[:at]), ("", cells[at:])] if dice.random() < 0.15 else [(label, cells)]
    return result


def row_lost(rows: Rows, dice: random.Random) -> Rows:
    del rows[dice.randrange(len(rows))]
    return rows


def row_lost_and_blanks(rows: Rows, dice: random.Random) -> Rows:
    return blanks_gone(row_lost(rows, dice), dice)


def row_twice(rows: Rows, dice: random.Random) -> Rows:
    at = dice.randrange(len(rows))
    return [*rows[: at + 1], rows[at], *rows[at + 1 :]]


def label_lost(rows: Rows, dice: random.Random) -> Rows:
    at = dice.randrange(len(rows))
    rows[at] = ("", rows[at][1])
    return rows


def rows_merged(rows: Rows, dice: random.Random) -> Rows:
    """The cells of two rows stand in one line behind the first label."""
    at = dice.randrange(len(rows) - 1)
    return [*rows[:at], (rows[at][0], rows[at][1] + rows[at + 1][1]), *rows[at + 2 :]]


def other_order(rows: Rows, dice: random.Random) -> Rows:
    at = [i for i, (name, _) in enumerate(rows) if name.startswith("requests_deny")]
    moved = dice.sample(at, len(at))
    return [rows[moved[at.index(i)]] if i in at else row for i, row in enumerate(rows)]


DAMAGES: dict[str, Callable[[Rows, random.Random], Rows]] = {
    damage.__name__.replace("_", " "): damage
    for damage in (
        blanks_gone,
        some_blanks_gone,
        trailing_blanks_gone,
        cell_dropped,
        cell_emptied,
        blanks_and_a_cell_gone,
        neighbour_repeated,
        neighbour_repeated_and_blanks_gone,
        zero_repeated_for_a_blank,
        repeated_neighbours_gone,
        two_glued,
        rows_glued,
        torn,
        row_lost,
        row_lost_and_blanks,
        row_twice,
        label_lost,
        rows_merged,
        other_order,
    )
}


def pipes(rows: Rows, heads: bool = True) -> str:
    top = [
        "（本列数据的勾稽关系为）|||申请人情况",
        "|||自然人|法人或其他组织|||||总计",
        "|||" + "|".join(("", *HEADS[1:6], "")),
    ]
    lines = [
        "|".join([LABELS.get(name, ""), *cells]) if name in LABELS or not name else "|".join(cells)
        for name, cells in rows
    ]
    return "\n".join([*(top if heads else []), *lines])


def bordered(rows: Rows) -> str:
    lines = ["|申请人情况|", "|" + "|".join(HEADS) + "|"]
    for name, cells in rows:
        lines.append("|" + "|".join([LABELS.get(name, ""), *cells]) + "|")
    return "\n".join(lines)


def words(rows: Rows) -> str:
    lines = ["申请人情况", " ".join(HEADS)]
    for name, cells in rows:
        lines.append(" ".join([LABELS.get(name, ""), *filter(None, cells)]).strip())
    return "\n".join(lines)


def markup(rows: Rows) -> str:
    lines = ["<td>申请人情况</td>", "<td>&nbsp;</td>" + "".join(f"<td>{head}</td>" for head in HEADS)]
    for name, cells in rows:
        lines.append(f"<td>{LABELS.get(name, '')}</td>" + "".join(f"<td>{cell}</td>" for cell in cells))
    return "<html><meta charset=utf-8><body><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></body>"


def lines_of_cells(rows: Rows) -> str:
    lines = ["申请人情况", *HEADS]
    for name, cells in rows:
        lines += [LABELS[name]] if name else []
        lines += cells
    return "\n".join(lines)


STYLES: dict[str, Callable[[Rows], str]] = {
    "pipes": bordered,
    "pipes without headings": lambda rows: pipes(rows, heads=False),
    "words": words,
    "markup": markup,
    "lines": lines_of_cells,
}


def reading(text: str) -> TableReading:
    name = "a.html" if text.startswith("<html") else "a.txt"
    return read_tables(read(Source(text.encode(), name=name)), "2019")


def run(damage: str, style: str, seed: int) -> tuple[Counter[str], list[str]]:
    """How many of the printed figures are read, withheld and wrong; what is wrong."""
    dice = random.Random(f"{damage} {style} {seed}")
    table = lawful(dice)
    whole = printed(table, dice.choice(("", "0", "mixed")), dice)
    truth = {name: list(cells) for name, cells in whole}
    result = reading(STYLES[style](DAMAGES[damage](whole, dice)))
    counts: Counter[str] = Counter()
    errors: list[str] = []
    for fact in result.facts:
        if fact.indicator not in table:
            continue
        true = truth[fact.indicator][APPLICANTS.index(fact.applicant)]
        if fact.state == "reported":
            right = true != "" and fact.value == int(true)
            counts["read" if right else "wrong"] += 1
            if not right:
                errors.append(f"{damage}, {style}, {seed}: {fact.indicator}/{fact.applicant} {fact.value} is {true!r}")
        elif true:
            counts["withheld"] += 1
            if fact.state == "blank" and true != "0" and damage not in ("cell emptied", "cell dropped"):
                counts["blank"] += 1
    return counts, errors


@cache
def tally(damage: str, style: str, seeds: int) -> tuple[Counter[str], tuple[str, ...]]:
    counts: Counter[str] = Counter()
    errors: list[str] = []
    for seed in range(seeds):
        found, wrong = run(damage, style, seed)
        counts += found
        errors += wrong
    return counts, tuple(errors)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_damage_makes_a_wrong_figure(damage: str, style: str) -> None:
    counts, errors = tally(damage, style, 4)
    assert errors == ()
    assert sum(counts.values()) > 0


if __name__ == "__main__":
    import sys

    for damage in DAMAGES:
        for style in STYLES:
            counts, errors = tally(damage, style, int(sys.argv[1]))
            whole = counts["read"] + counts["withheld"] + counts["wrong"]
            print(f"{damage:28}{style:24}{counts['read'] / whole:6.1%} read, {counts['withheld']:6} withheld, "
                  f"{counts['wrong']:4} wrong, {counts['blank']} blank", *errors[:2])  # fmt: skip
