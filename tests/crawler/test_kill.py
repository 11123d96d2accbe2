"""Real processes, killed at random moments: nothing is lost, and next to nothing is fetched twice."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.reader import RunRow, iter_archive
from crawler.browser import find_chromium
from pipelines.reprocess import reprocess

pytestmark = pytest.mark.slow

WALKER = Path(__file__).with_name("walker.py")


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


@pytest.fixture
def start(tmp_path: Path, data: DataDir) -> Callable[..., subprocess.Popen[str]]:
    def run(*portals: Any, delay: float = 0, start_new_session: bool = False, **job: Any) -> subprocess.Popen[str]:
        path = tmp_path / "job.json"
        row = {"sites": [asdict(portal.site) for portal in portals], "data": str(data.root), "delay": delay, **job}
        path.write_text(json.dumps(row))
        return subprocess.Popen(
            [sys.executable, str(WALKER), str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=start_new_session,
        )

    return run


def tree(link_page: Callable[..., bytes], breadth: int, wait: float) -> dict[str, Any]:
    """A home page, `breadth` lists of four reports each, a redirect in every third list."""
    pages = {"/": ok(link_page(*(f"/list{i}" for i in range(breadth))), wait=wait)}
    for i in range(breadth):
        reports = [f"/report{i}-{j}" for j in range(4)]
        pages |= {path: ok(f"<p>{path}</p>".encode(), wait=wait) for path in reports}
        pages[f"/list{i}"] = ok(link_page(*reports), wait=wait)
        if i % 3 == 0:
            pages[reports[0]] = ok(b"", status=302, headers={"Location": f"/report{i}-moved"}, wait=wait)
            pages[f"/report{i}-moved"] = ok(b"<p>moved</p>", wait=wait)
    return pages


def test_killed_again_and_again(make_portal, link_page, start, data):
    chance = random.Random(1)
    portals = [make_portal(tree(link_page, 6, 0.03), site_id=site) for site in ("999901", "999902")]
    kills = 0
    while True:
        process = start(*portals)
        before = sum(len(portal.log) for portal in portals)
        # Killed some time after it began to ask, wherever it is then.
        while process.poll() is None and sum(len(portal.log) for portal in portals) == before:
            time.sleep(0.005)
        try:
            process.wait(chance.uniform(0.0, 0.5) if kills < 4 else None)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        finally:
            _, err = process.communicate()
    assert process.returncode == 0, err
    assert kills >= 3, "the test has to kill to mean anything"
    captures, rows = read(data)
    for portal in portals:
        mine = [c for c in captures if c.site_id == portal.site.site_id]
        everything = {portal.url(path) for path in (*portal.pages, "/robots.txt")}
        assert {c.url for c in mine} == everything
        # At most the one request in flight is asked again at each kill, beside robots.txt at each start.
        asked = Counter(path for path in portal.paths if path != "/robots.txt")
        assert asked.total() - len(portal.pages) <= kills, (kills, portal.paths)
        # Each answer that was archived is archived once: a second record needs a second request.
        stored = Counter(c.url for c in mine)
        assert all(stored[portal.url(path)] <= asked[path] for path in portal.pages)
        assert len({c.position for c in mine}) == len(mine)
    assert sorted(row["site_id"] for row in rows) == ["999901", "999902"]
    assert {row["outcome"] for row in rows} == {"ok"}
    assert {row["reports_found"] for row in rows} == {24}
    rebuilt = data.root / "rebuilt.db"
    reprocess(data, rebuilt, full=True, workers=1)
    live, again = dump(data.db), dump(rebuilt)
    assert live == again
    assert len(live["captures"]) == len(captures)


def dump(path: Path) -> dict[str, list[str]]:
    """Every table's rows in one order."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        return {name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"'))) for name in names}


def read(data: DataDir) -> tuple[list[Capture], list[dict[str, Any]]]:
    captures, rows = [], []
    for record in iter_archive(data.warc):
        assert isinstance(record, Capture | RunRow), record
        if isinstance(record, Capture):
            captures.append(record)
        else:
            rows.append(dict(record.row))
    return captures, rows


def test_a_polite_stop_is_quick_and_loses_nothing(make_portal, link_page, start, data):
    portal = make_portal(tree(link_page, 3, 0.0))
    process = start(portal, delay=2)
    while "/" not in portal.paths and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)  # now it waits for the delay to pass
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 3
    assert process.returncode == 0, err
    assert json.loads(out) == {"rows": [], "interrupted": ["999901"], "trouble": ""}
    assert not list(data.warc.glob("*.open"))
    assert len(portal.log) == 2
    process = start(portal)
    out, err = process.communicate(timeout=30)
    assert "going on from an interrupted crawl" in err
    assert json.loads(out)["rows"][0]["outcome"] == "ok"
    assert portal.paths.count("/") == 1
    assert {c.url for c in read(data)[0]} == {portal.url(path) for path in (*portal.pages, "/robots.txt")}


