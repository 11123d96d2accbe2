"""All solutions of sums: which vectors of each row occur in some choice of one a row under which every equation holds.

Rows have domains of whole vectors, a figure a column; an equation says that rows, each with a sign, add up to nothing in
every column. The search is exact. It first drops vectors that the reach of the others forbids, column by column, then
walks the rows with sets of partial sums. Equal sums are one state, so many zeros or equal figures cost nothing.

A state is one integer: the partial sums of all equations and columns side by side, each in a field of `width` bits, so
that adding a row is one addition and testing the reach of all fields is one subtraction and one mask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Vector = tuple[int, ...]
Equation = Mapping[str, int]
"""Rows and their signs, +1 or -1."""

MAX_STEPS = 1_200_000
MAX_STATES = 150_000


class Exhausted(Exception):
    """The search would take more steps or states than it may. `narrowed` are the vectors left for each row when every
    column was looked at alone: all solutions are among them. It is None when not even that was done."""

    narrowed: dict[str, frozenset[Vector]] | None = None


@dataclass(slots=True)
class Budget:
    """What the search may still spend; one may serve several searches. Spending more raises `Exhausted`."""

    steps: int = MAX_STEPS
    states: int = MAX_STATES

    def step(self, count: int) -> None:
        self.steps -= count
        if self.steps < 0:
            raise Exhausted

    def store(self, count: int) -> None:
        self.states -= count
        if self.states < 0:
            raise Exhausted


def solve(
    domains: Mapping[str, Sequence[Vector]], equations: Sequence[Equation], budget: Budget | None = None
) -> dict[str, frozenset[Vector]]:
    """For each row the vectors of its domain that occur in some solution; all sets are empty if there is none.

    Every row that an equation names must have a domain; vectors are of one length. A row that no equation names keeps its
    domain. Raises `Exhausted` when the budget does not suffice.
    """
    budget = budget or Budget()
    left = {name: list(dict.fromkeys(vectors)) for name, vectors in domains.items()}
    named = {name for equation in equations for name in equation}
    if not all(left.values()) or not _narrow(left, equations, budget):
        return {name: frozenset(() if named else vectors) for name, vectors in left.items()}
    try:
        return _joint(left, equations, budget)
    except Exhausted as error:
        error.narrowed = {name: frozenset(vectors) for name, vectors in left.items()}
        raise


def _joint(
    left: Mapping[str, Sequence[Vector]], equations: Sequence[Equation], budget: Budget
) -> dict[str, frozenset[Vector]]:
    found: dict[str, frozenset[Vector]] = {}
    for rows in _components(left, equations):
        own = [equation for equation in equations if not rows.isdisjoint(equation)]
        solved = _walk({name: left[name] for name in rows}, left, own, budget)
        if solved is None:
            return {name: frozenset() for name in left}
        found.update(solved)
    return {name: found.get(name, frozenset(vectors)) for name, vectors in left.items()}


def _narrow(left: dict[str, list[Vector]], equations: Sequence[Equation], budget: Budget) -> bool:
    """Drops vectors with a figure that has no part in any solution of its own column, until none is left to drop; False
    if a row has none left. Columns taken alone have few sums, and the walk over all columns then has few vectors."""
    while _bound(left, equations, budget):
        before = sum(map(len, left.values()))
        for equation in equations:
            rows = [name for name in equation if len(left[name]) > 1]
            for column in range(len(next(iter(left.values()))[0]) if rows else 0):
                own = {name: list(dict.fromkeys((vector[column],) for vector in left[name])) for name in equation}
                open_rows = {name: figures for name, figures in own.items() if len(figures) > 1}
                if not open_rows:
                    continue
                solved = _walk(open_rows, own, [equation], budget)
                if solved is None:
                    return False
                for name, figures in solved.items():
                    if len(figures) < len(own[name]):
                        left[name] = [vector for vector in left[name] if (vector[column],) in figures]
        if sum(map(len, left.values())) == before:
            return True
    return False


def _bound(left: dict[str, list[Vector]], equations: Sequence[Equation], budget: Budget) -> bool:
    """Drops vectors until every one fits the least and the most that the other rows can add; False if a row has none."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            if not all(left[name] for name in equation):
                return False
            budget.step(sum(len(left[name]) for name in equation))
            ends = {name: _ends(left[name], sign) for name, sign in equation.items()}
            low = [sum(column) for column in zip(*(lows for lows, _ in ends.values()), strict=True)]
            high = [sum(column) for column in zip(*(highs for _, highs in ends.values()), strict=True)]
            if any(a > 0 for a in low) or any(b < 0 for b in high):
                return False
            for name, sign in equation.items():
                if len(left[name]) < 2:
                    continue
                lows, highs = ends[name]
                floor = [b - own for b, own in zip(high, highs, strict=True)]
                ceiling = [a - own for a, own in zip(low, lows, strict=True)]
                kept = [
                    vector
                    for vector in left[name]
                    if all(-f <= sign * v <= -c for v, f, c in zip(vector, floor, ceiling, strict=True))
                ]
                if len(kept) < len(left[name]):
                    left[name] = kept
                    changed = True
                    if not kept:
                        return False
    return True


