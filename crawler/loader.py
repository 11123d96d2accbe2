"""Spiders from the registry: a class for each line, made when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from archive.capture import Site
from spiders.registry import RegistryError, load_sites, registry_files


class UnknownSite(KeyError, UsageError):
    """Scrapy wants a KeyError for an unknown spider; its command line prints a UsageError as one line."""

    def __str__(self) -> str:
        return str(self.args[0])


class BadRegistry(UsageError):
    """Lines of the registry cannot be used."""


def spider_for(site: Site, base: type[Spider] | None = None) -> type[Spider]:
    """The spider class of a site, over `base` or SiteSpider. A delay that the registry gives goes before the project's."""
    if base is None:
        from spiders.site import SiteSpider

        base = SiteSpider
    settings: dict[str, object] = dict(getattr(base, "custom_settings", None) or {})
    if site.delay is not None:
        settings["DOWNLOAD_DELAY"] = site.delay
    if site.fetch == "browser":
        from crawler.browser import browser_settings

        settings.update(browser_settings())
    name = f"Site_{site.site_id.replace('-', '_')}"
    return type(name, (base,), {"name": site.site_id, "site": site, "custom_settings": settings})


class SiteLoader:
    """Scrapy's SPIDER_LOADER_CLASS over the registry: `spiders/sites/*.csv`, or the file of setting NIANBAO_SITES."""

    def __init__(self, sites: dict[str, Site]) -> None:
        self._sites = sites

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        named = str(settings.get("NIANBAO_SITES") or "")
        try:
            return cls(load_sites([Path(named)] if named else registry_files()))
        except RegistryError as error:
            raise BadRegistry(f"the registry of sites has bad lines:\n{error}") from error

    def load(self, spider_name: str) -> type[Spider]:
        if spider_name not in self._sites:
            raise UnknownSite(f"{spider_name}: no such site in the registry; `scrapy list` prints the ids")
        return spider_for(self._sites[spider_name])

    def list(self) -> list[str]:
        return list(self._sites)

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        """None: a page opened in `scrapy shell` is only looked at; name a site with --spider to use its spider."""
        return []
