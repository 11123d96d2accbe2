"""The words of the forms, each with ways in which real pages print it, and small damage that leaves a word readable."""

from __future__ import annotations

from random import Random

LABELS: dict[str, tuple[str, ...]] = {
    "requests_new": (
        "一、本年新收政府信息公开申请数量",
        "一、本年新收政府信息公开申请数",
        "本年新收政府信息公开申请数量",
    ),
    "requests_carried_in": ("二、上年结转政府信息公开申请数量", "二、上年度结转政府信息公开申请数量"),
    "results": ("三、本年度办理结果", "三、本年度办理结果", "三、本年度 办理结果"),
    "requests_granted": ("（一）予以公开",),
    "requests_partial": (
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "（二）部分公开",
        "（二）部分公开（区分处理的，只计这一情形，不计其它情形）",
    ),
    "deny": ("（三）不予公开",),
    "requests_deny_state_secret": ("1.属于国家秘密", "1.涉及国家秘密"),
    "requests_deny_law": ("2.其他法律行政法规禁止公开", "2.其他法律行政禁止公开", "2.其他法律、行政法规禁止公开"),
    "requests_deny_stability": (
        "3.危及“三安全一稳定”",
        '3.危及"三安全一稳定"',
        "3.危及三安全一稳定",
        "3.危及「三安全一稳定」",
    ),
    "requests_deny_third_party": ("4.保护第三方合法权益",),
    "requests_deny_internal": ("5.属于三类内部事务信息", "5.属于内部事务信息"),
    "requests_deny_process": ("6.属于四类过程性信息", "6.属于过程性信息"),
    "requests_deny_enforcement_file": ("7.属于行政执法案卷", "7.属于行政执法案卷信息"),
    "requests_deny_admin_query": ("8.属于行政查询事项", "8.属于行政查询事项信息"),
    "unable": ("（四）无法提供",),
    "requests_unable_not_held": ("1.本机关不掌握相关政府信息",),
    "requests_unable_need_creation": ("2.没有现成信息需要另行制作",),
    "requests_unable_unclear": ("3.补正后申请内容仍不明确",),
    "reject": ("（五）不予处理", "（五）不予以处理"),
    "requests_reject_petition": ("1.信访举报投诉类申请",),
    "requests_reject_repeat": ("2.重复申请",),
    "requests_reject_publication": ("3.要求提供公开出版物",),
    "requests_reject_excessive": ("4.无正当理由大量反复申请",),
    "requests_reject_reconfirm": (
        "5.要求行政机关确认或重新出具已获取信息",
        "5.要求行政机关确认或者重新出具已获取信息",
    ),
    "other": ("（六）其他处理", "（六）其它处理"),
    "requests_other": ("（六）其他处理", "（六）其它处理"),
    "requests_other_overdue_correction": (
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "1.申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
    ),
    "requests_other_unpaid_fee": (
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开申请",
    ),
    "requests_other_other": ("3.其他", "3.其它"),
    "requests_handled": ("（七）总计", "（七）合计"),
    "requests_carried_out": ("四、结转下年度继续办理", "四、结转下年度继续办理数量"),
    "identity": (
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "本列数据的勾稽关系为：第一项加第二项之和等于第三项加第四项之和",
    ),
    "applicants": ("申请人情况",),
    "natural_person": ("自然人",),
    "organisations": ("法人或其他组织", "法人或者其他组织"),
    "commercial": ("商业企业",),
    "research": ("科研机构",),
    "public_interest": ("社会公益组织",),
    "legal_service": ("法律服务机构",),
    "other_org": ("其他", "其它"),
    "total": ("总计", "总计", "合计"),
    "review": ("行政复议",),
    "litigation": ("行政诉讼",),
    "litigation_direct": ("未经复议直接起诉",),
    "litigation_after_review": ("复议后起诉",),
    "upheld": ("结果维持",),
    "corrected": ("结果纠正",),
    "outcome_other": ("其他结果", "其它结果"),
    "pending": ("尚未审结",),
    "sum": ("总计", "总计", "合计"),
    "information": ("信息内容", "信息内容", "项目"),
    "issued": ("本年制发件数",),
    "repealed": ("本年废止件数",),
    "in_force": ("现行有效件数",),
    "decisions21": ("本年处理决定数量",),
    "fee": ("本年收费金额（单位：万元）", "本年收费金额（单位:万元）"),
    "made": ("本年新制作数量", "本年新\n制作数量"),
    "disclosed": ("本年新公开数量", "本年新\n公开数量"),
    "disclosed_total": ("对外公开总数量",),
    "items_prev": ("上一年项目数量",),
    "items_change": ("本年增/减", "本年增/减（指{year}年增加或减少的事项数，减用负值表示，如-8）"),
    "decisions19": ("处理决定数量",),
    "projects": ("采购项目数量",),
    "amount": ("采购总金额", "采购总金额（万元）"),
    "rules": ("规章",),
    "normative": ("规范性文件", "行政规范性文件"),
    "licensing": ("行政许可",),
    "services": ("其他对外管理服务事项", "其它对外管理服务事项"),
    "penalty": ("行政处罚",),
    "coercion": ("行政强制",),
    "fees": ("行政事业性收费",),
    "procurement": ("政府集中采购",),
    "band1": ("第二十条第（一）项", "第二十条第(一)项", "第二十条（一）项"),
    "band5": ("第二十条第（五）项", "第二十条第(五)项", "第二十条（五）项"),
    "band6": ("第二十条第（六）项", "第二十条第(六)项", "第二十条（六）项"),
    "band8": ("第二十条第（八）项", "第二十条第(八)项", "第二十条（八）项"),
    "band9": ("第二十条第（九）项", "第二十条第(九)项", "第二十条（九）项"),
}

CIRCLED = dict(zip("一二三四五六七", "㈠㈡㈢㈣㈤㈥㈦", strict=True))
_HALF = str.maketrans("（），：；、", "(),:;、")
_DOTS = ("．", "、", ". ", "、")


class Words:
    """Chooses, for one document, how each word is printed; the same word is printed alike throughout."""

    def __init__(self, rng: Random, year: int, *, plain: bool = False) -> None:
        self._rng, self._year, self._plain = rng, year, plain
        self._half = rng.random() < 0.25
        self._dot = rng.choice(_DOTS) if rng.random() < 0.25 else "."
        self._circled = rng.random() < 0.05
        self._unnumbered = rng.random() < 0.03
        self._chosen: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._chosen:
            self._chosen[name] = self._print(name)
        return self._chosen[name]

    def _print(self, name: str) -> str:
        choices = LABELS[name]
        text = choices[0] if self._plain or self._rng.random() < 0.7 else self._rng.choice(choices)
        text = text.replace("{year}", str(self._year))
        if self._plain:
            return text
        if text[:1].isdigit() and text[1] == ".":
            text = text[2:] if self._unnumbered and name != "requests_other_other" else text[0] + self._dot + text[2:]
        if self._circled and text[:1] == "（" and text[2:3] == "）" and text[1] in CIRCLED:
            text = CIRCLED[text[1]] + text[3:]
        return text.translate(_HALF) if self._half else text
