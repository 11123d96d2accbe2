"""Fixtures of the archive's tests: exchanges, and a small archive with one of everything."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, Site
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.writer import ArchiveWriter

Make = Callable[..., Exchange]


@pytest.fixture
def site() -> Site:
    return Site(
        "130925", "130925", "盐山县", "http://www.yanshan.gov.cn/", platform="trs_static", delay=3.0, notes="甲"
    )


@pytest.fixture
def make(site: Site) -> Make:
    def exchange(path: str = "/", body: bytes = b"<p>ok</p>", **more: Any) -> Exchange:
        second = more.pop("second", 0)
        values: dict[str, Any] = {
            "method": "GET",
            "url": f"http://www.yanshan.gov.cn{path}",
            "status": 200,
            "reason": "OK",
            "headers": (("Server", "nginx"), ("Content-Type", "text/html"), ("Content-Length", str(len(body)))),
            "payload": body,
            "fetched_at": f"2026-03-01T08:00:{second:02d}.000123Z",
            "site": site,
            "request_headers": (("Host", "www.yanshan.gov.cn"), ("User-Agent", "nianbao (test@example.org)")),
        }
        return Exchange(**{**values, **more})

    return exchange


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data")


@pytest.fixture
def small(data: DataDir, make: Make, site: Site) -> list[Capture]:
    """A finished archive: GBK page, gzip page, redirect, rendered DOM, run row."""
    with ArchiveWriter(data.warc, run_id="run1", operator="Test <test@example.org>") as writer:
        captures = [
            writer.write(
                make(
                    "/gbk.html",
                    "<html><title>年报</title><p>政府信息公开年度报告</p></html>".encode("gbk"),
                    headers=(("Content-Type", "text/html; charset=gbk"),),
                    role="report",
                    context={"anchor": "2025年年报", "column": ["政务公开", "年报"]},
                )
            ),
            writer.write(
                make(
                    "/gzip.html",
                    gzip.compress("<p>压缩的页面</p>".encode(), mtime=0),
                    headers=(
                        ("Content-Type", "text/html; charset=utf-8"),
                        ("Transfer-Encoding", "chunked"),
                        ("Content-Encoding", "gzip"),
                    ),
                    second=1,
                )
            ),
            writer.write(
                make(
                    "/old",
                    b"",
                    status=302,
                    reason="Found",
                    headers=(("Location", "/gbk.html"),),
                    second=2,
                    ip="10.0.0.1",
                )
            ),
            writer.write_dom(
                "http://www.yanshan.gov.cn/app", "<p>渲染</p>", "2026-03-01T08:00:03.000000Z", site, "list", {"x": 1}
            ),
        ]
        writer.write_run({"outcome": "ok", "requests": 4}, site)
    return captures
