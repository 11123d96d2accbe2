"""Packages an archive as WACZ 1.1.1, one file that replayweb.page and others open."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import iter_records, warc_files
from archive.records import DOM_URN
from archive.segment import OPEN, told

_PAGES = ("home", "list", "report")


def write_wacz(data: DataDir, out: Path, *, title: str, software: str) -> int:
    """Write `out` from the finished WARC files and the index of `data`; the number of pages listed in it.

    Pages are the HTML captures with status 200 whose role is home, list or report. The same archive gives the same
    bytes: the time in the package is the newest capture's. Raises ArchiveError without a finished file or an index,
    and when `out` cannot be written; `out` is replaced only when whole.
    """
    files = [path for path in warc_files(data.warc) if not path.name.endswith(OPEN)]
    if not files:
        raise ArchiveError(f"{data.warc}: no finished WARC file to package; crawl first")
    if not data.index.is_file():
        raise ArchiveError(f"{data.index}: missing; run `nianbao archive index` first")
    captures = [item for path in files for item in _listed(path)]
    newest = max((one["ts"] for one in captures), default="1980-01-01T00:00:00Z")
    new = out.with_name(out.name + ".new")
    try:
        with zipfile.ZipFile(new, "w") as package:
            resources = [_copy(package, path, f"archive/{path.name}", newest) for path in files]
            resources.append(_copy(package, data.index, "indexes/index.cdxj", newest))
            resources.append(_put(package, "pages/pages.jsonl", _pages(captures), newest))
            described = {
                "profile": "data-package",
                "wacz_version": "1.1.1",
                "title": title,
                "created": newest,
                "software": software,
                "resources": resources,
            }
            whole = _put(package, "datapackage.json", _json(described), newest)
            _put(package, "datapackage-digest.json", _json({"path": whole["path"], "hash": whole["hash"]}), newest)
        new.replace(out)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise told(error, out) from error
    return len(captures)


def _listed(path: Path) -> Iterator[dict[str, str]]:
    for item in iter_records(path):
        if isinstance(item, Capture) and item.role in _PAGES and item.status == 200 and item.mime == "text/html":
            # A rendered DOM has its own address in the index.
            url = DOM_URN + item.url if item.via == "browser" else item.url
            title = item.context.get("link_title") or item.context.get("anchor") or url
            yield {"id": item.capture_id, "url": url, "ts": item.fetched_at, "title": str(title)}


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
