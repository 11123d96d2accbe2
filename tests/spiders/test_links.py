"""Links judged without fetching, against titles as they are found."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.links import is_report_column, judge

SEEN = Path(__file__).resolve().parents[3] / "shared" / "pages_seen.csv"
GOV = "http://www.x.gov.cn/zwgk/202103/t20210308_1.html"
COLUMN = ["政府信息公开年报"]


@pytest.mark.parametrize(
    ("title", "year", "unit", "kind"),
    [
        ("红桥区2020年政府信息公开工作年度报告", 2020, "红桥区", "government"),
        ("2015年青田县交通运输局政府信息公开工作报告", 2015, "青田县交通运输局", "department"),
        ("某县人民政府办公室关于2021年度政府信息公开工作年度报告", 2021, "某县人民政府办公室", "office"),
        ("西藏自治區(qū)人民政府2020年政府信息公開工作年度報(bào)告", 2020, "西藏自治区人民政府", "government"),
        ("衡水市水利局 2023年政府信息公开工作年度 报 告", 2023, "衡水市水利局", "department"),
        ("连云港市灌南县政府信息公开工作2012年度报告", 2012, "连云港市灌南县", "government"),
        ("二〇一三年双牌县政府信息公开年度报告", 2013, "双牌县", "government"),
        ("前吴乡2017年政府信息公开工作年度报告", 2017, "前吴乡", "township"),
        ("运城经济技术开发区2020年政府信息公开年度报告", 2020, "运城经济技术开发区", "zone"),
        ("某县计划生育局2014年政府信息公开年度报告", 2014, "某县计划生育局", "department"),
        ("２０２２年某镇政务信息公开工作年报", 2022, "某镇", "township"),
        ("关于印发某县2012年政府信息公开年度报告的通知", 2012, None, None),
        ("2011年度信息公开报告", 2011, "", ""),
        ("某县人民政府关于2008年3月至12月政府信息公开工作的年度报告", 2008, None, None),
        ("某县2019-2020年政府信息公开年度报告", 2020, "某县", "government"),
    ],
)
def test_reports(title: str, year: int, unit: str | None, kind: str | None) -> None:
    verdict = judge(GOV, title)
    assert (verdict.is_report, verdict.year) == (True, year)
    if unit is not None:
        assert (verdict.unit_name, verdict.unit_kind) == (unit, kind)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("【文稿解读】科苑街道2020年政府信息公开工作年度报告", "twin"),
        ("一图读懂某县2021年政府信息公开工作年度报告", "twin"),
        ("某乡人民政府信息公开工作年度报告制度", "decoy"),
        ("某市2023年政府信息公开工作年度报告公布情况", "decoy"),
        ("某县2022年法治政府建设年度报告", "decoy"),
        ("2022年政府网站工作年度报表", "decoy"),
        ("关于做好2020年政府信息公开工作年度报告编制的通知", "doubtful"),
        ("某县召开政府信息公开工作会议", "decoy"),
        ("某县2021年国民经济和社会发展统计公报", "other"),
        ("", "other"),
    ],
)
def test_no_reports(title: str, kind: str) -> None:
    verdict = judge(GOV, title)
    assert not verdict.is_report
    assert verdict.kind == kind


def test_the_year_is_not_the_date_in_the_address() -> None:
    assert judge("http://x.gov.cn/zwgk/202103/t20210308_1.html", "某县政府信息公开年度报告").year is None
    assert judge("http://x.gov.cn/zwgk/zfxxgknb/202108/t20210808_1.html", "某县政府信息公开年度报告").year is None
    in_season = judge("http://x.gov.cn/zwgk/zfxxgknb/202103/t20210308_1.html", "某县政府信息公开年度报告")
    assert (in_season.year, "assumed" in in_season.reason) == (2020, True)
    assert judge("http://x.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2017", "").year == 2017
    assert judge("http://x.gov.cn/a/1.html", "政府信息公开年度报告", column=["年报", "2019年"]).year == 2019


def test_in_a_report_column_less_is_said() -> None:
    assert judge(GOV, "国资局2021年度报告").kind == "other"
    assert judge(GOV, "国资局2021年度报告", column=COLUMN).is_report
    assert judge(GOV, "关于栏目的说明", column=COLUMN).kind == "doubtful"
    assert not judge("http://x.gov.cn/nb/2021/", "2021年", column=COLUMN).is_report


@pytest.mark.parametrize(
    ("url", "ok"),
    [
        ("http://www.tjhq.gov.cn/a.html", True),
        ("https://x.gov.cn:8443/a", True),
        ("http://gov.cn.evil.com/a.html", False),
        ("http://xgov.cn/a.html", False),
        ("http://www.gov.cn@evil.com/a", False),
        ("http://evil.com/?q=http://www.x.gov.cn/", False),
        ("http://1.2.3.4:8080/a", False),
        ("http://named.example:8080/a", True),
        ("http://named.example/a", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_hosts(url: str, ok: bool) -> None:
    assert judge(url, "某县2020年政府信息公开年度报告", hosts={"named.example:8080"}).host_ok is ok


@pytest.mark.parametrize(
    "name",
    [
        "政府信息<br>公开年报",
        "政府信息公开年报",
        "年报",
        "部门年报",
        "乡镇（街道）年报",
        "历年年报",
        "政府信息公开工作年度报告",
    ],
)
def test_names_of_the_column(name: str) -> None:
    assert is_report_column(name.replace("<br>", "\n "))


@pytest.mark.parametrize(
    "name", ["政府信息公开指南", "某县2020年政府信息公开年报", "法治政府建设年度报告", "政府工作报告", "企业年报公示"]
)
def test_other_columns(name: str) -> None:
    assert not is_report_column(name)


@given(st.text(), st.text(), st.lists(st.text()))
def test_nothing_makes_it_raise(url: str, title: str, column: list[str]) -> None:
    verdict = judge(url, title, column=column)
    assert verdict.reason
    assert verdict.year is None or 2008 <= verdict.year <= 2099


def test_pages_seen() -> None:
    """Real pages with a title: 98 % right in whether and which year, 99 % in the host."""
    if not SEEN.is_file():
        pytest.skip("the list of pages seen is not here")
    with SEEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hosts = [judge(row["url"], row["title"]).host_ok == (row["host_kind"] == "gov") for row in rows]
    assert sum(hosts) / len(hosts) >= 0.99
    titled = [row for row in rows if row["title"].strip()]
    right = 0
    for row in titled:
        verdict = judge(row["url"], row["title"])
        if row["is_report"] == "1":
            right += verdict.is_report and str(verdict.year or "") == row["year"]
        else:
            right += not verdict.is_report
    assert len(titled) > 300
    assert right / len(titled) >= 0.98
