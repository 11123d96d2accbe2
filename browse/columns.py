"""The published tables and their columns in words; units and codes as the data dictionary has them."""

from __future__ import annotations

from collections.abc import Mapping

from browse import words
from browse.words import Words


def _codes(vocabulary: Mapping[str, Words]) -> str:
    return "; ".join(f"{code} = {zh} {en}".rstrip() for code, (zh, en) in vocabulary.items())


TABLES: dict[str, tuple[str, str]] = {
    "regions": ("行政区划 regions", "GB/T 2260 codes of provinces, prefectures and counties, valid in time."),
    "sites": ("网站 sites", "The portals that are visited: one row a site; its host is host and port."),
    "captures": (
        "存档 captures",
        "Every archived response; the link shows the page as it was received, made harmless.",
    ),
    "reports": ("报告 reports", "One row a report page: who published it, for which year, how far it could be read."),
    "facts": ("单元格 facts", "One row a cell: the figure as printed and as read. Amounts of money are in 万元."),
    "printed": (
        "其他数字 printed",
        "Figures of older statistics tables without a cell in the codebook: cumulative columns, rows of their own.",
    ),
    "sections": ("文字 sections", "The prose of the reports by chapter."),
    "checks": ("核对 checks", "Every consistency rule applied to every report, passed or not."),
    "findings": ("发现 findings", "The checks that somebody should look at: those with a severity."),
    "verdicts": ("人工判断 verdicts", "A person's word on a finding; it survives reprocessing."),
    "revisions": ("发布后修改 revisions", "Figures that differ between two captures of the same address."),
    "indicators": ("指标 indicators", "The codebook: every cell of every form, and the concepts read from prose."),
    "rules": ("规则 rules", "Every consistency rule: what it demands and where it comes from."),
    "readings": ("读取记录 readings", "One row a report address: by which code it was read, and why it could not be."),
    "site_runs": ("抓取记录 site_runs", "One row for each visit to a site, with one outcome and its reason."),
    "coverage": ("覆盖 coverage", "What should exist, what was read, what is missing and why: region by year."),
    "report_wide": ("宽表 report_wide", "One row a report, one column a cell, for pandas, R, Stata and spreadsheets."),
    "meta": ("版本 meta", "Version, time and inputs of this snapshot."),
}
_REPORT = "报告编号 report number"
_INDICATOR = "指标 indicator, see the table indicators"
_APPLICANT = "申请人类别 applicant; empty where the form has no applicants"
_REGION = "地区代码 GB/T 2260 code, six digits"
_URL = "网址 address"

