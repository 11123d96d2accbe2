"""The sentences of the demo reports: our own, with the figures that such reports repeat in words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from demo.figures import Figures

_GENERAL = (
    "{year}年,{we}把公开要求写进办文办会流程,发文前先判断公开属性,不公开的写明理由,由分管负责同志签字后归档。",
    "{year}年,{we}调整了公开栏目的层级,常用事项两次点击即可找到,失效链接每月清理一次。",
    "{we}定期核对公开目录与实际公开内容,发现缺项当周补齐,目录调整情况在栏目首页说明。",
    "{we}为经办人员安排了两场业务培训,以真实答复书为例讲解受理、补正、征求意见和送达各环节的要求。",
    "{we}在政务服务大厅和图书馆设有查阅点,配备专人协助群众检索,纸质公报按期上架。",
    "重要文件印发时同步准备说明材料,用问答形式交代背景、适用范围和办理口径,减少群众来回咨询。",
    "{we}坚持先审查、后公开,信息发布留有审核记录,涉及个人信息的内容在发布前作遮盖处理。",
    "账号清单实行动态管理,长期不更新的政务新媒体账号予以注销,保留的账号明确了维护责任人。",
    "公开工作纳入年度考核,考核结果在内部通报,排名靠后的单位提交了书面整改说明。",
)
_PROBLEMS = (
    "一是部分栏目更新节奏不均,年底集中上传的现象仍然存在;二是个别答复书说理不够充分,引用条款过于笼统。",
    "主要是经办人员变动较多,新手对公开属性的判断把握不准;解读材料文字偏长,图表形式运用不够。",
    "从全年情况看,基层单位之间工作基础差异明显,有的单位目录梳理较粗,检索功能还不够好用。",
)
_REMEDIES = (
    "下一步,将按月抽查更新情况,把答复书范本细化到常见情形,并组织交叉评阅。",
    "下一年度,将实行新任经办人员跟班学习制度,对重要文件的解读统一提出篇幅和形式要求。",
    "今后,将分类指导基层单位完善目录,逐项核对公开依据,同时改进站内检索。",
)


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs of a report: before the first chapter, and of chapters one, five and six; `signature` stands last."""

    preamble: tuple[str, ...]
    general: tuple[str, ...]
    problems: tuple[str, ...]
    other: tuple[str, ...] = ("无。",)
    signature: tuple[str, ...] = ()
    chapters: tuple[tuple[str, tuple[str, ...]], ...] = ()


def requests_sentences(figures: Figures) -> tuple[str, ...]:
    """What the report says of its own tables three and four; every number is that of a total column."""
    new, carried_in = figures.of("requests_new", "total"), figures.of("requests_carried_in", "total")
    handled, carried_out = figures.of("requests_handled", "total"), figures.of("requests_carried_out", "total")
    if not new and not carried_in:
        return ("全年未收到政府信息公开申请。",)
    said = f"全年新收政府信息公开申请{new}件,"
    said += f"上年结转{carried_in}件," if carried_in else ""
    said += f"本年度办结{handled}件," if handled else ""
    said += f"结转下年度继续办理{carried_out}件。" if carried_out else "没有结转下年度的申请。"
    reviews = figures.of("review_total")
    also = f"因政府信息公开被申请行政复议{reviews}件" if reviews else "因政府信息公开引起的行政复议为0件"
    also += f",被提起行政诉讼{figures.litigation}件。" if figures.litigation else ",行政诉讼为0件。"
    return (said, also)


