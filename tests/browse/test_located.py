"""From a figure on a report's page to its cell in the archived page; and the same on the command line."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser

from archive.capture import Site
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.reader import iter_archive
from archive.replay import CONTENT_SECURITY_POLICY
from archive.writer import ArchiveWriter
from browse.app import build, listen
from crawler.cli import main
from pipelines.finalize import finalize
from pipelines.process import process
from pipelines.store import Store

CASE = Path(__file__).resolve().parents[1] / "cases" / "lawful_2021" / "page.html"
SITE = Site("420822", "420822", "沙洋县", "http://www.shayang.gov.cn/")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """An archive of one report in a page, and one whose report is attached."""
    data = DataDir(tmp_path_factory.mktemp("located") / "data")
    shell = "<html><title>沙洋县人民政府2022年政府信息公开工作年度报告</title><body><p>见附件。</p></body></html>"
    with ArchiveWriter(data.warc, run_id="r", operator="Test <test@example.org>") as writer:

        def fetched(path: str, payload: bytes, **more: Any) -> None:
            writer.write(
                Exchange(
                    method="GET",
                    url=SITE.home_url + path,
                    status=200,
                    headers=(("Content-Type", "text/html"),),
                    payload=payload,
                    fetched_at=f"2026-03-01T08:00:0{len(path)}.000000Z",
                    site=SITE,
                    **more,
                )
            )

        fetched("1", CASE.read_bytes(), role="report")
        fetched("22", shell.encode(), role="report")
        fetched("333", CASE.read_bytes(), role="attachment", context={"parent": SITE.home_url + "22"})
    with Store.open(data.db) as store:
        process(data, store, iter_archive(data.warc), workers=0)
        finalize(store)
    return data


@pytest.fixture
def ask(data: DataDir, run: Callable[..., Any]) -> Iterator[Callable[[str], httpx.Response]]:
    site = build(data)
    yield lambda path: run(site.client.get(path))
    site.get_database("nianbao").close()
    site.executor.shutdown()


def report_ids(data: DataDir) -> list[str]:
    with closing(sqlite3.connect(data.db)) as db:
        return [row[0] for row in db.execute("SELECT report_id FROM reports ORDER BY url")]


def test_a_figure_links_to_its_marked_cell(data: DataDir, ask: Callable[[str], httpx.Response]) -> None:
    for report in report_ids(data):
        page = LexborHTMLParser(ask(f"/report/{report}").text)
        link = page.css_first("#c-requests_new-natural_person a.place")
        assert link is not None
        assert page.css_first(f'iframe[name="{link.attributes["target"]}"]') is not None
        path, _, anchor = (link.attributes["href"] or "").partition("#")
        answer = ask(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        found = LexborHTMLParser(answer.text).css(f"#{anchor}")
        assert [node.text() for node in found] == ["31"]


def test_what_is_not_there_is_said(data: DataDir, ask: Callable[[str], httpx.Response]) -> None:
    report = report_ids(data)[0]
    for path in (
        f"{report}/requests_new",
        f"{report}/nothing",
        "nobody/requests_new/total",
        f"{report}/requests_new/x",
    ):
        assert ask(f"/-/cell/{path}").status_code == 404


def test_the_command_names_capture_and_bytes(data: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, attached = report_ids(data)
    out = tmp_path / "cell.html"
    words = ["requests_new", "natural_person", "--data", str(data.root)]
    assert main(["locate", attached, *words, "--json", "--html", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["value"], told["snippet"]["text"], told["snippet"]["attachment"]) == (31, "31", 0)
    assert told["url"] == SITE.home_url + "333"
    # A payload that came before is stored once, under the page that brought it first.
    assert told["warc_file"] in {path.name.removesuffix(".open") for path in data.warc.iterdir()}
    assert LexborHTMLParser(out.read_text(encoding="utf-8")).css_first("#nianbao-cell").text() == "31"
    assert main(["locate", page, *words]) == 0
    shown = capsys.readouterr().out
    assert "[31]" in shown
    assert "申请人情况 › 自然人" in shown


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["nobody", "requests_new"], 1, "no such report"),
        (["nobody", "nothing"], 2, "no such indicator"),
        (["--file", "nowhere.html", "requests_new"], 1, "cannot be read"),
        (["--file", str(CASE), "requests_new", "x"], 2, "no applicant"),
        (["--file", str(CASE), "stat_staff"], 1, "not in the document"),
        (["--file", str(CASE), "review_total", "--png", "x.png"], 1, "no place on a page"),
    ],
)
def test_refusals(
    data: DataDir, capsys: pytest.CaptureFixture[str], words: list[str], status: int, reason: str
) -> None:
    assert main(["locate", *words, "--data", str(data.root)]) == status
    assert reason in capsys.readouterr().err


CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_a_click_shows_the_cell_in_the_frame(data: DataDir) -> None:
    serving = build(data)
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(serving.app(), log_level="error", lifespan="on"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 700})
            page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/report/{report_ids(data)[0]}")
            page.click("#c-litigation_direct_total a.place")
            cell = page.frame_locator("iframe[name=original]").locator("#nianbao-cell")
            cell.wait_for()
            assert cell.inner_text() == "2"
            # The frame has scrolled to it: the table of litigation stands below the first screen.
            box, frame = cell.bounding_box(), page.locator("iframe[name=original]").bounding_box()
            assert box is not None
            assert frame is not None
            assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
            browser.close()
        server.should_exit = True
        thread.join(20)
    serving.get_database("nianbao").close()
