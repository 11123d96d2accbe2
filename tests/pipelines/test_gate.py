"""What is no report, however much its page looks like one; and reports that arrive inside a letter or a notice."""

from __future__ import annotations

import pytest

from pipelines.extract import extract
from pipelines.model import Source

REPORT = (
    "<p>本报告根据《中华人民共和国政府信息公开条例》编制，统计期限自2016年1月1日起至2016年12月31日。</p>"
    "<p>一、概述</p><p>2016年，全县公开工作有序开展。</p>"
    "<p>二、主动公开政府信息情况</p><p>2016年，全县共主动公开政府信息7659条。</p>"
    "<p>三、依申请公开政府信息情况</p><p>全年收到政府信息公开申请12件。</p>"
    "<p>四、因政府信息公开申请行政复议、提起行政诉讼的情况</p><p>未发生因政府信息公开引起的行政复议和行政诉讼。</p>"
    "<p>五、存在的主要问题及改进措施</p><p>继续努力。</p>"
)
STATISTICS = (
    "<table><tr><td>指标名称<td>单位<td>统计数<tr><td>一、主动公开政府信息数<td>条<td>7659<tr><td>其中：政府网站公开政府信息数<td>条<td>7000"
    "<tr><td>收到申请数<td>件<td>12<tr><td>当面申请数<td>件<td>2<tr><td>信函申请数<td>件<td>10<tr><td>申请办结数<td>件<td>12</table>"
)


def read(title: str, body: str) -> tuple[str, str]:
    """(title of the report, '') or ('', why it is none)."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    found = extract(Source(page.encode(), name="a.html"))
    if found.report:
        return found.report.title, ""
    assert found.error is not None
    assert found.error.code == "not_a_report"
    return "", found.error.message


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("关于2014年政府信息公开工作要点落实情况的函", "<p>省政府办公厅：现将我区落实情况函告如下。</p><p>一、工作情况</p><p>主动公开政府信息5300余条。</p>"),
        ("沙洋县2016年政府信息公开工作年度报告解读", "<p>为便于公众了解，现将报告解读如下。</p><p>收到政府信息公开申请12件。</p>"),
        ("图解：沙洋县2016年政府信息公开工作年度报告", "<p><img src='tujie.jpg'></p>"),
        ("一图读懂沙洋县2016年政府信息公开年报", "<p><img src='tujie.jpg'></p>"),
        ("沙洋县2021年法治政府建设年度报告", "<p>一、主要举措</p><p>推进政府信息公开。</p><p>二、存在的主要问题</p><p>不足。</p>"),
        ("沙洋县人民政府2021年政府网站工作年度报表", "<table><tr><td>网站名称<td>沙洋县人民政府<tr><td>信息发布总数<td>1200</table>"),
        ("关于报送2016年政府信息公开工作年度报告的通知", "<p>各单位：请于1月20日前报送。</p><p>联系人：张三。</p>"),
        ("沙洋县政府信息公开年报", "<ul>" + "".join(f"<li><a href='{y}.html'>沙洋县{y}年政府信息公开工作年度报告</a>" for y in range(2010, 2019)) + "</ul>"),
        ("沙洋县公布2016年政府信息公开工作年度报告", "<p>本报讯 3月28日，沙洋县通过网站公布了年度报告，这是该县连续第九年公布。</p>"),
        ("沙洋县2016年政府信息公开工作年度报告", "<p>页面不存在</p>"),
        ("沙洋县2016年政府信息公开工作年度报告", "<p>请输入用户名、账号和密码登录</p>"),
    ],
)  # fmt: skip
def test_no_report(title: str, body: str) -> None:
    found, why = read(title, body)
    assert found == ""
    assert why


@pytest.mark.parametrize(
    "title",
    [
        "关于报送沙洋县2016年政府信息公开工作年度报告的函",
        "关于印发沙洋县2016年政府信息公开工作年度报告的通知",
        "沙洋县2016年政府信息公开工作年度报告公示",
        "沙洋县人民政府关于2016年政府信息公开工作情况的报告",
    ],
)
def test_a_report_inside_a_letter_or_a_notice(title: str) -> None:
    assert read(title, f"<p>市政府办公室：现将报告报送如下。</p>{REPORT}") == (title, "")


@pytest.mark.parametrize("left", ["{{ title }}", "(具体网址)", "XX县"])
def test_a_template_left_in_is_told(left: str) -> None:
    page = f"<html><body><h1>沙洋县2016年政府信息公开工作年度报告</h1><p>本报告根据《中华人民共和国政府信息公开条例》编制，可在{left}下载。</p>{REPORT}</body></html>"
    found = extract(Source(page.encode(), name="a.html"))
    assert [check.outcome for check in found.checks if check.rule == "TEMPLATE"] == ["fail"]
    assert found.report is not None
    assert found.report.quality == "error"


def test_a_statistics_table_alone_is_no_report() -> None:
    found, why = read("沙洋县2016年政府信息公开情况统计表", STATISTICS)
    assert found == ""
    assert why


def test_a_report_with_a_statistics_table() -> None:
    title = "沙洋县2016年政府信息公开工作年度报告"
    assert read(title, REPORT + STATISTICS) == (title, "")
