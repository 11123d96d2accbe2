"""Datasette over one data directory: read-only, with the project's pages, questions and the archive's replay."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archive.datadir import DataDir
from browse import plugin
from browse.columns import TABLES
from browse.metadata import metadata
from browse.questions import QUESTIONS
from browse.snapshot import NAME, Snapshot

HERE = Path(__file__).parent
SETTINGS: dict[str, Any] = {
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 2500,  # over millions of checks; remembered then
    "default_facet_size": 30,
    "suggest_facets": False,  # tries every column of a table on every page
    "num_sql_threads": 4,
    "allow_download": True,
    "allow_csv_stream": True,
    "max_csv_mb": 0,
    "truncate_cells_html": 400,
    "default_cache_ttl": 0,  # a crawl may be adding to the tables while they are read
    "cache_size_kb": 32_000,
}


WARM_SECONDS = 30.0


class ServeError(Exception):
    """The site cannot be served; the message is one line with reason and cure."""


def build(data: DataDir) -> Datasette:
    """The application over `data`; raises ServeError when the database is missing or is none."""
    _must_be_readable(data.db)
    if not pm.is_registered(plugin):
        pm.register(plugin, "nianbao")
    datasette = Datasette(
        files=[],
        metadata=metadata(data.db),
        settings=SETTINGS,
        template_dir=str(HERE / "templates"),
        static_mounts=[("assets", str(HERE / "static"))],
    )
    datasette.remove_database("_memory")
    datasette.add_database(Snapshot(datasette, data), name=NAME)
    return datasette


def _must_be_readable(db: Path) -> None:
    if not db.is_file():
        raise ServeError(
            f"{db}: there is no database to serve; fill it with `nianbao crawl --data {db.parent}`, "
            f"or rebuild it from the archive with `nianbao reprocess --data {db.parent}`"
        )
    try:
        connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)
        try:
            names = {name for (name,) in connection.execute("select name from sqlite_master")}
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise ServeError(
            f"{db}: not a readable database ({error}); rebuild it with `nianbao reprocess --data {db.parent} --full`"
        ) from None
    missing = [name for name in ("reports", "facts", "sections", "coverage") if name not in names]
    if missing:
        raise ServeError(
            f"{db}: the table {missing[0]} is not in it; rebuild it with `nianbao reprocess --data {db.parent} --full`"
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ServeError when the place is taken or not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServeError(
            f"{host}:{port}: cannot listen there ({reason}); choose another port with --port, or --port 0 for a free one"
        ) from None
    return listener


def serve(data: DataDir, host: str = "127.0.0.1", port: int = 8001, ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted. `ready` is called with the address once the port is ours."""
    datasette = build(data)
    with listen(host, port) as listener:
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        if ready is not None:
            ready(f"http://{shown}:{bound}/")
        config = uvicorn.Config(
            datasette.client.app, log_level="warning", lifespan="on", server_header=False, timeout_graceful_shutdown=2
        )
        asyncio.run(_serve(uvicorn.Server(config), listener, datasette, f"http://{shown}:{bound}"))


async def _serve(server: uvicorn.Server, listener: socket.socket, datasette: Datasette, address: str) -> None:
    warming = asyncio.create_task(_keep_warm(datasette, address))
    try:
        await server.serve(sockets=[listener])
    finally:
        warming.cancel()


async def _keep_warm(datasette: Datasette, address: str) -> None:
    """Make the pages that take long before anybody asks: after the start, and after the snapshot has changed."""
    snapshot = datasette.get_database(NAME)
    warmed = None
    while True:
        state = snapshot.signature()
        if state != warmed and not snapshot.being_written:
            # Through the application that serves, because that is where pages are remembered.
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=datasette.client.app)) as client:
                for path in ("/", *(f"/{NAME}/{name}" for name in (*TABLES, *(q.name for q in QUESTIONS)))):
                    await client.get(address + path)
            warmed = state
        await asyncio.sleep(WARM_SECONDS)
