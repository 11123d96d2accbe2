"""Data as scripts write it: JSON, JSONP, and object literals with bare keys, single quotes and trailing commas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from spiders.expressions import skip_string, unescaped

MOST_VALUES = 20_000

_WRAPPED = re.compile(
    r"^\s*(?:/\*\*?/\s*)?(?:typeof\s+[\w.$]+\s*===?\s*['\"]function['\"]\s*&&\s*)?[\w.$]+\(\s*(.*?)\s*\)\s*;?\s*$",
    re.DOTALL,
)
_ASSIGNED = re.compile(r"^\s*(?:var|let|const)?\s*[\w.$]+\s*=\s*(?=[\[{])")
_GUARD = re.compile(r"^\s*(?:while\s*\(1\)\s*;|for\s*\(;;\)\s*;|\)\]\}',?)")
_START = re.compile(r"(?<=[=(:,\[])\s*(?=[\[{]\s*(?:[\[{\"'\w]))")
_BARE = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def parse(text: str) -> Any:
    """The data of an answer: JSON, JSONP, `var x = […]`, JSON within a JSON string. None when it is no data."""
    text = _GUARD.sub("", text.lstrip("\ufeff")).strip()
    for candidate in (text, *(hit[1] for hit in [_WRAPPED.match(text)] if hit), _ASSIGNED.sub("", text).rstrip("; \n")):
        if candidate[:1] not in ("{", "[", '"'):
            continue
        try:
            value = json.loads(candidate, strict=False)
        except ValueError:
            value = _Reader(candidate).value_or_none()
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            try:
                value = json.loads(value, strict=False)
            except ValueError:
                return value
        if value is not None:
            return value
    return None


def embedded(script: str) -> Iterator[Any]:
    """The lists and objects that stand as literals in a script, outermost ones, in order."""
    at = 0
    while found := _START.search(script, at):
        reader = _Reader(script, found.end())
        value = reader.value_or_none()
        if value is None or reader.at <= found.end() + 8:
            at = found.end() + 1
            continue
        yield value
        at = reader.at


class _Bad(Exception):
    pass


class _Reader:
    """A tolerant reader of literals; expressions in the place of a value make the whole literal none."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at, self.count = text, at, 0

    def value_or_none(self) -> Any:
        try:
            return self._value(0)
        except (_Bad, IndexError, RecursionError):
            return None

    def _blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n\ufeff":
            self.at += 1

    def _value(self, depth: int) -> Any:
        self._blank()
        self.count += 1
        if depth > 40 or self.count > MOST_VALUES:
            raise _Bad
        char = self.text[self.at]
        if char in "'\"`":
            start, self.at = self.at, skip_string(self.text, self.at)
            if self.at > len(self.text):
                raise _Bad
            return unescaped(self.text[start + 1 : self.at - 1])
        if char == "[":
            return self._list(depth)
        if char == "{":
            return self._object(depth)
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return float(number[0]) if "." in number[0] else int(number[0])
        if word := _BARE.match(self.text, self.at):
            self.at = word.end()
            if word[0] in ("true", "false", "null", "undefined"):
                return {"true": True, "false": False}.get(word[0])
        raise _Bad

    def _list(self, depth: int) -> list[Any]:
        self.at += 1
        out: list[Any] = []
        while True:
            self._blank()
            if self.text[self.at] == "]":
                self.at += 1
                return out
            if self.text[self.at] == ",":
                self.at += 1
                continue
            out.append(self._value(depth + 1))
            self._blank()
            if self.text[self.at] not in ",]":
                raise _Bad

    def _object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        out: dict[str, Any] = {}
        while True:
            self._blank()
            if self.text[self.at] == "}":
                self.at += 1
                return out
            if self.text[self.at] == ",":
                self.at += 1
                continue
            if self.text[self.at] in "'\"":
                key = str(self._value(depth + 1))
            elif bare := _BARE.match(self.text, self.at) or _NUMBER.match(self.text, self.at):
                key, self.at = bare[0], bare.end()
            else:
                raise _Bad
            self._blank()
            if self.text[self.at] != ":":
                raise _Bad
            self.at += 1
            out[key] = self._value(depth + 1)
            self._blank()
            if self.text[self.at] not in ",}":
                raise _Bad
