"""Reads WARC files back: captures, the rows of site runs, and what is damaged. Nothing but errors is invented."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, cast

from archive import parse
from archive.capture import ROLES, Capture, Site, WarcPosition
from archive.errors import ArchiveError
from archive.exchange import freshened
from archive.members import MemberError, find_record, read_member
from archive.places import Place, PlaceT, Read, opened
from archive.records import DOM_URN, RUN_URN
from archive.segment import OPEN

SUFFIXES = (".warc.gz", ".warc", ".warc.gz" + OPEN)


@dataclass(frozen=True, slots=True)
class RunRow:
    """The `site_runs` row that ended a site's crawl, and the registry row it was crawled with."""

    row: Mapping[str, Any]
    site: Site


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of the archive that cannot be read; `str()` is one line for the operator."""

    file: str
    offset: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}: offset {self.offset}: {self.message}"


class LostPayload(Exception):
    """A revisit's payload is not where the record says: one line."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record and where it stands."""

    record: parse.Record
    position: WarcPosition


def warc_files(folder: PlaceT) -> list[PlaceT]:
    """The WARC files of a folder, finished and being written, by name; a missing folder has none."""
    if not folder.is_dir():
        return []
    found = [cast(PlaceT, path) for path in folder.iterdir() if path.name.endswith(SUFFIXES) and not path.is_dir()]
    return sorted(found, key=lambda path: path.name)


def iter_archive(folder: Place) -> Iterator[Capture | RunRow | Damage]:
    """Everything in all files of `folder`, in order of their names; see `iter_records`."""
    for path in warc_files(folder):
        yield from iter_records(path)


def iter_records(path: Place) -> Iterator[Capture | RunRow | Damage]:
    """Captures and run rows of one WARC file, gzipped by records or plain, in its order, whoever wrote it.

    Damage is told and reading goes on at the next gzip member that starts a record. Captures of other tools' files
    have no site, role `other` and an empty context. A revisit has the payload of the capture that it refers to, from
    whichever file of the folder; one whose payload is gone is damage, and one that does not tell where the payload stands
    (other tools' revisits) is passed over. Raises ArchiveError when the file cannot be opened.
    """
    waiting: tuple[Capture, str] | None = None
    revisit: tuple[Capture, str] | None = None
    for item in iter_placed(path):
        if isinstance(item, Damage):
            yield item  # perhaps the request alone: what waits may still find its metadata
            continue
        record, position = item.record, item.position
        try:
            if record.kind in ("response", "resource", "revisit"):
                if waiting:
                    yield waiting[0]
                    waiting = None
                found = _capture(record, position)
                waiting = (found, record.record_id) if found and record.kind != "revisit" else None
                revisit = (found, record.record_id) if found and record.kind == "revisit" else None
            elif _is_knowledge(record):
                if waiting and record.fields.get("warc-concurrent-to") == waiting[1]:
                    capture, waiting = _with_knowledge(waiting[0], record), None
                    yield capture
                elif revisit and record.fields.get("warc-concurrent-to") == revisit[1]:
                    yield _resolved(path.parent, _with_knowledge(revisit[0], record))
                    revisit = None
            elif record.kind == "metadata" and record.uri.startswith(RUN_URN):
                yield _run_row(record)
        except (parse.ParseError, LostPayload) as error:
            if waiting:
                yield waiting[0]
                waiting = None
            yield Damage(position.file, position.offset, str(error))
    if waiting:
        yield waiting[0]


def iter_placed(path: Place) -> Iterator[Placed | Damage]:
    """Every record of a file with its position, in order; damage is told and skipped."""
    name = path.name.removesuffix(OPEN)
    plain = name.endswith(".warc")
    with opened(path) as read:
        offset = 0
        while True:
            try:
                member = read_member(read, offset)
                if member is None:
                    return
                placed = Placed(parse.whole(member.data), WarcPosition(name, offset, member.length))
                step = member.length
            except (MemberError, parse.ParseError) as error:
                cure = (
                    "repaired when the next crawl starts"
                    if path.name.endswith(OPEN)
                    else "see `nianbao archive verify`"
                )
                yield Damage(name, offset, f"{error}; {cure}")
                following = find_record(read, offset + 1, plain=plain)
                if following is None:
                    return
                offset = following
                continue
            yield placed
            offset += step


def read_capture(folder: Place, position: WarcPosition) -> Capture:
    """The capture whose record stands at `position`, a revisit with its payload; ArchiveError when it is not there, or
    is damaged, or its payload is."""
    return _read(folder, position, follow=True)


def _read(folder: Place, position: WarcPosition, *, follow: bool) -> Capture:
    path = find_file(folder, position.file)
    try:
        with opened(path) as read:
            return _read_at(path, read, position, follow)
    except (MemberError, parse.ParseError, LostPayload) as error:
        raise ArchiveError(
            f"{path}: offset {position.offset}: {error}; run `nianbao archive verify`, and restore the file from a copy"
        ) from None


