"""A WACZ holds the archive byte for byte, says so, and is the same each time."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.capture import Capture, Site
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.reader import Placed, iter_placed
from archive.wacz import write_wacz
from archive.writer import ArchiveWriter
from crawler.cli import main

Make = Callable[..., Exchange]
WACZ = Path(__file__).resolve().parents[2] / ".venv-replay" / "bin" / "wacz"


def test_contents(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    out = tmp_path / "a.wacz"
    assert write_wacz(data, out, title="t", software="s") == 2
    (warc,) = data.warc.iterdir()
    with zipfile.ZipFile(out) as package:
        assert package.testzip() is None
        assert {one.compress_type for one in package.infolist()} == {zipfile.ZIP_STORED}
        assert package.read(f"archive/{warc.name}") == warc.read_bytes()
        assert package.read("indexes/index.cdxj") == data.index.read_bytes()
        head, *pages = [json.loads(text) for text in package.read("pages/pages.jsonl").splitlines()]
        described = package.read("datapackage.json")
        digest = json.loads(package.read("datapackage-digest.json"))
        for one in json.loads(described)["resources"]:
            content = package.read(one["path"])
            assert one["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert one["bytes"] == len(content)
    assert digest == {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(described).hexdigest()}
    assert head["format"] == "json-pages-1.0"
    assert [(page["url"], page["title"]) for page in pages] == [
        (small[0].url, "2025年年报"),
        ("urn:dom:" + small[3].url, "urn:dom:" + small[3].url),
    ]
    again = tmp_path / "b.wacz"
    write_wacz(data, again, title="t", software="s")
    assert again.read_bytes() == out.read_bytes()


@pytest.fixture
def two_sites(data: DataDir, small: list[Capture], make: Make, site: Site) -> list[Capture]:
    """A second crawl, of another site and of the same, each with a page that the first one has."""
    gbk = small[0]
    with ArchiveWriter(data.warc, run_id="run2", operator="t") as writer:
        other = replace(site, site_id="350128", region_code="350128", name="平潭县")
        return [
            writer.write(make("/pt.html", gbk.payload, headers=gbk.headers, second=7, site=other, role="report"), gbk),
            writer.write(make("/ys.html", b"<p>2", second=8, role="report")),
        ]


@pytest.mark.parametrize("chosen", [["--site", "350128"], ["--province", "福建"], ["--province", "fujian"]])
def test_a_site_with_what_its_revisits_refer_to(
    data: DataDir, two_sites: list[Capture], small: list[Capture], tmp_path: Path, chosen: list[str]
) -> None:
    out = tmp_path / "pt.wacz"
    assert main(["archive", "wacz", str(out), *chosen, "--data", str(data.root)]) == 0
    _validate(out)
    with zipfile.ZipFile(out) as package:
        (name,) = [one for one in package.namelist() if one.startswith("archive/")]
        warc = tmp_path / "selection.warc.gz"
        warc.write_bytes(package.read(name))
        lines = [text.split(" ", 2) for text in package.read("indexes/index.cdxj").decode().splitlines()]
        _, *pages = package.read("pages/pages.jsonl").decode().splitlines()
    (page,) = [json.loads(text) for text in pages]
    assert (page["url"], page["id"]) == (two_sites[0].url, two_sites[0].capture_id)
    rows = [json.loads(row) for *_, row in lines]
    assert [(row["url"], row["mime"]) for row in rows] == [
        (small[0].url, "text/html"),
        (two_sites[0].url, "warc/revisit"),
    ]
    placed = [item for item in iter_placed(warc) if isinstance(item, Placed)]
    assert [item.record.kind for item in placed] == [
        "warcinfo", "response", "request", "metadata", "revisit", "request", "metadata",
    ]  # fmt: skip
    at = {item.position.offset: item.record.uri for item in placed}
    assert [at[int(row["offset"])] for row in rows] == [row["url"] for row in rows]
    again = tmp_path / "again.wacz"
    assert main(["archive", "wacz", str(again), *chosen, "--data", str(data.root)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_a_selection_of_nothing(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no capture that is wanted"):
        write_wacz(data, tmp_path / "a.wacz", title="t", software="s", wanted=lambda _: False)
    assert not [path for path in tmp_path.iterdir() if "wacz" in path.name]


def test_the_whole_is_valid(data: DataDir, two_sites: list[Capture], tmp_path: Path) -> None:
    out = tmp_path / "all.wacz"
    write_wacz(data, out, title="t", software="s")
    _validate(out)


def _validate(out: Path) -> None:
    """The reference validator finds nothing."""
    if not WACZ.exists():
        pytest.skip("wacz is not set up (make .venv-replay/.ready)")
    done = subprocess.run([WACZ, "validate", "-f", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_missing_is_told(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"):
        write_wacz(data, tmp_path / "none" / "a.wacz", title="t", software="s")
    data.index.unlink()
    with pytest.raises(ArchiveError, match="nianbao archive index"):
        write_wacz(data, tmp_path / "a.wacz", title="t", software="s")
    with pytest.raises(ArchiveError, match="no finished WARC"):
        write_wacz(DataDir(tmp_path / "other"), tmp_path / "a.wacz", title="t", software="s")
    assert not list(tmp_path.glob("*.wacz*"))
