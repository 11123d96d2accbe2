"""Tables whose plan is known are read from it: every reading must be what the readers of tables give, whatever stands in
the cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from generator.report import GRIDS, make

from demo.figures import lawful
from demo.forms import disclosure_tables, requests_table, reviews_table
from demo.tables import Style, render
from pipelines import plans, tables
from pipelines.document import Cell, Document, Grid
from pipelines.extract import extract
from pipelines.fold import fold
from pipelines.forms import band_of, known_label, lexicon, spellings
from pipelines.model import Form, Source
from pipelines.plans import Plans
from pipelines.readers import Unreadable, read
from pipelines.strips import is_value
from pipelines.tables import TableReading, choose_form
from pipelines.values import Readings

CASES = sorted((Path(__file__).resolve().parents[1] / "cases").glob("*/page.html"))
ODD = ("", "—", "/", "无", "007", "12 3", "1.234", "-3", "+5", "约5", "1,234", "１２", "3.5", "12345678901234567")
FILLINGS: dict[str, Callable[[Random], str]] = {
    "all sums hold": lambda _: "0",
    "figures repeat": lambda _: "5",
    "sums hold by chance": lambda rng: rng.choice("00012"),
    "sums are broken": lambda rng: str(rng.randrange(10 ** rng.randint(1, 9))),
    "amounts": lambda rng: f"{rng.choice(['', '-'])}{rng.randrange(100)}.{rng.randrange(10000)}",
}


class Known:
    """Plans of one document, read twice, so that its plan is drawn if there can be one."""

    def __init__(self, document: Document, form: Form) -> None:
        self.plans, self.form = Plans(tables._read), form
        for _ in range(2):
            self.check(document)
        self.planned = any(plan is not None for plan in self.plans._known.values())

    def check(self, document: Document) -> TableReading:
        reading = self.plans.read(document, self.form)
        assert repr(reading) == repr(tables._read(document, self.form, Readings()))
        return reading


def sources() -> Iterator[Source]:
    for page in CASES[::2]:
        yield Source(page.read_bytes(), name=page.name)
    for family in GRIDS:
        for number in range(2):
            made = make(f"plan {family} {number}", family)
            yield Source(made.body, url=made.url, mime=made.mime, charset=made.charset, name=made.name)


def documents() -> Iterator[tuple[Document, Form]]:
    for source in sources():
        try:
            document = read(source)
        except Unreadable:
            continue
        form = choose_form(document)
        if form is not None:
            yield document, form


def changed(document: Document, change: Callable[[Cell], Cell]) -> Document:
    return replace(
        document,
        blocks=tuple(
            replace(block, cells=tuple(map(change, block.cells))) if isinstance(block, Grid) else block
            for block in document.blocks
        ),
    )


def refilled(document: Document, filling: Callable[[Random], str], rng: Random, share: float = 1.0) -> Document:
    def change(cell: Cell) -> Cell:
        drawn = plans._FIGURE.fullmatch(cell.text) and rng.random() < share
        return cell._replace(text=filling(rng)) if drawn else cell

    return changed(document, change)


def page(year: int, seed: int, style: Style) -> Document:
    figures = lawful("沙洋县人民政府", year, Random(seed))
    made = [*disclosure_tables(figures.form, figures.text, figures.labels)]
    made += [requests_table(figures.form, figures.text, figures.labels), reviews_table(figures.text)]
    return read(Source("".join(render(table, style) for table in made).encode(), mime="text/html", charset="utf-8"))


def test_plans_change_no_reading_whatever_the_figures_are() -> None:
    rng = Random(11)
    planned = 0
    for document, form in documents():
        known = Known(document, form)
        planned += known.planned
        if not known.planned:
            continue
        for filling in FILLINGS.values():
            known.check(refilled(document, filling, rng))
        for _ in range(2):
            known.check(refilled(document, FILLINGS["sums are broken"], rng, 0.02))
            known.check(refilled(document, lambda rng: rng.choice(ODD), rng, 0.05))
    assert planned >= 20


def test_what_a_skeleton_takes_for_a_figure_is_one_to_the_readers_of_tables_and_no_label() -> None:
    rng = Random(5)
    words = lexicon()
    labels = (words.rows2, words.columns2, words.rows3, words.groups3, words.columns3, words.groups4, words.columns4)
    others = (words.organisations, words.subtotals, words.openers, words.headers2, words.fragments)
    drawn = [filling(rng) for filling in FILLINGS.values() for _ in range(300)]
    for text in ("0", "-0", "-999999999.9999", "1.234", "20.20", *drawn):
        assert plans._FIGURE.fullmatch(text), text
        assert is_value(text), text
        assert not known_label(text), text
        for name in (fold(text), *spellings(text)):
            assert name.isdigit(), text
            assert not band_of(name), text
            assert not any(name in names for names in (*labels, *others)), text


def test_extractions_are_the_same_with_plans_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [Source(path.read_bytes(), name=path.name) for path in CASES[::3]]
    kept = Plans(tables._read)
    monkeypatch.setattr(tables, "_PLANS", kept)
    for _ in range(2):
        for source in every:
            extract(source)
    with_plans = [repr(extract(source)) for source in every]
    assert any(plan is not None for plan in kept._known.values())
    for source, expected in zip(every, with_plans, strict=True):
        monkeypatch.setattr(tables, "_PLANS", Plans(tables._read))
        assert repr(extract(source)) == expected


@pytest.mark.parametrize("year", [2020, 2022])
@pytest.mark.parametrize("style", [Style(), Style(word=True)], ids=["clean", "word"])
def test_the_third_report_is_read_by_its_plan(year: int, style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    form: Form = "2019" if year < 2021 else "2021"
    known = Known(page(year, 1, style), form)
    assert known.planned
    third = page(year, 2, style)
    expected = repr(tables._read(third, form, Readings()))
    monkeypatch.setattr(known.plans, "_reader", None)
    assert repr(known.plans.read(third, form)) == expected


def test_no_plan_where_figures_have_a_say() -> None:
    """Another order of rows in one table, figures printed twice, a lost cell: what is read depends on the figures."""
    sound = page(2022, 1, Style())
    grids = [block for block in sound.blocks if isinstance(block, Grid)]
    table3 = max(grids, key=lambda grid: grid.rows)
    short = replace(table3, cells=tuple(cell for cell in table3.cells if (cell.row, cell.column) != (4, 9)))
    again = replace(table3, table=len(grids))
    named = replace(
        table3, cells=tuple(c._replace(text="3.保护第三方权益") if "第三方" in c.text else c for c in table3.cells)
    )
    for grid in (short, named):
        document = replace(sound, blocks=tuple(grid if block is table3 else block for block in sound.blocks))
        assert document != sound
        assert not Known(document, "2021").planned
    assert not Known(replace(sound, blocks=(*sound.blocks, again)), "2021").planned


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MAX_PLANS", 2)
    monkeypatch.setattr(plans, "MAX_SEEN", 3)
    kept = Plans(tables._read)
    sound = page(2020, 3, Style())
    for number in range(6):
        other = changed(sound, lambda c, n=number: c._replace(text=f"规章{'。' * n}") if c.text == "规章" else c)  # type: ignore[misc]
        for _ in range(3):
            kept.read(other, "2019")
        assert len(kept._known) <= 2
        assert len(kept._seen) <= 3
    assert any(plan is not None for plan in kept._known.values())
