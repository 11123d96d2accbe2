"""A person's word on a finding: kept beside the tables, whatever becomes of these."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.datadir import DataDir
from archive.reader import iter_archive
from crawler.cli import main
from crawler.locking import only_crawl
from demo.figures import Figures, altered
from pipelines.extract import extract
from pipelines.finalize import finalize
from pipelines.model import Source
from pipelines.process import process
from pipelines.reprocess import reprocess
from pipelines.store import Store
from pipelines.store.keys import fingerprints

Page = Callable[..., bytes]
NOTE = "原文如此, “照录”\n第二行"


def crawl(data: DataDir) -> None:
    with Store.open(data.db) as store:
        process(data, store, iter_archive(data.warc), workers=0)
        finalize(store)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


VERDICTS = 'SELECT fingerprint, verdict, note, "by" FROM verdicts ORDER BY 1'


@pytest.fixture
def broken(figures: dict[int, Figures]) -> Figures:
    return altered(figures[2022], {("review_total", ""): 77.0})


@pytest.fixture
def found(archive: Any, data: DataDir, page: Page, figures: dict[int, Figures], broken: Figures) -> str:
    """The fingerprint of the one arithmetical error among two reports."""
    archive.page("/2021.html", page(figures[2021]))
    archive.page("/2022.html", page(broken))
    archive.run()
    crawl(data)
    [(fingerprint,)] = rows(data.db, "SELECT fingerprint FROM findings WHERE rule = 'T4_SUM'")
    return str(fingerprint)


def verdict(data: DataDir, *words: str) -> int:
    return main(["verdict", *words, "--data", str(data.root)])


def test_a_verdict_outlives_rebuilding_and_another_crawl(
    found: str, data: DataDir, archive: Any, page: Page, broken: Figures, tmp_path: Path
) -> None:
    assert verdict(data, found, "confirmed", "--by", "李雷", "--note", NOTE) == 0
    wanted = [(found, "confirmed", NOTE, "李雷")]
    assert rows(data.db, VERDICTS) == wanted
    # Fetched again with something else on the page, and read as a crawl reads.
    archive.page("/2022.html", page(broken, note="本页已被浏览12次"), "04-01")
    crawl(data)
    assert rows(data.db, VERDICTS) == wanted
    for out, full in ((None, False), (None, True), (tmp_path / "new.db", False)):
        path = reprocess(data, out, full=full, workers=0).path
        assert rows(path, VERDICTS) == wanted
        assert rows(path, "SELECT rule FROM verdicts JOIN findings USING (fingerprint)") == [("T4_SUM",)]
    data.db.unlink()
    reprocess(data, workers=0)
    assert rows(data.db, VERDICTS) == wanted


def test_a_word_that_only_the_tables_know_is_written_down(found: str, data: DataDir) -> None:
    with closing(sqlite3.connect(data.db)) as db, db:
        db.execute("INSERT INTO verdicts VALUES (?, 'dismissed', '', 'me', '2026-05-01')", (found,))
    reprocess(data, workers=0)
    [row] = csv.DictReader(io.StringIO(data.verdicts.read_text(encoding="utf-8")))
    assert (row["fingerprint"], row["verdict"], row["rule"], row["indicator"]) == (
        found, "dismissed", "T4_SUM", "review_total",
    )  # fmt: skip


def test_the_later_word_counts_and_can_be_taken_back(
    found: str, data: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict(data, found, "confirmed", "--by", "a")
    verdict(data, found, "dismissed", "--by", "b")
    assert rows(data.db, VERDICTS) == [(found, "dismissed", "", "b")]
    capsys.readouterr()
    main(["check", "--data", str(data.root), "--csv"])
    assert f"dismissed,{found}" in capsys.readouterr().out
    main(["check", "--data", str(data.root), "--csv", "--open"])
    assert found not in capsys.readouterr().out
    assert verdict(data, found, "withdrawn") == 0
    reprocess(data, workers=0)
    assert rows(data.db, VERDICTS) == []
    assert verdict(data, found, "withdrawn") == 1


def test_a_verdict_whose_finding_is_gone_is_kept_and_shown(
    found: str, data: DataDir, archive: Any, page: Page, figures: dict[int, Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    verdict(data, found, "confirmed", "--by", "a")
    archive.page("/2022.html", page(figures[2022]), "04-01")
    reprocess(data, workers=0)
    assert rows(data.db, "SELECT count(*) FROM findings WHERE rule = 'T4_SUM'") == [(0,)]
    capsys.readouterr()
    assert verdict(data, "--list", "--csv") == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["finding"], row["fingerprint"], row["rule"], row["indicator"]) == (
        "gone",
        found,
        "T4_SUM",
        "review_total",
    )


def test_verdicts_are_exchanged_as_csv(
    found: str, data: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict(data, found, "confirmed", "--by", "a", "--note", NOTE)
    capsys.readouterr()
    assert verdict(data, "--export") == 0
    text = capsys.readouterr().out
    assert text == data.verdicts.read_text(encoding="utf-8")
    verdict(data, found, "withdrawn")
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(text + "0123456789abcdef,dismissed,,b,2026-01-01T00:00:00Z,,,,,\n", encoding="utf-8")
    assert verdict(data, "--import", str(theirs)) == 0
    assert "1 are on findings that are not in the tables" in capsys.readouterr().err
    assert rows(data.db, VERDICTS) == [("0123456789abcdef", "dismissed", "", "b"), (found, "confirmed", NOTE, "a")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("fingerprint,verdict\nxyz,confirmed\n", "line 2: 'xyz' is no fingerprint"),
        ("fingerprint,verdict\n0123456789abcdef,perhaps\n", "line 2: 'perhaps' is neither"),
        ("a,b\n1,2\n", "no fingerprint"),
    ],
)
def test_a_file_of_verdicts_that_is_none_changes_nothing(
    found: str, data: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, reason: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    assert verdict(data, "--import", str(file)) == 1
    assert reason in capsys.readouterr().err
    assert rows(data.db, VERDICTS) == []


def test_refusals_name_the_reason(found: str, data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict(data, "0123456789abcdef", "confirmed", "--by", "a") == 1
    assert "no finding" in capsys.readouterr().err
    assert verdict(data, found, "confirmed") == 2
    assert "--by" in capsys.readouterr().err
    assert verdict(data, found) == 2
    with only_crawl(data.crawl):
        assert verdict(data, found, "confirmed", "--by", "a") == 1
    assert "at work there" in capsys.readouterr().err
    assert not data.verdicts.exists()


def findings(body: bytes) -> set[tuple[str, str]]:
    checks = extract(Source(body, url="http://www.yanshan.gov.cn/2022.html")).checks
    return {(fp, one.rule) for fp, one in zip(fingerprints("r", checks), checks, strict=True) if one.severity}


def test_a_finding_keeps_its_fingerprint_when_something_else_changes(page: Page, broken: Figures) -> None:
    text = page(broken).decode()
    row = "<tr><td>其他收费事项</td><td>3</td></tr>"
    first = text.replace("</table>", f"{row}</table>", 1)
    before = findings(first.encode())
    assert {"T4_SUM", "LABELS"} <= {rule for _, rule in before}
    # Another sentence and another unknown row before, another error behind.
    more = first.replace("<p", "<p>按照规定,现将有关情况公布如下。</p><p", 1)
    more = more.replace(row, f"<tr><td>另外收费事项</td><td>5</td></tr>{row}", 1)
    assert before < findings(more.encode())
