"""The tables of a snapshot, as migrations: named functions, each applied once, recorded in the file.

Big tables (`fact`, `check_row`) have integer keys and no text that repeats; the views `facts` and `checks` above them
have the published columns. A new table or column is a new function at the end; none is ever edited.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("nianbao")

_REFERENCE = """
CREATE TABLE regions (
  code TEXT PRIMARY KEY, name TEXT, full_name TEXT, level TEXT, parent_code TEXT, province TEXT, prefecture TEXT,
  valid_from TEXT, valid_to TEXT
) WITHOUT ROWID;
CREATE TABLE sites (
  site_id TEXT PRIMARY KEY, region_code TEXT, name TEXT, home_url TEXT, platform TEXT, list_url TEXT,
  seen_at TEXT -- when the crawl last knew the site by this line
) WITHOUT ROWID;
CREATE INDEX sites_region ON sites (region_code);
CREATE TABLE indicators (
  indicator TEXT PRIMARY KEY, form TEXT, section TEXT, label_zh TEXT, label_en TEXT, unit TEXT, parent TEXT,
  by_applicant INTEGER, position INTEGER
);
CREATE TABLE rules (
  rule TEXT PRIMARY KEY, name TEXT, forms TEXT, scope TEXT, expression TEXT, severity TEXT, source TEXT, note TEXT
);
CREATE TABLE cell ( -- every cell that a report can have; the numbers follow the codebook
  cell INTEGER PRIMARY KEY, indicator TEXT NOT NULL, applicant TEXT NOT NULL, UNIQUE (indicator, applicant)
);
"""

_CAPTURES = """
CREATE TABLE captures (
  capture_id TEXT PRIMARY KEY, site_id TEXT, url TEXT, fetched_at TEXT, status INTEGER, mime TEXT, charset TEXT,
  payload_digest TEXT, warc_file TEXT, warc_offset INTEGER, warc_length INTEGER, via TEXT, role TEXT,
  parent TEXT, -- for an attachment: address of its page
  truncated TEXT
) WITHOUT ROWID;
CREATE INDEX captures_page ON captures (site_id, role, url);
CREATE INDEX captures_url ON captures (url, fetched_at);
CREATE TABLE site_runs (
  run_id TEXT, site_id TEXT, started_at TEXT, finished_at TEXT, requests INTEGER, responses INTEGER, errors INTEGER,
  reports_found INTEGER, outcome TEXT, message TEXT, PRIMARY KEY (run_id, site_id)
) WITHOUT ROWID;
CREATE TABLE readings ( -- one row a report address: which captures were read, by which extractor, with what result
  site_id TEXT, url TEXT, basis TEXT, extractor TEXT, versions INTEGER, result TEXT, code TEXT, message TEXT,
  PRIMARY KEY (site_id, url)
) WITHOUT ROWID;
"""

_REPORTS = """
CREATE TABLE reports (
  report_id TEXT PRIMARY KEY, site_id TEXT, region_code TEXT, unit_name TEXT, unit_kind TEXT, scope TEXT, year INTEGER,
  title TEXT, published_on TEXT, form TEXT, url TEXT, capture_id TEXT, content_kind TEXT, quality TEXT, extractor TEXT,
  superseded_by TEXT,
  first_seen TEXT, last_seen TEXT, -- fetch times of the first and the last capture that say this
  read_quality TEXT, -- quality by the document alone, before the checks across years
  figures TEXT, nonzero INTEGER, -- digest and count of the numbers that are not zero: equal for reports with equal figures
  facts_digest TEXT, -- equal for equal facts, whatever they are
  search_key INTEGER UNIQUE, -- beginning of its row numbers in sections_fts; see store/fulltext.py
  report_key INTEGER NOT NULL UNIQUE
) WITHOUT ROWID;
CREATE INDEX reports_region ON reports (region_code, year);
CREATE INDEX reports_url ON reports (site_id, url);
CREATE TABLE manner ( -- how a fact was read: one row for each combination in use
  manner INTEGER PRIMARY KEY, unit TEXT, state TEXT, method TEXT, locator TEXT
);
CREATE TABLE fact (
  report INTEGER, cell INTEGER, value REAL, raw TEXT, manner INTEGER, a, b, c, d, PRIMARY KEY (report, cell)
) WITHOUT ROWID;
CREATE VIEW facts AS
SELECT r.report_id, c.indicator, c.applicant, f.value, m.unit,
  coalesce(f.raw, CAST(CAST(f.value AS INTEGER) AS TEXT), '') AS raw, m.state, m.method,
  coalesce(printf(m.locator, f.a, f.b, f.c, f.d), '') AS locator -- printf makes '' to null
