"""Figures of two columns run together (`294981916`): the split that the table's own sums and the report's prose prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from pipelines.stats.rows import Row

Split = tuple[int, int]
_MOST = 20_000


def splits(digits: str) -> list[Split]:
    """All ways to read the digits as this year's figure and a cumulative one that is not smaller; none has a leading
    zero."""
    found = []
    for cut in range(1, len(digits)):
        year, total = digits[:cut], digits[cut:]
        if all(part == "0" or part[0] != "0" for part in (year, total)) and int(year) <= int(total):
            found.append((int(year), int(total)))
    return found


def solve(rows: Sequence[Row], stated: Mapping[str, int]) -> list[Split | None]:
    """For each row the one split that fits, None where several do or none.

    `stated` are figures of the year that the prose states, by indicator. Within a group (a row and the 其中 rows below
    it) no part is larger than the whole, and the parts add up to it in both columns, if any reading lets them.
    """
    solved: list[Split | None] = [None] * len(rows)
    options = [_options(row, stated) for row in rows]
    for group in _groups(rows):
        ways = [options[index] for index in group]
        fitting = list(_fitting(ways)) if all(ways) else []
        for place, index in enumerate(group):
            alone = set(ways[place]) if not fitting else {way[place] for way in fitting}
            solved[index] = next(iter(alone)) if len(alone) == 1 else None
    return solved


def _options(row: Row, stated: Mapping[str, int]) -> list[Split]:
    digits = row.figures[0].text
    if not digits.isdigit():
        return []
    found = splits(digits)
    for name in row.names:
        if name in stated:
            return [split for split in found if split[0] == stated[name]]
    return found


def _groups(rows: Sequence[Row]) -> Iterator[list[int]]:
    """A row and the rows below it from 其中 on to the next row without a number; indices."""
    group: list[int] = []
    within = False
    for index, row in enumerate(rows):
        opens = row.label.startswith("其中")
        within = opens or (within and row.label[:1].isdigit())
        if not within and group:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _fitting(ways: Sequence[Sequence[Split]]) -> Iterator[tuple[Split, ...]]:
    """The combinations that keep the group's sums; those that only keep each part within the whole if none does."""
    combinations = list(islice(product(*ways), _MOST + 1))
    if len(combinations) > _MOST:
        return
    if len(ways) == 1:
        yield from combinations
        return
    exact = [way for way in combinations if all(sum(p[c] for p in way[1:]) == way[0][c] for c in (0, 1))]
    bounded = [way for way in combinations if all(p[c] <= way[0][c] for p in way[1:] for c in (0, 1))]
    yield from exact or bounded
