"""Scans made straight, and the lines drawn on them. Needs OpenCV, which comes with the optional reader of pictures."""

from __future__ import annotations

from typing import Any

from pipelines.readers.sheet import Stroke

Picture = Any
"""A numpy array of bytes: rows, columns, and blue, green, red unless it is grey."""

MOST_DEGREES = 5.0
_SMALL = 800
_COLOURED, _BRIGHT = 50, 140
_SAME_LINE, _BREAK = 3.0, 28.0
_SPECK = 10


def ink(picture: Picture) -> Picture:
    """Where something is printed (255) and where not (0), whatever the light: darker than around it."""
    import cv2

    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    calm = cv2.medianBlur(grey, 3)
    return cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)


def without_specks(printed: Picture) -> Picture:
    """What `ink` gives without dots smaller than any printed one."""
    import cv2

    _, marks, boxes, _ = cv2.connectedComponentsWithStats(printed, connectivity=8)
    printed = printed.copy()
    printed[boxes[marks, 4] < _SPECK] = 0
    return printed


def plain(picture: Picture) -> Picture:
    """The picture in grey without what is printed in colour (seals, marks of a pen)."""
    import cv2
    import numpy as np

    spread = picture.max(axis=2).astype(np.int16) - picture.min(axis=2)
    # Black under a seal stays dark in each of its channels.
    coloured = (spread > _COLOURED) & (picture.max(axis=2) > _BRIGHT)
    coloured = cv2.dilate(coloured.astype(np.uint8), np.ones((3, 3), np.uint8))
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    grey[coloured > 0] = 255
    return grey


def slant(printed: Picture) -> float:
    """By how many degrees the print (as `ink` gives it) is turned clockwise: the angle at which its rows are sharpest."""
    import cv2
    import numpy as np

    shrink = min(1.0, _SMALL / max(printed.shape))
    small = cv2.resize(printed, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)

    def sharpness(angle: float) -> float:
        rows = np.asarray(_turned(small, angle, 0), dtype=np.float64).sum(axis=1)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    best = 0.0
    for step, reach in ((0.5, MOST_DEGREES), (0.1, 0.5), (0.02, 0.1)):
        tries = [best + step * n for n in range(-round(reach / step), round(reach / step) + 1)]
        best = max(tries, key=lambda angle: (sharpness(angle), -abs(angle)))
    return best


def _turned(picture: Picture, degrees: float, border: int) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    fill = (border, border, border)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=fill)


def straighten(picture: Picture, degrees: float) -> Picture:
    """The picture turned back by its slant, white where nothing was."""
    return _turned(picture, degrees, 255) if degrees else picture


def way_back(width: int, height: int, degrees: float) -> tuple[float, float, float, float, float, float]:
    """From a place on the straightened picture to the place on the picture: x' = ax + by + c, y' = dx + ey + f."""
    import cv2

    matrix = cv2.invertAffineTransform(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0))
    (a, b, c), (d, e, f) = matrix.tolist()
    return a, b, c, d, e, f


def ruled(printed: Picture, shortest: int) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """The horizontal and the vertical lines of at least so many pixels in what `ink` gives."""
    import cv2

    found: list[tuple[Stroke, ...]] = []
    for across in (True, False):
        bridge = cv2.getStructuringElement(cv2.MORPH_RECT, (3, 1) if across else (1, 3))
        bar = cv2.getStructuringElement(cv2.MORPH_RECT, (shortest, 1) if across else (1, shortest))
        # A line of one pixel on a slant that is not quite zero wanders: it is made thicker before it is looked for.
        thick = cv2.dilate(printed, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 3) if across else (3, 1)))
        lines = cv2.morphologyEx(cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bridge), cv2.MORPH_OPEN, bar)
        strokes = []
        _, _, boxes, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        for x, y, width, height, _ in boxes[1:].tolist():
            if across and width > 4 * height:
                strokes.append(Stroke(y + height / 2, x, x + width))
            elif not across and height > 4 * width:
                strokes.append(Stroke(x + width / 2, y, y + height))
        found.append(tuple(_bridged(strokes)))
    return found[0], found[1]


def _bridged(strokes: list[Stroke]) -> list[Stroke]:
    """Pieces of one line, broken where a seal or a fold runs over it, put together."""
    joined: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda one: one.start):
        for index, other in enumerate(joined):
            if abs(other.at - stroke.at) <= _SAME_LINE and stroke.start - other.end <= _BREAK:
                joined[index] = other._replace(end=max(other.end, stroke.end))
                break
        else:
            joined.append(stroke)
    return joined
