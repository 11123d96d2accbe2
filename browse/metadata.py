"""What Datasette says about the tables: titles, descriptions of every column, facets, order; made from the codebook."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from browse.columns import COLUMNS, TABLES
from browse.forms import APPLICANT_EN, APPLICANT_ZH
from browse.questions import canned_queries
from browse.snapshot import NAME
from pipelines.codebook import indicators

TITLE = "年报 nianbao · 政府信息公开工作年度报告"
DESCRIPTION = (
    "县区政府信息公开工作年度报告的数字、文字、核对结果和网页存档。 Figures, prose, consistency findings and archived "
    "pages of the annual reports on government information disclosure of China's counties and districts."
)
SOURCE = "各级政府门户网站（每份报告注明网址） · the portals of the publishing governments, named with every report"
FACETS = {
    "reports": ["year", "form", "quality", "unit_kind", "region_code"],
    "checks": ["rule", "outcome", "severity"],
    "findings": ["rule", "severity", "outcome"],
    "readings": ["code"],
    "coverage": ["state", "year"],
    "captures": ["role", "mime", "status"],
    "site_runs": ["outcome"],
    "sections": ["kind"],
    "indicators": ["section", "unit"],
    "regions": ["level", "province"],
}
NEWEST_FIRST = {"captures": "fetched_at", "site_runs": "started_at", "verdicts": "at"}
ROWS = {"report_wide": 10}  # some 900 columns: fifty rows are two megabytes of page
LABELS = {"reports": "title", "regions": "full_name", "sites": "name", "indicators": "label_zh"}


def metadata(db: Path) -> dict[str, Any]:
    """Datasette's metadata for the database; tables that are not published are hidden.

    Facets and order are given only for what is there: a count over every row of a view of millions would only time out.
    """
    with closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        present = dict(connection.execute("select name, type from sqlite_master where type in ('table', 'view')"))
    tables = {name: _table(name, kind) if name in TABLES else {"hidden": True} for name, kind in present.items()}
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "source": SOURCE,
        "databases": {
            NAME: {"title": TITLE, "description": DESCRIPTION, "tables": tables, "queries": canned_queries()},
        },
    }


def _table(name: str, kind: str) -> dict[str, Any]:
    title, description = TABLES[name]
    found: dict[str, Any] = {"title": title, "description": description, "columns": columns(name)}
    if name in FACETS:
        found["facets"] = FACETS[name]
    if name in NEWEST_FIRST and kind == "table":
        found["sort_desc"] = NEWEST_FIRST[name]
    if name in ROWS:
        found["size"] = ROWS[name]
    if name in LABELS:
        found["label_column"] = LABELS[name]
    return found


def columns(table: str) -> dict[str, str]:
    """Column to description; those of `report_wide` are its cells: label, applicant, English label, unit."""
    if table != "report_wide":
        return dict(COLUMNS[table])
    found = {
        name: text
        for name, text in COLUMNS["reports"].items()
        if name in ("report_id", "region_code", "unit_name", "year")
    }
    for name, indicator in indicators().items():
        for applicant in indicator.applicants:
            column = f"{name}_{applicant}" if applicant else name
            zh = f"（{APPLICANT_ZH[applicant]}）" if applicant else ""
            en = f", {APPLICANT_EN[applicant]}" if applicant else ""
            found[column] = f"{indicator.label_zh}{zh} — {indicator.label_en}{en} [{indicator.unit}]"
    return found
