"""Every wording that the forms of 2019 and 2021 know is read where it stands in place of the official one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import count
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.model import APPLICANTS, Source


def _form(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("pipelines.forms").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


SHARED = _form("shared")
TABLES2 = {name: _form(name) for name in ("2019", "2021")}
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
GROUPS4 = ("review", "litigation_direct", "litigation_after_review")


@dataclass(frozen=True)
class Wording:
    """A text of the forms that stands for the first one of its list."""

    form: str
    official: str
    variant: str
    where: str

    def __str__(self) -> str:
        return f"{self.form} {self.where}: {self.variant}"


def wordings() -> Iterator[Wording]:
    def of(form: str, where: str, labels: list[str]) -> Iterator[Wording]:
        for variant in labels:
            yield Wording(form, labels[0], variant, where)

    for form, table in TABLES2.items():
        for band in table["band"]:
            for row in band["rows"]:
                yield from of(form, "row2", row["labels"])
        for labels in table["columns"].values():
            yield from of(form, "column2", labels)
    for row in SHARED["table3"]["row"]:
        single = row["indicator"] in ("requests_other",)
        yield from of("2019" if single else "2021", "row3", row["labels"])
    for labels in SHARED["table3"]["columns"].values():
        yield from of("2021", "column3", labels)
    for labels in SHARED["table4"]["columns"].values():
        yield from of("2021", "column4", labels)
    for name in ("review", "litigation"):
        yield from of("2021", "group4", SHARED["table4"][name])
    for labels in SHARED["table4"]["groups"].values():
        yield from of("2021", "group4", labels)


def page(wording: Wording) -> tuple[str, dict[tuple[str, str], float]]:
    """A report's page with the wording in it, and the figure of each cell; every figure is another one."""
    figures = count(1)
    truth: dict[tuple[str, str], float] = {}

    def word(where: str, labels: list[str]) -> str:
        return wording.variant if where == wording.where and labels[0] == wording.official else labels[0]

    def cell(indicator: str, applicant: str = "") -> str:
        truth[indicator, applicant] = next(figures)
        return f"<td>{truth[indicator, applicant]:g}</td>"

    table = TABLES2[wording.form]
    rows: list[str] = []
    for band in table["band"]:
        heads = "".join(f"<td>{word('column2', table['columns'][name])}</td>" for name in band["columns"])
        wide = len(band["columns"]) + 1
        rows.append(
            f"<table><tr><td colspan={wide}>{band.get('label', '第二十条')}</td></tr><tr><td>信息内容</td>{heads}</tr>"
        )
        for row in band["rows"]:
            names = [f"{row['stem']}_{table.get('suffixes', {}).get(name, name)}" for name in band["columns"]]
            rows.append(f"<tr><td>{word('row2', row['labels'])}</td>{''.join(map(cell, names))}</tr>")
        rows.append("</table>")
    heads = "".join(f"<td>{word('column3', SHARED['table3']['columns'][name])}</td>" for name in APPLICANTS)
    rows.append("<p>三、收到和处理政府信息公开申请情况</p>")
    rows.append(f"<table><tr><td>申请人情况</td>{heads}</tr>")
    left_out = (
        ("requests_other",)
        if wording.form == "2021"
        else tuple(f"requests_other_{part}" for part in ("overdue_correction", "unpaid_fee", "other"))
    )
    for row in SHARED["table3"]["row"]:
        if row["indicator"] not in left_out:
            cells = "".join(cell(row["indicator"], applicant) for applicant in APPLICANTS)
            rows.append(f"<tr><td>{word('row3', row['labels'])}</td>{cells}</tr>")
    rows.append("</table><p>四、政府信息公开行政复议、行政诉讼情况</p>")
    outcomes = "".join(f"<td>{word('column4', SHARED['table4']['columns'][name])}</td>" for name in OUTCOMES)
    review, litigation = (word("group4", SHARED["table4"][name]) for name in ("review", "litigation"))
    direct, after = (word("group4", labels) for labels in SHARED["table4"]["groups"].values())
    rows.append(f"<table><tr><td colspan=5 rowspan=2>{review}</td><td colspan=10>{litigation}</td></tr>")
    rows.append(f"<tr><td colspan=5>{direct}</td><td colspan=5>{after}</td></tr><tr>{outcomes * 3}</tr><tr>")
    rows += [cell(f"{group}_{outcome}") for group in GROUPS4 for outcome in OUTCOMES]
    title = "正定县人民政府2022年政府信息公开工作年度报告"
    body = "".join(rows)
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>{body}</tr></table></body></html>",
        truth,
    )


@pytest.mark.parametrize("wording", list(wordings()), ids=str)
def test_every_wording_is_read(wording: Wording) -> None:
    text, truth = page(wording)
    reading = extract(Source(text.encode(), mime="text/html"))
    assert reading.report is not None
    if "元" in wording.variant and "万元" not in wording.variant:
        # Money is kept in 万元.
        truth = {key: value / 10_000 if key[0].endswith("_amount") else value for key, value in truth.items()}
    found = {(fact.indicator, fact.applicant): fact.value for fact in reading.facts if fact.state == "reported"}
    assert {key: found.get(key) for key in truth} == truth
