"""Figures of a crawl for monitoring: a text file for the Prometheus node exporter's textfile collector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from crawler.changes import Change


def write_metrics(
    path: Path, rows: Sequence[Mapping[str, Any]], changes: Iterable[Change], status: int, at: float
) -> None:
    """Write the file, replacing an older one at once (the collector may read at any moment).

    `rows` are the run's `site_runs` rows, `status` the exit status, `at` the end as Unix time. Raises OSError.
    """
    registry = CollectorRegistry()

    def gauge(name: str, help_text: str, values: Mapping[str, float], label: str = "") -> None:
        one = Gauge(f"nianbao_crawl_{name}", help_text, [label] if label else [], registry=registry)
        for key, value in values.items():
            (one.labels(key) if label else one).set(value)

    outcomes = Counter(dict.fromkeys(("ok", "partial", "no_column", "empty", "blocked", "unreachable"), 0))
    outcomes.update(str(row["outcome"]) for row in rows)
    kinds = Counter(dict.fromkeys(("new", "changed", "gone", "back", "site"), 0))
    kinds.update(change.kind for change in changes)
    gauge("sites", "Sites of the last crawl by outcome.", outcomes, "outcome")
    gauge("changes", "What the last crawl changed, by kind.", kinds, "kind")
    for key in ("requests", "responses", "errors", "reports_found"):
        gauge(key, f"{key.replace('_', ' ').capitalize()} of the last crawl.", {"": sum(int(row[key]) for row in rows)})
    gauge("exit_status", "Exit status of the last crawl.", {"": status})
    gauge("finished_timestamp_seconds", "When the last crawl ended.", {"": at})
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)
