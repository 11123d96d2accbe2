"""The official tables as they are printed, laid out from the codebook: where each cell stands, not what is in it.

Every label of the codebook is a path of headings joined by `·`; the forms' merged headings follow from it. Sources of
the layouts: 国办公开办函〔2019〕60 号 and 〔2021〕30 号.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from pipelines.codebook import Indicator, form_indicators
from pipelines.model import APPLICANTS

APPLICANT_ZH = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
    "total": "总计",
}
APPLICANT_EN = {
    "natural_person": "natural person",
    "commercial": "company",
    "research": "research",
    "public_interest": "public interest",
    "legal_service": "legal service",
    "other": "other",
    "total": "total",
}
NUMERALS = "一二三四五六七八九十"
_RESULT = re.compile(r"三、(?:本年度办理结果·)?(?P<group>\(.\)[^·]*)(?:·(?P<leaf>.*))?\Z")
_STAGE = "三、本年度办理结果"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading cell: text and how many columns and rows it takes."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one figure. `colspan` is above 1 where the form has no more columns in that row."""

    indicator: Indicator
    applicant: str = ""
    colspan: int = 1

    @property
    def anchor(self) -> str:
        """The element's id on the page."""
        return f"c-{self.indicator.indicator}" + (f"-{self.applicant}" if self.applicant else "")


Line = tuple[Heading | Slot, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A group of lines under one heading of the table; `lines` are the body, `head` the heading lines above it."""

    head: tuple[tuple[Heading, ...], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One official table: its chapter heading and its bands."""

    name: str
    section: str
    label_en: str
    bands: tuple[Band, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(cell for band in self.bands for line in band.lines for cell in line if isinstance(cell, Slot))

    @property
    def indicators(self) -> frozenset[str]:
        return frozenset(slot.indicator.indicator for slot in self.slots)


@cache
def tables(form: str, single_other_row: bool = False) -> tuple[Table, ...]:
    """The three tables of the form `2019` or `2021`; no tables for the older reports.

    `single_other_row`: reports on the 2021 form that print (六)其他处理 as one row, as the 2019 form does, get that row.
    """
    if form not in ("2019", "2021"):
        return ()
    rows = form_indicators(form)
    requests = [i for i in rows if i.by_applicant]
    if form == "2021" and not single_other_row:
        requests = [i for i in requests if i.indicator != "requests_other"]
    reviews = [i for i in rows if i.indicator.startswith(("review_", "litigation_"))]
    return (
        _proactive(form, [i for i in rows if i.indicator.startswith("art20_")]),
        _requests(requests),
        _reviews(reviews),
    )


def _proactive(form: str, rows: list[Indicator]) -> Table:
    """Table 2: one band for each item of article 20, its own column headings under it."""
    paths = {i: (i.label_zh.split("·"), i) for i in rows}
    items = sorted({path[0] for path, _ in paths.values()}, key=lambda item: NUMERALS.index(item[item.index("(") + 1]))
    columns: dict[str, list[str]] = {
        item: list(dict.fromkeys(path[2] for path, _ in paths.values() if path[0] == item)) for item in items
    }
    width = max(map(len, columns.values()))
    bands = []
    for item in items:
        headings = columns[item]
        spans = _spread(len(headings), width)
        head = (
            (Heading(item, colspan=width + 1),),
            (Heading("信息内容"), *(Heading(_printed(form, t), span) for t, span in zip(headings, spans, strict=True))),
        )
        lines: list[Line] = []
        for name in dict.fromkeys(path[1] for path, _ in paths.values() if path[0] == item):
            cells = {path[2]: i for path, i in paths.values() if path[:2] == [item, name]}
            figures = (Slot(cells[t], colspan=span) for t, span in zip(headings, spans, strict=True))
            lines.append((Heading(name), *figures))
        bands.append(Band(head, tuple(lines)))
    return Table("table2", rows[0].section, "Information disclosed proactively", tuple(bands))


def _printed(form: str, column: str) -> str:
    """Column headings that the forms print more fully than the codebook's shared labels."""
    if form == "2021":
        return {"处理决定数量": "本年处理决定数量", "本年收费金额": "本年收费金额（单位：万元）"}.get(column, column)
    return column


def _spread(columns: int, width: int) -> list[int]:
    """Column spans that fill `width`, the last column taking what is left."""
    return [1] * (columns - 1) + [width - columns + 1]


def _requests(rows: list[Indicator]) -> Table:
    """Table 3: seven columns of applicants; results grouped under (一) to (七)."""
    head = (
        (
            Heading("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", colspan=3, rowspan=3),
            Heading("申请人情况", colspan=7),
        ),
        (
            Heading(APPLICANT_ZH["natural_person"], rowspan=2),
            Heading("法人或其他组织", colspan=5),
            Heading(APPLICANT_ZH["total"], rowspan=2),
        ),
        tuple(Heading(APPLICANT_ZH[a]) for a in APPLICANTS[1:-1]),
    )
    results = [i for i in rows if _RESULT.match(i.label_zh)]
    lines: list[Line] = []
    for key, members in groupby(rows, key=_group):
        group = list(members)
        for number, indicator in enumerate(group):
            headings: list[Heading] = []
            if key is None:
                headings.append(Heading(indicator.label_zh, colspan=3))
            else:
                if indicator is results[0]:
                    headings.append(Heading(_STAGE, rowspan=len(results)))
                leaf = _leaf(indicator)
                if leaf is None:
                    headings.append(Heading(key, colspan=2))
                else:
                    if number == 0:
                        headings.append(Heading(key, rowspan=sum(_leaf(i) is not None for i in group)))
                    headings.append(Heading(leaf))
            lines.append((*headings, *(Slot(indicator, a) for a in APPLICANTS)))
    return Table("table3", rows[0].section, "Requests received and handled", (Band(head, tuple(lines)),))


def _group(indicator: Indicator) -> str | None:
    found = _RESULT.match(indicator.label_zh)
    return found["group"] if found else None


def _leaf(indicator: Indicator) -> str | None:
    found = _RESULT.match(indicator.label_zh)
    return found["leaf"] if found else None


def _reviews(rows: list[Indicator]) -> Table:
    """Table 4: one line of fifteen figures under merged headings."""
    paths = [i.label_zh.split("·") for i in rows]
    plain = sum(len(path) == 2 for path in paths)
    middles = [(path, len(list(same))) for path, same in groupby(p[1] for p in paths if len(p) == 3)]
    head = (
        (Heading(paths[0][0], colspan=plain, rowspan=2), Heading(paths[-1][0], colspan=len(rows) - plain)),
        tuple(Heading(text, colspan=count) for text, count in middles),
        tuple(Heading(path[-1]) for path in paths),
    )
    line = tuple(Slot(i) for i in rows)
    return Table("table4", rows[0].section, "Administrative reviews and litigation", (Band(head, (line,)),))
