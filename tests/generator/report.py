"""A whole report: bytes to read, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from . import markup, page, prose, tables, units
from .figures import Figures, Key, break_one, break_statistics, draw, draw_statistics
from .printing import Numbers
from .words import Words

GRIDS = ("plain", "word", "digits", "spaced", "entities", "th", "tbody", "nested", "unclosed")
FLAT_HTML = ("flat_p", "flat_div", "flat_br", "flat_rows")
TEXTS = (
    "pipes_both",
    "pipes_right",
    "pipes_tight",
    "line_blank",
    "line_pipe",
    "pipe_alone",
    "tabs",
    "line_plain",
    "markdown_repeat",
    "markdown_empty",
)
LOSSY_TEXTS = ("line_lost", "spaces", "glued", "neighbours")
LOSSY = ("thead_cut", "flat_lost", "line_lost", "spaces", "glued", "neighbours")
"""Markup in which cells or their borders are gone: what cannot be proved may stay unread, but never be read wrong."""
FAMILIES = (*GRIDS, *FLAT_HTML, *TEXTS, *LOSSY)
CHARSETS = (
    "utf-8",
    "utf-8",
    "utf-8",
    "gb18030",
    "gbk",
    "gb18030 as utf-8",
    "utf-8 as gb2312",
    "utf-8 bom",
    "none",
    "gb18030 none",
)


@dataclass(frozen=True, slots=True)
class Made:
    """One made report. `truth` holds each printed cell: its number, or None where the document prints none. `broken`
    are the arithmetic rules that one changed cell breaks, `contradicted` the rule that a sentence breaks ('' if none)."""

    seed: str
    family: str
    body: bytes = field(repr=False)
    name: str
    mime: str
    charset: str
    url: str
    form: str
    year: int
    unit: units.Unit
    published: str | None
    truth: dict[Key, float | None] = field(repr=False)
    zeros: str
    broken: frozenset[str]
    changed: Key | None
    contradicted: str
    notes: dict[str, Any]

    @property
    def lossy(self) -> bool:
        return self.family in LOSSY

    @property
    def lawful(self) -> bool:
        return not self.broken and not self.contradicted


def make(
    seed: str,
    family: str | None = None,
    *,
    form: str | None = None,
    breakage: str = "",
    zeros: str | None = None,
    plain: bool = False,
) -> Made:
    """Draw a report. `breakage` is '', `table` (one cell changed) or `prose` (one sentence against the tables).
    `plain` keeps to the official words and to the report's own form for its year."""
    rng = Random(f"report {seed}")
    family = family or rng.choice(FAMILIES)
    form = form or rng.choice(("2019", "2021", "2021", "legacy_stats"))
    unit = units.draw(rng)
    if form == "legacy_stats":
        year = rng.randint(2014, 2018)
        figures = draw_statistics(rng)
    else:
        year = rng.choice((2019, 2020)) if form == "2019" else rng.randint(2021, 2025)
        hybrid = not plain and form == "2021" and rng.random() < 0.08
        figures = draw(rng, form, three_others=False if hybrid else None)
    if breakage == "table":
        (break_statistics if form == "legacy_stats" else break_one)(rng, figures)
    zeros = zeros or (
        "0" if breakage == "table" else rng.choice(("0", "0", "0", "0", "blank", "dash", "none", "organs", "mixed"))
    )
    number = Numbers(rng, figures, zeros=zeros, fancy=not plain)
    words = Words(rng, year, plain=plain)
    plan = tables.Layout() if plain else tables.layout(rng)
    told = prose.write(rng, figures, unit, year, disagree=breakage == "prose") if form != "legacy_stats" else None
    blocks = _blocks(rng, figures, words, number, plan, told, unit, year, family)
    on = page.publication(rng, unit, year) if rng.random() < 0.85 else None
    headline = page.title(rng, unit, year)
    code = not unit.unique or rng.random() < 0.6
    text = family in TEXTS or family in LOSSY_TEXTS
    if text:
        body = page.text_page(rng, markup.text_blocks(blocks, rng, family), unit, year, headline, on, code)
    else:
        body = page.html_page(rng, markup.html_blocks(blocks, rng, family), unit, year, headline, on, code)
    kind = "utf-8" if plain else rng.choice(CHARSETS)
    raw, header = _encode(body, kind, text)
    name = f"{seed.replace(' ', '_')}.{'md' if family.startswith('markdown') else 'txt' if text else 'html'}"
    host = f"www.{rng.choice(('hs', 'lx', 'qy'))}{rng.randint(1, 99)}.gov.cn"
    url = (
        ""
        if rng.random() < 0.3
        else f"http://{host}/zwgk/zfxxgknb/{rng.randint(2019, 2026)}03/t20230821_{rng.randint(1, 999999)}.html"
    )
    return Made(
        seed=seed,
        family=family,
        body=raw,
        name=name,
        mime="" if text else "text/html",
        charset=header,
        url=url,
        form=form,
        year=year,
        unit=unit,
        published=on.isoformat() if on else None,
        truth=number.truth,
        zeros=zeros,
        broken=figures.broken,
        changed=figures.changed,
        contradicted=told.broken if told else "",
        notes={
            "layout": plan,
            "charset": kind,
            "title": headline,
            "hybrid": form == "2021" and not figures.three_others,
            "torn_date": told is not None and any(f"{year}1月" in text for text in told.preamble),
        },
    )


def _blocks(
    rng: Random,
    figures: Figures,
    words: Words,
    number: Numbers,
    plan: tables.Layout,
    told: prose.Prose | None,
    unit: units.Unit,
    year: int,
    family: str,
) -> list[markup.Block]:
    if told is None:
        table = tables.statistics(figures, number, plan)
        opening = f"根据《中华人民共和国政府信息公开条例》，{unit.name}编制本报告，数据统计期限为{year}年1月1日至{year}年12月31日。"
        chapters = [
            ("一、概述", "各单位按照要求公开信息，制度逐步完善，各项工作有序推进。"),
            ("二、存在的主要问题及改进措施", "个别单位更新不及时，下一步将加强检查和培训。"),
        ]
        blocks: list[markup.Block] = [("paragraph", opening)]
        for heading, text in chapters:
            blocks += [("heading", heading), ("paragraph", text)]
        return [*blocks, ("heading", "政府信息公开情况统计表"), ("table", table)]
    blocks = [("paragraph", text) for text in told.preamble]
    grids = {
        1: tables.table2(figures, words, number, plan),
        2: [tables.table3(figures, words, number, plan)],
        3: [tables.table4(figures, words, number, plan)],
    }
    for place, (heading, paragraphs) in enumerate(zip(told.headings, told.chapters, strict=True)):
        blocks.append(("heading", heading))
        blocks += [("table", table) for table in grids.get(place, [])]
        blocks += [("paragraph", text) for text in paragraphs]
    return blocks


def _encode(body: str, kind: str, text: bool) -> tuple[bytes, str]:
    """The bytes, and the charset that the header declares."""
    encoding, _, said = kind.partition(" ")
    if encoding == "none":
        encoding, said = "utf-8", "none"
    real = "gb18030" if encoding == "gbk" else encoding
    declared = {"": encoding, "bom": encoding, "none": ""}.get(said, said.removeprefix("as "))
    meta = f'<meta charset="{declared}">' if declared else ""
    raw = body.replace("@CHARSET@", meta).encode(real)
    if said == "bom":
        raw = b"\xef\xbb\xbf" + raw
    return raw, "" if text or len(body) % 2 else declared
