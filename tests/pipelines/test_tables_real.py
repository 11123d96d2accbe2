"""The real reports, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.model import Fact, Source
from pipelines.readers import read
from pipelines.tables import TableReading, choose_form, read_tables

Truth = dict[str, dict[str, Any]]
COMPLETE = [
    "seed_yunhe_2020.txt",
    "seed_huaian_etdz_2020.txt",
    "seed_shenzhou_2021.txt",
    "seed_hongqiao_2020.txt",
    "shuyang_ndrc_2023.html",
    "pingtan_2019_recon.html",
    "pingtan_2021_recon.html",
]
PARTLY = ["shanghai_office_2025.md", "pingtan_2021.txt"]


def key(fact: Fact) -> str:
    return f"{fact.indicator}/{fact.applicant}" if fact.applicant else fact.indicator


def reading(folder: Path, name: str) -> TableReading:
    document = read(Source((folder / name).read_bytes(), name=name))
    form = choose_form(document)
    assert form is not None
    return read_tables(document, form)


@pytest.mark.parametrize("name", COMPLETE)
def test_every_cell(name: str, real_reports: Path, truth: Truth) -> None:
    result = reading(real_reports, name)
    expected = truth[name]
    assert result.form == expected["form"]
    assert {key(fact): fact.value for fact in result.facts} == expected["facts"]
    for fact in result.facts:
        assert fact.state == ("blank" if expected["facts"][key(fact)] is None else "reported")
        assert fact.locator
    assert (
        result.tables_found == {"2": 22, "3": 161, "4": 15} if result.form == "2019" else {"2": 10, "3": 175, "4": 15}
    )


@pytest.mark.parametrize("name", PARTLY)
def test_no_wrong_cell_where_borders_are_lost(name: str, real_reports: Path, truth: Truth) -> None:
    facts = truth[name]["facts"]
    result = reading(real_reports, name)
    assert result.form == truth[name]["form"]
    read_cells = {key(fact): fact.value for fact in result.facts if fact.state == "reported"}
    assert read_cells == {name: facts.get(name) for name in read_cells}


@pytest.mark.parametrize(("name", "least"), [("shanghai_office_2025.md", 194), ("pingtan_2021.txt", 197)])
def test_how_much_is_proven(name: str, least: int, real_reports: Path) -> None:
    facts = reading(real_reports, name).facts
    assert sum(fact.state == "reported" for fact in facts) >= least
    assert {fact.state for fact in facts if fact.indicator.startswith("art20_1_normative")} == {"ambiguous"}


def test_a_damaged_label_is_noted(real_reports: Path) -> None:
    result = reading(real_reports, "seed_huaian_etdz_2020.txt")
    damaged = {fact.indicator for fact in result.facts if "near_label" in fact.method}
    assert damaged == {"requests_deny_law"}
    assert [note.code for note in result.notes] == ["near_label"]


@pytest.mark.parametrize("name", ["seed_xinhua_2017.txt", "pingtan_2014_letter_NOT_A_REPORT.txt"])
def test_no_form_where_there_is_no_table(name: str, real_reports: Path) -> None:
    assert choose_form(read(Source((real_reports / name).read_bytes(), name=name))) is None
