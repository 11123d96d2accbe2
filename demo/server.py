"""The demo world: portals on loopback that behave like the real ones, every request written down.

with World() as world:
    world.sites, world.expected(), world.log
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.capture import Site
from demo.listener import Listener, PortTaken, Served
from demo.portals import PORTALS
from demo.portals.base import Portal
from demo.portals.mirror import Mirror
from demo.reports import Report

__all__ = ["ExpectedFinding", "ExpectedReport", "PortTaken", "Served", "World"]


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """What a perfect reader gets from the report at `url`, taken from the figures that made the page.

    `facts` has every cell of the form: None for an empty one, money in 万元. `canonical` is False for a version that a
    later one replaced. `region_code` is None where a unit has no division code of its own: a zone, an invented county.
    """

    site_id: str
    url: str
    unit_name: str
    unit_kind: str
    region_code: str | None
    year: int
    form: str
    published_on: str
    facts: dict[tuple[str, str], float | None]
    content_kind: str
    canonical: bool
    title: str


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A rule that a report of the world breaks on purpose; `message` says how."""

    rule: str
    site_id: str
    unit_name: str
    year: int
    indicator: str
    applicant: str
    message: str


class World:
    """Starts all portals on `ports` (one each, the hijacked mirror's last; ephemeral ones by default), stops them on exit.

    Raises PortTaken when one is taken.
    """

    def __init__(self, ports: Sequence[int] | None = None) -> None:
        self.log: list[Served] = []
        self._ports = list(ports) if ports is not None else [0] * (len(PORTALS) + 1)
        if len(self._ports) != len(PORTALS) + 1:
            raise ValueError(f"{len(PORTALS) + 1} ports are needed, one a portal and one for the mirror")
        self._servers: list[Listener] = []
        self.portals: tuple[Portal, ...] = ()

    def __enter__(self) -> Self:
        try:
            for port in self._ports:
                self._servers.append(Listener(port, self.log))
        except OSError:
            self._stop()
            raise
        mirror = self._servers[-1]
        mirror.portal = Mirror(mirror.origin)
        for server, kind in zip(self._servers, PORTALS, strict=False):
            server.portal = kind(server.origin, mirror.origin)
        self.portals = tuple(server.portal for server in self._servers[:-1] if isinstance(server.portal, Portal))
        for server in self._servers:
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for server in self._servers:
            server.stop()
        self._servers.clear()

    @property
    def sites(self) -> tuple[Site, ...]:
        """The portals' registry rows; the mirror is not one of them."""
        return tuple(portal.site for portal in self.portals)

    @property
    def ports(self) -> list[int]:
        """The ports in use, to start the same world again."""
        return [server.server_port for server in self._servers]

    @property
    def mirror(self) -> str:
        """Origin of the hijacked mirror that some pages link to."""
        return self._servers[-1].origin

    def write_registry(self, path: Path) -> None:
        """The registry file of this world, with the columns of `spiders/sites/*.csv`."""
        columns = ("site_id", "region_code", "name", "home_url", "platform", "list_url", "fetch", "delay", "notes")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for site in self.sites:
                writer.writerow(["" if getattr(site, name) is None else getattr(site, name) for name in columns])

    def expected(self) -> list[ExpectedReport]:
        """Every report of the world, straight from its figures."""
        return [_expected(portal, path, report) for portal in self.portals for path, report in portal.published]

    @property
    def expected_findings(self) -> tuple[ExpectedFinding, ...]:
        """The rules broken on purpose; nothing else in the invented tables breaks one."""
        return tuple(
            ExpectedFinding(rule, portal.place.site_id, unit, year, indicator, applicant, message)
            for portal in self.portals
            for rule, unit, year, indicator, applicant, message in portal.breaks
        )


def _expected(portal: Portal, path: str, report: Report) -> ExpectedReport:
    return ExpectedReport(
        site_id=portal.place.site_id,
        url=f"{portal.origin}{path}",
        unit_name=report.unit,
        unit_kind=report.unit_kind,
        region_code=report.region_code,
        year=report.year,
        form=report.form,
        published_on=report.date,
        facts=dict(report.figures.facts),
        content_kind=report.kind,
        canonical=report.canonical,
        title=report.title,
    )
