from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from pipelines.bounded import ReadingPool
from pipelines.model import Source

LETTER = Source("<html><p>关于开展工作的函</p></html>".encode())
MANY = b" ".join(b"a%d" % number for number in range(2_900))
# The parser's time grows with the square of a tag's attributes.
SLOW = Source(b"<html>" + (b"<p " + MANY + b">x</p>") * 900)


def children() -> set[int]:
    """Processes below this one, through the server that they fork from."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1])
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {os.getpid()}


def busiest(candidates: set[int]) -> int:
    def ticks(pid: int) -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    return max(candidates, key=ticks)


@pytest.mark.slow
def test_a_deadline_and_a_dead_worker_cost_one_source_only() -> None:
    with ReadingPool(workers=1, seconds=60) as pool:
        first = pool.submit(LETTER).result(timeout=60)
        assert first.error is not None
        assert first.error.code == "not_a_report"
        doomed = pool.submit(SLOW)
        time.sleep(1.0)
        os.kill(busiest(children()), signal.SIGKILL)
        killed = doomed.result(timeout=60)
        assert killed.error is not None
        assert killed.error.code == "crashed"
        assert pool.submit(LETTER).result(timeout=60) == first
    with ReadingPool(workers=1, seconds=1) as pool:
        assert pool.submit(LETTER).result(timeout=60) == first
        late = pool.submit(SLOW)
        waiting = pool.submit(LETTER)
        error = late.result(timeout=60).error
        assert error is not None
        assert error.code == "timeout"
        assert waiting.result(timeout=60) == first
