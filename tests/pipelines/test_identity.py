from __future__ import annotations

from typing import Any

import pytest

from archive.capture import Site
from pipelines import titles, units
from pipelines.extract import extract
from pipelines.identity import Identity, identify
from pipelines.model import Source
from pipelines.outline import outline
from pipelines.readers import read

CHAPTERS = "".join(
    f"<p>{heading}</p><p>正文说明全年的工作。</p>"
    for heading in (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
)


def identity(
    title: str = "", *, body: str = "", head: str = "", foot: str = "", site: Site | None = None, **context: Any
) -> Identity:
    page = f"<html><head>{head}</head><body><h1>{title}</h1>{body}{CHAPTERS}{foot}</body></html>"
    source = Source(page.encode(), mime="text/html", site=site, context=context)
    document = read(source)
    return identify(document, source, outline(document))


def site(code: str, name: str) -> Site:
    return Site(code, code, name, "http://www.example.gov.cn/")


@pytest.mark.parametrize(
    ("title", "unit", "year"),
    [
        ("运河区2020年政府信息公开工作年度报告", "运河区", 2020),
        ("天津市红桥区人民政府2020年政府信息公开年度报告", "天津市红桥区人民政府", 2020),
        ("2019年度于洪区人民政府信息公开工作报告", "于洪区人民政府", 2019),
        ("2021政府信息公开年度报告", "", 2021),
        ("沭阳县发展和改革局2023年政府信息公开年度报告", "沭阳县发展和改革局", 2023),
        ("关于《河包镇2020年政府信息公开工作年度报告》", "河包镇", 2020),
        ("某某县计划生育局2016年政府信息公开工作年度报告", "某某县计划生育局", 2016),
        ("二〇一二年某某县政府信息公开工作年度报告", "某某县", 2012),
        ("甲 县 2 0 2 1 年 政 府 信 息 公 开 年 报", "甲县", 2021),
        ("上海市２０２２年政府信息公开工作年度报告", "上海市", 2022),
    ],
)
def test_titles_taken_apart(title: str, unit: str, year: int) -> None:
    parsed = titles.parse(title, "")
    assert (parsed.unit, parsed.year, parsed.decoy) == (unit, year, "")


@pytest.mark.parametrize(
    "title",
    ["【文稿解读】甲街道2020年政府信息公开工作年度报告", "乙乡政府信息公开工作年度报告制度", "一图读懂丙县2021年政府信息公开工作年度报告",
     "丁市2023年政府信息公开工作年度报告公布情况", "戊市关于报送2020年度政府信息公开工作年度报告的函"],
)  # fmt: skip
def test_doubtful_titles_are_marked(title: str) -> None:
    assert titles.parse(title, "").decoy


@pytest.mark.parametrize(
    "title", ["甲县2021年法治政府建设年度报告", "乙区2022年政府网站工作年度报表", "丙县2020年预算公开情况说明年报"]
)
def test_other_yearly_reports_are_told_apart(title: str) -> None:
    assert not titles.is_report_title(title)


@pytest.mark.parametrize(
    ("name", "places", "rest", "kind"),
    [
        ("沧州市运河区人民政府", ("沧州市", "运河区"), "人民政府", "government"),
        ("运河区", ("运河区",), "", "government"),
        ("深州市人民政府办公室", ("深州市",), "人民政府办公室", "office"),
        ("沭阳县发展和改革局", ("沭阳县",), "发展和改革局", "department"),
        ("荣昌区河包镇", ("荣昌区",), "河包镇", "township"),
        ("张店区科苑街道办事处", ("张店区",), "科苑街道办事处", "township"),
        ("淮安经济技术开发区", (), "淮安经济技术开发区", "zone"),
        ("平潭综合实验区管委会", (), "平潭综合实验区管委会", "zone"),
        ("定州市经济开发区管委会", ("定州市",), "经济开发区管委会", "zone"),
        ("沭阳县计划生育委员会", ("沭阳县",), "计划生育委员会", "department"),
        ("经济开发区财政局", (), "经济开发区财政局", "department"),
    ],
)
def test_units_taken_apart(name: str, places: tuple[str, ...], rest: str, kind: str) -> None:
    unit = units.split(name)
    assert (unit.places, unit.rest, unit.kind) == (places, rest, kind)


def test_a_district_is_named_after_its_city_and_a_county_is_not() -> None:
    code = '<meta name="SiteIDCode" content="1309030001">'
    found = identity("运河区2020年政府信息公开工作年度报告", head=code)
    assert (found.unit_name, found.unit_kind, found.region_code) == ("沧州市运河区人民政府", "government", "130903")
    found = identity("沭阳县2020年政府信息公开工作年度报告")
    assert (found.unit_name, found.region_code) == ("沭阳县人民政府", "321322")


@pytest.mark.parametrize(
    ("told", "code"),
    [({"site": site("130902", "新华区")}, "130902"), ({"site": site("410402", "新华区")}, "410402"),
     ({"head": '<meta name="SiteIDCode" content="1301050001">'}, "130105"), ({"foot": "<p>网站标识码：4104020003</p>"}, "410402"),
     ({"body": "<p>石家庄市的报告</p>"}, "130105")],
)  # fmt: skip
def test_a_name_that_stands_thrice_needs_more_evidence(told: dict[str, Any], code: str) -> None:
    assert identity("新华区2021年政府信息公开工作年度报告", **told).region_code == code


def test_a_name_that_stands_thrice_is_not_guessed() -> None:
    assert identity("新华区2021年政府信息公开工作年度报告").region_code is None


def test_a_countys_report_on_a_prefectures_portal() -> None:
    found = identity("运河区2020年政府信息公开工作年度报告", site=site("130900", "沧州市"))
    assert (found.unit_name, found.region_code) == ("沧州市运河区人民政府", "130903")
    assert found.notes == ()


def test_a_department_belongs_to_its_countys_region() -> None:
    found = identity("财政局2021年政府信息公开工作年度报告", site=site("321322", "沭阳县"))
    assert (found.unit_name, found.unit_kind, found.region_code) == ("财政局", "department", "321322")


@pytest.mark.parametrize(
    ("printed", "name", "kind"),
    [
        ("县政府", "沭阳县人民政府", "government"),
        ("县人民政府办公室", "沭阳县人民政府办公室", "office"),
        ("县财政局", "沭阳县财政局", "department"),
        ("区财政局", "区财政局", "department"),  # not this county's
    ],
)
def test_a_unit_named_as_its_own_people_do(printed: str, name: str, kind: str) -> None:
    found = identity(f"{printed}2021年政府信息公开工作年度报告", site=site("321322", "沭阳县"))
    assert (found.unit_name, found.unit_kind, found.region_code) == (name, kind, "321322")


def test_a_zone_has_no_code_whatever_the_portal() -> None:
    found = identity("淮安经济技术开发区2020年政府信息公开工作年度报告", site=site("320800", "淮安经济技术开发区"))
    assert (found.unit_name, found.unit_kind, found.region_code) == ("淮安经济技术开发区", "zone", None)


def test_another_places_report_is_a_disagreement() -> None:
    found = identity("沭阳县2021年政府信息公开工作年度报告", site=site("130903", "运河区"))
    assert found.region_code == "321322"
    assert any("130903" in note or "运河区" in note for note in found.notes)


@pytest.mark.parametrize(
    ("where", "day"),
    [
        ({"head": '<meta name="PubDate" content="2022-01-12 16:34">'}, "2022-01-12"),
        ({"body": "<p>来源:政府办 发布时间:2022-03-08 16:47</p>"}, "2022-03-08"),
        ({"body": "<p>日期：2022年3月9日 浏览次数：5</p>"}, "2022-03-09"),
        ({"body": "<p>发布时间：2022-03-2918:26</p>"}, "2022-03-29"),
        ({"body": "<p>(2022年1月12日)</p>"}, "2022-01-12"),
        (
            {"body": "<table><tr><td>发布机构</td><td>甲</td><td>公开日期</td><td>2022-01-17</td></tr></table>"},
            "2022-01-17",
        ),
        ({"foot": "<p>沭阳县人民政府</p><p>2022年1月25日</p>"}, "2022-01-25"),
        ({"foot": "<p>二○二二年二月二十日</p>"}, "2022-02-20"),
        ({"listed_on": "2022-02-11"}, "2022-02-11"),
        ({"body": "<p>2025年12月30日 星期二</p>"}, None),
        ({"head": '<meta name="others" content="页面生成时间 2024-05-28 15:46:43">'}, None),
        ({"body": "<p>采集时间：2025-12-30</p>"}, None),
    ],
)
def test_when_it_was_published(where: dict[str, Any], day: str | None) -> None:
    stated = identity("沭阳县2021年政府信息公开工作年度报告", **where).published
    assert (stated.on.isoformat() if stated else None) == day


def test_meta_outranks_labels_and_labels_outrank_the_signature() -> None:
    found = identity(
        "沭阳县2021年政府信息公开工作年度报告",
        head='<meta name="PubDate" content="2022-01-12">', body="<p>发布时间:2022-03-08</p>", foot="<p>2022年1月2日</p>",
    )  # fmt: skip
    assert found.published is not None
    assert found.published.place == "meta PubDate"
    found = identity(
        "沭阳县2021年政府信息公开工作年度报告", body="<p>发布时间:2022-03-08</p>", foot="<p>2022年1月2日</p>"
    )
    assert found.published is not None
    assert found.published.on.isoformat() == "2022-03-08"


def test_the_period_is_read_even_when_characters_were_lost() -> None:
    found = identity("", body="<p>本报告根据条例编制,数据统计期限为20201月1日至202012月31日。</p>")
    assert found.year == 2020
    assert [(p.glued, str(p.start), str(p.end)) for p in found.periods] == [(True, "2020-01-01", "2020-12-31")]


def test_two_reports_of_one_district_are_two_units() -> None:
    own = identity("沭阳县2021年政府信息公开工作年度报告")
    office = identity("沭阳县人民政府办公室2021年政府信息公开工作年度报告")
    assert (own.unit_kind, own.scope) == ("government", "jurisdiction")
    assert (office.unit_kind, office.scope) == ("office", "office")


def test_a_url_of_another_host_is_an_error_and_the_registrys_own_is_not() -> None:
    page = f"<h1>沭阳县2021年政府信息公开工作年度报告</h1><p>本报告根据《政府信息公开条例》编制,期限为2021年1月1日至2021年12月31日。</p>{CHAPTERS}"

    def domain(url: str, home: str) -> list[tuple[str, str | None]]:
        where = Site("321322", "321322", "沭阳县", home)
        found = extract(Source(page.encode(), url=url, mime="text/html", site=where))
        return [(c.outcome, c.severity) for c in found.checks if c.rule == "DOMAIN"]

    assert domain("http://127.0.0.1:8931/a.html", "http://127.0.0.1:8931/") == [("pass", None)]
    assert domain("http://127.0.0.1:8932/a.html", "http://127.0.0.1:8931/") == [("fail", "error")]
    assert domain("https://gk.shuyang.gov.cn/a.html", "http://www.shuyang.gov.cn/") == [("pass", None)]
    assert domain("https://shuyang.gov.cn.evil.example/a.html", "http://www.shuyang.gov.cn/") == [("fail", "error")]


@pytest.mark.parametrize(
    ("title", "told", "code"),
    [
        ("崇安区2009年政府信息公开工作年度报告", {}, "320202"),
        ("梁溪区2017年政府信息公开工作年度报告", {}, "320213"),
        ("密云县2012年政府信息公开工作年度报告", {"site": site("110118", "密云区")}, "110228"),
        ("财政局2012年政府信息公开工作年度报告", {"site": site("110118", "密云区")}, "110228"),
        ("财政局2020年政府信息公开工作年度报告", {"site": site("110118", "密云区")}, "110118"),
        ("湖北省襄樊市2009年政府信息公开工作年度报告", {}, "420600"),
        ("大方县2009年政府信息公开工作年度报告", {}, "522422"),
        ("大方县2019年政府信息公开工作年度报告", {}, "520521"),
        ("新华区2009年政府信息公开工作年度报告", {}, None),
    ],
)
def test_the_code_is_that_of_the_year(title: str, told: dict[str, Any], code: str | None) -> None:
    found = identity(title, **told)
    assert (found.region_code, found.notes) == (code, ())


def test_a_code_of_today_is_not_given_to_a_year_before_it() -> None:
    found = identity("财政局2009年政府信息公开工作年度报告", site=site("320213", "梁溪区"))
    assert found.region_code is None
    assert any("320213" in note for note in found.notes)
