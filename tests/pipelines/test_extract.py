from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import extract
from pipelines.model import Extraction, Source

CASES = Path(__file__).resolve().parents[1] / "cases"
LAWFUL = CASES / "lawful_2021" / "page.html"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def page(body: str, title: str = "沙洋县人民政府2022年政府信息公开工作年度报告") -> Extraction:
    return extract(Source(f"<title>{title}</title><h1>{title}</h1>{body}".encode(), mime="text/html"))


@pytest.mark.parametrize(
    ("title", "body", "why"),
    [
        ("【解读】沙洋县2022年政府信息公开工作年度报告", "<p>一、总体情况</p><p>共收到申请35件。</p>", "解读"),
        ("关于做好2022年政府信息公开工作年度报告的通知", "<p>一、编制要求</p><p>各单位按时报送。</p>", "通知"),
        ("沙洋县2022年法治政府建设年度报告", "<p>一、主要做法</p><p>依法行政。</p><p>二、问题</p><p>有待加强。</p>", "法治政府建设"),
        ("沙洋县2022年政府网站工作年度报表", "<table><tr><td>网站名称</td><td>沙洋县</td></tr></table>", "another kind"),
        ("安全验证", "<p>请完成验证后继续访问</p>", "challenge"),
        ("页面不存在", "<p>您访问的页面不存在或已被删除</p>", "error page"),
        ("统一身份认证", "<p>用户名 密码 登录</p>", "login"),
        ("政府信息公开年报", "".join(f"<li><a href='{y}.html'>沙洋县{y}年政府信息公开工作年度报告</a></li>" for y in range(2015, 2023)), ""),
        ("沙洋县2022年政府信息公开工作年度报告", "<div id=app></div><script>render()</script>", "browser"),
        ("领导信息", "<p>县长主持全面工作。</p>", ""),
    ],
)  # fmt: skip
def test_pages_beside_the_reports(title: str, body: str, why: str) -> None:
    extraction = page(body, title)
    assert extraction.report is None
    assert extraction.facts == extraction.sections == extraction.checks == ()
    assert extraction.error is not None
    assert extraction.error.code == "not_a_report"
    assert why in extraction.error.message


def test_a_report_inside_a_letter_is_read_with_a_remark() -> None:
    html = LAWFUL.read_text(encoding="utf-8").replace("工作年度报告", "工作年度报告的函")
    extraction = extract(Source(html.encode(), mime="text/html"))
    assert extraction.report is not None
    assert extraction.report.quality == "warning"
    assert [c.actual for c in extraction.checks if c.rule == "TEMPLATE"] == ["函"]


def test_a_page_that_only_points_to_a_pdf_is_unparsed_never_zero() -> None:
    body = "<p>全文见附件</p><p><a href='/P020230120.pdf'>年度报告.pdf</a></p>"
    title = "沙洋县人民政府2022年政府信息公开工作年度报告"
    source = Source(f"<h1>{title}</h1>{body}".encode(), mime="text/html", attachments=(Source(PDF, name="a.pdf"),))
    report = extract(source).report
    assert report is not None
    assert (report.quality, report.content_kind, report.form, report.year) == ("unparsed", "pdf", None, 2022)
    missing = [c for c in extract(source).checks if c.rule == "TABLE_MISSING"]
    assert [(c.outcome, c.severity, c.actual) for c in missing] == [("fail", "error", "pdf")] * 3
    assert all(f.value is None for f in extract(source).facts)


def test_a_report_in_an_attachment_is_read_from_there() -> None:
    outer = "<h1>沙洋县人民政府2022年政府信息公开工作年度报告</h1><p>发布时间：2023-01-30</p><p>见附件</p>"
    inner = Source(LAWFUL.read_bytes(), mime="text/html", name="report.html")
    extraction = extract(Source(outer.encode(), mime="text/html", attachments=(Source(PDF, name="a.pdf"), inner)))
    report = extraction.report
    assert report is not None
    assert (report.form, report.quality, report.published_on) == ("2021", "ok", "2023-01-30")
    assert len(extraction.facts) == 200
    assert {json.loads(f.locator)["attachment"] for f in extraction.facts} == {1}
    assert [s.kind for s in extraction.sections][1:] == [
        "general",
        "proactive",
        "requests",
        "reviews",
        "problems",
        "other",
    ]


