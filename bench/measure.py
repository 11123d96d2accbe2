"""Timing in pairs: ours and the floor in turn, so that a machine that slows down slows both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Pair:
    """CPU milliseconds per unit of both (medians), and the median of the ratios taken pair by pair."""

    name: str
    unit: str
    ours: float
    floor: float
    ratio: float
    low: float
    high: float
    target: str


def pair(
    name: str, unit: str, ours: Callable[[], int], floor: Callable[[], int], *, target: str, rounds: int = 7
) -> Pair:
    """Run both in turn, after one warm-up each. Each callable does its work and returns how many units that was."""
    ours(), floor()
    times = [(_once(ours), _once(floor)) for _ in range(rounds)]
    ratios = sorted(mine / theirs for mine, theirs in times)
    return Pair(
        name,
        unit,
        median(mine for mine, _ in times),
        median(theirs for _, theirs in times),
        median(ratios),
        ratios[0],
        ratios[-1],
        target,
    )


def _once(work: Callable[[], int]) -> float:
    before = time.process_time()
    units = work()
    return (time.process_time() - before) * 1000 / units


def table(pairs: list[Pair]) -> str:
    """A Markdown table."""
    lines = [
        "| what | unit | ours, ms CPU | floor, ms CPU | ratio, median (low–high) | target |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {p.name} | {p.unit} | {p.ours:.2f} | {p.floor:.2f} | {p.ratio:.2f} ({p.low:.2f}–{p.high:.2f}) | {p.target} |"
        for p in pairs
    ]
    return "\n".join(lines)
