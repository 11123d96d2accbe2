"""Who publishes: the unit that a title names, and its kind."""

from __future__ import annotations

import re
from typing import Literal

UnitKind = Literal["government", "office", "department", "township", "zone", "other"]

_NOISE = re.compile(
    r"^(?:转发|转载|公开|发布|\d{1,2}[.、]|[·•\-—_:,、|(]|文字版\)?|修订版\)?|更正\)?|关于|附件\d*:?)+|(?:关于|的|[\-—_:,、|]|本级|\()+$"
)
_YEAR = re.compile(r"(?:截至|截止)?(?:\()?20\d\d(?:\))?(?:年度|年|度)?(?:的)?")

_KINDS: tuple[tuple[UnitKind, re.Pattern[str]], ...] = (
    (
        "zone",
        re.compile(
            r"(?:开发区|高新区|经开区|新区|园区|产业园|工业园|工业城|示范区|保税区|度假区|风景区|试验区|开放区|产业区|合作区)(?:管理?委(?:员)?会|管委会|管理办公室|管理局|管理处)?$|管委会$|管理委员会$"
        ),
    ),
    (
        "office",
        re.compile(
            r"(?:人民)?政府办公?[室厅]?$|(?:^|[省市县区旗州盟])[区县市]?府办(?:公室)?$|[省市县区旗州]政府办$|行政公署办公室$"
        ),
    ),
    (
        "township",
        re.compile(
            r"(?:镇|乡|街道|苏木|办事处|街道办|镇街|[^市县区]地区|垦殖场|农场|林场|牧场|街|社区)(?:人民政府|政府|办事处|街道办事处|管理处)?(?:\(.*\))?$"
        ),
    ),
    (
        "department",
        re.compile(
            r"(?:局|委|委员会|办|办公室|厅|部|中心|院|所|站|队|处|社|馆|会|行|公司|集团|学校|大学|中学|医院|支队|大队|总队|单位|信访|档案|气象|税务|联社|组|室|监|司|园|台)(?:\(.*\))?$"
        ),
    ),
    (
        "government",
        re.compile(
            r"(?:省|市|县|区|旗|州|盟|自治区|特区|林区|新区)(?:人民政府|政府)?(?:\(.*\))?$|人民政府$|政府$|及办公室$|公署$"
        ),
    ),
)


def unit_in(text: str, phrase: re.Pattern[str]) -> tuple[str, UnitKind | Literal[""]]:
    """The unit named in a folded title around the report phrase, and its kind; two empty strings where none is named.

    `text`: result of `wording.fold`; `phrase`: matches the words for "annual report". The name stands before the phrase,
    with the year before, behind or between (某县2020年…, 2020年某县…, 某县关于2020年度…的报告).
    """
    found = phrase.search(text)
    before = text[: found.start()] if found else text
    name = before
    for _ in range(3):
        name = _NOISE.sub("", _YEAR.sub("", name))
    if not (2 <= len(name) <= 40) or not re.search(r"[\u4e00-\u9fff]", name):
        return "", ""
    for kind, pattern in _KINDS:
        if pattern.search(name):
            return name, kind
    return "", ""


def kind_of(name: str) -> UnitKind | Literal[""]:
    """The kind of a unit by its name's ending; '' when the text does not end like a unit's name."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "")


def is_unit(name: str) -> bool:
    """Whether a short link text is the name of a department, township or zone (and not a sentence that ends like one)."""
    return (
        2 <= len(name) <= 20
        and bool(kind_of(name))
        and not re.search(
            r"[,。!?、:;]|关于|通知|公告|^(?:走进|走近|印象|认识|了解|魅力|美丽|幸福|活力|图说|数说|乐游|畅游|投资|返回|进入|今日|平安|智慧|爱)",
            name,
        )
    )
