"""The simplest spider: follows every link. Run as a script, it crawls the sites of a JSON file; for tests that kill."""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider

from archive.capture import Site


class Walker(Spider):
    """Paths that begin with /report are reports."""

    name = "walker"
    site: Site
    budget = 500

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.findings: list[str] = []
        self.seen_column = True
        self.reports_found = 0
        self.blocked = ""

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.site.home_url, self.on_page, meta={"role": "home", "context": {}})

    def on_page(self, response: Any) -> Iterator[Any]:
        if response.body == b"bang":
            raise ZeroDivisionError("bang")
        for link in response.css("a"):
            path = link.attrib["href"]
            role = "report" if path.startswith("/report") else "list"
            context = {"anchor": path, "referrer": response.url}
            yield response.follow(path, self.on_page, meta={"role": role, "context": context})
        if response.meta["role"] == "report":
            self.reports_found += 1
            yield response.meta["capture"]


if __name__ == "__main__":
    from archive.datadir import DataDir
    from crawler.runner import crawl

    job = json.loads(Path(sys.argv[1]).read_text())
    if "file_limit" in job:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"],) * 2)
    summary = crawl(
        [Site(**row) for row in job["sites"]],
        DataDir(Path(job["data"])),
        delay=job["delay"],
        spider=Walker,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
        settings=job.get("settings", {}),
    )
    print(
        json.dumps(
            {
                "rows": [dict(row) for row in summary.rows],
                "interrupted": summary.interrupted,
                "trouble": summary.trouble,
            }
        )
    )