def _ends(vectors: Sequence[Vector], sign: int) -> tuple[list[int], list[int]]:
    """Least and greatest signed figure of each column."""
    columns = list(zip(*vectors, strict=True))
    lows, highs = [min(column) for column in columns], [max(column) for column in columns]
    return (lows, highs) if sign > 0 else ([-v for v in highs], [-v for v in lows])


def _components(left: Mapping[str, Sequence[Vector]], equations: Sequence[Equation]) -> list[set[str]]:
    """Open rows that equations connect through open rows."""
    groups: list[set[str]] = []
    for equation in equations:
        rows = {name for name in equation if len(left[name]) > 1}
        if not rows:
            continue
        for group in [group for group in groups if not group.isdisjoint(rows)]:
            rows |= group
            groups.remove(group)
        groups.append(rows)
    return groups


def _walk(
    domains: Mapping[str, Sequence[Vector]],
    left: Mapping[str, Sequence[Vector]],
    equations: Sequence[Equation],
    budget: Budget,
) -> dict[str, frozenset[Vector]] | None:
    """The vectors of open rows in solutions; None if there is no solution."""
    columns = len(next(iter(left.values()))[0])
    need = [0] * (columns * len(equations))
    most = [0] * len(need)
    for number, equation in enumerate(equations):
        for name, sign in equation.items():
            for column in range(columns):
                field = number * columns + column
                most[field] += max(abs(vector[column]) for vector in left[name])
                if name not in domains:
                    need[field] += sign * left[name][0][column]
    width = max(most).bit_length() + 3
    order = _order(domains, equations)
    steps = [
        [(_pack(_spread(name, vector, equations, columns), width), vector) for vector in domains[name]]
        for name in order
    ]
    floors, ceilings = _reaches(order, domains, equations, columns)
    guard = _pack([1 << (width - 1)] * len(need), width)
    forward: list[set[int]] = [{_pack(need, width)}]
    for index, step in enumerate(steps):
        budget.step(len(forward[-1]) * len(step))
        # A state may go on if what is missing lies within reach: -ceiling <= state <= -floor, in all fields at once.
        lowest = _pack([-value for value in ceilings[index + 1]], width) - guard
        highest = _pack([-value for value in floors[index + 1]], width) + guard
        reached = {
            total
            for state in forward[-1]
            for move, _ in step
            if ((total := state + move) - lowest) & guard == guard and (highest - total) & guard == guard
        }
        budget.store(len(reached))
        forward.append(reached)
        if not reached:
            return None
    return _back(order, steps, forward, budget)


def _back(
    order: Sequence[str], steps: Sequence[Sequence[tuple[int, Vector]]], forward: Sequence[set[int]], budget: Budget
) -> dict[str, frozenset[Vector]] | None:
    goal = forward[-1] & {0}
    if not goal:
        return None
    found: dict[str, frozenset[Vector]] = {}
    for index in range(len(order) - 1, -1, -1):
        budget.step(len(forward[index]) * len(steps[index]))
        alive: set[int] = set()
        used: set[Vector] = set()
        for move, vector in steps[index]:
            through = {state for state in forward[index] if state + move in goal}
            if through:
                alive |= through
                used.add(vector)
        found[order[index]] = frozenset(used)
        goal = alive
    return found


def _order(domains: Mapping[str, Sequence[Vector]], equations: Sequence[Equation]) -> list[str]:
    """Equation by equation, rows of one equation before those that lead into the next, small domains first."""
    order: list[str] = []
    for number, equation in enumerate(equations):
        later = {name for other in equations[number + 1 :] for name in other}
        rows = [name for name in equation if name in domains and name not in order]
        order += sorted(rows, key=lambda name: (name in later, len(domains[name])))
    return order


def _spread(name: str, vector: Vector, equations: Sequence[Equation], columns: int) -> list[int]:
    """What the row adds to each field."""
    fields: list[int] = []
    for equation in equations:
        sign = equation.get(name, 0)
        fields += [sign * value for value in vector] if sign else [0] * columns
    return fields


def _pack(fields: Sequence[int], width: int) -> int:
    packed = 0
    for value in reversed(fields):
        packed = (packed << width) + value
    return packed


def _reaches(
    order: Sequence[str], domains: Mapping[str, Sequence[Vector]], equations: Sequence[Equation], columns: int
) -> tuple[list[list[int]], list[list[int]]]:
    """For each place in the order the least and the most that the rows from there on add to each field."""
    floors, ceilings = [[0] * (columns * len(equations))], [[0] * (columns * len(equations))]
    for name in reversed(order):
        spreads = [_spread(name, vector, equations, columns) for vector in domains[name]]
        fields = list(zip(*spreads, strict=True))
        floors.append([a + min(field) for a, field in zip(floors[-1], fields, strict=True)])
        ceilings.append([a + max(field) for a, field in zip(ceilings[-1], fields, strict=True)])
    return floors[::-1], ceilings[::-1]
