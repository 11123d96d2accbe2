"""Scrapy's settings of this project. What each departs from in Scrapy's default, and why, stands beside it."""

from __future__ import annotations

import os
from importlib.metadata import version

from crawler import politeness

BOT_NAME = "nianbao"

# The registry makes the spiders: one for each line.
SPIDER_MODULES: list[str] = []
SPIDER_LOADER_CLASS = "crawler.loader.SiteLoader"
COMMANDS_MODULE = "crawler.crawl"
NIANBAO_SITES = os.environ.get("NIANBAO_SITES", "")
NIANBAO_DATA = os.environ.get("NIANBAO_DATA", "data")
NIANBAO_WAIT = os.environ.get("NIANBAO_WAIT", "0")  # seconds, for another crawl in the same data directory

# Who asks, and how to reach them.
NIANBAO_CONTACT = os.environ.get("NIANBAO_CONTACT", "")
USER_AGENT = (
    f"nianbao/{version('nianbao')} (archive of public annual disclosure reports"
    f"{'; ' + NIANBAO_CONTACT if NIANBAO_CONTACT else ''})"
)
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = politeness.ROBOTS_NAME

# One request at a time for a site, at least two seconds apart, slower when the server is slow.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's would shorten the delay as often as lengthen it
NIANBAO_JITTER = 0.3  # of the delay, by which a pause may be longer
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0  # the floor is DOWNLOAD_DELAY
# Known pages of a site that every crawl asks for again; the others rest the longer, the longer they stay the same.
NIANBAO_RECHECK = 20
# What one site may cost in one run. Requests: 0 leaves the number to the spider.
NIANBAO_BUDGET = 0
NIANBAO_BYTES = 2_000_000_000
NIANBAO_SECONDS = 12 * 3600
NIANBAO_HOURS = os.environ.get("NIANBAO_HOURS", "")  # such as 20-6, China time
NIANBAO_BROWSER_SECONDS = 90  # for one page
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body that breaks off is archived as far as it came, marked so, and asked again.
DOWNLOAD_FAIL_ON_DATALOSS = False

# Not every reader of WARC files decodes the newer encodings.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

SCHEDULER = "crawler.scheduler.FrontierScheduler"
DOWNLOAD_HANDLERS = {"http": "crawler.wire.WireHandler", "https": "crawler.wire.WireHandler"}
DOWNLOADER_MIDDLEWARES = {
    "crawler.archiving.ReplayMiddleware": 1,
    "spiders.staying.StayMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.politeness.PoliteRetryMiddleware": 550,
    "crawler.archiving.ArchiveMiddleware": 950,
}
SPIDER_MIDDLEWARES = {"crawler.commit.CommitMiddleware": 10}
EXTENSIONS = {
    "crawler.politeness.CrawlDelay": 0,
    "crawler.closing.ClosingExtension": 0,
    "crawler.remembering.RememberedReports": 0,
}
REDIRECT_MAX_TIMES = 8  # who needs more goes in a circle
# Redirects in the page are links like others: the spider judges them.
METAREFRESH_ENABLED = False
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the ledger tells

# No doors into the process.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

LOG_LEVEL = os.environ.get("NIANBAO_LOG", "INFO")

politeness.use_packaged_public_suffixes()
