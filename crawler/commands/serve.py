"""`nianbao serve`: the browser over a data directory."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from archive.datadir import DataDir
from crawler.cli import Failure, UsageError


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="browse the tables and the archive",
        description="Serves the tables (Datasette, read-only), the project's pages and the archived originals.",
        epilog="example:\n  nianbao serve --data data --port 8001",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data directory (default: data)")
    parser.add_argument("--port", type=int, default=8001, metavar="N", help="default 8001; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="default 127.0.0.1: this machine only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is a number from 0 to 65535")
    from browse.app import ServeError, serve

    def ready(address: str) -> None:
        print(address, flush=True)
        print("nianbao: serving; stop with Ctrl-C", file=sys.stderr)

    try:
        serve(DataDir(args.data), args.host, args.port, ready)
    except ServeError as error:
        raise Failure(str(error)) from None
    return 0
