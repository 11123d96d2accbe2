"""Openness (Anhui, Inner Mongolia): reports have a controller of their own, `/XxgkAnnualReport/show/4816.html`."""

from __future__ import annotations

import re
from typing import ClassVar

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import Ask, found
from spiders.platforms.generic import Generic

_BRANCH = re.compile(r"branch_id=([0-9a-f]{24})\b")
_OWN = re.compile(r"opennessAnnualReport", re.IGNORECASE)
MOST_BRANCHES = 200


class Openness(Generic):
    """Annual reports never stand in the lists of OpennessContent; a unit's branch id leads to them."""

    name: ClassVar[str] = "openness"

    def detect(self, page: Page) -> str | None:
        return found(page, r"/(?:[Oo]penness|Xxgk)(?:Content|AnnualReport|Guide|Rules)\b[\w/]*")

    def directory(self, page: Page) -> tuple[Ask, ...]:
        """The report list of each unit that a page names by its branch id, where it links none itself."""
        if _OWN.search(page.url):
            return ()
        branches = dict.fromkeys(_BRANCH.findall(page.html))
        return tuple(
            Ask(join(page.url, f"/opennessAnnualReport/?branch_id={branch}"), state={"column": "政府信息公开年报"})
            for branch in list(branches)[:MOST_BRANCHES]
        )
