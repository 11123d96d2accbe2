"""A report of the demo world: who, when, which figures, in what words; its body as HTML in a portal's style."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from demo.figures import Figures
from demo.forms import HEADINGS, Table, disclosure_tables, requests_table, reviews_table
from demo.prose import Prose
from demo.tables import Style, merge, render


@dataclass(frozen=True, slots=True)
class Report:
    """`published` is `YYYY-MM-DD HH:MM`; `number` is the portal's own id of the page; `kind` is the content kind."""

    unit: str
    unit_kind: str
    region_code: str | None
    figures: Figures
    title: str
    published: str
    source: str
    prose: Prose
    number: int
    kind: str = "html"
    canonical: bool = True
    under_title: tuple[str, ...] = field(default=())

    @property
    def year(self) -> int:
        return self.figures.year

    @property
    def form(self) -> str:
        return self.figures.form

    @property
    def date(self) -> str:
        return self.published[:10]


def chapters(report: Report) -> Iterator[tuple[str, list[str | Table]]]:
    """Headings with their paragraphs and tables, in order."""
    figures, prose = report.figures, report.prose
    if prose.chapters:
        for heading, paragraphs in prose.chapters:
            yield heading, list(paragraphs)
        return
    headings = [figures.labels.get(f"heading_{position}", text) for position, text in enumerate(HEADINGS, 1)]
    yield headings[0], list(prose.general)
    yield headings[1], list(disclosure_tables(figures.form, figures.text, figures.labels))
    yield headings[2], [requests_table(figures.form, figures.text, figures.labels)]
    yield headings[3], [reviews_table(figures.text)]
    yield headings[4], list(prose.problems)
    yield headings[5], list(prose.other)


def body(report: Report, style: Style) -> str:
    """The report's text and tables as HTML, without the portal's furniture and without its title."""
    out = [_paragraph(text, style, centre=True) for text in report.under_title]
    out += [_paragraph(text, style) for text in report.prose.preamble]
    for heading, items in chapters(report):
        out.append(_paragraph(heading, style, strong=True))
        tables = [item for item in items if isinstance(item, Table)]
        if style.merged and len(tables) > 1:
            tables = [merge(tuple(tables))]
        out += [_paragraph(item, style) for item in items if isinstance(item, str)]
        out += [render(table, style) for table in tables]
    out += [f'<p style="text-align:right">{escape(text)}</p>' for text in report.prose.signature]
    return "\n".join(out)


def _paragraph(text: str, style: Style, *, strong: bool = False, centre: bool = False) -> str:
    words = escape(text, quote=False)
    words = f"<strong>{words}</strong>" if strong else words
    if style.word:
        return (
            f'<p class="MsoNormal" style="text-indent:32.0pt{";text-align:center" if centre else ""}">'
            f'<span style="font-size:16.0pt;font-family:仿宋">{words}</span></p>'
        )
    return f'<p style="text-{"align:center" if centre else "indent:2em"}">{words}</p>'
