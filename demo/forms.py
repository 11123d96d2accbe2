"""The two official report forms as grids of cells: 国办公开办函〔2019〕60号 (2019) and 〔2021〕30号 (2021)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other", "total")
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)

# Result rows in printed order: group label ('' where the row stands alone), then (indicator, label) of its rows.
RESULTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("", "", (("requests_granted", "(一)予以公开"),)),
    ("", "", (("requests_partial", "(二)部分公开(区分处理的,只计这一情形,不计其他情形)"),)),
    (
        "deny",
        "(三)不予公开",
        (
            ("requests_deny_state_secret", "1.属于国家秘密"),
            ("requests_deny_law", "2.其他法律行政法规禁止公开"),
            ("requests_deny_stability", "3.危及“三安全一稳定”"),
            ("requests_deny_third_party", "4.保护第三方合法权益"),
            ("requests_deny_internal", "5.属于三类内部事务信息"),
            ("requests_deny_process", "6.属于四类过程性信息"),
            ("requests_deny_enforcement_file", "7.属于行政执法案卷"),
            ("requests_deny_admin_query", "8.属于行政查询事项"),
        ),
    ),
    (
        "unable",
        "(四)无法提供",
        (
            ("requests_unable_not_held", "1.本机关不掌握相关政府信息"),
            ("requests_unable_need_creation", "2.没有现成信息需要另行制作"),
            ("requests_unable_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "reject",
        "(五)不予处理",
        (
            ("requests_reject_petition", "1.信访举报投诉类申请"),
            ("requests_reject_repeat", "2.重复申请"),
            ("requests_reject_publication", "3.要求提供公开出版物"),
            ("requests_reject_excessive", "4.无正当理由大量反复申请"),
            ("requests_reject_reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
OTHER_2019 = ("", "", (("requests_other", "(六)其他处理"),))
OTHER_2021 = (
    "other",
    "(六)其他处理",
    (
        ("requests_other_overdue_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        ("requests_other_unpaid_fee", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
        ("requests_other_other", "3.其他"),
    ),
)
HANDLED = ("", "", (("requests_handled", "(七)总计"),))

# Table 2: band key, band text, header, rows of (label, indicators).
Band = tuple[str, str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
_ITEMS = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
_DECISIONS = ("信息内容", "本年处理决定数量")


def _items(stem: str) -> tuple[str, str, str]:
    return f"{stem}_items_prev", f"{stem}_items_change", f"{stem}_decisions"


BANDS: Mapping[str, tuple[Band, ...]] = {
    "2019": (
        (
            "art20_1",
            "第二十条第(一)项",
            ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"),
            (
                ("规章", ("art20_1_rules_made", "art20_1_rules_disclosed", "art20_1_rules_total")),
                ("规范性文件", ("art20_1_normative_made", "art20_1_normative_disclosed", "art20_1_normative_total")),
            ),
        ),
        (
            "art20_5",
            "第二十条第(五)项",
            _ITEMS,
            (("行政许可", _items("art20_5_licensing")), ("其他对外管理服务事项", _items("art20_5_other_services"))),
        ),
        (
            "art20_6",
            "第二十条第(六)项",
            _ITEMS,
            (("行政处罚", _items("art20_6_penalty")), ("行政强制", _items("art20_6_coercion"))),
        ),
        (
            "art20_8",
            "第二十条第(八)项",
            ("信息内容", "上一年项目数量", "本年增/减"),
            (("行政事业性收费", ("art20_8_fees_items_prev", "art20_8_fees_items_change")),),
        ),
        (
            "art20_9",
            "第二十条第(九)项",
            ("信息内容", "采购项目数量", "采购总金额"),
            (("政府集中采购", ("art20_9_procurement_projects", "art20_9_procurement_amount")),),
        ),
    ),
    "2021": (
        (
            "art20_1",
            "第二十条第(一)项",
            ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
            (
                ("规章", ("art20_1_rules_issued", "art20_1_rules_repealed", "art20_1_rules_in_force")),
                (
                    "行政规范性文件",
                    ("art20_1_normative_issued", "art20_1_normative_repealed", "art20_1_normative_in_force"),
                ),
            ),
        ),
        ("art20_5", "第二十条第(五)项", _DECISIONS, (("行政许可", ("art20_5_licensing_decisions",)),)),
        (
            "art20_6",
            "第二十条第(六)项",
            _DECISIONS,
            (("行政处罚", ("art20_6_penalty_decisions",)), ("行政强制", ("art20_6_coercion_decisions",))),
        ),
        (
            "art20_8",
            "第二十条第(八)项",
            ("信息内容", "本年收费金额(单位:万元)"),
            (("行政事业性收费", ("art20_8_fees_amount",)),),
        ),
    ),
}
REVIEW_GROUPS = ("review", "litigation_direct", "litigation_after_review")
REVIEW_RESULTS = ("upheld", "corrected", "other", "pending", "total")


def results(form: str) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """The groups of table 3's part three, the total row last; `form` is 2019 or 2021."""
    return (*RESULTS, OTHER_2021 if form == "2021" else OTHER_2019, HANDLED)


