"""Zones and places that the divisions lack have no code in their reports; they are found where the ledger has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.capture import Capture, Site, WarcPosition
from archive.datadir import DataDir
from browse.app import build
from browse.home import heat, heat_cell
from browse.region import units
from pipelines.codebook import form_indicators
from pipelines.finalize import finalize
from pipelines.model import Extraction, Fact, Report
from pipelines.store import Store

ZONE = Site("320800-kfq", "320800", "淮安经济技术开发区", "http://zone.invalid/")
LACKING = Site("449901", "449901", "岭安县", "http://lingan.invalid/")


def page_of(site: Site, year: int, number: int) -> Capture:
    return Capture(
        url=f"{site.home_url}{year}.html", fetched_at=f"2026-02-01T00:00:{number:02d}.000000Z", status=200,
        headers=(("Content-Type", "text/html"),), payload=b"", site_id=site.site_id, role="report", via="http", site=site,
        position=WarcPosition("a.warc.gz", number, 1), context={},
    )  # fmt: skip


def read(site: Site, year: int, kind: Any, name: str, **values: float) -> Extraction:
    facts = tuple(
        Fact(i.indicator, who, values.get(i.indicator, 0), i.unit, "0", "reported", "grid", json.dumps({"table": 1}))
        for i in form_indicators("2021")
        for who in i.applicants
        if i.indicator != "requests_other"
    )
    return Extraction(
        Report(
            title=f"{name}{year}年年度报告", unit_name=name, region_code=None, unit_kind=kind, scope="jurisdiction",
            year=year, form="2021", published_on=f"{year + 1}-01-20", content_kind="html", quality="ok",
        ),
        facts, (), (),
    )  # fmt: skip


@pytest.fixture
def ask(tmp_path: Path, run: Any) -> Iterator[Any]:
    data = DataDir(tmp_path)
    handled = {"requests_new": 40.0, "requests_granted": 40.0, "requests_handled": 40.0}
    with Store.open(data.db) as store:
        for number, (site, year, kind, name) in enumerate(
            ((ZONE, 2023, "zone", "淮安经济技术开发区"), (LACKING, 2023, "government", "岭安县人民政府"))
        ):
            store.add_site(site, "2026-02-01")
            store.add_report([page_of(site, year, number)], read(site, year, kind, name, **handled), extractor="test")
        finalize(store)
    site = build(data)
    yield lambda path, **more: run(site.client.get(path, **more))
    site.get_database("nianbao").close()
    site.executor.shutdown()


def test_their_reports_are_on_their_pages(ask: Any) -> None:
    for code, name in (("320800-kfq", "淮安经济技术开发区"), ("449901", "岭安县人民政府")):
        page = LexborHTMLParser(ask(f"/region/{code}").text)
        assert [h.text().split()[0] for h in page.css("h2[id^=u]")] == [name]
        (link,) = page.css(".series tbody th a")
        report = LexborHTMLParser(ask(str(link.attributes["href"])).text)
        assert report.css_first(".crumbs a").attributes["href"] == f"/region/{code}"
    # The prefecture above lists the zone below, and does not take its report for its own.
    above = LexborHTMLParser(ask("/region/320800").text)
    assert not above.css(".series")
    assert any("淮安经济技术开发区" in li.text() and "1 份" in li.text() for li in above.css(".parts li"))


def test_they_belong_to_their_province(ask: Any) -> None:
    def provinces(question: str, **asked: str) -> list[str]:
        answer = ask(f"/nianbao/{question}.json", params={"_shape": "array", **asked}).json()
        return [row["province"] for row in answer]

    assert provinces("refusal_rate") == ["广东省"]
    assert provinces("refusal_rate", unit_kind="zone") == ["江苏省"]
    assert provinces("most_asked", unit_kind="zone", province="江苏") == ["江苏省"]
    series = ask("/nianbao/over_time.json", params={"_shape": "array", "region": "320800-kfq"}).json()
    assert [(row["unit_kind"], row["scope"], row["year"], row["value"]) for row in series] == [
        ("zone", "jurisdiction", 2023, 40.0)
    ]
    home = LexborHTMLParser(ask("/").text)
    assert [dd.text(strip=True) for dd in home.css(".counts dd")][:2] == ["2", "2"]
    (row,) = (row for row in home.css(".heat tbody tr") if "江苏省" in row.text())
    assert "含开发区 1" in row.css_first("th").text()


def test_unknown_is_not_missing() -> None:
    assert heat_cell({"unknown": 2}) == {"read": 0, "due": 2, "level": "unknown", "others": [("unknown", 2)]}
    assert heat_cell({"missing": 1, "unreachable": 1, "read": 1}) == {
        "read": 1, "due": 3, "level": 2, "others": [("missing", 1), ("unreachable", 1)],
    }  # fmt: skip
    assert heat_cell({"not_due": 3}) == {"read": 0, "due": 0, "level": None, "others": [("not_due", 3)]}
    assert heat_cell({"read": 3, "not_due": 1})["level"] == 4
    cell = {"province": "河北省", "part": "13", "year": 2025, "zones": 0}
    made = heat([
        {**cell, "state": "unknown", "n": 160, "visited": 0}, {**cell, "state": "unknown", "n": 1, "visited": 1},
        {**cell, "state": "read", "n": 2, "visited": 1},
    ])  # fmt: skip
    (row,) = made["rows"]
    assert (made["unvisited"], row["unvisited"]) == (160, 160)
    assert row["cells"] == [{"read": 2, "due": 3, "level": 3, "others": [("unknown", 1)]}]


def test_office_and_jurisdiction_are_two_series() -> None:
    wide = dict.fromkeys(
        ("requests_new_total", "stat_requests_received", "prose_requests_received", "requests_handled_total",
         "stat_requests_closed", "prose_requests_closed", "requests_granted_total", "stat_replies_granted",
         "requests_carried_out_total", "prose_requests_carried_out", "review_total", "stat_review_total",
         "prose_reviews", "review_corrected", "stat_review_corrected", "litigation_direct_total",
         "litigation_after_review_total"),
        None,
    )  # fmt: skip
    one = {**wide, "unit_kind": "office", "unit_name": "某市政府办公室", "year": 2023, "scope": "office"}
    assert list(units([one, {**one, "year": 2022, "scope": "unknown"}])) == [("office", "某市政府办公室", "")]
    apart = units([one, {**one, "scope": "jurisdiction"}, {**one, "year": 2022, "scope": "unknown"}])
    assert [key[2] for key in apart] == ["office", "jurisdiction", "unknown"]
