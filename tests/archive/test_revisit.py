"""Revisit records: a payload that came before is stored once, and read back as if it stood in each capture."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.index import lookup, rebuild
from archive.reader import Damage, RunRow, iter_archive, read_capture
from archive.verify import verify
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


@pytest.fixture
def again(data: DataDir, small: list[Capture], make: Make) -> list[Capture]:
    """A second crawl's file: the gzip page unchanged, the GBK page by a 304, and both known from the first file."""
    gbk, gzipped = small[:2]
    with ArchiveWriter(data.warc, run_id="run2", operator="Test <test@example.org>") as writer:
        return [
            writer.write(make("/gzip.html", gzipped.payload, headers=gzipped.headers, second=4, role="list"), gzipped),
            writer.write(
                make(
                    "/gbk.html",
                    b"",
                    status=304,
                    reason="Not Modified",
                    headers=(("Server", "nginx/2"), ("ETag", '"7"')),
                    second=5,
                    role="report",
                    request_headers=(("If-None-Match", '"7"'),),
                ),
                gbk,
            ),
        ]


def test_they_come_back_with_their_payload(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    found = [item for item in iter_archive(data.warc) if not isinstance(item, RunRow)]
    assert found == [*small, *again]
    gzipped, gbk = again
    assert gzipped.payload == small[1].payload
    assert gzipped.payload_digest == small[1].payload_digest
    assert gzipped.capture_id != small[1].capture_id
    assert gzipped.refers_to == small[1].position
    assert (gbk.status, gbk.came, gbk.body(), gbk.charset) == (304, True, small[0].body(), "gbk")
    assert gbk.headers == (("Content-Type", "text/html; charset=gbk"), ("Server", "nginx/2"), ("ETag", '"7"'))
    for one in again:
        assert one.position is not None
        assert read_capture(data.warc, one.position) == one


def test_the_records_are_those_of_the_standard(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    path = sorted(data.warc.iterdir())[1]
    with path.open("rb") as stream:
        revisits = [one for one in WarcioIterator(stream) if one.rec_type == "revisit"]
    told = [
        (one.rec_headers.get_header("WARC-Profile").rpartition("/")[2],
         one.rec_headers.get_header("WARC-Refers-To-Target-URI"),
         one.rec_headers.get_header("WARC-Refers-To-Date"),
         one.rec_headers.get_header("WARC-Payload-Digest"),
         one.http_headers.get_statuscode())
        for one in revisits
    ]  # fmt: skip
    assert told == [
        ("identical-payload-digest", small[1].url, small[1].fetched_at, small[1].payload_digest, "200"),
        ("server-not-modified", small[0].url, small[0].fetched_at, small[0].payload_digest, "304"),
    ]
    # All headers are repeated: without Content-Encoding a replay would show packed bytes.
    assert revisits[0].http_headers.get_header("Content-Encoding") == "gzip"
    check = subprocess.run([sys.executable, "-m", "warcio.cli", "check", path], capture_output=True, check=False)
    assert check.returncode == 0, check.stdout
    with path.open("rb") as stream:
        kinds = [record.record_type for record in ArchiveIterator(stream)]
    assert kinds.count(WarcRecordType.revisit) == 2


def test_the_index_tells_revisits(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    before = data.index.read_bytes()
    assert rebuild(data) == (6, [])
    assert data.index.read_bytes() == before
    entries = lookup(data, small[1].url)
    assert [entry.mime for entry in entries] == ["text/html", "warc/revisit"]
    assert len({entry.digest for entry in entries}) == 1


def test_a_payload_that_is_gone_is_told(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    assert all(finding.ok for finding in verify(data))
    first, second = sorted(data.warc.iterdir())
    first.unlink()
    items = list(iter_archive(data.warc))
    assert all(isinstance(item, Damage) for item in items)
    assert len(items) == 2
    assert again[0].position
    with pytest.raises(ArchiveError, match=first.name):
        read_capture(data.warc, again[0].position)
    bad = [str(finding) for finding in verify(data) if not finding.ok and finding.file == second.name]
    assert len(bad) == 3
    assert all(first.name in one for one in bad[:2])
    assert "costs 2 captures: " in bad[2]


def test_a_revisit_must_be_one(tmp_path: Path, small: list[Capture], again: list[Capture], make: Make) -> None:
    with ArchiveWriter(tmp_path / "other", run_id="r", operator="t") as writer:
        for other in (small[0], again[0]):
            with pytest.raises(ValueError, match="no revisit"):
                writer.write(make("/gzip.html", b"another"), other)


def test_a_record_that_points_to_itself_ends(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    """Positions in a damaged file may lead anywhere, in a circle too."""
    path = sorted(data.warc.iterdir())[1]
    assert again[0].position
    bytes_of = path.read_bytes()
    start = again[0].position.offset
    head, tail = bytes_of[:start], bytes_of[start:]
    members = []
    while tail:
        machine = zlib.decompressobj(31)
        members.append(machine.decompress(tail))
        tail = machine.unused_data
    wanted = json.dumps(small[1].position.offset if small[1].position else 0)
    changed = [
        one.replace(sorted(data.warc.iterdir())[0].name.encode(), path.name.encode()).replace(
            f'"offset":{wanted}'.encode(), f'"offset":{start}'.encode()
        )
        for one in members
    ]
    path.write_bytes(head + b"".join(gzip.compress(one, mtime=0) for one in changed))
    damages = [item for item in iter_archive(data.warc) if isinstance(item, Damage)]
    assert damages