COLUMNS: dict[str, dict[str, str]] = {
    "regions": {
        "code": _REGION,
        "name": "名称 name",
        "full_name": "全称 name with province and prefecture",
        "level": "province, prefecture or county",
        "parent_code": "上级代码 code of the division above",
        "province": "省份 province",
        "prefecture": "地级市 prefecture; empty directly under a province",
        "valid_from": "code valid from (date)",
        "valid_to": "code valid to (date); empty while valid",
    },
    "sites": {
        "site_id": "网站编号 registry number: the region's code, or code and slug",
        "region_code": _REGION,
        "name": "网站名称 name",
        "home_url": _URL,
        "platform": "建站平台 kind of portal software",
        "list_url": "年报栏目 address of the annual-report column, where known",
    },
    "captures": {
        "capture_id": "存档编号 sixteen hex digits from address, time, way and digest",
        "site_id": "网站编号 site",
        "url": _URL,
        "fetched_at": "抓取时间 time received, UTC",
        "status": "HTTP 状态码 status of the response",
        "mime": "媒体类型 media type as declared",
        "charset": "编码 charset as declared",
        "payload_digest": "SHA-1 of the body as received (dechunked, still content-encoded), base 32",
        "warc_file": "WARC 文件 file in the folder warc/",
        "warc_offset": "偏移 byte offset of the record",
        "warc_length": "长度 bytes of the record's gzip member",
        "via": "http as sent by the server, or browser: the page as Chromium built it",
        "role": "用途 home, list, report, attachment, robots, other",
        "parent": "for an attachment: address of its page",
        "truncated": "why the body is not whole; empty when it is",
    },
    "reports": {
        "report_id": _REPORT,
        "site_id": "网站编号 site",
        "region_code": _REGION,
        "unit_name": "发布机关 publishing unit",
        "unit_kind": "单位类别 " + _codes(words.UNIT_KIND),
        "scope": "统计范围 " + _codes(words.SCOPE),
        "year": "报告年度 year that the figures are of",
        "title": "标题 title",
        "published_on": "发布日期 date of publication as stated",
        "form": "格式 " + _codes(words.FORM),
        "url": _URL,
        "capture_id": "存档编号 the archived page that was read",
        "content_kind": "载体 " + _codes(words.CONTENT_KIND),
        "quality": "可靠程度 " + _codes(words.QUALITY),
        "extractor": "version of the reading code",
        "superseded_by": "the canonical report where this is a copy or an older version; empty for the canonical one",
        "first_seen": "time of the first capture that says this, UTC",
        "last_seen": "time of the last capture that says this, UTC",
    },
    "facts": {
        "report_id": _REPORT,
        "indicator": _INDICATOR,
        "applicant": _APPLICANT,
        "value": "数值 number; null unless state is reported; money in 万元",
        "unit": "单位 unit",
        "raw": "原文 the cell as printed",
        "state": "状态 " + _codes(words.STATE),
        "method": "how it was read",
        "locator": "JSON that leads back to the cell or sentence in the archived bytes",
    },
    "printed": {
        "report_id": _REPORT,
        "position": "序号 order in the report",
        "label": "行名 the row's label as printed",
        "heading": "列名 the column's heading as printed; empty where it says nothing more",
        "value": "数值 number; amounts of money in 万元; null unless reported",
        "unit": "单位 unit",
        "raw": "原文 the cell as printed",
        "state": "状态 " + _codes(words.STATE),
        "locator": "JSON that leads back to the cell in the archived bytes",
    },
    "sections": {
        "report_id": _REPORT,
        "position": "序号 order in the report",
        "kind": "章节 " + _codes(words.SECTION),
        "heading": "标题 heading as printed",
        "text": "正文 text",
    },
    "checks": {
        "fingerprint": "stable number of the finding; verdicts hold on to it",
        "report_id": _REPORT,
        "rule": "规则 rule of the codebook",
        "outcome": "结果 " + _codes(words.OUTCOME),
        "severity": "程度 " + _codes(words.SEVERITY) + "; null when passed",
        "indicator": _INDICATOR,
        "applicant": _APPLICANT,
        "expected": "应为 what the rule demands",
        "actual": "实为 what the report says",
        "message": "说明 in words",
    },
    "rules": {
        "rule": "规则 name in the tables",
        "name": "名称 in words",
        "forms": "格式 forms that it applies to",
        "scope": "范围 what it is applied to: a cell, a report, two years …",
        "expression": "内容 what must hold",
        "severity": "程度 " + _codes(words.SEVERITY),
        "source": "来源 where the rule comes from",
        "note": "说明 note",
        "name_zh": "中文名称 name in Chinese",
    },
    "readings": {
        "site_id": "网站编号 site",
        "url": _URL,
        "extractor": "version of the reading code",
        "versions": "how many different contents the address had",
        "code": "原因代码 why it could not be read; empty when it was",
        "message": "原因 in words",
    },
    "verdicts": {
        "fingerprint": "the finding judged",
        "verdict": "判断 " + _codes(words.VERDICT),
        "note": "说明 note",
        "by": "判断人 who",
        "at": "时间 when, UTC",
    },
    "revisions": {
        "report_id": _REPORT,
        "indicator": _INDICATOR,
        "applicant": _APPLICANT,
        "old_value": "原值 number before; null for none",
        "new_value": "新值 number after; null for none",
        "old_capture_id": "存档编号 the earlier capture",
        "new_capture_id": "存档编号 the later capture",
    },
    "indicators": {
        "indicator": "指标 name in the tables",
        "form": "格式 forms that it stands in, joined by |",
        "section": "章节 chapter of the form",
        "label_zh": "名称 label as printed, headings joined by ·",
        "label_en": "English label",
        "unit": "单位 unit",
        "parent": "合计项 indicator that it adds up to",
        "by_applicant": "1 if it has the seven applicant columns",
        "position": "序号 order of the codebook",
    },
    "site_runs": {
        "run_id": "抓取编号 run",
        "site_id": "网站编号 site",
        "started_at": "开始 UTC",
        "finished_at": "结束 UTC",
        "requests": "requests sent",
        "responses": "responses archived",
        "errors": "requests that failed",
        "reports_found": "报告数 report pages found",
        "outcome": "结果 ok, partial, no_column, empty, blocked or unreachable",
        "message": "原因 reason in words",
    },
    "coverage": {
        "region_code": _REGION,
        "year": "报告年度 year",
        "state": "状态 " + _codes(words.COVERAGE),
        "report_id": "报告编号 the report read, if any",
        "reason": "原因 why not",
    },
    "meta": {"key": "项目 name", "value": "值 value"},
}
COLUMNS["findings"] = COLUMNS["checks"]
