"""What one source holds of a report: its text, and its tables from the page, its attachments, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines import gate
from pipelines.bundles import is_archive
from pipelines.checks.cells import table_of
from pipelines.document import Block, Document, Paragraph
from pipelines.merging import SLOTS, Difference, Held, Merged, hold, marked, merge
from pipelines.model import ContentKind, Fact, Form, Source
from pipelines.parts import Part, Unread, attached, page_of
from pipelines.places import located
from pipelines.proof import proven
from pipelines.readers import kind_of
from pipelines.tables import TableReading, choose_form

_OFFICE_KINDS = ("doc", "docx", "xlsx", "xls", "wps", "et", "rtf")


@dataclass(frozen=True, slots=True)
class Content:
    """`whole` is the page with the attachment that tells the report (`spoken`) behind it, `reading` what the tables say,
    `sources` from which part each table was taken, `differences` where other parts print other figures. `unread` are
    attachments that could not be read, `strangers` those of other units or years."""

    page: Part
    whole: Document
    form: Form | None = None
    reading: TableReading | None = None
    spoken: Part | None = None
    sources: dict[str, Part] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    unread: tuple[Unread, ...] = ()
    strangers: tuple[Part, ...] = ()

    @property
    def kind(self) -> ContentKind:
        """That of the document with most of the tables, else of the one that tells the report."""
        parts = [*self.sources.values()]
        best = max(parts, key=parts.count, default=self.spoken or self.page)
        return best.document.kind

    def stated(self, facts: Sequence[Fact]) -> tuple[Fact, ...]:
        """The facts of sentences, whose offsets count in `whole`, with locators that lead into their own document."""
        shift = len(self.page.document.text) + 1
        own = [marked(fact, self.page) for fact in _stated(facts, self.page)]
        if self.spoken is None:
            return tuple(own)
        theirs = _stated(facts, self.spoken, shift)
        # `located` leaves those alone that stand before the shift.
        return tuple(
            mine if there is fact else marked(there, self.spoken)
            for fact, mine, there in zip(facts, own, theirs, strict=True)
        )


def _stated(facts: Sequence[Fact], part: Part, shift: int = 0) -> tuple[Fact, ...]:
    document = part.document
    return proven(located(facts, document, shift, part.index), None, document.layout)


def gather(source: Source) -> Content:
    """The content of a source. Raises `Unreadable` where the page itself cannot be read.

    The page goes before its attachments. Where it lacks tables, they are taken from the attachments that name no other
    unit or year, those first that name the same; each table whole from one document. Where page and attachment both
    have a table, the attachment is only compared.
    """
    page = page_of(source)
    own = hold(page, page.form) if page.form else None
    complete = own is not None and (page.form == "legacy_stats" or all(own.has(slot) for slot in SLOTS))
    found = list(attached(source, page, quick=complete))
    unread = tuple(one for one in found if isinstance(one, Unread))
    every = [one for one in found if isinstance(one, Part)]
    parts = sorted((one for one in every if one.fit >= 0), key=lambda part: -part.fit)
    strangers = tuple(one for one in every if one.fit < 0)
    spoken = None
    if not page.told and not complete:
        spoken = next((one for one in parts if one.told), None) or next((one for one in parts if one.form), None)
    whole = page.document if spoken is None else join(page.document, spoken.document)
    content = Content(page, whole, spoken=spoken, unread=unread, strangers=strangers)
    form = page.form or _form_of(page, parts)
    if form is None:
        return content
    if form == "legacy_stats":
        first = own or next(hold(one, form) for one in parts if one.form == form)
        return replace(content, form=form, reading=first.reading, sources={"stats": first.part})
    merged = _merged(page, own, parts, form)
    return replace(
        content, form=form, reading=merged.reading, sources=dict(merged.sources), differences=merged.differences
    )


def _form_of(page: Part, parts: Sequence[Part]) -> Form | None:
    """The form of the first part that shows one; else of all together, for single tables that do not show it alone."""
    shown = next((part.form for part in parts if part.form), None)
    if shown or not parts:
        return shown
    together = page.document
    for part in parts:
        together = join(together, part.document)
    return choose_form(together)


def _merged(page: Part, own: Held | None, parts: Sequence[Part], form: Form) -> Merged:
    held = [own or hold(page, form), *(hold(part, form) for part in parts if part.form != "legacy_stats")]
    return merge([one for one in held if one.part.index is None or one.reading.tables_found] or held[:1])


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


def missing(source: Source, content: Content, facts: Sequence[Fact]) -> dict[str, str]:
    """Why each of tables 2, 3 and 4 was not read; nothing for those that were."""
    found = content.reading.tables_found if content.reading else {}
    reasons: dict[str, str] = {}
    if content.form == "legacy_stats":
        return reasons
    for table in SLOTS:
        cells = [fact for fact in facts if table_of(fact.indicator) == table and fact.state != "absent"]
        if not found.get(table) and not cells:
            reasons[table] = _reason(source, content)
        elif all(fact.state in ("blank", "dash") for fact in cells):
            reasons[table] = "empty"
    return reasons


def _reason(source: Source, content: Content) -> str:
    """Where the tables may be instead: in an attachment, a linked file, an image; or nowhere."""
    document = content.whole
    kinds: list[str] = [kind_of(source.attachments[one.index]) for one in content.unread]
    if any(is_archive(source.attachments[one.index].body) for one in content.unread):
        return "archive"
    if not source.attachments:
        kinds += gate.linked_files(document)
        if kinds and set(kinds) <= {"rar"}:
            return "archive"
    elif content.strangers and not kinds:
        return "foreign"
    if "pdf" in kinds:
        return "pdf"
    if any(kind in _OFFICE_KINDS for kind in kinds):
        return "doc"
    return "image" if "image" in kinds or gate.content_images(document) else "no_table"


def unread_kind(source: Source, content: Content) -> ContentKind:
    """What the report's content is when none of it could be read: that of its attachment, or an image."""
    attached_kinds = [kind_of(attachment) for attachment in source.attachments]
    if attached_kinds and (content.spoken is None or content.spoken.index is not None):
        return attached_kinds[content.spoken.index if content.spoken and content.spoken.index is not None else 0]
    reason = _reason(source, content)
    return "image" if reason == "image" else "pdf" if reason == "pdf" else content.kind
