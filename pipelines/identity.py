"""Who published a report, for which place and year: the evidence, weighed, with every disagreement kept.

In order of weight: 网站标识码 (its first six digits are the sponsoring government's code), the registry, the title, the
period sentence, the compiling and contact sentence, the signature. The host never names the unit: county reports stand
on prefecture portals, townships' on their county's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipelines import dates, titles, units
from pipelines.dates import Period, Stated
from pipelines.document import Document
from pipelines.model import Scope, Source, UnitKind
from pipelines.outline import Outline
from pipelines.regions import Region, by_code, in_year, same_place
from pipelines.titles import Title
from pipelines.units import Unit
from pipelines.wording import Line, fold, squeeze

About = Literal["unit", "region", "year"]
_SITE_CODE = re.compile(r"网站标识码[:\s]*(\d{10})")
_COMPILER = re.compile(
    r"由([^,。;(由]{3,30}?)(?=\(|根据|依据|依照|按照|按|结合|负责|组织|牵头|汇总|,|编制|编写|编发)(?=[^。]{0,80}编[制写发])"
)
_CONTACT = re.compile(r"(?:请|可)(?:直接)?(?:与|向|同)([^,。;(]{3,34}?)(?:\([^)]*\))?(?:联系|咨询|反映|垂询)")
_SIGNED = re.compile(r"[\u4e00-\u9fff]{2,30}(?:政府|办公室|委员会|管委会|局|中心|办事处|厅|院)")
_BRAND = re.compile(
    r"体彩|彩票|博彩|赌|娱乐城|娱乐官网|体育投注|投注|必赢|必威|威尼斯人|金沙|棋牌|亚博|开元|澳门新葡|BET365|365bet|皇冠体育|竞彩网",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece: what it is about, what it says, and where it stands. Listed in order of weight."""

    about: About
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Identity:
    """`evidence` is all that was found, `notes` the disagreements in English, `site_code` the 网站标识码 ('' if none),
    `brand` an advertisement that stands in the text ('' if none), `dates` every date of publication that is printed."""

    title: Title | None
    unit_name: str
    unit_kind: UnitKind
    scope: Scope
    region: Region | None
    year: int | None
    published: Stated | None
    periods: tuple[Period, ...]
    site_code: str
    brand: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]
    dates: tuple[Stated, ...] = ()

    @property
    def region_code(self) -> str | None:
        """A zone has no code of its own."""
        return None if self.region is None or self.unit_kind == "zone" else self.region.code


def site_code(document: Document) -> str:
    """The ten digits of meta SiteIDCode, else of the footer's 网站标识码; '' if there are none (templates print words)."""
    meta = re.fullmatch(r"\d{10}", document.meta_value("SiteIDCode"))
    if meta:
        return meta.group()
    footer = _SITE_CODE.search(fold(document.text))
    return footer[1] if footer else ""


def identify(document: Document, source: Source, shape: Outline) -> Identity:
    """All that a document and its source say about who published it; what cannot be told stays '' or None."""
    lines, first = shape.lines, shape.first
    title = titles.find(document, lines, first)
    body = shape.body_lines()
    opening = lines[shape.body[0] : max(first, shape.body[0])] or body[:3]
    periods = dates.periods(opening) or dates.periods(body)
    code = site_code(document)
    evidence: list[Evidence] = []
    if code and by_code(code[:6]):
        evidence.append(Evidence("region", code[:6], "网站标识码"))
    if source.site and by_code(source.site.region_code):
        evidence.append(Evidence("region", source.site.region_code, "registry"))
    evidence += [Evidence("unit", name, place) for name, place in _unit_evidence(title, lines, shape, opening, source)]
    evidence += [Evidence("year", str(year), place) for year, place in _years(title, periods, source)]
    stated = dates.stated_dates(document, lines, shape.body, first, source.context, source.url)
    published = dates.published(stated)
    year = next((int(item.value) for item in evidence if item.about == "year"), None)
    if year is None and published is not None:
        year = published.on.year - 1
        evidence.append(Evidence("year", str(year), "date of publication"))
    unit, notes = _unit(evidence, year, title is not None and bool(title.unit))
    region, disagreement = _region(evidence, unit, document, year)
    name, kind = _named(unit, region, document, body)
    return Identity(
        title=title,
        unit_name=name,
        unit_kind=kind,
        scope=_scope(kind, title, opening),
        region=region,
        year=year,
        published=published,
        periods=periods,
        site_code=code,
        brand=_brand(body) or (found.group() if title and (found := _BRAND.search(title.text)) else ""),
        evidence=tuple(evidence),
        notes=(*notes, *disagreement),
        dates=stated,
    )


