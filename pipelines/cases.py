"""Golden cases: a folder with a page as it came, why it is there (`case.toml`), and what must be read from it
(`report.json`). `tests/cases/` holds them; `nianbao newcase` makes them from the archive."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from archive.capture import Site
from pipelines.model import Extraction, Source
from pipelines.readers import kind_of

CASE, ACCEPTED = "case.toml", "report.json"
_KNOWN = ("url", "mime", "charset", "name")


def load(folder: Path) -> tuple[dict[str, Any], Source]:
    """What `case.toml` says, and the source to read."""
    case = tomllib.loads((folder / CASE).read_text(encoding="utf-8"))
    attachments = tuple(_load(folder, name, case) for name in case.get("attachments", ()))
    page = _load(folder, case["page"], case)
    return case, replace(page, url=case.get("url", ""), attachments=attachments)


def _load(folder: Path, name: str, case: Mapping[str, Any]) -> Source:
    known = dict(case.get("known", {}).get(name, {}))
    site = known.pop("site", None)
    return Source(
        **{"name": name, **known}, body=(folder / name).read_bytes(), site=Site(**site) if site is not None else None
    )


def compact(extraction: Extraction) -> dict[str, Any]:
    """All that was read, a line a cell; rules that hold are counted, findings are listed. Why, when nothing was read."""
    report = extraction.report
    if report is None:
        return {"error": asdict(extraction.error) if extraction.error else {}}
    return {
        "report": {field.name: getattr(report, field.name) for field in fields(report)},
        "facts": {
            f"{fact.indicator}/{fact.applicant}".rstrip("/"): fact.value if fact.state == "reported" else fact.state
            for fact in extraction.facts
        },
        "sections": [[section.kind, section.heading] for section in extraction.sections],
        "holds": dict(
            sorted(Counter(f"{c.rule} {c.outcome}" for c in extraction.checks if c.severity is None).items())
        ),
        "findings": [
            [c.severity, c.rule, c.outcome, c.indicator, c.applicant, c.expected, c.actual, c.message]
            for c in extraction.checks
            if c.severity
        ],
    }


def accept(folder: Path, extraction: Extraction) -> None:
    """Write what was read as what must be read."""
    text = json.dumps(compact(extraction), ensure_ascii=False, indent=1) + "\n"
    (folder / ACCEPTED).write_text(text, encoding="utf-8")


def write(folder: Path, source: Source, why: str, origin: Mapping[str, str]) -> None:
    """Write page, attachments and `case.toml` into an existing folder; `load` gives an equal source back. `origin` tells
    where it came from."""
    names = [
        f"page.{_ending(source)}",
        *(f"attachment{n}.{_ending(one)}" for n, one in enumerate(source.attachments, 1)),
    ]
    for name, one in zip(names, (source, *source.attachments), strict=True):
        (folder / name).write_bytes(one.body)
    lines = [f"why = {_toml(why)}", f"page = {_toml(names[0])}", f"url = {_toml(source.url)}"]
    if source.attachments:
        lines.append(f"attachments = {_toml(names[1:])}")
    lines += ["", "[origin]", *(f"{key} = {_toml(value)}" for key, value in origin.items())]
    for name, one in zip(names, (source, *source.attachments), strict=True):
        known: dict[str, Any] = {key: getattr(one, key) for key in _KNOWN if key != "url" or one is not source}
        known |= {"context": dict(one.context), "site": asdict(one.site) if one.site else None}
        lines += ["", f"[known.{_toml(name)}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in known.items() if value is not None]
    (folder / CASE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def doubts(extraction: Extraction) -> list[str]:
    """What to look at first, a line each: cells without a sure figure, then findings."""
    if extraction.error:
        return [f"nothing was read: {extraction.error.message or extraction.error.code}"]
    cells = [
        f"{fact.indicator} {fact.applicant}".rstrip() + f": {fact.state}, printed {fact.raw!r}"
        for fact in extraction.facts
        if fact.state == "ambiguous"
    ]
    found = [
        f"{' '.join(filter(None, (c.indicator, c.applicant)))}: ".removeprefix(": ")
        + f"{c.rule} {c.outcome}: {c.message}"
        for c in extraction.checks
        if c.severity in ("warning", "error")
    ]
    return cells + found


def _ending(source: Source) -> str:
    kind = kind_of(source)
    if kind == "image":
        suffix = source.name.rpartition(".")[2].lower()
        return suffix if suffix.isalnum() and len(suffix) < 5 else "png"
    return "txt" if kind == "text" else kind


def _toml(value: object) -> str:
    """A value of JSON in TOML; what is null is left out of tables."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_toml(str(key))} = {_toml(item)}" for key, item in value.items() if item is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value if item is not None)}]"
    # JSON's strings are TOML's, but for the control character 7F and halves of surrogate pairs.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f").encode("utf-8", "replace").decode()
