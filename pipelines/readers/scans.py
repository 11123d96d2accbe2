"""What may have to be read as a picture, told without opening it, and whether pictures can be read at all."""

from __future__ import annotations

import importlib.util
import re
from functools import cache

from pipelines.readers.sniff import kind_by_magic

MAX_PAGES = 20
"""Of pictures in one file: reading one takes seconds."""
CURE = "pictures are read after `make ocr`"
_PAGE = re.compile(rb"/Type\s*/Page\b")


@cache
def can_recognise() -> bool:
    """Whether the optional reader of pictures is installed."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2"))


def most_pictures(body: bytes) -> int:
    """How many pages at most have to be read as pictures, without opening the file: 0 for what has none."""
    kind = kind_by_magic(body)
    if kind == "image":
        return MAX_PAGES if body[:2] in (b"II", b"MM") else 1
    if kind != "pdf":
        return 0
    # Where the pages stand in compressed objects nobody knows how many there are.
    return min(len(_PAGE.findall(body)) or MAX_PAGES, MAX_PAGES)
