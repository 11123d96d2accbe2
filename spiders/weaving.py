"""Rows of a list that a page's scripts weave: data in their text, HTML in their strings, addresses of their templates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders import answers, literals
from spiders.addresses import join
from spiders.expressions import evaluate, unescaped
from spiders.page import Call, Link, Page, fragment_links
from spiders.scripts import Scripts


def bound_patterns(page: Page) -> list[str]:
    """Addresses that templates in the page give to the rows of a list: `:href="'/a/' + r.id"`, `href="/a/{{r.id}}.html"`."""
    out = []
    for element in page.tree.iter("a", "li", "div", "tr", "span"):
        for name, value in element.attrib.items():
            if name in (":href", "v-bind:href", ":to", "@click", "v-on:click", "ng-click"):
                made = evaluate(value, page.scripts.names, symbolic=True)
                out.append(str(made or ""))
            elif name in ("href", "ng-href", "data-ng-href", "th:href"):
                out.append(_mustache(value))
    for script in page.tree.iter("script", "template", "textarea"):
        text = script.text_content()
        if not script.get("src") and re.search(r"\{\{|<%|\$\{|#=", text):
            out += [
                _mustache(hit[1] or hit[2])
                for hit in re.finditer(r"href\s*=\s*(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})')", text)
            ]
    return [
        pattern for pattern in dict.fromkeys(out) if re.search(r"\{@?\w+\}", pattern) and re.search(r"[/.?]", pattern)
    ]


def embedded_links(text: str, base: str, scripts: Scripts, bound: Sequence[str] = ()) -> tuple[Link, ...]:
    """Rows of a list that stand in the text of scripts: as data, as HTML in strings, as arguments of a call."""
    if not re.search(r"[\u4e00-\u9fff]|\\u[4-9]", text):
        return ()
    found: dict[str, Link] = {}
    patterns = row_patterns([*scripts.patterns(), *bound])
    for value in literals.embedded(text):
        for link in answers.rows(value, base, patterns):
            found.setdefault(link.url, link)
    for link in (*answers.strings_links(text, base), *_written(text, base)):
        found.setdefault(link.url, link)
    return tuple(found.values())


def unnamed(calls: Sequence[Call], scripts: Scripts, base: str) -> tuple[Link, ...]:
    """Elements that only carry an id, where a script says what a click makes of it."""
    patterns = [pattern for pattern in scripts.patterns() if "{@" in pattern]
    out = []
    for call in calls:
        row = {str(key): value for key, value in call.own.items()}
        row |= {key.replace("@data-", "@"): value for key, value in row.items()}
        for pattern in patterns:
            if url := join(base, answers.fill(pattern, row)):
                out.append(Link(url, call.text, call.attribute, call.listed_on))
                break
    return tuple(out)


def row_patterns(patterns: Sequence[str]) -> list[str]:
    """Patterns for rows, without those that only the page's own elements can fill."""
    return [
        pattern
        for pattern in patterns
        if "{@" not in pattern and not pattern.startswith(("#", "{url", "javascript:void"))
    ]


def _mustache(value: str) -> str:
    return re.sub(
        r"\{\{\s*(?:[\w$]+\.)*(\w+)\s*\}\}|<%=\s*(?:[\w$]+\.)*(\w+)\s*%>|#=\s*(?:\w+\.)*(\w+)\s*#",
        lambda hit: f"{{{hit[1] or hit[2] or hit[3]}}}",
        value,
    )


def _written(text: str, base: str) -> tuple[Link, ...]:
    """Links in strings of a script that writes them into the page whole."""
    out: list[Link] = []
    for found in re.finditer(r"(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`)", text):
        literal = found[0][1:-1]
        if re.search(r"<a\s", literal, re.IGNORECASE) and re.search(r"</a", literal, re.IGNORECASE):
            out += fragment_links(unescaped(literal), base)
    return tuple(out)
