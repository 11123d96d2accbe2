"""A case from the archive is the page as the archive has it, and reads as it did there."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from crawler.cli import main
from demo.figures import Figures, altered
from pipelines import cases
from pipelines.extract import extract
from pipelines.reprocess import reprocess
from pipelines.stored import Stored

TOP = Path(__file__).resolve().parents[2]
Page = Callable[..., bytes]


@pytest.fixture
def report(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures]) -> Capture:
    """A page in GBK whose charset only the server tells, with an attachment, and one that is no report."""
    broken = altered(figures[2022], {("review_total", ""): 77.0})
    text = page(broken).decode().replace('<meta charset="utf-8">', "").encode("gb18030")
    context = {"anchor": '2022年\x7f"年报"', "column": ["年报", "县"], "listed_on": None}
    capture: Capture = archive.page("/2022.html", text, mime="text/html; charset=gb18030", context=context)
    parent = {"parent": capture.url}
    archive.page("/fj/b.docx", b"PK\x03\x04broken", "2026-03-01T08:00:05.000000Z", role="attachment", context=parent)
    archive.page("/2022.html", text, "04-01", mime="text/html; charset=gb18030", context=context)
    archive.page("/fj/b.docx", b"PK\x03\x04broken", "2026-04-01T08:00:05.000000Z", role="attachment", context=parent)
    archive.page("/news.html", "<p>关于召开会议的通知</p>".encode())
    archive.page("/gone.html", b"", status=404)
    archive.page("/list.html", b"<p>list</p>", role="list")
    archive.writer.close()
    reprocess(data, workers=0)
    return capture


def test_the_folder_holds_what_the_archive_holds(
    report: Capture, data: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tests" / "cases" / "mine"
    assert main(["newcase", report.url, "--data", str(data.root), "--out", str(folder)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == str(folder)
    assert any("T4_SUM fail" in line and "look at" in line for line in out[1:])
    case, source = cases.load(folder)
    assert report.position
    attachment = source.attachments[0]
    archived = Stored(data.warc, report.position).load()
    assert (source.body, source.url, source.mime, source.charset, source.name, source.site) == (
        archived.body, archived.url, archived.mime, archived.charset, archived.name, archived.site,
    )  # fmt: skip
    assert source.context == {key: value for key, value in archived.context.items() if value is not None}
    assert (attachment.body, attachment.url.rpartition("/")[2]) == (b"PK\x03\x04broken", attachment.name)
    assert case["origin"]["capture_id"] == report.capture_id
    read = extract(source).report
    assert read
    assert (read.unit_name, read.year) == ("盐山县人民政府", 2022)
    # The project's own test takes it up as it is.
    tests = tmp_path / "tests" / "pipelines"
    tests.mkdir()
    shutil.copy(TOP / "tests" / "pipelines" / "test_cases.py", tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "accepted and mine", str(tests)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
    expectation = folder / "report.json"
    expectation.write_text(expectation.read_text(encoding="utf-8").replace("77", "78"), encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, "1 failed" in done.stdout) == (1, True), done.stdout


def test_reports_and_captures_are_known_by_their_identifiers(
    report: Capture, data: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(data.db)) as db:
        [(name,)] = db.execute("SELECT report_id FROM reports").fetchall()
        captures = dict(
            db.execute(
                "SELECT role || fetched_at, capture_id FROM captures WHERE url LIKE '%2022%' OR url LIKE '%b.docx'"
            )
        )
        [(news,)] = db.execute("SELECT capture_id FROM captures WHERE url LIKE '%news%'").fetchall()
    monkeypatch.chdir(tmp_path)
    assert main(["newcase", name, "--data", str(data.root)]) == 0
    folder = tmp_path / "tests" / "cases" / name.replace("-", "_")
    assert capsys.readouterr().out.splitlines()[0] == str(folder.relative_to(tmp_path))
    wanted = (folder / "case.toml").read_text(encoding="utf-8")
    for number, when in enumerate(("report2026-03-01", "report2026-04-01", "attachment2026-03-01")):
        [capture] = [key for at, key in captures.items() if at.startswith(when)]
        assert main(["newcase", capture, "--data", str(data.root), "--out", str(number)]) == 0
        assert (tmp_path / str(number) / "case.toml").read_text(encoding="utf-8") == wanted
    assert main(["newcase", news, "--data", str(data.root), "--out", "news"]) == 0
    assert "nothing was read" in capsys.readouterr().out
    assert tomllib.loads((tmp_path / "news" / "case.toml").read_text(encoding="utf-8"))["page"] == "page.html"
    assert '"not_a_report"' in (tmp_path / "news" / "report.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("no-such", "no-such: no such report, capture or page in"),
        ("{home}gone.html", "with status 404: there is nothing to read"),
        ("{home}list.html", "is kept as `list`"),
        ("{home}2022.html", "taken: is there already"),
    ],
)
def test_errors_are_one_line(
    report: Capture, data: DataDir, tmp_path: Path, which: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").mkdir()
    name = which.format(home="http://www.yanshan.gov.cn/")
    assert main(["newcase", name, "--data", str(data.root), "--out", str(tmp_path / "taken")]) == 1
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1
    assert not list(tmp_path.glob(".taken*"))
