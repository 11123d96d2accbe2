"""Damage, other tools' files, and wrong positions."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import parse
from archive.capture import Capture, WarcPosition
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.reader import Damage, RunRow, iter_archive, iter_placed, iter_records, read_capture
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


def _only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_truncated_anywhere_all_whole_records_are_read(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    path = _only(data.warc)
    whole = path.read_bytes()
    bounds = [(one.position.offset, one.position.length) for one in iter_placed(path) if not isinstance(one, Damage)]
    ends = [offset + length for offset, length in bounds]
    assert ends[-1] == len(whole)
    cut = tmp_path / path.name
    for size in range(len(whole)):
        cut.write_bytes(whole[:size])
        items = list(iter_records(cut))
        damages = [item for item in items if isinstance(item, Damage)]
        captures = [item for item in items if isinstance(item, Capture)]
        assert len(captures) == sum(
            one.position is not None and one.position.offset + one.position.length <= size for one in small
        )
        assert [one.capture_id for one in captures] == [one.capture_id for one in small[: len(captures)]]
        last = max((end for end in ends if end <= size), default=0)
        assert [(damage.offset, damage.file) for damage in damages] == ([] if last == size else [(last, path.name)])


def test_reading_goes_on_behind_damage(data: DataDir, small: list[Capture]) -> None:
    path = _only(data.warc)
    whole = bytearray(path.read_bytes())
    hurt = small[1].position
    assert hurt
    whole[hurt.offset + 40 : hurt.offset + 80] = bytes(40)
    path.write_bytes(whole)
    items = list(iter_archive(data.warc))
    (damage,) = [item for item in items if isinstance(item, Damage)]
    assert (damage.file, damage.offset) == (hurt.file, hurt.offset)
    assert "no readable gzip member" in str(damage)
    assert [item for item in items if isinstance(item, Capture)] == [small[0], small[2], small[3]]
    assert isinstance(items[-1], RunRow)
    with pytest.raises(
        ArchiveError, match=f"{hurt.file}: offset {hurt.offset}: no readable gzip member.*archive verify"
    ):
        read_capture(data.warc, hurt)


@settings(max_examples=200, deadline=None)
@given(garbage=st.binary(max_size=2000))
def test_garbage_never_raises(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("g") / "x.warc.gz"
    path.write_bytes(garbage)
    assert all(isinstance(item, Damage) for item in iter_records(path))


def test_a_flipped_bit_anywhere_gives_no_wrong_payload(data: DataDir, small: list[Capture]) -> None:
    path = _only(data.warc)
    whole = path.read_bytes()
    known = {one.payload for one in small}
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        for item in iter_archive(data.warc):
            assert not isinstance(item, Capture) or item.payload in known


def test_wrong_positions_are_told(data: DataDir, small: list[Capture]) -> None:
    path = _only(data.warc)
    with pytest.raises(ArchiveError, match="no such WARC file"):
        read_capture(data.warc, WarcPosition("nianbao-x.warc.gz", 0, 10))
    with pytest.raises(ArchiveError, match="no such WARC file"):
        read_capture(data.warc, WarcPosition("../warc/" + path.name, 0, 10))
    with pytest.raises(ArchiveError, match="no capture stands here"):
        read_capture(data.warc, WarcPosition(path.name, 0, 10))
    with pytest.raises(ArchiveError, match="no capture stands here"):
        read_capture(data.warc, WarcPosition(path.name, path.stat().st_size, 10))
    with pytest.raises(ArchiveError, match="offset 3: no readable gzip member"):
        read_capture(data.warc, WarcPosition(path.name, 3, 10))


def test_read_while_still_open(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        capture = writer.write(make())
        assert capture.position
        assert read_capture(data.warc, capture.position) == capture
    assert read_capture(data.warc, capture.position) == capture


def test_a_missing_folder_has_no_records(data: DataDir) -> None:
    assert list(iter_archive(data.warc)) == []


def _foreign(path: Path, *, gzip: bool = True) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=gzip)
        for url, headers, body in (
            (
                "http://a.gov.cn/1",
                [("Transfer-Encoding", "chunked"), ("Content-Type", "text/html")],
                b"4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n",
            ),
            ("http://a.gov.cn/2", [("Content-Type", "text/html")], b"plain"),
        ):
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(body),
                    length=len(body),
                    http_headers=http,
                    warc_headers_dict={"WARC-Date": "2020-01-02T03:04:05Z"},
                )
            )
            writer.write_record(writer.create_warc_record(url, "metadata", payload=io.BytesIO(b"a: b\r\n"), length=6))


def test_other_tools_files_give_captures_without_a_site(data: DataDir) -> None:
    data.warc.mkdir(parents=True)
    _foreign(data.warc / "other.warc.gz")
    one, two = iter_archive(data.warc)
    assert isinstance(one, Capture)
    assert isinstance(two, Capture)
    assert (one.url, one.payload, one.site_id, one.role, one.site) == (
        "http://a.gov.cn/1",
        b"abcdef",
        "",
        "other",
        None,
    )
    assert (two.payload, two.fetched_at, two.mime) == (b"plain", "2020-01-02T03:04:05Z", "text/html")
    assert two.position
    assert read_capture(data.warc, two.position) == two


def test_one_gzip_member_for_all_records_is_told_with_the_cure(data: DataDir) -> None:
    import gzip

    data.warc.mkdir(parents=True)
    plain = data.warc / "plain"
    _foreign(plain, gzip=False)
    (data.warc / "other.warc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (damage,) = iter_archive(data.warc)
    assert isinstance(damage, Damage)
    assert "warcio recompress" in damage.message


@pytest.mark.parametrize(
    ("data", "out"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n", b"abcde"),
        (b"3\nabc\n0\n\n", b"abc"),
        (b"5\r\nab", b"ab"),
        (b"<html>", b"<html>"),
        (b"", b""),
    ],
)
def test_dechunk(data: bytes, out: bytes) -> None:
    assert parse.dechunk(data) == out


def test_header_lines_that_are_folded_or_broken() -> None:
    block = b"HTTP/1.1 200\r\nA: 1\r\n\t2\r\nno colon\r\nB:\r\n\r\nbody\r\n\r\nmore"
    assert parse.response(block) == (200, (("A", "1 2"), ("B", "")), b"body\r\n\r\nmore")
    assert parse.response(b"HTTP/1.1 204 No\n\n") == (204, (), b"")
    for bad in (b"", b"HTTP/1.1 200 OK", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n"):
        with pytest.raises(parse.ParseError):
            parse.response(bad)
