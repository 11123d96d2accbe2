"""Every kind of harm is found and named; sound archives are called sound."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.index import rebuild
from archive.manifest import bring_up_to_date
from archive.reader import Damage, iter_placed
from archive.verify import verify


def _bad(data: DataDir) -> list[str]:
    return [str(finding) for finding in verify(data) if not finding.ok]


def _accept(data: DataDir) -> None:
    rebuild(data)
    bring_up_to_date(data, accept=True)


def _members(path: Path) -> list[bytes]:
    whole = path.read_bytes()
    places = [item.position for item in iter_placed(path) if not isinstance(item, Damage)]
    return [whole[one.offset : one.offset + one.length] for one in places]


def test_a_sound_archive(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    assert [(one.file, one.message, one.ok) for one in verify(data)] == [
        (path.name, "13 sound records", True),
        ("index.cdxj", "4 lines", True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"<title>", b"<tITle>", "the payload digest is sha1:"),
        (b"charset=gbk", b"charset=GBK", "the block digest is sha1:"),
        (b"HTTP/1.1 200", b"HTTP/1.1 2x0", "no HTTP status line"),
        (b"Content-Length: ", b"Content-Lengths: ", "no Content-Length"),
        (b"WARC/1.1\r\n", b"ABCD/1.1\r\n", "does not begin with WARC/"),
    ],
)
def test_changed_bytes(data: DataDir, small: list[Capture], old: bytes, new: bytes, message: str) -> None:
    (path,) = data.warc.iterdir()
    members = _members(path)
    record = gzip.decompress(members[1])
    assert old in record
    # Of a Content-Length, the one of the WARC header.
    members[1] = gzip.compress(record.replace(old, new, 1))
    path.write_bytes(b"".join(members))
    _accept(data)
    bad = _bad(data)
    assert any(message in one for one in bad), bad
    assert all(one.startswith(f"{path.name}: offset {len(members[0])}: ") for one in bad if message in one)


def test_a_lost_metadata_record(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    members = _members(path)
    del members[3]
    path.write_bytes(b"".join(members))
    _accept(data)
    bad, cost = _bad(data)
    assert "costs 1 capture: http://www.yanshan.gov.cn/gbk.html" in cost
    assert f"offset {len(members[0])}: http://www.yanshan.gov.cn/gbk.html: which site and role it has is lost" in bad


def test_an_exchange_cut_between_its_records_is_a_note(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    members = _members(path)
    path.write_bytes(b"".join(members[:6]))
    _accept(data)
    assert _bad(data) == []
    (note,) = [one for one in verify(data) if "killed" in one.message]
    assert note.offset == sum(map(len, members[:4]))


def test_a_torn_end(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    (bad, changed) = _bad(data)
    assert "the manifest says" in changed
    assert "the file ends inside a record" in bad


def test_the_index_missing_wrong_and_stale(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    lines = data.index.read_bytes().splitlines(keepends=True)
    data.index.unlink()
    assert _bad(data) == ["index.cdxj: missing, though 4 captures are archived; run `nianbao archive index`"]
    data.index.write_bytes(b"".join(reversed(lines)))
    assert len(_bad(data)) == 3
    data.index.write_bytes(b"".join(lines[1:]) + b"zzz\n")
    assert _bad(data) == [
        "index.cdxj: line 4 is not a CDXJ line; run `nianbao archive index`",
        f"index.cdxj: 1 captures of {path.name} are missing; run `nianbao archive index`",
    ]
    data.index.write_bytes(b"".join(lines).replace(b'"offset": "', b'"offset": "9', 1))
    bad = _bad(data)
    assert len(bad) == 2
    assert "line 1: no such capture at" in bad[0]
    _accept(data)
    assert _bad(data) == []


def test_an_empty_archive_is_sound(data: DataDir) -> None:
    assert list(verify(data)) == []
