"""One module a kind of portal; each answers requests from what it built at start, as its real counterpart would."""

from demo.portals.base import Portal
from demo.portals.jsp import Jsp
from demo.portals.trs import Trs

PORTALS: tuple[type[Portal], ...] = (Trs, Jsp)
