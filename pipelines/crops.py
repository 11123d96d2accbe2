"""The place of a figure on a page of a PDF or in a picture, drawn: PNG with the box marked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import islice
from typing import Any

from PIL import Image, ImageDraw

from pipelines.model import ContentKind
from pipelines.provenance import NotFound
from pipelines.readers.pictures import drawn, pictures

_MARGIN = 110
"""Pixels above and below the box."""
_WIDEST = 1600
_RED, _YELLOW = (201, 42, 42), (255, 224, 102, 90)


def crop(body: bytes, kind: ContentKind, place: Mapping[str, Any]) -> bytes:
    """A strip of the page, as wide as it and a little higher than the box, as PNG. `place` is a locator with `page` and
    `box`. Raises NotFound without them, `Unreadable` where the file cannot be drawn."""
    image, box = _marked(body, kind, place)
    top, bottom = max(0, int(box[1] - _MARGIN)), min(image.height, int(box[3] + _MARGIN))
    return _png(image.crop((0, top, image.width, bottom)))


def page_image(body: bytes, kind: ContentKind, place: Mapping[str, Any]) -> bytes:
    """The whole page with the box marked, as PNG, at most 1600 pixels wide."""
    image, _ = _marked(body, kind, place)
    if image.width > _WIDEST:
        image = image.resize((_WIDEST, round(image.height * _WIDEST / image.width)))
    return _png(image)


def _marked(body: bytes, kind: ContentKind, place: Mapping[str, Any]) -> tuple[Image.Image, tuple[float, ...]]:
    if kind not in ("pdf", "image") or "page" not in place or "box" not in place:
        raise NotFound("no place on a page is known for this figure")
    image, size = _page(body, kind, place["page"])
    box = tuple(float(edge) / size for edge in place["box"])
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2), fill=_YELLOW, outline=_RED, width=2)
    return image, box


def _page(body: bytes, kind: ContentKind, number: int) -> tuple[Image.Image, float]:
    """The page, counted from 1, and how many units of a box a pixel of it is."""
    try:
        if kind == "pdf":
            return next(drawn(body, [number]))
        return next(islice(pictures(body), number - 1, None)), 1.0
    except (IndexError, StopIteration):
        raise NotFound(f"the file has no page {number}") from None


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
