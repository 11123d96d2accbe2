"""The six chapters in words: sentences that agree with the tables, or one that does not, among figures of other things."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from .figures import Figures
from .units import Unit

HEADINGS = (
    ("总体情况",),
    ("主动公开政府信息情况",),
    ("收到和处理政府信息公开申请情况", "收到和处理政府信息公开申请情况", "政府信息公开申请收到和处理情况"),
    (
        "政府信息公开行政复议、行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "行政复议和行政诉讼情况",
        "政府信息公开行政复议、行政诉讼情况",
    ),
    ("存在的主要问题及改进情况", "政府信息公开工作存在的主要问题及改进情况", "存在的主要问题和改进措施"),
    ("其他需要报告的事项", "其他需要报告的事项", "需要报告的其他事项"),
)


@dataclass(slots=True)
class Prose:
    """`chapters` are six lists of paragraphs; `broken` the rule that a sentence breaks, '' if none does."""

    preamble: list[str]
    headings: list[str]
    chapters: list[list[str]]
    broken: str = ""
    tags: set[str] = field(default_factory=set)


def _others(rng: Random, unit: Unit, year: int) -> list[str]:
    """Sentences with figures of other matters; none speaks of requests, reviews or litigation on disclosure."""
    many, few = rng.randint(200, 9000), rng.randint(2, 60)
    return [
        f"全年通过政府网站发布各类信息{many}条，政务微信公众号推送{many // 3}条，开设专题专栏{few}个。",
        f"{year}年举办政务公开业务培训{few % 5 + 1}期，培训{few * 7}人次。",
        f"受理12345热线工单{many}件，办结率99.{few % 9}%，满意率98.{few % 7}%。",
        f"办理人大代表建议{few}件、政协委员提案{few + 9}件，办复率100%。",
        f"召开新闻发布会{few % 6 + 1}场，发布政策解读{few}篇，其中图解{few // 2}篇。",
        f"清理行政规范性文件{few + 3}件，拟废止{few // 3}件。",
        "进一步健全信息发布审核机制，严格落实“三审三校”制度。",
        "建立政务新媒体台账，对长期不更新的账号予以关停。",
        f"全县{few}个部门和{few % 20 + 2}个乡镇（街道）完成目录梳理，公开事项{many // 9}项。",
        f"网站总访问量{many * 11}人次，较上年增长{few}.{few % 10}%。",
        "一是强化组织领导；二是完善制度建设；三是加强监督检查。",
        f"回应公众关切{few}次，答复网民留言{many // 20}条。",
    ]


def _split(rng: Random, whole: int) -> tuple[int, int, int]:
    first = rng.randint(0, whole)
    second = rng.randint(0, whole - first)
    return first, second, whole - first - second


def _requests(rng: Random, figures: Figures, year: int) -> str:
    new, came = figures.total("requests_new"), figures.total("requests_carried_in")
    done, left = figures.total("requests_handled"), figures.total("requests_carried_out")
    if new == 0:
        return rng.choice(
            (
                "本年度未收到政府信息公开申请。",
                f"{year}年没有收到公民、法人和其他组织的政府信息公开申请。",
                "本年度新收政府信息公开申请0件。",
            )
        )
    web, letter, desk = _split(rng, new)
    said = [
        f"全年共收到政府信息公开申请{new}件。",
        f"{year}年新收政府信息公开申请{new}件，上年结转{came}件，办结{done}件，结转下年度继续办理{left}件。",
        f"本年度共收到政府信息公开申请{new}件，其中网上申请{web}件、信函申请{letter}件、当面申请{desk}件。",
        f"全年共受理政府信息公开申请{new + came}件（含上年结转{came}件），答复{done}件。",
        f"本年新收申请 {new} 件，均依法依规登记办理，较上年有所变化。",
        f"共收到依申请公开{new}件，均在规定时限内予以登记。",
        f"{year}年度收到政府信息公开申请{new}件，同比增长{web % 90 + 1}.5%，结转下年度{left}件。",
        f"全年收到信息公开申请{new}件，上年度结转{came}件，已办结{done}件。",
    ]
    if left == 0:
        said.append(f"全年共收到政府信息公开申请{new}件，均按期办结。")
    return rng.choice(said)


def _courts(rng: Random, figures: Figures) -> str:
    review = int(figures["review_total", ""])
    suits = int(figures["litigation_direct_total", ""] + figures["litigation_after_review_total", ""])
    if review == 0 and suits == 0:
        return rng.choice(
            (
                "本年度未发生因政府信息公开引起的行政复议、行政诉讼。",
                "未发生因政府信息公开申请行政复议、提起行政诉讼的情况。",
                "",
                "",
            )
        )
    parts = []
    if review:
        parts.append(rng.choice((f"因政府信息公开被申请行政复议{review}件", f"行政复议{review}件")))
    if suits:
        parts.append(rng.choice((f"被提起行政诉讼{suits}件", f"行政诉讼{suits}件")))
    return rng.choice(("", "全年" + "，".join(parts) + "。"))


def _wrong(rng: Random, figures: Figures) -> tuple[str, str]:
    """A sentence that the tables contradict, and the rule that says so."""
    new, left = figures.total("requests_new"), figures.total("requests_carried_out")
    came, done = figures.total("requests_carried_in"), figures.total("requests_handled")
    review = int(figures["review_total", ""])
    suits = int(figures["litigation_direct_total", ""] + figures["litigation_after_review_total", ""])
    off = rng.randint(1, 40)
    choices = [
        (f"本年新收政府信息公开申请{new + off}件。", "TXT_NEW"),
        (f"全年共收到政府信息公开申请{new + came + off}件。", "TXT_RECEIVED"),
        (f"上年结转政府信息公开申请{came + off}件。", "TXT_CARRY_IN"),
        (f"办结政府信息公开申请{done + off}件。", "TXT_HANDLED"),
        (f"另有{left + off}件结转下年度继续办理。", "TXT_CARRY_OUT"),
        (f"因政府信息公开被申请行政复议{review + off}件。", "TXT_REVIEW"),
        (f"因政府信息公开被提起行政诉讼{suits + off}件。", "TXT_LITIGATION"),
    ]
    if new:
        choices.append(("本年度未收到政府信息公开申请。", "TXT_CONTRADICTION"))
    if review:
        choices.append(("本年度未发生因政府信息公开引起的行政复议。", "TXT_CONTRADICTION"))
    if left:
        choices.append(("所有政府信息公开申请均已按时办结。", "TXT_CONTRADICTION"))
    return rng.choice(choices)


def _period(rng: Random, year: int) -> str:
    return rng.choice(
        (
            f"本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
            f"本报告所列数据统计期限为{year}年1月1日至12月31日。",
            f"报告中所列数据的统计期限从{year}年1月1日起，至{year}年12月31日止。",
            f"数据统计期限为{year}1月1日至{year}12月31日。",
            f"统计时间为{year}年1月1日—{year}年12月31日。",
            f"所列数据的统计期限为 {year} 年 1 月 1 日至 {year} 年 12 月 31 日。",
            "",
        )
    )


def _preamble(rng: Random, unit: Unit, year: int) -> list[str]:
    law = rng.choice(
        (
            "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）规定，",
            "按照《中华人民共和国政府信息公开条例》第五十条要求，",
            "依据国务院办公厅政府信息与政务公开办公室《关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》"
            "（国办公开办函〔2021〕30号），",
        )
    )
    contact = rng.choice(
        (
            f"如对本报告有疑问，请与{unit.name}联系（地址：{unit.prefecture}{unit.place}人民路{rng.randint(1, 300)}号，电话：0{rng.randint(310, 999)}-{rng.randint(2000000, 8999999)}，邮编：{rng.randint(100000, 859999)}）。",
            "如有疑问，请与我单位联系。",
            "",
        )
    )
    text = f"{law}现公布{unit.name}{year}年政府信息公开工作年度报告。{_period(rng, year)}{contact}"
    if rng.random() < 0.3:
        text += "全文包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项六个部分。"
    cut = text.find("。") + 1
    return [text] if rng.random() < 0.6 else [text[:cut], text[cut:]] if text[cut:] else [text]


def write(rng: Random, figures: Figures, unit: Unit, year: int, *, disagree: bool = False) -> Prose:
    """Chapters for a report on one of the two forms with three tables."""
    others = _others(rng, unit, year)
    rng.shuffle(others)
    said = [others[0], _requests(rng, figures, year) if rng.random() < 0.8 else others[1], others[2]]
    broken = ""
    if disagree:
        said[1], broken = _wrong(rng, figures)
    general = [
        f"（{'一二三四五'[n]}）{name}。{text}"
        for n, (name, text) in enumerate(zip(("主动公开", "依申请公开", "平台建设"), said, strict=True))
    ]
    if rng.random() < 0.4:
        general = ["".join(said)]
    courts = _courts(rng, figures) if not disagree else ""
    problems = f"公开内容更新不够及时，{rng.choice(('解读形式单一', '业务能力有待提升'))}。下一步将加强培训，完善制度，逐项整改。"
    fee = rng.choice(
        (
            "本年度未收取信息处理费。",
            "无。",
            "无",
            f"{year}年度没有收取信息处理费，无其他需要报告的事项。",
            "按照有关规定，本年度发出收费通知0件，总金额0元。",
        )
    )
    style = rng.random()
    numerals = "一二三四五六"
    headings = []
    for place, names in enumerate(HEADINGS):
        name = rng.choice(names)
        mark = f"{numerals[place]}、"
        if style < 0.08 and place == 0:
            mark = "—、"
        elif 0.08 <= style < 0.16:
            mark = f"{numerals[place]}、 "
        elif 0.16 <= style < 0.22:
            mark = f"{numerals[place]}．"
        headings.append(mark + name)
    return Prose(
        _preamble(rng, unit, year),
        headings,
        [general, [], [], [courts] if courts else [], [problems], [fee]],
        broken,
    )