def ordinary(figures: Figures, we: str, office: str, rng: Random, *, period: str = "") -> Prose:
    """Prose of an ordinary report on an official form. `we` is how the unit calls itself, `office` who compiled it."""
    year = figures.year
    period = period or f"{year}年1月1日起至{year}年12月31日止"
    law = "《中华人民共和国政府信息公开条例》"
    preamble = (
        f"按照{law}关于年度报告的规定,{office}汇总形成本报告。报告共六个部分,数据统计期限自{period}。",
        f"对报告内容有疑问的,可在工作时间与{office}联系。",
    )
    picked = [text.format(year=year, we=we) for text in rng.sample(_GENERAL, 4)]
    general = (
        f"(一)主动公开。{picked[0]}{picked[1]}",
        f"(二)依申请公开。{''.join(requests_sentences(figures))}",
        f"(三)平台与队伍。{picked[2]}",
        f"(四)监督保障。{picked[3]}",
    )
    other = ("本年度未收取信息处理费。",) if figures.form == "2021" else ("没有需要另行报告的事项。",)
    return Prose(preamble, general, (rng.choice(_PROBLEMS), rng.choice(_REMEDIES)), other)


def hongqiao_2020(figures: Figures) -> Prose:
    """红桥区 2020: four figures of table three and two counts of items in words."""
    return Prose(
        (
            "本年度报告依照国务院令第711号公布的《中华人民共和国政府信息公开条例》编制,分为六个部分。"
            "报告所列数据的统计期限自2020年1月1日起至2020年12月31日止。",
        ),
        (
            "(一)主动公开方面",
            "财政资金、环境整治、就业、医疗教育和疫情防控等内容按专栏集中发布,惠企政策与名单公示同步上网。"
            "全年在门户网站更新目录信息2235条。",
            "(二)依申请公开方面",
            "完善登记、会商、征求第三方意见和存档各环节记录,疑难件请法律顾问参与研究。",
            "全年收到政府信息公开申请300件,上年结转11件,合并答复310件,尚有1件结转下年度继续办理。",
            "(三)平台与监督方面",
            "门户网站并入全市统一平台,新设专题12个,登记备案政务新媒体43个,各单位工作情况列入年度考核。",
        ),
        (
            "(一)存在的问题",
            "公开内容与群众关注点还有距离,栏目归类不尽合理,少数答复在时限和文书格式上不够规范。",
            "(二)改进措施",
            "持续更新标准目录,安排一次面向全区经办人员的系统培训,并调整2021年考核指标,更看重公开质量。",
        ),
    )


def yunhe_2020(figures: Figures) -> Prose:
    """运河区 2020: the period has lost its 年 twice, and household registration lends numbers that are no requests."""
    return Prose(
        (
            "编制单位为沧州市运河区政务公开办公室,编制依据是《中华人民共和国政府信息公开条例》。",
            "报告数据统计期限为20201月1日至202012月31日,全文可在门户网站政府信息公开专栏下载。",
        ),
        (
            "2020年,运河区以新条例施行为契机,重新核定公开目录,压实各单位审核责任。",
            "(一)主动公开政府信息情况",
            "全年主动公开政府信息7659条,其中政策文件40条。公开文件定期送档案馆、图书馆和政务服务中心供查阅。",
            "(二)试点领域情况",
            "26个试点领域均已编成标准目录。户籍领域公开的办理量为出生登记4642项、居住证申领13343项;"
            "市场监管领域公示抽检1191批次,发布工作信息99条。",
            "(三)依申请公开政府信息情况",
            "群众可通过信函、当面或者网络提出申请。本年度受理政府信息公开申请14件,"
            "按期办结9件,结转下年度5件,没有发生行政复议,也没有发生行政诉讼。",
        ),
        (
            "存在问题:专职力量不足,下辖单位经办人员更换频繁,信息分类掌握不够全面。",
            "改进措施:充实人员,加强与下辖单位的沟通,组织业务学习。",
        ),
    )


