"""Reports put together from a portal's place and a unit's figures."""

from __future__ import annotations

from random import Random
from typing import Protocol
from zlib import crc32

from demo.figures import Figures
from demo.prose import Prose, ordinary
from demo.reports import Report


class HasPlace(Protocol):
    """The fields of a portal's place that a report takes over."""

    @property
    def division(self) -> str | None: ...
    @property
    def unit(self) -> str: ...


def serial(*parts: object) -> int:
    """A seven-digit page number that is the same on every start."""
    return 1_000_000 + crc32("|".join(map(str, parts)).encode()) % 8_000_000


def government(
    place: HasPlace,
    figures: Figures,
    prose: Prose,
    *,
    title: str,
    published: str,
    source: str,
    unit_kind: str = "government",
    page: int = 0,
) -> Report:
    """A report of the portal's own government, zone or office; `page` is its page number, invented if 0."""
    return Report(
        unit=figures.unit,
        unit_kind=unit_kind,
        region_code=None if unit_kind == "zone" else place.division,
        figures=figures,
        title=title,
        published=published,
        source=source,
        prose=prose,
        number=page or serial(figures.unit, figures.year, published),
    )


def department(place: HasPlace, figures: Figures, kind: str, prefix: str, rng: Random) -> Report:
    """A report of a department or township that stands in the same column; `prefix` is cut for its own short name."""
    short = figures.unit.removeprefix(prefix)
    published = f"{figures.year + 1}-01-{rng.randint(8, 28):02d} {rng.randint(9, 17):02d}:{rng.randint(10, 59)}"
    return Report(
        unit=figures.unit,
        unit_kind=kind,
        region_code=place.division,
        figures=figures,
        title=f"{figures.unit}{figures.year}年政府信息公开工作年度报告",
        published=published,
        source=short,
        prose=ordinary(figures, f"我{short[-1]}" if short[-1] in "局镇乡" else "本街道", short, rng),
        number=serial(figures.unit, figures.year),
    )
