"""Forms of a page: sent by its scripts, sent for each year that they offer, sent to its search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from spiders.actions import PAGE_KEY, Action
from spiders.addresses import join
from spiders.links import is_year_folder
from spiders.page import Page
from spiders.platforms.base import Ask
from spiders.wording import fold


def forms_of(page: Page) -> dict[str, Any]:
    """The page's forms by name and id: address, method and what they hold."""
    forms: dict[str, Any] = {}
    for at, form in enumerate(page.tree.iter("form")):
        fields = {}
        for field in form.iter("input", "select"):
            if name := field.get("name"):
                chosen = (
                    field.xpath("string(.//option[@selected]/@value)")
                    if field.tag == "select"
                    else field.get("value") or ""
                )
                if (field.get("type") or "").lower() not in ("submit", "button", "reset", "image", "checkbox", "radio"):
                    fields[name] = chosen
        entry = {"action": form.get("action") or "", "method": (form.get("method") or "GET").upper(), "fields": fields}
        for key in (form.get("name"), form.get("id"), f"#{at}"):
            if key:
                forms[key] = entry
        if len(forms) > 12:
            break
    return forms


def sent(action: Action, forms: Mapping[str, Any], base: str) -> Ask | None:
    """A form sent by script with some of its fields set."""
    form = next((each for each in forms.values() if action.data.keys() & each["fields"].keys()), None)
    if form is None:
        form = next(iter(forms.values()), None)
    if form is None:
        return None
    fields = {
        **form["fields"],
        **{key: value for key, value in action.data.items() if key in form["fields"] or PAGE_KEY.match(key)},
    }
    address = join(base, action.url or form["action"] or base)
    number = next((int(value) for key, value in action.data.items() if PAGE_KEY.match(key) and value.isdigit()), 0)
    if form["method"] == "POST":
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        return Ask(address, "POST", urlencode(fields), headers, {"step": "page", "number": number})
    parts = urlsplit(address)
    return Ask(urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **fields}))))


def year_asks(page: Page) -> Iterator[Ask]:
    """Forms in which a year is chosen: one request a year."""
    for form in page.tree.iter("form"):
        for select in form.iter("select"):
            options = [
                (option.get("value", option.text_content()).strip(), fold(option.text_content()))
                for option in select.iter("option")
            ]
            years = [(value, text) for value, text in options if is_year_folder(text) and value]
            if len(years) < 2 or not select.get("name"):
                continue
            fields = {
                str(field.get("name")): field.get("value") or ""
                for field in form.iter("input")
                if field.get("name") and (field.get("type") or "").lower() in ("hidden", "text", "search", "")
            }
            address = join(page.base, form.get("action") or page.url) or page.url
            for value, text in years[:40]:
                sent = {**fields, select.get("name"): value}
                state = {"column": text, "step": "page", "number": 0}
                if (form.get("method") or "get").lower() == "post":
                    yield Ask(
                        address,
                        "POST",
                        urlencode(sent),
                        (("Content-Type", "application/x-www-form-urlencoded"),),
                        state,
                    )
                else:
                    yield Ask(urlunsplit(urlsplit(address)._replace(query=urlencode(sent))), state=state)


def search_asks(page: Page, words: str) -> Iterator[Ask]:
    """Requests of the page's own search form for some words."""
    for form in page.tree.iter("form"):
        texts = [
            field
            for field in form.iter("input")
            if (field.get("type") or "text").lower() in ("text", "search") and field.get("name")
        ]
        passwords = form.xpath(".//input[@type='password']")
        about = " ".join((form.get("action") or "", form.get("name") or "", form.get("id") or "", form.text_content()))
        if (
            len(texts) != 1
            or passwords
            or not re.search(r"search|query|jiansuo|sousuo|ss\b|so\b|搜|检索|查询|find", about, re.IGNORECASE)
        ):
            continue
        fields = {
            str(f.get("name")): f.get("value") or ""
            for f in form.iter("input")
            if f.get("name") and (f.get("type") or "").lower() == "hidden"
        }
        fields |= {
            str(select.get("name")): select.xpath("string((.//option[@selected] | .//option[1])[1]/@value)")
            for select in form.iter("select")
            if select.get("name")
        }
        fields[str(texts[0].get("name"))] = words
        address = join(page.base, form.get("action") or page.url) or page.url
        if (form.get("method") or "get").lower() == "post":
            yield Ask(
                address,
                "POST",
                urlencode(fields),
                (("Content-Type", "application/x-www-form-urlencoded"),),
                {"step": "page", "number": 0},
            )
        else:
            parts = urlsplit(address)
            yield Ask(urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **fields}))))