FROM fact f LEFT JOIN reports r ON r.report_key = f.report LEFT JOIN cell c ON c.cell = f.cell
  LEFT JOIN manner m ON m.manner = f.manner;
CREATE TABLE sections (
  report_id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT, heading TEXT, text TEXT,
  section_key INTEGER PRIMARY KEY
);
CREATE UNIQUE INDEX sections_report ON sections (report_id, position);
CREATE VIRTUAL TABLE sections_fts USING fts5 (heading, text, content='', tokenize='unicode61 remove_diacritics 0');
"""

_CHECKS = """
CREATE TABLE check_kind (
  check_kind INTEGER PRIMARY KEY, rule TEXT, outcome TEXT, severity TEXT, indicator TEXT, applicant TEXT, message TEXT
);
CREATE TABLE check_row (
  report INTEGER, fingerprint INTEGER, check_kind INTEGER, finding INTEGER, -- 1 where there is a severity
  panel INTEGER, -- 1 for a check across reports, made anew whenever a report is added
  expected, actual, a, b, c, d, -- the numbers of the message; its first two are expected and actual where null
  PRIMARY KEY (report, fingerprint)
) WITHOUT ROWID;
CREATE INDEX check_finding ON check_row (printf('%016x', fingerprint)) WHERE finding = 1;
CREATE VIEW checks AS
SELECT printf('%016x', k.fingerprint) AS fingerprint, r.report_id, t.rule, t.outcome, t.severity, t.indicator,
  t.applicant, CAST(k.expected AS TEXT) AS expected, CAST(k.actual AS TEXT) AS actual,
  coalesce(printf(t.message, coalesce(k.a, k.expected), coalesce(k.b, k.actual), k.c, k.d), '') AS message
FROM check_row k LEFT JOIN reports r ON r.report_key = k.report LEFT JOIN check_kind t ON t.check_kind = k.check_kind;
CREATE VIEW findings AS -- the checks that somebody should look at
SELECT printf('%016x', k.fingerprint) AS fingerprint, r.report_id, t.rule, t.outcome, t.severity, t.indicator,
  t.applicant, CAST(k.expected AS TEXT) AS expected, CAST(k.actual AS TEXT) AS actual,
  coalesce(printf(t.message, coalesce(k.a, k.expected), coalesce(k.b, k.actual), k.c, k.d), '') AS message
