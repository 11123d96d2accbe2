"""What follows from several reports: twins, checks between years, coverage."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.canonical import Candidate, choose
from pipelines.coverage import Known, SiteState, coverage
from pipelines.model import APPLICANTS, Check, Fact
from pipelines.panel import Year, check_peers, check_years

A, B = ("requests_new", "total"), ("review_total", "")


def candidate(report: str, **more: Any) -> Candidate:
    values: dict[str, Any] = {
        "region_code": "130925", "unit_name": "盐山县人民政府", "unit_kind": "government", "scope": "unknown", "year": 2021,
        "title": "年度报告", "published_on": "2022-01-20", "content_kind": "html", "quality": "ok", "url": f"http://a/{report}",
        "first_seen": "2026-03-01", "figures": "x", "nonzero": 2,
    }  # fmt: skip
    return Candidate(report, **{**values, **more})


@pytest.mark.parametrize(
    ("candidates", "figures", "wanted"),
    [
        # A PDF twin, published later, with the same figures: the page counts.
        ([candidate("page"), candidate("pdf", content_kind="pdf", published_on="2022-01-25")], {}, {"pdf": "page"}),
        # A correction: the newer figures count.
        (
            [candidate("first"), candidate("second", published_on="2022-05-01")],
            {"second": {A: 8.0, B: 1.0}},
            {"first": "second"},
        ),
        # The same date, but one says that it is corrected.
        (
            [candidate("z-first"), candidate("a-fixed", title="年度报告（更正）")],
            {"a-fixed": {A: 8.0}},
            {"z-first": "a-fixed"},
        ),
        # A newer page that could not be read, or breaks its arithmetic, does not replace what was read.
        (
            [
                candidate("page"),
                candidate("image", content_kind="image", quality="unparsed", published_on="2022-06-01"),
            ],
            {"image": {}},
            {"image": "page"},
        ),
        (
            [candidate("page"), candidate("broken", quality="error", published_on="2022-06-01")],
            {"broken": {A: 70.0}},
            {"broken": "page"},
        ),
        # Other units, years and scopes are other reports.
        (
            [
                candidate("government"),
                candidate("office", unit_kind="office", unit_name="盐山县人民政府办公室"),
                candidate("other", region_code="130105"),
                candidate("year", year=2022),
                candidate("bureau", unit_kind="department", unit_name="盐山县教育局"),
                candidate("bureau2", unit_kind="department", unit_name="盐山县财政局"),
                candidate("none", year=None),
                candidate("none2", year=None),
            ],
            {},
            {},
        ),
        # The same organ with and without its places.
        (
            [
                candidate("long", unit_kind="department", unit_name="河北省沧州市盐山县教育局", content_kind="pdf"),
                candidate("short", unit_kind="department", unit_name="盐山县教育局"),
            ],
            {},
            {"long": "short"},
        ),
        # Two scopes; what does not say its scope goes to the one with its figures.
        (
            [
                candidate("own", scope="office", unit_kind="department", unit_name="教育局"),
                candidate("whole", scope="jurisdiction", unit_kind="department", unit_name="教育局"),
                candidate("copy", unit_kind="department", unit_name="教育局", content_kind="pdf"),
            ],
            {"whole": {A: 99.0}, "copy": {A: 99.0}},
            {"copy": "whole"},
        ),
    ],
)
def test_the_canonical_report(
    candidates: list[Candidate], figures: dict[str, dict[tuple[str, str], float]], wanted: dict[str, str]
) -> None:
    def figures_of(report: str) -> dict[tuple[str, str], float]:
        return figures.get(report, {A: 7.0, B: 1.0})

    for order in (candidates, candidates[::-1]):
        superseded, findings = choose(order, figures_of)
        assert superseded == wanted
        copies = {(one, check.expected) for one, checks in findings.items() for check in checks if check.severity}
        assert copies == set(wanted.items())
        assert {check.rule for checks in findings.values() for check in checks} <= {"DUPLICATE", "SCOPE"}


def year(number: int, form: str = "2021", unit: str = "u", **cells: float | None) -> Year:
    facts = {}
    for name, value in cells.items():
        indicator, _, applicant = name.partition("__")
        state = "blank" if value is None else "reported"
        facts[indicator, applicant] = Fact(indicator, applicant, value, "件", "", state, "", "")  # type: ignore[arg-type]
    return Year(f"{unit}-{number}", unit, "peers", "", number, form, f"{unit}{number}", 30, facts)


def found(checks: Any, rule: str) -> list[tuple[str, str, str, str]]:
    return [(report, check.outcome, check.expected, check.actual) for report, check in checks if check.rule == rule]


def carry(out: float | None, into: float | None) -> list[Year]:
    return [year(2021, requests_carried_out__total=out), year(2022, requests_carried_in__total=into)]


@pytest.mark.parametrize(
    ("history", "rule", "wanted"),
    [
        (carry(3, 3), "CARRY", [("u-2022", "pass", "3", "3")]),
        (carry(3, 4), "CARRY", [("u-2022", "fail", "3", "4")]),
        (carry(0, None), "CARRY", [("u-2022", "pass_blank_as_zero", "0", "0")]),
        (carry(3, None), "CARRY", [("u-2022", "undecided", "3", "0")]),
        # A year between them is missing; a cell is not there.
        ([carry(3, 4)[0], year(2023, requests_carried_in__total=9)], "CARRY", []),
        ([year(2021), carry(3, 4)[1]], "CARRY", []),
        (
            [
                year(2021, art20_1_rules_in_force=5),
                year(2022, art20_1_rules_in_force=6, art20_1_rules_issued=2, art20_1_rules_repealed=1),
            ],
            "F21_STOCK_RULES",
            [("u-2022", "pass", "7", "7")],
        ),
        (
            [
                year(2021, art20_1_normative_in_force=5),
                year(2022, art20_1_normative_in_force=6, art20_1_normative_issued=2, art20_1_normative_repealed=0),
            ],
            "F21_STOCK_NORMATIVE",
            [("u-2022", "fail", "7", "6")],
        ),
        (
            [
                year(2019, "2019", art20_6_penalty_items_prev=10, art20_6_penalty_items_change=-3),
                year(2020, "2019", art20_6_penalty_items_prev=7),
            ],
            "F19_ITEMS_CHAIN",
            [("u-2020", "pass", "7", "7")],
        ),
        ([year(2021, requests_new__total=20), year(2022, requests_new__total=101)], "YOY", [("u-2022", "fail", "20", "101")]),
        ([year(2021, requests_new__total=20), year(2022, requests_new__total=100)], "YOY", [("u-2022", "pass", "20", "100")]),
        ([year(2021, requests_new__total=19), year(2022, requests_new__total=500)], "YOY", []),
        ([year(2021, requests_new__total=100), year(2022, requests_new__total=19)], "YOY", [("u-2022", "fail", "100", "19")]),
        (
            [year(2021 + n, art20_8_fees_amount=amount) for n, amount in enumerate((210.0, 220.0, 2300000.0))],
            "UNIT_MAG",
            [("u-2021", "pass", "220", "210"), ("u-2022", "pass", "220", "220"), ("u-2023", "fail", "220", "2300000")],
        ),
    ],
)  # fmt: skip
def test_checks_between_years(history: list[Year], rule: str, wanted: list[tuple[str, str, str, str]]) -> None:
    assert found(check_years(history), rule) == wanted


def test_every_applicant_is_carried_over() -> None:
    out = {f"requests_carried_out__{applicant}": 1.0 for applicant in APPLICANTS}
    into = {f"requests_carried_in__{applicant}": 1.0 for applicant in APPLICANTS}
    checks: list[Check] = [check for _, check in check_years([year(2020, "2019", **out), year(2021, **into)])]
    assert [check.applicant for check in checks if check.rule == "CARRY"] == list(APPLICANTS)


def test_checks_among_peers() -> None:
    busy = [year(2022, unit=f"b{n}", requests_new__total=120 + n) for n in range(6)]
    silent = year(2022, unit="s", requests_new__total=0)
    assert found(check_peers([*busy, silent]), "ZERO_ANOMALY") == [("s-2022", "fail", "122.5", "0")]
    assert found(check_peers([*busy[:3], silent]), "ZERO_ANOMALY") == []
    before = year(2021, unit="s", requests_new__total=101)
    assert found(check_peers([before, silent]), "ZERO_ANOMALY") == [("s-2022", "fail", "101", "0")]
    quiet = [year(2022, unit=f"q{n}", requests_new__total=1) for n in range(6)]
    assert found(check_peers([*quiet, silent]), "ZERO_ANOMALY") == [("s-2022", "pass", "", "")]


def test_equal_tables_are_told() -> None:
    def copy(unit: str, number: int, nonzero: int = 30) -> Year:
        return Year(f"{unit}-{number}", unit, "", f"{unit}县", number, "2021", "same", nonzero, {})

    assert found(check_years([copy("a", 2021), copy("a", 2022)]), "SAME_AS_LAST") == [("a-2022", "fail", "", "a-2021")]
    assert found(check_peers([copy("a", 2022), copy("b", 2022)]), "SAME_AS_LAST") == [
        ("a-2022", "fail", "", "b-2022"),
        ("b-2022", "fail", "", "a-2022"),
    ]
    # Two quiet townships with the same three numbers prove nothing.
    assert found(check_peers([copy("a", 2022, 3), copy("b", 2022, 3)]), "SAME_AS_LAST") == []


def site(outcome: str = "ok", region: str = "130925", unread: str = "", message: str = "") -> SiteState:
    return SiteState(region, region, outcome, message, "http://a/list.html", "2026-03-30T00:00:00Z", unread)


def known(
    number: int, kind: str = "government", scope: str = "unknown", quality: str = "ok", region: str = "130925"
) -> Known:
    return Known(
        f"r{number}{kind}", region, kind, scope, number, quality, "the tables are an image" * (quality == "unparsed")
    )


def states(
    sites: list[SiteState], reports: list[Known], newest: str, region: str = "130925"
) -> dict[int, tuple[str, str]]:
    return {row.year: (row.state, row.reason) for row in coverage(sites, reports, newest) if row.region_code == region}


def test_coverage_of_a_region_with_a_site() -> None:
    rows = states([site()], [known(2017), known(2021), known(2022, quality="unparsed")], "2026-03-30T23:00:00Z")
    assert list(rows) == list(range(2017, 2026))
    assert rows[2017] == rows[2021] == ("read", "")
    assert rows[2018] == ("missing", "not listed on http://a/list.html as of 2026-03-30")
    assert rows[2022] == ("unread", "the tables are an image")
    assert rows[2025][0] == "not_due"
    assert states([site()], [], "2026-03-31T00:00:00Z")[2025][0] == "missing"
    # Out early.
    assert states([site()], [known(2025)], "2026-01-20T00:00:00Z")[2025] == ("read", "")


@pytest.mark.parametrize(
    ("outcome", "state", "words"),
    [
        ("unreachable", "unreachable", "unreachable: http://a/list.html as of 2026-03-30: no answer"),
        ("blocked", "unreachable", "blocked: http://a/list.html as of 2026-03-30: no answer"),
        ("partial", "unknown", "partial: http://a/list.html as of 2026-03-30: no answer"),
        ("no_column", "missing", "no_column: http://a/list.html as of 2026-03-30: no answer"),
        ("", "unknown", "site 130925: its crawl has not finished"),
    ],
)
def test_coverage_names_the_reason(outcome: str, state: str, words: str) -> None:
    assert states([site(outcome, message="no answer")], [], "2026-06-01T00:00:00Z")[2024] == (state, words)


def test_coverage_does_not_call_missing_what_may_be_there_unread() -> None:
    state, reason = states([site(unread="http://a/9: not read within 30 seconds")], [], "2026-06-01T00:00:00Z")[2024]
    assert (state, "http://a/9" in reason) == ("unknown", True)


def test_whose_report_speaks_for_a_region() -> None:
    newest = "2026-06-01T00:00:00Z"
    assert states([site()], [known(2021, "department"), known(2021, "zone")], newest)[2021][0] == "missing"
    assert states([site()], [known(2021, "office", "office")], newest)[2021][0] == "missing"
    assert states([site()], [known(2021, "office")], newest)[2021] == ("read", "published by the office")
    zone = [site(region="320891")], [known(2021, "zone", region="320891")]
    assert states(*zone, newest, "320891")[2021] == ("read", "published by the zone")


def test_the_site_of_one_organ_says_nothing_of_its_region() -> None:
    bureau = SiteState("130925-jyj", "130925", "ok", "", "http://b/list.html", "2026-06-01T00:00:00Z", "")
    rows = states([bureau], [known(2021, "department")], "2026-06-01T00:00:00Z")
    assert {state for state, _ in rows.values()} == {"unknown"}
    assert "130925-jyj" in rows[2021][1]
    assert states([bureau, site()], [], "2026-06-01T00:00:00Z")[2021][0] == "missing"


def test_coverage_of_regions_without_a_site() -> None:
    rows = states([site()], [], "2026-03-01T00:00:00Z", region="130105")
    assert rows == {2025: ("unknown", "no site of this region has been crawled")}
    assert list(coverage([], [], "")) == []
