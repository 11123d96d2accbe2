"""Who reports: real divisions, their offices, bureaus, towns."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_TABLE = Path(__file__).resolve().parents[2] / "pipelines" / "codebook" / "regions.csv"
_BUREAUS = [
    "财政局",
    "教育局",
    "民政局",
    "司法局",
    "审计局",
    "统计局",
    "水利局",
    "农业农村局",
    "卫生健康局",
    "自然资源局",
    "市场监督管理局",
    "发展和改革局",
    "交通运输局",
    "医疗保障局",
]
_TOWNS = ["青石", "双河", "柳林", "大坝", "石桥", "白沙", "金华山", "长岭", "新集", "三汇"]


@dataclass(frozen=True, slots=True)
class Unit:
    """`title` is as a headline prints it, `name` its full name, `words` what a reading's name must contain."""

    name: str
    title: str
    short: str
    kind: str
    code: str
    place: str
    full_place: str
    prefecture: str
    words: tuple[str, ...]
    unique: bool


@cache
def _counties() -> tuple[tuple[dict[str, str], ...], Counter[str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["level"] == "county" and not row["valid_from"] and not row["valid_to"]
        ]
    with _TABLE.open(encoding="utf-8", newline="") as file:
        names = Counter(row["name"] for row in csv.DictReader(file))
    usual = [row for row in rows if row["name"][-1] in "县区市旗" and 3 <= len(row["name"]) <= 8 and row["prefecture"]]
    return tuple(usual), names


def draw(rng: Random) -> Unit:
    rows, names = _counties()
    row = rng.choice(rows)
    place, code = row["name"], row["code"]
    kind = rng.choice(("government", "government", "office", "department", "township"))
    unique = names[place] == 1
    full = row["prefecture"] + place
    spoken = place if unique and rng.random() < 0.6 else full
    if kind == "government":
        tail, title = "人民政府", spoken + rng.choice(("人民政府", "人民政府", ""))
        words: tuple[str, ...] = (place,)
    elif kind == "office":
        tail = rng.choice(("人民政府办公室", "人民政府办公室", "政府办公室"))
        title, words = spoken + tail, (place, "办公室")
    elif kind == "department":
        tail = rng.choice(_BUREAUS)
        title, words = spoken + tail, (place, tail)
    else:
        tail = rng.choice(_TOWNS) + rng.choice(("镇", "镇", "乡", "街道办事处"))
        tail += rng.choice(("", "人民政府")) if not tail.endswith("办事处") else ""
        title, words = spoken + tail, (place, tail[:3])
    name = full + tail
    return Unit(name, title, spoken, kind, code, place, row["full_name"], row["prefecture"], words, unique)
