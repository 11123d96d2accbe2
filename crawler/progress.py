"""How long work is told: a bar on a terminal, a plain line now and then elsewhere. On stderr, like all talk."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tqdm import tqdm

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with stage, number done and number in all (0: not known); cleared up at the end."""
    out = stream or sys.stderr
    if out.isatty():
        bars: dict[str, tqdm[Any]] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                bars[stage] = tqdm(desc=stage, total=total or None, file=out, mininterval=0.2, leave=False)
            bar = bars[stage]
            bar.total = total or None
            bar.update(done - bar.n)

        try:
            yield show
        finally:
            for bar in bars.values():
                bar.close()
        return
    last = time.monotonic()

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            print(f"nianbao: {stage}: {done}{f' of {total}' if total else ''}", file=out, flush=True)

    yield tell
