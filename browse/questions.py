"""The questions that researchers ask first, as SQL with parameters: each is a page, a CSV and a JSON address.

Two rules hold in all of them. One report stands for a unit and year: superseded copies are left out, and where a
government reports both for its own office and for its whole jurisdiction, the jurisdiction is taken. And nothing blank
is silently counted as zero: a report enters a rate only if its printed parts add up to its printed total, for then
whatever was blank is zero by arithmetic (no cell is negative); the others are counted in a column `left_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from browse.places import IN_PROVINCE, JOIN, PLACE
from pipelines.codebook import indicators, rules

SMALL = 30
_CAUTION = f"'少于{SMALL}件，勿作比较 · fewer than {SMALL}, do not compare'"
_NO_FIGURE = "'没有可用的报告 · no report could be used'"


@dataclass(frozen=True, slots=True)
class Question:
    """One canned query. `parameters` maps each name to its label; every parameter may be left empty."""

    name: str
    zh: str
    en: str
    description: str
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def _plus(names: list[str]) -> str:
    return " + ".join(f"coalesce(w.{name}, 0)" for name in names)


def _total(names: list[str]) -> list[str]:
    return [f"{name}_total" for name in names]


_BOOK = indicators()
DENIED = [name for name in _BOOK if name.startswith("requests_deny_")]
_OTHER = [name for name in _BOOK if _BOOK[name].parent == "requests_other"]
_LEAVES = [name for name in _BOOK if _BOOK[name].parent == "requests_handled" and name != "requests_other"]
# (六)其他处理 is three rows on the 2021 form and one on the 2019 form; a report that prints both must not count twice.
_ACCOUNTED = f"{_plus(_total(_LEAVES))} + max({_plus(_total(_OTHER))}, coalesce(w.requests_other_total, 0))"

_YEAR = {"year": "年度 year, e.g. 2023"}
_PLACE = {"province": "省份 province, e.g. 河北省"}
_KIND = {"unit_kind": "单位类别 unit_kind: government (default), office, department, township, zone, other"}

_ONE = f"""with one as (
  select r.report_id, r.year, r.unit_name, r.scope, coalesce(g.code, r.site_id) as region,
    coalesce(g.province, '未注明') as province,
    row_number() over (
      partition by coalesce(g.code, r.site_id), r.unit_name, r.year
      order by r.scope = 'jurisdiction' desc, r.scope = 'unknown' desc, r.report_id
    ) as place
  from reports r {JOIN}
  where r.superseded_by is null and r.year is not null and coalesce(r.form, '') not like 'legacy%'
    and r.unit_kind = case :unit_kind when '' then 'government' else :unit_kind end
    and {IN_PROVINCE}
)"""
_YEAR_ASKED = "(:year = '' or o.year = cast(:year as integer))"


def _rate(part: str, whole: str, proved: str, part_name: str, whole_name: str) -> str:
    """Sums and a percentage by province and year over the reports that are `proved`, the others counted."""
    return f"""{_ONE}, figures as materialized (
  select o.province, o.year, {part} as part, {whole} as whole, coalesce({proved}, 0) as proved
  from one o join report_wide w on w.report_id = o.report_id where o.place = 1 and {_YEAR_ASKED}
)
select province, year,
  cast(sum(part) filter (where proved) as integer) as {part_name},
  cast(sum(whole) filter (where proved) as integer) as {whole_name},
  round(100.0 * sum(part) filter (where proved) / nullif(sum(whole) filter (where proved), 0), 1) as percent,
  count(*) filter (where proved) as reports,
  count(*) filter (where not proved) as left_out,
  case when count(*) filter (where proved) = 0 then {_NO_FIGURE}
    when sum(whole) filter (where proved) < {SMALL} then {_CAUTION} else '' end as caution
from figures group by province, year order by province, year"""


def _concluded(prefix: str) -> str:
    return _plus([f"{prefix}_{end}" for end in ("upheld", "corrected", "other")])


def _adds_up(prefix: str) -> str:
    return f"({_concluded(prefix)} + coalesce(w.{prefix}_pending, 0) = w.{prefix}_total)"


_GROUNDS = "\n  union all ".join(
    f"select '{name}' as indicator, year, coalesce({name}_total, 0) as n from proved" for name in DENIED
)

ARITHMETIC = (
    "T3_IDENTITY", "T3_RESULT_SUM", "T3_ROW_SUM", "T3_ORG_SUBTOTAL", "T3_SUBTOTAL_ROW", "T4_SUM", "T4_LIT_TOTAL",
    "F19_DISCLOSED_LE_TOTAL", "F14_SUB_LE_TOTAL", "F14_RECEIVED", "F14_CLOSED", "F14_REPLIES", "F14_DENIED",
    "F14_REVIEW", "F14_LITIGATION", "F14_STAFF",
)  # fmt: skip


def _findings(names: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{rule}'" for rule in names)
    # From the codebook, not from the table: snapshots of older versions have no Chinese names.
    named = " ".join(f"when '{rule}' then '{rules()[rule].name_zh}'" for rule in names)
    return f"""select g.province, g.full_name as region, r.year, r.unit_name, k.rule, case k.rule {named} end as rule_zh,
  i.label_zh as cell, k.applicant,
  k.expected, k.actual, k.message, v.verdict, r.report_id
