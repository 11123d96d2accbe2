"""From the bytes of one page to everything it says: report, facts, sections, checks. Pure; content never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelines import checks, gate, prose
from pipelines.checks.subject import Printed, Subject
from pipelines.content import Content, gather, missing, unread_kind
from pipelines.identity import Identity, identify
from pipelines.model import Extraction, ReadingError, Report, Source
from pipelines.outline import Outline, outline
from pipelines.quality import quality
from pipelines.readers import Unreadable
from pipelines.tables import TableReading
from pipelines.wording import squeeze

_LEGACY = re.compile(r"概述|收费|减免|依申请公开|组织领导|制度建设|要点|咨询|机构")
_STATISTICS = re.compile(r"(?:统计指标|指标名称)\|?(?:计量)?单位")
_MODERN = re.compile(r"收到和处理|需要报告")


def extract(source: Source) -> Extraction:
    """Read one source.

    A page whose report stands in an attachment is read from there. The report is None, with an error that says why,
    for what cannot be read (`empty`, `binary`, `unsupported`, `too_large`) and for what is no report (`not_a_report`).
    """
    try:
        content = gather(source)
    except Unreadable as error:
        return Extraction(None, error=ReadingError(error.code, error.message))
    shape = content.page.shape if content.whole is content.page.document else outline(content.whole)
    identity = identify(content.whole, source, shape)
    slots: Mapping[str, int] = content.reading.tables_found if content.reading else {}
    why = gate.refusal(content.whole, source, shape, identity, content.form, slots)
    if why:
        return Extraction(None, error=ReadingError("not_a_report", why))
    return _report(source, content, shape, identity)


def _report(source: Source, content: Content, shape: Outline, identity: Identity) -> Extraction:
    body = shape.body_lines()
    stated = prose.statements(body)
    reading, whole = content.reading, content.whole
    form, facts = content.form, reading.facts if reading else ()
    if form is None and _is_legacy(shape, identity):
        # A statistics table that could not be read is still a table: prose must not stand in for it.
        form = "legacy_stats" if _STATISTICS.search(squeeze(whole.text)) else "legacy_prose"
        facts = content.stated(prose.facts(stated)) if form == "legacy_prose" else ()
    subject = Subject(
        source=source,
        document=whole,
        outline=shape,
        identity=identity,
        form=form,
        facts={(fact.indicator, fact.applicant): fact for fact in facts},
        statements=stated,
        claims=prose.claims(body),
        slots=reading.tables_found if reading else {},
        missing=missing(source, content, facts),
        printed=_printed(reading),
        differences=content.differences,
        unread=tuple(f"{one.label or 'attachment'}: {one.reason}" for one in content.unread),
        notes=tuple((note.code, note.message) for note in reading.notes) if reading else (),
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
        content_kind=content.kind if form else unread_kind(source, content),
        quality=quality(form, facts, found),
    )
    return Extraction(report, facts, shape.sections, found, printed=reading.printed if reading else ())


def _is_legacy(shape: Outline, identity: Identity) -> bool:
    """Whether a report without a table is of the years before the forms: its chapters say so, the year only where they
    are silent."""
    headings = " ".join(section.heading for section in shape.sections)
    if _MODERN.search(headings):
        return False
    if _LEGACY.search(headings):
        return True
    return bool(shape.sections) and identity.year is not None and identity.year <= 2018


def _printed(reading: TableReading | None) -> tuple[Printed, ...]:
    if reading is None:
        return ()
    return tuple(
        Printed(extra.kind, extra.name, extra.applicant, extra.value)
        for extra in reading.extras
        if extra.value is not None
    )
