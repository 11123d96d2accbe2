"""大汉 JCMS jpage: the first records stand in a script of the column page, the others come as XML from dataproxy.jsp."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from spiders.addresses import join
from spiders.page import Page
from spiders.platforms.base import MOST_PAGES, Ask, ListPage, Platform, found
from spiders.platforms.records import next_group, number_of, record_count, record_links

_ENDPOINT = re.compile(r"""["'](?P<path>[\w:/.-]*dataproxy\.jsp)""")
_PARAMETERS = ("webid", "columnid", "unitid", "webname", "sourceContentType", "permissiontype", "appid", "col", "path")


PER_PAGE = 15


class HanwebJpage(Platform):
    """Several servers honour only `page` and ignore startrecord; ids may be encrypted, so nextgroup's address is reused.

    Pages are asked one after the other until all records were seen, an answer is empty, or it repeats the one before.
    """

    name: ClassVar[str] = "hanweb_jpage"

    def detect(self, page: Page) -> str | None:
        return found(
            page,
            r"/(?:module/)?(?:web/|jslib/jquery/)?jpage/\w*dataproxy\.jsp",
            r"dataproxy\.jsp",
            r"<datastore>\s*<nextgroup>",
        )

    def read_list(self, page: Page, state: Mapping[str, Any]) -> ListPage:
        records = record_links(page.html, page.url)
        here = record_count(page.html)
        if state:
            seen = int(state["seen"]) + here
            repeated = bool(records) and records[0].url in (state["last"], state["first"])
            if (not here or repeated) and not state["by_record"] and state["fresh"] and _unfinished(state):
                return ListPage(records, (_ask({**state, "by_record": True, "seen": state["known"]}),))
            done = not here or repeated or 0 < state["total"] <= seen or state["page"] >= MOST_PAGES
            if done:
                return ListPage(records)
            after = {**state, "page": state["page"] + 1, "seen": seen, "last": records[0].url, "fresh": False}
            return ListPage(records, (_ask(after),))
        total = number_of(page.html, "totalrecord")
        size = number_of(page.html, "perpage")
        address = next_group(page.html) or _address(page)
        if not address or 0 < total <= here:
            return ListPage((*page.links, *records))
        # What the column page holds already is left out only where whole pages of known size can be counted.
        skip = here // size if size else 0
        start = {
            "address": join(page.url, address),
            "page": skip + 1,
            "seen": skip * size,
            "total": total,
            "last": "",
            # What tells a server that counts by pages from one that counts by records.
            "first": records[0].url if skip and records else "",
            "known": here,
            "fresh": True,
            "by_record": False,
            "form": _form(page),
        }
        return ListPage((*page.links, *records), (_ask(start),))


def _ask(state: Mapping[str, Any]) -> Ask:
    """GET with only `page` changed; where that brings nothing, the same as a POST form.

    By record: the numbers of the first and last record in the address, the ids as a form, as the page's own script asks.
    """
    parts = urlsplit(state["address"])
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "page"]
    got = urlunsplit(parts._replace(query=urlencode([("page", state["page"]), *query])))
    form = urlencode({**dict(query), **state["form"], "page": state["page"]})
    headers = (
        ("X-Requested-With", "XMLHttpRequest"),
        ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
    )
    if state["by_record"]:
        seen = int(state["seen"])
        window = urlencode({"startrecord": seen + 1, "endrecord": seen + 3 * PER_PAGE, "perpage": PER_PAGE})
        form = urlencode({**dict(query), **state["form"]})
        return Ask(urlunsplit(parts._replace(query=window)), "POST", form, headers, state)
    post = Ask(urlunsplit(parts._replace(query="")), "POST", form, headers, state)
    return Ask(got, headers=headers[:1], state=state, otherwise=post)


def _unfinished(state: Mapping[str, Any]) -> bool:
    """Whether the list names more records than its own page holds, or does not say how many there are."""
    return not state["total"] or state["known"] < state["total"]


def _address(page: Page) -> str:
    """The endpoint with the ids that the page's script gives to it; '' where they are not to be found."""
    endpoint, form = _ENDPOINT.search(page.html), _form(page)
    return f"{endpoint['path']}?{urlencode(form)}" if endpoint and "columnid" in form else ""


def _form(page: Page) -> dict[str, str]:
    """The request parameters that stand in the page's scripts."""
    form = {}
    for name in _PARAMETERS:
        if hit := re.search(
            rf"""[{{,?&"'\s]{name}["']?\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|([\w/]+))""", page.html, re.IGNORECASE
        ):
            form[name] = next(filter(None, hit.groups()), "")
    return form
