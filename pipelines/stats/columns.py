"""Which column of a statistics table holds the report's own figure of its year: headings and sums decide, never places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.fold import fold
from pipelines.numbers import read_cell
from pipelines.stats.rows import Row

_YEAR = re.compile(r"20[0-3]\d")
_CUMULATIVE = re.compile(r"累计|历年|自?2008年(?:5月1日)?(?:以来|至今|起)|总计数|开始至今")
_OTHER_TIME = re.compile(r"上年|去年|上一年|同比|增长|增减|比例|占比|百分|%|环比|较上")
_MONTH = re.compile(r"^(?:20\d\d年)?(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?:数)?$|季度")
_YEARLY = re.compile(r"年度数|本年|当年|今年|年度|全年")
_TOTAL = re.compile(r"合计|总计|总数|小计|全[县市区省州旗]|累计|全年|本年度")
_OWN = re.compile(r"本级|本机关|本部门|本单位|机关本身|^区政府$|^县政府$|^市政府$")
_PLAIN = re.compile(r"^(?:数量?|数值|统计(?:数|数据|结果|数值|情况)|数据|填报数?|数字|指标值|值|年度统计数?|统计数量)$")
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """`column` is the place, among the columns with figures, of the year's own figure; None with a `reason` (one English
    clause) where no heading and no sum proves one. `by` is `sums` where only the sums did. `alone` tells that other columns
    have figures and no heading: only a row's single figure is certain."""

    column: int | None
    by: str = ""
    alone: bool = False
    reason: str = ""


def columns_of(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """The columns of figures of one table, left to right, with their headings; a column without any figure and any
    heading is none."""
    found: dict[int, str] = {}
    filled: set[int] = set()
    for row in rows:
        for figure in row.figures:
            found.setdefault(figure.column, figure.heading)
            if figure.text:
                filled.add(figure.column)
    return [(column, found[column]) for column in sorted(found) if column in filled or (found[column] and not filled)]


def choose(rows: Sequence[Row], columns: Sequence[tuple[int, str]], year: int | None, unit: str) -> Choice:
    """The column of the year's own figures. `year` and `unit` are those of the title (None and '' if it names none)."""
    if not columns:
        return Choice(None, reason="no row has a figure")
    if len(columns) == 1:
        head = columns[0][1]
        if _CUMULATIVE.search(head) and not _YEARLY.search(head) and not _YEAR.search(head):
            return Choice(None, reason=f"the only column of figures is headed {head}")
        return Choice(0)
    heads = [fold(heading) for _, heading in columns]
    months = [bool(_MONTH.search(head)) for head in heads]
    left = [
        index
        for index, head in enumerate(heads)
        if not _OTHER_TIME.search(head)
        and not (_CUMULATIVE.search(head) and not _YEARLY.search(_CUMULATIVE.sub("", head)) and not any(months))
    ]
    years = {index: found for index in left if (found := _YEAR.findall(heads[index]))}
    dated = [index for index in years if year is not None and str(year) in years[index]]
    if years and len(dated) == 1 and len(years) == len(left):
        return Choice(dated[0])
    if len(years) > 1 and len(dated) != 1:
        return Choice(None, reason="the columns are of several years, and the title does not say which is the report's")
    if len(left) == 1 and heads[left[0]]:
        return Choice(left[0])
    headed = [index for index in left if heads[index]]
    if len(headed) <= 1 and len(left) == len(columns):
        return Choice(headed[0] if headed else left[0], alone=True, reason="a row has figures without a heading")
    yearly = [index for index in left if _YEARLY.search(heads[index]) or index in years]
    if len(yearly) == 1 and not any(_OWN.search(heads[index]) for index in left) and not any(months):
        others = [index for index in left if index not in yearly]
        if not others or all(_CUMULATIVE.search(heads[index]) for index in others):
            return Choice(yearly[0])
    named = [index for index in left if len(heads[index]) >= 3 and unit and fold(unit).endswith(heads[index])]
    if len(named) == 1 and not _TOTAL.search(heads[named[0]]):
        return Choice(named[0])
    totals = [index for index in left if _TOTAL.search(heads[index]) and not months[index]]
    if len(totals) == 1 and not any(_OWN.search(heads[index]) for index in left):
        others = [index for index in left if index != totals[0]]
        if _adds_up(rows, [columns[index][0] for index in others], columns[totals[0]][0]):
            return Choice(totals[0], by="sums")
    named_heads = ", ".join(head or "(no heading)" for head in heads)
    return Choice(
        None, reason=f"several columns of figures and nothing proves which is the report's own: {named_heads}"
    )


def _adds_up(rows: Sequence[Row], parts: Sequence[int], total: int) -> bool:
    """Whether the parts add up to the total in every row that has a figure in it, in three rows that are not zero at least."""
    strong = 0
    for row in rows:
        cells = {figure.column: read_cell(figure.text, "") for figure in row.figures}
        whole = cells.get(total)
        if whole is None or whole.value is None:
            continue
        values = [cells[part].value or 0.0 for part in parts if part in cells]
        if any(cells[part].state == "ambiguous" for part in parts if part in cells):
            return False
        if abs(sum(values) - whole.value) > 1e-6:
            return False
        strong += whole.value > 0
    return strong >= _LEAST


def plain(heading: str) -> bool:
    """Whether a heading says nothing but that figures stand below it."""
    return not heading or bool(_PLAIN.match(fold(heading)))
