"""Rules on figures read from prose: CHINESE_NUM."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.checks.subject import Subject, finding
from pipelines.model import Check

_CHINESE = re.compile(r"[零〇一二三四五六七八九十百千两]")


def check(subject: Subject) -> Iterator[Check]:
    """A row for each prose figure that is printed in Chinese numerals or rounded (二百四十多, 5300余条)."""
    if subject.form != "legacy_prose":
        return
    for key, fact in subject.facts.items():
        if "approx" in fact.method:
            message = f"The figure is rounded: {fact.raw}."
            yield finding("CHINESE_NUM", "fail", message, key=key, expected=fact.value, actual=fact.raw)
        elif fact.value and _CHINESE.match(fact.raw):
            message = f"{fact.raw} was read as {fact.value:g}."
            yield finding("CHINESE_NUM", "pass", message, key=key, expected=fact.raw, actual=fact.value)
