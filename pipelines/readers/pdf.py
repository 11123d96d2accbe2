"""PDF to a document: its text layer, or pictures of its pages where it has none."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from pipelines.document import Document
from pipelines.readers.guard import Unreadable
from pipelines.readers.ocr import recognise
from pipelines.readers.paginated import paginate
from pipelines.readers.pictures import drawn, has_hidden_text
from pipelines.readers.radicals import RADICALS
from pipelines.readers.scans import CURE, can_recognise
from pipelines.readers.sheet import Sheet, Stroke, Word, turn_strokes, turn_words, turned_back

# A font without a box or a broken colour is no news: pdfminer tells it once a glyph.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

MAX_PAGES = 300
MAX_CHARACTERS = 60_000
"""On one page; more are no report's."""
_LEAST_CHARACTERS = 8
_GARBAGE = 0.2
_THIN = 3.0
_SMALLEST = 2.0
_CID = re.compile(r"\(cid:\d+\)")
_PICTURE, _SCAN = 0.05, 0.5
"""Parts of a page: a picture that may hold text, and one that is the page."""
_OUTLINES = 200
_UNSURE = 0.5
"""The score of a text that somebody else recognised."""


def read_pdf(body: bytes) -> Document:
    """The document in PDF bytes. Pages without a text layer are read as pictures where that is installed.

    Raises `Unreadable`: `encrypted` (a password is needed), `damaged` (no PDF reader can open it), `too_large` (more
    than 300 pages, or 20 that are pictures), `empty`, `unsupported` (its pages are pictures or its fonts do not say which
    characters they print, and the reader of pictures is not installed).
    """
    sheets = list(_sheets(body))
    blank = [sheet.number for sheet in sheets if sheet.recognised and not sheet.words]
    scanned = [sheet.number for sheet in sheets if sheet.recognised]
    if can_recognise() and scanned:
        read = {
            number: recognise(picture, number, unit)
            for number, (picture, unit) in zip(scanned, drawn(body, scanned), strict=True)
        }
        sheets = [read.get(sheet.number, sheet) for sheet in sheets]
        blank = []
    if not any(sheet.words for sheet in sheets):
        if blank:
            raise Unreadable("unsupported", f"a PDF of {len(blank)} scanned pages; {CURE}")
        raise Unreadable("empty", "nothing is printed in the PDF")
    document = paginate(sheets, "pdf")
    return replace(document, images=tuple(f"page {number}" for number in blank))


def _sheets(body: bytes) -> Iterator[Sheet]:
    try:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            pages = pdf.pages
            if not pages:
                raise Unreadable("damaged", "the PDF has no page that can be read")
            if len(pages) > MAX_PAGES:
                raise Unreadable("too_large", f"a PDF of {len(pages)} pages; at most {MAX_PAGES} are read")
            for page in pages:
                yield _sheet(page, body)
                page.close()
    except Unreadable:
        raise
    except Exception as error:
        # pdfminer raises whatever a broken file leads it to.
        raise _refusal(error) from error


def _refusal(error: Exception) -> Unreadable:
    cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
    if isinstance(cause, PDFPasswordIncorrect):
        return Unreadable("encrypted", "the PDF opens only with a password")
    if isinstance(cause, PDFEncryptionError):
        return Unreadable("encrypted", f"the PDF is encrypted in a way that cannot be read ({cause})")
    return Unreadable("damaged", f"the PDF is damaged ({type(cause).__name__})")


def _sheet(page: Page, body: bytes) -> Sheet:
    """One page. `recognised` without words is a page that must be looked at as a picture."""
    chars = _visible(page.chars, page)
    words, garbage = _words(chars)
    number, width, height = page.page_number, float(page.width), float(page.height)
    covered = _covered(page, width * height)
    if garbage or (len(words) < _LEAST_CHARACTERS and (covered > _PICTURE or len(page.curves) > _OUTLINES)):
        return Sheet(number, width, height, (), recognised=True)
    across, down = strokes(page.rects, page.lines)
    hidden = covered > _SCAN and has_hidden_text(body, number)
    if hidden:
        words = [word._replace(score=_UNSURE) for word in words]
    slanted = [char for char in chars if not char["upright"]]
    if len(slanted) * 2 <= len(chars):
        return Sheet(number, width, height, tuple(words), across, down, recognised=hidden)
    turn = 90 if sum(char["matrix"][1] > 0 for char in slanted) * 2 > len(slanted) else -90
    back = turned_back(width, height, turn)
    words = turn_words(words, width, height, turn)
    across, down = turn_strokes(across, down, width, height, turn)
    return Sheet(number, height, width, tuple(words), across, down, back=back, recognised=hidden)


