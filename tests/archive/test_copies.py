"""Copies at fsspec addresses: whole, never written over, read in place; against a real S3 server, too."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.copies import pull, push
from archive.datadir import DataDir, RemoteDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.index import lookup
from archive.places import remote
from archive.reader import iter_archive, read_capture
from archive.verify import verify
from archive.writer import ArchiveWriter
from crawler.cli import main

Make = Callable[..., Exchange]
MOTO = Path(__file__).resolve().parents[2] / ".venv-replay" / "bin" / "moto_server"


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An address in a bucket of an S3 server on loopback."""
    if not MOTO.exists():
        pytest.skip("moto is not set up (make .venv-replay/.ready)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    told = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    log = tmp_path_factory.mktemp("moto") / "log"
    with pytest.MonkeyPatch.context() as patch, log.open("wb") as out:
        for name, value in told.items():
            patch.setenv(name, value)
        server = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=out, stderr=out, env=os.environ)
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(
                        urllib.request.Request(f"http://127.0.0.1:{port}/bucket", method="PUT"), timeout=30
                    ).close()
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield "s3://bucket"
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(params=["s3", "memory", "file"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> RemoteDir:
    address = {"memory": f"memory://{tmp_path.name}", "file": f"file://{tmp_path}/copy"}.get(request.param)
    return RemoteDir(remote(f"{address or request.getfixturevalue('s3')}/{request.node.name.partition('[')[0]}"))


def test_there_and_back(there: RemoteDir, data: DataDir, small: list[Capture], make: Make, tmp_path: Path) -> None:
    (first,) = [path.name for path in data.warc.iterdir()]
    assert list(push(data, there)) == [first]
    assert list(push(data, there)) == []
    with ArchiveWriter(data.warc, run_id="run2", operator="t") as writer:
        origin = small[1]
        again = writer.write(make("/gzip.html", origin.payload, headers=origin.headers, second=9, role="list"), origin)
    second = again.position.file if again.position else ""
    assert list(push(data, there)) == [second]
    assert list(iter_archive(there.warc)) == list(iter_archive(data.warc))
    assert [read_capture(there.warc, entry.position) for entry in lookup(there, origin.url)] == [origin, again]
    assert [str(one) for one in verify(there)] == [str(one) for one in verify(data)]
    assert all(one.ok for one in verify(there))
    back = DataDir(tmp_path / "back")
    assert list(pull(there, back)) == [first, second]
    assert list(pull(there, back)) == []
    for name in (f"warc/{first}", f"warc/{second}", "index.cdxj", "manifest.jsonl"):
        assert (back.root / name).read_bytes() == (data.root / name).read_bytes()
    assert sorted(path.name for path in back.warc.iterdir()) == [first, second]


def test_nothing_is_written_over(there: RemoteDir, data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    (path,) = data.warc.iterdir()
    other = there.warc / path.name
    other.write(lambda out: out.write(b"another"))
    with pytest.raises(ArchiveError, match="is there with other bytes"):
        list(push(data, there))
    other.files.rm(other.path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    with pytest.raises(ArchiveError, match="sha-256 is not that of the manifest"):
        list(push(data, there))
    assert not other.is_file()
    path.write_bytes(whole)
    # What an interrupted push left, not listed yet, is taken when it is whole.
    other.write(lambda out: out.write(whole))
    assert list(push(data, there)) == []
    assert json.loads(there.manifest.open().read())["file"] == path.name
    back = DataDir(tmp_path / "back")
    other.files.rm(other.path)
    other.write(lambda out: out.write(whole[:-1] + b"x"))
    with pytest.raises(ArchiveError, match="sha-256 is not that of the manifest"):
        list(pull(there, back))
    assert list(back.warc.iterdir()) == []
    bad = [one for one in verify(there) if not one.ok]
    assert any("the manifest says" in str(one) for one in bad)


def test_as_commands(
    s3: str, data: DataDir, small: list[Capture], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    address = f"{s3}/commands"
    assert main(["archive", "push", address, "--data", str(data.root)]) == 0
    capfdbinary.readouterr()
    elsewhere = str(tmp_path / "none")
    for wanted in (small[1].url, small[1].capture_id):
        assert main(["archive", "get", wanted, "--archive", address, "--data", elsewhere]) == 0
        assert capfdbinary.readouterr().out.decode() == "<p>压缩的页面</p>"
    assert main(["archive", "ls", "--archive", address, "--role", "report"]) == 0
    assert capfdbinary.readouterr().out.count(b"\n") == 1
    assert main(["archive", "verify", "--archive", address]) == 0
    assert main(["archive", "pull", address, "--data", elsewhere]) == 0
    capfdbinary.readouterr()
    assert main(["archive", "verify", "--data", elsewhere]) == 0
    for wrong in (f"{s3}/nothing", "nosuch://x"):
        capfdbinary.readouterr()
        assert main(["archive", "get", small[1].url, "--archive", wrong]) == 1
        assert capfdbinary.readouterr().err.count(b"\n") == 1
