"""A running scrapyd crawls a site by the calls that `nianbao schedule --as scrapyd` prints."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


def ok(text: str) -> Any:
    return SimpleNamespace(body=text.encode(), status=200, headers={}, raw=b"", wait=0.0)


@pytest.fixture
def scrapyd(tmp_path: Path, make_portal: Any) -> Iterator[tuple[str, Any]]:
    """scrapyd as docs/operations.md sets it up, without eggs, its address and the portal that it may crawl."""
    portal = make_portal({"/": ok("<a href='/nb/'>政府信息公开年报</a>"), "/nb/": ok("<ul></ul>")}, site_id="130123")
    sites = tmp_path / "sites.csv"
    sites.write_text(f"site_id,region_code,name,home_url\n130123,130123,正定县,{portal.url('/')}\n", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "scrapyd"
    folder.mkdir()
    for line in (
        (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("```ini")[1].split("```")[0].splitlines()
    ):
        if line.startswith("http_port"):
            line = f"http_port = {port}"
        with (folder / "scrapyd.conf").open("a", encoding="utf-8") as out:
            out.write(line + "\n")
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\nnianbao = crawler.settings\n")
    environment = {
        **os.environ,
        "NIANBAO_SITES": str(sites),
        "NIANBAO_CONTACT": "a@b.test",
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([BIN / "scrapyd"], cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/daemonstatus.json", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address, portal
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
def test_a_job_is_scheduled_and_done(scrapyd: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address, portal = scrapyd
    data = tmp_path / "data"
    printed = subprocess.run(
        [
            BIN / "nianbao",
            "schedule",
            "--as",
            "scrapyd",
            "--address",
            address,
            "--data",
            data,
            "--sites",
            tmp_path / "sites.csv",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (call,) = [shlex.split(line) for line in printed.splitlines() if line.startswith("curl")]
    fields = [call[at + 1].split("=", 1) for at, word in enumerate(call) if word == "-d"]
    fields.append(["setting", "DOWNLOAD_DELAY=0"])
    body = urllib.parse.urlencode([(key, value) for key, value in fields]).encode()
    with urllib.request.urlopen(call[2], body, timeout=30) as answer:
        told = json.load(answer)
    assert told["status"] == "ok", told
    for _ in range(600):
        with urllib.request.urlopen(f"{address}/listjobs.json?project=nianbao", timeout=10) as answer:
            jobs = json.load(answer)
        if jobs["finished"]:
            break
        time.sleep(0.1)
    assert [job["spider"] for job in jobs["finished"]] == ["130123"], jobs
    assert "/nb/" in portal.paths
    with closing(sqlite3.connect(data / "hebei" / "nianbao.db")) as db:
        assert db.execute("SELECT site_id, outcome FROM site_runs").fetchall() == [("130123", "empty")]
