"""The tables of a report as grids of cells with spans, before any markup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from .figures import APPLICANTS, COURTS, DENY, ORGANISATIONS, OTHERS, OUTCOMES, REJECT, STATISTICS, UNABLE, Figures, Key
from .words import Words


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` is head, label, number or pad. `key` is that of a number."""

    text: str
    columns: int = 1
    rows: int = 1
    kind: str = "label"
    key: Key | None = None


Table = list[list[Cell]]
Printer = Callable[[Key], str]

COLUMNS_2019 = {
    "band1": ("made", "disclosed", "disclosed_total"),
    "band5": ("items_prev", "items_change", "decisions19"),
    "band6": ("items_prev", "items_change", "decisions19"),
    "band8": ("items_prev", "items_change"),
    "band9": ("projects", "amount"),
}
COLUMNS_2021 = {
    "band1": ("issued", "repealed", "in_force"),
    "band5": ("decisions21",),
    "band6": ("decisions21",),
    "band8": ("fee",),
}
ROWS = {
    "band1": (("rules", "art20_1_rules"), ("normative", "art20_1_normative")),
    "band5": (("licensing", "art20_5_licensing"), ("services", "art20_5_other_services")),
    "band6": (("penalty", "art20_6_penalty"), ("coercion", "art20_6_coercion")),
    "band8": (("fees", "art20_8_fees"),),
    "band9": (("procurement", "art20_9_procurement"),),
}
SUFFIX = {"disclosed_total": "total", "decisions19": "decisions", "decisions21": "decisions", "fee": "amount"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the grids are built. `header`: spans, empty (empty cells in the place of row spans), bare (a third row that
    is narrower). `one` puts table 2 in one table. `bands` are merged, single (one cell, no span), repeated (the band's
    words in every cell). `narrow`: how the rows of short bands are filled up: span, pad, none. `tail` trailing empty
    cells, `front` an empty first column. `groups`: span, empty (cells below a group's label are empty), repeat."""

    header: str = "spans"
    one: bool = True
    bands: str = "merged"
    narrow: str = "span"
    tail: int = 0
    front: int = 0
    groups: str = "span"
    closing: bool = False


def layout(rng: Random) -> Layout:
    return Layout(
        header=rng.choice(("spans", "spans", "empty", "bare")),
        one=rng.random() < 0.5,
        bands=rng.choice(("merged", "merged", "single", "repeated")),
        narrow=rng.choice(("span", "pad", "none")),
        tail=rng.choice((0, 0, 0, 1, 2)),
        front=rng.choice((0, 0, 0, 0, 1)),
        groups=rng.choice(("span", "span", "span", "empty", "repeat")),
        closing=rng.random() < 0.1,
    )


def table2(figures: Figures, words: Words, number: Printer, plan: Layout) -> list[Table]:
    """Table 2 as one grid, or as one for each band."""
    columns = COLUMNS_2019 if figures.form == "2019" else COLUMNS_2021
    width = 4
    whole: Table = []
    parts: list[Table] = []
    for band, heads in columns.items():
        wide = width if plan.one else len(heads) + 1
        part = [
            _band(words(band), wide, plan),
            _filled([Cell(words("information"), kind="head")], heads, words, wide, plan),
        ]
        for label, stem in ROWS[band]:
            keys: list[Key] = [(f"{stem}_{SUFFIX.get(head, head)}", "") for head in heads]
            if keys[0] not in figures.cells:
                continue
            cells = [Cell(words(label)), *(Cell(number(key), kind="number", key=key) for key in keys)]
            part.append(_stretched(cells, wide, plan))
        parts.append(part)
        whole += part
    tables = [whole] if plan.one else parts
    return [_edges(table, plan) for table in tables]


def _band(text: str, width: int, plan: Layout) -> list[Cell]:
    if plan.bands == "single":
        return [Cell(text, kind="head")]
    if plan.bands == "repeated":
        return [Cell(text, kind="head") for _ in range(width)]
    return [Cell(text, columns=width, kind="head")]


def _filled(first: list[Cell], heads: tuple[str, ...], words: Words, width: int, plan: Layout) -> list[Cell]:
    return _stretched([*first, *(Cell(words(head), kind="head") for head in heads)], width, plan)


def _stretched(cells: list[Cell], width: int, plan: Layout) -> list[Cell]:
    lack = width - len(cells)
    if lack <= 0 or plan.narrow == "none":
        return cells
    if plan.narrow == "pad":
        return [*cells, *(Cell("", kind="pad") for _ in range(lack))]
    return [*cells[:-1], replace(cells[-1], columns=1 + lack)]


def table3(figures: Figures, words: Words, number: Printer, plan: Layout) -> Table:
    """Table 3: three columns of labels, seven of figures."""
    rows = _header3(words, plan)
    others = OTHERS if figures.three_others else ()

    def line(labels: list[Cell], indicator: str) -> None:
        keys: list[Key] = [(indicator, who) for who in APPLICANTS]
        rows.append([*labels, *(Cell(number(key), kind="number", key=key) for key in keys)])

    for indicator in ("requests_new", "requests_carried_in"):
        line([Cell(words(indicator), columns=3)], indicator)
    groups = (("deny", DENY), ("unable", UNABLE), ("reject", REJECT), ("other", others))
    height = 3 + sum(len(members) for _, members in groups) + (0 if others else 1)
    chapter: list[Cell] | None = [Cell(words("results"), rows=height)]

    def lead() -> list[Cell]:
        nonlocal chapter
        first, chapter = chapter, None
        if plan.groups == "span":
            return first or []
        if first:
            return [replace(first[0], rows=1)]
        return [Cell("" if plan.groups == "empty" else words("results"))]

    for indicator in ("requests_granted", "requests_partial"):
        line([*lead(), Cell(words(indicator), columns=2)], indicator)
    for name, members in groups:
        if not members:
            line([*lead(), Cell(words("requests_other"), columns=2)], "requests_other")
        for place, indicator in enumerate(members):
            group = [Cell(words(name), rows=len(members))] if place == 0 else []
            if plan.groups != "span":
                group = [Cell(words(name) if place == 0 or plan.groups == "repeat" else "")]
            line([*lead(), *group, Cell(words(indicator))], indicator)
    line([*lead(), Cell(words("requests_handled"), columns=2)], "requests_handled")
    line([Cell(words("requests_carried_out"), columns=3)], "requests_carried_out")
    return _edges(rows, plan)


def _header3(words: Words, plan: Layout) -> Table:
    head = lambda text, columns=1, rows=1: Cell(text, columns, rows, "head")  # noqa: E731
    organs = [head(words("other_org" if who == "other" else who)) for who in ORGANISATIONS]
    identity, applicants = words("identity"), head(words("applicants"), 7)
    group = head(words("organisations"), 5)
    if plan.header == "spans":
        return [
            [head(identity, 3, 3), applicants],
            [head(words("natural_person"), 1, 2), group, head(words("total"), 1, 2)],
            organs,
        ]
    if plan.header == "empty":
        return [
            [head(identity, 3), applicants],
            [head("", 3), head(words("natural_person")), group, head(words("total"))],
            [head("", 3), head(""), *organs, head("")],
        ]
    return [
        [head(identity, 3, 3), applicants],
        [head(words("natural_person")), group, head(words("total"))],
        [head(""), *organs, head("")],
    ]


def table4(figures: Figures, words: Words, number: Printer, plan: Layout) -> Table:
    """Table 4: fifteen figures in one row under three headings."""
    outcome = {
        "upheld": "upheld",
        "corrected": "corrected",
        "other": "outcome_other",
        "pending": "pending",
        "total": "sum",
    }
    tall = 2 if plan.header == "spans" else 1

    def outcomes(rows: int) -> list[Cell]:
        return [Cell(words(outcome[name]), rows=rows, kind="head") for name in (*OUTCOMES, "total")]

    top = [Cell(words("review"), columns=5, rows=1, kind="head"), Cell(words("litigation"), columns=10, kind="head")]
    groups = [
        Cell(words("litigation_direct"), columns=5, kind="head"),
        Cell(words("litigation_after_review"), columns=5, kind="head"),
    ]
    second = [*outcomes(tall), *groups]
    third = [*outcomes(1), *outcomes(1)]
    if plan.header == "empty":
        third = [*(Cell("", kind="head") for _ in range(5)), *third]
    elif plan.header == "bare":
        # The review's outcomes stand in the third row, beside those of litigation.
        second = [Cell("", columns=5, kind="head"), *groups]
        third = [*outcomes(1), *third]
    keys: list[Key] = [(f"{court}_{name}", "") for court in COURTS for name in (*OUTCOMES, "total")]
    figures_row = [Cell(number(key), kind="number", key=key) for key in keys]
    return _edges([top, second, third, figures_row], plan)


def statistics(figures: Figures, number: Printer, plan: Layout) -> Table:
    """The table of 2014–2018, one figure a row."""
    rows: Table = [[Cell(text, kind="head") for text in ("统计指标", "单位", "统计数")]]
    for indicator, label, unit in STATISTICS:
        if indicator:
            rows.append([Cell(label), Cell(unit), Cell(number((indicator, "")), kind="number", key=(indicator, ""))])
        else:
            rows.append([Cell(label), Cell("", kind="pad"), Cell("", kind="pad")])
    return rows


def _edges(table: Table, plan: Layout) -> Table:
    """Padding at both ends and an empty closing row, where the layout wants them."""
    pad = Cell("", kind="pad")
    rows = [[*(pad for _ in range(plan.front)), *row, *(pad for _ in range(plan.tail))] for row in table]
    if plan.closing:
        rows.append([Cell("", kind="pad") for _ in range(max(map(len, rows)))])
    return rows
