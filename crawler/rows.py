"""The frontier's tables, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.capture import Site, WarcPosition

SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
  id INTEGER PRIMARY KEY, sites TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL, started_at TEXT NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0, responses INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '{}', row TEXT, batch INTEGER, stored INTEGER NOT NULL DEFAULT 0, UNIQUE (run_id, site_id)) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS open_run ON runs (site_id) WHERE row IS NULL;
CREATE TABLE IF NOT EXISTS requests (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, state TEXT NOT NULL, priority INTEGER NOT NULL,
  role TEXT NOT NULL, url TEXT NOT NULL, request TEXT NOT NULL, file TEXT, offset INTEGER, length INTEGER,
  reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX IF NOT EXISTS waiting ON requests (run, file IS NULL, priority DESC, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS flying ON requests (run) WHERE state = 'flying';
CREATE TABLE IF NOT EXISTS seen (
  run INTEGER NOT NULL, fingerprint BLOB NOT NULL, request INTEGER NOT NULL, PRIMARY KEY (run, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS captures (
  file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, run INTEGER NOT NULL REFERENCES runs,
  PRIMARY KEY (file, offset)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS captures_run ON captures (run);
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One site's crawl, from its first request to its ledger row, through however many processes."""

    id: int
    run_id: str
    site_id: str
    started_at: str
    resumed: bool
    notes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A request that was taken from the queue; `position` is that of its response, if that is archived already."""

    id: int
    body: str
    position: WarcPosition | None


@dataclass(frozen=True, slots=True)
class Unstored:
    """A run with captures that are not in the tables yet; `row` is its ledger row, None while it is unfinished."""

    run: int
    site: Site
    row: Mapping[str, Any] | None
