"""The statistics table of 2014–2018: one figure a row, labels that repeat between chapters."""

from __future__ import annotations

from pipelines.codebook import form_indicators
from pipelines.model import Fact, Source
from pipelines.readers import read
from pipelines.tables import choose_form, read_tables


def facts(figures: dict[str, str], heads: str = "<th>指标<th>单位<th>数量") -> dict[str, Fact]:
    rows = "".join(
        f"<tr><td>{indicator.label_zh}<td>{indicator.unit}<td>{figures.get(indicator.indicator, '0')}"
        for indicator in form_indicators("legacy_stats")
    )
    document = read(Source(f"<html><table><tr>{heads}{rows}</table>".encode()))
    assert choose_form(document) == "legacy_stats"
    return {fact.indicator: fact for fact in read_tables(document, "legacy_stats").facts}


def test_every_row_has_its_own_figure() -> None:
    figures = {indicator.indicator: str(index + 1) for index, indicator in enumerate(form_indicators("legacy_stats"))}
    found = facts(figures)
    assert {name: fact.value for name, fact in found.items()} == {
        name: float(figure) for name, figure in figures.items()
    }


def test_two_figures_in_a_row_are_ambiguous_and_a_blank_is_blank() -> None:
    found = facts({"stat_disclosed_total": "425<td>1516", "stat_review_total": ""})
    assert (found["stat_disclosed_total"].state, found["stat_disclosed_total"].raw) == ("ambiguous", "425 | 1516")
    assert found["stat_review_total"].state == "blank"
    assert found["stat_litigation_other"].value == 0
