from __future__ import annotations

import json
from decimal import Decimal

import pytest

from pipelines import prose
from pipelines.document import Document
from pipelines.model import Fact, Source
from pipelines.outline import outline
from pipelines.readers import read


def body(*sentences: str) -> Document:
    text = "一、概述\n\n" + "\n\n".join(sentences) + "\n\n二、存在的主要问题及改进措施\n\n继续努力。\n"
    return read(Source(text.encode(), name="a.txt"))


def facts(*sentences: str) -> dict[str, Fact]:
    found = prose.statements(outline(body(*sentences)).body_lines())
    return {fact.indicator: fact for fact in prose.facts(found)}


@pytest.mark.parametrize(
    ("sentence", "indicator", "value", "raw"),
    [
        ("全年共收到政府信息公开申请12件。", "prose_requests_received", 12, "12件"),
        ("2016年,我县共受理依申请公开１２件。", "prose_requests_received", 12, "12件"),
        ("收到信息公开申请1,288件。", "prose_requests_received", 1288, "1,288件"),
        ("全年收到公民提出的政府信息公开申请十二件。", "prose_requests_received", 12, "十二件"),
        ("本年度未收到政府信息公开申请。", "prose_requests_received", 0, "未收到政府信息公开申请"),
        ("今年以来,共办理依申请公开信息23条,均已办理完毕。", "prose_requests_closed", 23, "23条"),
        ("答复政府信息公开申请8件。", "prose_requests_closed", 8, "8件"),
        ("收到政府信息公开申请9件,其中2件结转下年度继续办理。", "prose_requests_carried_out", None, ""),
        ("收到政府信息公开申请9件,另有2件结转下年度继续办理。", "prose_requests_carried_out", 2, "2件"),
        ("因政府信息公开被申请行政复议3件。", "prose_reviews", 3, "3件"),
        ("未发生因政府信息公开引起的行政复议和行政诉讼。", "prose_reviews", 0, "未发生因政府信息公开引起的行政复议"),
        (
            "未发生因政府信息公开引起的行政复议和行政诉讼。",
            "prose_litigation",
            0,
            "未发生因政府信息公开引起的行政复议和行政诉讼",
        ),
        ("发生政府信息公开行政诉讼案件4起。", "prose_litigation", 4, "4起"),
        ("2017年度,我区未发生政府信息公开的收费和减免情况。", "prose_fees", 0, "未发生政府信息公开的收费"),
        ("依申请公开共收取费用251000元。", "prose_fees", 25.1, "251000元"),
        ("全年累计收到政府信息公开申请88件。", "prose_requests_received", 88, "88件"),
        ("收到政府信息公开申请12件,比上年增长20%。", "prose_requests_received", 12, "12件"),
        ("依申请公开共收取费用1.2万元。", "prose_fees", 1.2, "1.2万元"),
        ("2016年,全县共主动公开政府信息7659条。", "prose_disclosed_total", 7659, "7659条"),
    ],
)
def test_figures_in_their_sentences(sentence: str, indicator: str, value: float | None, raw: str) -> None:
    found = facts(sentence)
    if value is None:
        assert indicator not in found
        return
    assert (found[indicator].value, found[indicator].state, found[indicator].raw) == (value, "reported", raw)


@pytest.mark.parametrize(
    "sentence",
    [
        "自启用以来,共受理审批事项11388件,日均受理量259件。",
        "全年办理信访投诉事项120件。",
        "2011年制作政府信息1873条,作为依申请公开信息数46条,不予公开信息数1402条。",
        "政府信息公开专栏访问量达11460人次。",
        "共受理申请121510件。",
        "协助市政府办理公开申请7件。",
        "去年收到政府信息公开申请30件。",
        "对信息公开申请的第三项规定作了修改。",
        "未发生因依申请公开被行政复议纠错或行政诉讼败诉的情形。",
        "其中,网上收到政府信息公开申请5件。",
        "区直部门收到政府信息公开申请5件。",
        "全年主动公开政府信息情况良好。",
        "在互联网上主动公开信息数为62条。",
        "全年受理行政审批申请办件2300件。",
        "12345热线受理信息公开申请咨询56件。",
        "依申请公开栏目访问量达1200人次。",
        "办理人大建议和政协提案45件,公开信息全部上网。",
        "依申请公开是公众获取信息的途径之一。",
        "自2008年条例施行以来,累计收到政府信息公开申请88件。",
        "截至年底,累计收到政府信息公开申请88件。",
        "全市收到政府信息公开申请120件,其中我局收到3件。",
        "收到政府信息公开申请同比增长20%。",
        "比上年收到政府信息公开申请多5件。",
        "根据《关于信息公开申请的通知》(国办发〔2015〕23号)要求办理公开申请。",
        "公开申请联系电话0594-2289123。",
        "受理公开申请工作在全市排名第3位。",
        "办理答复网民咨询公开信息76条。",
    ],
)
def test_decoys_are_no_figures(sentence: str) -> None:
    assert facts(sentence) == {}


