"""Packages an archive as WACZ 1.1.1, one file that replayweb.page and others open."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from archive import selection
from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import iter_records, warc_files
from archive.records import DOM_URN
from archive.segment import OPEN, told

_PAGES = ("home", "list", "report")


def write_wacz(
    data: DataDir, out: Path, *, title: str, software: str, wanted: Callable[[Capture], bool] | None = None
) -> int:
    """Write `out` from the finished WARC files and the index of `data`; the number of pages listed in it.

    With `wanted`, only the captures for which it holds, as one WARC file, and those that hold the payloads of revisits
    among them. Pages are the HTML captures with status 200 whose role is home, list or report. The same archive gives
    the same bytes: the time in the package is the newest capture's. Raises ArchiveError without a finished file or an
    index, when nothing is wanted, and when `out` cannot be written; `out` is replaced only when whole.
    """
    files = [path for path in warc_files(data.warc) if not path.name.endswith(OPEN)]
    if not files:
        raise ArchiveError(f"{data.warc}: no finished WARC file to package; crawl first")
    if not data.index.is_file():
        raise ArchiveError(f"{data.index}: missing; run `nianbao archive index` first")
    described = {"title": title, "software": software}
    if wanted is None:
        pages = [
            page
            for path in files
            for item in iter_records(path)
            if isinstance(item, Capture)
            for page in _page(item, item.capture_id)
        ]
        _package(out, files, data.index, pages, described)
        return len(pages)
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
            warc, index = Path(folder, selection.NAME), Path(folder, "index.cdxj")
            chosen = selection.selected(data, warc, wanted)
            if not chosen:
                raise ArchiveError(f"{data.warc}: no capture that is wanted; `nianbao archive ls` lists what is there")
            index.write_bytes(b"".join(selection.index_lines(chosen)))
            pages = [page for one in chosen if not one.referred for page in _page(one.capture, one.capture_id)]
            _package(out, [warc], index, pages, described)
    except OSError as error:
        raise told(error, out) from error
    return len(pages)


def _package(out: Path, files: list[Path], index: Path, pages: list[dict[str, str]], described: dict[str, str]) -> None:
    newest = max((one["ts"] for one in pages), default="1980-01-01T00:00:00Z")
    new = out.with_name(out.name + ".new")
    try:
        with zipfile.ZipFile(new, "w") as package:
            resources = [_copy(package, path, f"archive/{path.name}", newest) for path in files]
            resources.append(_copy(package, index, "indexes/index.cdxj", newest))
            resources.append(_put(package, "pages/pages.jsonl", _pages(pages), newest))
            whole = {
                "profile": "data-package",
                "wacz_version": "1.1.1",
                "title": described["title"],
                "created": newest,
                "software": described["software"],
                "resources": resources,
            }
            told_of = _put(package, "datapackage.json", _json(whole), newest)
            _put(package, "datapackage-digest.json", _json({"path": told_of["path"], "hash": told_of["hash"]}), newest)
        new.replace(out)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise told(error, out) from error


def _page(item: Capture, capture_id: str) -> Iterator[dict[str, str]]:
    """The capture's line in the list of pages, if it is a page."""
    if item.role in _PAGES and item.status == 200 and item.mime == "text/html":
        # A rendered DOM has its own address in the index.
        url = DOM_URN + item.url if item.via == "browser" else item.url
        title = item.context.get("link_title") or item.context.get("anchor") or url
        yield {"id": capture_id, "url": url, "ts": item.fetched_at, "title": str(title)}


def _pages(captures: Iterable[dict[str, str]]) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    return b"".join(_json(row) for row in (head, *captures))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _info(name: str, time: str) -> zipfile.ZipInfo:
    year, month, day = int(time[:4]), int(time[5:7]), int(time[8:10])
    return zipfile.ZipInfo(name, (max(year, 1980), month, day, 0, 0, 0))  # stored: replay reads ranges of it


def _put(package: zipfile.ZipFile, name: str, content: bytes, time: str) -> dict[str, Any]:
    package.writestr(_info(name, time), content)
    return _resource(name, hashlib.sha256(content).hexdigest(), len(content))


def _copy(package: zipfile.ZipFile, path: Path, name: str, time: str) -> dict[str, Any]:
    hashed = hashlib.sha256()
    size = 0
    with path.open("rb") as source, package.open(_info(name, time), "w", force_zip64=True) as out:
        while chunk := source.read(1 << 20):
            hashed.update(chunk)
            size += out.write(chunk)
    return _resource(name, hashed.hexdigest(), size)


def _resource(name: str, digest: str, size: int) -> dict[str, Any]:
    return {"name": name.rpartition("/")[2], "path": name, "hash": f"sha256:{digest}", "bytes": size}
