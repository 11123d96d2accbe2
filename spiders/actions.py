"""What a script does that matters here: it opens a page or shows it in a frame, loads something into the page, or sends a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from spiders.expressions import Value, block_end, evaluate, split

Kind = Literal["go", "frame", "load", "form"]

PAGE_KEY = re.compile(
    r"^(?:(?:cur(?:rent)?_?)?page(?:_?(?:no|num|number|index|idx|current|id))?|p|pn|pageno|current|curr?page|nowpage|toPage|gotopage)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Action:
    """`go`: a page is opened; `frame`: it is shown in a frame; `load`: its answer becomes part of the page; `form`: a form is sent with `data` set in it.

    `data` are the parameters sent, `as_json` whether as a JSON body; `page_key` the one that counts pages, '' if none.
    """

    kind: Kind
    url: str
    method: str = "GET"
    data: Mapping[str, str] = field(default_factory=dict)
    as_json: bool = False
    page_key: str = ""


def request_of(code: str, at: int, names: Mapping[str, Value], method: str) -> Action | None:
    """A call of `$.ajax({url, data})`, `$.get(url, data)`, `fetch(url, {method, body})`, `axios.post(url, data)`."""
    arguments = [part.strip() for part in split(code[at : block_end(code, at - 1)], ",")]
    if not arguments or not arguments[0]:
        return None
    options: dict[str, str] = {}
    if arguments[0].startswith("{"):
        options = members(",".join(arguments))
        url = evaluate(options.get("url", ""), names)
        data_text = options.get("data") or options.get("params") or options.get("body") or ""
    else:
        url = evaluate(arguments[0], names)
        data_text = arguments[1] if len(arguments) > 1 and arguments[1].startswith(("{", "'", '"', "`")) else ""
        if data_text.startswith("{"):
            inner = members(data_text)
            if {"method", "body", "headers", "params"} & inner.keys():
                options, data_text = inner, inner.get("body") or inner.get("params") or ""
    method = str(evaluate(options.get("type") or options.get("method") or "", names) or method).upper()
    if not isinstance(url, str) or not is_address(url) or method not in ("GET", "POST"):
        return None
    as_json = (
        "json" in (options.get("contentType", "") + options.get("headers", "")).lower() or "JSON.stringify" in data_text
    )
    data_text = re.sub(r"^(?:JSON|qs|Qs)\.stringify\(|^new URLSearchParams\(|^\$\.param\(", "", data_text.strip())
    data: dict[str, str] = {}
    if data_text.startswith("{"):
        for key, expression in members(data_text).items():
            value = evaluate(expression, names)
            data[key] = str(value) if value is not None else "1" if PAGE_KEY.match(key) else ""
    elif data_text and isinstance(text := evaluate(data_text, names), str):
        data = dict(part.partition("=")[::2] for part in text.split("&") if part)
    return load_of(url, method, data, as_json and method == "POST")


def load_of(url: str, method: str, data: Mapping[str, str], as_json: bool) -> Action:
    keys = [*data, *re.findall(r"[?&]([\w.-]+)=\d+(?=&|$)", url)]
    return Action("load", url, method, dict(data), as_json, next((key for key in keys if PAGE_KEY.match(key)), ""))


def members(text: str) -> dict[str, str]:
    """Keys and value expressions of an object literal's first level."""
    text = text.strip()
    inner = text[1 : block_end(text, 0)] if text.startswith("{") else text
    found = {}
    for part in split(inner, ","):
        key, colon, value = part.partition(":")
        key = key.strip().strip("'\"")
        if re.fullmatch(r"[\w$.-]+", key):
            found[key] = value.strip() if colon else key
    return found


def is_address(text: str) -> bool:
    text = re.sub(r"\{@?\w+\}", "x", text)
    return (
        bool(re.search(r"[/.?]", text)) and len(text) < 1000 and not re.search(r"[\s<>{}]|^#|^\.$|^javascript:", text)
    )
