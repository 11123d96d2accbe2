"""`nianbao crawl` and Scrapy's own commands, as processes."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.capture import Capture
from archive.reader import iter_archive
from crawler.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def ok(body: bytes = b"<p>text</p>", **more: Any) -> Any:
    return SimpleNamespace(**{"body": body, "status": 200, "headers": {}, "raw": b"", "wait": 0.0, **more})


def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def registry(tmp_path: Path, make_portal: Any) -> tuple[Path, Any]:
    portal = make_portal({"/": ok("<a href='/nb/'>政府信息公开年报</a>".encode()), "/nb/": ok(b"<ul></ul>")})
    path = tmp_path / "sites.csv"
    path.write_text(f"site_id,region_code,name,home_url\n999901,999901,试验,{portal.url('/')}\n", encoding="utf-8")
    return path, portal


def test_nianbao_crawl_then_nothing_is_due(registry, tmp_path):
    path, portal = registry
    data = str(tmp_path / "data")
    done = call("nianbao", "crawl", "--sites", str(path), "--delay", "0", "--data", data, NIANBAO_CONTACT="a@b.test")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[2].split()[:5] == ["999901", "试验", "empty", str(len(portal.log)), "0"]
    assert "nianbao: 1 of 1 sites finished: 1 empty" in done.stderr
    assert b"a@b.test" in portal.log[0].head
    with closing(sqlite3.connect(tmp_path / "data" / "nianbao.db")) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (len(portal.log),)
        assert db.execute("SELECT site_id, outcome FROM site_runs").fetchall() == [("999901", "empty")]
    asked = len(portal.log)
    done = call("nianbao", "crawl", "--sites", str(path), "--due", "--delay", "0", "--data", data)
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 of 1 sites are due" in done.stderr
    assert len(portal.log) == asked


def test_scrapy_commands(registry, tmp_path):
    path, portal = registry
    environment = {"NIANBAO_SITES": str(path), "NIANBAO_DATA": str(tmp_path / "data")}
    listed = call("scrapy", "list", **environment)
    assert listed.returncode == 0
    assert "999901" in listed.stdout.split()
    shell = call("scrapy", "shell", "--nolog", "-c", "response.status", portal.url("/nb/"), **environment)
    assert shell.stdout.strip() == "200", shell.stderr
    assert not (tmp_path / "data").exists(), "looking records nothing"
    crawled = call("scrapy", "crawl", "999901", "-s", "DOWNLOAD_DELAY=0", **environment)
    assert crawled.returncode == 0, crawled.stderr
    captures = [c for c in iter_archive(tmp_path / "data" / "warc") if isinstance(c, Capture)]
    assert [c.role for c in captures][:3] == ["robots", "home", "list"]
    with closing(sqlite3.connect(tmp_path / "data" / "nianbao.db")) as db:
        assert db.execute("SELECT outcome FROM site_runs").fetchall() == [("empty",)]
    assert "REMOTE" not in re.sub(r"'REMOTE_CONTROL_ENABLED': False", "", crawled.stderr)


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (("nianbao", "crawl", "--site", "000000"), 2, "--site 000000: no such site in the registry"),
        (("nianbao", "crawl", "--province", "atlantis"), 2, "--province atlantis: no site of the registry lies there"),
        (("nianbao", "crawl", "--sites", "/no/such.csv"), 1, "/no/such.csv: cannot be read"),
        (("nianbao", "crawl", "--delay", "-1"), 2, "--delay"),
        (("nianbao", "crawl", "--site", "110101", "--data", "/dev/null/x"), 1, "cannot be written"),
    ],
)
def test_mistakes_are_one_clear_line(words, status, line, capsys):
    try:
        found = main(list(words[1:]))
    except SystemExit as leaving:  # argparse's own way
        found = leaving.code
    assert found == status
    assert line in capsys.readouterr().err


def test_an_unknown_spider_is_one_clear_line():
    done = call("scrapy", "crawl", "000000", "--nolog")
    assert done.returncode == 2
    assert "scrapy: error: 000000: no such site in the registry" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["crawl", "--help"])
    assert "nianbao crawl --province hebei --due" in capsys.readouterr().out