def _unit_evidence(
    title: Title | None, lines: Sequence[Line], shape: Outline, opening: Sequence[Line], source: Source
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if title and title.unit:
        found.append((title.unit, "title"))
    for key in ("unit", "anchor", "link_title"):
        told = str(source.context.get(key) or "")
        name = squeeze(told) if key == "unit" else titles.unit_of(told)
        if name:
            found.append((name, f"list ({key})"))
    signed = _signed(shape)
    if signed:
        found.append((signed, "signature"))
    text = "".join(line.text for line in opening)
    for pattern, place in ((_COMPILER, "compiling sentence"), (_CONTACT, "contact line")):
        match = pattern.search(text)
        if match and not _BRAND.search(match[1]):
            found.append((re.sub(r"^(?:本|我|各)", "", match[1]), place))
    if source.site and source.site.name:
        found.append((squeeze(source.site.name), "registry"))
    return found


def _signed(shape: Outline) -> str:
    """The unit in the signature: a line of its own above or beside the date at the end of the body."""
    if shape.first >= len(shape.lines):
        return ""
    tail = shape.lines[max(shape.first + 1, shape.body[1] - 4) : shape.body[1]]
    for line in reversed(tail):
        bare = re.sub(r"20\d\d年\d{1,2}月\d{1,2}日$", "", line.text)
        if _SIGNED.fullmatch(bare):
            return bare
    return ""


def _years(title: Title | None, periods: Sequence[Period], source: Source) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if title and title.year:
        found.append((title.year, "title"))
    found += [(period.start.year, "period sentence") for period in periods[:1]]
    for key in ("anchor", "link_title"):
        told = str(source.context.get(key) or "")
        if titles.is_report_title(told) and (year := titles.year_of(told)):
            found.append((year, f"list ({key})"))
    return found


def _unit(evidence: Sequence[Evidence], year: int | None, titled: bool) -> tuple[Unit | None, list[str]]:
    """The unit of the strongest evidence. A compiling office speaks for its government unless the title or the
    signature is its own: such offices compile the whole place's report."""
    named = [item for item in evidence if item.about == "unit"]
    if not named:
        return None, []
    best = named[0]
    if not titled:
        own = next((item for item in named if item.place == "signature"), None)
        best = own or best
    name = best.value
    if best.place in ("compiling sentence", "contact line"):
        name = units.OFFICE_SUFFIX.sub("", name)
    unit = units.split(name, year)
    notes: list[str] = []
    signed = next((item.value for item in named if item.place == "signature"), "")
    if titled and signed:
        other = units.split(signed, year)
        if unit.regions and other.regions and not _akin(unit.regions, other.regions):
            notes.append(f"the title names {unit.name}, the signature {signed}")
    return unit, notes


def _akin(some: Sequence[Region], others: Sequence[Region]) -> bool:
    """Whether any two of them are the same division or one inside the other."""
    return any(related(a, b) for a in some for b in others)


def related(one: Region, other: Region) -> bool:
    """Whether one division is the other, was it under another code, or lies in it."""
    return same_place(one, other) or other.code in _chain(one) or one.code in _chain(other)


def _chain(region: Region) -> set[str]:
    found, above = set[str](), by_code(region.parent_code)
    while above is not None and above.code not in found:
        found.add(above.code)
        above = by_code(above.parent_code)
    return found


def _region(
    evidence: Sequence[Evidence], unit: Unit | None, document: Document, year: int | None
) -> tuple[Region | None, list[str]]:
    """The division in the report's year: what the unit's name says, narrowed by site code and registry; these alone where
    the name is mute. The codes of a site are today's: a division that was another in the year is given as that."""
    region, notes = _division(evidence, unit, document)
    if region is None or year is None:
        return region, notes
    then = in_year(region.code, year)
    if then is None:
        notes.append(f"code {region.code} of {region.full_name} was not valid in {year}")
    return region if then is not None and then.code == region.code else then, notes


def _division(evidence: Sequence[Evidence], unit: Unit | None, document: Document) -> tuple[Region | None, list[str]]:
    known = [(region, item.place) for item in evidence if item.about == "region" and (region := by_code(item.value))]
    candidates = unit.regions if unit else ()
    notes: list[str] = []
    for (one, here), (other, there) in pairwise(known):
        if not related(one, other):
            notes.append(f"{here} says {one.full_name}, {there} says {other.full_name}")
    if not candidates:
        return (known[-1][0] if known else _from_text(unit, document)), notes
    for region, _ in known:
        near = [candidate for candidate in candidates if related(candidate, region)]
        if len(near) == 1:
            return near[0], notes
    if known:
        siblings = [c for c in candidates if c.parent_code and c.parent_code == known[0][0].parent_code]
        if len(siblings) == 1 and len(candidates) > 1:
            candidates = tuple(siblings)
    if len(candidates) > 1:
        text = squeeze(document.text)
        candidates = tuple(c for c in candidates if (c.prefecture or c.province) in text) or candidates
    if len(candidates) == 1:
        region = candidates[0]
        notes += [
            f"{place} says {other.full_name}, the unit's name {region.full_name}"
            for other, place in known
            if not related(region, other)
        ]
        return region, notes
    return (known[0][0] if known else None), notes


def _from_text(unit: Unit | None, document: Document) -> Region | None:
    """The county that a department's or township's report names beside its own name (`沭阳县…局` in the contact line)."""
    if unit is None:
        return None
    name, text = unit.rest or unit.name, squeeze(document.text)
    if name not in text:
        return None
    for match in re.finditer(rf"([\u4e00-\u9fff]{{2,14}}){re.escape(name)}", text):
        for start in range(len(match[1])):
            named = units.split(match[1][start:])
            if named.places and not named.rest and len(named.regions) == 1:
                return named.regions[0]
    return None


_ZONE_BODY = re.compile(r"(?:党工委)?(?:管委会|管理委员会)$")


def _named(unit: Unit | None, region: Region | None, document: Document, body: Sequence[Line]) -> tuple[str, UnitKind]:
    """The unit's full name and kind. A title that names a bare place means its government."""
    if unit is None:
        return (f"{units.full_name(region)}人民政府", "government") if region else ("", "other")
    if unit.kind == "zone":
        return _zone(unit, body), "zone"
    if unit.kind == "other" and not unit.places and region and _is_stem(unit.name, region):
        return f"{units.full_name(region)}人民政府", "government"
    if not unit.places and region and (own_unit := _without_place(unit, region)):
        return own_unit
    if unit.kind == "other" and re.search(r"[\u4e00-\u9fff]{2}[县市区旗]$", unit.rest):
        # A place that the table of divisions does not have (new, renamed) is still a place.
        return f"{unit.name}人民政府", "government"
    if not unit.places or region is None or region not in unit.regions:
        return unit.name or "", unit.kind
    rest = unit.rest
    if unit.kind == "government" and rest in ("", "政府"):
        rest = "人民政府"
    # A district is printed after its city; what the title prints more fully than that is kept.
    place = "".join(unit.places)
    own = units.full_name(region)
    return (place if place.endswith(own) else own) + rest, unit.kind


_PLACELESS = re.compile(r"^[县市区旗]?(?:人民)?政府(?P<office>办公室|办公厅|办)?$")


def _without_place(unit: Unit, region: Region) -> tuple[str, UnitKind] | None:
    """A unit that a portal names as its own people do (县政府, 区政府办, 县民政局), under its full name; None for others.

    The letter that stands for the place must be that of the region's name.
    """
    name, place = unit.name, units.full_name(region)
    letter = name[:1] if name[:1] in "县市区旗" else ""
    if region.level != "county" or (letter and not region.name.endswith(letter)):
        return None
    if bare := _PLACELESS.match(name):
        return (f"{place}人民政府办公室", "office") if bare["office"] else (f"{place}人民政府", "government")
    if letter and (kind := units.kind_of(name[1:], True)) in ("office", "department") and len(name) > 3:
        return place + name[1:], kind
    return None


def _is_stem(name: str, region: Region) -> bool:
    """Whether a name is the region's without its kind (`运河` for 运河区)."""
    return len(name) >= 2 and region.name.startswith(name) and len(region.name) - len(name) <= 1


def _zone(unit: Unit, body: Sequence[Line]) -> str:
    """A zone by its name, with 管理委员会 where the report itself says that such a committee publishes it."""
    bare = _ZONE_BODY.sub("", unit.name)
    text = "".join(line.text for line in body)
    committee = bare != unit.name or re.search(
        rf"{re.escape(bare)}(?:党工委)?(?:管委会|管理委员会)|[我本]?区管委会", text
    )
    return f"{bare}管理委员会" if committee else bare


def _scope(kind: UnitKind, title: Title | None, opening: Sequence[Line]) -> Scope:
    """Whether the figures are one organ's or the whole jurisdiction's, by title and preamble, else by the kind of unit."""
    text = (squeeze(title.text) if title else "") + "".join(line.text for line in opening)
    if re.search(r"(?:机关|本级)(?:20\d\d年)?(?:度)?政府信息公开|本级机关", text):
        return "office"
    if re.search(r"(?:全系统|系统)(?:20\d\d年)?(?:度)?政府信息公开|各(?:部门|乡镇|街道)[^。]{0,40}(?:汇总|编制)", text):
        return "jurisdiction"
    if kind in ("government", "zone"):
        return "jurisdiction"
    return "office" if kind in ("office", "department", "township") else "unknown"


def _brand(body: Sequence[Line]) -> str:
    """An advertisement that replaced a word, with the words around it; '' if there is none. One 彩票 in the prose of a
    report (福利彩票) is lawful: brands count only inside names, addresses and the opening."""
    for line in body[:4]:
        match = _BRAND.search(line.text)
        if match and not re.search(r"福利彩票|体育彩票|彩票(?:公益金|管理|中心)", line.text):
            return line.text[max(0, match.start() - 4) : match.end() + 4]
    return ""
