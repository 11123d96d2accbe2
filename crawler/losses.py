"""What harm to a WARC file costs the readers of the tables: the reports that were read from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

# A report is lost with its page, or with a file attached to that page.
_REPORTS = """
SELECT DISTINCT r.unit_name, r.year, r.url FROM reports r JOIN captures page USING (capture_id)
WHERE page.capture_id IN (SELECT capture_id FROM lost)
  OR page.url IN (SELECT parent FROM lost WHERE parent <> '')
ORDER BY r.url, r.year
"""


def cost(db: Path, file: str, sound: Collection[int]) -> str:
    """`; 2 reports: 平潭县 2021 http://…, …` for the reports of the tables that were read from captures in `file`, but
    for those at the `sound` offsets; '' where the tables know none, or there are none."""
    if not db.is_file():
        return ""
    with closing(sqlite3.connect(db.resolve().as_uri() + "?mode=ro", uri=True)) as tables:
        try:
            rows = tables.execute(
                "SELECT capture_id, coalesce(parent, ''), warc_offset FROM captures WHERE warc_file = ?", [file]
            ).fetchall()
            tables.execute("CREATE TEMP TABLE lost (capture_id PRIMARY KEY, parent)")
            tables.executemany("INSERT INTO lost VALUES (?, ?)", [row[:2] for row in rows if row[2] not in sound])
            reports = tables.execute(_REPORTS).fetchall()
        except sqlite3.Error:
            return ""  # no tables yet, or of another make
    if not reports:
        return ""
    told = ", ".join(f"{unit} {year} {url}" for unit, year, url in reports[:5])
    return f"; {len(reports)} report{'' if len(reports) == 1 else 's'}: {told}" + (", …" if len(reports) > 5 else "")
