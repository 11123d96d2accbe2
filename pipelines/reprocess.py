"""Rebuilds a snapshot from the WARCs alone, into a new file that takes the old one's place only when it is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import Damage, warc_files
from pipelines import replacing
from pipelines.cluster import ClusterError
from pipelines.finalize import finalize
from pipelines.process import Pool, Progress, Summary, process
from pipelines.scanned import Scans
from pipelines.store import trouble
from pipelines.store.store import Store, StoreError
from pipelines.verdicts import VerdictError


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """The finished file, what was done and failed, and the file that it was compared with: a hard link to what stood at
    `path` before, for `diff`; remove it after use. None where there was nothing. `resumed` when an earlier run that was
    interrupted had begun it."""

    path: Path
    summary: Summary
    before: Path | None
    resumed: bool = False


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

    Unless `full`, pages whose captures and extractor are those of the existing snapshot are not read again, and for the
    data directory's own snapshot WARC files that did not change are not looked through; the result is the same. A run
    that is interrupted (also by a ClusterError of its pool) leaves what it did in a hidden file beside `out`, and the next
    of its kind goes on from there. Verdicts come from the data directory's `verdicts.csv` and from the file replaced (for
    a new `out`: from the data directory's), and for the data directory's own snapshot the file is brought up to date.
    Damage and unreadable pages are in the summary; everything else is done. Raises ArchiveError when there is no archive,
    StoreError when a file cannot be read or written; the old file then still stands.
    """
    target = out or data.db
    with _made(data, target, "full" if full else "new", full, workers, pool, progress) as (fresh, base, done):
        before = target.with_name(f".{target.name}.{os.getpid()}.before") if keep_before and target.is_file() else None
        replacing.take_place(fresh, target, base, before, data)
    return replace(done, path=target, before=before)


@contextmanager
def rehearsed(
    data: DataDir,
    *,
    full: bool = False,
    workers: int | None = None,
    pool: Pool | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Path, Reprocessed]]:
    """What `reprocess` would make of the data directory's snapshot: the snapshot as it is, and the new one, in a file that
    is removed on leaving. Errors as there; StoreError, too, when there is no snapshot to compare with."""
    if not data.db.is_file():
        raise StoreError(f"{data.db}: no tables yet to compare with; make them with `nianbao reprocess`")
    with _made(data, data.db, "full-dry" if full else "dry", full, workers, pool, progress) as (fresh, _, done):
        yield data.db, replace(done, path=fresh)


@contextmanager
def _made(
    data: DataDir,
    target: Path,
    kind: str,
    full: bool,
    workers: int | None,
    pool: Pool | None,
    progress: Progress | None,
) -> Iterator[tuple[Path, Path | None, Reprocessed]]:
    """The new snapshot in a file of its own, what it began from, and what was done; the file is removed on leaving,
    unless it can be gone on with."""
    if not warc_files(data.warc):
        raise ArchiveError(f"{data.warc}: no WARC files; name the data directory with --data, or crawl first")
    base = next((path for path in (target, data.db) if path.is_file()), None)
    if base:
        replacing.demand_snapshot(base)
    with ExitStack() as stack, _told(target, base):
        target.parent.mkdir(parents=True, exist_ok=True)
        replacing.sweep(target)
        part = stack.enter_context(replacing.claimed(target, kind))
        tidy = stack.enter_context(ExitStack())
        tidy.callback(replacing.remove, part)
        try:
            resumed = replacing.begin(part, None if full else base)
            summary = _rebuild(data, part, target, full, workers, pool, progress)
        except (KeyboardInterrupt, ClusterError):
            tidy.pop_all()
            raise
        slim = part.with_suffix(".slim")
        tidy.callback(replacing.remove, slim)
        fresh = part
        if (full or not base) and not kind.endswith("dry"):
            # Reports came in an order of their own: written anew, the file is an eighth smaller.
            replacing.remove(slim)
            with closing(sqlite3.connect(part)) as db:
                db.execute("VACUUM INTO ?", (str(slim),))
            fresh = slim
        yield fresh, base, Reprocessed(part, summary, None, resumed)


@contextmanager
def _told(target: Path, base: Path | None) -> Iterator[None]:
    """What goes wrong with files as one line."""
    try:
        yield
    except VerdictError as error:
        raise StoreError(str(error)) from None
    except StoreError as error:
        # Not the hidden file's name: the one that it was copied from.
        hidden = f"{target.parent / ('.' + target.name)}."
        text = str(error)
        name = text.partition(": ")[0]
        raise StoreError(text.replace(name, str(base or target)) if name.startswith(hidden) else text) from error
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
            raise  # A wrong statement is a bug, not the disk's trouble.
        cure = "check the folder and its permissions"
        reason = trouble.told(error, cure) if isinstance(error, sqlite3.Error) else f"{error.strerror}; {cure}"
        raise StoreError(f"{target}: could not be made, and the old file, if any, is as it was: {reason}") from error


def _rebuild(
    data: DataDir,
    part: Path,
    target: Path,
    full: bool,
    workers: int | None,
    pool: Pool | None,
    progress: Progress | None,
) -> Summary:
    scans = Scans(data.warc, data.crawl / "scanned.json")
    with Store.open(part, disposable=True) as store:
        # Captures, sites and runs are what the archive says now; only readings are kept.
        scans.begin(store, trust=not full)
        summary = process(data, store, scans.records(), workers=workers, pool=pool, every_site=True, progress=progress)
        finalize(store)
        if target == data.db:
            scans.write(store.db)
        gone = tuple(_gone(store, data.db)) if data.db.is_file() else ()
        store.settle()
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
