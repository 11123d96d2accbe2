"""What can go wrong with an archive. Each message is one line that names the file, the reason and the cure."""

from __future__ import annotations


class ArchiveError(Exception):
    """A file or record of the archive cannot be used."""


class ArchiveFull(ArchiveError):
    """The disk, quota or file size limit is reached; the record being written was taken away, all earlier ones are whole."""
