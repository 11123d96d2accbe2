"""Damaged reports: never a crash, and never a wrong number in a report marked `ok`.

The suite tries some 2,000 mutants of made reports, of the golden cases and of the real reports. A longer campaign, which
prints what each kind of damage led to:

    NIANBAO_MUTANTS=50000 pytest tests/pipelines/test_mutations.py -rP -k damage
"""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from generator.mutations import KINDS, Base, base_of, mutate, outcome
from generator.report import FAMILIES, make
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.checks.cells import table_of
from pipelines.extract import extract
from pipelines.model import Source

CASES = Path(__file__).resolve().parents[1] / "cases"
PAGES = {form: (CASES / f"lawful_{form}" / "page.html").read_text(encoding="utf-8") for form in ("2019", "2021")}
CELL = re.compile(r"(?<=<td>)\d+(?=</td>)")


def numbers(form: str, start: str, end: str) -> list[re.Match[str]]:
    page = PAGES[form]
    return list(CELL.finditer(page, page.index(start), page.index(end)))


@pytest.mark.parametrize("form", ["2019", "2021"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_one_changed_number_of_tables_3_and_4_is_always_noticed(form: str, data: st.DataObject) -> None:
    cells = numbers(form, "勾稽关系", "<p>五、")
    assert len(cells) == {"2019": 176, "2021": 190}[form]
    cell = data.draw(st.sampled_from(cells))
    other = data.draw(st.integers(0, 5000).filter(lambda value: value != int(cell.group())))
    page = PAGES[form][: cell.start()] + str(other) + PAGES[form][cell.end() :]
    extraction = extract(Source(page.encode(), name="page.html"))
    assert extraction.report is not None
    assert extraction.report.quality == "error"
    assert any(c.outcome == "fail" and c.severity == "error" for c in extraction.checks)
    # The document's figure is kept as printed.
    assert sum(f.value == other and f.raw == str(other) for f in extraction.facts) >= 1


@pytest.mark.parametrize("form", ["2019", "2021"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_one_blanked_number_is_never_filled(form: str, data: st.DataObject) -> None:
    cell = data.draw(st.sampled_from(numbers(form, "勾稽关系", "<p>五、")))
    page = PAGES[form][: cell.start()] + PAGES[form][cell.end() :]
    extraction = extract(Source(page.encode(), name="page.html"))
    assert extraction.report is not None
    [blank] = [f for f in extraction.facts if f.state != "reported"]
    assert (blank.state, blank.value, blank.raw) == ("blank", None, "")
    # Zero is what the sums prove for a blanked zero; anything else stays open.
    assert (extraction.report.quality == "ok") is (int(cell.group()) == 0)


def test_a_swap_of_two_applicants_is_noticed() -> None:
    page = PAGES["2021"].replace("<td>31</td><td>4</td>", "<td>4</td><td>31</td>", 1)
    extraction = extract(Source(page.encode(), name="page.html"))
    assert extraction.report is not None
    assert extraction.report.quality == "error"
    assert {c.rule for c in extraction.checks if c.severity == "error"} >= {"T3_IDENTITY"}


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_all_tables_blank_is_an_unread_table_not_a_row_of_zeros(form: str) -> None:
    start, end = PAGES[form].index("勾稽关系"), PAGES[form].index("<p>五、")
    page = PAGES[form][:start] + CELL.sub("", PAGES[form][start:end]) + PAGES[form][end:]
    extraction = extract(Source(page.encode(), name="page.html"))
    assert extraction.report is not None
    assert extraction.report.quality == "error"
    missing = [c for c in extraction.checks if c.rule == "TABLE_MISSING" and c.outcome == "fail"]
    assert [(c.expected, c.actual) for c in missing] == [("table 3", "empty"), ("table 4", "empty")]
    assert all(f.value is None for f in extraction.facts if table_of(f.indicator) in ("3", "4"))


COUNT = max(len(KINDS), int(os.environ.get("NIANBAO_MUTANTS", "2000"))) // len(KINDS)
"""Mutants a kind: two thirds of made reports, a sixth each of golden cases and real reports."""
GOLDEN = ("lawful_2019", "lawful_2021", "lawful_stats", "timely_gov")


@cache
def made(number: int) -> Base:
    """A made report whose reading is right; families in turn."""
    family = FAMILIES[number % len(FAMILIES)]
    return base_of(make(f"base {number}", family))


@cache
def golden(name: str) -> Base:
    body = (CASES / name / "page.html").read_bytes()
    facts = extract(Source(body, name="page.html")).facts
    return Base(
        body.decode(), "utf-8", "", "text/html", "page.html", {(f.indicator, f.applicant): f.value for f in facts}
    )


def damage(kind: str, bases: list[Base], count: int, seed: str) -> None:
    rng = Random(f"{seed} {kind}")
    found: Counter[str] = Counter()
    for _ in range(count):
        base = rng.choice(bases)
        other = rng.choice(bases) if kind == "two reports" else None
        mutant = mutate(rng, base, kind, other)
        if mutant is None:
            continue
        reading = extract(Source(mutant.body, mime=base.mime, charset=mutant.charset, name=base.name))
        result = outcome(mutant, reading, other)
        assert result.wrong == [], base.name
        found.update({"mutants": 1, result.quality: 1, "doubted": result.doubted, "unseen": result.unseen})
    print(f"{kind}, {seed}: {dict(found)}")


@pytest.mark.parametrize("kind", KINDS)
def test_damage_to_made_reports(kind: str) -> None:
    damage(kind, [made(number) for number in range(2 * len(FAMILIES))], COUNT * 2 // 3, "made")


@pytest.mark.parametrize("kind", KINDS)
def test_damage_to_golden_cases(kind: str) -> None:
    damage(kind, [golden(name) for name in GOLDEN], COUNT // 6, "golden")


@pytest.mark.parametrize("kind", KINDS)
def test_damage_to_real_reports(real_reports: Path, truth: dict[str, dict[str, Any]], kind: str) -> None:
    bases = []
    for name, known in truth.items():
        if (
            known["style"] in ("exact", "recon")
            and known["form"] in ("2019", "2021")
            and name.endswith((".txt", ".html"))
        ):
            cells = {tuple(f"{key}/".split("/")[:2]): value for key, value in known["facts"].items()}
            mime = "text/html" if name.endswith(".html") else ""
            bases.append(Base((real_reports / name).read_text(encoding="utf-8"), "utf-8", "", mime, name, cells))
    damage(kind, bases, COUNT // 6, "real")
