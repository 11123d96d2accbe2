"""The page and the place on it of each fact of a document that has pages, added to its locator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pipelines.document import Document, Layout
from pipelines.model import Fact

OCR = "+ocr"
"""What the method of a fact ends in whose cell was read from a picture."""


def located(
    facts: Sequence[Fact], document: Document, offset: int = 0, attachment: int | None = None
) -> tuple[Fact, ...]:
    """The facts with `page` and `box` in their locators, and with the method `…+ocr` where the page is a picture.

    `offset` is how many characters of other text stand before this document's in the text that the locators count in.
    `attachment` is named in the locators, if this document is one.
    """
    if document.layout is None and attachment is None:
        return tuple(facts)
    return tuple(_located(fact, document.layout or Layout(), offset, attachment) for fact in facts)


def _located(fact: Fact, layout: Layout, offset: int, attachment: int | None) -> Fact:
    if fact.state == "absent" and attachment is None:
        return fact
    locator: dict[str, Any] = json.loads(fact.locator or "{}")
    if "start" in locator and locator["start"] < offset:
        return fact
    box = layout.box({**locator, "start": locator["start"] - offset} if "start" in locator else locator)
    place: dict[str, Any] = {} if attachment is None else {"attachment": attachment}
    if box is not None:
        place |= {"page": box.page, "box": list(box[1:])}
    # A cell whose page is not known may stand on any.
    recognised = box.page in layout.recognised if box is not None else bool(fact.method and layout.recognised)
    if offset and "start" in locator:
        locator |= {name: locator[name] - offset for name in ("start", "end")}
        if "figure" in locator:
            locator["figure"] = [spot - offset for spot in locator["figure"]]
    told = json.dumps({**place, **locator}, separators=(",", ":"))
    return fact._replace(locator=told, method=fact.method + OCR if recognised else fact.method)
