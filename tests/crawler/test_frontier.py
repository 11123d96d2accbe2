"""The queue: what is known after each way a process may end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.capture import Capture, Site, WarcPosition
from crawler.frontier import Frontier, FrontierError
from crawler.packing import Packed

SITE = Site("999901", "999901", "试验", "http://a.test/")
AT = WarcPosition("one.warc.gz", 100, 50)
NOW = "2026-11-22T00:00:00.000000Z"


def packed(path: str, *, priority: int = 0, role: str = "list") -> Packed:
    return Packed(path.encode(), priority, role, f"http://a.test{path}", f'{{"url": "{path}"}}')


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    made = Frontier(tmp_path / "crawl" / "frontier.db")
    yield made
    made.close()


def urls(frontier: Frontier, run: int) -> list[str]:
    """All that can be taken, in order."""
    out = []
    while row := frontier.claim(run):
        out.append(row.body[9:-2])
    return out


def test_order_is_archived_first_then_priority_then_age(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    for path, priority in (("/a", 0), ("/b", 5), ("/c", 0), ("/d", 5)):
        assert frontier.add(run, packed(path, priority=priority))
    assert not frontier.add(run, packed("/a", priority=9))
    first = frontier.claim(run)
    assert first is not None
    frontier.archived(run, first.id, AT)
    frontier.release(first.id)
    assert frontier.claim(run) == type(first)(first.id, first.body, AT)
    assert urls(frontier, run) == ["/d", "/a", "/c"]
    assert not frontier.pending(run)


def test_what_was_in_flight_waits_again_in_the_next_process(frontier):
    run = frontier.begin(SITE, "r1", NOW)
    frontier.add(run.id, packed("/a"))
    row = frontier.claim(run.id)
    frontier.done(run.id, None, [], {"seen_column": True})
    frontier.close()
    again = Frontier(frontier.path)
    resumed = again.begin(SITE, "r2", "later")
    assert (resumed.id, resumed.run_id, resumed.started_at, resumed.resumed) == (run.id, "r1", NOW, True)
    assert resumed.notes == {"seen_column": True}
    assert again.claim(run.id) == row
    again.close()


def test_done_and_its_links_are_one_transaction(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    frontier.add(run, packed("/a"))
    row = frontier.claim(run)
    unusable = Packed(b"x", 0, "list", "http://a.test/x", None)  # type: ignore[arg-type]  # no body: the insert fails
    with pytest.raises(sqlite3.IntegrityError):
        frontier.done(run, row.id, [packed("/b"), unusable], {})
    assert not frontier.pending(run)
    frontier.release(row.id)
    assert urls(frontier, run) == ["/a"]


def test_a_failure_is_the_last_word(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    frontier.add(run, packed("/a"))
    row = frontier.claim(run)
    frontier.done(run, row.id, [packed("/b")], {}, "HTTP 404")
    frontier.done(run, row.id, [], {})
    assert frontier.failures(run) == [("list", "http://a.test/a", "HTTP 404")]
    assert urls(frontier, run) == ["/b"]


def test_redirects_keep_the_row_unless_another_asks_for_it(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    for path in ("/a", "/b"):
        frontier.add(run, packed(path))
    row = frontier.claim(run)
    frontier.archived(run, row.id, AT)
    assert frontier.moved(run, row.id, packed("/c"))
    assert not frontier.add(run, packed("/c"))
    assert urls(frontier, run) == ["/c", "/b"]
    assert frontier.moved(run, row.id, packed("/a")), "back to where it came from: the cookie of a door"
    assert not frontier.moved(run, row.id, packed("/b"))
    assert not frontier.pending(run)


def test_a_finished_site_starts_anew(frontier):
    run = frontier.begin(SITE, "r1", NOW)
    frontier.add(run.id, packed("/a"))
    frontier.archived(run.id, None, AT)
    frontier.finish(run.id, {"outcome": "ok", "finished_at": NOW})
    (left,) = frontier.unstored()
    assert (left.run, left.site, left.row) == (run.id, SITE, {"outcome": "ok", "finished_at": NOW})
    assert frontier.captures(run.id) == [AT]
    assert not frontier.unfinalized
    frontier.stored(run.id, [AT])
    assert frontier.unstored() == []
    assert frontier.unfinalized
    frontier.finalized()
    assert not frontier.unfinalized
    anew = frontier.begin(SITE, "r2", NOW)
    assert (anew.resumed, anew.run_id) == (False, "r2")
    assert frontier.add(anew.id, packed("/a"))


def test_an_old_unfinished_run_is_given_up(frontier):
    run = frontier.begin(SITE, "r1", NOW)
    frontier.add(run.id, packed("/a"))
    assert frontier.begin(SITE, "r2", "2026-11-25", "2026-11-21").run_id == "r1"
    anew = frontier.begin(SITE, "r2", "2026-12-25", "2026-12-18")
    assert (anew.run_id, anew.resumed) == ("r2", False)
    assert frontier.add(anew.id, packed("/a"))


def test_unfinished_runs_have_their_captures_stored_too(frontier):
    run = frontier.begin(SITE, "r1", NOW)
    frontier.archived(run.id, None, AT)
    (left,) = frontier.unstored()
    assert left.row is None
    frontier.stored(run.id, [AT])
    assert frontier.unstored() == []
    assert frontier.begin(SITE, "r2", NOW).id == run.id


def capture(path: str, role: str = "list", position: WarcPosition = AT, site: str = "999901") -> Capture:
    return Capture(f"http://a.test{path}", NOW, 200, (), b"", site_id=site, role=role, position=position)  # type: ignore[arg-type]


def test_an_orphan_is_adopted_and_answers_the_request_in_flight(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    frontier.add(run, packed("/a"))
    row = frontier.claim(run)
    assert frontier.adopt(capture("/a"))
    assert not frontier.adopt(capture("/a"))
    assert not frontier.adopt(capture("/a", site="999902"))
    assert frontier.begin(SITE, "r2", NOW).id == run
    assert frontier.claim(run) == type(row)(row.id, row.body, AT)
    assert frontier.captures(run) == [AT]


def test_what_the_archive_lost_is_asked_again(frontier):
    run = frontier.begin(SITE, "r1", NOW).id
    places = [
        WarcPosition("one.warc.gz", 0, 50),
        WarcPosition("one.warc.gz", 50, 50),
        WarcPosition("two.warc.gz", 0, 50),
    ]
    for path, place in zip(("/a", "/b", "/c"), places, strict=True):
        frontier.add(run, packed(path))
        row = frontier.claim(run)
        frontier.archived(run, row.id, place)
        frontier.done(run, row.id, [], {})
    assert frontier.files() == {"one.warc.gz", "two.warc.gz"}
    frontier.cut("one.warc.gz", 99)
    assert urls(frontier, run) == ["/b"]
    assert frontier.captures(run) == [places[0], places[2]]


def test_batches_go_on_only_with_the_same_sites_and_not_for_ever(frontier):
    other = Site("999902", "999902", "另", "http://b.test/")
    assert frontier.begin_batch(["999901", "999902"], "2026-11-01") == []
    run = frontier.begin(SITE, "r1", NOW)
    row = {"site_id": "999901", "finished_at": NOW}
    frontier.finish(run.id, row)
    assert frontier.begin_batch(["999902", "999901"], "2026-11-01") == [row]
    assert frontier.begin_batch(["999902", "999901"], "2026-12-01") == []
    frontier.finish(frontier.begin(other, "r1", NOW).id, {"site_id": "999902", "finished_at": NOW})
    frontier.finish_batch()
    assert frontier.begin_batch(["999901", "999902"], "2026-11-01") == []
    frontier.finish(frontier.begin(SITE, "r3", NOW).id, row)
    assert frontier.begin_batch(["999901"], "2026-11-01") == []


def test_a_broken_file_is_one_line(tmp_path):
    (tmp_path / "frontier.db").write_bytes(b"no database" * 100)
    with pytest.raises(FrontierError, match="move it away: what is archived is kept"):
        Frontier(tmp_path / "frontier.db")
