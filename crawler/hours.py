"""The hours of the day in which portals may be crawled, by their own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` to `end` in China time (UTC+8, all provinces); over midnight when `end` is the earlier one."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Hours | None:
        """`20-6`, `20:30-06:00`; None for ''. ValueError, with the reason, for anything else."""
        if not text.strip():
            return None
        found = re.fullmatch(r"\s*(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?\s*", text, re.ASCII)
        try:
            if not found:
                raise ValueError
            begin, end = (
                time(int(hour) % 24 if hour == "24" else int(hour), int(minute or 0))
                for hour, minute in (found.groups()[:2], found.groups()[2:])
            )
        except ValueError:
            raise ValueError(f"{text!r} is no span of hours such as 20-6 or 20:30-06:00") from None
        if begin == end:
            raise ValueError(f"{text!r} begins when it ends")
        return cls(begin, end)

    def left(self, now: datetime | None = None) -> float:
        """Seconds until the span ends; 0 outside of it."""
        clock = (now or datetime.now(UTC)).astimezone(CHINA)
        today = clock.time()
        inside = self.begin <= today < self.end if self.begin < self.end else not self.end <= today < self.begin
        if not inside:
            return 0.0
        end = datetime.combine(clock.date(), self.end, CHINA)
        return (end - clock if end > clock else end + timedelta(days=1) - clock).total_seconds()

    def __str__(self) -> str:
        return f"{self.begin:%H:%M} to {self.end:%H:%M}, China time"
