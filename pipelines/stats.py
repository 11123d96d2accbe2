"""The statistics table of the reports for 2014–2018: a label, a unit, a figure a row; labels repeat between chapters."""

from __future__ import annotations

from pipelines.document import Document
from pipelines.fold import fold
from pipelines.forms import bare, lexicon
from pipelines.numbers import header_unit, read_cell
from pipelines.strips import Slot, Strip, strips_of
from pipelines.values import Readings

NUMBER = "stats"


def read_stats(document: Document, readings: Readings) -> None:
    """Reads the rows with exactly one figure after their label and unit into `readings`; a row with several figures
    (this year and in all, or a column for each unit) is ambiguous."""
    order = list(lexicon().stats_order)
    position = -1
    for strip in strips_of(document):
        for index, slot in enumerate(strip.slots):
            names = [name for text in (fold(slot.text), bare(slot.text)) for name in lexicon().stats.get(text, ())]
            if not names or slot.carried:
                continue
            name = next((name for name in names if order.index(name) > position), names[0])
            if len(set(names)) > 1 and order.index(name) <= position:
                continue
            position = order.index(name)
            _read(name, strip, index, readings)
            break


def _read(name: str, strip: Strip, index: int, readings: Readings) -> None:
    after = strip.slots[index + 1 :]
    figures: list[Slot] = []
    unit = ""
    for slot in after:
        if (
            not figures
            and slot.text
            and read_cell(slot.text, "").state == "ambiguous"
            and not any(map(str.isdigit, slot.text))
        ):
            unit = unit or header_unit(slot.text)
            continue
        figures.append(slot)
    while figures and not figures[-1].text:
        figures.pop()
    if not after:
        return
    readings.slots[NUMBER] += 1
    method = "grid" if strip.kind == "table" else strip.kind
    if len(figures) == 1:
        readings.cell(name, "", figures[0], method, unit)
    else:
        readings.doubt(name, ("",), figures or after[-1:], method)
