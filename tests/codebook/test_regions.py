from pipelines.regions import all_regions, by_code, find, in_year, stem


def test_every_parent_is_there_and_full_names_agree() -> None:
    regions = all_regions()
    assert len(regions) > 3_100
    assert sum(region.level == "province" for region in regions.values()) == 31
    for region in regions.values():
        if region.level != "province":
            assert regions[region.parent_code].full_name + region.name == region.full_name
        assert region.code[:2] + "0000" in regions


def test_names_that_repeat_give_all_their_places() -> None:
    assert {region.code for region in find("新华区")} == {"130105", "130902", "410402"}
    assert [region.code for region in find("新华区", "石家庄市")] == ["130105"]
    assert [region.code for region in find("新华区", "河南")] == ["410402"]
    assert [region.code for region in find("新华区", "1309")] == ["130902"]
    assert find("新华区", "天津市") == ()
    assert find("无此区") == ()


def test_a_division_of_a_municipality_has_no_prefecture() -> None:
    hongqiao = by_code("120106")
    assert hongqiao is not None
    assert (hongqiao.full_name, hongqiao.prefecture, hongqiao.parent_code) == ("天津市红桥区", "", "120000")
    assert by_code("999999") is None


def test_statistical_zones_are_no_divisions() -> None:
    assert find("淮安经济技术开发区") == ()


def test_stem() -> None:
    assert [stem(n) for n in ("红桥区", "深州市", "运河区", "泾县", "峨边彝族自治县")] == [
        "红桥",
        "深州",
        "运河",
        "泾县",
        "峨边彝族",
    ]


def test_codes_are_valid_in_time() -> None:
    assert by_code("320202", 2009) is not None
    assert by_code("320202", 2016) is None
    assert by_code("320213", 2014) is None
    assert by_code("320213", 2016) is not None
    assert [region.code for region in find("巢湖市", year=2009)] == ["341400"]
    assert [region.code for region in find("巢湖市", year=2015)] == ["340181"]
    assert [region.code for region in find("襄樊市", year=2009)] == ["420600"]
    assert [region.code for region in find("大方县", year=2010)] == ["522422"]
    assert [region.code for region in find("大方县")] == ["520521"]


def test_a_place_under_the_code_of_its_time() -> None:
    then = in_year("110118", 2009)
    assert then is not None
    assert (then.code, then.name) == ("110228", "密云县")
    assert in_year("320213", 2009) is None
    assert in_year("130105", 2009) is by_code("130105")


def test_no_name_that_repeats_is_one_place_in_any_year() -> None:
    for year in range(2008, 2025):
        assert {region.code for region in find("新华区", year=year)} == {"130105", "130902", "410402"}
