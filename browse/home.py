"""The first page: what there is, for which provinces and years, and the questions one may start from."""

from __future__ import annotations

from typing import Any

from browse.places import JOIN, PLACE
from browse.questions import QUESTIONS
from browse.snapshot import Row, Snapshot
from browse.words import COVERAGE

# A region without any site in the registry's crawled part: its coverage says only that nothing is known.
_VISITED = (
    "(c.state <> 'unknown' or exists (select 1 from sites s where s.region_code = c.region_code) "
    "or exists (select 1 from sites s where s.site_id = c.region_code))"
)


async def page(snapshot: Snapshot) -> dict[str, Any]:
    """What the home template shows."""
    return await snapshot.once("home", lambda: _made(snapshot))


async def _made(snapshot: Snapshot) -> dict[str, Any]:
    counts = await snapshot.row(
        "select (select count(*) from reports where superseded_by is null) as reports, "
        "(select count(*) from reports where superseded_by is not null) as twins, "
        f"(select count(distinct {PLACE}) from reports r left join sites p on p.site_id = r.site_id) as regions, "
        "(select count(*) from captures) as captures, "
        "(select count(*) from sites) as sites, "
        "(select min(year) from reports) as first, (select max(year) from reports) as last"
    )
    assert counts is not None
    cells = await snapshot.rows(
        "select g.province, substr(c.region_code, 1, 2) as part, c.year, c.state, count(*) as n, "
        f"sum(g.level = 'other' and c.region_code like '%-%') as zones, {_VISITED} as visited "
        "from coverage c join regions g on g.code = c.region_code group by part, c.year, c.state, visited"
    )
    return {
        "counts": counts,
        "quality": await snapshot.rows(
            "select quality, count(*) as n from reports where superseded_by is null group by 1 order by n desc"
        ),
        "heat": heat(cells),
        "latest": await snapshot.rows(
            "select r.report_id, r.title, r.unit_name, r.year, r.quality, r.published_on, g.full_name "
            f"from reports r {JOIN} where r.superseded_by is null "
            "order by r.published_on is null, r.published_on desc, r.report_id limit 12"
        ),
        "meta": {row["key"]: row["value"] for row in await snapshot.rows("select key, value from meta")},
        "questions": QUESTIONS,
    }


def heat(cells: list[Row]) -> dict[str, Any]:
    """Coverage as a table: provinces down, years across; each cell says how many of those due were read, and what of
    the others.

    Regions of which no site is known are in no year's cell, because nothing is known of them: they are counted apart,
    `unvisited` in each row and in all.
    """
    years = sorted({row["year"] for row in cells if row["visited"]})
    names: dict[str, str] = {}
    tally: dict[tuple[str, int], dict[str, int]] = {}
    zones: dict[str, int] = {}
    unvisited: dict[str, int] = {}
    for row in cells:
        part, count = row["part"], row["n"]
        if not row["visited"]:
            unvisited[part] = max(unvisited.get(part, 0), count)
            continue
        names.setdefault(part, row["province"] or part)
        states = tally.setdefault((part, row["year"]), {})
        states[row["state"]] = states.get(row["state"], 0) + count
    for part, year in tally:
        in_year = sum(row["zones"] for row in cells if (row["part"], row["year"], row["visited"]) == (part, year, 1))
        zones[part] = max(zones.get(part, 0), in_year)
    return {
        "years": years,
        "unvisited": sum(unvisited.values()),
        "states": [state for state in COVERAGE if any(state in states for states in tally.values())],
        "rows": [
            {
                "code": part + "0000",
                "name": name,
                "zones": zones[part],
                "unvisited": unvisited.get(part, 0),
                "cells": [heat_cell(tally.get((part, year), {})) for year in years],
            }
            for part, name in sorted(names.items())
        ],
    }


def heat_cell(states: dict[str, int]) -> dict[str, Any]:
    """A cell: `read` of `due`, `level` its shade, `others` the states and counts of those that were not read.

    `due` leaves out what is not due yet. `level` is 0–4 (none, below a third, below two thirds, more, all), `unknown` where nothing is known
    of any, None where nothing is due.
    """
    due = sum(n for state, n in states.items() if state != "not_due")
    read = states.get("read", 0)
    others = [(state, states[state]) for state in COVERAGE if state != "read" and states.get(state)]
    level: int | str | None = None
    if due and due == states.get("unknown"):
        level = "unknown"
    elif due:
        level = 0 if not read else 4 if read == due else 1 + min(2, int(read / due * 3))
    return {"read": read, "due": due, "level": level, "others": others}
