"""The pages in a real browser: they fit, they are quiet, and an archived page can do nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from archive.datadir import DataDir
from browse.app import build, listen

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")]


@pytest.fixture(scope="module")
def address(data: DataDir) -> Iterator[str]:
    serving = build(data)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(serving.app(), log_level="error", lifespan="on"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listener.close()
    serving.get_database("nianbao").close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page and everything it said or asked for."""

    def __init__(self, page: Page, own: str) -> None:
        self.page = page
        self.said: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda ask: ask.url.startswith((own, "data:")) or self.foreign.append(ask.url))


@pytest.fixture
def watched(chromium: Any, address: str) -> Iterator[Watched]:
    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    yield Watched(context.new_page(), address)
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(
    "path",
    ["/", "/report/{2021}", "/report/{2011}", "/region/120106", "/search?q=公开", "/nianbao", "/nianbao/reports",
     "/nianbao/refusal_rate", "/nianbao?sql=select+1"],
)  # fmt: skip
def test_pages_fit_and_are_quiet(watched: Watched, ids: dict[str, str], path: str, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 800})
    watched.page.goto(path.replace("{2021}", ids["2021"]).replace("{2011}", ids["2011"]))
    watched.page.wait_for_load_state("networkidle")
    if not path.startswith("/nianbao?"):
        assert watched.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Chromium itself remarks on what the sandbox of the archived page stopped; our pages say nothing.
    assert [line for line in watched.said if "sandbox" not in line] == []
    assert watched.foreign == []


def test_the_archived_page_stands_beside_the_figures_and_is_dead(watched: Watched, ids: dict[str, str]) -> None:
    page = watched.page
    page.goto(f"/report/{ids['2021']}")
    frame = page.frame_locator("iframe")
    assert frame.locator("#kept").inner_text() == "二〇二二年度报告"
    assert page.locator("#c-requests_handled-total").inner_text() == "40"
    left, right = page.locator("table.table3").bounding_box(), page.locator("iframe").bounding_box()
    assert left
    assert right
    assert right["x"] >= left["x"] + left["width"] - 1
    frame.locator("body").click()
    page.wait_for_timeout(700)  # a refresh of 0 seconds, a script or an image would have come by now
    assert watched.foreign == []
    assert page.url.endswith(ids["2021"])
    assert page.frames[1].url.endswith(page.locator("iframe").get_attribute("src") or "?")
    assert "ran" not in page.title()


def test_an_archived_page_on_its_own_is_dead_too(watched: Watched, captures: dict[str, str]) -> None:
    page = watched.page
    page.goto(f"/-/capture/{captures['2021']}")
    assert page.inner_text("#kept") == "二〇二二年度报告"
    page.wait_for_timeout(500)
    assert watched.foreign == []
    assert page.title() == "年报"
    assert page.url.endswith(captures["2021"])


def test_the_policy_alone_would_stop_a_page_that_was_not_cleaned(watched: Watched, address: str) -> None:
    """The header is the first line of defence: here the page comes raw, only with the header."""
    from archive.replay import CONTENT_SECURITY_POLICY

    raw = (
        "<title>quiet</title><script>document.title='ran'</script><img src='http://evil.invalid/p.png' "
        "onerror=\"document.title='ran'\"><form id=f action='http://evil.invalid/post'><button id=b>x</button></form>"
    )
    page = watched.page
    page.route(
        f"{address}/raw",
        lambda route: route.fulfill(body=raw, headers={"Content-Type": "text/html", "Content-Security-Policy": CONTENT_SECURITY_POLICY}),
    )  # fmt: skip
    sent: list[str] = []
    page.context.on("response", lambda answer: sent.append(answer.url))
    page.goto("/raw")
    page.click("#b")
    page.wait_for_timeout(300)
    assert page.title() == "quiet"
    assert [url for url in sent if "evil" in url] == []
    assert page.url == f"{address}/raw"


def test_keyboard_and_reader_find_their_way(watched: Watched, ids: dict[str, str]) -> None:
    page = watched.page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"/report/{ids['2021']}")
    assert page.locator("h1").count() == 1
    assert page.locator("table:not(:has(caption)):not(.plain)").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.evaluate("[...document.querySelectorAll('[id]')].length") == page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
    )
    for label in page.locator("input, select").all():
        assert label.evaluate("e => e.labels.length") == 1
