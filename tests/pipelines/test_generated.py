"""Lawful reports, and reports with one deliberate break, in all the markup that portals and converters print.

The generator (tests/generator) shares nothing with the reader. The suite reads some 1,300 documents; a longer run:

    NIANBAO_GENERATED=20000 pytest tests/pipelines/test_generated.py
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from generator.judge import Verdict, judge
from generator.report import FAMILIES, GRIDS, LOSSY, Made, make

from pipelines.extract import extract
from pipelines.model import Source

SOUND = tuple(family for family in FAMILIES if family not in LOSSY)
UNEVEN = ("line_blank", "line_plain", "pipe_alone")
"""Markup in which a line break inside a heading looks like the next cell."""
COUNT = max(1, int(os.environ.get("NIANBAO_GENERATED", "1300")) // len(FAMILIES))
"""Documents a family: three of five lawful, one with a changed cell, one with a sentence against the tables."""


def read(made: Made) -> Verdict:
    source = Source(made.body, url=made.url, mime=made.mime, charset=made.charset, name=made.name)
    return judge(made, extract(source))


def some(family: str, share: int, breakage: str = "") -> list[tuple[Made, Verdict]]:
    documents = [
        make(f"{family} {number} {breakage}", family, breakage=breakage) for number in range(max(1, COUNT * share // 5))
    ]
    return [(made, read(made)) for made in documents]


@pytest.mark.parametrize("family", SOUND)
def test_lawful_reports(family: str) -> None:
    """Where markup divides the cells, all are read. Elsewhere a zero among blanks may stand in more than one place: such
    cells may stay unread, in reports that print each zero hardly any."""
    read = some(family, 3)
    clean, all_of_it = Counter[str](), Counter[str]()
    for made, verdict in read:
        assert verdict.wrong == [], made.seed
        assert verdict.identity == [], (made.seed, made.notes["title"])
        assert verdict.alarms == [], made.seed
        counts = {"right": verdict.right, "withheld": verdict.withheld}
        all_of_it.update(counts)
        if made.zeros in ("0", "none"):
            clean.update(counts)
    unread = [(made.seed, made.zeros, v.withheld) for made, v in read if v.withheld]
    assert clean["withheld"] * (100 if family in UNEVEN else 1000) <= clean["right"], unread
    assert family not in GRIDS or not all_of_it["withheld"], unread


@pytest.mark.parametrize("family", LOSSY)
def test_what_is_lost_is_withheld_not_guessed(family: str) -> None:
    for breakage, share in (("", 3), ("table", 1)):
        for made, verdict in some(family, share, breakage):
            assert verdict.wrong == [], made.seed
            assert not made.broken or verdict.quality != "ok", made.seed


@pytest.mark.parametrize("family", SOUND)
def test_a_changed_cell_is_told_with_its_rule(family: str) -> None:
    for made, verdict in some(family, 1, "table"):
        assert verdict.wrong == [], made.seed
        assert verdict.missed == [], (made.seed, made.changed)


@pytest.mark.parametrize("family", SOUND)
def test_a_sentence_against_the_tables_is_told(family: str) -> None:
    for made, verdict in some(family, 1, "prose"):
        assert verdict.wrong == [], made.seed
        assert verdict.missed == [], made.seed


@pytest.mark.parametrize("form", ["2019", "2021", "legacy_stats"])
@pytest.mark.parametrize("family", SOUND)
def test_a_clean_lawful_report_is_ok(family: str, form: str) -> None:
    """Official words, zeros printed as 0, dates whole: nothing is left to ask."""
    for number in range(max(1, COUNT // 20)):
        made = make(f"clean {family} {form} {number}", family, form=form, zeros="0", plain=True)
        verdict = read(made)
        if made.notes["torn_date"]:
            continue
        assert (verdict.quality, verdict.withheld, verdict.wrong) == ("ok", 0, []), made.seed
