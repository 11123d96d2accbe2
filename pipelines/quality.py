"""The one word on how far a reading can be trusted, decided from facts and checks alone."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.codebook import rules
from pipelines.model import Check, Fact, Form, Quality
from pipelines.places import OCR


def quality(form: Form | None, facts: Sequence[Fact], checks: Sequence[Check]) -> Quality:
    """`ok` is a promise, the others say why it cannot be given.

    - `unparsed`: no figure was read at all (the tables are images or in an attachment, or the page has none).
    - `error`: a rule of severity error fails, or a table could not be read.
    - `warning`: a rule of severity warning fails or a finding asks for a look; a cell is `ambiguous`, or was read from a
      picture; a row of the form
      is not in the document; a blank cell is left that no sum proves to be zero; or an arithmetic rule is undecided.
    - `ok`: every cell was read unambiguously and every rule holds, blanks counted as zero only where the form's sums
      prove it; or the document is prose and each figure has its sentence. Findings of severity info (late publication,
      no sentence on the period) do not demote.
    """
    if not any(fact.state == "reported" for fact in facts):
        return "unparsed"
    if any(check.severity == "error" for check in checks):
        return "error"
    unsure = any(fact.state == "ambiguous" or fact.method.endswith(OCR) for fact in facts)
    lacking = form in ("2019", "2021") and any(fact.state == "absent" for fact in facts)
    unproven = any(check.rule == "BLANKS" and check.outcome == "fail" for check in checks)
    undecided = any(
        check.outcome == "undecided"
        and check.rule.startswith(("T3_", "T4_", "F14_", "F19_"))
        and rules()[check.rule].severity != "info"
        for check in checks
    )
    warned = any(check.severity == "warning" for check in checks)
    return "warning" if unsure or lacking or unproven or undecided or warned else "ok"
