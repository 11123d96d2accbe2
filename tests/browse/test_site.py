"""Every kind of page, what stands on it, and what must not be possible."""

from __future__ import annotations

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.datadir import DataDir
from browse.app import ServeError, build
from browse.columns import COLUMNS, TABLES
from browse.metadata import columns
from pipelines.store import Store
from pipelines.store.reference import cells, column


def tree(answer: Any, status: int = 200) -> LexborHTMLParser:
    assert answer.status_code == status, answer.text[:500]
    return LexborHTMLParser(answer.text)


def text(found: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in found.css(selector)]


def test_home_counts_and_covers(get: Any, ids: dict[str, str]) -> None:
    page = tree(get("/"))
    numbers = text(page, ".counts dd")
    assert numbers == ["5", "2", "2011–2023", "2", "10"]  # the copy is not counted
    heat = {row.css_first("th").text(strip=True): text_cells(row) for row in page.css(".heat tbody tr")}
    assert text(page, ".heat thead th")[1:] == ["2020", "2021", "2022", "2023", "2025", "网站未知 no site known"]
    # What was not read says why, in a mark to see and in words to hear; the region without a site is in no year.
    assert heat == {
        "天津市": ["", "1/1✓", "1/1✓", "0/1∅1，已存未读 1", "", ""],
        "河北省": ["1/1✓", "0/1缺1，未找到 1", "", "", "·尚未到期 not due yet", ""],
    }
    assert text(page, ".states li") == [
        "✓ 已读取 read",
        "∅ 已存未读 archived, not read",
        "缺 未找到 not found",
        "· 尚未到期 not due yet",
    ]
    assert "全国还有 1 个地区的网站未知" in page.text()
    latest = [a.attributes["href"] for a in page.css(".latest a")]
    assert latest[0] == f"/report/{ids['unread']}"
    assert f"/report/{ids['2021wap']}" not in latest
    assert len(page.css(".questions a")) == 10
    for link in page.css("main a[href^='/']"):
        assert get(str(link.attributes["href"])).status_code == 200, link.attributes["href"]


def text_cells(row: Any) -> list[str]:
    return [cell.text(strip=True) for cell in row.css("td")]


def test_report_shows_the_tables_as_printed(get: Any, ids: dict[str, str], captures: dict[str, str]) -> None:
    page = tree(get(f"/report/{ids['2021']}"))
    assert text(page, "h1") == ["红桥区2021年政府信息公开工作年度报告"]
    assert len(page.css("table.official")) == 3
    assert len(page.css("table.official td")) == 10 + 175 + 15
    assert page.css_first("#c-requests_handled-total").text(strip=True) == "40"
    blank, dash, ambiguous = (
        page.css_first(f"#{name}")
        for name in ("c-requests_deny_law-total", "c-art20_1_rules_issued", "c-art20_6_penalty_decisions")
    )
    assert "c-blank" in blank.attributes["class"]
    assert blank.text(strip=True) == "空空格 blank cell"  # a mark to see and words to hear; no zero
    assert dash.text(strip=True).startswith("—")
    assert ambiguous.text(strip=True).startswith("12？")
    cell = page.css_first("#c-requests_new-total")
    finding = page.css_first(str(cell.css_first("a.flag").attributes["href"]))
    assert "正文写作42件，表中为41件" in finding.text()
    assert "正文与表：本年新收申请" in finding.css_first("b").text()  # Chinese first
    assert "prose vs table: received this year" in finding.text()
    assert "已核实" in finding.text()
    assert finding.parent.parent.css_first(".official, .scroll") is not None
    assert any("缺第六部分" in one for one in text(page, "#findings ~ .findings li"))
    frame = page.css_first("iframe")
    assert frame.attributes["src"] == f"/-/capture/{captures['2021']}"
    assert frame.attributes["sandbox"] in ("", None)
    assert not page.css("script")
    assert page.css(f"a[href='/report/{ids['2021wap']}']")
    assert page.css(f"a[href='/report/{ids['2022']}']")
    assert "<b>不够</b>" not in get(f"/report/{ids['2021']}").text
    assert text(page, "#revisions + .scroll td a") == ["40", "41"]


