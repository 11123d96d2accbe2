"""What all tests share."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"


def _load(folder: Path) -> None:
    """Make a folder of helpers importable by its name; `tests` itself is on no path, its folders bear the packages' names."""
    spec = importlib.util.spec_from_file_location(
        folder.name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[folder.name] = module
    spec.loader.exec_module(module)


_load(Path(__file__).parent / "generator")


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