def test_a_stop_does_not_wait_long_for_a_slow_server(make_portal, link_page, start, data):
    portal = make_portal({"/": ok(link_page("/slow")), "/slow": lambda n: ok(wait=0 if n else 30)})
    process = start(portal)
    while "/slow" not in portal.paths and process.poll() is None:
        time.sleep(0.01)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=25)
    assert time.monotonic() - began < 10
    assert json.loads(out)["interrupted"] == ["999901"]
    out, err = start(portal).communicate(timeout=30)
    assert json.loads(out)["rows"][0]["outcome"] == "empty", err
    assert [portal.paths.count(path) for path in ("/", "/slow")] == [1, 2]


def test_archived_but_not_done_is_read_from_the_archive(make_portal, link_page, start, data):
    """The moment between archiving and done, made by hand: the rows of a finished page are set back."""
    portal = make_portal(tree(link_page, 2, 0.02))
    process = start(portal)
    while "/list1" not in portal.paths:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    with sqlite3.connect(data.frontier) as db:
        # As if it had died just before the home page was done: its links unknown, its answer archived.
        db.execute("DELETE FROM seen WHERE request NOT IN (SELECT id FROM requests WHERE role = 'home')")
        db.execute("DELETE FROM requests WHERE role <> 'home'")
        db.execute("UPDATE requests SET state = 'flying' WHERE role = 'home' AND file IS NOT NULL")
    db.close()
    homes = portal.paths.count("/")
    out, err = start(portal).communicate(timeout=30)
    assert json.loads(out)["rows"][0]["outcome"] == "ok", err
    assert portal.paths.count("/") == homes == 1
    assert sum(c.url == portal.url("/") for c in read(data)[0]) == 1


def test_what_a_power_cut_took_is_fetched_again(make_portal, link_page, start, data):
    portal = make_portal(tree(link_page, 2, 0.02) | {"/report0-0": ok()})
    del portal.pages["/report0-moved"]
    process = start(portal)
    while len(portal.log) < 8:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    (torn,) = data.warc.glob("*.open")
    with torn.open("r+b") as file:
        file.truncate(torn.stat().st_size // 2)
    out, err = start(portal).communicate(timeout=30)
    assert "torn record cut off" in err or "whole records kept" in err
    assert json.loads(out)["rows"][0]["outcome"] == "ok"
    assert {c.url for c in read(data)[0]} == {portal.url(path) for path in (*portal.pages, "/robots.txt")}


def test_a_full_disk_stops_with_one_line_and_goes_on_later(make_portal, link_page, start, data):
    portal = make_portal(tree(link_page, 3, 0.0) | {"/list2": ok(random.Random(1).randbytes(3_000_000))})
    other = make_portal(tree(link_page, 3, 0.0), site_id="999902")
    out, err = start(portal, other, file_limit=2_000_000).communicate(timeout=30)
    told = json.loads(out)
    assert "File too large" in told["trouble"]
    assert "make room, then run the same command again" in told["trouble"]
    assert "999901" in told["interrupted"]
    assert "Traceback" not in err
    before = read(data)[0]
    assert portal.url("/list2") not in {c.url for c in before}
    out, err = start(portal, other).communicate(timeout=30)
    told = json.loads(out)
    assert (told["trouble"], told["interrupted"]) == ("", [])
    urls = {c.url for c in read(data)[0]}
    assert all(url in urls for p in (portal, other) for url in map(p.url, p.paths) if "/report2" not in url)


def test_two_crawls_in_one_data_directory(make_portal, link_page, start, data):
    turned_away = threading.Event()

    def held(_: int) -> Any:
        turned_away.wait(60)
        return ok(link_page("/report/1"))

    portal = make_portal({"/": held, "/report/1": ok()})
    first = start(portal)
    while "/" not in portal.paths:
        time.sleep(0.01)
    second = start(portal)
    _, err = second.communicate(timeout=60)
    turned_away.set()
    assert second.returncode != 0
    assert f"another crawl or reprocess (process {first.pid}) is at work there" in err
    out, _ = first.communicate(timeout=60)
    assert json.loads(out)["rows"][0]["outcome"] == "ok"


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
@pytest.mark.parametrize("after", [0.0, 0.3, 0.8])
def test_ctrl_c_while_a_browser_starts_ends_the_crawl(make_portal, start, data, after):
    portal = make_portal({"/": ok(b"<p>home</p>")}, fetch="browser")
    process = start(portal, start_new_session=True)
    assert process.stderr is not None
    next(line for line in process.stderr if "started" in line)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the browser as well
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert told["interrupted"] == ["999901"] or told["rows"]