def _covered(page: Page, area: float) -> float:
    """Which part of the page its largest picture covers."""
    shown = (
        (min(image["x1"], page.width) - max(image["x0"], 0))
        * (min(image["bottom"], page.height) - max(image["top"], 0))
        for image in page.images
    )
    return float(max(shown, default=0.0)) / area if area else 0.0


def _visible(chars: Iterable[Mapping[str, Any]], page: Page) -> list[Mapping[str, Any]]:
    """The characters that are printed on the page, those that are printed twice (a shadow, bold by hand) once."""
    kept: list[Mapping[str, Any]] = []
    seen: dict[str, list[tuple[float, float]]] = {}
    for char in chars:
        if not char["text"].strip() or char["size"] < _SMALLEST:
            continue
        x, y = char["x0"], char["top"]
        if char["x1"] < 0 or x > page.width or char["bottom"] < 0 or y > page.height:
            continue
        reach = 0.3 * char["size"]
        places = seen.setdefault(char["text"], [])
        if any(abs(x - a) < reach and abs(y - b) < reach for a, b in places[-40:]):
            continue
        places.append((x, y))
        kept.append(char)
        if len(kept) > MAX_CHARACTERS:
            raise Unreadable("too_large", f"more than {MAX_CHARACTERS} characters on page {page.page_number}")
    return kept


def _words(chars: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Word], bool]:
    """The characters as words, and whether so many are no characters that the layer is worthless."""
    words = [
        Word(_plain(char["text"]), char["x0"], char["top"], char["x1"], char["bottom"], upright=bool(char["upright"]))
        for char in chars
    ]
    broken = sum(1 for word in words if _is_garbage(word.text))
    return words, bool(words) and broken > _GARBAGE * len(words)


def _is_garbage(text: str) -> bool:
    return bool(_CID.match(text)) or any(
        unicodedata.category(char) in ("Co", "Cc", "Cn") or char == "\ufffd" for char in text
    )


def _plain(text: str) -> str:
    """Radicals and compatibility ideographs, which fonts put for the characters they look like, as these characters."""
    if all(char < "\u2e80" for char in text):
        return text
    return "".join(
        unicodedata.normalize("NFKC", char)
        if "\u2f00" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff"
        else RADICALS.get(char, char)
        for char in text
    )


def strokes(
    rects: Iterable[Mapping[str, Any]], lines: Iterable[Mapping[str, Any]]
) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """Horizontal and vertical strokes: lines, thin rectangles, and the sides of rectangles whose outline is drawn. A
    rectangle that is only filled is a background."""
    across: list[Stroke] = []
    down: list[Stroke] = []
    for shape in lines:
        _along(shape["x0"], shape["top"], shape["x1"], shape["bottom"], across, down)
    for shape in rects:
        x0, top, x1, bottom = shape["x0"], shape["top"], shape["x1"], shape["bottom"]
        if min(x1 - x0, bottom - top) <= _THIN:
            _along(x0, top, x1, bottom, across, down)
        elif shape["stroke"]:
            across += [Stroke(top, x0, x1), Stroke(bottom, x0, x1)]
            down += [Stroke(x0, top, bottom), Stroke(x1, top, bottom)]
    return tuple(across), tuple(down)


def _along(x0: float, top: float, x1: float, bottom: float, across: list[Stroke], down: list[Stroke]) -> None:
    if bottom - top <= min(_THIN, x1 - x0):
        across.append(Stroke((top + bottom) / 2, x0, x1))
    elif x1 - x0 <= _THIN:
        down.append(Stroke((x0 + x1) / 2, top, bottom))
