"""The manifest: what was written, so that whatever happens to a file later is noticed, and what it costs is told."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive import manifest
from archive.capture import Capture
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.reader import Damage, iter_placed, iter_records
from archive.repair import repair
from archive.verify import verify
from archive.writer import ArchiveWriter
from crawler.cli import main

Make = Callable[..., Exchange]


@pytest.fixture
def tiny(data: DataDir, make: Make) -> list[Capture]:
    """Three short exchanges, the last a revisit of the first."""
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        first = writer.write(make("/a", b"<p>a"))
        second = writer.write(make("/b", b"<p>b", second=1))
        return [first, second, writer.write(make("/c", b"<p>a", second=2), first)]


def _bad(data: DataDir) -> list[str]:
    return [str(finding) for finding in verify(data) if not finding.ok]


def test_a_closed_file_is_listed_as_it_was_written(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    (row,) = [json.loads(text) for text in data.manifest.read_text().splitlines()]
    assert row == {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size": path.stat().st_size,
        "records": {"metadata": 5, "request": 3, "resource": 1, "response": 3, "warcinfo": 1},
        "first": "2026-03-01T08:00:00.000123Z",
        "last": "2026-03-01T08:00:03.000000Z",
    }
    assert manifest.described(path, path.name).line() == data.manifest.read_bytes()
    assert _bad(data) == []


def test_a_mended_file_is_listed_too(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    before = data.manifest.read_bytes()
    path.rename(path.with_name(path.name + ".open"))
    assert _bad(data) == []
    data.manifest.unlink()
    repair(data.warc)
    assert data.manifest.read_bytes() == before


def test_every_byte_flipped_or_cut_is_noticed(data: DataDir, tiny: list[Capture]) -> None:
    """Verify notices each, the reader never fails, and what stands before and behind is read as it was."""
    (path,) = data.warc.iterdir()
    whole = path.read_bytes()
    bounds = [one.position.offset for one in iter_placed(path) if not isinstance(one, Damage)]
    ends = {
        one.capture_id: next((b for b in bounds if b > _at(one) and _third(bounds, b, _at(one))), len(whole))
        for one in tiny
    }
    for at in range(len(whole)):
        flipped, cut = whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :], whole[:at] + whole[at + 1 :]
        for harmed in (flipped, cut) if at % 4 == 0 else (flipped,):
            path.write_bytes(harmed)
            found = {item.capture_id: item for item in iter_records(path) if isinstance(item, Capture)}
            hit = {one.capture_id for one in tiny if _at(one) <= at < ends[one.capture_id]}
            for one in tiny:
                lost = one.capture_id in hit or (one is tiny[2] and tiny[0].capture_id in hit)
                if not lost and len(harmed) == len(whole):
                    assert found[one.capture_id] == one, at
                elif not lost and one is not tiny[2]:
                    assert found[one.capture_id].payload == one.payload, at
            assert all(found[one.capture_id].payload == one.payload for one in tiny if one.capture_id in found)
            if at % 16 == 0:
                assert any("the manifest says" in bad for bad in _bad(data)), at


def _at(capture: Capture) -> int:
    assert capture.position
    return capture.position.offset


def _third(bounds: list[int], bound: int, start: int) -> bool:
    """Whether `bound` is where the third record behind `start` begins: response, request and metadata belong together."""
    return bounds.index(bound) == bounds.index(start) + 3


def test_what_harm_costs(data: DataDir, small: list[Capture], make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    with ArchiveWriter(data.warc, run_id="run2", operator="t") as writer:
        again = writer.write(make("/gbk.html", small[0].payload, headers=small[0].headers, second=9), small[0])
    first, second = sorted(data.warc.iterdir())
    with closing(sqlite3.connect(data.db)) as db, db:
        db.execute("CREATE TABLE captures (capture_id, url, warc_file, warc_offset, parent)")
        db.execute("CREATE TABLE reports (unit_name, year, url, capture_id)")
        for one, year in ((small[0], 2020), (again, 2021)):
            assert one.position
            row = [one.capture_id, one.url, one.position.file, one.position.offset, ""]
            db.execute("INSERT INTO captures VALUES (?, ?, ?, ?, ?)", row)
            db.execute("INSERT INTO reports VALUES ('盐山县', ?, ?, ?)", [year, one.url, one.capture_id])
    kept = first.read_bytes()
    place = small[0].position
    assert place
    first.write_bytes(kept[: place.offset + 30] + b"\xff" + kept[place.offset + 31 :])
    assert main(["archive", "verify", "--data", str(data.root)]) == 1
    out = capsys.readouterr().out.splitlines()
    url = small[0].url
    assert f"bad\t{first.name}: costs 1 capture: {url}; 1 report: 盐山县 2020 {url}" in out
    assert f"bad\t{second.name}: costs 1 capture: {url}; 1 report: 盐山县 2021 {url}" in out
    first.unlink()
    assert main(["archive", "verify", "--data", str(data.root)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert any(text.startswith(f"bad\t{first.name}: in the manifest, but gone") for text in out)
    assert any(text.startswith(f"bad\t{first.name}: costs 4 captures: ") and "盐山县 2020" in text for text in out)
    assert f"bad\t{second.name}: costs 1 capture: {url}; 1 report: 盐山县 2021 {url}" in out


def test_a_file_under_another_name_and_a_new_one(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    (path,) = data.warc.iterdir()
    other = path.rename(path.with_name("nianbao-x.warc.gz"))
    bad = _bad(data)
    assert f"{other.name}: is {path.name} under another name; name it so again" in bad
    assert any(one.startswith(f"{path.name}: in the manifest, but gone") for one in bad)
    other.rename(path)
    added = path.with_name("added.warc.gz")
    added.write_bytes(path.read_bytes()[:300])
    assert any("added.warc.gz: not listed; run `nianbao archive index`" in one for one in _bad(data))


def test_index_keeps_what_the_manifest_says_of_harmed_files(
    data: DataDir, small: list[Capture], capsys: pytest.CaptureFixture[str]
) -> None:
    """A rebuilt manifest must not bless what happened to a file."""
    (path,) = data.warc.iterdir()
    listed = data.manifest.read_bytes()
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    where = ["--data", str(data.root)]
    assert main(["archive", "index", *where]) == 1
    assert "its bytes are not those that were written" in capsys.readouterr().err
    assert data.manifest.read_bytes() == listed
    assert any("the manifest says" in one for one in _bad(data))
    path.unlink()
    assert main(["archive", "index", *where]) == 1
    assert "in the manifest, but gone" in capsys.readouterr().err
    path.write_bytes(kept)
    data.manifest.unlink()
    assert main(["archive", "index", *where]) == 0
    assert data.manifest.read_bytes() == listed
    path.unlink()
    assert main(["archive", "index", "--accept", *where]) == 0
    assert data.manifest.read_bytes() == b""


def test_a_flipped_bit_in_the_manifest_is_noticed(data: DataDir, tiny: list[Capture]) -> None:
    text = data.manifest.read_bytes()
    for at in range(0, len(text), 2):
        data.manifest.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        assert _bad(data), at
    data.manifest.unlink()
    assert any("not listed" in one for one in _bad(data))
