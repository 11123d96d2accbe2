"""Keys of the tables: pure functions of what they name, so that no row depends on the order of arrival."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from pipelines.model import Check


def report_id(site_id: str, url: str, year: int | None) -> str:
    """`<site_id>-<year or 0000>-<8 hex digits>`: readable, and the same at every reading of the same address."""
    when = f"{year or 0:04d}"
    return f"{site_id}-{when}-{hashlib.sha256((url + when).encode()).hexdigest()[:8]}"


@lru_cache(maxsize=1 << 16)
def short_key(*parts: str) -> int:
    """A positive integer of 47 bits (6 bytes in SQLite) from texts.

    Two of a million different texts share one with a chance of 0.4 %; the tables' unique columns then refuse the second
    loudly.
    """
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6], "big") >> 1


def section_key(report_key: int, position: int) -> int:
    """Row number of a section: report by report, in the report's order."""
    return report_key << 12 | position


_TOLD_BY_MESSAGE = frozenset(("LABELS", "ENTITY_KNOWN"))
"""Rules that may find several things of one kind; their messages name them, and hold neither place nor count."""
_MEASURED_BY_OTHERS = frozenset(("UNIT_MAG", "ZERO_ANOMALY", "HIERARCHY"))
"""Rules whose `expected` is reckoned from other reports: it moves whenever one of these is added."""


def fingerprints(report: str, checks: Iterable[Check]) -> list[str]:
    """One 16-digit hex fingerprint a check: what a person's verdict holds on to.

    Of report (its address and year), rule, indicator, applicant, expected and actual; `n` counts equal ones, in the order
    given. Neither captures nor places nor the other findings enter, so the same finding keeps its fingerprint when the page
    is fetched, or read, again, and when something else on it changes.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    out = []
    for check in checks:
        expected = "" if check.rule in _MEASURED_BY_OTHERS else check.expected
        key: tuple[str, ...] = (report, check.rule, check.indicator, check.applicant, expected, check.actual)
        if check.rule in _TOLD_BY_MESSAGE:
            key += (check.message,)
        out.append(hashlib.sha256("|".join((*key, str(seen[key]))).encode()).hexdigest()[:16])
        seen[key] += 1
    return out


def signed(fingerprint: str) -> int:
    """A fingerprint as SQLite stores it: a signed integer of 64 bits; `printf('%016x', …)` gives it back."""
    number = int(fingerprint, 16)
    return number - (1 << 64) if number >> 63 else number
