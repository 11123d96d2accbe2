"""What the WARC files held when they were last looked through, so that those that did not change need not be again.

Kept beside the crawl's state, not in the snapshot, which is a function of archive and code alone. Any doubt (a file that
is gone or has other bytes, rows that are not those noted, another reader of WARCs) means that everything is looked
through.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from archive.capture import Capture, Site
from archive.reader import Damage, RunRow, iter_records, warc_files
from archive.segment import OPEN
from pipelines.store.store import Store
from pipelines.version import code_digest

Record = Capture | RunRow | Damage


@dataclass(slots=True)
class Scan:
    """One file: its size and SHA-256, how many captures stand in it, a digest of their rows, and all else it held."""

    size: int
    sha256: str
    captures: int = 0
    rows: str = ""
    sites: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    runs: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    damage: list[tuple[int, str]] = field(default_factory=list)


class Scans:
    """The archive's files and what is known of them; `records` looks through those that must be."""

    def __init__(self, folder: Path, note: Path) -> None:
        self._folder = folder
        self._note = note
        self._known: dict[str, Scan] = {}

    def begin(self, store: Store, *, trust: bool) -> None:
        """Bring the tables of captures, sites and runs to what the files known hold: none, unless the note is trusted."""
        noted = _noted(self._note) if trust else {}
        found = _rows(store.db)
        same = noted and all(found.get(name) == (scan.captures, scan.rows) for name, scan in noted.items())
        if same and _unchanged(self._folder, noted):
            self._known = noted
        with store.batch():
            store.db.execute(
                "DELETE FROM captures WHERE warc_file IS NULL OR warc_file NOT IN (SELECT value FROM json_each(?))",
                (json.dumps([*self._known]),),
            )
            store.db.execute("DELETE FROM sites")
            store.db.execute("DELETE FROM site_runs")
            for scan in self._known.values():
                for site, seen_at in scan.sites:
                    store.add_site(Site(**site), seen_at)
                for row, site in scan.runs:
                    store.add_run(row, Site(**site))

    def records(self) -> Iterator[Record]:
        """What stands in the files not known, in order of their names, and the damage of the others."""
        for path in warc_files(self._folder):
            name = path.name.removesuffix(OPEN)
            if name in self._known:
                yield from (Damage(name, offset, message) for offset, message in self._known[name].damage)
            else:
                yield from self._look_through(path, name)

    def _look_through(self, path: Path, name: str) -> Iterator[Record]:
        before = _measured(path)
        scan = Scan(*(before or (-1, "")))
        sites: dict[Site, str] = {}
        for record in iter_records(path):
            if isinstance(record, Damage):
                scan.damage.append((record.offset, record.message))
            elif isinstance(record, RunRow):
                scan.runs.append((dict(record.row), asdict(record.site)))
            else:
                scan.captures += 1
                if record.site:
                    sites[record.site] = max(record.fetched_at, sites.get(record.site, ""))
            yield record
        scan.sites = [(asdict(site), seen_at) for site, seen_at in sites.items()]
        if before and path.is_file() and path.stat().st_size == before[0]:
            self._known[name] = scan

    def write(self, db: sqlite3.Connection) -> None:
        """Note what is known now. A file some of whose captures stand in another one, too, is left out. Where nothing can
        be written the next run looks through everything."""
        found = _rows(db)
        for name, scan in self._known.items():
            count, scan.rows = found.get(name, (0, ""))
            if count != scan.captures:
                scan.size = -1
        files = {name: asdict(scan) for name, scan in sorted(self._known.items()) if scan.size >= 0}
        fresh = self._note.with_name(f"{self._note.name}.new")
        try:
            self._note.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({"reader": _reader(), "files": files}), encoding="utf-8")
            os.replace(fresh, self._note)
        except OSError:
            fresh.unlink(missing_ok=True)


def _noted(note: Path) -> dict[str, Scan]:
    try:
        content = json.loads(note.read_text(encoding="utf-8"))
        return {} if content["reader"] != _reader() else {n: Scan(**scan) for n, scan in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _unchanged(folder: Path, noted: Mapping[str, Scan]) -> bool:
    """Whether all files noted are there, with the same bytes."""
    paths = {path.name.removesuffix(OPEN): path for path in warc_files(folder)}
    if any(name not in paths or paths[name].stat().st_size != scan.size for name, scan in noted.items()):
        return False
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        measured = threads.map(_measured, (paths[name] for name in noted))
        return all(found == (scan.size, scan.sha256) for found, scan in zip(measured, noted.values(), strict=True))


def _measured(path: Path) -> tuple[int, str] | None:
    """Size and SHA-256, None for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError:
        return None


def _rows(db: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """For each file, how many captures the table has of it, and a digest of their rows, whatever their order."""
    counts: defaultdict[str, int] = defaultdict(int)
    sums: defaultdict[str, int] = defaultdict(int)
    for row in db.execute("SELECT warc_file, * FROM captures WHERE warc_file IS NOT NULL"):
        counts[row[0]] += 1
        sums[row[0]] += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest())
    return {name: (count, f"{sums[name] % (1 << 128):032x}") for name, count in counts.items()}


@cache
def _reader() -> str:
    """Of the code that turns WARC records into rows of captures, sites and runs."""
    top = Path(__file__).resolve().parent
    rows = code_digest(top, (top / "store" / name for name in ("rows.py", "store.py")))
    archive = top.parent / "archive"
    return rows[:16] + code_digest(archive, archive.glob("*.py"))[:16]
