"""Search in the prose of the reports: phrases of any length, with the place where they stand."""

from __future__ import annotations

import unicodedata
from typing import Any

from markupsafe import Markup, escape

from browse.places import IN_PROVINCE, JOIN
from browse.snapshot import Row, Snapshot
from pipelines.store.fulltext import MATCHES, zh_phrase

PAGE = 20
AROUND = 60

_FROM = f"""from {MATCHES} {JOIN}
where sections_fts match :match and r.superseded_by is null
  and (:year = '' or r.year = cast(:year as integer))
  and {IN_PROVINCE}"""


async def page(snapshot: Snapshot, query: str, year: str, province: str, start: int) -> dict[str, Any]:
    """What the search template shows: hits `start` to `start + PAGE`, each with a snippet and its report."""
    words = query.split()
    shown: dict[str, Any] = {
        "query": query,
        "year": year,
        "province": province,
        "start": start,
        "hits": [],
        "more": False,
    }
    shown["provinces"] = [
        row["province"]
        for row in await snapshot.once(
            "provinces",
            lambda: snapshot.rows(
                f"select g.province from reports r {JOIN} where g.province is not null group by 1 order by min(g.code)"
            ),
        )
    ]
    shown["years"] = [
        row["year"]
        for row in await snapshot.once(
            "years", lambda: snapshot.rows("select distinct year from reports where year is not null order by 1 desc")
        )
    ]
    if not words:
        return shown
    parameters = {"match": zh_phrase(query), "year": year, "province": province, "limit": PAGE + 1, "start": start}
    found = await snapshot.rows(
        "select s.report_id, s.position, s.kind, s.heading, s.text, r.title, r.unit_name, r.year, r.quality, g.full_name "
        f"{_FROM} order by f.rank, f.rowid limit :limit offset :start",
        parameters,
    )
    shown["more"] = len(found) > PAGE
    shown["hits"] = [{**hit, "snippet": snippet(hit, words)} for hit in found[:PAGE]]
    return shown


def snippet(hit: Row, words: list[str]) -> Markup:
    """The text around the first word found, the words marked; the section's beginning when only its heading matched."""
    text = " ".join(str(hit["text"] or "").split())
    low = folded(text)
    places = [low.find(folded(word)) for word in words]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - AROUND)
    cut = text[start : first + 2 * AROUND]
    return Markup("{}{}{}").format(
        "…" if start else "", marked(cut, words), "…" if start + len(cut) < len(text) else ""
    )


def folded(text: str) -> str:
    """Small letters and half-width forms, as the index has them; as many characters as before."""
    return "".join(one if len(one) == 1 else ch for ch in text for one in [unicodedata.normalize("NFKC", ch).lower()])


def marked(text: str, words: list[str]) -> Markup:
    """`text` escaped, with every occurrence of the words in `<mark>`; overlapping ones run together."""
    low = folded(text)
    hit = [False] * len(text)
    for word in filter(None, (folded(word) for word in words)):
        place = low.find(word)
        while place >= 0:
            hit[place : place + len(word)] = [True] * len(word)
            place = low.find(word, place + 1)
    out = Markup("")
    inside = False
    for character, is_hit in zip(text, hit, strict=False):
        if is_hit != inside:
            out += Markup("<mark>") if is_hit else Markup("</mark>")
            inside = is_hit
        out += escape(character)
    return out + Markup("</mark>") if inside else out
