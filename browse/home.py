"""The first page: what there is, for which provinces and years, and the questions one may start from."""

from __future__ import annotations

from typing import Any

from browse.questions import QUESTIONS
from browse.snapshot import Row, Snapshot


async def page(snapshot: Snapshot) -> dict[str, Any]:
    """What the home template shows."""
    return await snapshot.once("home", lambda: _made(snapshot))


async def _made(snapshot: Snapshot) -> dict[str, Any]:
    counts = await snapshot.row(
        "select (select count(*) from reports where superseded_by is null) as reports, "
        "(select count(*) from reports where superseded_by is not null) as twins, "
        "(select count(distinct region_code) from reports) as regions, "
        "(select count(*) from captures) as captures, "
        "(select count(*) from sites) as sites, "
        "(select min(year) from reports) as first, (select max(year) from reports) as last"
    )
    assert counts is not None
    cells = await snapshot.rows(
        "select g.province, substr(c.region_code, 1, 2) as part, c.year, c.state, count(*) as n "
        "from coverage c join regions g on g.code = c.region_code group by 2, 3, 4"
    )
    return {
        "counts": counts,
        "unvisited": await snapshot.row(
            "select count(distinct region_code) as n from coverage c where state = 'unknown' and not exists "
            "(select 1 from coverage d where d.region_code = c.region_code and d.state <> 'unknown')"
        ),
        "quality": await snapshot.rows(
            "select quality, count(*) as n from reports where superseded_by is null group by 1 order by n desc"
        ),
        "heat": heat(cells),
        "latest": await snapshot.rows(
            "select r.report_id, r.title, r.unit_name, r.year, r.quality, r.published_on, g.full_name "
            "from reports r left join regions g on g.code = r.region_code where r.superseded_by is null "
            "order by r.published_on is null, r.published_on desc, r.report_id limit 12"
        ),
        "meta": {row["key"]: row["value"] for row in await snapshot.rows("select key, value from meta")},
        "questions": QUESTIONS,
    }


def heat(cells: list[Row]) -> dict[str, Any]:
    """Coverage as a table: provinces down, years across; each cell says how many of those due were read.

    `due` leaves out what is not due yet and regions whose portal was never visited (`unknown`). `level` 0–4 is the shade (none, up to a half, more, all); `None` where
    nothing is due.
    """
    years = sorted({row["year"] for row in cells if row["state"] != "unknown"})
    names: dict[str, str] = {}
    tally: dict[tuple[str, int], dict[str, int]] = {}
    for row in cells:
        if row["state"] == "unknown":
            continue
        names.setdefault(row["part"], row["province"] or row["part"])
        tally.setdefault((row["part"], row["year"]), {})[row["state"]] = row["n"]
    return {
        "years": years,
        "rows": [
            {"code": part + "0000", "name": name, "cells": [_heat_cell(tally.get((part, year), {})) for year in years]}
            for part, name in sorted(names.items())
        ],
    }


def _heat_cell(states: dict[str, int]) -> dict[str, Any]:
    due = sum(n for state, n in states.items() if state != "not_due")
    read = states.get("read", 0)
    if not due:
        return {"read": 0, "due": 0, "level": None, "states": states}
    level = 0 if not read else 4 if read == due else 1 + min(2, int(read / due * 3))
    return {"read": read, "due": due, "level": level, "states": states}
