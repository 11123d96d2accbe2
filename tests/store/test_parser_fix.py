"""docs/parser-fix.md, line by line: a wording that no form knows, from the report of a wrong cell to the new tables."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.datadir import DataDir
from demo.figures import Figures

TOP = Path(__file__).resolve().parents[2]
Page = Callable[..., bytes]


def blocks() -> list[tuple[bool, str]]:
    """The page's shell lines, and whether they should fail."""
    text = (TOP / "docs" / "parser-fix.md").read_text(encoding="utf-8")
    return [(bool(fails), lines) for fails, lines in re.findall(r"```sh( fails)?\n(.*?)```", text, re.DOTALL)]


@pytest.mark.slow
def test_the_way_of_a_fix_works_as_it_is_written(
    archive: Any, page: Page, figures: dict[int, Figures], tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    for package in ("archive", "pipelines"):
        shutil.copytree(TOP / package, checkout / package)
    # Of the cases only a few: the page's lines are to be tested, not the cases.
    for case in ("lawful_2021", "lawful_2019", "t4_sum"):
        shutil.copytree(TOP / "tests" / "cases" / case, checkout / "tests" / "cases" / case)
    (checkout / "tests" / "pipelines").mkdir()
    shutil.copy(TOP / "tests" / "pipelines" / "test_cases.py", checkout / "tests" / "pipelines")
    data = DataDir(checkout / "data")
    unknown = "收取的行政事业收入".encode()
    archive.writer.folder = data.warc
    for year in (2021, 2022, 2023):
        archive.page(f"/{year}.html", page(figures[year]).replace("行政事业性收费".encode(), unknown))
    archive.page("/2020.html", page(figures[2020]))
    archive.writer.close()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(checkout),
        "PYTEST_ADDOPTS": "-p no:cacheprovider -k 'accepted'",
        "CELL": "art20_8_fees_amount",
    }

    def run(lines: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", lines], cwd=checkout, env=environment, capture_output=True, text=True, timeout=120
        )

    assert run("nianbao reprocess").returncode == 0
    with closing(sqlite3.connect(data.db)) as db:
        [(environment["REPORT"],)] = db.execute("SELECT report_id FROM reports WHERE year = 2022").fetchall()
    case = checkout / "tests" / "cases" / "my_case" / "report.json"
    said = {}
    for fails, lines in blocks():
        done = run(lines)
        if "locate" in lines:
            # It was not found at all.
            assert done.returncode == 1
            assert "is not in the document" in done.stderr
            continue
        said[lines] = done.stdout
        assert (done.returncode != 0) == fails, (lines, done.stdout, done.stderr)
        if "newcase" in lines:
            # By hand, from the page.
            expected = json.loads(case.read_text(encoding="utf-8"))
            assert expected["facts"]["art20_8_fees_amount"] == "absent"
            expected["facts"]["art20_8_fees_amount"] = figures[2022].facts["art20_8_fees_amount", ""]
            case.write_text(json.dumps(expected, ensure_ascii=False, indent=1), encoding="utf-8")
        if fails:
            form = checkout / "pipelines" / "forms" / "2021.toml"
            text = form.read_text(encoding="utf-8")
            form.write_text(
                text.replace('"行政事业性收费"', f'"行政事业性收费", "{unknown.decode()}"'), encoding="utf-8"
            )
            # What else follows: the label is known, the row no longer missed.
            expected = json.loads(case.read_text(encoding="utf-8"))
            assert run("NIANBAO_ACCEPT=1 pytest tests/pipelines/test_cases.py -k my_case").returncode == 0
            assert json.loads(case.read_text(encoding="utf-8"))["facts"] == expected["facts"]
    [rehearsal] = [out for lines, out in said.items() if "--dry-run" in lines]
    assert rehearsal.startswith("table 2 row art20_8_fees_amount: absent → reported by ")
    assert rehearsal.splitlines()[0].endswith(": 3 cells in 3 reports")
    [told] = [out for lines, out in said.items() if "--by-reason" in lines]
    assert rehearsal in told
    with closing(sqlite3.connect(data.db)) as db:
        query = "SELECT state, count(*) FROM facts WHERE indicator = 'art20_8_fees_amount' GROUP BY 1"
        assert db.execute(query).fetchall() in ([("reported", 3)], [("reported", 4)])
