"""`scrapy crawl SITE`: Scrapy's own command, with the archive, the queue and the tables of `nianbao crawl` around it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from archive.datadir import DataDir
from crawler.cli import Failure


class Command(crawl.Command):
    """The data directory is setting NIANBAO_DATA (default: `data`); while another crawl is at work there, this one waits
    for NIANBAO_WAIT seconds (default: 0)."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # Imported here, because every command of Scrapy loads this module.
        from crawler.runner import operator_of
        from crawler.runtime import Runtime

        assert self.settings is not None
        data = DataDir(Path(self.settings["NIANBAO_DATA"]))
        if args:
            assert self.crawler_process is not None
            self.crawler_process.spider_loader.load(args[0])
        wait = self.settings.getfloat("NIANBAO_WAIT")
        try:
            with Runtime(data, operator=operator_of(self.settings), talk=_talk, wait=wait) as runtime:
                super().run(args, opts)
                runtime.finalize()
        except Failure as error:
            raise UsageError(str(error), print_help=False) from error
        if runtime.trouble:
            _talk(runtime.trouble)
            self.exitcode = 1


def _talk(line: str) -> None:
    print(line, file=sys.stderr)