def huaian_2020(figures: Figures) -> Prose:
    """淮安经开区 2020: requests as in table three, seven more that it helped the city with."""
    return Prose(
        (
            "本报告的编制单位是淮安经济技术开发区党政办公室,数据起止日期为2020年1月1日至2020年12月31日。"
            "如有疑问,可向编制单位询问。",
        ),
        (
            "(一)制度建设。梳理公开业务流程,绘制办理流程图2个,修订制度办法9个。",
            "(二)主动公开。门户网站发布各类信息4176条,其中政务公开类1697条;办理网上留言230条;"
            "公开区级文件123个,发布解读材料29篇。",
            "(三)依申请公开。实行部门承办、属地配合、律师审核、公开办统筹的办理办法。"
            "本年度收到政府信息公开申请58件,另外配合市政府办理7件。",
            "(四)平台建设。公开版块完成改版,关停政务新媒体2个,继续运行4个。",
            "(五)监督考核。全年开展考核2次,涉及区级单位20个,实地督查3次。",
        ),
        (
            "(一)主要问题",
            "解读质量有待提高,申请数量比上年明显增加,征地补偿类申请的答复难度较大,新媒体管理还要加强。",
            "(二)改进情况",
            "提前编排解读计划,加强对条例的学习研究,增加对新媒体和留言办理的检查频次。",
        ),
    )


def shenzhou_office_2021(figures: Figures) -> Prose:
    """深州市政府办公室 2021: the office's own fourteen requests and two reviews, two more that it only helped with."""
    return Prose(
        (
            "本报告按照国办公开办函〔2021〕30号文件规定的格式编制,由六部分组成,"
            "所列数据的统计期限自2021年1月1日起至2021年12月31日止。",
            "对报告内容的意见,可致函深州市人民政府办公室。",
        ),
        (
            "2021年,办公室一方面做好本机关的公开,一方面承担全市公开工作的组织协调。",
            "(一)主动公开。各级各部门经公开平台发布各类信息4200余条;26个政务新媒体发布信息7800余条。",
            "(二)指导培训。印发年度任务分解方案,对各乡镇和市直部门经办人员进行集中培训。",
            "(三)检查督导。按月抽查,全年下发督办卡2份。",
            "(四)依申请公开。办公室收到政府信息公开申请14件,逐件作了答复;被申请行政复议2件。"
            "另协助其他部门办理申请2件。",
        ),
        (
            "工作抓手不多,指导培训的力度还不够,公开形式比较单一。",
            "今后将健全机制,加强培训,采用更多群众喜闻乐见的公开方式。",
        ),
        ("本年度没有收取信息处理费。",),
    )


def legacy(figures: Figures, unit: str, district: str, signed: str) -> Prose:
    """A report in prose as before 2019, under its own chapter headings; the figures stand in two sentences."""
    closed, year = figures.text("prose_requests_closed"), figures.year
    busy = {2017: ("264条", "11388件"), 2018: ("301条", "12045件")}[year]
    return Prose(
        (
            f"{unit}办公室依照《中华人民共和国政府信息公开条例》编写本报告。"
            f"报告所列数据的统计期限自{year}年1月1日至{year}年12月31日止。",
        ),
        (),
        (),
        (),
        (unit, signed),
        (
            (
                "一、政府信息公开工作概述",
                (f"{year}年,{district}完善公开制度,明确审查责任,拓展微信等发布渠道,公开工作总体平稳。",),
            ),
            (
                "二、组织领导和制度建设情况",
                ("区政府办公室内设政务公开办公室,负责日常协调;印发了依申请公开流程和解读工作通知。",),
            ),
            (
                "三、工作要点落实情况",
                (
                    f"全年在省政府采购网发布采购信息{busy[0]},部门间联合抽查结果按期公示。",
                    f"依申请公开事项须经律师审核、主管领导签批后答复。本年度办理依申请公开信息{closed},已全部办结。",
                ),
            ),
            (
                "四、平台与大厅建设情况",
                (f"行政审批中心进驻单位8个,审批专用章启用后累计受理审批事项{busy[1]}。",),
            ),
            ("五、政府信息公开的收费及减免情况", (f"{year}年未发生政府信息公开收费,也没有减免事项。",)),
            (
                "六、存在的问题及下步工作安排",
                (
                    "少数部门对公开工作重视不够,依申请公开的专业力量偏弱。",
                    "今后将加强经常性培训,学习外地经验,逐步完善各项制度。",
                ),
            ),
        ),
    )
