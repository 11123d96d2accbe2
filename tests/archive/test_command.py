"""`nianbao archive …` as it is used."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from crawler.cli import main


def _run(capfdbinary: pytest.CaptureFixture[bytes], *args: str) -> tuple[int, bytes, str]:
    code = main(["archive", *args])
    out, err = capfdbinary.readouterr()
    return code, out, err.decode()


def test_get_by_address(data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = _run(capfdbinary, "get", small[1].url, "--data", str(data.root))
    assert (code, out.decode()) == (0, "<p>压缩的页面</p>")
    assert small[1].capture_id in err
    code, out, _ = _run(capfdbinary, "get", small[1].url, "--raw", "--headers", "--data", str(data.root))
    head, _, body = out.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200\r\nContent-Type: text/html")
    assert gzip.decompress(body).decode() == "<p>压缩的页面</p>"


def test_get_by_capture_id_with_and_without_tables(
    data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert _run(capfdbinary, "get", small[0].capture_id, "--data", str(data.root))[:2] == (0, small[0].payload)
    position = small[0].position
    assert position
    with closing(sqlite3.connect(data.db)) as db, db:
        db.execute("create table captures (capture_id, warc_file, warc_offset, warc_length)")
        db.execute(
            "insert into captures values (?, ?, ?, ?)",
            [small[0].capture_id, position.file, position.offset, position.length],
        )
    assert _run(capfdbinary, "get", small[0].capture_id, "--data", str(data.root))[:2] == (0, small[0].payload)


def test_get_names_what_is_not_there(
    data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    where = ("--data", str(data.root))
    assert _run(capfdbinary, "get", "http://nowhere/", *where)[::2] == (
        1,
        f"nianbao: http://nowhere/: not in the archive of {data.root}; `nianbao archive ls` lists what is\n",
    )
    code, _, err = _run(capfdbinary, "get", "0" * 16, *where)
    assert (code, err.count("\n")) == (1, 1)
    code, _, err = _run(capfdbinary, "get", "nonsense", *where)
    assert (code, err) == (2, "nianbao: nonsense: neither an address (http://…) nor a capture_id (16 hex digits)\n")
    code, _, err = _run(capfdbinary, "verify", "--data", str(tmp_path / "none"))
    assert code == 1
    assert "no archive here" in err


def test_a_dom_is_given_only_when_asked_for_or_alone(
    data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for wanted in (small[3].url, "urn:dom:" + small[3].url):
        code, out, _ = _run(capfdbinary, "get", wanted, "--data", str(data.root))
        assert (code, out.decode()) == (0, "<p>渲染</p>")


def test_ls(data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, _ = _run(capfdbinary, "ls", "--data", str(data.root))
    rows = [text.split("\t") for text in out.decode().splitlines()]
    assert code == 0
    assert [row[4] for row in rows] == sorted(["urn:dom:" + small[3].url, *(one.url for one in small[:3])])
    position = small[0].position
    assert position
    assert rows[0] == ["20260301080000", "200", "text/html", f"{position.file}:{position.offset}", small[0].url]
    code, out, _ = _run(capfdbinary, "ls", "http://www.yanshan.gov.cn/g", "--data", str(data.root))
    assert out.count(b"\n") == 2
    for chosen, count in [
        (["--site", "130925"], 4),
        (["--site", "130926"], 0),
        (["--role", "report", "--role", "list"], 2),
        (["--since", "2026-03-01T08:00:02Z"], 2),
        (["--since", "2026-03-02"], 0),
        (["--until", "2026-03-01"], 4),
        (["--until", "2026-02"], 0),
    ]:
        code, out, _ = _run(capfdbinary, "ls", *chosen, "--data", str(data.root))
        assert (code, out.count(b"\n")) == (0, count), chosen


def test_verify_and_index(data: DataDir, small: list[Capture], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    where = ("--data", str(data.root))
    code, out, err = _run(capfdbinary, "verify", *where)
    assert (code, err) == (0, "nianbao: everything is sound\n")
    assert [text.split("\t")[0] for text in out.decode().splitlines()] == ["ok", "ok"]
    (path,) = data.warc.iterdir()
    path.rename(path.with_name(path.name + ".open"))
    with path.with_name(path.name + ".open").open("ab") as torn:
        torn.write(b"\x1f\x8b\x08 torn")
    data.index.unlink()
    code, out, _ = _run(capfdbinary, "verify", *where)
    assert code == 1
    assert b"the file ends inside a record" in out or b"no readable gzip member" in out
    code, _, err = _run(capfdbinary, "index", *where)
    assert code == 0
    assert (
        err.splitlines()[0]
        == f"nianbao: {path.name}: left by a killed run: 13 whole records kept, 8 bytes of a torn record cut off"
    )
    assert err.splitlines()[1].endswith("index.cdxj: 4 captures")
    assert _run(capfdbinary, "verify", *where)[0] == 0


def test_the_reader_going_away_is_no_traceback(data: DataDir, small: list[Capture]) -> None:
    command = [sys.executable, "-m", "crawler.cli", "archive", "ls", "--data", str(data.root)]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("action", ["verify", "index", "wacz", "ls", "get", "push", "pull", "diff"])
def test_help_has_an_example(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["archive", action, "--help"])
    assert left.value.code == 0
    assert f"example:\n  nianbao archive {action}" in capsys.readouterr().out
