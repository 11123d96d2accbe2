"""An archive to process: report pages with figures that are known, written as a crawl would write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.capture import Capture, Role, Site
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.writer import ArchiveWriter
from demo.figures import Figures, series
from demo.prose import ordinary
from demo.reports import Report, body
from demo.tables import Style

SITE = Site("130925", "130925", "盐山县", "http://www.yanshan.gov.cn/", platform="trs_static")
OTHER = Site("130105", "130105", "新华区", "http://www.sjzxh.gov.cn/")


def html(figures: Figures, unit: str = "盐山县人民政府", *, title: str = "", note: str = "") -> bytes:
    """A report page of that unit with those figures, published on 20 January of the year after."""
    title = title or f"{unit}{figures.year}年政府信息公开工作年度报告"
    prose = ordinary(figures, "我县", f"{unit}办公室", Random(1))
    date = f"{figures.year + 1}-01-20"
    report = Report(unit, "government", SITE.region_code, figures, title, f"{date} 09:00", unit, prose, 1)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>发布日期：{date} 来源：{unit}</p><div>{body(report, Style())}</div><p>{note}</p></body></html>"
    ).encode()


@dataclass
class Archive:
    """Writes captures; every call takes the time as `MM-DD` of 2026 or as a full time."""

    data: DataDir
    writer: ArchiveWriter

    def page(
        self,
        url: str,
        payload: bytes,
        at: str = "03-01",
        *,
        site: Site = SITE,
        role: Role = "report",
        mime: str = "text/html; charset=utf-8",
        **more: Any,
    ) -> Capture:
        fetched_at = at if "T" in at else f"2026-{at}T08:00:00.000000Z"
        return self.writer.write(
            Exchange(
                method="GET",
                url=url if "://" in url else site.home_url.rstrip("/") + url,
                status=more.pop("status", 200),
                headers=(("Content-Type", mime),),
                payload=payload,
                fetched_at=fetched_at,
                site=site,
                role=role,
                **more,
            )
        )

    def run(self, outcome: str = "ok", at: str = "03-01", *, site: Site = SITE, message: str = "") -> None:
        row = {
            "run_id": f"run-{at}", "started_at": f"2026-{at}T07:00:00.000000Z",
            "finished_at": f"2026-{at}T09:00:00.000000Z", "requests": 9, "responses": 8, "errors": 1,
            "reports_found": 3, "outcome": outcome, "message": message,
        }  # fmt: skip
        self.writer.write_run(row, site)


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data")


@pytest.fixture
def archive(data: DataDir) -> Iterator[Archive]:
    with ArchiveWriter(data.warc, run_id="run1", operator="Test <test@example.org>") as writer:
        yield Archive(data, writer)


@pytest.fixture
def site() -> Site:
    return SITE


@pytest.fixture
def other_site() -> Site:
    return OTHER


@pytest.fixture
def figures() -> dict[int, Figures]:
    """Four years of a county that break no rule."""
    return series("盐山县人民政府", 2020, 2023, Random(7), size=40)


@pytest.fixture
def page() -> Callable[..., bytes]:
    return html


@pytest.fixture
def dump() -> Callable[[Path], dict[str, list[tuple[Any, ...]]]]:
    """Every row of every table and view of a snapshot, but for the insides of the full-text index."""

    def every_row(path: Path) -> dict[str, list[tuple[Any, ...]]]:
        with closing(sqlite3.connect(path)) as db:
            names = [
                name
                for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
                if not name.startswith("sections_fts_")
            ]
            return {
                name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
                for name in names
                if name != "sections_fts"
            }

    return every_row
