"""Invented figures obey the forms' arithmetic and roll on from year to year; the known ones are as printed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.figures import Figures, form_of, load, number, series
from demo.forms import APPLICANTS, REVIEW_GROUPS, REVIEW_RESULTS, keys, leaves

SEEDS = {
    "seed_hongqiao_2020.txt": "hongqiao_2020",
    "seed_yunhe_2020.txt": "yunhe_2020",
    "seed_huaian_etdz_2020.txt": "huaian_etdz_2020",
    "seed_shenzhou_2021.txt": "shenzhou_office_2021",
    "seed_xinhua_2017.txt": "xinhua_2017",
}


def assert_lawful(figures: Figures) -> None:
    assert set(figures.facts) == set(keys(figures.form))
    assert figures.form == form_of(figures.year)
    for key, value in figures.facts.items():
        assert value is not None
        assert value >= 0 or key[0].endswith("_items_change")
        assert value == int(value) or key[0].endswith("_amount")
    for applicant in APPLICANTS:
        arrived = figures.of("requests_new", applicant) + figures.of("requests_carried_in", applicant)
        handled = figures.of("requests_handled", applicant)
        assert arrived == handled + figures.of("requests_carried_out", applicant)
        assert handled == sum(figures.of(row, applicant) for row in leaves(figures.form))
    for row in (*leaves(figures.form), "requests_new", "requests_carried_in", "requests_handled"):
        assert figures.of(row, "total") == sum(figures.of(row, applicant) for applicant in APPLICANTS[:-1])
    for group in REVIEW_GROUPS:
        parts = [figures.of(f"{group}_{result}") for result in REVIEW_RESULTS]
        assert sum(parts[:-1]) == parts[-1]


def assert_rolls_on(before: Figures, after: Figures) -> None:
    for applicant in APPLICANTS:
        assert before.of("requests_carried_out", applicant) == after.of("requests_carried_in", applicant)
    if before.form == after.form == "2019":
        for stem in (
            "art20_5_licensing",
            "art20_5_other_services",
            "art20_6_penalty",
            "art20_6_coercion",
            "art20_8_fees",
        ):
            rolled = before.of(f"{stem}_items_prev") + before.of(f"{stem}_items_change")
            assert rolled == after.of(f"{stem}_items_prev")
    if before.form == after.form == "2021":
        stock = before.of("art20_1_normative_in_force") + after.of("art20_1_normative_issued")
        assert stock - after.of("art20_1_normative_repealed") == after.of("art20_1_normative_in_force")


@given(st.integers(), st.integers(0, 400))
def test_invented_years_are_lawful_and_roll_on(seed: int, size: int) -> None:
    years = series("某县", 2019, 2023, Random(seed), size=size)
    assert list(years) == [2019, 2020, 2021, 2022, 2023]
    for figures in years.values():
        assert_lawful(figures)
    for year in range(2019, 2023):
        assert_rolls_on(years[year], years[year + 1])


@given(st.integers(), st.sampled_from(["hongqiao_2020", "yunhe_2020", "huaian_etdz_2020", "shenzhou_office_2021"]))
def test_years_around_a_known_report_join_it_on_both_sides(seed: int, name: str) -> None:
    anchor = load(name)
    years = series(anchor.unit, 2019, 2023, Random(seed), anchor=anchor)
    assert years[anchor.year] is anchor
    for year, figures in years.items():
        if year != anchor.year:
            assert_lawful(figures)
    for year in range(2019, 2023):
        assert_rolls_on(years[year], years[year + 1])


def test_the_same_generator_state_gives_the_same_figures() -> None:
    assert series("某县", 2019, 2022, Random(7)) == series("某县", 2019, 2022, Random(7))
    assert series("某县", 2019, 2022, Random(7)) != series("某县", 2019, 2022, Random(8))


@pytest.mark.parametrize("file", SEEDS)
def test_known_figures_are_those_of_the_real_report(file: str, truth: dict[str, dict[str, Any]]) -> None:
    figures = load(SEEDS[file])
    real = truth[file]
    assert (figures.unit, figures.year, figures.form) == (real["unit"], real["year"], real["form"])
    named = {"/".join(filter(None, key)): value for key, value in figures.facts.items()}
    assert named == real["facts"]


@pytest.mark.parametrize("file", SEEDS)
def test_printed_texts_stand_in_the_real_report(file: str, real_reports: Path) -> None:
    figures = load(SEEDS[file])
    text = (real_reports / file).read_text(encoding="utf-8")
    for printed in (*figures.printed.values(), *figures.labels.values()):
        assert printed in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (300.0, "300"), (-75, "-75"), (180.338174, "180.338174"), (28289.2178, "28289.2178"), (None, "")],
)
def test_numbers_as_printed(value: float | None, text: str) -> None:
    assert number(value) == text


def test_data_files_hold_figures_only() -> None:
    """No sentence of a real report is carried over: labels and cell texts are short."""
    for path in (Path(__file__).resolve().parents[2] / "demo" / "data").glob("*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        assert set(raw) == {"unit", "year", "form", "published", "labels", "printed", "facts"}
        assert all(len(text) < 20 for part in ("labels", "printed") for text in raw[part].values())
