"""Names of the files in a data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.places import Remote


@dataclass(frozen=True, slots=True)
class DataDir:
    """A data directory; nothing is created by naming it."""

    root: Path

    @property
    def warc(self) -> Path:
        """Folder of `*.warc.gz`; a file being written ends in `.open`."""
        return self.root / "warc"

    @property
    def index(self) -> Path:
        return self.root / "index.cdxj"

    @property
    def manifest(self) -> Path:
        """What the closed WARC files must be: `manifest.jsonl`."""
        return self.root / "manifest.jsonl"

    @property
    def db(self) -> Path:
        return self.root / "nianbao.db"

    @property
    def verdicts(self) -> Path:
        """What people say of findings: `verdicts.csv`."""
        return self.root / "verdicts.csv"

    @property
    def crawl(self) -> Path:
        """Folder of the resumable crawl state."""
        return self.root / "crawl"

    @property
    def frontier(self) -> Path:
        return self.crawl / "frontier.db"

    @property
    def releases(self) -> Path:
        return self.root / "releases"


@dataclass(frozen=True, slots=True)
class RemoteDir:
    """Closed WARC files, index and manifest at an fsspec address, under the names they have in a data directory."""

    root: Remote

    @property
    def warc(self) -> Remote:
        return self.root / "warc"

    @property
    def index(self) -> Remote:
        return self.root / "index.cdxj"

    @property
    def manifest(self) -> Remote:
        return self.root / "manifest.jsonl"


Archive = DataDir | RemoteDir
