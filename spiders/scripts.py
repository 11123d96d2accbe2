"""What the scripts of a page would do, read without running them: where a call leads, which lists would be loaded.

Not an interpreter: statements are looked at in order, conditions are ignored, and what cannot be worked out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from spiders.actions import PAGE_KEY, Action, is_address, load_of, request_of
from spiders.expressions import Value, block_end, end_of, evaluate, split

MOST_TEXT = 400_000  # Characters of script that are looked at; libraries are larger than a portal's own code.
DEEPEST = 4
MOST_ACTIONS = 60


_FUNCTION = re.compile(
    r"(?:\bfunction\s+(?P<a>[\w$]+)\s*|(?P<b>[\w$.]+)\s*[:=]\s*(?:async\s+)?function\s*[\w$]*\s*|(?:^|[,{;\n])\s*(?:async\s+)?(?P<c>[\w$]+)\s*(?=\([\w$\s,]*\)\s*\{))"
    r"\((?P<parameters>[\w$\s,={}'\"]*)\)\s*\{"
    r"|(?P<d>[\w$.]+)\s*[:=]\s*(?:async\s*)?\(?(?P<arrow>[\w$\s,]*)\)?\s*=>\s*\{"
)
_KEYWORDS = frozenset({"if", "for", "while", "switch", "catch", "with", "function", "return", "else", "do", "try"})
# Code in these runs by itself when the page is opened.
_AT_ONCE = re.compile(
    r"^(?:window\.|document\.|this\.)?(?:onload|onreadystatechange|init\w*|mounted|created|ready|beforeMount|onLoad)$"
)
_STEP = re.compile(
    r"(?P<place>\b(?:window|self|top|parent|document|this)?\.?location(?:\.href|\.pathname)?)\s*=(?!=)"
    r"|(?P<frame>[\w$.()'\"\]\[#-]+)\.(?P<attribute>src|href|action|value|innerHTML)\s*=(?!=)"
    r"|(?P<open>\bwindow\.open|(?<![\w.$])open|location\.(?:replace|assign)|\.navigate|\$?router\.push)\s*\("
    r"|\.attr\(\s*['\"](?P<attr>src|href|action)['\"]\s*,"
    r"|\$\(\s*['\"][^'\"]*?#?(?P<field>[\w-]+)['\"]?\]?['\"]\s*\)\.val\("
    r"|(?P<submit>\.submit\(\s*\))"
    r"|\.(?P<fragment>load)\(\s*(?=['\"`\w])"
    r"|(?P<get>(?<![\w.])(?:\$|jQuery|axios|\$http|http|request|ajax|api|Ajax)\.(?P<verb>get|post|getJSON|getScript|ajax))\s*\("
    r"|(?P<fetch>(?<![\w.$])(?:fetch|axios|request|ajax))\s*\("
    r"|\.open\(\s*['\"](?P<method>GET|POST|get|post)['\"]\s*,"
    r"|(?:(?:var|let|const)\s+)?(?P<name>(?<![\w.$])[A-Za-z_$][\w$.]*)\s*(?P<plus>\+?)=(?![=>])"
    r"|(?P<counted>(?<![\w.$])[A-Za-z_$][\w$.]*)\s*\+\+|\+\+(?P<counts>[A-Za-z_$][\w$.]*)"
    r"|(?P<call>(?<![\w$.])(?:this\.)?[A-Za-z_$][\w$]*)\s*\("
)


@dataclass(frozen=True, slots=True)
class _Function:
    parameters: tuple[str, ...]
    body: str


class Scripts:
    """The scripts of one page together; `query` are the parameters of the page's address."""

    def __init__(self, text: str, query: Mapping[str, str] | None = None) -> None:
        self.text = _without_comments(text[:MOST_TEXT])
        self._query: dict[str, Value] = {f"?{name}": value for name, value in (query or {}).items()}

    @cached_property
    def functions(self) -> dict[str, _Function]:
        return {name: function for name, function, _, _ in self._definitions()}

    @cached_property
    def names(self) -> dict[str, Value]:
        """Variables that are given a value outside of named functions."""
        names = dict(self._query)
        list(self._walk(self._top, names, 0))
        return names

    @cached_property
    def _top(self) -> str:
        """What runs when the page is opened: everything but the bodies of functions that wait to be called."""
        out, at = [], 0
        for name, function, start, end in self._definitions():
            if start >= at and not _AT_ONCE.match(name):
                out.append(self.text[at:start])
                at = end
            elif start >= at and function.parameters:
                continue
        return "\n;".join([*out, self.text[at:]])

    def _definitions(self) -> Iterator[tuple[str, _Function, int, int]]:
        for found in _FUNCTION.finditer(self.text):
            name = found["a"] or found["b"] or found["c"] or found["d"]
            if name in _KEYWORDS:
                continue
            start = found.end() - 1
            end = block_end(self.text, start)
            parameters = found["parameters"] if found["arrow"] is None else found["arrow"]
            named = tuple(part.split("=")[0].strip() for part in parameters.split(",") if part.strip())
            yield (
                name.removeprefix("this.").removeprefix("window."),
                _Function(named, self.text[start + 1 : end]),
                found.start(),
                end + 1,
            )

    def call(self, script: str, own: Mapping[str, Value] | None = None) -> list[Action]:
        """What an onclick or a `javascript:` address does. `own`: attributes of the element as `@name`."""
        names = {**self.names, **(own or {})}
        script = re.sub(r"^\s*javascript:", "", script, flags=re.IGNORECASE)
        return list(self._walk(script, names, 0))[:MOST_ACTIONS]

    def knows(self, script: str) -> bool:
        """Whether the functions that a script calls stand in this text."""
        called = re.findall(r"(?<![\w$.])([A-Za-z_$][\w$]*)\s*\(", script)
        return any(name in self.functions for name in called)

    def opens(self) -> list[str]:
        """Addresses that the scripts go to by themselves when the page is opened."""
        return [action.url for action in self._walk(self._top, dict(self._query), 0) if action.kind == "go"]

    def framed(self) -> list[str]:
        """Addresses that the scripts put into frames when the page is opened; pictures and scripts left out."""
        found = [action.url for action in self._walk(self._top, dict(self._query), 0) if action.kind == "frame"]
        return [
            url
            for url in found
            if not re.search(r"\.(?:jpe?g|png|gif|svg|js|css|ico|bmp|webp)(?:\?|$)", url, re.IGNORECASE)
        ]

    def turned(self, name: str, number: int) -> str:
        """Where a function leads when it is given a page number, or an object that holds one; '' when nowhere."""
        function = self.functions[name]
        first = function.parameters[0]
        names: dict[str, Value] = {**self.names, first: number}
        names |= {f"{first}.{key}": number for key in ("curr", "current", "page", "pageNum", "pageIndex", "num")}
        actions = [action for action in self._walk(function.body, names, 1) if action.kind in ("go", "frame")]
        return actions[-1].url if actions else ""

    def loads(self) -> list[Action]:
        """What is loaded into the page: when it is opened, and by functions that nobody called with all they need."""
        found = [action for action in self._walk(self._top, dict(self.names), 0) if action.kind == "load"]
        for function in self.functions.values():
            names = dict(self.names) | {name: 1 for name in function.parameters if PAGE_KEY.match(name)}
            found += [action for action in self._walk(function.body, names, 0) if action.kind == "load"]
        best: dict[tuple[str, str], Action] = {}
        for action in found:
            key = (action.method, re.sub(r"([?&])_=\d*", r"\1", action.url))
            if key not in best or sum(map(bool, action.data.values())) > sum(map(bool, best[key].data.values())):
                best[key] = action
        return list(best.values())[:MOST_ACTIONS]

    def patterns(self) -> list[str]:
        """Addresses that scripts build for the rows of a list: `/detail.html?id={id}`, `javascript:show('{id}')`."""
        found = []
        for match in re.finditer(r"(?:href|onclick|data-url|data-href)\s*=\s*(?P<quote>\\?[\"']?)", self.text):
            if pattern := self._woven(match.end(), match["quote"].lstrip("\\")):
                found.append(pattern)
        for match in re.finditer(
            r"(?:\.href\s*=(?!=)|\.attr\(\s*['\"]href['\"]\s*,|window\.open\(|location(?:\.href)?\s*=(?!=)|[\"']href[\"']\s*,|\bhref\s*:)",
            self.text,
        ):
            expression = self.text[match.end() : end_of(self.text, match.end())]
            value = evaluate(expression, self.names, symbolic=True)
            if isinstance(value, str) and "{" in value and re.search(r"[/.?]", value):
                found.append(value)
        out: list[str] = []
        for pattern in dict.fromkeys(found):
            called = (
                [action.url for action in self.call(pattern) if action.kind in ("go", "frame")]
                if "(" in pattern
                else []
            )
            out += called or ([pattern] if not re.search(r"\w\(", pattern) else [])
        return out

    def _woven(self, at: int, quote: str) -> str:
        """An attribute written inside a string literal and broken by `+ row.id +` or `${row.id}`."""
        limit, out = min(len(self.text), at + 400), []
        begin = max(self.text.rfind("\n", 0, at), at - 2000)
        outer = _open_quote(self.text[begin + 1 : at])
        if not outer:
            return ""
        while at < limit:
            char = self.text[at]
            if char == "\\" and at + 1 < limit:
                if self.text[at + 1] == quote:
                    break
                at += 1
                char = self.text[at]
            elif outer == "`" and self.text.startswith("${", at):
                end = block_end(self.text, at + 1)
                value = evaluate(self.text[at + 2 : end], self.names, symbolic=True)
                if value is None:
                    return ""
                out.append(str(value))
                at = end + 1
                continue
            elif char == outer:
                follow = re.match(r"\s*\+\s*", self.text[at + 1 : at + 40])
                if not follow:
                    break
                start = at + 1 + follow.end()
                rest = self.text[start : start + 300]
                term = split(rest, "+")[0]
                value = evaluate(term, self.names, symbolic=True)
                if value is None and re.fullmatch(r"\s*[A-Za-z_$][\w$]*\s*", term):
                    value = f"{{{term.strip()}}}"
                if value is None:
                    return ""
                out.append(str(value))
                again = re.match(r"\+\s*(['\"`])", self.text[start + len(term) : start + len(term) + 20])
                if not again:
                    break
                at = start + len(term) + again.end()
                outer = again[1]
                continue
            elif (quote and char == quote) or (not quote and char in " >"):
                break
            out.append(char)
            at += 1
        result = "".join(out).strip()
        return result if "{" in result and re.search(r"[/.?(]", result) else ""

    def _walk(self, code: str, names: dict[str, Value], depth: int) -> Iterator[Action]:
        """The actions of a piece of code; assignments are kept in `names`."""
        at, action_url, fields = 0, "", {}
        steps = 0
        while (found := _STEP.search(code, at)) and steps < 3000:
            steps += 1
            at = found.end()
            if found["place"] or found["open"] or found["attr"] or found["attribute"]:
                value = evaluate(code[at : end_of(code, at)], names)
                attribute = found["attr"] or found["attribute"] or ""
                if attribute == "value" and value is not None:
                    if parts := re.findall(r"[A-Za-z_][\w-]*", found["frame"]):
                        fields[parts[-1]] = str(value)
                elif attribute == "action":
                    action_url = str(value or "")
                elif attribute == "innerHTML":
                    continue
                elif isinstance(value, str) and is_address(value):
                    yield Action("frame" if attribute == "src" else "go", value)
                elif isinstance(value, int) and (found["place"] or found["open"]):
                    continue
            elif found["field"]:
                value = evaluate(code[at : end_of(code, at)], names)
                if value is not None:
                    fields[found["field"]] = str(value)
            elif found["submit"]:
                yield Action("form", action_url, data=dict(fields))
            elif found["fragment"]:
                value = evaluate(code[at : end_of(code, at)], names)
                if isinstance(value, str) and is_address(value.split(" ")[0]):
                    yield load_of(value.split(" ")[0], "GET", {}, False)
            elif found["get"] or found["fetch"]:
                verb = (found["verb"] or "").lower()
                if action := request_of(code, at, names, "POST" if verb == "post" else "GET"):
                    yield action
            elif found["method"]:
                value = evaluate(code[at : end_of(code, at)], names)
                if isinstance(value, str) and is_address(value):
                    yield load_of(value, found["method"].upper(), {}, False)
            elif found["name"]:
                expression = code[at : end_of(code, at)]
                value = evaluate(expression, names)
                before = names.get(found["name"])
                if found["plus"] and value is not None and before is not None:
                    value = f"{before}{value}"
                if value is not None and not (found["plus"] and before is None):
                    names[found["name"]] = value
            elif counted := found["counted"] or found["counts"]:
                if isinstance(before := names.get(counted), int):
                    names[counted] = before + 1
            elif found["call"]:
                name = found["call"].removeprefix("this.")
                function = self.functions.get(name)
                if function is None or depth >= DEEPEST:
                    continue
                end = block_end(code, found.end() - 1)
                given = [evaluate(part, names) for part in split(code[found.end() : end], ",")]
                inner: dict[str, Value] = dict(names)
                for parameter, value in zip(function.parameters, given, strict=False):
                    if value is not None:
                        inner[parameter] = value
                    else:
                        inner.pop(parameter, None)
                yield from self._walk(function.body, inner, depth + 1)


def _open_quote(line: str) -> str:
    """The quotation mark that is still open at the end of a line of script."""
    at = 0
    while at < len(line):
        if line[at] in "'\"`":
            start, mark = at, line[at]
            at += 1
            while at < len(line) and line[at] != mark:
                at += 2 if line[at] == "\\" else 1
            if at >= len(line):
                return line[start]
        at += 1
    return ""


def _without_comments(text: str) -> str:
    text = re.sub(r"/\*.{0,5000}?\*/|<!--|-->|<!\[CDATA\[|\]\]>", " ", text, flags=re.DOTALL)
    return re.sub(r"(?m)(?<![:'\"\w/\\])//[^\n]*$", "", text)
