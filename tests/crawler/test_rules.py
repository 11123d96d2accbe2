"""Pure rules: outcomes, waiting times, when a site is due, requests at rest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider

from crawler.browser import find_chromium
from crawler.ledger import Story, judge
from crawler.packing import pack, unpack
from crawler.politeness import retry_after

LIST = ("list", "http://a.test/l", "HTTP 500")
TWIN = ("other", "http://a.test/t", "Forbidden by robots.txt")


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        (Story(9, 3, True), "ok"),
        (Story(9, 3, True, failures=[("report", "u", "HTTP 404")]), "ok"),
        (Story(9, 3, True, failures=[TWIN]), "ok"),
        (Story(9, 3, True, failures=[("report", "u", "Forbidden by robots.txt")]), "partial"),
        (Story(9, 3, True, failures=[LIST]), "partial"),
        (Story(9, 3, True, ended="stopped at the site's budget of 9 requests"), "partial"),
        (Story(9, 3, True, blocked="captcha"), "partial"),
        (Story(9, 0, True, blocked="captcha"), "blocked"),
        (Story(1, 0, False, failures=[("home", "u", "Forbidden by robots.txt")]), "blocked"),
        (Story(9, 0, True, failures=[("list", "u", "Forbidden by robots.txt")]), "blocked"),
        (Story(9, 0, False), "no_column"),
        (Story(9, 0, True), "empty"),
        (Story(9, 0, True, failures=[LIST]), "partial"),
        (Story(9, 0, False, ended="gave up"), "partial"),
        (Story(0, 0, False), "unreachable"),
        (Story(1, 0, False, home_status=503), "unreachable"),
        (Story(2, 0, False, home_status=200, failures=[("home", "u", "needs a browser")]), "partial"),
        (Story(1, 0, False, ended="the server asks to come back in 9999 seconds"), "blocked"),
        (Story(1, 0, False, failures=[("home", "u", "no answer in time")]), "unreachable"),
    ],
)
def test_outcome(story, outcome):
    found, message = judge(story)
    assert found == outcome
    assert message or found == "ok"


def test_the_message_names_each_reason_once_with_its_first_address():
    failures = [("list", f"http://a.test/{i}", "no answer in time") for i in range(3)] + [TWIN]
    assert judge(Story(9, 1, True, failures=failures))[1] == (
        "no answer in time: http://a.test/0 and 2 more; robots.txt forbids it: http://a.test/t"
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), (b"7", 7.0), (b" 0 ", 0.0), (b"Sun, 22 Nov 2026 12:00:30 GMT", 30.0), (b"-5", None), (b"soon", None),
        (b"Sun, 22 Nov 2026 11:00:00 GMT", 0.0), (b"", None), (b"1e9", None), ("１".encode(), None),
    ],
)  # fmt: skip
def test_retry_after(value, seconds):
    assert retry_after(value, datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)) == seconds


class Some(Spider):
    name = "some"

    def on_page(self, response: Any) -> None: ...


def test_a_request_survives_the_queue():
    spider = Some()
    request = Request(
        "http://a.test/查?q=1",
        callback=spider.on_page,
        errback=spider.on_page,
        method="POST",
        body=b"\xff\x00x",
        headers={"X-A": ["1", "2"], "X-B": b"\xe9", "Cookie": "k=1"},
        meta={"role": "list", "context": {"column": ["年报"]}, "capture": object(), "row": 3, "retry_times": 1},
        cb_kwargs={"n": 1},
        priority=7,
        flags=["f"],
    )
    packed = pack(request, spider)
    back = unpack(packed.body, spider)
    assert (packed.priority, packed.role, packed.url) == (7, "list", request.url)
    assert (back.url, back.method, back.body, back.priority, back.flags) == (
        request.url,
        "POST",
        b"\xff\x00x",
        7,
        ["f"],
    )
    assert (back.callback, back.errback, back.cb_kwargs) == (spider.on_page, spider.on_page, {"n": 1})
    assert back.headers == {b"X-A": [b"1", b"2"], b"X-B": [b"\xe9"]}
    assert back.meta == {"role": "list", "context": {"column": ["年报"]}, "retry_times": 1}
    assert pack(back, spider) == packed


def test_equal_requests_have_one_fingerprint_unless_told_otherwise():
    spider = Some()
    one, two = (pack(Request("http://a.test/?b=1&a=2"), spider), pack(Request("http://a.test/?a=2&b=1"), spider))
    assert one.fingerprint == two.fingerprint
    assert pack(Request("http://a.test/", method="POST", body=b"1"), spider).fingerprint != one.fingerprint
    again = [pack(Request("http://a.test/", dont_filter=True), spider).fingerprint for _ in range(2)]
    assert again[0] != again[1]


@pytest.mark.parametrize(
    "request_", [Request("http://a.test/", callback=print), Request("http://a.test/", meta={"x": object()})]
)
def test_what_cannot_be_resumed_is_refused(request_):
    with pytest.raises(ValueError, match="resumed"):
        pack(request_, Some())


def test_chromium_is_looked_for_in_order(tmp_path: Path):
    def program(*parts: str) -> str:
        path = tmp_path.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    here = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    assert find_chromium(here) is None
    own = program(".cache", "ms-playwright", "chromium-1200", "chrome-linux64", "chrome")
    assert find_chromium(here) == own
    on_path = program("bin", "google-chrome")
    assert find_chromium(here) == on_path
    named = program("opt", "mine")
    assert find_chromium({**here, "CHROMIUM": named}) == named
    assert find_chromium({**here, "CHROMIUM": str(tmp_path / "gone")}) == on_path
