"""A division counts only in the years in which it was one."""

from __future__ import annotations

from pipelines.coverage import Known, SiteState, coverage


def test_an_abolished_division_is_no_gap_and_its_reports_count() -> None:
    site = SiteState("320202", "320202", "ok", "", "http://www.example.gov.cn/", "2024-06-01T00:00:00Z", "")
    report = Known("r", "320202", "government", "jurisdiction", 2012, "ok", "")
    rows = list(coverage([site], [report], "2024-06-01T00:00:00Z"))
    own = {row.year: row.state for row in rows if row.region_code == "320202"}
    assert own == {2012: "read", 2013: "missing", 2014: "missing"}
    counted = {row.region_code for row in rows if row.year == 2023}
    assert "320213" in counted
    assert {"320202", "110228", "653228"}.isdisjoint(counted)


def test_a_young_division_is_not_missed_before_its_time() -> None:
    site = SiteState("320213", "320213", "ok", "", "http://www.example.gov.cn/", "2024-06-01T00:00:00Z", "")
    report = Known("r", "320213", "government", "jurisdiction", 2012, "ok", "")
    rows = list(coverage([site], [report], "2024-06-01T00:00:00Z"))
    assert [row.year for row in rows if row.region_code == "320213"] == [2012, *range(2015, 2024)]
