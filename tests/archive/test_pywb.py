"""pywb, which is not ours, replays our WARC files through our index."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.writer import ArchiveWriter

REPLAY = Path(__file__).resolve().parents[2] / ".venv-replay" / "bin"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (REPLAY / "wayback").exists(), reason="pywb is not set up (make .venv-replay/.ready)"),
]


def _get(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


@pytest.fixture
def again(data: DataDir, small: list[Capture], make: Callable[..., Exchange]) -> list[Capture]:
    """A second crawl's file: the gzip page under the same address, and the GBK page under another, as revisits."""
    gbk, gzipped = small[:2]
    with ArchiveWriter(data.warc, run_id="run2", operator="t") as writer:
        return [
            writer.write(make("/gzip.html", gzipped.payload, headers=gzipped.headers, second=44), gzipped),
            writer.write(make("/copy.html", gbk.payload, headers=gbk.headers, second=45), gbk),
        ]


@pytest.fixture
def wayback(data: DataDir, small: list[Capture], again: list[Capture], tmp_path: Path) -> Iterator[int]:
    # JSON is YAML.
    (tmp_path / "config.yaml").write_text(
        json.dumps({"collections": {"nb": {"index_paths": str(data.index), "archive_paths": f"{data.warc}/"}}})
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [REPLAY / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            for _ in range(300):
                try:
                    _get(port, "/")
                    break
                except OSError:
                    assert process.poll() is None, (tmp_path / "log").read_text()
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()


def test_pages_are_replayed(wayback: int, small: list[Capture]) -> None:
    # id_: as archived; mp_: as pywb shows it, its links rewritten.
    status, headers, body = _get(wayback, "/nb/20260301080000id_/http://www.yanshan.gov.cn/gbk.html")
    assert (status, headers["content-type"], body) == (200, "text/html; charset=gbk", small[0].payload)
    status, headers, body = _get(wayback, "/nb/20260301080000mp_/http://www.yanshan.gov.cn/gbk.html")
    assert status == 200
    assert "政府信息公开年度报告" in body.decode("gbk")

    status, headers, body = _get(wayback, "/nb/20260301080001id_/http://www.yanshan.gov.cn/gzip.html")
    assert status == 200
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    assert body.decode() == "<p>压缩的页面</p>"
    status, _, body = _get(wayback, "/nb/20260301080001mp_/http://www.yanshan.gov.cn/gzip.html")
    assert (status, "<p>压缩的页面</p>" in body.decode()) == (200, True)

    status, headers, _ = _get(wayback, "/nb/20260301080002mp_/http://www.yanshan.gov.cn/old")
    assert status == 302
    assert headers["location"].endswith("mp_/http://www.yanshan.gov.cn/gbk.html")

    status, _, body = _get(wayback, "/nb/20260301080003id_/urn:dom:http://www.yanshan.gov.cn/app")
    assert (status, body.decode()) == (200, "<p>渲染</p>")
    assert _get(wayback, "/nb/20260301080003id_/http://www.yanshan.gov.cn/app")[0] == 404


def test_revisits_are_replayed(wayback: int, small: list[Capture], again: list[Capture]) -> None:
    status, _, body = _get(wayback, "/nb/20260301080044mp_/http://www.yanshan.gov.cn/gzip.html")
    assert (status, "<p>压缩的页面</p>" in body.decode()) == (200, True)
    status, headers, body = _get(wayback, "/nb/20260301080045id_/http://www.yanshan.gov.cn/copy.html")
    assert (status, headers["content-type"], body) == (200, "text/html; charset=gbk", small[0].payload)


def test_cdxj_indexer_writes_the_same_index(data: DataDir, small: list[Capture], again: list[Capture]) -> None:
    files = sorted(data.warc.iterdir())
    done = subprocess.run([REPLAY / "cdxj-indexer", "-s", *files], capture_output=True, text=True, check=True)
    theirs = {}
    for text in done.stdout.splitlines():
        _, stamp, row = text.split(" ", 2)
        read = json.loads(row)
        theirs[stamp, read["url"]] = text.split(" ", 1)[0], read
    ours = [text.split(" ", 2) for text in data.index.read_text().splitlines()]
    assert len(ours) == 6
    for key, stamp, row in ours:
        mine = json.loads(row)
        # It takes addresses that are no web addresses as they are.
        if mine["url"].startswith("http"):
            other_key, other = theirs[stamp, mine["url"]]
            assert key == other_key
            for name in ("offset", "length", "filename", "mime", "status"):
                assert mine[name] == other.get(name, "unk"), (key, name)
            assert mine["digest"] == "sha1:" + other["digest"].removeprefix("sha1:")
    web = {place for place in theirs if place[1].startswith("http")}
    assert len(web) == 5


def test_pywbs_own_indexer_sees_the_same_captures(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    done = subprocess.run([REPLAY / "cdx-indexer", "-j", "-s", path], capture_output=True, text=True, check=True)
    theirs = {}
    for text in done.stdout.splitlines():
        key, stamp, row = text.split(" ", 2)
        theirs[key, stamp] = json.loads(row)
    ours = [text.split(" ", 2) for text in data.index.read_text().splitlines()]
    assert len(ours) == 4
    for key, stamp, row in ours:
        mine, other = json.loads(row), theirs[key, stamp]
        for name in ("url", "offset", "length", "filename", "mime"):
            assert mine[name] == other.get(name, "unk"), (key, name)
        assert mine["digest"] == "sha1:" + other["digest"]
    pages = {row["url"] for row in theirs.values() if not row["url"].startswith("urn:")}
    assert pages == {one.url for one in small[:3]}, "no metadata record passes for a page"
