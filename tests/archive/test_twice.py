"""`nianbao archive diff`: what an authority changed on a page, as text and as cells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.capture import Capture
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.writer import ArchiveWriter
from crawler.cli import main

Make = Callable[..., Exchange]
PAGE = """<html><head><meta charset="utf-8"><title>盐山县2021年政府信息公开工作年度报告</title></head><body>
<h1>盐山县2021年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{word}公开信息。</p>
<p>二、主动公开政府信息情况</p><table border="1">
<tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td>行政规范性文件</td><td>{made}</td><td>1</td><td>30</td></tr></table></body></html>"""


@pytest.fixture
def twice(data: DataDir, make: Make) -> list[Capture]:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        return [
            writer.write(make("/r.html", PAGE.format(word=word, made=made).encode(), second=second, role="report"))
            for second, (word, made) in enumerate([("主动", 5), ("依法", 7)])
        ]


def test_text_and_cells(data: DataDir, twice: list[Capture], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = twice
    where = ["--data", str(data.root)]
    outputs = []
    for pair in ([old.url], [old.capture_id, new.capture_id], [f"{old.url}@2026-03-01T08:00:00", new.url]):
        assert main(["archive", "diff", *pair, *where]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] == outputs[2]
    lines = outputs[0].splitlines()
    assert lines[:2] == [f"--- {old.url} {old.fetched_at}", f"+++ {new.url} {new.fetched_at}"]
    assert "-主动公开信息。" in lines
    assert "+依法公开信息。" in lines
    cells = [line.split("\t") for line in lines if line.count("\t") == 3 and line[0] not in "+- "]
    assert [cell[2:] for cell in cells] == [["5", "7"]]
    assert main(["archive", "diff", old.url, "--only", "cells", *where]) == 0
    assert capsys.readouterr().out.splitlines() == ["\t".join(cells[0])]


def test_the_same_and_the_unreadable(data: DataDir, make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    with ArchiveWriter(data.warc, run_id="r", operator="t") as writer:
        one = writer.write(make("/x", b"%PDF-1.7 nothing", headers=(("Content-Type", "application/pdf"),)))
        two = writer.write(make("/y", b"<p>text", second=1))
    where = ["--data", str(data.root)]
    assert main(["archive", "diff", one.url, *where]) == 1
    assert "has the same bytes" in capsys.readouterr().err
    assert main(["archive", "diff", one.url, one.url, *where]) == 0
    out, err = capsys.readouterr()
    assert (out, err.count("the same")) == ("", 2)
    assert main(["archive", "diff", one.url, two.url, *where]) == 0
    assert f"-[application/pdf, 16 bytes, {one.payload_digest}: " in capsys.readouterr().out