FROM check_row k LEFT JOIN reports r ON r.report_key = k.report LEFT JOIN check_kind t ON t.check_kind = k.check_kind
WHERE k.finding = 1;
CREATE TABLE verdicts (
  fingerprint TEXT PRIMARY KEY, verdict TEXT CHECK (verdict IN ('confirmed', 'dismissed')), note TEXT, "by" TEXT, "at" TEXT
) WITHOUT ROWID;
CREATE TABLE revisions (
  report_id TEXT, indicator TEXT, applicant TEXT, old_value REAL, new_value REAL, old_capture_id TEXT,
  new_capture_id TEXT, PRIMARY KEY (report_id, indicator, applicant, new_capture_id)
) WITHOUT ROWID;
CREATE TABLE coverage (
  region_code TEXT, year INTEGER, state TEXT, report_id TEXT, reason TEXT, PRIMARY KEY (region_code, year)
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


@migrations()
def create_reference_tables(db: Database) -> None:
    """Regions, sites and the codebook."""
    _run(db, _REFERENCE)


@migrations()
def create_capture_tables(db: Database) -> None:
    """What the archive holds, and the crawl's ledger."""
    _run(db, _CAPTURES)


@migrations()
def create_report_tables(db: Database) -> None:
    """Reports, their cells and their text."""
    _run(db, _REPORTS)


@migrations()
def create_check_tables(db: Database) -> None:
    """Findings, verdicts, revisions, the ledger of coverage."""
    _run(db, _CHECKS)


@migrations()
def name_rules_in_chinese(db: Database) -> None:
    """The Chinese name of a rule."""
    db.execute("ALTER TABLE rules ADD COLUMN name_zh TEXT")


@migrations()
def say_what_missing_cells_do(db: Database) -> None:
    """What a cell without a figure does to a rule."""
    db.execute("ALTER TABLE rules ADD COLUMN missing_cells TEXT")


@migrations()
def find_captures_by_payload(db: Database) -> None:
    """Whether a payload is archived already is asked for every page that is fetched."""
    db.execute("CREATE INDEX captures_payload ON captures (payload_digest)")


@migrations()
def keep_printed_figures(db: Database) -> None:
    """Figures of older statistics tables for which the codebook has no cell, and columns that hold no year's figure."""
    db.execute(
        "CREATE TABLE printed (report_id TEXT, position INTEGER, label TEXT, heading TEXT, value REAL, unit TEXT,"
        " raw TEXT, state TEXT, locator TEXT, PRIMARY KEY (report_id, position)) WITHOUT ROWID"
    )


_CROSSWALK = """
CREATE TABLE crosswalk ( -- variables that can be followed across the forms
  variable TEXT PRIMARY KEY, label_zh TEXT, label_en TEXT, unit TEXT,
  grade TEXT, -- exact, close, approximate, broken or none: how far the forms' figures may be compared
  note TEXT, position INTEGER
) WITHOUT ROWID;
CREATE TABLE crosswalk_part ( -- the cells of a form that add up to a variable
  variable TEXT, form TEXT, cell INTEGER, sign INTEGER, PRIMARY KEY (variable, form, cell)
) WITHOUT ROWID;
CREATE VIEW harmonised AS -- one row a report and variable; a value only where every cell of it was read
SELECT r.report_id, r.region_code, r.unit_name, r.unit_kind, r.scope, r.year, r.form, r.quality, r.superseded_by,
  x.variable, x.grade, x.unit,
  CASE WHEN count(f.value) = count(p.cell) THEN sum(p.sign * f.value) END AS value,
  CASE WHEN r.form IS NULL THEN 'unparsed' WHEN count(p.cell) = 0 THEN 'not_on_form' WHEN count(f.value) = count(p.cell) THEN ''
    WHEN sum(f.cell IS NULL) OR sum(m.state = 'absent') THEN 'absent' WHEN sum(m.state = 'ambiguous') THEN 'ambiguous'
    WHEN sum(m.state = 'blank') THEN 'blank' ELSE 'dash' END AS missing
FROM reports r CROSS JOIN crosswalk x
  LEFT JOIN crosswalk_part p ON p.variable = x.variable AND p.form = r.form
  LEFT JOIN fact f ON f.report = r.report_key AND f.cell = p.cell LEFT JOIN manner m ON m.manner = f.manner
GROUP BY r.report_id, x.variable;
"""


@migrations()
def create_crosswalk(db: Database) -> None:
    """One set of variables across the forms."""
    _run(db, _CROSSWALK)


def names() -> set[str]:
    """The migrations that this code knows."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}


def _run(db: Database, script: str) -> None:
    # One statement at a time: executescript would commit the migration's transaction.
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


def apply(db: Database) -> None:
    """Bring a file up to this code's tables."""
    if not migrations.pending(db):
        return
    migrations.apply(db)
    # A snapshot is a function of archive and code: the hour at which a table was made is no part of it.
    db.execute("UPDATE _sqlite_migrations SET applied_at = ''")
