"""A new snapshot beside the old one: written where nobody looks, gone on with after an interruption, renamed when whole."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from archive.datadir import DataDir
from pipelines import verdicts
from pipelines.store import trouble
from pipelines.store.store import Store, StoreError

_SIDECARS = ("-journal", "-wal", "-shm")


@contextmanager
def claimed(target: Path, kind: str) -> Iterator[Path]:
    """The file to write, `.<target>.<kind>.part`, for this process alone; it may hold what an interrupted run left there.

    StoreError when another process writes it. Nothing is removed on leaving: see `remove`.
    """
    part = target.with_name(f".{target.name}.{kind}.part")
    while True:
        handle = os.open(part, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Another process may have finished, and so renamed or removed it, before this one had the lock.
            if part.exists() and os.path.samestat(os.fstat(handle), part.stat()):
                break
            os.close(handle)
        except BlockingIOError:
            os.close(handle)
            raise StoreError(f"{target}: another reprocess is making it; wait for it, or name another --out") from None
    try:
        yield part
    finally:
        # Only here, when no connection to the file is open: closing it takes SQLite's own locks away.
        os.close(handle)


def begin(part: Path, base: Path | None) -> bool:
    """Fill a file that an interrupted run did not leave tables in with those of `base`; whether there were such."""
    if not _is_empty(part):
        try:
            Store.open(part, disposable=True).close()
            return True
        except StoreError:
            remove(part, keep=True)
    if base:
        # All or nothing: a copy that is interrupted is taken back.
        with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
    return False


def _is_empty(part: Path) -> bool:
    try:
        with closing(sqlite3.connect(part)) as db:
            return db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    except sqlite3.Error:
        remove(part, keep=True)
        return True


def take_place(fresh: Path, target: Path, base: Path | None, before: Path | None, data: DataDir) -> None:
    """Carry the verdicts over and rename, while nobody can write to the old file; `before` becomes its second name."""
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
            remove(before)
            os.link(target, before)
        os.replace(fresh, target)
        _sync(target.parent)
        if target == data.db:
            verdicts.write(data.verdicts, known)


def demand_snapshot(base: Path) -> None:
    """The old file is looked at first: its verdicts must not be lost because it cannot be read."""
    with closing(sqlite3.connect(base)) as old:
        try:
            foreign = trouble.is_foreign(old)
        except sqlite3.Error as error:
            reason = trouble.told(error, "move it away and reprocess again")
            raise StoreError(f"{base}: not a snapshot: {reason}") from None
    if foreign:
        raise StoreError(f"{base}: {trouble.FOREIGN}")


def sweep(target: Path) -> None:
    """Remove what processes that were killed left beside the target, but for what can be gone on with."""
    for path in target.parent.glob(f".{target.name}.*.*"):
        process = path.name.removeprefix(f".{target.name}.").partition(".")[0]
        if process.isdecimal() and not Path(f"/proc/{process}").exists():
            path.unlink(missing_ok=True)


def remove(path: Path, *, keep: bool = False) -> None:
    """Remove a file and what SQLite puts beside it; with `keep` the file itself is emptied."""
    if keep:
        os.truncate(path, 0)
    for ending in _SIDECARS if keep else ("", *_SIDECARS):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
