from __future__ import annotations

from browse import memory
from browse.memory import Memory

HTML = [(b"Content-Type", b"text/html; charset=utf-8")]


def test_a_page_is_remembered_for_one_state_of_the_snapshot() -> None:
    kept = Memory()
    assert kept.find("monday", "/") is None
    kept.keep("monday", "/", 200, HTML, b"page")
    found = kept.find("monday", "/")
    assert found is not None
    assert (found.headers, found.body) == (HTML, b"page")
    assert kept.find("monday", "/other") is None
    assert kept.find("tuesday", "/") is None
    kept.keep("monday", "/", 200, HTML, b"made while the snapshot changed")
    assert kept.find("tuesday", "/") is None


def test_errors_files_and_long_pages_are_not_remembered() -> None:
    kept = Memory()
    kept.find(1, "/")
    kept.keep(1, "/a", 404, HTML, b"")
    kept.keep(1, "/b", 200, [(b"content-type", b"application/octet-stream")], b"")
    kept.keep(1, "/c", 200, HTML, b" " * (memory.ONE_PAGE + 1))
    assert [kept.find(1, path) for path in ("/a", "/b", "/c")] == [None, None, None]


def test_the_longest_unused_go_first() -> None:
    kept = Memory()
    page = b" " * memory.ONE_PAGE
    fits = memory.ALL_PAGES // memory.ONE_PAGE
    for number in range(fits):
        assert kept.find(1, number) is None
        kept.keep(1, number, 200, HTML, page)
    assert kept.find(1, 0)
    kept.keep(1, fits, 200, HTML, page)
    assert kept.find(1, 0)
    assert kept.find(1, 1) is None
    assert kept.find(1, fits)
