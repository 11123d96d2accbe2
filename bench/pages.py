"""Report pages to measure with: lawful invented figures in the demo portals' markup."""

from __future__ import annotations

from random import Random

from demo.figures import lawful
from demo.prose import ordinary
from demo.reports import Report, body
from demo.tables import Style

WORD = Style(word=True)
CLEAN = Style()


def pages(count: int, style: Style = WORD) -> list[bytes]:
    """That many pages, each with other figures; the same call gives the same bytes."""
    rng = Random(2026)
    return [_page(number, rng, style) for number in range(count)]


def styled(body: bytes, width: int) -> bytes:
    """A page of clean tables as an editor writes them: about 55 KB, every cell with borders and that width."""
    return body.replace(
        b"<td",
        b'<td width="%d" valign="center" style="border: 1px solid windowtext; padding: 0 7px; word-break: break-all"'
        % width,
    )


def _page(number: int, rng: Random, style: Style) -> bytes:
    unit, year = f"测试县第{number}局", 2019 + number % 6
    figures = lawful(unit, year, rng, size=40)
    title = f"{unit}{year}年政府信息公开工作年度报告"
    prose = ordinary(figures, "我局", unit, rng)
    report = Report(unit, "department", None, figures, title, f"{year + 1}-01-20 09:00", unit, prose, number)
    filler = "".join(f'<li><a href="/zwgk/{n}/">栏目{n}</a></li>' for n in range(120))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{year + 1}-01-20 09:00"></head>'
        f'<body><ul class="nav">{filler}</ul><h1>{title}</h1><div class="TRS_Editor">{body(report, style)}</div>'
        "</body></html>"
    ).encode()