def test_report_on_the_older_forms(get: Any, ids: dict[str, str], captures: dict[str, str]) -> None:
    page = tree(get(f"/report/{ids['2020']}"))
    assert len(page.css("table.official td")) == 22 + 161 + 15
    assert page.css_first("#c-art20_5_licensing_items_change").text(strip=True) == "23"
    prose = tree(get(f"/report/{ids['2011']}"))
    assert not prose.css("table.official")
    assert text(prose, ".entries q") == ["全年共收到申请3件。"]
    assert prose.css_first("#c-prose_litigation").attributes["class"].split()[-1] == "c-absent"
    assert prose.css(f"a[href='/-/capture/{captures['%E5%B9%B4%E6%8A%A5.pdf']}']")


def test_a_report_that_could_not_be_read_says_so(get: Any, ids: dict[str, str]) -> None:
    page = tree(get(f"/report/{ids['unread']}"))
    assert "没有读出数字" in page.text()
    assert "只有图片" in page.css_first(".findings").text()


def test_a_copy_points_to_the_report(get: Any, ids: dict[str, str]) -> None:
    assert tree(get(f"/report/{ids['2021wap']}")).css(f".notice a[href='/report/{ids['2021']}']")


def test_text_of_reports_is_text(get: Any, ids: dict[str, str]) -> None:
    page = get(f"/report/{ids['2022']}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_region(get: Any, ids: dict[str, str]) -> None:
    page = tree(get("/region/120106"))
    assert text(page, "h1") == ["天津市红桥区"]
    first = page.css_first("table.series")
    # How far to trust a row stands before its figures.
    assert [text_cells(row)[:3] for row in first.css("tbody tr")] == [["✕有矛盾", "8", "10"], ["!有提示", "41", "40"]]
    assert text(page, ".bars text:not(.year)") == ["41", "8"]
    assert page.css_first("table.series tbody a").attributes["href"] == f"/report/{ids['2022']}"
    assert "只有图片，没有文字识别" in page.text()
    assert tree(get("/region/120000")).css("a[href='/region/120106']")


@pytest.mark.parametrize("word", ["公开", "过程性", "公开为常态", "申请41件", "总体情况", "２０２１年"])
def test_search_finds_words_of_any_length(get: Any, ids: dict[str, str], word: str) -> None:
    page = tree(get("/search", params={"q": word}))
    found = [str(a.attributes["href"]).partition("#")[0] for a in page.css(".hits a")]
    assert f"/report/{ids['2021']}" in found
    assert f"/report/{ids['2021wap']}" not in found


def test_search_marks_filters_and_escapes(get: Any, ids: dict[str, str]) -> None:
    page = tree(get("/search", params={"q": "过程性 常态", "year": "2021", "province": "天津市"}))
    assert text(page, ".snippet mark") == ["常态", "过程性"]
    assert not tree(get("/search", params={"q": "过程性", "year": "2020"})).css(".hits")
    assert not tree(get("/search", params={"q": "性过程"})).css(".hits")  # a phrase, not a bag of characters
    hostile = get("/search", params={"q": "不够"}).text
    assert "&lt;b&gt;<mark>不够</mark>" in hostile
    for query in ('"', "a OR b", "NEAR(", "*", "^", "\x00", "'; drop table reports", "<script>", "-", "，", "x" * 5000):
        answer = get("/search", params={"q": query, "year": "20x1", "start": "-1"})
        assert answer.status_code == 200, query
        assert "<script>" not in answer.text


def test_zh_phrase_serves_people_s_own_sql(get: Any) -> None:
    sql = "select count(*) n from sections_fts where sections_fts match zh_phrase(:q)"
    assert get("/nianbao.json", params={"sql": sql, "q": "过程性", "_shape": "array"}).json() == [{"n": 1}]


@pytest.mark.parametrize("table", [*TABLES])
def test_every_published_table_has_a_page_with_its_columns(get: Any, table: str) -> None:
    page = tree(get(f"/nianbao/{table}"))
    named = text(page, "dl.column-descriptions dt")
    assert set(named) == set(columns(table))
    sample = get(f"/nianbao/{table}.json", params={"_shape": "arrays"}).json()["columns"]
    assert set(named) <= set(sample), set(named) - set(sample)


def test_column_descriptions_of_the_wide_table_come_from_the_codebook() -> None:
    wide = columns("report_wide")
    assert {column(*cell) for cell in cells()} < set(wide)
    assert wide["requests_new_total"] == "一、本年新收政府信息公开申请数量（总计） — new requests received, total [件]"
    assert set(COLUMNS) == set(TABLES) - {"report_wide"}


def test_tables_link_to_our_pages_and_hide_their_inside(get: Any, ids: dict[str, str]) -> None:
    facts = tree(get("/nianbao/facts", params={"report_id": ids["2021"]}))
    assert facts.css(f"td a[href='/report/{ids['2021']}']")
    assert get(f"/nianbao/reports/{ids['2021']}").headers["location"] == f"/report/{ids['2021']}"
    assert get("/nianbao/regions/120106").headers["location"] == "/region/120106"
    listed = text(tree(get("/nianbao")), ".db-table h3")
    assert set(listed) <= set(TABLES)
    facets = tree(get("/nianbao/reports")).css(".facet-info")
    assert {node.attributes["data-column"] for node in facets} == {
        "year",
        "form",
        "quality",
        "unit_kind",
        "region_code",
    }
    source = tree(get("/nianbao/sites")).css_first("td.col-home_url a")
    assert "noreferrer" in str(source.attributes["rel"])


# What must not be possible ---------------------------------------------------------------------------------------------

PAGES = [
    "/",
    "/search",
    "/nianbao",
    "/nianbao/reports",
    "/nianbao/refusal_rate",
    "/nothing",
    "/region/120106",
    "/nianbao.json?sql=x",
]


@pytest.mark.parametrize("path", PAGES)
def test_headers_forbid_everything_foreign(get: Any, path: str) -> None:
    answer = get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    for address in re.findall(r"""(?:src|<link[^>]* href)=["']([^"']+)""", answer.text):
        assert address.startswith(("/", "http://localhost/")), address


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["/", "/nianbao", "/nianbao/reports", "/nianbao/refusal_rate", "/-/capture/x"])
def test_only_reading_is_answered(get: Any, method: str, path: str) -> None:
    answer = get(path, method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "sql",
    [
        "delete from reports", "update reports set title = ''", "insert into meta values ('a', 'b')", "drop table reports",
        "create table x (a)", "pragma journal_mode = wal", "attach database '/etc/passwd' as x", "vacuum into '/tmp/x'",
        "select load_extension('/tmp/x')", "select writefile('/tmp/x', 'a')", "select zeroblob(1000000000)",
        "with x as (select 1) delete from reports", "with recursive r(n) as (select 1 union all select n+1 from r) select n from r where n < 0",
        "select * from nothing", "select readfile('/etc/passwd')", "pragma query_only = off", "begin; delete from reports",
    ],
)  # fmt: skip
def test_no_sql_writes_reads_files_or_runs_for_ever(get: Any, data: DataDir, sql: str) -> None:
    before = data.db.read_bytes()
    answer = get("/nianbao", params={"sql": sql})
    assert answer.status_code == 400 or "message-error" in answer.text or "notice" in answer.text
    assert data.db.read_bytes() == before


