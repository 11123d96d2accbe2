"""Reports that are taken off a list, or off the site, are noticed: with the project's own spider."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.changes import between, state
from crawler.runner import crawl


def ok(text: str, status: int = 200) -> Any:
    return SimpleNamespace(body=text.encode(), status=status, headers={}, raw=b"", wait=0.0)


def listing(*years: int) -> Any:
    rows = "".join(
        f'<li><a href="/art/{year}.html">正定县{year}年政府信息公开工作年度报告</a><i>{year + 1}-01-20</i></li>'
        for year in years
    )
    return ok(f"<html><title>政府信息公开年报</title><body><ul>{rows}</ul></body></html>")


def report(year: int, count: int = 12) -> Any:
    heads = "一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、因政府信息公开工作被申请行政复议、提起行政诉讼情况 五、存在的主要问题及改进情况 六、其他需要报告的事项"
    body = "".join(f"<p>{head}</p><p>这一部分写明本县当年的做法，共有{count}项。</p>" for head in heads.split())
    title = f"正定县{year}年政府信息公开工作年度报告"
    return ok(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>")


@pytest.fixture
def portal(make_portal: Any) -> Any:
    pages = {
        "/": ok('<html><body><a href="/nb/">政府信息公开年报</a></body></html>'),
        "/nb/": listing(2022, 2023, 2024),
    }
    pages |= {f"/art/{year}.html": report(year) for year in (2022, 2023, 2024)}
    made = make_portal(pages, site_id="130123")
    made.site = type(made.site)("130123", "130123", "正定县", made.site.home_url)
    return made


def go(portal: Any, data: Any, **settings: Any) -> tuple[Any, list[str]]:
    before = state(data.db, {"130123"})
    row = crawl([portal.site], data, delay=0, settings=settings).rows[0]
    return row, [f"{one.kind} {one.year}" for one in between(before, state(data.db, {"130123"}))]


def test_off_the_list_and_off_the_site(portal, data):
    row, changes = go(portal, data)
    assert (row["outcome"], row["reports_found"]) == ("ok", 3)
    assert changes == ["new 2022", "new 2023", "new 2024"]
    # Off the list, but there: looked at, told to the operator, no change of what is published.
    portal.pages["/nb/"] = listing(2023, 2024)
    portal.log.clear()
    row, changes = go(portal, data)
    assert (row["outcome"], row["reports_found"], changes) == ("ok", 3, [])
    assert "a known report is no longer linked" in row["message"]
    assert "/art/2022.html" in portal.paths
    # Off the site: the answer is archived, and told once.
    portal.pages["/art/2022.html"] = ok("not here", 404)
    row, changes = go(portal, data)
    assert changes == ["gone 2022"]
    portal.log.clear()
    row, changes = go(portal, data)
    assert changes == []
    assert "/art/2022.html" not in portal.paths
    # And back on the list.
    portal.pages["/art/2022.html"] = report(2022)
    portal.pages["/nb/"] = listing(2022, 2023, 2024)
    assert go(portal, data)[1] == ["back 2022"]


def test_a_changed_text_and_a_site_that_fails(portal, data):
    go(portal, data)
    portal.pages["/art/2024.html"] = report(2024, 13)
    assert go(portal, data)[1] == ["changed 2024"]
    portal.pages["/"] = ok("down", 503)
    row, changes = go(portal, data, RETRY_ENABLED=False)
    assert row["outcome"] == "partial" or row["outcome"] == "unreachable"
    assert changes == ["site None"]
    assert "/art/2023.html" not in portal.paths[-2:]


def test_the_command_tells_changes_and_only_those(portal, data, tmp_path, capsys):
    from crawler.cli import main

    sites = tmp_path / "sites.csv"
    sites.write_text(
        f"site_id,region_code,name,home_url\n130123,130123,正定县,{portal.site.home_url}\n", encoding="utf-8"
    )
    common = ["crawl", "--sites", str(sites), "--data", str(data.root), "--delay", "0"]
    files = ["--summary", str(tmp_path / "s.json"), "--metrics", str(tmp_path / "prom" / "n.prom")]
    assert main([*common, *files]) == 0
    capsys.readouterr()
    assert main([*common, "--brief"]) == 0
    assert capsys.readouterr() == ("", "")
    portal.pages["/nb/"] = listing(2021, 2022, 2023, 2024)
    portal.pages["/art/2021.html"] = report(2021)
    assert main([*common, "--brief", *files]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("130123 new report for 2021, 正定县")
    assert out.count("\n") == 1
    assert err == ""
    told = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert [change["kind"] for change in told["changes"]] == ["new"]
    assert (told["status"], told["sites"][0]["outcome"], told["unfinished"]) == (0, "ok", [])
    lines = (tmp_path / "prom" / "n.prom").read_text().splitlines()
    assert 'nianbao_crawl_changes{kind="new"} 1.0' in lines
    assert 'nianbao_crawl_sites{outcome="ok"} 1.0' in lines
    assert "nianbao_crawl_exit_status 0.0" in lines
    with closing(sqlite3.connect(data.db)) as db:
        assert db.execute("SELECT count(*) FROM reports").fetchone() == (4,)
    assert not list(Path(tmp_path).glob("*.new"))