from findings k join reports r on r.report_id = k.report_id
{JOIN}
left join indicators i on i.indicator = k.indicator
left join verdicts v on v.fingerprint = k.fingerprint
where k.rule in ({listed}) and k.outcome = 'fail' and r.superseded_by is null
  and coalesce(v.verdict, '') <> 'dismissed'
  and (:year = '' or r.year = cast(:year as integer))
  and {IN_PROVINCE}
order by g.province, r.year, r.report_id, k.rule, k.indicator, k.applicant"""


QUESTIONS: tuple[Question, ...] = (
    Question(
        "refusal_rate",
        "各省各年有多少申请被拒绝公开？",
        "What share of requests was refused, by province and year?",
        "被拒绝 = (三)不予公开的八种情形之和；分母 = (七)总计（当年办结件数）。不含部分公开、无法提供和不予处理。"
        "<span lang='en'>Refused: the eight grounds of item (三) added up; denominator: all requests handled in the "
        "year. Partial grants, “cannot provide” and “not processed” are not refusals here. Reports whose parts do not "
        "add up to their total are not in the rate but in <code>left_out</code>.</span>",
        _rate(
            _plus(_total(DENIED)),
            "w.requests_handled_total",
            f"{_ACCOUNTED} = w.requests_handled_total",
            "refused",
            "handled",
        ),
        _YEAR | _PLACE | _KIND,
    ),
    Question(
        "refusal_grounds",
        "拒绝公开的理由是什么？",
        "On which grounds were requests refused, year by year?",
        "各年各理由的件数和占全部拒绝（of_refused）的百分比，reports 为计入的报告数。<span lang='en'>Number and share of each "
        "ground among all refusals of the year (<code>of_refused</code>), over the <code>reports</code> whose results add "
        "up; the others are counted in <code>left_out</code>.</span>",
        f"""{_ONE}, figures as materialized (
  select o.year, coalesce({_ACCOUNTED} = w.requests_handled_total, 0) as proved,
    {", ".join(f"w.{name}" for name in _total(DENIED))}
  from one o join report_wide w on w.report_id = o.report_id where o.place = 1 and {_YEAR_ASKED}
), proved as (
  select * from figures where proved
), counted as (
  {_GROUNDS}
), used as (
  select year, sum(proved) as reports, count(*) - sum(proved) as left_out from figures group by year
)
select k.year, substr(i.label_zh, instr(i.label_zh, '·') + 1) as ground, i.label_en as ground_en,
  cast(sum(k.n) as integer) as refused,
  cast(sum(sum(k.n)) over (partition by k.year) as integer) as of_refused,
  round(100.0 * sum(k.n) / nullif(sum(sum(k.n)) over (partition by k.year), 0), 1) as percent,
  u.reports, u.left_out,
  case when sum(sum(k.n)) over (partition by k.year) < {SMALL} then {_CAUTION} else '' end as caution
from counted k join indicators i on i.indicator = k.indicator join used u on u.year = k.year
group by k.year, k.indicator order by k.year, refused desc, i.position""",
        _YEAR | _PLACE | _KIND,
    ),
    Question(
        "most_asked",
        "谁收到的申请最多？",
        "Who received the most requests?",
        "按本年新收申请总数排列，前500个。<span lang='en'>Units by new requests of the year, with the share that natural "
        "persons made and the figure of the year before, where known; the first 500.</span>",
        f"""{_ONE}, figures as materialized (
  select o.*, w.requests_new_total as new, w.requests_new_natural_person as persons,
    lag(w.requests_new_total) over units as before, lag(o.year) over units as before_year
  from one o join report_wide w on w.report_id = o.report_id where o.place = 1
  window units as (partition by o.region, o.unit_name order by o.year)
)
select year, province, unit_name, scope, cast(new as integer) as new_requests,
  round(100.0 * persons / nullif(new, 0), 1) as percent_persons,
  case when before_year = year - 1 then cast(before as integer) end as year_before, report_id
