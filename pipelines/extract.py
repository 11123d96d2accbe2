"""From the bytes of one page to everything it says: report, facts, sections, checks. Pure; content never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines import checks, gate, prose
from pipelines.checks.cells import table_of
from pipelines.checks.subject import Printed, Subject
from pipelines.document import Block, Document, Paragraph
from pipelines.embedded import unfold
from pipelines.identity import Identity, identify
from pipelines.model import ContentKind, Extraction, Fact, Form, PrintedFigure, ReadingError, Report, Source
from pipelines.outline import Outline, outline
from pipelines.places import located
from pipelines.quality import quality
from pipelines.readers import Unreadable, kind_of, read
from pipelines.tables import TableReading, choose_form, read_tables
from pipelines.wording import squeeze

EXTRACTOR = "1"
"""Version of the reading; tables read by another version are read again."""

_OFFICE_KINDS = ("doc", "docx", "xlsx")
_LEGACY = re.compile(r"概述|收费|减免|依申请公开|组织领导|制度建设|要点|咨询|机构")
_STATISTICS = re.compile(r"(?:统计指标|指标名称)\|?(?:计量)?单位")
_MODERN = re.compile(r"收到和处理|需要报告")


@dataclass(frozen=True, slots=True)
class _Content:
    """The document that holds the report's tables: the page itself, or one of its attachments (`index`)."""

    document: Document
    kind: ContentKind
    form: Form | None
    reading: TableReading | None
    index: int | None = None

    def facts(self) -> tuple[Fact, ...]:
        return located(self.reading.facts, self.document, attachment=self.index) if self.reading else ()

    def printed(self) -> tuple[PrintedFigure, ...]:
        """What an older statistics table prints beside the codebook's cells."""
        figures = self.reading.printed if self.reading else ()
        facts = tuple(Fact("", "", f.value, f.unit, f.raw, f.state, "", f.locator) for f in figures)
        placed = located(facts, self.document, attachment=self.index)
        return tuple(replace(f, locator=fact.locator) for f, fact in zip(figures, placed, strict=True))

    def stated(self, facts: tuple[Fact, ...], page: Document) -> tuple[Fact, ...]:
        """The facts of sentences, whose offsets count in `page` and this document together."""
        offset = 0 if self.index is None else len(page.text) + 1
        return located(facts, self.document, offset, self.index)


def extract(source: Source) -> Extraction:
    """Read one source.

    A page whose report stands in an attachment is read from there. The report is None, with an error that says why,
    for what cannot be read (`empty`, `binary`, `unsupported`, `too_large`) and for what is no report (`not_a_report`).
    """
    try:
        page = read(unfold(source))
    except Unreadable as error:
        return Extraction(None, error=ReadingError(error.code, error.message))
    content = _content(source, page)
    whole = page if content.index is None else join(page, content.document)
    shape = outline(whole)
    identity = identify(whole, source, shape)
    slots: Mapping[str, int] = content.reading.tables_found if content.reading else {}
    why = gate.refusal(whole, source, shape, identity, content.form, slots)
    if why:
        return Extraction(None, error=ReadingError("not_a_report", why))
    return _report(source, content, page, whole, shape, identity)


def _report(
    source: Source, content: _Content, page: Document, whole: Document, shape: Outline, identity: Identity
) -> Extraction:
    body = shape.body_lines()
    stated = prose.statements(body)
    form, facts = content.form, content.facts()
    if form is None and _is_legacy(shape, identity):
        # A statistics table that could not be read is still a table: prose must not stand in for it.
        form = "legacy_stats" if _STATISTICS.search(squeeze(whole.text)) else "legacy_prose"
        facts = content.stated(prose.facts(stated), page) if form == "legacy_prose" else ()
    subject = Subject(
        source=source,
        document=whole,
        outline=shape,
        identity=identity,
        form=form,
        facts={(fact.indicator, fact.applicant): fact for fact in facts},
        statements=stated,
        claims=prose.claims(body),
        slots=content.reading.tables_found if content.reading else {},
        missing=_missing(source, content, facts),
        printed=_printed(content.reading),
        notes=tuple((note.code, note.message) for note in content.reading.notes) if content.reading else (),
    )
    found = checks.run(subject)
    report = Report(
        title=identity.title.text if identity.title else "",
        unit_name=identity.unit_name,
        region_code=identity.region_code,
        unit_kind=identity.unit_kind,
        scope=identity.scope,
        year=identity.year,
        form=form,
        published_on=identity.published.on.isoformat() if identity.published else None,
        content_kind=content.kind if form else _unread_kind(source, whole, content.kind),
        quality=quality(form, facts, found),
    )
    return Extraction(report, facts, shape.sections, found, printed=content.printed())


