"""Names of the files in a data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
