"""Pages that are no answer: challenges, blocks, captchas, logins, soft 404s, parked and hijacked hosts.

Known by content first, because half of them come with status 200. They are archived like all others, never worked round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from spiders.page import Page, tight

Kind = Literal["challenge", "blocked", "captcha", "login", "missing", "parked", "hijacked", "error"]

# The site as a whole turns us away, as against one page that is not there.
BLOCKING: frozenset[Kind] = frozenset({"challenge", "blocked", "captcha", "parked", "hijacked"})

_SCRIPTED = (
    (re.compile(r"__jsl_clearance|__jsluid"), "创宇盾 (加速乐) challenge"),
    (re.compile(r"\$_ts\s*=|\$_ts\[|FSSBBIl1UgzbN7N"), "瑞数 challenge"),
    (re.compile(r"var\s+arg1\s*=\s*['\"][0-9A-Fa-f]{40}['\"]"), "acw_sc__v2 challenge"),
    (re.compile(r"_cf_chl_opt|cf-challenge|challenge-platform"), "Cloudflare challenge"),
)
_CAPTCHA = re.compile(
    r"请输入验证码|滑动验证|拖动滑块|人机验证|安全验证|访问过于频繁|访问太频繁|操作过于频繁|请完成验证"
)
_BLOCK = re.compile(
    r"(?:请求|访问|IP|地址).{0,12}(?:被拦截|被阻断|被禁止|被拒绝|已被限制|受限)|网站防火墙|网站安全狗|云锁|创宇盾|安域|Request(?:was)?[Bb]locked|AccessDenied",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:页面|网页|内容|文章|信息|文件|资源).{0,10}(?:不存在|已删除|被删除|找不到|未找到|无法找到|已下线|走丢|已被移除)"
    r"|(?:找不到|未找到|没有找到).{0,8}(?:页面|网页|内容|文件)|404(?:NotFound|错误|notfound)|^404|NotFound",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"域名.{0,8}(?:出售|转让|待售|停放|已过期|未备案)|domain.{0,12}(?:forsale|parked)|未备案.{0,12}暂时无法访问",
    re.IGNORECASE,
)
_BETTING = re.compile(
    r"体育投注|博彩|娱乐城|娱乐平台|bet365|皇冠体育|澳门.{0,4}(?:官网|赌|葡京|皇冠)|必赢体育|彩票平台|真人视讯|电子游艺",
    re.IGNORECASE,
)

_SHORT = 600  # Characters of visible text; a soft 404 says little, a real page has its menus at least.


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a response is not the page asked for."""

    kind: Kind
    reason: str

    @property
    def blocks(self) -> bool:
        """Whether it speaks for the whole site."""
        return self.kind in BLOCKING


def refusal(status: int, page: Page, headers: Mapping[str, str] | None = None) -> Refusal | None:
    """Why this response is no page, or None when it is one.

    `status`: HTTP status; `page`: its text, in whatever language; `headers`: lower-case names, for cookies that only
    challenges set.
    """
    html = page.html
    cookies = (headers or {}).get("set-cookie", "")
    if len(html) < 200_000 and (status != 200 or len(html) < 20_000):
        for pattern, name in _SCRIPTED:
            if pattern.search(html) and len(tight(page.text)) < _SHORT:
                return Refusal("challenge", f"{name}, status {status}")
    if status in (412, 521) or (status == 202 and not html.strip()):
        return Refusal("challenge", f"status {status}" + (", cookies set by script" if "__jsl" in cookies else ""))
    if status in (403, 405, 418, 429, 451):
        return Refusal("blocked", f"status {status}")
    if status == 401:
        return Refusal("login", "status 401")
    if status in (404, 410):
        return Refusal("missing", f"status {status}")
    if status >= 400:
        return Refusal("error", f"status {status}")
    return _by_text(page)


def _by_text(page: Page) -> Refusal | None:
    if re.match(r"\s*[\[{<]?\s*(?:[\[{]|<datastore|\w+\()", page.html[:200]):
        return None  # JSON, JSONP and XML answers have no visible text to judge by.
    text = tight(page.text)
    title = tight(page.title)
    if len(_BETTING.findall(title)) >= 1 or len(_BETTING.findall(text)) >= 4:
        return Refusal("hijacked", "betting advertisements in a government page")
    if len(text) > _SHORT:
        return None
    for pattern, kind in ((_CAPTCHA, "captcha"), (_BLOCK, "blocked"), (_PARKED, "parked"), (_MISSING, "missing")):
        if found := pattern.search(title) or pattern.search(text):
            return Refusal(kind, f"status 200, but says {found[0]!r}")  # type: ignore[arg-type]
    if page.tree.xpath("//input[translate(@type,'PASWORD','pasword')='password']") and re.search(
        "登录|登陆|用户名", text
    ):
        return Refusal("login", "status 200, but asks for a password")
    return None
