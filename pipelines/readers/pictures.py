"""Bytes to pictures: image files of one or more pages, and pages of a PDF as they look."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as _pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from pipelines.readers.guard import Unreadable
from pipelines.readers.scans import MAX_PAGES

pypdfium2: Any = _pypdfium2
"""Not typed in its own package."""
raw: Any = pypdfium2.raw

MAX_PIXELS = 60_000_000
LONG_SIDE = 2000
"""Pixels of the longer side of a PDF's page when it is drawn."""


def pictures(body: bytes) -> Iterator[Image.Image]:
    """The pages of an image file as RGB, turned as they are meant to be seen, transparent parts white.

    Raises `Unreadable`: `damaged`, or `too_large` for more than 20 pages or 60 million pixels.
    """
    try:
        with Image.open(io.BytesIO(body)) as file:
            # An animation's first frame is its picture.
            pages = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
            if pages > MAX_PAGES:
                raise Unreadable("too_large", f"a picture of {pages} pages; at most {MAX_PAGES} are read")
            for page in range(pages):
                file.seek(page)
                if file.width * file.height > MAX_PIXELS:
                    raise Unreadable("too_large", f"a picture of {file.width} × {file.height} pixels")
                yield _flat(file)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Unreadable("damaged", f"the picture is damaged ({type(error).__name__})") from error


def _flat(file: Image.Image) -> Image.Image:
    whole = ImageOps.exif_transpose(file)
    if "A" in whole.getbands() or "transparency" in whole.info:
        clear = whole.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        whole = white
    return whole.convert("RGB")


def drawn(body: bytes, numbers: Sequence[int]) -> Iterator[tuple[Image.Image, float]]:
    """These pages of a PDF (counted from 1) as RGB pictures, each with its points a pixel.

    Raises `Unreadable`: `too_large` for more than 20 pages, `damaged` for a page that cannot be drawn.
    """
    if len(numbers) > MAX_PAGES:
        raise Unreadable("too_large", f"{len(numbers)} pages are pictures; at most {MAX_PAGES} are read")
    try:
        pdf: Any = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("damaged", "the PDF cannot be drawn") from error
    try:
        for number in numbers:
            page = pdf[number - 1]
            scale = LONG_SIDE / max(page.get_size())
            picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            yield picture, 1 / scale
            page.close()
    finally:
        pdf.close()


def has_hidden_text(body: bytes, number: int) -> bool:
    """Whether the text of a PDF's page is not shown: a layer that some recognition laid under a scan."""
    try:
        pdf: Any = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError:
        return False
    try:
        texts: list[Any] = list(pdf[number - 1].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))
        hidden = sum(raw.FPDFTextObj_GetTextRenderMode(text.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE for text in texts)
        return bool(hidden * 2 > len(texts))
    finally:
        pdf.close()
