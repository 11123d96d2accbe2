"""When sites are due, and the timetable for other programs, each read by the program itself where it can be had."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.capture import Site
from crawler.due import History, histories, is_due, next_visit, usual_day
from crawler.timetable import CALM_HOURS, Job, Place, crontab, scrapyd, systemd
from pipelines.store.store import Store

JOBS = [Job("hebei", "河北省", 11), Job("jiangsu", "江苏省", 30), Job("yunnan", "云南省", 9)]
PLACE = Place(Path("/opt/nian bao/.venv/bin/nianbao"), Path("/opt/nian bao"), Path("/srv/100%/data"))


def history(now: datetime, days: float, **more: object) -> History:
    values: dict[str, object] = {"finished_at": now - timedelta(days=days), "outcome": "ok", **more}
    return History(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("month", "day", "years", "published", "wait", "words"),
    [
        (2, 15, (), (), 7, "is expected"),
        (1, 29, (), (), 2, "deadline of 31 January"),
        (3, 25, (), (), 2, "deadline of 31 March"),
        (2, 20, (), (date(2024, 2, 17), date(2025, 2, 18)), 2, "usually appear about 17 February"),
        (2, 20, (2025,), (date(2024, 2, 17), date(2025, 2, 18)), 30, "for 2025 is there"),
        (9, 1, (), (), 30, "overdue"),
        (9, 1, (2025,), (), 90, "is there"),
        (9, 1, (2024,), (), 30, "overdue"),
    ],
)
def test_the_law_and_the_sites_own_habits_set_the_pace(month, day, years, published, wait, words):
    now = datetime(2026, month, day, 12, tzinfo=UTC)
    known = history(now, 1, years=frozenset(years), published=published)
    visit = next_visit(known, now)
    assert visit.at == known.finished_at + timedelta(days=wait)
    assert words in visit.reason
    assert is_due(history(now, wait, years=frozenset(years), published=published), now)
    assert not is_due(history(now, wait - 0.1, years=frozenset(years), published=published), now)


def test_failures_are_tried_again_sooner_and_then_less_often():
    now = datetime(2026, 9, 1, tzinfo=UTC)
    waits = [
        (next_visit(history(now, 0, outcome="unreachable", failures=n), now).at - now).days for n in (1, 2, 3, 5, 6, 50)
    ]
    assert waits == [1, 2, 4, 16, 30, 30]
    assert "ended unreachable, once" in next_visit(history(now, 0, outcome="unreachable", failures=1), now).reason
    assert is_due(None, now)


def test_one_report_makes_no_habit():
    assert usual_day((date(2025, 2, 1),), 2026) is None
    assert usual_day((date(2023, 1, 10), date(2024, 3, 1), date(2025, 3, 2)), 2026) == date(2026, 3, 2)


def test_histories_come_from_the_snapshot(tmp_path):
    path = tmp_path / "nianbao.db"
    assert histories(path) == {}
    site = Site("130925", "130925", "盐山县", "http://www.yanshan.gov.cn/")
    with closing(Store.open(path)) as store:
        for day, outcome in ((1, "ok"), (2, "unreachable"), (3, "blocked")):
            store.add_run(
                {
                    "run_id": str(day),
                    "site_id": "130925",
                    "outcome": outcome,
                    "finished_at": f"2026-02-0{day}T00:00:00Z",
                },
                site,
            )
    with closing(sqlite3.connect(path)) as db, db:
        rows = [
            ("a", "130925", "130925", "government", 2024, "2025-02-10"),
            ("b", "130925", "130925", "government", 2023, "2024-02-14"),
            ("c", "130925", "130925", "department", 2025, "2026-01-10"),
        ]
        for number, row in enumerate(rows):
            db.execute(
                "INSERT INTO reports (report_id, site_id, region_code, unit_kind, year, published_on, report_key) VALUES (?,?,?,?,?,?,?)",
                (*row, number),
            )
    assert histories(path) == {
        "130925": History(
            datetime(2026, 2, 3, tzinfo=UTC),
            "blocked",
            2,
            (date(2024, 2, 14), date(2025, 2, 10)),
            frozenset({2023, 2024}),
        )
    }


def test_crontab():
    lines = [line for line in crontab(JOBS, PLACE).splitlines() if line[0].isdigit()]
    assert len(lines) == 3
    for line, job in zip(lines, JOBS, strict=True):
        minute, hour, *stars, _ = [*line.split(" ", 5)]
        assert stars == ["*", "*", "*"]
        assert int(hour) in CALM_HOURS
        assert 0 <= int(minute) < 60
        command = line.split(" ", 5)[5]
        # In a crontab a bare % ends the command.
        assert "%" not in command.replace(r"\%", "")
        words = shlex.split(command.replace(r"\%", "%"), comments=True)
        assert words[:4] == ["cd", "/opt/nian bao", "&&", "/opt/nian bao/.venv/bin/nianbao"]
        assert words[words.index("--province") + 1] == job.province
        assert words[words.index("--data") + 1] == "/srv/100%/data"
    assert len({line.split(" ")[0:2][0] + line.split(" ")[1] for line in lines}) == 3


def test_systemd():
    text = systemd(JOBS, PLACE)
    assert text.count("OnCalendar=") == 3
    start = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    # A percent sign is a specifier in a unit; a path with a blank is quoted.
    assert '"/opt/nian bao/.venv/bin/nianbao" crawl --province %i --due' in start
    assert "/srv/100%%/data" in start
    assert "nianbao@hebei.timer" in text


def test_scrapyd_calls():
    text = scrapyd({"hebei": ["130925", "130109-x"], "yunnan": ["530922"]}, "http://localhost:6800/", PLACE)
    calls = [shlex.split(line) for line in text.splitlines() if line.startswith("curl")]
    assert [next(word for word in call if word.startswith("spider=")) for call in calls] == [
        "spider=130925", "spider=130109-x", "spider=530922",
    ]  # fmt: skip
    assert "setting=NIANBAO_DATA=/srv/100%/data/yunnan" in calls[2]
