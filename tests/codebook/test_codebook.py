from pipelines.codebook import form_indicators, indicators, rules


def test_the_forms_have_their_official_number_of_cells() -> None:
    """22 + 23 rows of 7 + 15 (2019); 10 + 25 rows of 7 + 15 (2021), and the single row 其他处理 that some print."""
    cells = {form: sum(len(i.applicants) for i in form_indicators(form)) for form in ("2019", "2021")}
    assert cells == {"2019": 22 + 23 * 7 + 15, "2021": 10 + 25 * 7 + 15 + 7}


def test_parents_exist_and_units_are_known() -> None:
    for indicator in indicators().values():
        assert not indicator.parent or indicator.parent in indicators()
        assert indicator.unit in {"件", "项", "万元", "条", "次", "篇", "个", "人", "人次"}


def test_every_rule_has_a_severity_and_a_name() -> None:
    assert len(rules()) == 65
    assert {rule.severity for rule in rules().values()} == {"info", "warning", "error"}
    assert all(rule.name for rule in rules().values())
