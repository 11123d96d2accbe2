"""The ledger: one row for each site and run, with one outcome and its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.capture import Site
from archive.exchange import utc_now

RunOutcome = Literal["ok", "partial", "no_column", "empty", "blocked", "unreachable"]

ROBOTS = "Forbidden by robots.txt"
BROKE_OFF = "the page broke off and was read as far as it came"
# A page that is linked and gone says nothing about the completeness of the crawl.
GONE = ("HTTP 404", "HTTP 410")


@dataclass(frozen=True, slots=True)
class Story:
    """All that the outcome follows from. `failures` are (role, address, reason); `ended` is why it was cut short."""

    responses: int
    reports_found: int
    seen_column: bool
    blocked: str = ""
    ended: str = ""
    home_status: int = 0
    failures: Sequence[tuple[str, str, str]] = ()
    findings: Sequence[str] = ()


def judge(story: Story) -> tuple[RunOutcome, str]:
    """The outcome and its reason in one line, '' when all is well."""
    failures = [failure for failure in story.failures if failure[2] not in GONE]
    forbidden = [failure for failure in failures if ROBOTS in failure[2]]
    # A forbidden page that is no list, report or attachment (a 图解 twin, say) is no gap.
    failures = [failure for failure in failures if failure[0] != "other" or failure not in forbidden]
    home = next((failure for failure in failures if failure[0] == "home" and failure[2] != BROKE_OFF), None)
    message = "; ".join(part for part in (story.blocked, story.ended, summary(story.failures), *story.findings) if part)
    if story.reports_found:
        cut_short = bool(story.blocked or story.ended or failures)
        return ("partial" if cut_short else "ok"), message
    if story.blocked:
        return "blocked", message
    if forbidden:
        return "blocked", message
    # A home page that came and could not be used (no browser, packed wrongly) is no matter of reach.
    if (home and story.home_status != 200) or story.home_status >= 400:
        return "unreachable", message or f"the home page answers HTTP {story.home_status}"
    if story.ended and not story.home_status and story.responses <= 1:
        return "blocked", message  # robots.txt, or a wish in its headers, told us to stay away.
    if not story.responses:
        return "unreachable", message or "no answer"
    if story.ended or failures:
        return "partial", message
    if story.seen_column:
        return "empty", message or "the column of annual reports is there, without a report"
    return "no_column", message or "no column of annual reports was found"


def summary(failures: Sequence[tuple[str, str, str]]) -> str:
    """Failed requests in one line: each reason once, how often, and the first address."""
    counts = Counter(reason for _, _, reason in failures)
    first = {reason: url for _, url, reason in reversed(failures)}
    parts = []
    for reason, count in counts.most_common(5):
        words = "robots.txt forbids it" if ROBOTS in reason else reason
        more = f" and {count - 1} more" if count > 1 else ""
        parts.append(f"{words}: {first[reason]}{more}")
    if len(counts) > 5:
        parts.append(f"{len(counts) - 5} more kinds of failure")
    return "; ".join(parts)


def ledger_row(
    run_id: str, site: Site, started_at: str, counts: tuple[int, int, int], story: Story
) -> dict[str, str | int]:
    """The row of table `site_runs`. `counts` are requests, responses, errors."""
    outcome, message = judge(story)
    return {
        "run_id": run_id,
        "site_id": site.site_id,
        "started_at": started_at,
        "finished_at": utc_now(),
        "requests": counts[0],
        "responses": counts[1],
        "errors": counts[2],
        "reports_found": story.reports_found,
        "outcome": outcome,
        "message": message[:2000],
    }
