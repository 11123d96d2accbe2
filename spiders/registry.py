"""The registry: where reports are. One CSV file a province in `spiders/sites/`, one line a site."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from archive.capture import Site

SITES = Path(__file__).parent / "sites"
ENVIRONMENT = "NIANBAO_SITES"

REQUIRED = ("site_id", "region_code", "name", "home_url")
OPTIONAL = ("platform", "list_url", "fetch", "delay", "notes")
COLUMNS = (*REQUIRED, *OPTIONAL)

# File name (pinyin; shaanxi against shanxi as on road signs) and name by the first two digits of GB/T 2260.
PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("beijing", "北京市"),
    "12": ("tianjin", "天津市"),
    "13": ("hebei", "河北省"),
    "14": ("shanxi", "山西省"),
    "15": ("neimenggu", "内蒙古自治区"),
    "21": ("liaoning", "辽宁省"),
    "22": ("jilin", "吉林省"),
    "23": ("heilongjiang", "黑龙江省"),
    "31": ("shanghai", "上海市"),
    "32": ("jiangsu", "江苏省"),
    "33": ("zhejiang", "浙江省"),
    "34": ("anhui", "安徽省"),
    "35": ("fujian", "福建省"),
    "36": ("jiangxi", "江西省"),
    "37": ("shandong", "山东省"),
    "41": ("henan", "河南省"),
    "42": ("hubei", "湖北省"),
    "43": ("hunan", "湖南省"),
    "44": ("guangdong", "广东省"),
    "45": ("guangxi", "广西壮族自治区"),
    "46": ("hainan", "海南省"),
    "50": ("chongqing", "重庆市"),
    "51": ("sichuan", "四川省"),
    "52": ("guizhou", "贵州省"),
    "53": ("yunnan", "云南省"),
    "54": ("xizang", "西藏自治区"),
    "61": ("shaanxi", "陕西省"),
    "62": ("gansu", "甘肃省"),
    "63": ("qinghai", "青海省"),
    "64": ("ningxia", "宁夏回族自治区"),
    "65": ("xinjiang", "新疆维吾尔自治区"),
}

if TYPE_CHECKING:
    from _csv import Reader

_SITE_ID = re.compile(r"(\d{6})(?:-[a-z0-9][a-z0-9-]*)?")


class RegistryError(Exception):
    """Lines of the registry that cannot be used; `problems` holds one `file:line: reason` each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def registry_files() -> list[Path]:
    """The province files in name order; or, in their place, the file that the environment variable NIANBAO_SITES names."""
    named = os.environ.get(ENVIRONMENT, "").strip()
    return [Path(named)] if named else sorted(SITES.glob("*.csv"))


def load_sites(files: Iterable[Path] | None = None) -> dict[str, Site]:
    """Every site by its id, in file and line order.

    `files`: CSV files to read; by default `registry_files()`. Raises `RegistryError` with every bad line of all files,
    so that one run shows all there is to mend.
    """
    sites: dict[str, Site] = {}
    origin: dict[str, str] = {}
    problems: list[str] = []
    for path in registry_files() if files is None else files:
        for place, found in _read(Path(path)):
            if isinstance(found, str):
                problems.append(f"{place}: {found}")
            elif found.site_id in sites:
                problems.append(f"{place}: site_id {found.site_id} stands already at {origin[found.site_id]}")
            else:
                sites[found.site_id], origin[found.site_id] = found, place
    if problems:
        raise RegistryError(problems)
    return sites


def province_of(site: Site) -> tuple[str, str]:
    """Pinyin and Chinese name of the site's province; two empty strings for a code of no province."""
    return PROVINCES.get(site.region_code[:2], ("", ""))


def in_province(site: Site, wanted: str) -> bool:
    """Whether the site lies in the province, given as pinyin, Chinese name (short forms too) or two digits."""
    wanted = wanted.strip().lower()
    pinyin, name = province_of(site)
    return bool(wanted) and bool(name) and (wanted in (pinyin, site.region_code[:2]) or _short(name) == _short(wanted))