def _content(source: Source, page: Document) -> _Content:
    """The page if it has a form's table, else the first attachment that has one or at least has chapters."""
    form = choose_form(page)
    own = _Content(page, page.kind, form, read_tables(page, form) if form else None)
    if form is not None or len(outline(page).sections) >= 3:
        return own
    spoken: _Content | None = None
    for index, attachment in enumerate(source.attachments):
        try:
            document = read(unfold(attachment))
        except Unreadable:
            continue
        form = choose_form(document)
        if form is not None:
            return _Content(document, document.kind, form, read_tables(document, form), index)
        if spoken is None and len(outline(document).sections) >= 3:
            spoken = _Content(document, document.kind, None, None, index)
    return spoken or own


def join(page: Document, attachment: Document) -> Document:
    """One document of a page and its attachment, the page first; offsets of the attachment follow the page's text."""
    shift = len(page.text) + 1
    moved: list[Block] = [
        replace(block, start=block.start + shift, level=0)
        if isinstance(block, Paragraph)
        else replace(block, start=block.start + shift)
        for block in attachment.blocks
    ]
    return replace(
        page,
        blocks=(*page.blocks, *moved),
        text=f"{page.text}\n{attachment.text}",
        images=(*page.images, *attachment.images),
    )


def _is_legacy(shape: Outline, identity: Identity) -> bool:
    """Whether a report without a table is of the years before the forms: its chapters say so, the year only where they
    are silent."""
    headings = " ".join(section.heading for section in shape.sections)
    if _MODERN.search(headings):
        return False
    if _LEGACY.search(headings):
        return True
    return bool(shape.sections) and identity.year is not None and identity.year <= 2018


def _missing(source: Source, content: _Content, facts: tuple[Fact, ...]) -> dict[str, str]:
    """Why each of tables 2, 3 and 4 was not read; nothing for those that were."""
    found = content.reading.tables_found if content.reading else {}
    reasons: dict[str, str] = {}
    if content.form == "legacy_stats":
        return reasons
    for table in ("2", "3", "4"):
        cells = [fact for fact in facts if table_of(fact.indicator) == table and fact.state != "absent"]
        if not found.get(table) and not cells:
            reasons[table] = _reason(source, content.document)
        elif all(fact.state in ("blank", "dash") for fact in cells):
            reasons[table] = "empty"
    return reasons


def _reason(source: Source, document: Document) -> str:
    """Where the tables may be instead: in an attachment, a linked file, an image; or nowhere."""
    attached: list[str] = [kind_of(attachment) for attachment in source.attachments]
    kinds = [*attached, *gate.linked_files(document)]
    if "pdf" in kinds:
        return "pdf"
    if any(kind in (*_OFFICE_KINDS, "xls", "wps", "et", "rtf") for kind in kinds):
        return "doc"
    return "image" if "image" in kinds or gate.content_images(document) else "no_table"


def _unread_kind(source: Source, document: Document, kind: ContentKind) -> ContentKind:
    """What the report's content is when none of it could be read: that of its attachment, or an image."""
    attached = [kind_of(attachment) for attachment in source.attachments]
    if attached:
        return attached[0]
    reason = _reason(source, document)
    return "image" if reason == "image" else "pdf" if reason == "pdf" else kind


def _printed(reading: TableReading | None) -> tuple[Printed, ...]:
    if reading is None:
        return ()
    return tuple(
        Printed(extra.kind, extra.name, extra.applicant, extra.value)
        for extra in reading.extras
        if extra.value is not None
    )