from figures o where new is not null and {_YEAR_ASKED} order by new desc, year, unit_name limit 500""",
        _YEAR | _PLACE | _KIND,
    ),
    Question(
        "reviews_lost",
        "行政复议中有多少被纠正？",
        "What share of administrative reviews was lost?",
        "被纠正 ÷ 已审结（维持 + 纠正 + 其他）。<span lang='en'>Corrected outcomes over concluded reviews (upheld + "
        "corrected + other); pending cases are not in the denominator.</span>",
        _rate("coalesce(w.review_corrected, 0)", _concluded("review"), _adds_up("review"), "corrected", "concluded"),
        _YEAR | _PLACE | _KIND,
    ),
    Question(
        "litigation_lost",
        "行政诉讼中有多少败诉？",
        "What share of lawsuits was lost?",
        "结果纠正 ÷ 已审结，直接起诉与复议后起诉合计。<span lang='en'>Corrected outcomes over concluded cases, direct "
        "litigation and litigation after review together; pending cases are not in the denominator.</span>",
        _rate(
            _plus(["litigation_direct_corrected", "litigation_after_review_corrected"]),
            f"{_concluded('litigation_direct')} + {_concluded('litigation_after_review')}",
            f"({_adds_up('litigation_direct')} and {_adds_up('litigation_after_review')})",
            "corrected",
            "concluded",
        ),
        _YEAR | _PLACE | _KIND,
    ),
    Question(
        "own_arithmetic",
        "哪些报告自己的数字对不上？",
        "Which reports break their own arithmetic?",
        "报告按原样保存，从不改正；这里列出不成立的等式。<span lang='en'>Figures are kept as printed, never corrected. "
        "Each row is one equation of the form that does not hold; dismissed findings are left out.</span>",
        _findings(ARITHMETIC),
        _YEAR | _PLACE,
    ),
    Question(
        "carry_over",
        "哪些报告的结转数与上年对不上？",
        "Where does the carry-over not match the year before?",
        "上年“结转下年度”应等于本年“上年结转”。<span lang='en'>What was carried over to next year must be what next year "
        "says was carried in.</span>",
        _findings(("CARRY",)),
        _YEAR | _PLACE,
    ),
    Question(
        "missing",
        "还缺哪些报告，为什么？",
        "What is missing, and why?",
        "应有而没有读到的（地区，年度）。网站未知的地区不算缺失，选 unknown 才列出。<span lang='en'>Every region and year that "
        "should have a report and has none that was read, with the reason. Regions of which no site is known are not "
        "missing: they are shown only when asked for, as <code>unknown</code>; <code>read</code> shows what was "
        "read.</span>",
        f"""select g.province, g.full_name as region, c.year, c.state, c.reason, c.region_code, c.report_id
from coverage c left join regions g on g.code = c.region_code
where (c.state = :state or :state = '' and c.state not in ('read', 'not_due') and (c.state <> 'unknown' or exists (
    select 1 from sites s where s.region_code = c.region_code or s.site_id = c.region_code)))
  and (:year = '' or c.year = cast(:year as integer))
  and {IN_PROVINCE}
order by c.region_code, c.year""",
        _YEAR | _PLACE | {"state": "状态 state: unread, missing, unreachable, unknown, not_due, read"},
    ),
    Question(
        "over_time",
        "一项指标历年怎样变化？",
        "How did one figure change over the years?",
        "指标名见 <a href='/nianbao/indicators'>indicators</a>，默认为本年新收申请（总计）。<span lang='en'>One indicator of "
        "the units of one region (or of all), year by year, as printed and as read.</span>",
        f"""select g.code as region_code, r.unit_name, r.unit_kind, r.scope, r.year, i.label_zh, f.applicant, f.value, f.unit,
  f.raw, f.state, r.quality, r.report_id
from reports r {JOIN} join facts f on f.report_id = r.report_id
join indicators i on i.indicator = f.indicator
where r.superseded_by is null
  and f.indicator = case :indicator when '' then 'requests_new' else :indicator end
  and f.applicant = case when :applicant <> '' then :applicant when i.by_applicant then 'total' else '' end
  and (:region = '' or {PLACE} = :region)
order by g.code, r.unit_kind, r.unit_name, r.scope, r.year""",
        {
            "region": "地区代码 region code, e.g. 130903",
            "indicator": "指标 indicator, e.g. requests_new",
            "applicant": "申请人 applicant: natural_person, commercial, …, total",
        },
    ),
    Question(
        "changed",
        "哪些报告发布后被修改？",
        "Which reports were changed after publication?",
        "同一网址前后两次存档的数字不同。<span lang='en'>Cells that differ between two captures of the same address.</span>",
        f"""select g.province, r.unit_name, r.year, i.label_zh as cell, v.applicant, v.old_value, v.new_value,
  v.old_capture_id, v.new_capture_id, v.report_id
from revisions v join reports r on r.report_id = v.report_id
{JOIN} left join indicators i on i.indicator = v.indicator
where (:year = '' or r.year = cast(:year as integer))
order by r.year desc, v.report_id, i.position, v.applicant""",
        _YEAR,
    ),
)


def canned_queries() -> dict[str, dict[str, object]]:
    """The questions as Datasette's metadata has them."""
    return {
        q.name: {
            "title": f"{q.zh} {q.en}",
            "description_html": q.description,
            "sql": q.sql,
            "params": list(q.parameters),
            "hide_sql": True,
        }
        for q in QUESTIONS
    }
