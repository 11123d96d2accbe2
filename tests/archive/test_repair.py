"""What a killed process leaves is closed, cut to whole records, and indexed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.index import entries
from archive.reader import Damage, iter_archive, iter_placed
from archive.repair import repair
from archive.verify import verify
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


def test_cut_at_every_byte(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    (path,) = data.warc.iterdir()
    whole = path.read_bytes()
    ends = [0]
    for item in iter_placed(path):
        assert not isinstance(item, Damage)
        ends.append(item.position.offset + item.position.length)
    for size in range(0, len(whole) + 1, 3):
        folder = tmp_path / "cut"
        folder.mkdir()
        (folder / (path.name + ".open")).write_bytes(whole[:size])
        (done,) = repair(folder)
        kept = max(end for end in ends if end <= size)
        assert (done.file, done.records, done.cut) == (path.name, ends.index(kept), size - kept)
        assert str(done).startswith(f"{path.name}: ")
        assert [one.read_bytes() for one in folder.iterdir()] == ([whole[:kept]] if kept else [])
        assert not [item for item in iter_archive(folder) if isinstance(item, Damage)]
        assert repair(folder) == []
        shutil.rmtree(folder)


def test_a_living_writers_file_is_left_alone(data: DataDir, make: Make) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        first = writer.write(make("/1"))
        assert repair(data.warc) == []
        second = writer.write(make("/2"))
    assert list(iter_archive(data.warc)) == [first, second]


_CRAWL = """
import sys
from pathlib import Path
from archive.capture import Site
from archive.exchange import Exchange, utc_now
from archive.writer import ArchiveWriter
site = Site("1", "1", "n", "http://x/")
writer = ArchiveWriter(Path(sys.argv[1]), run_id="r", operator="t")
n = 0
while True:
    one = writer.write(Exchange(method="GET", url=f"http://x/{n}", status=200, headers=(), payload=b"x" * 20000,
                                fetched_at=utc_now(), site=site))
    print(one.capture_id, flush=True)
    n += 1
"""


def test_killed_while_writing_loses_nothing_acknowledged(data: DataDir) -> None:
    process = subprocess.Popen([sys.executable, "-c", _CRAWL, str(data.warc)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    acknowledged = [process.stdout.readline().strip() for _ in range(200)]
    process.send_signal(signal.SIGKILL)
    acknowledged += process.stdout.read().split()
    process.stdout.close()
    process.wait()
    (done,) = repair(data.warc)
    assert "left by a killed run" in str(done)
    captures = [item for item in iter_archive(data.warc) if isinstance(item, Capture)]
    # The last line may have been cut by the kill, and the last record may not have been told yet.
    assert [one.capture_id for one in captures][: len(acknowledged) - 1] == acknowledged[:-1]
    assert len(captures) - len(acknowledged) in (0, 1)
    assert len(list(entries(data))) == len(captures)
    assert [one for one in verify(data) if not one.ok] == []


def test_both_names_there_is_told(data: DataDir, small: list[Capture]) -> None:
    (path,) = data.warc.iterdir()
    shutil.copy(path, path.with_name(path.name + ".open"))
    with pytest.raises(ArchiveError, match="is there as well"):
        repair(data.warc)
