"""The name of a publishing unit taken apart: the places that it names, what is left, and what kind of unit that makes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from pipelines import regions
from pipelines.model import UnitKind
from pipelines.regions import Region

_ZONE = re.compile(
    r"(?:开发区|实验区|高新区|高新技术产业园区|产业园区|工业园区?|工业区|示范区|合作区|保税区|度假区|风景区|名胜区|试验区|"
    r"自贸区|新城|园区|集聚区|新区|经开区|农场|管理区|功能区|旅游区|科学城|物流园)"
)
_ZONE_END = re.compile(_ZONE.pattern + r"(?:党工委)?(?:管委会|管理委员会)?$|(?:管委会|管理委员会)$")
_OFFICE_END = re.compile(
    r"^(?:人民)?政府(?:办公室|办公厅|办)$|^(?:党政|政务公开|政府信息公开|综合)办公室$|(?:管委会|管理委员会)(?:党政|综合)?办公室$|^党政办(?:公室)?$"
)
_TOWNSHIP_END = re.compile(r"(?:镇|乡|街道|苏木|街道办|街道办事处|(?:镇|乡|苏木)(?:人民)?政府|街道党工委)$")
_DEPARTMENT_END = re.compile(
    r"(?:局|委|委员会|办公室|办公厅|中心|厅|院|队|所|站|处|社|部|联合会|总会|公司|银行|学校|中学|小学|大学|医院|法院|馆|台|团|室|会|办|司|行|场|海关)$"
)
OFFICE_SUFFIX = re.compile(
    r"(?:(?:党工委)?(?:管委会|管理委员会)?(?:党政|综合)办公室|党政办(?:公室)?|(?:人民政府)?(?:政务公开|政府信息公开|信息公开)(?:工作)?(?:领导小组)?办公室|"
    r"(?:人民)?政府(?:办公室|办公厅|办)|(?:管委会|管理委员会)办公室)$"
)


_LONGEST = 15


@dataclass(frozen=True, slots=True)
class Unit:
    """`places` are the division names that open the printed name, `regions` all divisions that the last of them may be
    (those that fit the places before it), `rest` what follows them, `kind` the kind of unit."""

    name: str
    places: tuple[str, ...]
    regions: tuple[Region, ...]
    rest: str
    kind: UnitKind


def _within(region: Region, above: tuple[Region, ...]) -> bool:
    """Whether a division lies in one of those that were named before it (in any, where none was)."""
    chain = (region.parent_code, region.code[:2] + "0000")
    return not above or any(one.code in chain for one in above)


def _is_zone(rest: str, known: Collection[str]) -> bool:
    """Whether what follows a place names a zone of it and not a division (新城区 is one)."""
    return bool(_ZONE.match(rest)) and not any(rest[:size] in known for size in range(3, _LONGEST + 1))


def split(name: str, year: int | None = None) -> Unit:
    """Take a name apart, by the divisions of a year (None: today's): `沧州市运河区人民政府` → 沧州市, 运河区 | 人民政府."""
    known = regions.names()
    position, places = 0, list[str]()
    found: tuple[Region, ...] = ()
    while position < len(name):
        for size in range(min(_LONGEST, len(name) - position), 1, -1):
            piece = name[position : position + size]
            if piece not in known or _is_zone(name[position + size :], known):
                continue
            fitting = tuple(region for region in regions.named(piece, year) if _within(region, found))
            if fitting:
                break
        else:
            break
        found = fitting
        places.append(piece)
        position += size
    rest = name[position:]
    return Unit(name, tuple(places), found, rest, kind_of(rest, bool(places)))


def kind_of(rest: str, placed: bool) -> UnitKind:
    """The kind of unit by what follows the places in its name; `placed` tells that a place was named at all."""
    if rest in ("", "人民政府", "政府", "县人民政府", "市人民政府", "区人民政府"):
        return "government" if placed or rest else "other"
    if _OFFICE_END.search(rest):
        return "office"
    if _TOWNSHIP_END.search(rest):
        return "township"
    if _ZONE_END.search(rest):
        return "zone"
    if _DEPARTMENT_END.search(rest):
        return "department"
    if rest.endswith("人民政府"):
        return "government"
    return "other"


def full_name(region: Region) -> str:
    """A government's name as its own reports print it: districts after their city, counties and cities alone."""
    if region.level != "county" or not region.name.endswith("区"):
        return region.name
    above = region.prefecture or region.province
    return region.name if region.name.startswith(above) else above + region.name
