"""`nianbao demo` as a user starts it: everything found, nothing wrong, nobody visited who must not be; clear refusals."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from crawler.cli import main
from demo.home import remember_ports
from demo.portals import PORTALS

COMMAND = [sys.executable, "-m", "crawler.cli", "demo"]


@pytest.mark.slow
@pytest.mark.browser
def test_demo_finds_everything_reads_nothing_wrong_and_stays_open(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    words = [*COMMAND, "--data", str(folder), "--port", "0"]
    errors = tmp_path / "errors"
    with errors.open("w") as talk, subprocess.Popen(words, stdout=subprocess.PIPE, stderr=talk, text=True) as process:
        assert process.stdout is not None
        told = ""
        try:
            for line in process.stdout:
                told += line
                if "Browse" in line:
                    break
            address = re.search(r"http://127\S+/", told)
            assert address is not None, told + errors.read_text()
            with urllib.request.urlopen(f"{address[0]}nianbao/reports.json?_size=1", timeout=20) as answer:
                assert json.load(answer)["rows"]
            ports = json.loads((folder / "demo.json").read_text())["ports"]
            with urllib.request.urlopen(f"http://127.0.0.1:{ports[0]}/", timeout=20) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    found = re.search(
        r"reports found: (\d+) of (\d+)\ncells right: (\d+) of (\d+) \((\d+) wrong, (\d+) not read\)", told
    )
    assert found is not None
    reports, wanted, right, cells, wrong, unread = map(int, found.groups())
    assert reports == wanted >= 50
    # One report is a PDF, and is read like the others.
    assert (right, wrong, unread) == (cells, 0, 0)
    assert cells > 9000
    assert "deliberate breaks found by the checks: 4 of 4" in told
    assert "not as expected" not in told
    with closing(sqlite3.connect(folder / "nianbao.db")) as connection:
        urls = {url for (url,) in connection.execute("select url from captures")}
        outcomes = {outcome for (outcome,) in connection.execute("select outcome from site_runs")}
    assert {int(url.split(":")[2].split("/")[0]) for url in urls} == set(ports[:-1])  # never the hijacked mirror
    assert not [url for url in urls if "month=" in url or "/tujie/" in url or "/search/" in url]
    assert "ok" in outcomes <= {"ok", "partial"}


def archived(folder: Path) -> bytes:
    """What the archive holds up to now, decompressed."""
    out = b""
    for path in folder.glob("warc/*"):
        with suppress(EOFError), gzip.open(path) as file:
            while piece := file.read1():
                out += piece
    return out


@pytest.mark.slow
@pytest.mark.browser
def test_interrupting_the_crawl_ends_it_with_one_line(tmp_path: Path) -> None:
    words = [*COMMAND, "--no-serve", "--delay", "1", "--data", str(tmp_path / "demo")]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            next(line for line in process.stderr if "449902" in line)
            last = json.loads((tmp_path / "demo" / "demo.json").read_text())["ports"][-2]
            begun = time.monotonic()
            while b"WARC-Target-URI: http://127.0.0.1:%d/" % last not in archived(tmp_path / "demo"):
                assert time.monotonic() < begun + 60
                time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert errors.count("interrupted") == 1


def test_a_folder_of_other_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"precious")
    assert main(["demo", "--no-serve", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "--data" in told.err
    assert (tmp_path / "nianbao.db").read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nianbao.db"]


def test_a_taken_port_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        remember_ports(tmp_path, [0] * len(PORTALS) + [port])
        assert main(["demo", "--no-serve", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"port {port} " in told


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no folder that even root cannot write")
def test_a_folder_that_cannot_be_made_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-serve", "--data", "/proc/demo"]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "/proc/demo" in told


@pytest.mark.parametrize(("option", "value"), [("--port", "65536"), ("--delay", "-1"), ("--delay", "nan")])
def test_wrong_use(option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-serve", "--data", str(tmp_path / "d"), option, value]) == 2
    assert option in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["demo", "--help"])
    assert "nianbao demo --no-serve" in capsys.readouterr().out
