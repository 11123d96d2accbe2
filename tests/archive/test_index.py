"""The index finds what was archived, however it came to be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import surt
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.index import entries, key, line, lookup, merge, rebuild
from archive.reader import Damage
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


def test_closing_writes_the_lines_that_rebuilding_writes(data: DataDir, small: list[Capture]) -> None:
    text = data.index.read_bytes()
    assert rebuild(data) == (4, [])
    assert data.index.read_bytes() == text
    assert text.splitlines() == sorted(text.splitlines())
    first = text.decode().splitlines()[0]
    surt, stamp, rest = first.split(" ", 2)
    position = small[0].position
    assert position
    assert (surt, stamp) == ("cn,gov,yanshan)/gbk.html", "20260301080000")
    assert json.loads(rest) == {
        "url": "http://www.yanshan.gov.cn/gbk.html",
        "mime": "text/html",
        "status": "200",
        "digest": small[0].payload_digest,
        "length": str(position.length),
        "offset": str(position.offset),
        "filename": position.file,
        "site": "130925",
        "role": "report",
    }


def test_lookup_is_what_replay_calls_the_same_address(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="a", operator="t") as writer:
        old = writer.write(make("/p?b=2&a=1", second=1))
        writer.write(make("/p?b=2&a=10"))
        writer.write(make("/p"))
    with ArchiveWriter(data.warc, run_id="b", operator="t") as writer:
        new = writer.write(make("/p?b=2&a=1", b"new", second=9))
        assert [one.position for one in lookup(data, "https://yanshan.gov.cn/P?a=1&b=2")] == [
            old.position,
            new.position,
        ]
    assert [one.position for one in lookup(data, "http://www.yanshan.gov.cn/p?a=1&b=2")] == [old.position, new.position]
    assert lookup(data, "http://www.yanshan.gov.cn/q") == []
    assert lookup(DataDir(data.root / "none"), "http://www.yanshan.gov.cn/q") == []


def test_a_rendered_dom_is_found_with_its_page(data: DataDir, small: list[Capture]) -> None:
    (found,) = lookup(data, small[3].url)
    assert (found.url, found.position) == ("urn:dom:" + small[3].url, small[3].position)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab/?=&年 %", max_size=12), min_size=1, max_size=30, unique=True))
def test_every_line_of_any_index_is_found(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    from archive.capture import WarcPosition

    data = DataDir(tmp_path_factory.mktemp("d"))
    captures = [
        Capture(f"http://x.cn/{path}", "2026-01-01T00:00:00.000000Z", 200, (), b"", position=WarcPosition("f", n, 1))
        for n, path in enumerate(paths)
    ]
    merge(data.index, [line(one) for one in captures])
    merge(data.index, [line(one) for one in captures[::2]])
    assert len(list(entries(data))) == len(captures)
    for one in captures:
        same = {other.position for other in captures if key(other.url) == key(one.url)}
        assert {entry.position for entry in lookup(data, one.url)} == same


def test_large_batches_are_sorted_in_runs(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.index._RUN", 7)
    lines = [b"k%03d 20260101000000 {}\n" % (n * 37 % 100) for n in range(100)]
    merge(data.index, lines)
    assert data.index.read_bytes() == b"".join(sorted(lines))


def test_damage_is_told_and_the_rest_indexed(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    position = small[0].position
    assert position
    whole = bytearray(path.read_bytes())
    whole[position.offset + 30] ^= 0xFF
    path.write_bytes(whole)
    count, damages = rebuild(data)
    assert count == 3
    assert [(type(one), one.offset) for one in damages] == [(Damage, position.offset)]


def test_a_broken_index_is_one_line_with_the_cure(data: DataDir, small: list[Capture]) -> None:
    data.index.write_bytes(b"cn,gov,yanshan)/gbk.html nonsense\n")
    with pytest.raises(ArchiveError, match=r"index\.cdxj: not a CDXJ line; run `nianbao archive index`"):
        lookup(data, small[0].url)
    with pytest.raises(ArchiveError, match=r"index\.cdxj:1: not a CDXJ line"):
        list(entries(data))


@pytest.mark.parametrize(
    ("url", "surt"),
    [
        ("http://www.yanshan.gov.cn:8080/A/b.html?b=2&A=1", "cn,gov,yanshan:8080)/a/b.html?a=1&b=2"),
        ("http://127.0.0.1:8931/x", "1,0,0,127:8931)/x"),
        ("http://x.gov.cn/年报.html", "cn,gov,x)/%e5%b9%b4%e6%8a%a5.html"),
        ("urn:dom:http://x.gov.cn/a", "urn:dom:http://x.gov.cn/a"),
    ],
)
def test_keys(url: str, surt: str) -> None:
    assert key(url) == surt


@settings(max_examples=500, deadline=None)
@given(
    url=st.from_regex(
        r"https?://(www[0-9]?\.)?([a-z][a-z0-9]{0,3}\.){1,3}(cn|gov|com)(:80)?(/[a-zA-Z0-9_.~%-]{0,6}){0,4}(\?[a-z=&]{0,5})?",
        fullmatch=True,
    )
)
def test_the_short_way_to_a_key_is_the_long_one(url: str) -> None:
    assert key(url) == re.sub(r"\s", "%20", surt.surt(url))
