"""Tables from the lines drawn around their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.readers.sheet import Sheet, Stroke

_OPEN_END = 5.0
_WALL = 0.5
_NEAR = 1.7
"""Of `snap`: borders nearer than this are one; no row or column is so narrow."""
_MOST_STROKES = 4_000


class Region(NamedTuple):
    """A cell of a lattice: rows `row` to `row + rowspan`, columns alike."""

    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """`xs` and `ys` are the borders of its columns and rows, `regions` its cells. A side of the table that has no border
    (it goes on across the page) lies where the lines end."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[Region, ...]

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def slot(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the elementary cell around a point inside."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return row, min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)


def lattices(sheet: Sheet) -> list[Lattice]:
    """The tables drawn on a page, from top to bottom. A frame around text (a single cell) is none."""
    snap = sheet.snap
    across, down = _merge(sheet.across, snap), _merge(sheet.down, snap)
    if not across or not down or len(across) + len(down) > _MOST_STROKES:
        return []
    found = (_lattice(*group, snap) for group in _groups(across, down, snap))
    return sorted((one for one in found if one is not None), key=lambda one: one.ys[0])


def _merge(strokes: Sequence[Stroke], snap: float) -> list[Stroke]:
    """Strokes on one line that touch become one."""
    merged: list[Stroke] = []
    for line in _clusters(sorted(strokes), snap):
        at = sorted(stroke.at for stroke in line)[len(line) // 2]
        for stroke in sorted(line, key=lambda one: one.start):
            if merged and merged[-1].at == at and stroke.start <= merged[-1].end + snap:
                merged[-1] = merged[-1]._replace(end=max(merged[-1].end, stroke.end))
            else:
                merged.append(Stroke(at, stroke.start, stroke.end))
    return [stroke for stroke in merged if stroke.end - stroke.start > snap]


def _clusters(strokes: Sequence[Stroke], snap: float) -> list[list[Stroke]]:
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        if groups and stroke.at - groups[-1][0].at <= snap:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    return groups


def _groups(across: Sequence[Stroke], down: Sequence[Stroke], snap: float) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Strokes that hang together through crossings."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for a, flat in enumerate(across):
        for d, tall in enumerate(down, len(across)):
            if flat.start - snap <= tall.at <= flat.end + snap and tall.start - snap <= flat.at <= tall.end + snap:
                parent[root(a)] = root(d)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for index in range(len(parent)):
        flats, talls = groups.setdefault(root(index), ([], []))
        if index < len(across):
            flats.append(across[index])
        else:
            talls.append(down[index - len(across)])
    return list(groups.values())


def _edges(places: Sequence[float], ends: Sequence[float], snap: float) -> tuple[float, ...]:
    """The places of strokes, with the ends of the strokes that cross them where these reach further: an open side."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR * snap:
            edges.append(place)
    if min(ends) < edges[0] - _OPEN_END:
        edges.insert(0, min(ends))
    if max(ends) > edges[-1] + _OPEN_END:
        edges.append(max(ends))
    return tuple(edges)


def _lattice(across: Sequence[Stroke], down: Sequence[Stroke], snap: float) -> Lattice | None:
    if not across or not down:
        return None
    ys = _edges([s.at for s in across], [end for s in down for end in (s.start, s.end)], snap)
    xs = _edges([s.at for s in down], [end for s in across for end in (s.start, s.end)], snap)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:
        return None
    flat = {(y, x) for y in range(1, rows) for x in range(columns) if _covered(across, ys[y], xs[x], xs[x + 1], snap)}
    tall = {(y, x) for x in range(1, columns) for y in range(rows) if _covered(down, xs[x], ys[y], ys[y + 1], snap)}
    regions = _regions(rows, columns, flat, tall)
    # A stroke that is nobody's border (a part of a seal or of a character) makes no column.
    lefts = sorted({edge for r in regions for edge in (r.column, r.column + r.colspan)})
    tops = sorted({edge for r in regions for edge in (r.row, r.row + r.rowspan)})
    kept = tuple(
        Region(
            tops.index(r.row),
            lefts.index(r.column),
            tops.index(r.row + r.rowspan) - tops.index(r.row),
            lefts.index(r.column + r.colspan) - lefts.index(r.column),
        )
        for r in regions
    )
    if len(kept) < 2:
        return None
    return Lattice(
        tuple(xs[edge] for edge in lefts),
        tuple(ys[edge] for edge in tops),
        kept,
    )


def _covered(strokes: Sequence[Stroke], at: float, start: float, end: float, snap: float) -> bool:
    """Whether strokes at this place cover at least half of the way."""
    drawn = sum(max(0.0, min(s.end, end) - max(s.start, start)) for s in strokes if abs(s.at - at) <= _NEAR * snap)
    return drawn >= _WALL * (end - start)


def _regions(rows: int, columns: int, flat: set[tuple[int, int]], tall: set[tuple[int, int]]) -> tuple[Region, ...]:
    """Elementary cells without a wall between them are one. An area that is no rectangle (a border is lost) is cut into
    its rows: what stands there is under several headings, and so under none."""
    seen: set[tuple[int, int]] = set()
    regions: list[Region] = []
    for start in ((y, x) for y in range(rows) for x in range(columns)):
        if start in seen:
            continue
        area, edge = {start}, [start]
        while edge:
            y, x = edge.pop()
            ways = (
                ((y - 1, x), y > 0 and (y, x) not in flat),
                ((y + 1, x), y + 1 < rows and (y + 1, x) not in flat),
                ((y, x - 1), x > 0 and (y, x) not in tall),
                ((y, x + 1), x + 1 < columns and (y, x + 1) not in tall),
            )
            for step, free in ways:
                if free and step not in area:
                    area.add(step)
                    edge.append(step)
        seen |= area
        top, left = min(y for y, _ in area), min(x for _, x in area)
        height, width = max(y for y, _ in area) - top + 1, max(x for _, x in area) - left + 1
        if len(area) == height * width:
            regions.append(Region(top, left, height, width))
        else:
            regions += _cut(area)
    return tuple(sorted(regions))


def _cut(area: set[tuple[int, int]]) -> list[Region]:
    """The runs of an area, row by row."""
    runs: list[Region] = []
    for y, x in sorted(area):
        if runs and runs[-1].row == y and runs[-1].column + runs[-1].colspan == x:
            runs[-1] = runs[-1]._replace(colspan=runs[-1].colspan + 1)
        else:
            runs.append(Region(y, x, 1, 1))
    return runs
