"""Figures of a report: lawful by the forms' own arithmetic, or with one cell changed so that a known rule breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

Key = tuple[str, str]
"""A cell: indicator and applicant ('' where it has none), named as in the public codebook."""

ORGANISATIONS = ("commercial", "research", "public_interest", "legal_service", "other")
APPLICANTS = ("natural_person", *ORGANISATIONS, "total")
DENY = tuple(
    f"requests_deny_{name}"
    for name in (
        ["state_secret", "law", "stability", "third_party", "internal", "process", "enforcement_file", "admin_query"]
    )
)
UNABLE = tuple(f"requests_unable_{name}" for name in ("not_held", "need_creation", "unclear"))
REJECT = tuple(f"requests_reject_{name}" for name in ("petition", "repeat", "publication", "excessive", "reconfirm"))
OTHERS = tuple(f"requests_other_{name}" for name in ("overdue_correction", "unpaid_fee", "other"))
OUTCOMES = ("upheld", "corrected", "other", "pending")
COURTS = ("review", "litigation_direct", "litigation_after_review")


def results(three_others: bool) -> tuple[str, ...]:
    """The leaf rows of table 3's chapter three, in printed order."""
    tail = OTHERS if three_others else ("requests_other",)
    return ("requests_granted", "requests_partial", *DENY, *UNABLE, *REJECT, *tail)


def table3_rows(three_others: bool) -> tuple[str, ...]:
    return ("requests_new", "requests_carried_in", *results(three_others), "requests_handled", "requests_carried_out")


@dataclass(slots=True)
class Figures:
    """`cells` maps each printed cell to its number, None where it is left blank. `form` is that of table 2;
    `three_others` says whether table 3 prints three rows under 其他处理 (2021) or one (2019). `broken` names the rules
    that one changed cell breaks, all of severity error, as (rule, indicator of the cell)."""

    form: str
    three_others: bool
    cells: dict[Key, float | None] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    changed: Key | None = None

    def __getitem__(self, key: Key) -> float:
        return self.cells[key] or 0

    def total(self, indicator: str) -> int:
        return int(self[indicator, "total"])


def _count(rng: Random, busy: float) -> int:
    """Small mostly, sometimes large: sizes of real counties."""
    if rng.random() > busy:
        return 0
    return rng.choice((rng.randint(1, 9), rng.randint(1, 40), rng.randint(10, 400), rng.randint(100, 3000)))


