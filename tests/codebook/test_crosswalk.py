"""The crosswalk between the forms, and the harmonised view over real rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.capture import Capture, Site
from pipelines import crosswalk
from pipelines.crosswalk import GRADES, Part, variables
from pipelines.model import Extraction, Fact, Report
from pipelines.store.store import Store

SITE = Site("130925", "130925", "盐山县", "http://www.yanshan.gov.cn/")


def test_every_formula_names_cells_of_its_form() -> None:
    found = variables()
    assert {one.grade for one in found.values()} == set(GRADES)
    assert found["review_concluded"].parts["2019"] == (Part("review_total", "", 1), Part("review_pending", "", -1))
    assert len(found["denied"].parts["2021"]) == 8
    assert "2019" not in found["told_to_amend"].parts
    # A variable without cells in two forms has nothing to compare, and says so.
    assert all(len(one.parts) > 1 or one.grade == "none" for one in found.values())


@pytest.mark.parametrize(
    "formula", ["review_totals", "review_total +", "review_total review_pending", "requests_new", "stat_fees", "1"]
)
def test_a_wrong_formula_is_told(formula: str) -> None:
    with pytest.raises(ValueError, match="crosswalk: x: "):
        list(crosswalk._parts("x", "2019", formula))


def test_the_harmonised_view_withholds_and_says_why(tmp_path: Path) -> None:
    def fact(indicator: str, value: float | None, state: str = "reported", applicant: str = "") -> Fact:
        return Fact(indicator, applicant, value, "件", "" if value is None else f"{value:g}", state, "grid", "")  # type: ignore[arg-type]

    def add(store: Store, year: int, form: str | None, *facts: Fact) -> None:
        url = f"http://www.yanshan.gov.cn/{year}.html"
        capture = Capture(
            url, f"{year + 1}-03-01T00:00:00.000000Z", 200, (), str(year).encode(), "130925", "report", site=SITE
        )
        report = Report("t", "盐山县人民政府", "130925", "government", "unknown", year, form, None, "html", "ok")  # type: ignore[arg-type]
        store.add_report([capture], Extraction(report, facts))

    with Store.open(tmp_path / "n.db") as store:
        add(
            store,
            2017,
            "legacy_stats",
            fact("stat_review_total", 3),
            fact("stat_replies_already_public", 2),
            fact("stat_replies_granted", 5),
        )
        add(
            store,
            2020,
            "2019",
            fact("review_total", 9),
            fact("review_pending", 4),
            fact("requests_other", 7, applicant="total"),
        )
        add(
            store, 2022, "2021", fact("review_total", 9), fact("review_pending", None, "blank"),
            fact("requests_other_other", 1, applicant="total"), fact("requests_other_unpaid_fee", None, "ambiguous", "total"),
            fact("requests_other_overdue_correction", None, "dash", "total"),
        )  # fmt: skip
        add(store, 2023, None)
        rows = {
            (year, variable): (value, missing)
            for year, variable, value, missing in store.db.execute(
                "SELECT year, variable, value, missing FROM harmonised"
            )
        }
    assert rows[2017, "review_concluded"] == (3, "")
    assert rows[2017, "granted"] == (7, "")
    assert rows[2017, "requests_carried_in"] == (None, "not_on_form")
    assert rows[2020, "review_concluded"] == (5, "")
    assert rows[2020, "other_handling"] == (7, "")
    assert rows[2020, "granted"] == (None, "absent")
    assert rows[2022, "review_concluded"] == (None, "blank")
    assert rows[2022, "other_handling"] == (None, "ambiguous")
    assert rows[2023, "granted"] == (None, "unparsed")
    assert len(rows) == 4 * len(variables())