def _short(name: str) -> str:
    return re.sub(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", name)


def line_of(site: Site) -> str:
    """The site as a registry line, quoted where CSV asks for it, without a line end."""
    delay = "" if site.delay is None else f"{site.delay:g}"
    values = [*(str(getattr(site, key)) for key in REQUIRED), site.platform, site.list_url]
    values += ["" if site.fetch == "http" else site.fetch, delay, site.notes]
    return ",".join('"' + v.replace('"', '""') + '"' if re.search(r'[",\r\n]', v) else v for v in values)


def _read(path: Path) -> Iterator[tuple[str, Site | str]]:
    """Each line as (place, site or reason)."""
    name = _shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        yield name, f"cannot be read: {error.strerror or error}"
        return
    except UnicodeDecodeError as error:
        yield name, f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        return
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        yield from _rows(name, reader)
    except csv.Error as error:
        yield f"{name}:{reader.line_num}", f"is no CSV ({error}); look at the double quotes from there back"


def _rows(name: str, reader: Reader) -> Iterator[tuple[str, Site | str]]:
    """The lines of one file, by the header that stands first. Raises csv.Error."""
    header = [cell.strip() for cell in next(reader, [])]
    missing = [key for key in REQUIRED if key not in header]
    unknown = [key for key in header if key not in COLUMNS]
    if missing or unknown or len(set(header)) != len(header):
        reason = (
            f"lacks the column {missing[0]}"
            if missing
            else f"has an unknown or doubled column {(unknown or header)[0]!r}"
        )
        yield f"{name}:1", f"{reason}; the columns are {', '.join(COLUMNS)}"
        return
    for cells in reader:
        place = f"{name}:{reader.line_num}"
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
            continue
        if len(cells) > len(header):
            yield place, f"has {len(cells)} cells, the header {len(header)}; put a cell with a comma in double quotes"
            continue
        yield place, parse_row({key: cell.strip() for key, cell in zip(header, cells, strict=False)})


def parse_row(row: dict[str, str]) -> Site | str:
    """One line's cells as a site, or the reason why not."""
    for key in REQUIRED:
        if not row.get(key):
            return f"{key} is empty"
    for key, cell in row.items():
        if re.search(r"[\x00-\x1f\x7f\ufffd]", cell):
            return f"{key} {cell!r} holds a control character or one that was lost when the file was saved"
    matched = _SITE_ID.fullmatch(row["site_id"])
    if not matched:
        return f"site_id {row['site_id']!r} is neither six digits nor six digits, a hyphen and a slug of a-z, 0-9, -"
    if not re.fullmatch(r"\d{6}", row["region_code"]):
        return f"region_code {row['region_code']!r} is not six digits"
    if matched[1] != row["region_code"]:
        return f"site_id {row['site_id']} does not begin with its region_code {row['region_code']}"
    for key in ("home_url", "list_url"):
        if row.get(key) and not _is_web_address(row[key]):
            return f"{key} {row[key]!r} is not an http:// or https:// address"
    platform = row.get("platform", "")
    if platform and not re.fullmatch(r"[a-z][a-z0-9_]*", platform):
        return f"platform {platform!r} is not a name of a-z, 0-9 and _"
    fetch: Literal["http", "browser"]
    match row.get("fetch", ""):
        case "" | "http":
            fetch = "http"
        case "browser":
            fetch = "browser"
        case other:
            return f"fetch {other!r} is neither http nor browser"
    delay: float | None = None
    if row.get("delay"):
        try:
            delay = float(row["delay"])
        except ValueError:
            return f"delay {row['delay']!r} is not a number of seconds"
        if not math.isfinite(delay) or delay < 0:
            return f"delay {row['delay']!r} is not a number of seconds from 0 up"
    return Site(
        site_id=row["site_id"],
        region_code=row["region_code"],
        name=row["name"],
        home_url=row["home_url"],
        platform=platform,
        list_url=row.get("list_url", ""),
        fetch=fetch,
        delay=delay,
        notes=row.get("notes", ""),
    )


def _is_web_address(url: str) -> bool:
    if re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