def leaves(form: str) -> tuple[str, ...]:
    """The result rows that add up to `requests_handled`."""
    return tuple(indicator for _, _, rows in results(form)[:-1] for indicator, _ in rows)


def keys(form: str) -> tuple[tuple[str, str], ...]:
    """Every cell of the form as (indicator, applicant), in printed order: 198 for 2019, 200 for 2021."""
    table2 = [(indicator, "") for _, _, _, rows in BANDS[form] for _, cells in rows for indicator in cells]
    rows3 = ("requests_new", "requests_carried_in", *leaves(form), "requests_handled", "requests_carried_out")
    table4 = [(f"{group}_{result}", "") for group in REVIEW_GROUPS for result in REVIEW_RESULTS]
    return (*table2, *((row, applicant) for row in rows3 for applicant in APPLICANTS), *table4)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    colspan: int = 1
    rowspan: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of `width` columns; rows hold only the cells that begin in them."""

    width: int
    rows: tuple[tuple[Cell, ...], ...]


Printed = Callable[[str, str], str]


def _label(labels: Mapping[str, str], key: str, text: str) -> str:
    return labels.get(key, text)


def disclosure_tables(form: str, printed: Printed, labels: Mapping[str, str]) -> tuple[Table, ...]:
    """Section two: one table a band. `printed(indicator, applicant)` is the cell's text."""
    tables = []
    for key, band, header, rows in BANDS[form]:
        body = [
            (Cell(_label(labels, f"{key}:{name}", name)), *(Cell(printed(cell, ""), number=True) for cell in cells))
            for name, cells in rows
        ]
        head = (Cell(_label(labels, key, band), colspan=len(header)),)
        tables.append(Table(len(header), (head, tuple(map(Cell, header)), *body)))
    return tuple(tables)


def requests_table(form: str, printed: Printed, labels: Mapping[str, str]) -> Table:
    """Section three: three label columns and seven applicants, three header rows."""

    def numbers(indicator: str) -> Iterable[Cell]:
        return (Cell(printed(indicator, applicant), number=True) for applicant in APPLICANTS)

    whole = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"
    rows: list[tuple[Cell, ...]] = [
        (Cell(whole, colspan=3, rowspan=3), Cell("申请人情况", colspan=7)),
        (Cell("自然人", rowspan=2), Cell("法人或其他组织", colspan=5), Cell("总计", rowspan=2)),
        tuple(map(Cell, ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"))),
        (Cell("一、本年新收政府信息公开申请数量", colspan=3), *numbers("requests_new")),
        (Cell("二、上年结转政府信息公开申请数量", colspan=3), *numbers("requests_carried_in")),
    ]
    groups = results(form)
    lead: tuple[Cell, ...] = (Cell("三、本年度办理结果", rowspan=sum(len(rows) for _, _, rows in groups)),)
    for key, group, members in groups:
        first: tuple[Cell, ...] = (Cell(_label(labels, key, group), rowspan=len(members)),) if group else ()
        for indicator, label in members:
            text = Cell(_label(labels, indicator, label), colspan=1 if group else 2)
            rows.append((*lead, *first, text, *numbers(indicator)))
            lead, first = (), ()
    rows.append((Cell("四、结转下年度继续办理", colspan=3), *numbers("requests_carried_out")))
    return Table(10, tuple(rows))


def reviews_table(printed: Printed) -> Table:
    """Section four: fifteen numbers in three groups of five."""
    outcomes = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return Table(
        15,
        (
            (Cell("行政复议", colspan=5), Cell("行政诉讼", colspan=10)),
            (
                *(Cell(text, rowspan=2) for text in outcomes),
                Cell("未经复议直接起诉", colspan=5),
                Cell("复议后起诉", colspan=5),
            ),
            tuple(map(Cell, outcomes * 2)),
            tuple(
                Cell(printed(f"{group}_{result}", ""), number=True)
                for group in REVIEW_GROUPS
                for result in REVIEW_RESULTS
            ),
        ),
    )
