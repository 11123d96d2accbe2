"""Prints what changed between two snapshots, by reason."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.printing import plain
from pipelines.diff import Change
from pipelines.grouping import grouped


def print_by_reason(changes: Iterable[Change], limit: int = -1) -> None:
    """A line for each reason, and below it the changes, at most `limit` of them (-1: all)."""
    nothing = True
    with grouped(changes) as groups:
        for group in groups:
            nothing = False
            print(plain(group))
            for line in groups.lines(group, limit):
                print(f"  {plain(line)}")
            if 0 <= limit < group.count:
                print(f"  and {group.count - limit} more: `nianbao diff` of the two files tells all")
    if nothing:
        print("nothing changed")