def test_two_sentences_that_differ_are_ambiguous_and_never_a_pick() -> None:
    found = facts("全年共收到政府信息公开申请12件。", "截至年底,我县受理政府信息公开申请15件。")[
        "prose_requests_received"
    ]
    assert (found.state, found.value, found.raw) == ("ambiguous", None, "12件 | 15件")


def test_two_sentences_that_agree_are_one_figure() -> None:
    found = facts("全年共收到政府信息公开申请12件。", "我县受理政府信息公开申请12件。")["prose_requests_received"]
    assert (found.state, found.value) == ("reported", 12)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("5300余条", 5300),
        ("约5300条", 5300),
        ("近6000条", 6000),
        ("5000多条", 5000),
        ("5300条左右", 5300),
        ("超过5300条", 5300),
        ("1.2万余条", 12000),
        ("20多万条", 200000),
        ("二百四十多条", 240),
        ("三千余条", 3000),
    ],
)
def test_a_rounded_figure_is_the_number_printed_and_says_so(words: str, value: float) -> None:
    found = facts(f"2016年,全县共主动公开政府信息{words}。")["prose_disclosed_total"]
    assert (found.state, found.value, found.raw, found.method) == ("reported", value, words, "prose+approx")


@pytest.mark.parametrize(
    ("words", "value"), [("1.2万条", 12000), ("12,345条", 12345), ("3亿条", 3e8), ("5千条", 5000), ("二百四十条", 240)]
)
def test_magnitudes_in_words(words: str, value: float) -> None:
    found = facts(f"2016年,全县共主动公开政府信息{words}。")["prose_disclosed_total"]
    assert (found.value, found.raw, found.method) == (value, words, "prose")


@pytest.mark.parametrize("words", ["20至30件", "20-30件", "20到30件", "20—30件"])
def test_a_range_is_no_figure(words: str) -> None:
    found = facts(f"全年收到政府信息公开申请{words}。")["prose_requests_received"]
    assert (found.state, found.value, found.raw) == ("ambiguous", None, words)


def test_wrongly_grouped_digits_are_no_figure() -> None:
    assert facts("全年收到政府信息公开申请1,23件。") == {}


def test_an_exact_figure_of_the_same_value_is_preferred_and_another_is_not() -> None:
    same = facts("全年收到政府信息公开申请约120件。", "收到政府信息公开申请120件。")["prose_requests_received"]
    assert (same.value, same.method, same.raw) == (120, "prose", "120件")
    other = facts("全年收到政府信息公开申请120余件。", "收到政府信息公开申请124件。")["prose_requests_received"]
    assert (other.state, other.raw) == ("ambiguous", "120余件 | 124件")


def test_locators_lead_back_to_sentence_and_figure() -> None:
    document = body("第一句与此无关。全年 共收到政府信息 公开申请１２件,均已办结。第三句。")
    [fact] = prose.facts(prose.statements(outline(document).body_lines()))
    place = json.loads(fact.locator)
    assert document.text[place["start"] : place["end"]] == "全年 共收到政府信息 公开申请１２件,均已办结。"
    assert document.text[slice(*place["figure"])] == "１２件"


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("二百四十", 240), ("一千零五", 1005), ("两", 2), ("〇", 0), ("1,288", 1288), ("3.5", Decimal("3.5"))],
)  # fmt: skip
def test_numerals(text: str, value: int | Decimal) -> None:
    assert prose.number(text) == value


def test_claims() -> None:
    lines = outline(body("收到政府信息公开申请9件,全部按时办结。", "5件结转下年度,其余9件全部按时办结。")).body_lines()
    assert [claim.claim for claim in prose.claims(lines)] == ["all_handled"]
