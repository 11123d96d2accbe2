"""A WACZ holds the archive byte for byte, says so, and is the same each time."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.wacz import write_wacz


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


def test_what_is_missing_is_told(data: DataDir, small: list[Capture], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"):
        write_wacz(data, tmp_path / "none" / "a.wacz", title="t", software="s")
    data.index.unlink()
    with pytest.raises(ArchiveError, match="nianbao archive index"):
        write_wacz(data, tmp_path / "a.wacz", title="t", software="s")
    with pytest.raises(ArchiveError, match="no finished WARC"):
        write_wacz(DataDir(tmp_path / "other"), tmp_path / "a.wacz", title="t", software="s")
    assert not list(tmp_path.glob("*.wacz*"))
