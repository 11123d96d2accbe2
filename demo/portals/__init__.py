"""One module a kind of portal; each answers requests from what it built at start, as its real counterpart would."""

from demo.portals.base import Portal
from demo.portals.gkmlpt import Gkmlpt
from demo.portals.jpage import Jpage
from demo.portals.jsp import Jsp
from demo.portals.scripted import Scripted
from demo.portals.trs import Trs
from demo.portals.ucap import Ucap
from demo.portals.vsb import Vsb

PORTALS: tuple[type[Portal], ...] = (Trs, Jsp, Jpage, Ucap, Vsb, Gkmlpt, Scripted)
