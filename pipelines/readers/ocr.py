"""Text from pictures: recognised twice, the second time figure by figure from another rendering of the picture.

Needs the optional packages (`make ocr`). One thread, so that the same picture gives the same text on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from PIL import Image

from pipelines.document import Document
from pipelines.readers.guard import Unreadable
from pipelines.readers.lattice import Lattice, Region, lattices
from pipelines.readers.paginated import paginate
from pipelines.readers.pictures import pictures
from pipelines.readers.scans import CURE, can_recognise
from pipelines.readers.sheet import Affine, Sheet, Word
from pipelines.readers.straight import Picture, ink, plain, ruled, slant, straighten, way_back, without_specks

_LONG_SIDE, _STRIP = 2000, 1000
_SMALLEST_SCALE, _LARGEST_SCALE = 0.25, 3.0
_SNAP = 7.0
_SHORTEST_LINE = 45
_FIGURE = re.compile(r"[\d.,+\-—–oO]{1,14}")
_ROUND = str.maketrans("oO", "00")
_UNREAD = "□"
"""Stands for print that no recognition made out; no reader of cells takes it for a number."""
_LEAST_INK, _BORDER = 12, 5


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": 100_000,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Figures are short: on the usual 320 pixels they would be padding for the most part.
            "Rec.rec_img_shape": [3, 48, 96],
            # With six lines at a time, and pages as a whole, it takes 1.8 GB instead of 0.7, and no less time.
            "Rec.rec_batch_num": 3,
        }
    )


def recognise(page: Image.Image, number: int, unit: float = 1.0) -> Sheet:
    """The page `number` as a sheet. `unit` is the size of a pixel in the units of the sheet's boxes.

    Every word has the score of its recognition; 0 where a second reading of a figure differs from the first.
    """
    import cv2
    import numpy as np

    whole = np.asarray(page)[:, :, ::-1]
    scale = _scale(page.width, page.height)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(whole, None, fx=scale, fy=scale, interpolation=method) if scale != 1 else whole
    degrees = slant(ink(sized))
    picture = np.ascontiguousarray(straighten(sized, degrees))
    height, width = picture.shape[:2]
    printed = without_specks(ink(picture))
    across, down = ruled(ink(plain(picture)), _SHORTEST_LINE)
    words = _words(picture)
    back = _scaled(way_back(width, height, degrees), unit / scale)
    sheet = Sheet(number, width, height, tuple(words), across, down, _SNAP, back, recognised=True)
    tables = lattices(sheet)
    words = _verified(picture, printed, _split(picture, words, tables), tables)
    words += _overlooked(picture, printed, words, tables)
    return Sheet(number, width, height, tuple(words), across, down, _SNAP, back, recognised=True)


def _scale(width: int, height: int) -> float:
    """So that a page's longer side has 2,000 pixels; of a picture longer than two pages the shorter one 1,400."""
    long, short = max(width, height), min(width, height)
    wanted = _LONG_SIDE / long if long < 2 * short else 1400 / short
    return min(max(wanted, _SMALLEST_SCALE), _LARGEST_SCALE)


def _scaled(back: Affine, factor: float) -> Affine:
    a, b, c, d, e, f = (value * factor for value in back)
    return a, b, c, d, e, f


