"""Values of simple script expressions, worked out without running anything: what a page's script would make of an address.

Understood are string literals, templates, numbers, sums, known names, `a ? b : c`, and the usual wrappers
(encodeURIComponent, parseInt, String). Everything else has no value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

Value = str | int
Names = Mapping[str, Value]

LONGEST = 2000  # Characters of an expression; longer ones are data, not addresses.

_OPEN, _CLOSE = "([{", ")]}"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": ""}
_WRAPPED = re.compile(r"^(?:encodeURIComponent|encodeURI|escape|String|parseInt|Number|unescape|decodeURIComponent)\(")
_OWN = re.compile(
    r"^(?:\$|jQuery)\(\s*(?:this|\w+|e(?:vent)?\.(?:target|currentTarget))\s*\)\.(?:attr|data|prop)\(\s*['\"](?P<a>[\w-]+)['\"]\s*\)$"
    r"|^(?:this|\w+|e(?:vent)?\.(?:target|currentTarget))\.(?:getAttribute\(\s*['\"](?P<b>[\w-]+)['\"]\s*\)|dataset\.(?P<c>\w+))$"
)
_OWN_VALUE = re.compile(
    r"^[\w.$]+\.(?:value|options\[.*\]\.value)$|^\$\([^()]*\)\.val\(\)$|^\$\([^()]*\)\.find\([^()]*\)\.val\(\)$"
)
_NAME = re.compile(r"^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*|\[\s*(?:\w+|'[^']*'|\"[^\"]*\")\s*\])*$")
# A parameter of the page's own address, by whatever helper it is asked for.
_QUERY = re.compile(
    r"^[\w.$]*(?:query|param|urlarg|getarg|request)[\w.$]*\(\s*['\"](?P<a>[\w-]+)['\"]\s*\)$"
    r"|^new URLSearchParams\([^()]*\)\.get\(\s*['\"](?P<b>[\w-]+)['\"]\s*\)$|^(?:this\.)?\$?route\.query\.(?P<c>\w+)$",
    re.IGNORECASE,
)
_COMPARISON = re.compile(r"^(.+?)\s*(===?|!==?|<=?|>=?)\s*(.+)$", re.DOTALL)
_NOW = re.compile(r"^(?:\+?new Date\(\)(?:\.\w+\(\))?|Date\.now\(\)|Math\.\w+\(.*\))$")


def end_of(text: str, start: int, stops: str = ";,)]}") -> int:
    """Where an expression that begins at `start` ends: before the first of `stops`, or a line end that closes it."""
    depth, at = 0, start
    last = min(len(text), start + LONGEST)
    while at < last:
        char = text[at]
        if char in "'\"`":
            at = skip_string(text, at)
            continue
        if char in _OPEN:
            depth += 1
        elif depth and char in _CLOSE:
            depth -= 1
        elif not depth and char in stops:
            return at
        elif not depth and char == "\n":
            before, after = text[start:at].rstrip(), text[at : at + 200].lstrip()
            if before and before[-1] not in "+?:(=" and after[:1] not in ("+", "?", ":", "."):
                return at
        at += 1
    return at


def skip_string(text: str, at: int) -> int:
    """The place behind the string literal that begins at `at`."""
    mark, at = text[at], at + 1
    while at < len(text) and text[at] != mark:
        if text[at] == "\n" and mark != "`":
            return at
        at += 2 if text[at] == "\\" else 1
    return at + 1


def block_end(text: str, at: int, most: int = 40_000) -> int:
    """The place of the bracket that closes the one at `at`; strings and comments are stepped over."""
    depth, last = 0, min(len(text), at + most)
    while at < last:
        char = text[at]
        if char in "'\"`":
            at = skip_string(text, at)
            continue
        if text.startswith("//", at) and text[at - 1] != ":":
            at = text.find("\n", at)
            if at < 0:
                return last
            continue
        if text.startswith("/*", at):
            end = text.find("*/", at)
            at = last if end < 0 else end + 2
            continue
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return last


def split(text: str, mark: str) -> list[str]:
    """The parts between a mark that stands outside strings and brackets."""
    parts, depth, at, start = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        if char in "'\"`":
            at = skip_string(text, at)
            continue
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
        elif depth == 0 and text.startswith(mark, at):
            parts.append(text[start:at])
            start = at = at + len(mark)
            continue
        at += 1
    return [*parts, text[start:]]


def evaluate(expression: str, names: Names, *, symbolic: bool = False, depth: int = 0) -> Value | None:
    """The value of an expression, None where it cannot be known.

    `names`: known variables; attributes of the element itself stand as `@name`, its value as `@value`,
    parameters of the page's address as `?name`. `symbolic`: an
    unknown `row.id` is worth the text `{id}`, so that the result is a pattern of addresses.
    """
    text = expression.strip()
    if depth > 12 or not text or len(text) > LONGEST:
        return None

    def inner(part: str) -> Value | None:
        return evaluate(part, names, symbolic=symbolic, depth=depth + 1)

    if len(parts := split(text, "||")) > 1:
        return next((value for part in parts if (value := inner(part)) not in (None, "")), None)
    if len(parts := split(text, "?")) == 2 and len(ends := split(parts[1], ":")) == 2:
        return inner(ends[0] if _holds(parts[0], names) else ends[1])
    if len(parts := split(text, "+")) > 1 and all(part.strip() for part in parts):
        return _sum([inner(part) for part in parts])
    if len(parts := split(text, "-")) == 2 and parts[0].strip():
        left, right = inner(parts[0]), inner(parts[1])
        return _number(left) - _number(right) if _is_number(left) and _is_number(right) else None
    if text[0] in "'\"" and skip_string(text, 0) == len(text):
        return unescaped(text[1:-1])
    if text[0] == "`" and skip_string(text, 0) == len(text):
        return _template(text[1:-1], inner)
    if re.fullmatch(r"\d{1,15}", text):
        return int(text)
    if text[0] == "(" and block_end(text, 0) == len(text) - 1:
        return inner(text[1:-1])
    if wrapped := _WRAPPED.match(text):
        end = block_end(text, wrapped.end() - 1)
        value = inner(split(text[wrapped.end() : end], ",")[0])
        coded = isinstance(value, str) and wrapped[0].startswith(("encodeURI", "escape")) and "{" not in value
        return quote(value, safe="" if "Component" in wrapped[0] else "/:?&=%#") if coded else value  # type: ignore[arg-type]
    if _NOW.match(text):
        return 0
    text = re.sub(r"\.(?:toString|trim)\(\)$", "", text)
    if own := _OWN.match(text):
        name = (own["a"] or own["b"] or own["c"]).lower()
        hit = names.get(f"@{name}", names.get(f"@data-{name}"))
        return hit if hit is not None else f"{{@{name}}}" if symbolic else None
    if asked := _QUERY.match(text):
        return names.get(f"?{asked['a'] or asked['b'] or asked['c']}")
    if _OWN_VALUE.match(text):
        return names.get(text, names.get("@value"))
    if _NAME.match(text):
        if (known := names.get(text)) is not None:
            return known
        last = re.split(r"\??\.|\[", text)[-1].strip("]'\" ")
        return f"{{{last}}}" if symbolic and re.search(r"[.\[]", text) and not last.isdigit() else None
    return None


def unescaped(literal: str) -> str:
    """The text of a string literal: `\\/`, `\\u003C` and the like undone."""

    def one(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "ux" and len(code) > 1:
            return chr(int(code[1:], 16))
        return _ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.|\n)", one, literal)


def _template(text: str, inner: object) -> str | None:
    out, at = [], 0
    while (start := text.find("${", at)) >= 0:
        end = block_end(text, start + 1)
        value = inner(text[start + 2 : end])  # type: ignore[operator]
        if value is None:
            return None
        out += [unescaped(text[at:start]), str(value)]
        at = end + 1
    return "".join([*out, unescaped(text[at:])])


def _sum(values: list[Value | None]) -> Value | None:
    if any(value is None for value in values):
        return None
    if all(isinstance(value, int) for value in values):
        return sum(value for value in values if isinstance(value, int))
    return "".join(map(str, values))


def _holds(condition: str, names: Names) -> bool:
    found = _COMPARISON.match(condition.strip().strip("()"))
    if not found:
        return False
    left, right = evaluate(found[1], names), evaluate(found[3], names)
    if left is None or right is None:
        return False
    if found[2][0] in "=!":
        return (str(left) == str(right)) == (found[2][0] == "=")
    if not (_is_number(left) and _is_number(right)):
        return False
    a, b = _number(left), _number(right)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[found[2]]


def _is_number(value: Value | None) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and bool(re.fullmatch(r"-?\d{1,9}", value)))


def _number(value: Value | None) -> int:
    return int(value or 0)
