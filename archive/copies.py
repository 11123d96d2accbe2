"""Copies of an archive at an fsspec address: closed files go there and come back whole, and nothing is written over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive import manifest
from archive.datadir import DataDir, RemoteDir
from archive.errors import ArchiveError
from archive.index import merge
from archive.manifest import CHUNK, Listed
from archive.places import Place, Remote, opened
from archive.segment import sync_folder, told

_PART = ".part"


def push(data: DataDir, to: RemoteDir) -> Iterator[str]:
    """Copy every closed file that is not there yet, then index and manifest; yields the names of files copied.

    Each file is read back and its SHA-256 compared with the manifest's before it is listed there, so a push that was
    interrupted goes on where it stopped. ArchiveError for a file that is harmed here, that is there with other bytes, or
    that does not arrive as it was sent; nothing there is written over but index and manifest, which are merged.
    """
    here, there = _listed(data), _listed(to)
    _agree(here, there, to)
    for name, one in here.items():
        target = to.warc / name
        if name in there and target.is_file() and target.size() == one.size:
            continue
        if target.is_file():
            if manifest.hashed(target).hashed.hexdigest() != one.sha256:
                raise ArchiveError(
                    f"{target}: is there with other bytes and is not written over; remove it, or push elsewhere"
                )
        else:
            _check(manifest.hashed(data.warc / name), one, data.warc / name)
            _send(data.warc / name, target)
            _check(manifest.hashed(target), one, target)
            yield name
        there[name] = one
        _put(to.manifest, b"".join(sorted(item.line() for item in there.values())))
    if data.index.is_file() and here:
        with data.index.open("rb") as ours:
            lines = set(ours)
        if to.index.is_file():
            with to.index.open("rb") as theirs:
                lines |= set(theirs)
        _put(to.index, b"".join(sorted(lines)))


def pull(source: RemoteDir, data: DataDir) -> Iterator[str]:
    """Copy every file that is listed there and missing here, check its SHA-256, list and index it; yields the names of
    files copied. ArchiveError for a file that is here with other bytes, or does not arrive as it is listed."""
    there = _listed(source)
    if not there:
        raise ArchiveError(f"{source.root}: no archive here (no manifest.jsonl); check the address")
    _agree(there, _listed(data), data)
    try:
        data.warc.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told(error, data.warc) from error
    for name, one in there.items():
        target = data.warc / name
        if target.is_file():
            _check(manifest.hashed(target), one, target)
        else:
            part = target.with_name(name + _PART)
            try:
                _fetch(source.warc / name, part)
                _check(manifest.hashed(part), one, source.warc / name)
                part.rename(target)
                sync_folder(data.warc)
            except OSError as error:
                raise told(error, target) from error
            finally:
                part.unlink(missing_ok=True)
            yield name
        manifest.update(data.manifest, [one])
    if source.index.is_file():
        with source.index.open("rb") as lines:
            merge(data.index, lines)


def _listed(data: DataDir | RemoteDir) -> dict[str, Listed]:
    listed, broken = manifest.read(data.manifest)
    if broken:
        raise ArchiveError(f"{data.manifest}: line {broken[0]} is no line of a manifest; run `nianbao archive verify`")
    return listed


def _agree(ours: Mapping[str, Listed], theirs: Mapping[str, Listed], at: DataDir | RemoteDir) -> None:
    for name, one in ours.items():
        if name in theirs and theirs[name].sha256 != one.sha256:
            raise ArchiveError(
                f"{at.warc / name}: is listed there with other bytes and is not written over; choose another place"
            )


def _check(found: manifest.Tally, one: Listed, place: Place) -> None:
    if found.hashed.hexdigest() != one.sha256:
        raise ArchiveError(
            f"{place}: its sha-256 is not that of the manifest; run `nianbao archive verify`, then copy again"
        )


def _send(source: Path, target: Remote) -> None:
    with source.open("rb") as data:
        target.write(lambda out: shutil.copyfileobj(data, out, CHUNK))


def _fetch(source: Remote, target: Path) -> None:
    with opened(source) as read, target.open("wb") as out:
        while chunk := read(CHUNK * 8, out.tell()):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _put(target: Remote, content: bytes) -> None:
    target.write(lambda out: out.write(content))
