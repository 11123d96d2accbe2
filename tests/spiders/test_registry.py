"""The registry: the project's own rows, and lines that cannot be used."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from archive.capture import Site
from crawler.cli import main
from crawler.commands.sites import doubts
from spiders.registry import PROVINCES, SITES, RegistryError, in_province, line_of, load_sites

HEAD = "site_id,region_code,name,home_url,platform,list_url,fetch,delay,notes\n"


def test_own_rows_are_sound() -> None:
    sites = load_sites()
    assert len(sites) > 400
    assert list(doubts(sites)) == []
    assert {path.stem for path in SITES.glob("*.csv")} <= {pinyin for pinyin, _ in PROVINCES.values()}
    for path in SITES.glob("*.csv"):
        assert {in_province(site, path.stem) for site in load_sites([path]).values()} == {True}


def test_four_columns_suffice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("﻿site_id,region_code,name,home_url\n131182,131182,深州市,http://127.0.0.1:8080/\n", "utf-8")
    assert load_sites([path]) == {"131182": Site("131182", "131182", "深州市", "http://127.0.0.1:8080/")}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1311,131182,a,http://a.gov.cn/,,,,,", "site_id '1311'"),
        ("131182,131183,a,http://a.gov.cn/,,,,,", "does not begin with its region_code"),
        ("131182,131182,,http://a.gov.cn/,,,,,", "name is empty"),
        ("131182,131182,a,a.gov.cn,,,,,", "home_url 'a.gov.cn' is not"),
        ("131182,131182,a,http://a.gov.cn:99999/,,,,,", "home_url"),
        ("131182,131182,a,http://a.gov.cn/,,ftp://x/,,,", "list_url"),
        ("131182,131182,a,http://a.gov.cn/,,,curl,,", "fetch 'curl'"),
        ("131182,131182,a,http://a.gov.cn/,,,,fast,", "delay 'fast'"),
        ("131182,131182,a,http://a.gov.cn/,,,,nan,", "delay 'nan'"),
        ("131182,131182,a,http://a.gov.cn/,,,,-1,", "delay '-1'"),
        ("131182,131182,a,http://a.gov.cn/,,,,,one,two", "has 10 cells"),
        ("131182,131182,a\0b,http://a.gov.cn/,,,,,", "holds a control character"),
        ("131182,131182,a,http://a .gov.cn/,,,,,", "home_url 'http://a .gov.cn/' is not"),
        ('131182,131182,"a,http://a.gov.cn/,,,,,', "is no CSV"),
        (f"131182,131182,{'x' * 200_000},http://a.gov.cn/,,,,,", "is no CSV"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}130105,130105,新华区,http://b.gov.cn/,,,,,\n{line}\n", "utf-8")
    with pytest.raises(RegistryError) as error:
        load_sites([path])
    assert len(error.value.problems) == 1
    assert error.value.problems[0].startswith(f"{path}:3: ")
    assert reason in error.value.problems[0]


def test_all_bad_lines_at_once(tmp_path: Path) -> None:
    path, other = tmp_path / "x.csv", tmp_path / "y.csv"
    row = "130105,130105,新华区,http://b.gov.cn/,,,,,\n"
    path.write_text(HEAD + row + "x\n" + row, "utf-8")
    other.write_bytes(b"\xff\xfe")
    with pytest.raises(RegistryError) as error:
        load_sites([path, other, tmp_path / "none.csv"])
    assert [problem.split(": ")[0] for problem in error.value.problems] == [
        f"{path}:3",
        f"{path}:4",
        str(other),
        str(tmp_path / "none.csv"),
    ]
    assert f"stands already at {path}:2" in error.value.problems[1]


def test_a_line_reads_back() -> None:
    site = Site("130105-x", "130105", '新, "华"', "http://a.gov.cn/", "vsb", "http://a.gov.cn/nb", "browser", 2.5, "n")
    row = next(csv.DictReader(io.StringIO(HEAD + line_of(site))))
    assert (row["name"], row["fetch"], row["delay"], row["notes"]) == ('新, "华"', "browser", "2.5", "n")


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sites", "list", "--province", "天津"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["site_id"][:2] for row in rows} == {"12"}
    assert main(["sites", "check"]) == 0
    assert main(["sites", "list", "--province", "atlantis"]) == 2
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD + "x\n", "utf-8")
    capsys.readouterr()
    assert main(["sites", "check", str(bad)]) == 1
    assert f"{bad}:2: region_code is empty" in capsys.readouterr().err


def test_classify_keeps_the_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "links.csv"
    path.write_bytes(
        "title,other,url\n某县2020年政府信息公开年度报告,,http://x.gov.cn/1.html\n新闻,,http://y.com/\n,,\n".encode(
            "gbk"
        )
    )
    assert main(["classify", str(path)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["url"], row["is_report"], row["year"], row["unit_name"], row["host_ok"]) for row in rows] == [
        ("http://x.gov.cn/1.html", "1", "2020", "某县", "1"),
        ("http://y.com/", "0", "", "", "0"),
        ("", "0", "", "", "0"),
    ]
    assert main(["classify", str(tmp_path / "none.csv")]) == 1
    path.write_text("title\nx\n")
    assert main(["classify", str(path)]) == 1
    assert "no column url" in capsys.readouterr().err
