"""The solver finds the solutions that trying everything finds, and gives up in time where it cannot."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.solver import Budget, Equation, Exhausted, Vector, solve


def brute(domains: dict[str, list[Vector]], equations: list[Equation]) -> dict[str, frozenset[Vector]]:
    found: dict[str, set[Vector]] = {name: set() for name in domains}
    for choice in product(*domains.values()):
        chosen = dict(zip(domains, choice, strict=True))
        width = len(choice[0])
        if all(
            sum(sign * chosen[name][column] for name, sign in equation.items()) == 0
            for equation in equations
            for column in range(width)
        ):
            for name, vector in chosen.items():
                found[name].add(vector)
    return {name: frozenset(vectors) for name, vectors in found.items()}


@st.composite
def puzzles(draw: st.DrawFn) -> tuple[dict[str, list[Vector]], list[Equation]]:
    """Rows of two or three columns with up to four vectors each, under the shapes of equations that the forms have."""
    columns = draw(st.integers(2, 3))
    leaves = [f"leaf{index}" for index in range(draw(st.integers(1, 4)))]
    figure = st.integers(-1, 4)
    domains = {
        name: draw(st.lists(st.tuples(*[figure] * columns), min_size=1, max_size=4, unique=True)) for name in leaves
    }
    # The sums are reached by some choice, or nearly.
    chosen = {name: draw(st.sampled_from(vectors)) for name, vectors in domains.items()}
    whole = tuple(sum(column) for column in zip(*chosen.values(), strict=True))
    domains["handled"] = [whole, *draw(st.lists(st.tuples(*[figure] * columns), max_size=2))]
    domains["new"] = [tuple(value + 1 for value in whole), *draw(st.lists(st.tuples(*[figure] * columns), max_size=2))]
    domains["out"] = [tuple(1 for _ in whole), *draw(st.lists(st.tuples(*[figure] * columns), max_size=2))]
    equations: list[Equation] = [
        {**dict.fromkeys(leaves, 1), "handled": -1},
        {"new": 1, "handled": -1, "out": -1},
    ]
    if len(leaves) > 2 and draw(st.booleans()):
        domains["group"] = [tuple(a + b for a, b in zip(chosen["leaf0"], chosen["leaf1"], strict=True)), whole]
        equations.insert(0, {"leaf0": 1, "leaf1": 1, "group": -1})
    return {name: list(dict.fromkeys(vectors)) for name, vectors in domains.items()}, equations


@settings(max_examples=400, deadline=None)
@given(puzzles())
def test_the_solver_equals_brute_force(puzzle: tuple[dict[str, list[Vector]], list[Equation]]) -> None:
    domains, equations = puzzle
    assert solve(domains, equations) == brute(domains, equations)


def test_no_solution_leaves_nothing() -> None:
    assert solve({"a": [(1, 2)], "b": [(2, 1), (1, 1)]}, [{"a": 1, "b": -1}]) == {"a": frozenset(), "b": frozenset()}


def test_rows_without_equation_keep_their_vectors() -> None:
    assert solve({"a": [(1,)], "b": [(1,)], "c": [(5,), (6,)]}, [{"a": 1, "b": -1}])["c"] == {(5,), (6,)}


def test_equal_figures_are_one_state() -> None:
    """Twenty rows of thirty-five vectors each, but all the same sums again and again."""
    units = [tuple(int(index == place) for index in range(6)) for place in range(6)]
    domains: dict[str, list[Vector]] = {f"leaf{index}": list(units) for index in range(20)}
    equation = dict.fromkeys(domains, 1)
    domains["handled"] = [(20, 0, 0, 0, 0, 0)]
    solved = solve(domains, [{**equation, "handled": -1}])
    assert all(solved[name] == {units[0]} for name in equation)


def test_the_budget_is_kept() -> None:
    domains = {
        f"leaf{row}": [(100 ** (row % 5) * place + place, row * place * place) for place in range(30)]
        for row in range(20)
    }
    equation = dict.fromkeys(domains, 1)
    domains["handled"] = [(10**9, 40_000)]
    with pytest.raises(Exhausted):
        solve(domains, [{**equation, "handled": -1}], Budget(steps=50_000, states=10_000))