def _read_at(path: Place, read: Read, position: WarcPosition, follow: bool) -> Capture:
    one = _placed(read, position.file, position.offset)
    capture = _capture(one.record, one.position) if one else None
    if not one or not capture:
        raise ArchiveError(f"{path}: offset {position.offset}: no capture stands here; run `nianbao archive index`")
    revisit = one.record.kind == "revisit"
    if revisit and not follow:
        raise LostPayload("a revisit, which holds no payload")
    at = one.position
    for _ in range(2):
        following = _placed(read, position.file, at.offset + at.length)
        if not following:
            break
        if _is_knowledge(following.record):
            if following.record.fields.get("warc-concurrent-to") == one.record.record_id:
                known = _with_knowledge(capture, following.record)
                return _resolved(path.parent, known) if revisit else known
            break
        at = following.position
    if revisit:
        raise LostPayload("a revisit that does not tell where its payload stands")
    return capture


def find_file(folder: PlaceT, name: str) -> PlaceT:
    """The path of a WARC file, finished or still being written; ArchiveError when it is gone."""
    for path in (folder / name, folder / (name + OPEN)):
        if path.parent == folder and path.is_file():
            return cast(PlaceT, path)
    raise ArchiveError(f"{folder / name}: no such WARC file; put it back, or run `nianbao reprocess` without it")


def _placed(read: Read, name: str, offset: int) -> Placed | None:
    member = read_member(read, offset)
    return Placed(parse.whole(member.data), WarcPosition(name, offset, member.length)) if member else None


def _capture(record: parse.Record, position: WarcPosition) -> Capture | None:
    """A capture of a response, a revisit (still without its payload) or a rendered DOM; None for anything else."""
    truncated = record.fields.get("warc-truncated", "")
    if record.kind in ("response", "revisit") and record.uri.startswith(("http://", "https://")):
        status, headers, payload = parse.response(record.block)
        return Capture(record.uri, record.date, status, headers, payload, position=position, truncated=truncated)
    if record.kind == "resource" and record.uri.startswith((DOM_URN, "http://", "https://")):
        headers = (("Content-Type", record.fields.get("content-type", "")),)
        url = record.uri.removeprefix(DOM_URN)
        return Capture(
            url,
            record.date,
            200,
            headers,
            record.block,
            via="browser" if url != record.uri else "http",
            position=position,
            truncated=truncated,
        )
    return None


def _is_knowledge(record: parse.Record) -> bool:
    return record.kind == "metadata" and record.mime == "application/json" and not record.uri.startswith(RUN_URN)


def _with_knowledge(capture: Capture, record: parse.Record) -> Capture:
    """The capture with site, role and context as its metadata record tells them."""
    data = _json_object(record)
    if "site" not in data:
        return capture
    context, role, via = data.get("context", {}), data.get("role"), data.get("via")
    refers_to = data.get("refers_to")
    if not isinstance(context, dict) or role not in ROLES or via not in ("http", "browser"):
        raise parse.ParseError("the metadata of a capture has no known role, way or context")
    site = _site(data["site"])
    try:
        position = WarcPosition(**refers_to) if refers_to else None
    except TypeError:
        raise parse.ParseError("the metadata of a revisit does not tell where its payload stands") from None
    return replace(capture, site_id=site.site_id, role=role, via=via, context=context, site=site, refers_to=position)


def _resolved(folder: Place, revisit: Capture) -> Capture:
    """The revisit with its payload, and after a 304 with the earlier answer's headers, freshened; LostPayload where the
    payload cannot be had. A payload stands in a response, so this goes one step deep."""
    if revisit.refers_to is None:
        raise LostPayload(f"{revisit.url}: a revisit that does not tell where its payload stands")
    try:
        origin = _read(folder, revisit.refers_to, follow=False)
    except ArchiveError as error:
        raise LostPayload(f"{revisit.url}: its payload, fetched before, is gone: {error}") from None
    headers = freshened(origin.headers, revisit.headers) if revisit.status == 304 else revisit.headers
    return replace(revisit, headers=headers, payload=origin.payload)


def _run_row(record: parse.Record) -> RunRow:
    data = _json_object(record)
    if not isinstance(data.get("run"), dict):
        raise parse.ParseError("the metadata of a run has no row")
    return RunRow(data["run"], _site(data.get("site")))


def _json_object(record: parse.Record) -> dict[str, Any]:
    try:
        data = json.loads(record.block)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise parse.ParseError("a metadata record is not a JSON object")
    return data


_SITE_FIELDS = {item.name for item in fields(Site)}


def _site(row: object) -> Site:
    """The registry row; equal rows are one object. Keys that a later version added are passed over."""
    if not isinstance(row, dict):
        raise parse.ParseError("a metadata record names no site")
    try:
        return _same_site(tuple((key, value) for key, value in row.items() if key in _SITE_FIELDS))
    except TypeError:
        raise parse.ParseError("a metadata record names an incomplete site") from None


@lru_cache(maxsize=8192)
def _same_site(items: tuple[tuple[str, Any], ...]) -> Site:
    return Site(**dict(items))
