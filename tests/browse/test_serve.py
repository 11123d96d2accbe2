"""The command, as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from archive.datadir import DataDir

COMMAND = [str(Path(sys.executable).with_name("nianbao")), "serve"]


def fails(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_missing_database_is_one_line(tmp_path: Path) -> None:
    code, said = fails("--data", str(tmp_path / "none"), "--port", "0")
    assert code == 1
    assert said.count("\n") == 1
    assert "there is no database to serve" in said
    assert "nianbao crawl" in said


def test_a_taken_port_is_one_line(data: DataDir) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = fails("--data", str(data.root), "--port", port)
    assert code == 1
    assert said.count("\n") == 1
    assert f"127.0.0.1:{port}: cannot listen there" in said
    assert "--port" in said


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--port", "x"), ("--port", "-1")])
def test_a_wrong_port_is_wrong_usage(data: DataDir, arguments: tuple[str, ...]) -> None:
    code, said = fails("--data", str(data.root), *arguments)
    assert code == 2
    assert "Traceback" not in said


@pytest.mark.slow
def test_it_prints_its_address_serves_and_stops(data: DataDir) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--data", str(data.root), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200
            headers: Any = answer.headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "server" not in {name.lower() for name in headers}
            assert "中国县区政府信息公开工作年度报告" in answer.read().decode()
        head = urllib.request.Request(address, method="HEAD")
        with urllib.request.urlopen(head, timeout=30) as answer:
            assert answer.read() == b""
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert "Traceback" not in said
        assert process.returncode in (0, 130)
    finally:
        process.kill()
        process.wait()