def _words(picture: Picture) -> list[Word]:
    """What is found on the picture, which is looked at in strips of half a page."""
    height = picture.shape[0]
    words: list[Word] = []
    start = 0
    while start < height:
        end = height if height - start <= _STRIP * 1.2 else _gap(picture, start + _STRIP // 2, start + _STRIP)
        found = _engine()(picture[start:end], use_det=True, use_cls=False, use_rec=True)
        if found.boxes is not None:
            for box, text, score in zip(found.boxes.tolist(), found.txts, found.scores, strict=True):
                xs, ys = [x for x, _ in box], [y + start for _, y in box]
                words.append(Word(_figure(text), min(xs), min(ys), max(xs), max(ys), float(score)))
        start = end
    return words


def _gap(picture: Picture, first: int, last: int) -> int:
    """The row between these with the least print on it, the lowest of these."""
    rows = ink(picture[first:last]).sum(axis=1)
    return first + len(rows) - 1 - int(rows[::-1].argmin())


def _read(pictures: Sequence[Picture]) -> list[tuple[str, float]]:
    """Text and score of pictures of a line each."""
    if not pictures:
        return []
    found = _engine().recognize_txt(list(pictures))
    return [(_figure(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


def _figure(text: str) -> str:
    """A round letter among nothing but digits is a zero: they look the same."""
    text = text.strip()
    return text.translate(_ROUND) if _FIGURE.fullmatch(text) else text


def _cut(picture: Picture, x0: float, top: float, x1: float, bottom: float, margin: float) -> Picture:
    height, width = picture.shape[:2]
    left, right = max(0, int(x0 - margin)), min(width, int(x1 + margin) + 1)
    upper, lower = max(0, int(top - margin)), min(height, int(bottom + margin) + 1)
    return picture[upper:lower, left:right]


def _split(picture: Picture, words: Iterable[Word], tables: Sequence[Lattice]) -> list[Word]:
    """Words that reach over the border of a cell are read again, cell by cell."""
    kept: list[Word] = []
    pieces: list[Word] = []
    for word in words:
        table = next((one for one in tables if one.holds(*word.middle)), None)
        borders = _crossed(word, table) if table is not None else []
        if not borders:
            kept.append(word)
            continue
        edges = [word.x0, *borders, word.x1]
        pieces += [word._replace(x0=left + 2, x1=right - 2) for left, right in pairwise(edges) if right - left > 8]
    texts = _read([_cut(picture, p.x0, p.top, p.x1, p.bottom, 0) for p in pieces])
    kept += [piece._replace(text=text, score=score) for piece, (text, score) in zip(pieces, texts, strict=True) if text]
    return kept


def _crossed(word: Word, table: Lattice) -> list[float]:
    """The vertical borders that run through a word."""
    row, _ = table.slot(*word.middle)
    starts = {region.column for region in table.regions if region.row <= row < region.row + region.rowspan}
    depth = 0.3 * word.height
    return [table.xs[c] for c in sorted(starts) if word.x0 + depth < table.xs[c] < word.x1 - depth]


def _verified(picture: Picture, printed: Picture, words: Sequence[Word], tables: Sequence[Lattice]) -> list[Word]:
    """The words; figures that a second reading finds different get the score 0. It looks at all that is printed in the
    figure's cell, so that a digit which the first one left outside its box is found."""
    import cv2

    figures = [index for index, word in enumerate(words) if _FIGURE.fullmatch(word.text)]
    # Red ink (seals) is white in the red channel; grain is smoothed away.
    red = cv2.cvtColor(cv2.medianBlur(picture[:, :, 2], 3), cv2.COLOR_GRAY2BGR)
    cuts = []
    for index in figures:
        word = words[index]
        box = _cell_ink(printed, word, tables) or (word.x0, word.top, word.x1, word.bottom)
        cut = _cut(red, *box, 0.2 * word.height)
        cuts.append(cv2.resize(cut, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC))
    result = list(words)
    for index, (text, score) in zip(figures, _read(cuts), strict=True):
        word = words[index]
        agreed = text == word.text
        result[index] = word._replace(score=min(word.score, score) if agreed else 0.0)
    return result


def _cell_ink(printed: Picture, word: Word, tables: Sequence[Lattice]) -> tuple[float, float, float, float] | None:
    """What is printed in the cell around the word, or the word where it is not in a cell."""
    table = next((one for one in tables if one.holds(*word.middle)), None)
    if table is None:
        return None
    row, column = table.slot(*word.middle)
    region = next(
        r for r in table.regions if r.row <= row < r.row + r.rowspan and r.column <= column < r.column + r.colspan
    )
    return _ink_box(printed, table, region)


def _ink_box(printed: Picture, table: Lattice, region: Region) -> tuple[float, float, float, float] | None:
    """The box around all print in a cell; None if there is next to nothing."""
    import numpy as np

    x0, x1 = int(table.xs[region.column]) + _BORDER, int(table.xs[region.column + region.colspan]) - _BORDER
    top, bottom = int(table.ys[region.row]) + _BORDER, int(table.ys[region.row + region.rowspan]) - _BORDER
    if x1 - x0 < 8 or bottom - top < 8:
        return None
    ys, xs = np.nonzero(printed[top:bottom, x0:x1])
    if len(ys) < _LEAST_INK or ys.max() - ys.min() < 8:
        return None
    return x0 + int(xs.min()), top + int(ys.min()), x0 + int(xs.max()) + 1, top + int(ys.max()) + 1


def _overlooked(picture: Picture, printed: Picture, words: Sequence[Word], tables: Sequence[Lattice]) -> list[Word]:
    """Print in cells where the first look found no text, as two readings of it agree; else a mark that something is
    there."""
    import cv2

    found: list[tuple[float, float, float, float]] = []
    for table in tables:
        filled = {table.slot(*word.middle) for word in words if table.holds(*word.middle)}
        for region in table.regions:
            slots = {
                (row, column)
                for row in range(region.row, region.row + region.rowspan)
                for column in range(region.column, region.column + region.colspan)
            }
            box = None if slots & filled else _ink_box(printed, table, region)
            if box is not None:
                found.append(box)
    first = _read([_cut(picture, *box, 6) for box in found])
    second = _read(
        [cv2.resize(_cut(picture, *box, 9), None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC) for box in found]
    )
    return [
        Word(one[0], *box, min(one[1], other[1])) if one[0] and one[0] == other[0] else Word(_UNREAD, *box, 0.0)
        for box, one, other in zip(found, first, second, strict=True)
    ]


def read_image(body: bytes) -> Document:
    """The document in an image file.

    Raises `Unreadable`: `unsupported` where the reader of pictures is not installed, `damaged`, `too_large`, `empty`.
    """
    pages = pictures(body)
    if not can_recognise():
        next(pages, None)  # what is damaged is told as such
        raise Unreadable("unsupported", f"a picture; {CURE}")
    sheets = [recognise(picture, number) for number, picture in enumerate(pages, 1)]
    if not any(sheet.words for sheet in sheets):
        raise Unreadable("empty", "no text was found in the picture")
    return paginate(sheets, "image")