@pytest.mark.parametrize("escaped", [True, False])
def test_a_report_that_a_script_holds_as_json(escaped: bool) -> None:
    body = LAWFUL.read_text(encoding="utf-8").partition("</h1>")[2].partition("</body>")[0]
    held = json.dumps({"DETAIL": {"title": "x", "content": body}}, ensure_ascii=False)
    if escaped:
        held = held.replace("<", "\\u003C").replace(">", "\\u003E")
    html = f"<title>沙洋县人民政府2022年政府信息公开工作年度报告_沙洋县</title><div id=app></div><script>window._CONFIG = {held};</script>"
    for encoding in ("utf-8", "gb18030"):
        extraction = extract(Source(html.encode(encoding), mime="text/html"))
        assert extraction.report is not None
        assert (extraction.report.quality, extraction.report.form) == ("ok", "2021")
        plain = extract(Source(LAWFUL.read_bytes(), mime="text/html"))
        assert [(f.indicator, f.applicant, f.value) for f in extraction.facts] == [
            (f.indicator, f.applicant, f.value) for f in plain.facts
        ]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_content_raises(data: st.DataObject) -> None:
    whole = LAWFUL.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    middle = data.draw(
        st.binary(max_size=40) | st.sampled_from([b"<table>", b"</td>", "第二十条".encode(), b"</p><p>"])
    )
    for body in (whole[:start] + middle + whole[end:], whole[start:end] + middle):
        for mime in ("text/html", "text/plain"):
            extraction = extract(Source(body, mime=mime))
            assert (extraction.report is None) == (extraction.error is not None)


def test_extraction_is_a_pure_function() -> None:
    source = Source(LAWFUL.read_bytes(), mime="text/html")
    assert extract(source) == extract(source)


def run(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "crawler.cli", "extract", *arguments]
    return subprocess.run(command, capture_output=True, input=stdin, check=False, cwd=CASES.parents[1])


def test_the_command_reads_what_it_can_and_names_the_rest(tmp_path: Path) -> None:
    empty, binary, pdf = tmp_path / "empty.html", tmp_path / "x.bin", tmp_path / "r.pdf"
    empty.write_bytes(b"")
    binary.write_bytes(b"\0\1\2\3\xff\xfe\0" * 50)
    pdf.write_bytes(PDF)
    files = [str(LAWFUL), str(empty), str(tmp_path), str(tmp_path / "nowhere"), str(binary), str(pdf), str(LAWFUL)]
    done = run("--json", *files)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1
    assert [row["file"] for row in rows] == files
    assert [(row["error"] or {}).get("code") for row in rows][:4] == [None, "empty", "directory", "missing"]
    assert rows[4]["error"]["code"] in ("binary", "unsupported")
    assert set(rows[0]) == {"file", "report", "facts", "printed", "sections", "checks", "error"}
    assert rows[0]["report"]["quality"] == "ok"
    assert set(rows[0]["facts"][0]) == {"indicator", "applicant", "value", "unit", "raw", "state", "method", "locator"}
    assert set(rows[0]["checks"][0]) == {
        "rule",
        "outcome",
        "severity",
        "indicator",
        "applicant",
        "expected",
        "actual",
        "message",
    }
    assert rows[1]["report"] is None
    talk = done.stderr.decode().splitlines()
    failed = [row["file"] for row in rows if row["error"]]
    assert [line.split(": ")[1] for line in talk] == failed
    assert all("; " in line for line in talk)


def test_the_command_without_json_prints_a_summary_and_reads_standard_input() -> None:
    done = run("-", "--url", "https://www.shayang.gov.cn/a.html", stdin=LAWFUL.read_bytes())
    out = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""
    for words in ("沙洋县人民政府", "420822", "2022", "ok", "200 reported"):
        assert words in out


def test_the_commands_help_has_an_example() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert b"example:" in done.stdout
    assert io.BytesIO(done.stdout).readline().startswith(b"usage: nianbao extract")