def test_the_connection_itself_cannot_write(site: Any, get: Any) -> None:
    connection = site.get_database("nianbao").connect()
    for sql in ("delete from reports", "create temp table x (a)", "attach ':memory:' as x"):
        with pytest.raises(Exception, match=r"readonly|read-only|too many attached|attempt to write"):
            connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/report/nope", "/report/' or 1=1 --", "/report/..%2f..%2fetc%2fpasswd", "/region/999999", "/region/%00",
        "/-/capture/nope", "/-/capture/..%2F..%2Fetc%2Fpasswd", "/assets/../app.py", "/assets/..%2fapp.py",
        "/assets/%2e%2e/app.py", "/-/databases", "/-/databases.json", "/-/permissions", "/-/threads", "/-/messages", "/-/allow-debug",
        "/-/logout", "/-/auth-token?token=x", "/_internal", "/_internal/databases", "/nianbao/nothing", "/other", "/_memory",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_there(get: Any, data: DataDir, path: str) -> None:
    answer = get(path, follow_redirects=True)
    assert answer.status_code in (403, 404)
    assert str(data.root) not in answer.text
    assert "root:" not in answer.text


def test_missing_pages_say_what_to_do(get: Any) -> None:
    page = tree(get("/report/nope"), 404)
    assert "没有这份报告" in page.text()
    assert page.css("a[href='/search']")
    assert get("/nothing.json").json()["status"] == 404


