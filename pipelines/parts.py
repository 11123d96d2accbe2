"""The documents of one report: its page, and the files attached to it that are its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines import titles
from pipelines.bundles import is_archive, members
from pipelines.document import Document
from pipelines.embedded import open_source
from pipelines.model import Form, Source
from pipelines.outline import Outline, outline
from pipelines.readers import Unreadable, kind_of
from pipelines.several import own_tables
from pipelines.tables import choose_form
from pipelines.wording import squeeze

MOST_ATTACHMENTS = 20
TELLING = 3
"""So many chapters make a text a report's."""
_GOVERNMENT = re.compile(r"(?:人民)?政府$")
_QUICK = ("docx", "doc", "xlsx", "html", "text")
_QUICK_PDF = 1_000_000
_PICTURES = (b"/DCTDecode", b"/JPXDecode", b"/CCITTFaxDecode", b"/JBIG2Decode")


@dataclass(frozen=True, slots=True)
class Part:
    """A document that was read. `index` is the attachment's (None: the page), `member` its name in an archive, `place`
    what held it (see `Opened`), `label` what it is called. `fit` says how well it belongs to the page: 2 it names the
    same unit and year, 1 one of them, 0 neither, -1 another unit or year."""

    document: Document
    shape: Outline
    form: Form | None
    index: int | None = None
    member: str = ""
    place: str = ""
    label: str = ""
    fit: int = 2

    @property
    def told(self) -> bool:
        """Whether it has the chapters of a report."""
        return len(self.shape.sections) >= TELLING

    @property
    def marks(self) -> dict[str, str | int]:
        """What leads to this document, for locators; nothing for the page as it is."""
        found: dict[str, str | int] = {"member": self.member, "in": self.place}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Unread:
    """An attachment that could not be read: its number, its name, the code and reason of `Unreadable`."""

    index: int
    label: str
    code: str
    reason: str


@dataclass(slots=True)
class _Look:
    """What was found out about the last document that was asked about, so that it is not found out twice."""

    document: Document | None = None
    form: Form | None = None
    shape: Outline = field(default_factory=lambda: Outline((), (), (0, 0), 0))

    def tells(self, document: Document) -> bool:
        self.document, self.shape = document, outline(document)
        self.form = choose_form(own_tables(document, self.shape))
        return self.form is not None or len(self.shape.sections) >= TELLING


def page_of(source: Source) -> Part:
    """The page as a part; of a ZIP file the one report in it. Raises `Unreadable`."""
    if not is_archive(source.body):
        return _open(source)
    reports = [part for part in _opened(members(source)) if part.told or part.form]
    if len(reports) != 1:
        raise Unreadable(
            "unsupported", f"an archive with {len(reports) or 'no'} report{'s' * (len(reports) > 1)} in it"
        )
    return reports[0]


def _opened(found: Sequence[tuple[str, Source]]) -> Iterator[Part]:
    """The members of an archive that can be read."""
    for member, each in found:
        with suppress(Unreadable):
            yield _open(each, member=member)


def _open(source: Source, index: int | None = None, member: str = "") -> Part:
    look = _Look()
    opened = open_source(source, look.tells)
    if look.document is not opened.document:
        look.tells(opened.document)
    return Part(opened.document, look.shape, look.form, index, member, opened.place, label_of(source))


def attached(source: Source, page: Part, quick: bool = False) -> Iterator[Part | Unread]:
    """The attachments, members of ZIP files too, in order. `quick` leaves out what takes long: pictures, large PDFs."""
    titled = titles.find(page.document, page.shape.lines, page.shape.first)
    for index, attachment in enumerate(source.attachments[:MOST_ATTACHMENTS]):
        try:
            found = members(attachment)
        except Unreadable as error:
            yield Unread(index, label_of(attachment), error.code, error.message)
            continue
        for member, each in found:
            if quick and not _is_quick(each):
                continue
            try:
                part = _open(each, index, member)
            except Unreadable as error:
                yield Unread(index, member or label_of(each), error.code, error.message)
                continue
            yield _fitted(part, titled, source)


def _is_quick(source: Source) -> bool:
    kind = kind_of(source)
    if kind == "pdf":
        # Pages that are pictures would have to be recognised.
        return len(source.body) <= _QUICK_PDF and not any(mark in source.body for mark in _PICTURES)
    return kind in _QUICK


def _fitted(part: Part, titled: titles.Title | None, source: Source) -> Part:
    """The part with its `fit`: what its title says, and where it has none, what it is called."""
    own = titles.find(part.document, part.shape.lines, part.shape.first)
    unit = squeeze(own.unit) if own else ""
    year = own.year if own else None
    unit = unit or squeeze(titles.unit_of(part.label))
    year = year if year is not None else titles.year_of(part.label)
    page_unit = squeeze(titled.unit) if titled else ""
    page_year = titled.year if titled else titles.year_of(str(source.context.get("anchor") or ""))
    if (unit and page_unit and not same_unit(unit, page_unit)) or (year and page_year and year != page_year):
        fit = -1
    else:
        fit = int(bool(unit and page_unit)) + int(bool(year and page_year))
    return Part(part.document, part.shape, part.form, part.index, part.member, part.place, part.label, fit)


def same_unit(one: str, other: str) -> bool:
    """Whether two names may be one unit's: equal, or one is the other without the places above it."""
    one, other = _GOVERNMENT.sub("", one), _GOVERNMENT.sub("", other)
    return one.endswith(other) or other.endswith(one)


def label_of(source: Source) -> str:
    """What a file is called: the text of the link to it, the file name that its address gives, its own name."""
    anchor = str(source.context.get("anchor") or "")
    if anchor and not source.context.get("column"):
        return anchor
    query = dict(parse_qsl(urlsplit(source.url).query))
    for key, value in query.items():
        if key.lower() in ("filename", "showname", "name") and "." in value:
            return value
    return unquote(source.name or urlsplit(source.url).path.rpartition("/")[2])
