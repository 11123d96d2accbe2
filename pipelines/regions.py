"""The administrative divisions under GB/T 2260, from `codebook/regions.csv` (made by `scripts/regions.py`)."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Region:
    """One division. `level` is province, prefecture or county; `prefecture` is '' under a municipality or directly
    under a province; `valid_from` and `valid_to` are ISO dates, '' where not known to be bounded."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str
    province: str
    prefecture: str
    valid_from: str
    valid_to: str


@cache
def all_regions() -> dict[str, Region]:
    """Every division by its six-digit code."""
    text = resources.files("pipelines.codebook").joinpath("regions.csv").read_text(encoding="utf-8")
    return {row["code"]: Region(**row) for row in csv.DictReader(io.StringIO(text, newline=""))}


def by_code(code: str) -> Region | None:
    """The division with that code, or None."""
    return all_regions().get(code)


# Longest first: 自治县 must go before 县.
_ENDINGS = (
    "自治县", "自治旗", "自治州", "自治区", "特别行政区", "林区", "特区", "地区", "新区", "省", "市", "盟", "州", "县", "区", "旗",
)  # fmt: skip


def stem(name: str) -> str:
    """The name without its kind (`红桥区` → `红桥`); names that would shrink to one character stay whole."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


@cache
def _by_name() -> dict[str, tuple[Region, ...]]:
    found: defaultdict[str, list[Region]] = defaultdict(list)
    for region in all_regions().values():
        found[region.name].append(region)
    return {name: tuple(regions) for name, regions in found.items()}


def find(name: str, within: str = "") -> tuple[Region, ...]:
    """All divisions that bear exactly this name (新华区: three), in code order.

    `within` narrows them: digits are a code prefix, any other text must name the division's province or prefecture (with
    or without its kind). If none of the candidates fits `within`, none is returned: a wrong place is worse than no place.
    """
    candidates = _by_name().get(name, ())
    if not within:
        return candidates
    if within.isdigit():
        return tuple(region for region in candidates if region.code.startswith(within))
    return tuple(
        region
        for region in candidates
        if any(place and (place in within or stem(place) in within) for place in (region.prefecture, region.province))
    )
