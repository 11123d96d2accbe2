"""What a workbook of Excel 97 to 2003 claims to hold, looked at before a library believes it ([MS-XLS] records)."""

from __future__ import annotations

import io
from struct import unpack_from

import olefile

from pipelines.readers.guard import Unreadable

_CELLS = frozenset((0x0006, 0x0203, 0x0204, 0x0205, 0x0201, 0x027E, 0x00FD, 0x00BD, 0x00BE, 0x00D6))
"""Records of cells; each begins with a row and a column."""
_SHEET, _DIMENSIONS, _STRINGS, _LOCKED = 0x0809, 0x0200, 0x00FC, 0x002F
_MOST_COLUMNS = 256


def check_book(body: bytes, most_cells: int) -> None:
    """Raises `Unreadable` for a workbook whose records name rows, columns or strings that it cannot have: the library
    would take memory for all of them at once."""
    last_row = last_column = 0
    stream = _stream(body)
    at = 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _LOCKED:
            raise Unreadable("encrypted", "the file is locked with a password")
        if kind == _SHEET:
            last_row = last_column = 0
        elif kind in _CELLS and len(data) >= 4:
            row, column = unpack_from("<HH", data)
            last_row, last_column = max(last_row, row), max(last_column, column)
            if column >= _MOST_COLUMNS or (last_row + 1) * (last_column + 1) > most_cells:
                raise Unreadable("too_large", f"a sheet reaches over {last_row + 1} rows and {last_column + 1} columns")
        elif kind == _DIMENSIONS and len(data) >= 12:
            # First row, row after the last, first column, column after the last.
            first, end, left, right = unpack_from("<IIHH", data)
            if not (
                first <= end <= 65_536
                and left <= right <= _MOST_COLUMNS
                and (end - first) * (right - left) <= 8 * most_cells
            ):
                raise Unreadable("damaged", "a sheet's size is damaged")
        elif kind == _STRINGS and len(data) >= 8 and unpack_from("<I", data, 4)[0] > len(stream) // 3:
            raise Unreadable("damaged", "the table of texts is damaged")


def _stream(body: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as file:
            names = {entry[0].lower(): entry for entry in file.listdir() if len(entry) == 1}
            entry = names.get("workbook") or names.get("book")
            return bytes(file.openstream(entry).read()) if entry else b""
    except Exception as error:  # olefile raises whatever a damaged file makes it stumble over.
        raise Unreadable("damaged", f"the file's container is damaged ({type(error).__name__})") from None
