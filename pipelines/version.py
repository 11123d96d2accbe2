"""Which reader this is: tables read by another one are read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NUMBER = 2
"""Raised by hand when published figures change by it; the digest behind it sees to the rest."""

# What does not bear upon what one page says: made anew for every snapshot, or only shows, moves and compares.
BESIDE = frozenset(
    {
        "across", "canonical", "cases", "cluster", "coverage", "crops", "diff", "finalize", "finding", "grouping",
        "hierarchy", "highlight", "history", "ledger", "panel", "process", "provenance", "reasons", "replacing",
        "reprocess", "reuse", "scanned", "tracing", "verdicts", "version",
    }
)  # fmt: skip
# How an archived answer becomes a body, with its declared type and charset.
_BYTES = ("capture.py", "parse.py", "reader.py")
_ENDINGS = (".py", ".csv", ".toml")
_LIBRARIES = (
    "selectolax", "resiliparse", "pdfplumber", "pdfminer.six", "pypdfium2", "python-docx", "lxml", "python-calamine",
    "olefile", "rapidocr", "onnxruntime", "opencv-python", "opencv-python-headless",
)  # fmt: skip


def extractor_version(pipelines: Path, archive: Path, libraries: Iterable[str] = _LIBRARIES) -> str:
    """`<number>-<eight hex digits>`: equal for equal code and data of the reading, and equal libraries, wherever they are
    installed. `pipelines` and `archive` are the packages' folders. A module that is not known to be beside the reading
    counts, so that a new one is never forgotten."""
    digest = hashlib.sha256()
    reading = [
        path
        for path in pipelines.rglob("*")
        if path.suffix in _ENDINGS and not (path.parent == pipelines and path.stem in BESIDE)
    ]
    digest.update(code_digest(pipelines, reading).encode())
    digest.update(code_digest(archive, (archive / name for name in _BYTES)).encode())
    for library in libraries:
        digest.update(f"{library} {_installed(library)}\n".encode())
    return f"{NUMBER}-{digest.hexdigest()[:8]}"


def code_digest(folder: Path, files: Iterable[Path]) -> str:
    """Equal for equal files under equal names below `folder`."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in files):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


_TOP = Path(__file__).resolve().parent
EXTRACTOR = extractor_version(_TOP, _TOP.parent / "archive")
"""Of the code that is loaded: reckoned once, when this module is."""
