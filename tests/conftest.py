"""What all tests share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"


@pytest.fixture(scope="session")
def real_reports() -> Path:
    """The folder of real reports with their truth, where it is there."""
    if not (REPORTS / "truth.jsonl").is_file():
        pytest.skip("the folder of real reports is not here")
    return REPORTS


@pytest.fixture(scope="session")
def truth(real_reports: Path) -> dict[str, dict[str, Any]]:
    """File name to its truth: unit, year, form, facts."""
    with (real_reports / "truth.jsonl").open(encoding="utf-8") as lines:
        return {row["file"]: row for row in map(json.loads, lines)}
