"""The administrative divisions under GB/T 2260 since 2008, valid in time: `codebook/regions.csv` and the former names of
divisions that kept their code, `codebook/region_names.csv` (both made by `scripts/regions.py`)."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Region:
    """One division under its newest name. `level` is province, prefecture or county; `prefecture` is '' under a
    municipality or directly under a province; `valid_from` and `valid_to` are the first and last day (ISO) on which it may
    have been valid by the lists that are known, '' where none bounds it."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str
    province: str
    prefecture: str
    valid_from: str
    valid_to: str

    def valid(self, year: int) -> bool:
        """Whether it may have been valid at the end of a year, the day that a report speaks of."""
        day = f"{year}-12-31"
        return self.valid_from <= day and (not self.valid_to or self.valid_to >= day)

    def during(self, year: int) -> bool:
        """Whether it may have been valid on some day of a year."""
        return self.valid_from <= f"{year}-12-31" and (not self.valid_to or self.valid_to >= f"{year}-01-01")


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("pipelines.codebook").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@cache
def all_regions() -> dict[str, Region]:
    """Every division since 2008 by its six-digit code, abolished ones (`valid_to`) included."""
    return {row["code"]: Region(**row) for row in _table("regions.csv")}


def by_code(code: str, year: int | None = None) -> Region | None:
    """The division with that code, or None; with a `year`, None too where it was no division on any day of it."""
    region = all_regions().get(code)
    return region if region is None or year is None or region.during(year) else None


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
def names() -> dict[str, tuple[Region, ...]]:
    """All names, former ones included, with the divisions that bear or bore them. A division under a former name has that
    name and its span."""
    found: defaultdict[str, list[Region]] = defaultdict(list)
    for region in all_regions().values():
        found[region.name].append(region)
    for row in _table("region_names.csv"):
        now = all_regions()[row["code"]]
        full_name = now.full_name.removesuffix(now.name) + row["name"]
        found[row["name"]].append(
            replace(now, name=row["name"], full_name=full_name, valid_from=row["valid_from"], valid_to=row["valid_to"])
        )
    return {name: tuple(regions) for name, regions in found.items()}


@lru_cache(maxsize=4096)
def named(name: str, year: int | None = None) -> tuple[Region, ...]:
    """All divisions that bore exactly this name: those valid at the end of the year, else on a day of it, else (an error of
    the report, or of the lists) at any time. Without a year the present ones, else the former."""
    candidates = names().get(name, ())
    if year is None:
        return tuple(region for region in candidates if not region.valid_to) or candidates
    at_end = tuple(region for region in candidates if region.valid(year))
    return at_end or tuple(region for region in candidates if region.during(year)) or candidates


def find(name: str, within: str = "", year: int | None = None) -> tuple[Region, ...]:
    """All divisions that bore exactly this name in the year (`named`; 新华区: three), in code order.

    `within` narrows them: digits are a code prefix, any other text must name the division's province or prefecture (with
    or without its kind). If none of the candidates fits `within`, none is returned: a wrong place is worse than no place.
    """
    candidates = named(name, year)
    if not within:
        return candidates
    if within.isdigit():
        return tuple(region for region in candidates if region.code.startswith(within))
    return tuple(
        region
        for region in candidates
        if any(place and (place in within or stem(place) in within) for place in (region.prefecture, region.province))
    )


def same_place(one: Region, other: Region) -> bool:
    """Whether two codes are of one place before and after a change of its kind (密云县, 密云区): neighbours in time with
    one stem of name in one province, of which at least one is no more."""
    if one.code == other.code:
        return True
    apart = bool(one.valid_to) != bool(other.valid_to) or bool(one.valid_to and other.valid_to)
    return apart and one.code[:2] == other.code[:2] and stem(one.name) == stem(other.name)


@lru_cache(maxsize=4096)
def in_year(code: str, year: int) -> Region | None:
    """What the division with that code was in a year: itself, or the one division of the same place under the code of that
    time (110118 in 2009: 密云县, 110228); None where nothing tells."""
    region = all_regions().get(code)
    if region is None or region.during(year):
        return region
    same = [other for other in all_regions().values() if other.during(year) and same_place(region, other)]
    return same[0] if len(same) == 1 else None