# The archive -----------------------------------------------------------------------------------------------------------


def test_an_archived_page_is_served_harmless(get: Any, captures: dict[str, str]) -> None:
    answer = get(f"/-/capture/{captures['2021']}")
    assert answer.status_code == 200
    assert (
        answer.headers["content-security-policy"]
        == "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in answer.headers
    assert "二〇二二年度报告" in answer.text  # stored as GB18030
    found = LexborHTMLParser(answer.text)
    assert not found.css("script, form, iframe, meta[http-equiv], [onload], [onerror], [src^=http]")


def test_other_archived_things(get: Any, captures: dict[str, str]) -> None:
    pdf = get(f"/-/capture/{captures['%E5%B9%B4%E6%8A%A5.pdf']}")
    assert pdf.content == b"%PDF-1.4\n%%EOF\n"
    assert pdf.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf"
    zipped = get(f"/-/capture/{captures['a..%2F..%2Fb.zip']}")
    assert zipped.headers["content-disposition"] == "attachment; filename*=UTF-8''a.._.._b.zip"
    assert get(f"/-/capture/{captures['a.svg']}").headers["content-type"] == "text/plain; charset=utf-8"
    moved = get(f"/-/capture/{captures['moved']}")
    assert (moved.status_code, moved.headers["x-archived-status"]) == (200, "302")
    assert "location" not in moved.headers


def test_a_lost_warc_file_is_told(tmp_path: Any, data: DataDir, captures: dict[str, str], run: Any) -> None:
    (tmp_path / "nianbao.db").write_bytes(data.db.read_bytes())
    lost = build(DataDir(tmp_path))
    answer = run(lost.client.get(f"/-/capture/{captures['2021']}"))
    assert answer.status_code == 502
    assert "no such WARC file" in answer.text
    lost.get_database("nianbao").close()


# The file under the server ----------------------------------------------------------------------------------------------


def test_the_server_follows_a_file_that_changes_or_is_replaced(tmp_path: Any, data: DataDir, run: Any) -> None:
    copy = DataDir(tmp_path)
    copy.db.write_bytes(data.db.read_bytes())
    following = build(copy)

    def count() -> int:
        found = run(following.client.get("/nianbao.json?sql=select+count(*)+n+from+reports&_shape=array")).json()[0][
            "n"
        ]
        assert f">{found - 1}<" in run(following.client.get("/")).text  # the copy is not counted
        assert run(following.client.get("/nianbao/reports.json")).json()["filtered_table_rows_count"] == found
        return int(found)

    assert count() == 6
    with Store.open(copy.db) as store:
        store.db.execute("delete from reports where year = 2011")
    assert count() == 5
    fresh = tmp_path / "fresh.db"
    fresh.write_bytes(data.db.read_bytes())
    fresh.replace(copy.db)
    assert count() == 6
    following.get_database("nianbao").close()


def test_the_file_may_be_fetched_but_not_while_it_is_written(tmp_path: Any, data: DataDir, run: Any) -> None:
    copy = DataDir(tmp_path)
    copy.db.write_bytes(data.db.read_bytes())
    serving = build(copy)
    assert run(serving.client.get("/nianbao.db")).content == data.db.read_bytes()
    with Store.open(copy.db) as store:
        store.db.execute("begin")
        store.db.execute("insert into meta values ('half', 'written')")
        store.db.execute("pragma cache_spill = 1")
        assert run(serving.client.get("/nianbao.db")).status_code == 403
        assert run(serving.client.get("/")).status_code == 200
        store.db.execute("rollback")
    serving.get_database("nianbao").close()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "no database"), (b"not a database, only text" * 9, "not a readable"), (b"", "table reports")],
)
def test_no_database_is_one_clear_line(tmp_path: Any, content: bytes | None, reason: str) -> None:
    data = DataDir(tmp_path / "d")
    if content is not None:
        data.root.mkdir()
        data.db.write_bytes(content)
    with pytest.raises(ServeError, match=reason) as error:
        build(data)
    assert "nianbao reprocess" in str(error.value)
    assert "\n" not in str(error.value)
