"""After a process died: mend the archive's last file, and make the frontier agree with the archive."""

from __future__ import annotations

from collections.abc import Iterator

from archive.capture import Capture
from archive.datadir import DataDir
from archive.errors import ArchiveError
from archive.reader import find_file, iter_records, warc_files
from archive.repair import repair
from archive.segment import OPEN
from crawler.frontier import Frontier


def recover(data: DataDir, frontier: Frontier) -> Iterator[str]:
    """Yield one line for each thing mended; does nothing after a clean stop.

    Files that a dead process left open are cut to their last whole record and closed. Captures in them that the
    frontier does not know (the process died between the two) are adopted. Positions behind a file's end (a power cut
    took written data away) are forgotten, so that the pages are fetched again
    (the record of a redirect on the way to a page that was kept is not).
    """
    # Adopted first: were this process killed in between, the files would still be there as `.open` next time.
    for path in warc_files(data.warc):
        if path.name.endswith(OPEN):
            for record in iter_records(path):
                if isinstance(record, Capture):
                    frontier.adopt(record)
    for mended in repair(data.warc):
        yield str(mended)
    for name in sorted(frontier.files()):
        try:
            size = find_file(data.warc, name).stat().st_size
        except ArchiveError:
            yield f"{data.warc / name}: is gone; the pages that it held and that are not in the tables are fetched again"
            size = 0
        frontier.cut(name, size)
