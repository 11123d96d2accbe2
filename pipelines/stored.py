"""A report page by its places in the archive: small enough to send to whoever reads it, wherever the archive is seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.capture import Capture, WarcPosition
from archive.reader import read_capture
from pipelines.model import Source


@dataclass(frozen=True, slots=True)
class Stored:
    """A page and its attachments, in order; `folder` holds the WARC files."""

    folder: Path
    page: WarcPosition
    attachments: tuple[WarcPosition, ...] = ()

    def load(self) -> Source:
        """The bytes from the archive; ArchiveError where they cannot be had."""
        page, *attachments = (read_capture(self.folder, at) for at in (self.page, *self.attachments))
        return as_source(page, tuple(as_source(one) for one in attachments))


def as_source(capture: Capture, attachments: tuple[Source, ...] = ()) -> Source:
    """A capture as the readers take it."""
    return Source(
        body=capture.body(),
        url=capture.url,
        mime=capture.mime,
        charset=capture.charset,
        name=capture.url.rpartition("/")[2],
        site=capture.site,
        context=capture.context,
        attachments=attachments,
    )
