"""Whether a page is a report at all. Pages beside the reports look much like them: interpretations, notices, lists,
other yearly reports, and the pages that a portal shows in place of one (a challenge, a login, an error with status 200).

Doubtful words in a title ask for a second proof in the body, they do not exclude: real reports arrive inside letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from pipelines import titles
from pipelines.document import Document
from pipelines.identity import Identity
from pipelines.model import Form, Source
from pipelines.outline import Outline
from pipelines.wording import squeeze

_SHORT = 1500
_STAND_INS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a challenge page, not the report: the site asked for a proof of being human",
        re.compile(
            r"安全验证|访问验证|人机验证|滑动验证|完成验证|输入验证码|开启JavaScript|enableJavaScript|正在检测|安全检查|访问被拒绝|AccessDenied|请求被拦截|防火墙",
            re.I,
        ),
    ),
    (
        "an error page, not the report: the site says that the page is not there",
        re.compile(
            r"页面不存在|页面未找到|没有找到您|找不到(?:该|您|页面)|已被?删除|页面走丢|404NotFound|NotFound|^404|信息不存在",
            re.I,
        ),
    ),
    ("a login page, not the report", re.compile(r"(?:用户名|账号|帐号).{0,20}密码|请(?:先)?登录|统一身份认证")),
    ("an empty list, not the report", re.compile(r"暂无(?:相关)?(?:信息|数据|内容)|没有(?:相关)?数据")),
)
_ATTACHED = re.compile(r"(?:详?见附件|附件下载|点击下载|附件[:：\d])")
_FILE = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|rtf|zip|rar)(?:$|[?#&])", re.I)
_FURNITURE = re.compile(
    r"logo|icon|\bico|qr|ewm|erweima|wechat|weixin|wx|weibo|share|banner|arrow|btn|button|bg[._-]|bottom|footer|header|"
    r"jiucuo|dangzheng|blue\.png|red\.png|gongan|beian|close|print|search|loading|\.gif|emblem|guohui|sprite|nav|menu",
    re.I,
)


def content_images(document: Document) -> tuple[str, ...]:
    """The images that may be content: not logos, buttons, codes and other furniture of the portal."""
    return tuple(address for address in document.images if not _FURNITURE.search(address))


def linked_files(document: Document) -> tuple[str, ...]:
    """Endings (`pdf`, `doc` …) of the files that the page links to, in order."""
    found = (
        _FILE.search(urlsplit(address).path) or _FILE.search(text) or _FILE.search(address)
        for address, text in document.links
    )
    return tuple(match[1].lower() for match in found if match)


def refusal(
    document: Document, source: Source, shape: Outline, identity: Identity, form: Form | None, slots: Mapping[str, int]
) -> str:
    """Why the page is not a report, in one English clause; '' when it is one."""
    title = identity.title
    chapters = shape.kinds()
    canonical = len(set(chapters) - {"other"})
    opening = "".join(line.text for line in shape.lines[shape.body[0] : shape.first])
    introduced = "信息公开条例" in opening and bool(identity.periods or re.search(r"本(?:年度?)?报告", opening))
    tables = form is not None and sum(slots.values()) >= 10
    proof = tables or canonical >= 4 or (introduced and len(chapters) >= 2)
    # An attachment speaks for itself: the page around it may say next to nothing.
    text = "" if proof else squeeze(document.text)
    if not proof and len(text) < _SHORT:
        for why, words in _STAND_INS:
            if words.search(text):
                return why
    if title is None:
        other = next((name for name in _headlines(document, shape) if titles.other_report(name)), "")
        if other and not tables:
            return f"another kind of yearly report: {other}"
        if proof and (introduced or tables) and "信息公开" in squeeze(document.text):
            return ""
        return "nothing on the page is the title or the beginning of a report on information disclosure"
    if title.decoy:
        whole = all(slots.get(table) for table in ("2", "3", "4"))
        if not (whole if title.interpretation else proof):
            return f"the title says {title.decoy}, and the body is not a report: {title.text}"
    if proof or len(chapters) >= 2 or introduced:
        return ""
    reports = sum(titles.is_report_title(name) for _, name in document.links)
    if reports >= 3 and len(text) < 20 * _SHORT:
        return f"a list of {reports} reports, not a report"
    if source.attachments or linked_files(document) or content_images(document) or _ATTACHED.search(text):
        return ""
    return "the page bears the title of a report and nothing of its text (an empty shell, or one that needs a browser)"


def _headlines(document: Document, shape: Outline) -> list[str]:
    short = [line.paragraph.text for line in shape.lines[:40] if 6 <= len(line.text) <= 50]
    return [document.meta_value("ArticleTitle"), document.title, *short]
