"""The consistency rules of one report, a module for each family. They look, and never change a value.

Every rule is named in `codebook/rules.csv` with its source and severity. Rules across years and units are in
`pipelines.panel`.
"""

from __future__ import annotations

from pipelines.checks import arithmetic, cells, chapters, legacy, origin, sentences, twins
from pipelines.checks.subject import Printed, Subject
from pipelines.model import Check

FAMILIES = (arithmetic, cells, chapters, sentences, origin, legacy, twins)

RULES = frozenset(
    {
        *("T3_IDENTITY", "T3_RESULT_SUM", "T3_ROW_SUM", "T3_ORG_SUBTOTAL", "T3_SUBTOTAL_ROW", "T4_SUM", "T4_LIT_TOTAL"),
        *(
            "DIM",
            "F21_RULES_COMPETENCE",
            "F19_DISCLOSED_LE_TOTAL",
            "F14_SUB_LE_TOTAL",
            "F14_CHANNELS",
            "F14_RECEIVED",
            "F14_CLOSED",
        ),
        *("F14_REPLIES", "F14_DENIED", "F14_REVIEW", "F14_LITIGATION", "F14_STAFF", "F14_TRAINING", "F14_CLOSED_LE"),
        *("NONNEG", "INTEGER", "NUMERIC", "DIGIT_SPLIT", "LABELS", "BLANKS", "TXT_NEW", "TXT_CARRY_IN", "TXT_RECEIVED"),
        *("TXT_HANDLED", "TXT_CARRY_OUT", "TXT_REVIEW", "TXT_LITIGATION", "TXT_CONTRADICTION", "SEC_PRESENT"),
        *("SEC5_EMPTY", "SEC6_FEE", "TABLE_MISSING", "YEAR_AGREE", "FORM_YEAR", "PERIOD", "TIMELY_DEPT", "TIMELY_GOV"),
        *("SCOPE", "DOMAIN", "TEMPLATE", "ENTITY_KNOWN", "CHINESE_NUM", "TWIN", "DATES"),
    }
)
"""The rules stated for one report; each has a golden case."""


def run(subject: Subject) -> tuple[Check, ...]:
    """Every rule applied to one reading, in a fixed order."""
    return tuple(check for family in FAMILIES for check in family.check(subject))


__all__ = ["FAMILIES", "RULES", "Printed", "Subject", "run"]
