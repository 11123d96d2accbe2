"""Every way to cut digits that lost the borders between them into numbers the last of which is the sum of the others."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.solver import Budget

Cut = tuple[tuple[int, int], ...]
"""Start and end of each number."""

LONGEST_RUN = 40
_STEPS = 40_000


def sums(
    text: str, start: int, end: int, count: int, gaps: frozenset[int], budget: Budget | None = None
) -> Iterator[Cut]:
    """The cuts of the digits `text[start:end]` into `count` numbers that end with their sum. Numbers have no leading zeros
    and reach over no gap (a position before which a border is printed). Raises `Exhausted` after 40,000 steps."""
    if not count <= end - start <= LONGEST_RUN:
        return
    budget = budget or Budget(_STEPS)
    for border in range(end - 1, start + count - 2, -1):
        if _is_number(text, border, end, gaps):
            total = int(text[border:end])
            for parts in _parts(text, start, border, count - 1, total, gaps, budget):
                yield (*parts, (border, end))


def _is_number(text: str, start: int, end: int, gaps: frozenset[int]) -> bool:
    leading_zero = end - start > 1 and text[start] == "0"
    return not leading_zero and (not gaps or not any(gap in gaps for gap in range(start + 1, end)))


def _parts(
    text: str, start: int, end: int, count: int, total: int, gaps: frozenset[int], budget: Budget
) -> Iterator[Cut]:
    """Cuts into `count` numbers that add up to `total`. So many digits in so few numbers make a sum of at least a power
    of ten, and of less than another: that bounds the search."""
    budget.step(1)
    digits = end - start
    if count == 0:
        if digits == 0 and total == 0:
            yield ()
        return
    if digits < count or (digits > count and 10 ** (-(-digits // count) - 1) > total):
        return
    if total >= 10 ** (digits - count + 1) + 9 * count:
        return
    for cut in range(start + 1, end - count + 2):
        if not _is_number(text, start, cut, gaps):
            break
        rest = total - int(text[start:cut])
        if rest < 0:
            break
        for others in _parts(text, cut, end, count - 1, rest, gaps, budget):
            yield ((start, cut), *others)
