"""A small data directory: real WARC files and a snapshot made by `Store`, with figures chosen so that sums can be done by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from archive.capture import Capture, Site
from archive.datadir import DataDir
from archive.exchange import Exchange
from archive.writer import ArchiveWriter
from browse.app import build
from pipelines.codebook import form_indicators, indicators
from pipelines.model import Check, Extraction, Fact, Report, Section
from pipelines.store import Store
from pipelines.store.fulltext import update

HOSTILE = """<!doctype html><html><head><meta charset="gb2312"><title>年报</title>
<meta http-equiv="refresh" content="0;url=http://evil.invalid/away"><link rel="stylesheet" href="http://evil.invalid/a.css">
<script>window.ran = true; document.title = 'ran'; fetch('http://evil.invalid/script')</script>
<style>@import 'http://evil.invalid/b.css'; body { background: url(http://evil.invalid/c.png) }</style></head>
<body onload="document.title='ran'"><h1 id="kept">二〇二二年度报告</h1><img src="http://evil.invalid/pixel.png" onerror="document.title='ran'">
<form action="http://evil.invalid/post"><input name="a"><button id="send">提交</button></form>
<iframe src="http://evil.invalid/frame"></iframe><a href="javascript:document.title='ran'" id="bad">点</a></body></html>"""

RED = Site("120106", "120106", "红桥区人民政府", "http://www.hongqiao.invalid/", platform="generic")
YUN = Site("130903", "130903", "运河区人民政府", "http://www.yunhe.invalid/", platform="generic")


def facts(form: str, values: dict[str, float | str | None], default: float | None = 0) -> tuple[Fact, ...]:
    """All cells of the form, `default` where `values` (by column name) says nothing; a text is printed as it is."""
    found = []
    for indicator in form_indicators(form):
        if form == "2021" and indicator.indicator == "requests_other":
            continue
        for applicant in indicator.applicants:
            name = f"{indicator.indicator}_{applicant}" if applicant else indicator.indicator
            value = values.get(name, default)
            locator = json.dumps({"table": 1, "row": indicator.position, "column": 1})
            if isinstance(value, str):
                state, number, raw = (
                    {"": "blank", "—": "dash", "?": "ambiguous", "absent": "absent"}[value],
                    None,
                    value,
                )
                raw = {"?": "12", "absent": ""}.get(value, value)
            else:
                state, number, raw = "reported", value, f"{value:g}" if value is not None else ""
            found.append(Fact(indicator.indicator, applicant, number, indicator.unit, raw, state, "grid", locator))
    return tuple(found)


def report(title: str, site: Site, year: int, form: str | None, **changes: Any) -> Report:
    known: dict[str, Any] = {
        "title": title, "unit_name": site.name, "region_code": site.region_code, "unit_kind": "government",
        "scope": "jurisdiction", "year": year, "form": form, "published_on": f"{year + 1}-01-20",
        "content_kind": "html", "quality": "ok",
    }  # fmt: skip
    return Report(**(known | changes))


def both(values: dict[str, float | str | None]) -> dict[str, float | str | None]:
    """The figures of natural persons, and the same as the total of all applicants."""
    return {f"{name}_{who}": value for name, value in values.items() for who in ("natural_person", "total")}


# Red bridge 2021: 40 handled = 20 granted + 8 denied (3 + 5) + 12 not held. Blank cells beside them.
RED_2021 = both(
    {
        "requests_new": 41, "requests_carried_in": 0, "requests_granted": 20, "requests_deny_internal": 3,
        "requests_deny_process": 5, "requests_unable_not_held": 12, "requests_handled": 40, "requests_carried_out": 1,
        "requests_deny_law": "", "requests_partial": "",
    }
) | {
    "review_upheld": 6, "review_corrected": 2, "review_other": 0, "review_pending": 1, "review_total": 9,
    "litigation_direct_upheld": 3, "litigation_direct_corrected": 1, "litigation_direct_total": 4,
    "art20_8_fees_amount": 25.1, "art20_1_rules_issued": "—", "art20_6_penalty_decisions": "?",
}  # fmt: skip
# 2022: 10 handled but the results printed add up to 9: not in any rate.
RED_2022 = both(
    {
        "requests_new": 8,
        "requests_carried_in": 2,
        "requests_granted": 9,
        "requests_handled": 10,
        "requests_carried_out": 0,
    }
)
# Grand canal 2020, form of 2019: 5 handled = 3 granted + 1 denied + 1 other.
YUN_2020 = both(
    {
        "requests_new": 5, "requests_granted": 3, "requests_deny_state_secret": 1, "requests_other": 1,
        "requests_handled": 5,
    }
) | {"art20_5_licensing_items_change": 23}  # fmt: skip


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    data = DataDir(tmp_path_factory.mktemp("data"))
    with ArchiveWriter(data.warc, run_id="r1", operator="test") as writer, Store.open(data.db) as store:
        numbers = iter(range(100))

        def fetched(
            url: str, body: bytes, mime: str, site: Site = RED, status: int = 200, role: Any = "report", **context: Any
        ) -> Capture:
            time = f"2026-02-01T00:00:{next(numbers):02d}.000000Z"
            return writer.write(
                Exchange(
                    method="GET",
                    url=url,
                    status=status,
                    headers=(("Content-Type", mime), ("Set-Cookie", "a=b")),
                    payload=body,
                    fetched_at=time,
                    site=site,
                    role=role,
                    context=context,
                )
            )

        page = fetched("http://www.hongqiao.invalid/2021.html", HOSTILE.encode("gb18030"), "text/html")
        store.add_report(
            [page],
            Extraction(
                report("红桥区2021年政府信息公开工作年度报告", RED, 2021, "2021", quality="warning"),
                facts("2021", RED_2021),
                (
                    Section(
                        0, "general", "一、总体情况", "2021年，本区坚持公开为常态。过程性信息依法处理，共收到申请41件。"
                    ),
                    Section(1, "problems", "五、存在的问题", "解读形式单一 <b>不够</b> 丰富。"),
                ),
                (
                    Check("T3_IDENTITY", "pass", applicant="total", indicator="requests_handled"),
                    Check("T3_RESULT_SUM", "pass_blank_as_zero", applicant="total", indicator="requests_handled"),
                    Check(
                        "TXT_NEW", "fail", "warning", "requests_new", "total", "41", "42", "正文写作42件，表中为41件"
                    ),
                    Check("SEC_PRESENT", "fail", "warning", message="缺第六部分"),
                ),
            ),
            extractor="test-1",
        )
        store.add_report(
            [
                fetched(
                    "http://www.hongqiao.invalid/2022.html", "<p>红桥区2022</p>".encode(), "text/html; charset=utf-8"
                )
            ],
            Extraction(
                report("红桥区2022年政府信息公开工作年度报告", RED, 2022, "2021", quality="error"),
                facts("2021", RED_2022),
                (Section(0, "general", "一、总体情况", "<script>alert(1)</script>政务公开"),),
                (
                    Check(
                        "T3_RESULT_SUM",
                        "fail",
                        "error",
                        "requests_handled",
                        "total",
                        "10",
                        "9",
                        "各项之和为9，总计为10",
                    ),
                    Check("CARRY", "fail", "warning", "requests_carried_in", "total", "1", "2", "上年结转1件"),
                ),
            ),
            extractor="test-1",
        )
        store.add_report(
            [fetched("http://www.yunhe.invalid/2020.html", "<p>运河区2020</p>".encode(), "text/html", site=YUN)],
            Extraction(
                report("运河区2020年政府信息公开工作年度报告", YUN, 2020, "2019"), facts("2019", YUN_2020), (), ()
            ),
            extractor="test-1",
        )
        prose = indicators()["prose_requests_received"]
        quoted = json.dumps({"start": 0, "end": 9, "figure": [7, 9]})
        store.add_report(
            [
                fetched("http://www.yunhe.invalid/2011.html", b"%PDF-1.4 not really", "text/html", site=YUN),
                fetched(
                    "http://www.yunhe.invalid/files/%E5%B9%B4%E6%8A%A5.pdf",
                    b"%PDF-1.4\n%%EOF\n",
                    "application/pdf",
                    site=YUN,
                    role="attachment",
                    parent="http://www.yunhe.invalid/2011.html",
                ),
            ],
            Extraction(
                report("运河区2011年报告", YUN, 2011, "legacy_prose", published_on=None, content_kind="pdf"),
                (Fact(prose.indicator, "", 3, "件", "3件", "reported", "prose", quoted),),
                (Section(0, "general", "", "全年共收到申请3件。"),),
                (),
            ),
            extractor="test-1",
        )
        store.add_report(
            [fetched("http://www.hongqiao.invalid/2021wap.html", "<p>副本</p>".encode(), "text/html")],
            Extraction(report("红桥区2021年年度报告（手机版）", RED, 2021, "2021"), facts("2021", RED_2021), (), ()),
            extractor="test-1",
        )
        store.add_report(
            [fetched("http://www.hongqiao.invalid/unread.html", b"<img>", "text/html")],
            Extraction(
                report(
                    "某局2023年报告", RED, 2023, None, quality="unparsed", unit_name="红桥区某局",
                    unit_kind="department", content_kind="image",
                ),
                (), (), (Check("TABLE_MISSING", "fail", "error", message="只有图片"),),
            ),
            extractor="test-1",
        )  # fmt: skip
        others = [
            fetched("http://www.hongqiao.invalid/moved", b"", "text/html", status=302, role="other"),
            fetched("http://www.hongqiao.invalid/a.svg", b"<svg onload='x()'/>", "image/svg+xml", role="other"),
            fetched(
                "http://www.hongqiao.invalid/a..%2F..%2Fb.zip", b"PK\x03\x04", "application/zip", role="attachment"
            ),
        ]
        store.add_captures(others)
        store.add_site(RED, "2026-02-01")
        store.add_site(YUN, "2026-02-01")
        db = store.db
        ids = dict(db.execute("select url, report_id from reports"))
        red, twin = (ids[f"http://www.hongqiao.invalid/{n}.html"] for n in ("2021", "2021wap"))
        db.execute("update reports set superseded_by = ? where report_id = ?", (red, twin))
        captures = dict(db.execute("select url, capture_id from captures"))
        old, new = captures["http://www.hongqiao.invalid/2022.html"], captures["http://www.hongqiao.invalid/2021.html"]
        db.execute("insert into revisions values (?, 'requests_new', 'total', 40, 41, ?, ?)", (red, old, new))
        db.executemany(
            "insert into coverage values (?,?,?,?,?)",
            [
                ("120106", 2021, "read", red, None),
                ("120106", 2022, "read", ids["http://www.hongqiao.invalid/2022.html"], None),
                ("120106", 2023, "unread", None, "只有图片，没有文字识别"),
                ("130903", 2020, "read", ids["http://www.yunhe.invalid/2020.html"], None),
                ("130903", 2021, "missing", None, "栏目中没有2021年的报告"),
                ("130903", 2025, "not_due", None, None),
                ("110101", 2024, "unknown", None, "no site of this region has been crawled"),
            ],
        )
        finding = db.execute("select fingerprint from checks where rule = 'TXT_NEW'").fetchone()[0]
        db.execute(
            "insert into verdicts values (?, 'confirmed', '已对照原文', 'editor', '2026-03-01T00:00:00Z')", (finding,)
        )
        update(db)
    return data


@pytest.fixture(scope="session")
def ids(data: DataDir) -> dict[str, str]:
    """Report numbers by the last part of their address."""
    with Store.open(data.db, create=False) as store:
        found = store.db.execute("select url, report_id from reports")
        return {url.rpartition("/")[2].removesuffix(".html"): number for url, number in found}


@pytest.fixture(scope="session")
def captures(data: DataDir) -> dict[str, str]:
    """Capture numbers by the last part of their address."""
    with Store.open(data.db, create=False) as store:
        found = store.db.execute("select url, capture_id from captures")
        return {url.rpartition("/")[2].removesuffix(".html"): number for url, number in found}


@pytest.fixture(scope="session")
def site(data: DataDir) -> Iterator[Datasette]:
    datasette = build(data)
    yield datasette
    datasette.get_database("nianbao").close()
    datasette.executor.shutdown()


Run = Callable[[Awaitable[httpx.Response]], httpx.Response]


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Waits for an answer."""
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.close()


@pytest.fixture(scope="session")
def get(site: Datasette, run: Run) -> Callable[..., httpx.Response]:
    """`get(path)`: the site's answer to a GET, or to another `method`."""

    def ask(path: str, method: str = "get", **more: Any) -> httpx.Response:
        return run(getattr(site.client, method)(path, **more))

    return ask
