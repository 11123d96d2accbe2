"""Rules on who, when and where: YEAR_AGREE, FORM_YEAR, PERIOD, TIMELY_*, SCOPE, DOMAIN, TEMPLATE, ENTITY_KNOWN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from pipelines.checks.subject import Subject, finding
from pipelines.identity import related
from pipelines.model import Check
from pipelines.regions import by_code

_PLACEHOLDER = re.compile(
    r"\{\{.{0,30}?\}\}|[XxＸ×]{2,4}(?:年|县|区|市|局|镇)|[(〔\[]?具体网址[)〕\]]?|20[Xx]{2}年|_{3,}年"
)

_DAYS_APART = 31


def check(subject: Subject) -> Iterator[Check]:
    """The rules on identity, each at most a few rows; a rule without its evidence has no row."""
    yield from _year(subject)
    yield from _form_year(subject)
    yield from _period(subject)
    yield from _dates(subject)
    yield from _timely(subject)
    yield from _scope(subject)
    yield from _domain(subject)
    yield from _template(subject)
    yield from _entity(subject)


def _year(subject: Subject) -> Iterator[Check]:
    """The years of title, list and period sentence agree, and the report was not published before its year ended.
    Years in addresses and late dates are no evidence: pages migrate."""
    identity = subject.identity
    years = [(int(item.value), item.place) for item in identity.evidence if item.about == "year"]
    if not years:
        yield finding("YEAR_AGREE", "fail", "No year is stated in title, period sentence or list.")
        return
    said = ", ".join(f"{place} {year}" for year, place in years)
    stated = identity.published
    if len({year for year, _ in years}) > 1:
        yield finding("YEAR_AGREE", "fail", f"The years differ: {said}.", expected=f"{identity.year}", actual=said)
    elif stated and identity.year and stated.on < date(identity.year, 12, 15):
        message = f"Published on {stated.on} ({stated.place}), before the end of its year {identity.year}."
        yield finding("YEAR_AGREE", "fail", message, expected=f"{identity.year + 1}", actual=stated.on.isoformat())
    else:
        yield finding(
            "YEAR_AGREE", "pass", f"All agree: {said}.", expected=f"{identity.year}", actual=f"{identity.year}"
        )


def _form_year(subject: Subject) -> Iterator[Check]:
    year, form = subject.identity.year, subject.form
    if year is None or form is None:
        return
    due = "2021" if year >= 2021 else "2019" if year >= 2019 else "legacy"
    if form == due or (due == "legacy" and form.startswith("legacy")):
        yield finding("FORM_YEAR", "pass", f"A report of {year} on the form of its time.", expected=due, actual=form)
    else:
        message = f"A report of {year} on the form {form}; the form of its time is {due}."
        yield finding("FORM_YEAR", "fail", message, expected=due, actual=form)


def _period(subject: Subject) -> Iterator[Check]:
    identity = subject.identity
    if not identity.periods:
        yield finding("PERIOD", "undecided", "No sentence states the statistical period.")
        return
    period = identity.periods[0]
    year = identity.year or period.start.year
    whole = (date(year, 1, 1), date(year, 12, 31))
    stated = f"{period.start} to {period.end}"
    expected = f"{whole[0]} to {whole[1]}"
    if (period.start, period.end) == whole:
        yield finding(
            "PERIOD", "pass", "The figures are for the whole calendar year.", expected=expected, actual=stated
        )
    else:
        yield finding("PERIOD", "fail", f"The stated period is {stated}.", expected=expected, actual=stated)


def _dates(subject: Subject) -> Iterator[Check]:
    """The dates of publication that are printed name about the same days. Which is taken: `dates.stated_dates`."""
    stated = subject.identity.dates
    if len(stated) < 2:
        return
    said = ", ".join(f"{one.place} {one.on}" for one in stated)
    taken = stated[0].on
    if all(abs((one.on - taken).days) <= _DAYS_APART for one in stated):
        yield finding("DATES", "pass", f"All agree within a month: {said}.", actual=taken.isoformat())
    else:
        yield finding("DATES", "fail", f"Printed dates of publication differ: {said}.", actual=said)


def _timely(subject: Subject) -> Iterator[Check]:
    """Regulations of 2019, article 49: organs publish by 31 January; article 50: governments by 31 March."""
    identity = subject.identity
    if identity.published is None or identity.year is None:
        return
    agency = identity.unit_kind in ("office", "department", "township")
    if agency and not subject.tabular:
        return
    rule = "TIMELY_DEPT" if agency else "TIMELY_GOV"
    due = date(identity.year + 1, 1, 31) if agency else date(identity.year + 1, 3, 31)
    on = identity.published.on
    late = on > due
    message = f"Published on {on}, {'after' if late else 'by'} {due}."
    yield finding(rule, "fail" if late else "pass", message, expected=f"<= {due}", actual=on.isoformat())


def _scope(subject: Subject) -> Iterator[Check]:
    scope = subject.identity.scope
    if scope == "unknown":
        yield finding(
            "SCOPE", "undecided", "Neither title nor preamble says whether one organ or the whole place is meant."
        )
    else:
        yield finding("SCOPE", "pass", f"Scope: {scope}.", actual=scope)


def _domain(subject: Subject) -> Iterator[Check]:
    """The host is the registry's or under gov.cn, the 网站标识码 is of the same place, and no advertisement has
    replaced a word. A brand in a file whose host is official or unknown asks for a look; elsewhere it is an error."""
    identity, source = subject.identity, subject.source
    host = urlsplit(source.url).netloc.lower()
    own = (
        {urlsplit(address).netloc.lower() for address in (source.site.home_url, source.site.list_url)}
        if source.site
        else set()
    )
    name = host.partition(":")[0]
    official = name == "gov.cn" or name.endswith(".gov.cn") or host in own
    if host and not official:
        message = f"{host} is neither in the registry for this site nor under gov.cn."
        yield finding("DOMAIN", "fail", message, expected="*.gov.cn", actual=host)
    elif identity.brand:
        message = (
            f"An advertisement stands where a word should: “{identity.brand}”; this may be a copy from a hijacked site."
        )
        yield finding("DOMAIN", "undecided", message, actual=identity.brand, severity="warning")
    coded = by_code(identity.site_code[:6]) if identity.site_code else None
    if coded is not None and identity.region is not None:
        if related(coded, identity.region) or _neighbours(coded.code, identity.region.code):
            yield finding(
                "DOMAIN",
                "pass",
                f"网站标识码 {identity.site_code} fits {identity.region.full_name}.",
                actual=identity.site_code,
            )
        else:
            message = (
                f"网站标识码 {identity.site_code} is of {coded.full_name}, the report of {identity.region.full_name}."
            )
            yield finding("DOMAIN", "fail", message, expected=identity.region.code, actual=identity.site_code)
    elif host and official and not identity.brand:
        yield finding("DOMAIN", "pass", f"{host} is an official host.", actual=host)


def _neighbours(one: str, other: str) -> bool:
    """Whether two codes are of the same prefecture: a township's report may stand on a neighbour's portal."""
    return one[:4] == other[:4]


def _template(subject: Subject) -> Iterator[Check]:
    title = subject.identity.title
    opening = subject.outline.lines[subject.outline.body[0] : subject.outline.first]
    left = next((match.group() for line in opening if (match := _PLACEHOLDER.search(line.text))), "")
    if title and (match := _PLACEHOLDER.search(title.text)):
        left = match.group()
    if left:
        yield finding("TEMPLATE", "fail", f"A template's blank was left unfilled: {left}.", actual=left)
    elif title and title.decoy:
        message = f"The title says {title.decoy}, yet the body is a report."
        yield finding("TEMPLATE", "undecided", message, actual=title.decoy, severity="warning")
    else:
        yield finding("TEMPLATE", "pass", "The page is a report.")


def _entity(subject: Subject) -> Iterator[Check]:
    identity = subject.identity
    if not identity.unit_name:
        yield finding("ENTITY_KNOWN", "fail", "Nothing says which unit published the report.")
        return
    for note in identity.notes:
        yield finding("ENTITY_KNOWN", "undecided", f"Evidence differs: {note}.", severity="warning")
    if identity.unit_kind == "zone" or identity.notes:
        return
    region, year = identity.region, identity.year
    if region is None:
        # No doubt about a figure: that the place is unknown stands in region_code, which is null.
        message = f"{identity.unit_name}: no division could be told for it."
        yield finding("ENTITY_KNOWN", "undecided", message, actual=identity.unit_name)
    elif year and not (
        region.valid_from <= f"{year}-12-31" and (not region.valid_to or region.valid_to >= f"{year}-01-01")
    ):
        message = f"Code {region.code} of {region.full_name} was not valid in {year}."
        yield finding("ENTITY_KNOWN", "fail", message, actual=region.code)
    else:
        yield finding("ENTITY_KNOWN", "pass", f"{region.full_name}, {region.code}.", actual=region.code)
