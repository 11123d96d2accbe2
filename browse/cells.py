"""How one figure is shown: as printed, with its state in a mark and in words, and the findings that concern it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from browse import located
from browse.forms import APPLICANT_ZH
from browse.words import STATE, STATE_MARK, number, words
from pipelines.codebook import Indicator

Row = Mapping[str, Any]
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure ready for the page.

    `printed` is the document's own text; `value` what it was read as, given only where the two differ; `place` the
    path of the archived page with the figure marked, '' where its place is not known; `note` says all
    of it in words (tooltip and screen reader); `findings` are the fingerprints of the findings that concern it.
    """

    anchor: str
    place: str
    state: str
    printed: str
    mark: str
    value: str
    note: str
    findings: tuple[str, ...]
    severity: str


def cell(anchor: str, indicator: Indicator, applicant: str, fact: Row | None, findings: Sequence[Row] = ()) -> Cell:
    """The cell of one fact; no fact at all is shown as `absent`."""
    state = str(fact["state"]) if fact else "absent"
    printed = " ".join(str(fact["raw"] or "").split()) if fact else ""
    value = number(fact["value"]) if fact else ""
    unit = str(fact["unit"] or "") if fact else indicator.unit
    same = printed.replace(",", "").replace("，", "") == value.replace(",", "")
    zh, en = words(STATE, state)
    who = f"（{APPLICANT_ZH[applicant]}）" if applicant else ""
    note = [
        f"{indicator.label_zh}{who}",
        indicator.label_en,
        f"{zh} {en}" + (f": {value} {unit}".rstrip() if value else ""),
    ]
    if fact and fact["method"]:
        note.append(f"读取方法 read by: {fact['method']}")
    ranked = sorted(findings, key=lambda f: ("error", "warning", "info", None).index(f["severity"]))
    return Cell(
        anchor=anchor,
        place=located.address(fact["report_id"], indicator.indicator, applicant) if fact and fact["locator"] else "",
        state=state,
        printed=printed,
        mark="" if state == "dash" and printed else STATE_MARK.get(state, state),
        value="" if same or not value else f"{value} {unit}".strip(),
        note="\n".join(note),
        findings=tuple(f["fingerprint"] for f in ranked),
        severity=str(ranked[0]["severity"] or "") if ranked else "",
    )


def sentence(locator: str | None, raw: str, texts: Sequence[str]) -> str:
    """The sentence that a figure of a prose report was read from, found again in the report's sections.

    The locator knows only its place and length in the whole document. Where several sentences hold the same words, the
    one of that length counts; where that does not decide, '' (a wrong quotation is worse than none).
    """
    try:
        place = json.loads(locator or "{}")
    except ValueError:
        return ""
    words = "".join(raw.split())
    if not isinstance(place, dict) or not {"start", "end"} <= place.keys() or not words:
        return ""
    parts = (part for text in texts for part in _SENTENCE.findall(text))
    holding = list(dict.fromkeys(part.strip() for part in parts if words in "".join(part.split())))
    if len(holding) > 1:
        length = place["end"] - place["start"]
        holding = [part for part in holding if len(part.rstrip("。！？；")) == length or len(part) == length]
    return holding[0] if len(holding) == 1 else ""