def _requests(rng: Random, figures: Figures, busy: float) -> None:
    leaves = results(figures.three_others)
    cells = figures.cells
    liked = rng.sample(leaves, rng.randint(1, min(len(leaves), 3 + int(busy * 14))))
    for applicant in APPLICANTS[:-1]:
        here = busy if applicant in ("natural_person", "commercial") else busy / 3
        new, came = _count(rng, here), _count(rng, here / 2) // 4
        left = min(new + came, _count(rng, here / 2) // 8)
        done = new + came - left
        column = dict.fromkeys(leaves, 0)
        while done:
            part = rng.randint(1, done)
            column[rng.choice(liked)] += part
            done -= part
        column |= {"requests_new": new, "requests_carried_in": came, "requests_carried_out": left}
        column["requests_handled"] = new + came - left
        for indicator, value in column.items():
            cells[indicator, applicant] = value
    for indicator in table3_rows(figures.three_others):
        cells[indicator, "total"] = sum(int(figures[indicator, who]) for who in APPLICANTS[:-1])


def _courts(rng: Random, figures: Figures, busy: float) -> None:
    for court in COURTS:
        parts = [_count(rng, busy / 2) // rng.choice((1, 1, 10)) for _ in OUTCOMES]
        for outcome, value in zip(OUTCOMES, parts, strict=True):
            figures.cells[f"{court}_{outcome}", ""] = value
        figures.cells[f"{court}_total", ""] = sum(parts)


def _money(rng: Random, busy: float) -> float:
    whole = _count(rng, busy)
    return whole if rng.random() < 0.4 else round(whole + rng.random(), rng.choice((1, 2, 4, 6)))


def _proactive(rng: Random, figures: Figures, busy: float) -> None:
    cells, busy = figures.cells, min(1.0, busy * 1.5)
    if figures.form == "2021":
        for kind in ("rules", "normative"):
            for column in ("issued", "repealed", "in_force"):
                cells[f"art20_1_{kind}_{column}", ""] = 0 if kind == "rules" else _count(rng, busy)
        for stem in ("art20_5_licensing", "art20_6_penalty", "art20_6_coercion"):
            cells[f"{stem}_decisions", ""] = _count(rng, busy) * rng.choice((1, 1, 37))
        cells["art20_8_fees_amount", ""] = _money(rng, busy)
        return
    for kind in ("rules", "normative"):
        total = 0 if kind == "rules" else _count(rng, busy)
        disclosed = rng.randint(0, total)
        cells[f"art20_1_{kind}_made", ""] = rng.randint(0, disclosed)
        cells[f"art20_1_{kind}_disclosed", ""] = disclosed
        cells[f"art20_1_{kind}_total", ""] = total
    stems = ("art20_5_licensing", "art20_5_other_services", "art20_6_penalty", "art20_6_coercion", "art20_8_fees")
    for stem in stems:
        before = _count(rng, busy)
        cells[f"{stem}_items_prev", ""] = before
        cells[f"{stem}_items_change", ""] = rng.randint(-before, before + 20) if rng.random() < busy else 0
        if stem != "art20_8_fees":
            cells[f"{stem}_decisions", ""] = _count(rng, busy) * rng.choice((1, 1, 37))
    cells["art20_9_procurement_projects", ""] = _count(rng, busy)
    cells["art20_9_procurement_amount", ""] = _money(rng, busy)


def draw(rng: Random, form: str, *, three_others: bool | None = None, busy: float | None = None) -> Figures:
    """Lawful figures on a form. `busy` is from 0 (nearly all zero) to 1."""
    figures = Figures(form, form == "2021" if three_others is None else three_others)
    busy = rng.choice((0.05, 0.2, 0.2, 0.4, 0.7, 1.0)) if busy is None else busy
    _proactive(rng, figures, busy)
    _requests(rng, figures, busy)
    _courts(rng, figures, busy)
    return figures


def rules_of(figures: Figures, key: Key) -> frozenset[str]:
    """The rules whose sums a cell of table 3 or 4 stands in, as `rule/applicant or indicator`."""
    indicator, applicant = key
    if not applicant:
        return frozenset({"T4_SUM"})
    found = {"T3_ROW_SUM"}
    if indicator in (*results(figures.three_others), "requests_handled"):
        found.add("T3_RESULT_SUM")
    if indicator in ("requests_new", "requests_carried_in", "requests_handled", "requests_carried_out"):
        found.add("T3_IDENTITY")
    return frozenset(found)


def break_one(rng: Random, figures: Figures) -> None:
    """Change one cell of table 3 or 4 by some amount; `broken` says which rules must fail then."""
    kind = rng.choice(("leaf", "leaf", "head", "total", "court"))
    if kind == "court":
        key = (f"{rng.choice(COURTS)}_{rng.choice((*OUTCOMES, 'total'))}", "")
    else:
        rows = results(figures.three_others) if kind == "leaf" else table3_rows(figures.three_others)
        key = (rng.choice(rows), "total" if kind == "total" else rng.choice(APPLICANTS))
    old = int(figures[key])
    new = rng.choice(
        [value for value in (old + 1, old + 9, old * 10 + 3, old - 1, old // 10) if value >= 0 and value != old]
    )
    figures.cells[key] = new
    figures.broken, figures.changed = rules_of(figures, key), key


STATISTICS: tuple[tuple[str, str, str], ...] = tuple(
    (line.split("|")[0], line.split("|")[1], line.split("|")[2])
    for line in """\
|一、主动公开情况|
stat_disclosed_total|（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条
stat_disclosed_normative|其中：主动公开规范性文件数|条
stat_normative_issued|制发规范性文件总数|件
|（二）通过不同渠道和方式公开政府信息的情况|
stat_channel_gazette|1.政府公报公开政府信息数|条
stat_channel_website|2.政府网站公开政府信息数|条
stat_channel_weibo|3.政务微博公开政府信息数|条
stat_channel_wechat|4.政务微信公开政府信息数|条
stat_channel_other|5.其他方式公开政府信息数|条
|二、回应解读情况|
stat_responses_total|（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）|次
|（二）通过不同渠道和方式回应解读的情况|
stat_press_conferences|1.参加或举办新闻发布会总次数|次
stat_press_conferences_head|其中：主要负责同志参加新闻发布会次数|次
stat_interviews|2.政府网站在线访谈次数|次
stat_interviews_head|其中：主要负责同志参加政府网站在线访谈次数|次
stat_interpretations|3.政策解读稿件发布数|篇
stat_responses_social|4.微博微信回应事件数|次
stat_responses_other|5.其他方式回应事件数|次
|三、依申请公开情况|
stat_requests_received|（一）收到申请数|件
stat_requests_in_person|1.当面申请数|件
stat_requests_fax|2.传真申请数|件
stat_requests_online|3.网络申请数|件
stat_requests_letter|4.信函申请数|件
stat_requests_closed|（二）申请办结数|件
stat_requests_closed_on_time|1.按时办结数|件
stat_requests_closed_extended|2.延期办结数|件
stat_replies|（三）申请答复数|件
stat_replies_already_public|1.属于已主动公开范围数|件
stat_replies_granted|2.同意公开答复数|件
stat_replies_partial|3.同意部分公开答复数|件
stat_replies_denied|4.不同意公开答复数|件
stat_denied_state_secret|其中：涉及国家秘密|件
stat_denied_trade_secret|涉及商业秘密|件
stat_denied_privacy|涉及个人隐私|件
stat_denied_stability|危及国家安全、公共安全、经济安全和社会稳定|件
stat_denied_not_information|不是《条例》所指政府信息|件
stat_denied_other_law|法律法规规定的其他情形|件
stat_replies_not_this_agency|5.不属于本行政机关公开数|件
stat_replies_not_exist|6.申请信息不存在数|件
stat_replies_correction|7.告知作出更改补充数|件
stat_replies_other_channel|8.告知通过其他途径办理数|件
stat_review_total|四、行政复议数量|件
stat_review_upheld|（一）维持具体行政行为数|件
stat_review_corrected|（二）被依法纠错数|件
stat_review_other|（三）其他情形数|件
stat_litigation_total|五、行政诉讼数量|件
stat_litigation_upheld|（一）维持具体行政行为或者驳回原告诉讼请求数|件
stat_litigation_corrected|（二）被依法纠错数|件
stat_litigation_other|（三）其他情形数|件
stat_complaints|六、举报投诉数量|件
stat_fees|七、依申请公开信息收取的费用|万元
|八、机构建设和保障经费情况|
stat_offices|（一）政府信息公开工作专门机构数|个
stat_reading_points|（二）设置政府信息公开查阅点数|个
stat_staff|（三）从事政府信息公开工作人员数|人
stat_staff_full_time|1.专职人员数（不包括政府公报及政府网站工作人员数）|人
stat_staff_part_time|2.兼职人员数|人
stat_budget|（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）|万元
|九、政府信息公开会议和培训情况|
stat_meetings|（一）召开政府信息公开工作会议或专题会议数|次
stat_trainings|（二）举办各类培训班数|次
stat_trainees|（三）接受培训人员数|人次""".splitlines()
)
"""Rows of the table of 2014–2018: indicator ('' for a line that only heads others), label, unit."""

SUMS = {
    "F14_RECEIVED": ("stat_requests_received", ("in_person", "fax", "online", "letter"), "stat_requests_"),
    "F14_CLOSED": ("stat_requests_closed", ("closed_on_time", "closed_extended"), "stat_requests_"),
    "F14_REPLIES": (
        "stat_replies",
        (
            "already_public",
            "granted",
            "partial",
            "denied",
            "not_this_agency",
            "not_exist",
            "correction",
            "other_channel",
        ),
        "stat_replies_",
    ),
    "F14_DENIED": (
        "stat_replies_denied",
        ("state_secret", "trade_secret", "privacy", "stability", "not_information", "other_law"),
        "stat_denied_",
    ),
    "F14_REVIEW": ("stat_review_total", ("upheld", "corrected", "other"), "stat_review_"),
    "F14_LITIGATION": ("stat_litigation_total", ("upheld", "corrected", "other"), "stat_litigation_"),
    "F14_STAFF": ("stat_staff", ("full_time", "part_time"), "stat_staff_"),
}


def draw_statistics(rng: Random) -> Figures:
    """Lawful figures for the statistics table of 2014–2018."""
    busy = rng.choice((0.1, 0.4, 0.8, 1.0))
    figures = Figures("legacy_stats", False)
    cells = figures.cells
    for indicator, _, unit in STATISTICS:
        if indicator:
            cells[indicator, ""] = _money(rng, busy) if unit == "万元" else _count(rng, busy)
    cells["stat_disclosed_normative", ""] = rng.randint(0, int(figures["stat_disclosed_total", ""]))
    for stem in ("press_conferences", "interviews"):
        cells[f"stat_{stem}_head", ""] = rng.randint(0, int(figures[f"stat_{stem}", ""]))
    for rule in ("F14_DENIED", "F14_REPLIES", "F14_RECEIVED", "F14_REVIEW", "F14_LITIGATION", "F14_STAFF"):
        whole, parts, stem = SUMS[rule]
        cells[whole, ""] = sum(int(figures[stem + part, ""]) for part in parts)
    received = int(figures["stat_requests_received", ""])
    extended = rng.randint(0, received) if rng.random() < 0.3 else 0
    cells["stat_requests_closed", ""] = received
    cells["stat_requests_closed_extended", ""] = extended
    cells["stat_requests_closed_on_time", ""] = received - extended
    if figures["stat_trainees", ""] and not figures["stat_trainings", ""]:
        cells["stat_trainings", ""] = 1
    return figures


def break_statistics(rng: Random, figures: Figures) -> None:
    """Change one member of one sum of the statistics table."""
    rule = rng.choice(sorted(SUMS))
    whole, parts, stem = SUMS[rule]
    indicator = rng.choice((whole, *(stem + part for part in parts)))
    figures.cells[indicator, ""] = figures[indicator, ""] + rng.randint(1, 30)
    figures.changed = (indicator, "")
    figures.broken = frozenset(
        name for name, (head, some, start) in SUMS.items() if indicator in (head, *(start + part for part in some))
    )
