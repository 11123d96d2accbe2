"""What is written is what came in, and other people's tools agree."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture, Site, payload_digest
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange, stored_headers, utc_now
from archive.reader import RunRow, iter_archive, iter_records, read_capture
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


def _warcio(path: Path) -> list[tuple[str, str, bytes]]:
    with path.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "", record.raw_stream.read())
            for record in ArchiveIterator(stream, no_record_parse=True)
        ]


def test_each_capture_comes_back_as_it_was_returned(data: DataDir, small: list[Capture], site: Site) -> None:
    items = list(iter_archive(data.warc))
    assert items[:-1] == small
    assert items[-1] == RunRow({"run_id": "run1", "site_id": "130925", "outcome": "ok", "requests": 4}, site)
    assert [item.capture_id for item in items[:-1] if isinstance(item, Capture)] == [one.capture_id for one in small]
    for capture in small:
        assert capture.position
        assert read_capture(data.warc, capture.position) == capture
        assert read_capture(data.warc, capture.position).site == site
    assert [one.role for one in small] == ["report", "other", "other", "list"]
    assert small[0].context == {"anchor": "2025年年报", "column": ["政务公开", "年报"]}
    assert small[1].body().decode() == "<p>压缩的页面</p>"
    assert small[3].via == "browser"


def test_equal_sites_are_one_object(data: DataDir, small: list[Capture]) -> None:
    sites = {id(item.site) for item in iter_archive(data.warc) if isinstance(item, Capture | RunRow)}
    assert len(sites) == 1


def test_the_bytes_in_the_file(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    records = _warcio(path)
    url = "http://www.yanshan.gov.cn"
    assert [(kind, uri) for kind, uri, _ in records] == [
        ("warcinfo", ""),
        *((kind, url + page) for page in ("/gbk.html",) for kind in ("response", "request")),
        ("metadata", f"urn:nianbao:capture:{url}/gbk.html"),
        *((kind, f"{url}/gzip.html") for kind in ("response", "request")),
        ("metadata", f"urn:nianbao:capture:{url}/gzip.html"),
        *((kind, f"{url}/old") for kind in ("response", "request")),
        ("metadata", f"urn:nianbao:capture:{url}/old"),
        ("resource", f"urn:dom:{url}/app"),
        ("metadata", f"urn:nianbao:capture:{url}/app"),
        ("metadata", "urn:nianbao:run:run1:130925"),
    ]
    assert records[1][2].startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\n<html>")
    assert records[2][2] == (
        b"GET /gbk.html HTTP/1.1\r\nHost: www.yanshan.gov.cn\r\nUser-Agent: nianbao (test@example.org)\r\n\r\n"
    )
    known = json.loads(records[3][2])
    assert (known["role"], known["via"], known["run_id"], known["site"]["name"]) == ("report", "http", "run1", "盐山县")
    head, _, stored = records[4][2].partition(b"\r\n\r\n")
    assert b"X-Orig-Transfer-Encoding: chunked" in head
    assert f"Content-Length: {len(stored)}".encode() in head
    assert gzip.decompress(stored).decode() == "<p>压缩的页面</p>"


def test_warcio_check_and_fastwarc_agree(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout
    assert check.stdout.count("digest pass") == 13
    with path.open("rb") as stream:
        blocks = [record.verify_block_digest() for record in FastIterator(stream, parse_http=False)]
    assert blocks == [True] * 13
    with path.open("rb") as stream:
        payloads = [
            (record.verify_payload_digest(), record.reader.read())
            for record in FastIterator(stream, parse_http=True)
            if record.headers["WARC-Type"] == "response"
        ]
    assert payloads == [(True, one.payload) for one in small[:3]]


def test_headers_as_stored() -> None:
    headers = (("transfer-encoding", "chunked"), ("Content-length", "9999"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b"))
    assert stored_headers(headers, 12) == (
        ("X-Orig-transfer-encoding", "chunked"),
        ("X-Orig-Content-length", "9999"),
        ("Content-length", "12"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b"),
    )
    assert stored_headers((("Content-Length", "12"),), 12) == (("Content-Length", "12"),)
    assert stored_headers((("Transfer-Encoding", "chunked"),), 3)[-1] == ("Content-Length", "3")
    assert stored_headers((("A", "x\r\nB: y"), ("", "z"), ("Na:me", " v ")), 0) == (("A", "x B: y"), ("Name", "v"))


def test_a_header_in_raw_gbk_keeps_its_bytes(data: DataDir, make: Make) -> None:
    value = 'attachment; filename="年报.pdf"'.encode("gbk").decode("latin-1")
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        capture = writer.write(make(headers=(("Content-Disposition", value),)))
    (path,) = data.warc.iterdir()
    assert 'filename="年报.pdf"'.encode("gbk") in _warcio(path)[1][2]
    assert capture.header("content-disposition") == value


def test_an_address_cannot_break_out_of_its_line(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        capture = writer.write(make("/a b\r\nWARC-Type: x<>"))
    assert capture.url == "http://www.yanshan.gov.cn/a%20b%0D%0AWARC-Type:%20x%3C%3E"
    assert list(iter_archive(data.warc)) == [capture]


_text = st.text(st.characters(max_codepoint=0x2FFF), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=3000),
    headers=st.lists(st.tuples(_text, _text), max_size=6),
    path=_text,
    reason=_text,
    status=st.integers(100, 599),
)
def test_any_body_and_headers_come_back(
    make: Make, body: bytes, headers: list[tuple[str, str]], path: str, reason: str, status: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "warc"
        with ArchiveWriter(folder, run_id="r", operator="t") as writer:
            exchange = make(f"/{path}", body, headers=tuple(headers), reason=reason, status=status)
            written = [writer.write(exchange), writer.write(exchange)]
        assert list(iter_archive(folder)) == written
        assert written[0].payload == body
        (path_written,) = folder.iterdir()
        with path_written.open("rb") as stream:
            found = [
                record.rec_headers.get_header("WARC-Payload-Digest")
                for record in ArchiveIterator(stream, check_digests="raise")
                if record.rec_type == "response" and record.raw_stream.read() is not None
            ]
        assert found == [payload_digest(body)] * 2


def test_files_rotate_and_carry_open_while_written(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="run7", operator="t", max_bytes=1) as writer:
        captures = [writer.write(make(f"/{n}", second=n)) for n in range(3)]
        names = sorted(path.name for path in data.warc.iterdir())
        assert [name.endswith(".open") for name in names] == [False, False, True]
        assert [one.position.file.endswith(".open") for one in captures if one.position] == [False] * 3
        assert list(iter_archive(data.warc)) == captures
    names = sorted(path.name for path in data.warc.iterdir())
    assert [name.partition("-run7-")[2] for name in names] == [f"{n:05d}.warc.gz" for n in range(3)]
    assert list(iter_archive(data.warc)) == captures


def test_nothing_written_leaves_no_file(data: DataDir) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t"):
        pass
    assert not data.warc.exists()


def test_two_writers_of_one_second_take_two_files(data: DataDir, make: Make) -> None:
    with (
        ArchiveWriter(data.warc, run_id="r", operator="t") as one,
        ArchiveWriter(data.warc, run_id="r", operator="t") as two,
    ):
        captures = [one.write(make("/1")), two.write(make("/2"))]
    files = {capture.position.file for capture in captures if capture.position}
    assert len(files) == 2


def test_what_was_returned_is_in_the_file_at_once(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        capture = writer.write(make())
        (path,) = data.warc.iterdir()
        assert list(iter_records(path)) == [capture]


_FILL = """
import resource, sys
from pathlib import Path
from archive.capture import Site
from archive.errors import ArchiveFull
from archive.exchange import Exchange, utc_now
from archive.writer import ArchiveWriter
import random
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
site = Site("1", "1", "n", "http://x/")
writer = ArchiveWriter(Path(sys.argv[1]) / "warc", run_id="r", operator="t")
made = 0
try:
    for n in range(100):
        writer.write(Exchange(method="GET", url=f"http://x/{n}", status=200, headers=(), payload=random.randbytes(3000),
                              fetched_at=utc_now(), site=site))
        made += 1
except ArchiveFull as error:
    print(made, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.close()
"""


@pytest.mark.parametrize("limit", [0, 100, 30_000])
def test_disk_full_takes_only_the_record_it_hit(tmp_path: Path, limit: int) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(tmp_path), str(limit)], capture_output=True, text=True, check=True
    )
    made, _, message = done.stdout.partition(" ")
    assert ".warc.gz.open: File too large; everything before is kept" in message
    captures = list(iter_archive(tmp_path / "warc"))
    assert len(captures) == int(made) == (0 if limit < 1000 else 7)
    assert all(isinstance(item, Capture) and item.site_id == "1" for item in captures)
    assert not [path for path in (tmp_path / "warc").iterdir() if path.name.endswith(".open")]


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("")
    with (
        ArchiveWriter(tmp_path / "file" / "warc", run_id="r", operator="t") as writer,
        pytest.raises(ArchiveError) as told,
    ):
        writer.write(make())
    assert "cannot be created" in str(told.value)


def test_wrong_values_are_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="fetched_at"):
        make(fetched_at="2026-03-01T08:00:00Z")
    with pytest.raises(ValueError, match="run_id"):
        ArchiveWriter(Path("x"), run_id="a/b", operator="t")
    assert make(fetched_at=utc_now())
