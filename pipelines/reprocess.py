"""Rebuilds a snapshot from the WARCs alone, into a new file that takes the old one's place only when it is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import Damage, iter_archive, warc_files
from pipelines import verdicts
from pipelines.finalize import finalize
from pipelines.process import Pool, Progress, Summary, process
from pipelines.store import trouble
from pipelines.store.store import Store, StoreError
from pipelines.verdicts import VerdictError

_SIDECARS = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """The finished file, what was done and failed, and the file that it was compared with: a hard link to what stood at
    `path` before, for `diff`; remove it after use. None where there was nothing."""

    path: Path
    summary: Summary
    before: Path | None


def reprocess(
    data: DataDir,
    out: Path | None = None,
    *,
    full: bool = False,
    workers: int | None = None,
    pool: Pool | None = None,
    progress: Progress | None = None,
    keep_before: bool = False,
) -> Reprocessed:
    """Make `out` (default: the data directory's own snapshot) from the archive.

    Unless `full`, pages whose captures and extractor are those of the existing snapshot are not read again; the result is
    the same. Verdicts come from the data directory's `verdicts.csv` and from the file replaced (for a new `out`: from the data
    directory's), and for the data directory's own snapshot the file is brought up to date. Damage and
    unreadable pages are in the summary; everything else is done. Raises ArchiveError when there is no archive, StoreError
    when a file cannot be read or written; the old file then still stands.
    """
    target = out or data.db
    if not warc_files(data.warc):
        raise ArchiveError(f"{data.warc}: no WARC files; name the data directory with --data, or crawl first")
    base = next((path for path in (target, data.db) if path.is_file()), None)
    if base:
        _demand_snapshot(base)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    before = target.with_name(f".{target.name}.{os.getpid()}.before") if keep_before and target.is_file() else None
    with ExitStack() as stack:
        stack.callback(_remove, fresh)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target)
            if base and not full:
                _copy(base, fresh)
            summary = _rebuild(data, fresh, workers, pool, progress)
            _take_place(fresh, target, base, before, data)
        except VerdictError as error:
            raise StoreError(str(error)) from None
        except StoreError as error:
            raise StoreError(str(error).replace(str(fresh), str(base))) from error
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
                raise  # A wrong statement is a bug, not the disk's trouble.
            cure = "check the folder and its permissions"
            reason = trouble.told(error, cure) if isinstance(error, sqlite3.Error) else f"{error.strerror}; {cure}"
            raise StoreError(
                f"{target}: could not be made, and the old file, if any, is as it was: {reason}"
            ) from error
    return Reprocessed(target, summary, before)


def _rebuild(data: DataDir, fresh: Path, workers: int | None, pool: Pool | None, progress: Progress | None) -> Summary:
    with Store.open(fresh, disposable=True) as store:
        with store.batch():
            # Captures, sites and runs are what the archive says now; only readings are kept.
            for table in ("captures", "sites", "site_runs"):
                store.db.execute(f"DELETE FROM {table}")
        summary = process(
            data, store, iter_archive(data.warc), workers=workers, pool=pool, every_site=True, progress=progress
        )
        finalize(store)
        if store.new:
            # Reports came in an order of their own: written anew, the file is an eighth smaller.
            store.db.execute("VACUUM")
        gone = tuple(_gone(store, data.db)) if data.db.is_file() else ()
    return replace(summary, damage=(*summary.damage, *gone))


def _gone(store: Store, old_tables: Path) -> Iterator[Damage]:
    """WARC files that the data directory's tables were made from and that are no more in the archive."""
    query = "SELECT warc_file, count(*) FROM captures WHERE warc_file IS NOT NULL GROUP BY warc_file"
    with closing(sqlite3.connect(old_tables)) as old:
        try:
            counts = dict(old.execute(query))
        except sqlite3.Error:
            return
    present = {name for name, _ in store.db.execute(query)}
    for name in sorted(counts.keys() - present):
        yield Damage(
            name, 0, f"is no longer in the archive; its {counts[name]} captures are left out. Put it back and reprocess"
        )


def _demand_snapshot(base: Path) -> None:
    """The old file is looked at first: its verdicts must not be lost because it cannot be read."""
    with closing(sqlite3.connect(base)) as old:
        try:
            foreign = trouble.is_foreign(old)
        except sqlite3.Error as error:
            reason = trouble.told(error, "move it away and reprocess again")
            raise StoreError(f"{base}: not a snapshot: {reason}") from None
    if foreign:
        raise StoreError(f"{base}: {trouble.FOREIGN}")


def _sweep(target: Path) -> None:
    """Remove what reprocessing that was killed left beside the target."""
    for path in target.parent.glob(f".{target.name}.*.*"):
        process = path.name.removeprefix(f".{target.name}.").partition(".")[0]
        if process.isdecimal() and not Path(f"/proc/{process}").exists():
            path.unlink(missing_ok=True)


def _copy(base: Path, fresh: Path) -> None:
    """A consistent copy, whatever a killed writer left beside the file."""
    with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(fresh)) as copy:
        source.backup(copy)


def _take_place(fresh: Path, target: Path, base: Path | None, before: Path | None, data: DataDir) -> None:
    """Carry the verdicts over and rename, while nobody can write to the old file."""
    known = verdicts.read(data.verdicts)
    with ExitStack() as stack:
        if base:
            old = stack.enter_context(closing(sqlite3.connect(base, isolation_level=None, timeout=60)))
            # Also rolls back what a killed writer left half done: its journal must not meet the new file.
            old.execute("PRAGMA journal_mode = DELETE")
            old.execute("BEGIN IMMEDIATE")
            known = verdicts.merged(known, verdicts.stored(old))
        with closing(sqlite3.connect(fresh)) as new, new:
            known = verdicts.store(new, known)
        if any(Path(f"{target}{ending}").exists() for ending in _SIDECARS[1:]):
            raise StoreError(f"{target}: another program has it open for writing; stop that and reprocess again")
        _sync(fresh)
        if before:
            _remove(before)
            os.link(target, before)
        os.replace(fresh, target)
        _sync(target.parent)
        if target == data.db:
            verdicts.write(data.verdicts, known)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for ending in ("", *_SIDECARS):
        Path(f"{path}{ending}").unlink(missing_ok=True)
