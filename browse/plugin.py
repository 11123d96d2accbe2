"""The Datasette plugin: our pages, SQL functions, links in cells and headers. Registered by `browse.app`, in this process."""

from __future__ import annotations

import json
import re
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from datasette.app import Datasette
from datasette.hookspecs import hookimpl
from datasette.utils import tilde_decode
from datasette.utils.asgi import Base400, NotFound, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup

from browse import captures, headers, home, located, region, report, search, words
from browse.questions import QUESTIONS
from browse.snapshot import NAME, Snapshot
from pipelines.store.fulltext import zh_phrase

_LINKS = {
    "report_id": "/report/{}",
    "superseded_by": "/report/{}",
    "region_code": "/region/{}",
    "parent_code": "/region/{}",
    "capture_id": "/-/capture/{}",
    "old_capture_id": "/-/capture/{}",
    "new_capture_id": "/-/capture/{}",
    "indicator": "/nianbao/over_time?indicator={}",
}
_CODES: dict[str, Mapping[str, words.Words]] = {
    "unit_kind": words.UNIT_KIND, "scope": words.SCOPE, "form": words.FORM, "quality": words.QUALITY,
    "content_kind": words.CONTENT_KIND, "outcome": words.OUTCOME, "severity": words.SEVERITY,
    "verdict": words.VERDICT, "state": {**words.STATE, **words.COVERAGE},
}  # fmt: skip
_ADDRESSES = ("url", "home_url", "list_url")
MAX_QUERY = 200


def _snapshot(datasette: Datasette) -> Snapshot:
    found = datasette.get_database(NAME)
    assert isinstance(found, Snapshot)
    return found


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """`zh_phrase(text)`: a full-text query that finds Chinese phrases, for canned queries and for people's own SQL."""
    if database == NAME:
        conn.create_function("zh_phrase", 1, lambda text: zh_phrase(str(text or "")), deterministic=True)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[headers.App], headers.App]:
    return lambda app: headers.wrap(app, datasette)


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    return {"w": words, "questions": QUESTIONS, "site_name": "年报 nianbao"}


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    env.filters["urldecode"] = unquote


@hookimpl
def render_cell(column: str, value: Any, database: str) -> Markup | None:
    """Identifiers lead to their pages; addresses of portals open outside and learn nothing of us."""
    if database != NAME or value is None or value == "":
        return None
    if isinstance(value, float):
        return Markup("{}").format(words.number(value))
    if not isinstance(value, str):
        return None
    if column in _LINKS:
        return Markup('<a href="{}">{}</a>').format(_LINKS[column].format(quote(value, safe="")), value)
    if value in _CODES.get(column, {}):
        return Markup('{} <span class="in-words">{}</span>').format(value, _CODES[column][value][0])
    if column in _ADDRESSES and value.startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="noopener noreferrer external">{0}</a>').format(value)
    return None


@hookimpl
def permission_allowed(datasette: Datasette, action: str) -> bool | None:
    """The file may be fetched, but not while a crawl writes it: the copy would be torn."""
    if action == "view-database-download" and _snapshot(datasette).being_written:
        return False
    return None


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [
        (r"^/$", _home),
        (r"^/report/(?P<report_id>[^/]+)$", _report),
        (r"^/region/(?P<code>[^/]+)$", _region),
        (r"^/search$", _search),
        (r"^/nianbao/(?P<table>reports|regions)/(?P<key>[^/.]+)$", _row),
        (r"^/-/capture/(?P<capture_id>[^/]+)$", _capture),
        (r"^/-/cell/(?P<report_id>[^/]+)/(?P<indicator>[^/]+)(?:/(?P<applicant>[^/]+))?$", _cell),
    ]


async def _own(
    datasette: Datasette, request: Request, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    html = await datasette.render_template(template, {**context, "own_page": True}, request=request)
    return _answer(html, status)


def _answer(html: str, status: int = 200) -> Response:
    return Response(html, status, {"Content-Security-Policy": headers.OWN_PAGES}, "text/html; charset=utf-8")


async def _home(datasette: Datasette, request: Request) -> Response:
    return await _own(datasette, request, "home.html", await home.page(_snapshot(datasette)))


async def _report(datasette: Datasette, request: Request) -> Response:
    found = await report.page(_snapshot(datasette), request.url_vars["report_id"])
    if found is None:
        raise NotFound("没有这份报告。There is no report with this number: it may have another one in this snapshot.")
    return await _own(datasette, request, "report.html", found)


async def _region(datasette: Datasette, request: Request) -> Response:
    found = await region.page(_snapshot(datasette), request.url_vars["code"])
    if found is None:
        raise NotFound("没有这个地区代码。No region has this code (six digits of GB/T 2260, such as 130903).")
    return await _own(datasette, request, "region.html", found)


async def _row(request: Request) -> Response:
    """Datasette's page of a single report or region: ours says more."""
    page = {"reports": "/report/", "regions": "/region/"}[request.url_vars["table"]]
    return Response("", 302, {"Location": page + quote(tilde_decode(request.url_vars["key"]), safe="")})


async def _search(datasette: Datasette, request: Request) -> Response:
    args = {key: (request.args.get(key) or "").strip()[:MAX_QUERY] for key in ("q", "year", "province", "start")}
    year = args["year"] if re.fullmatch(r"[0-9]{4}", args["year"]) else ""
    start = int(args["start"]) if re.fullmatch(r"[0-9]{1,5}", args["start"]) else 0
    found = await search.page(_snapshot(datasette), args["q"], year, args["province"], start)
    return await _own(datasette, request, "search.html", found)


async def _cell(datasette: Datasette, request: Request) -> Response:
    asked = [request.url_vars[name] or "" for name in ("report_id", "indicator", "applicant")]
    found = await located.marked(_snapshot(datasette), *asked)
    if found is None:
        raise NotFound("没有这个数字。There is no such figure.")
    return Response(found.body, status=found.status, headers=found.headers, content_type=found.mime)


async def _capture(datasette: Datasette, request: Request) -> Response:
    found = await captures.archived(_snapshot(datasette), request.url_vars["capture_id"])
    if found is None:
        raise NotFound("没有这份存档。No archived page has this number.")
    return Response(found.body, status=found.status, headers=found.headers, content_type=found.mime)


@hookimpl(tryfirst=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]]:
    """A page in words for every error; only bugs leave a traceback in the log."""

    async def answer() -> Response | None:
        if isinstance(exception, Base400):
            status, message = exception.status, str(exception.args[0]) if exception.args else ""
        elif isinstance(exception, DatasetteError):
            status, message = exception.status, str(exception.message)
            if exception.message_is_html:
                message = str(Markup(message).striptags())
        elif isinstance(exception, sqlite3.DatabaseError):
            status, message = 400, f"数据库拒绝了这个查询。The database refused this query: {exception}"
        else:
            traceback.print_exception(exception)
            status, message = 500, "页面出错。This page failed; the log of the server says why."
        if message == "404":
            message = "没有这个页面。There is no such page."
        if request.path.endswith(".json"):
            text = json.dumps({"ok": False, "status": status, "error": message}, ensure_ascii=False)
            return Response(text, status, content_type="application/json; charset=utf-8")
        return await _own(datasette, request, "error.html", {"status": status, "error": message}, status)

    return answer
