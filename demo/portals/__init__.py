"""One module a kind of portal; each answers requests from what it built at start, as its real counterpart would."""

from demo.portals.aspnet import Aspnet
from demo.portals.base import Portal
from demo.portals.easysite import Easysite
from demo.portals.epoint import Epoint
from demo.portals.family import Family
from demo.portals.gkmlpt import Gkmlpt
from demo.portals.hebei import Hebei
from demo.portals.huaian import Huaian
from demo.portals.jpaas import Jpaas
from demo.portals.jpage import Jpage
from demo.portals.jsp import Jsp
from demo.portals.lonsun import Lonsun
from demo.portals.oneoff import Oneoff
from demo.portals.openness import Openness
from demo.portals.scripted import Scripted
from demo.portals.smallcms import Smallcms
from demo.portals.trs import Trs
from demo.portals.truecms import Truecms
from demo.portals.ucap import Ucap
from demo.portals.vsb import Vsb
from demo.portals.xxgk import Xxgk

# The demo's own, with all that reports can be.
PORTALS: tuple[type[Portal], ...] = (Trs, Jsp, Jpage, Ucap, Vsb, Gkmlpt, Scripted)
# The other families' lists, with a few plain reports each.
FAMILIES: tuple[type[Family], ...] = (
    Xxgk, Jpaas, Lonsun, Openness, Epoint, Easysite, Hebei, Huaian, Truecms, Smallcms, Aspnet, Oneoff,
)  # fmt: skip
