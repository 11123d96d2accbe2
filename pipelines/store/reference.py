"""Loads what stands in the code, not in the archive: divisions, indicators, rules, and the numbering of cells."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import astuple
from functools import cache

from pipelines.codebook import indicators, rules
from pipelines.crosswalk import variables
from pipelines.regions import all_regions

_AWAY = 1 << 20  # Cells move out of the way here before they take their new numbers.


@cache
def cells() -> dict[tuple[str, str], int]:
    """Number of each (indicator, applicant), from 1, in the order of the codebook."""
    pairs = ((name, applicant) for name, one in indicators().items() for applicant in one.applicants)
    return {pair: number for number, pair in enumerate(pairs, 1)}


def column(indicator: str, applicant: str) -> str:
    """Name of a cell's column in `report_wide`: `requests_new_total`, `review_upheld`."""
    return f"{indicator}_{applicant}" if applicant else indicator


@cache
def codebook_digest() -> str:
    """Sixteen hex digits over divisions, indicators, rules and crosswalk: what the loaded tables were made from."""
    tables = (all_regions(), indicators(), rules(), variables())
    content = [tuple(map(astuple, table.values())) for table in tables]
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def load(db: sqlite3.Connection) -> None:
    """Fill `regions`, `indicators`, `rules`, `cell`, `crosswalk` and define `report_wide`, inside the caller's transaction.

    In a file made with another codebook, facts move to their cells' new numbers; facts of cells that are no more go, and
    every reading is marked as old.
    """
    _renumber(db)
    for table in ("regions", "indicators", "rules", "cell"):
        db.execute(f"DELETE FROM {table}")
    db.executemany("INSERT INTO regions VALUES (?,?,?,?,?,?,?,?,?)", map(astuple, all_regions().values()))
    db.executemany(
        "INSERT INTO indicators VALUES (?,?,?,?,?,?,?,?,?)",
        (
            (i.indicator, "|".join(i.forms), i.section, i.label_zh, i.label_en, i.unit, i.parent, i.by_applicant, i.position)
            for i in indicators().values()
        ),
    )  # fmt: skip
    db.executemany("INSERT INTO rules VALUES (?,?,?,?,?,?,?,?,?,?)", map(astuple, rules().values()))
    db.executemany("INSERT INTO cell VALUES (?,?,?)", ((number, *pair) for pair, number in cells().items()))
    for table in ("crosswalk", "crosswalk_part"):
        db.execute(f"DELETE FROM {table}")
    for position, one in enumerate(variables().values(), 1):
        row = (one.variable, one.label_zh, one.label_en, one.unit, one.grade, one.note, position)
        db.execute("INSERT INTO crosswalk VALUES (?,?,?,?,?,?,?)", row)
        for form, parts in one.parts.items():
            rows = ((one.variable, form, cells()[part.indicator, part.applicant], part.sign) for part in parts)
            db.executemany("INSERT INTO crosswalk_part VALUES (?,?,?,?)", rows)
    db.execute("DROP VIEW IF EXISTS report_wide")
    db.execute(_wide_view())
    db.execute("INSERT OR REPLACE INTO meta VALUES ('codebook', ?)", (codebook_digest(),))


def _renumber(db: sqlite3.Connection) -> None:
    old = dict(db.execute("SELECT cell, indicator || ' ' || applicant FROM cell"))
    new = {" ".join(pair): number for pair, number in cells().items()}
    moves = [(number, new.get(name)) for number, name in old.items() if new.get(name) != number]
    if not moves:
        return
    db.executemany(f"UPDATE fact SET cell = ?1 + {_AWAY} WHERE cell = ?1", ((number,) for number, _ in moves))
    for number, target in moves:
        if target is None:
            db.execute("DELETE FROM fact WHERE cell = ?", (number + _AWAY,))
        else:
            db.execute("UPDATE fact SET cell = ? WHERE cell = ?", (target, number + _AWAY))
    db.execute("UPDATE readings SET extractor = ''")


def _wide_view() -> str:
    # One look-up a cell by primary key: only the columns that a query names are looked up.
    values = ",\n".join(
        f"(SELECT value FROM fact WHERE report = r.report_key AND cell = {number}) AS {column(*pair)}"
        for pair, number in cells().items()
    )
    return (
        "CREATE VIEW report_wide AS SELECT report_id, site_id, region_code, unit_name, unit_kind, scope, year, form,"
        f" published_on, quality, superseded_by, url,\n{values}\nFROM reports r"
    )
