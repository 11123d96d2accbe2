"""What reading a report yields. Plain frozen values; names and codes are those of the published tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from archive.capture import Site

State = Literal["reported", "blank", "dash", "ambiguous", "absent"]
Form = Literal["2019", "2021", "legacy_stats", "legacy_prose"]
UnitKind = Literal["government", "office", "department", "township", "zone", "other"]
Scope = Literal["office", "jurisdiction", "unknown"]
Quality = Literal["ok", "warning", "error", "unparsed"]
Outcome = Literal["pass", "pass_blank_as_zero", "fail", "undecided", "not_applicable"]
Severity = Literal["info", "warning", "error"]
ContentKind = Literal["html", "pdf", "docx", "doc", "xlsx", "image", "text"]
SectionKind = Literal["preamble", "general", "proactive", "requests", "reviews", "problems", "other"]

APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other", "total")


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read and what is known about where they came from.

    `body` has its content encoding undone. `mime` and `charset` are what was declared ('' if nothing was). `name` is a
    file name, for messages. `context` is that of the capture (see `archive.capture.Capture`). `attachments` are the
    files that the page links to, in the page's order.
    """

    body: bytes = field(repr=False)
    url: str = ""
    mime: str = ""
    charset: str = ""
    name: str = ""
    site: Site | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Source, ...] = ()


class Fact(NamedTuple):
    """One cell. `value` is None unless `state` is `reported`; money is in 万元; `locator` is JSON."""

    indicator: str
    applicant: str
    value: float | None
    unit: str
    raw: str
    state: State
    method: str
    locator: str


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A figure of an older statistics table that is no cell of the codebook: its row's label and its column's heading as
    printed ('' for none). `value` is None unless `state` is `reported`; money is in 万元; `locator` is JSON."""

    position: int
    label: str
    heading: str
    value: float | None
    unit: str
    raw: str
    state: State
    locator: str


@dataclass(frozen=True, slots=True)
class Section:
    position: int
    kind: SectionKind
    heading: str
    text: str


class Check(NamedTuple):
    """One rule applied once. `severity` is None when the rule passed or did not apply."""

    rule: str
    outcome: Outcome
    severity: Severity | None = None
    indicator: str = ""
    applicant: str = ""
    expected: str = ""
    actual: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    unit_name: str
    region_code: str | None
    unit_kind: UnitKind
    scope: Scope
    year: int | None
    form: Form | None
    published_on: str | None
    content_kind: ContentKind
    quality: Quality


@dataclass(frozen=True, slots=True)
class ReadingError:
    """Why a file could not be read at all: `empty`, `binary`, `unsupported`, `too_large`, `timeout`, `not_a_report`, …"""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one source says. `report` is None when it is not a report; `error` then says why. `printed` are the figures
    of older statistics tables for which the codebook has no cell."""

    report: Report | None
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    error: ReadingError | None = None
    printed: tuple[PrintedFigure, ...] = ()
