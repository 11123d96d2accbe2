"""Codes of the tables in words: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping

Words = tuple[str, str]

STATE: Mapping[str, Words] = {
    "reported": ("已报告", "reported"),
    "blank": ("空格", "blank cell"),
    "dash": ("横线", "dash"),
    "ambiguous": ("位置不明", "ambiguous"),
    "absent": ("无此行", "not in the document"),
}
# A mark that is seen without colour and read out by a screen reader through its words.
STATE_MARK: Mapping[str, str] = {"reported": "", "blank": "空", "dash": "—", "ambiguous": "？", "absent": "缺"}

QUALITY: Mapping[str, Words] = {
    "ok": ("可靠", "every cell read and proved"),
    "warning": ("有提示", "with warnings"),
    "error": ("有矛盾", "contradicts itself"),
    "unparsed": ("未能读取", "not read"),
}
QUALITY_MARK: Mapping[str, str] = {"ok": "✓", "warning": "!", "error": "✕", "unparsed": "∅"}

FORM: Mapping[str, Words] = {
    "2019": ("2019年格式", "form of 2019"),
    "2021": ("2021年格式", "form of 2021"),
    "legacy_stats": ("旧统计表", "statistics table of 2014–2018"),
    "legacy_prose": ("文字报告", "prose"),
}
UNIT_KIND: Mapping[str, Words] = {
    "government": ("政府", "government"),
    "office": ("政府办公室", "office"),
    "department": ("部门", "department"),
    "township": ("乡镇街道", "township"),
    "zone": ("开发区", "zone"),
    "other": ("其他", "other"),
}
SCOPE: Mapping[str, Words] = {
    "office": ("本机关", "own organ only"),
    "jurisdiction": ("全辖区", "whole jurisdiction"),
    "unknown": ("范围未注明", "scope not stated"),
}
CONTENT_KIND: Mapping[str, Words] = {
    "html": ("网页", "HTML"),
    "pdf": ("PDF", "PDF"),
    "docx": ("Word 文档", "DOCX"),
    "doc": ("Word 文档", "DOC"),
    "xlsx": ("Excel 表格", "XLSX"),
    "image": ("图片", "image"),
    "text": ("纯文本", "text"),
}
OUTCOME: Mapping[str, Words] = {
    "pass": ("通过", "passed"),
    "pass_blank_as_zero": ("通过（空格按零）", "passed, blanks as zero"),
    "fail": ("不成立", "failed"),
    "undecided": ("无法判定", "undecided"),
    "not_applicable": ("不适用", "not applicable"),
}
SEVERITY: Mapping[str, Words] = {
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "note"),
}
SEVERITY_MARK: Mapping[str, str] = {"error": "✕", "warning": "!", "info": "i"}
VERDICT: Mapping[str, Words] = {"confirmed": ("已核实", "confirmed"), "dismissed": ("已排除", "dismissed")}
COVERAGE: Mapping[str, Words] = {
    "read": ("已读取", "read"),
    "unread": ("已存未读", "archived, not read"),
    "missing": ("未找到", "not found"),
    "unreachable": ("网站无法访问", "site unreachable"),
    "unknown": ("情况不明", "unknown"),
    "not_due": ("尚未到期", "not due yet"),
}
COVERAGE_MARK: Mapping[str, str] = {
    "read": "✓", "unread": "∅", "missing": "缺", "unreachable": "断", "unknown": "？", "not_due": "·",
}  # fmt: skip
SECTION: Mapping[str, Words] = {
    "preamble": ("引言", "preamble"),
    "general": ("总体情况", "general"),
    "proactive": ("主动公开", "proactive disclosure"),
    "requests": ("依申请公开", "requests"),
    "reviews": ("复议和诉讼", "reviews and litigation"),
    "problems": ("问题和改进", "problems and remedies"),
    "other": ("其他事项", "other matters"),
}

# Columns of the questions' answers; what is not here is called by its own name alone.
COLUMN: Mapping[str, str] = {
    "province": "省份", "region": "地区", "region_code": "地区代码", "year": "年度", "unit_name": "单位",
    "unit_kind": "单位类别", "scope": "统计范围", "refused": "被拒绝", "handled": "办理总计", "percent": "百分比",
    "reports": "计入报告", "left_out": "未计入", "caution": "注意", "ground": "理由", "of_refused": "全部拒绝",
    "new_requests": "新收申请", "percent_persons": "自然人占比", "year_before": "上年新收", "report_id": "报告",
    "corrected": "被纠正", "concluded": "已审结", "rule": "规则", "rule_zh": "规则名称", "cell": "单元格",
    "applicant": "申请人", "expected": "应为", "actual": "实为", "message": "说明", "verdict": "人工判断",
    "state": "状态", "reason": "原因", "label_zh": "指标", "value": "数值", "unit": "单位", "raw": "原文",
    "quality": "可靠程度", "old_value": "原值", "new_value": "新值", "old_capture_id": "原存档",
    "new_capture_id": "新存档",
}  # fmt: skip


def words(vocabulary: Mapping[str, Words], code: str | None) -> Words:
    """Chinese and English for a code; an unknown code stands for itself."""
    return vocabulary.get(code or "", (code or "未注明", "" if code else "not stated"))


def number(value: float | int | None) -> str:
    """A figure for display: 1,234 or 25.1; '' for none."""
    if value is None:
        return ""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.6f}".rstrip("0").rstrip(".")
