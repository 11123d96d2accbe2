"""Kinds of portals, one class each. Recognised by what stands in the page; an address alone fits several."""

from __future__ import annotations

from spiders.page import Page
from spiders.platforms.aspnet import AspNet
from spiders.platforms.base import Ask, ListPage, Platform
from spiders.platforms.epoint_ewb import EpointEwb
from spiders.platforms.generic import Generic
from spiders.platforms.gkmlpt import Gkmlpt
from spiders.platforms.hanweb_jpage import HanwebJpage
from spiders.platforms.hanweb_xxgk import HanwebXxgk
from spiders.platforms.hebei_uuid import HebeiUuid
from spiders.platforms.huaian_col import HuaianCol
from spiders.platforms.huilan_easysite import HuilanEasysite
from spiders.platforms.jeecms_php_misc import JeecmsPhpMisc
from spiders.platforms.jpaas import Jpaas
from spiders.platforms.lonsun import Lonsun
from spiders.platforms.openness import Openness
from spiders.platforms.regional_oneoffs import RegionalOneoffs
from spiders.platforms.trs_static import TrsStatic
from spiders.platforms.truecms import TrueCms
from spiders.platforms.ucap import Ucap
from spiders.platforms.vsb import Vsb

# In the order of detection: the most telling marks first, the harvest of all links last.
PLATFORMS: tuple[Platform, ...] = (
    Gkmlpt(),
    Lonsun(),
    Jpaas(),
    HanwebJpage(),
    HanwebXxgk(),
    TrueCms(),
    EpointEwb(),
    Ucap(),
    Vsb(),
    HuilanEasysite(),
    Openness(),
    AspNet(),
    TrsStatic(),
    HuaianCol(),
    HebeiUuid(),
    JeecmsPhpMisc(),
    RegionalOneoffs(),
    Generic(),
)
BY_NAME: dict[str, Platform] = {platform.name: platform for platform in PLATFORMS}
GENERIC = PLATFORMS[-1]

__all__ = ["BY_NAME", "PLATFORMS", "Ask", "ListPage", "Platform", "detect"]


def detect(page: Page, hint: str = "") -> tuple[Platform, str]:
    """The page's platform and what proves it. A registry's hint counts only where the page itself says nothing."""
    for platform in PLATFORMS[:-1]:
        if evidence := platform.detect(page):
            return platform, evidence
    if hint in BY_NAME:
        return BY_NAME[hint], "the registry says so"
    return GENERIC, GENERIC.detect(page) or "no links"
