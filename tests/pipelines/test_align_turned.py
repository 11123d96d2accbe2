"""A table 3 that has its applicants as rows, and adversarial tables that the search must not be caught in."""

from __future__ import annotations

from pipelines.align import Placed, decide
from pipelines.model import Source
from pipelines.readers import read
from pipelines.solver import Budget
from pipelines.strips import Slot
from pipelines.tables import read_tables

HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
LABELS = (
    "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "（二）部分公开",
    "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益", "5.属于三类内部事务信息",
    "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项", "1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作",
    "3.补正后申请内容仍不明确", "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息", "（六）其他处理", "（七）总计", "四、结转下年度继续办理",
)  # fmt: skip


def test_applicants_as_rows() -> None:
    figures = {head: [column * 100 + row for row in range(len(LABELS))] for column, head in enumerate(HEADS)}
    rows = [["申请人情况", *LABELS], *[[head, *map(str, values)] for head, values in figures.items()]]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<html><meta charset=utf-8><body><table>{cells}</table></body></html>"
    result = read_tables(read(Source(page.encode(), name="a.html")), "2019")
    facts = {(fact.indicator, fact.applicant): fact for fact in result.facts if fact.applicant}
    assert [facts["requests_new", "commercial"].value, facts["requests_carried_out", "total"].value] == [100.0, 622.0]
    assert facts["requests_carried_in", "research"].locator == '{"table":0,"row":3,"col":2}'
    assert all(fact.state == "reported" for fact in facts.values())


def test_a_search_without_end_is_given_up_and_proves_nothing() -> None:
    def option(row: int, place: int) -> tuple[Slot, ...]:
        counts = ((row * 7 + place * place * 13) % 101, (row * place * 29) % 97, place)
        return tuple(Slot(str(count), index, 1, (0, row, index)) for index, count in enumerate(counts))

    rows = {
        f"leaf{row}": Placed(tuple(option(row, place) for place in range(40)), "arithmetic", True) for row in range(20)
    }
    total = tuple(Slot(text, index, 1, (0, 99, index)) for index, text in enumerate(("900", "900", "300")))
    rows["whole"] = Placed((total,), "grid")
    decision = decide(rows, [{**{f"leaf{row}": 1 for row in range(20)}, "whole": -1}], budget=Budget(30_000, 5_000))
    assert decision.reason == "budget"
    assert all(len(decision.kept.get(name, ())) != 1 for name in rows if name != "whole")
