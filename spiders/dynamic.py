"""Lists that a page's scripts fill: data in the page, answers of unknown shape, years and pages behind a click.

For portals that fit no platform. Script files of the portal itself are fetched only where the page alone does not tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from spiders import answers, literals
from spiders.actions import Action
from spiders.addresses import host_of, join
from spiders.forms import forms_of, sent, year_asks
from spiders.links import is_report_column, is_year_folder, judge
from spiders.page import Call, Link, Page, fragment_links
from spiders.platforms.base import MOST_PAGES, Ask, ListPage
from spiders.platforms.generic import pager
from spiders.platforms.records import record_links
from spiders.scripts import Scripts
from spiders.units import is_unit
from spiders.weaving import bound_patterns, embedded_links, row_patterns, unnamed
from spiders.wording import fold

MOST_LOADS = 8
MOST_FILES = 4
MOST_CALLS = 200
MOST_KEPT = 60_000  # Characters of script that wait with a request for the files they need.

_NOISE = re.compile(
    r"count|visit|login|weather|tianqi|statis|tongji|hits?\b|click|token|captcha|valid|cookie|user|session|hotword|share|jssdk|wx|weixin|robot|chat|ad[sv]?\b"
    r"|header|footer|nav\b|banner|baidu|beacon|heart|log\b|\.css|\.js(?:$|\?)",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|vue|react|angular|layui|layer|laypage|echarts|moment|polyfill|require|modernizr|html5|respond|ie\d|superslide|flexslider|owl|slick"
    r"|share|baidu|hm\.js|jweixin|qrcode|crypto|md5|base64|axios|lodash|underscore|chunk-vendors|vendor|element|antd|zui|wdatepicker|laydate|ckplayer|video|audio|a11y|wza|trans|big5|jiucuo|dcs|conac",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:[\[(]?\d{1,3}[\])]?|下一?页|后一?页|尾页|末页|更多|查看更多|加载更多|点击加载更多|more|next|>|>>|»)$",
    re.IGNORECASE,
)


def complete(page: Page, *, bare: bool = True, texts: Mapping[str, str] | None = None) -> ListPage:
    """What the scripts of a page add to its links: rows that stand in them, and requests for the lists they load.

    `bare`: the page itself shows no report, so that every list it loads is asked for, and its script files are looked
    into; else only what lies behind years, units and page numbers. `texts`: script files that are known already.
    """
    bound = bound_patterns(page)
    links = (
        *embedded_links(page.script_text, page.base, page.scripts, bound),
        *unnamed(page.calls, page.scripts, page.base),
    )
    waiting = [call for call in page.calls if call.script or bare]
    known = {"page": page.url, "base": page.base, "bound": bound}
    asks = list(_asks(page.scripts, waiting, known, bare=bare, forms=forms_of(page)))
    asks += year_asks(page)
    asks += [
        Ask(link.url) for link in links if _NUMBER.match(fold(link.text)) and host_of(link.url) == host_of(page.url)
    ]
    asks += [Ask(url) for each in page.scripts.framed() if (url := join(page.base, each)) and not _NOISE.search(each)]
    told = bool(links) and any(judge(link.url, link.title).is_report for link in links)
    unknown = [call for call in waiting if call.script and not page.scripts.knows(call.script) and _tells(call)]
    if (bare and not told and not any(ask.state.get("step") == "load" for ask in asks)) or unknown:
        files = [url for url in page.script_files if _is_own(url, page.url)][:MOST_FILES]
        known_files = [texts[url] for url in files if texts and url in texts]
        rest = [url for url in files if not texts or url not in texts]
        state = {
            **known,
            "step": "scripts",
            "rest": rest if known_files else rest[1:],
            "text": page.script_text[:MOST_KEPT],
            "calls": [asdict(call) for call in waiting[:MOST_CALLS]],
            "forms": forms_of(page),
            "bare": bare,
        }
        if known_files:
            told_by_files = _with_file(Page(page.url, "\n;".join(known_files)), state)
            links, asks = (*links, *told_by_files.links), [*asks, *told_by_files.more]
        elif rest:
            asks.append(Ask(rest[0], state=state))
    return ListPage(tuple(links), tuple(asks))


def read(page: Page, state: Mapping[str, Any]) -> ListPage:
    """The answer to one of these requests."""
    if state["step"] == "scripts":
        return _with_file(page, state)
    if state["step"] == "load":
        return _answer(page, state)
    # A whole page, asked for by a form; it may hold the form for the next one.
    if not any(judge(link.url, link.title, column=("年报",)).is_report for link in page.links):
        return ListPage(page.links)
    known = {"page": page.url, "base": page.base}
    asks = _asks(page.scripts, page.calls, known, bare=False, forms=forms_of(page))
    return ListPage(page.links, (*asks, *pager(page)))


def _with_file(page: Page, state: Mapping[str, Any]) -> ListPage:
    """A script file came: what could not be told without it."""
    text = f"{state['text']}\n;{page.html}"
    scripts, base = Scripts(text, dict(parse_qsl(urlsplit(state["page"]).query))), state["base"]
    calls = [Call(**call) for call in state["calls"]]
    links = [*embedded_links(page.html, base, scripts, state.get("bound", ())), *unnamed(calls, scripts, base)]
    for call in calls:
        for action in scripts.call(call.script, call.own) if call.script else ():
            if action.kind in ("go", "frame") and (url := join(base, action.url)):
                links.append(Link(url, call.text, call.attribute, call.listed_on))
    asks = list(_asks(scripts, calls, state, bare=state["bare"], forms=state["forms"]))
    if state["rest"]:
        again = {**state, "rest": state["rest"][1:], "text": text[-MOST_KEPT:]}
        asks.append(Ask(state["rest"][0], state=again))
    return ListPage(tuple(links), tuple(asks))


def _asks(
    scripts: Scripts, calls: Sequence[Call], known: Mapping[str, Any], *, bare: bool, forms: Mapping[str, Any]
) -> Iterator[Ask]:
    base, patterns = known["base"], row_patterns([*scripts.patterns(), *known.get("bound", ())])
    keep = {"page": known["page"], "base": base, "patterns": patterns}
    seen = set()
    for call in calls[:MOST_CALLS]:
        if not call.script or not (_tells(call) or bare):
            continue
        for action in scripts.call(call.script, call.own):
            if action.kind == "load" and not _NOISE.search(action.url):
                name = fold(call.text or call.attribute)
                more = {"column": name} if is_year_folder(name) or is_unit(name) else {}
                ask = _load(action, {**keep, **more})
            elif action.kind == "form" and _NUMBER.match(fold(call.text)):
                ask = sent(action, forms, base)
            else:
                continue
            if ask and (key := (ask.url, ask.body)) not in seen:
                seen.add(key)
                yield ask
    loads = [action for action in scripts.loads() if not _NOISE.search(action.url)]
    loads.sort(
        key=lambda action: (
            not re.search(
                r"list|article|news|info|content|page|nb|gk|report|channel|column|json|data|api",
                action.url,
                re.IGNORECASE,
            )
        )
    )
    for action in [action for action in loads if bare or action.page_key][:MOST_LOADS]:
        ask = _load(action, keep)
        if ask and (key := (ask.url, ask.body)) not in seen:
            seen.add(key)
            yield ask


def _load(action: Action, keep: Mapping[str, Any]) -> Ask | None:
    address = join(keep["base"], action.url)
    if not address:
        return None
    data = dict(action.data)
    if action.method == "GET" and data:
        parts = urlsplit(address)
        address = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(data))))))
        data = {}
    state = {**keep, "step": "load", "address": address, "method": action.method, "data": data, "json": action.as_json}
    return _numbered({**state, "key": action.page_key, "last": "", "seen": 0})


def _numbered(state: Mapping[str, Any], number: int | None = None) -> Ask:
    """The request, with its page number set to `number` (None: as the script has it)."""
    address, data, key = state["address"], dict(state["data"]), state["key"]
    if number is not None and key:
        if key in data:
            data[key] = str(number)
        else:
            parts = urlsplit(address)
            pairs = [
                (name, str(number) if name == key else value)
                for name, value in parse_qsl(parts.query, keep_blank_values=True)
            ]
            address = urlunsplit(parts._replace(query=urlencode(pairs)))
    headers = [("X-Requested-With", "XMLHttpRequest")]
    body = ""
    if state["method"] == "POST":
        body = json.dumps(_typed(data), ensure_ascii=False) if state["json"] else urlencode(data)
        kind = "application/json;charset=utf-8" if state["json"] else "application/x-www-form-urlencoded; charset=UTF-8"
        headers.append(("Content-Type", kind))
    if number is None and key:
        given = data.get(key) or dict(parse_qsl(urlsplit(address).query)).get(key, "1")
        number = int(given) if re.fullmatch(r"\d{1,4}", given) else 1
    return Ask(address, state["method"], body, tuple(headers), {**state, "number": number or 0})


def _typed(data: Mapping[str, str]) -> dict[str, str | int]:
    return {key: int(value) if re.fullmatch(r"[1-9]?\d{1,8}|\d", value) else value for key, value in data.items()}


def _answer(page: Page, state: Mapping[str, Any]) -> ListPage:
    base = state["base"]
    value = literals.parse(page.html)
    records = pages = 0
    if value is not None:
        links = list(answers.rows(value, base, state["patterns"]))
        for piece in answers.fragments(value):
            links += fragment_links(piece, base)
        records, pages = answers.count(value)
    else:
        links = [*record_links(page.html, base), *_xml_rows(page.html, base, state["patterns"])]
        if not links:
            # An answer that is HTML stands in the page that asked for it, and leads on from there.
            inner = Page(base, page.html)
            links = [*inner.links, *embedded_links(inner.script_text, base, inner.scripts)]
    links = list(dict.fromkeys(links))
    if state["key"] and not links and state["number"] == 0 and not state["seen"]:
        # Counted from one after all.
        return ListPage((), (_numbered({key: value for key, value in state.items() if key != "number"}, 1),))
    if not state["key"] or not links:
        return ListPage(tuple(links))
    mark, seen, number = links[0].url, state["seen"] + len(links), state["number"]
    first = number if not state["seen"] else state.get("first", 1)
    done = mark == state["last"] or number - first + 1 >= (pages or MOST_PAGES) or 0 < records <= seen
    if done:
        return ListPage(tuple(links) if mark != state["last"] else ())
    after = {key: value for key, value in state.items() if key != "number"} | {
        "last": mark,
        "seen": seen,
        "first": first,
    }
    return ListPage(tuple(links), (_numbered(after, number + 1),))


def _xml_rows(text: str, base: str, patterns: Sequence[str]) -> tuple[Link, ...]:
    """Rows of an XML answer: elements whose children are title, address and the like."""
    if not re.match(r"\s*(?:<\?xml|<[A-Za-z]\w*>)", text) or re.search(
        r"<(?:html|body|ul|li|div|a)\b", text[:3000], re.IGNORECASE
    ):
        return ()
    try:
        root = etree.fromstring(
            text.encode(), etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
        )
    except etree.XMLSyntaxError:
        return ()
    if root is None:
        return ()
    data = [
        {
            **{str(key): str(value) for key, value in element.attrib.items()},
            **{
                etree.QName(child).localname: "".join(child.itertext()).strip()
                for child in element
                if isinstance(child.tag, str)
            },
        }
        for element in root.iter()
        if isinstance(element.tag, str)
    ]
    return answers.rows(data, base, patterns)


def _tells(call: Call) -> bool:
    """Whether an element promises reports, a year, a unit or a further page."""
    text = fold(call.text or call.attribute)
    return (
        bool(_NUMBER.match(text))
        or is_year_folder(text)
        or is_unit(text)
        or is_report_column(text)
        or judge("", text).is_report
    )


def _is_own(url: str, page: str) -> bool:
    return host_of(url) == host_of(page) and not _LIBRARY.search(urlsplit(url).path.rsplit("/", 1)[-1])
