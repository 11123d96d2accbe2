"""The timetable as other programs take it: systemd units, a crontab, jobs for scrapyd. Pure: text from values."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

CALM_HOURS = range(20, 24)
"""UTC hours, 4 to 8 in the morning in China, when portals are little used."""
WAIT = 43_200
"""Seconds that a job waits for another in the same data directory."""


@dataclass(frozen=True, slots=True)
class Job:
    """One province's daily crawl of what is due: its pinyin name, Chinese name, and number of sites."""

    province: str
    name: str
    sites: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program and its data are: absolute paths."""

    program: Path
    folder: Path
    data: Path

    def command(self, province: str) -> list[str]:
        """The crawl of a province. One data directory is written by one crawl at a time: a job waits for the one before."""
        crawl = [str(self.program), "crawl", "--province", province, "--due"]
        return [*crawl, "--data", str(self.data), "--wait", str(WAIT)]


def minute_of(number: int, of: int) -> tuple[int, int]:
    """Hour and minute (UTC) of the job with that number, spread evenly over the calm hours."""
    minutes = number * len(CALM_HOURS) * 60 // max(of, 1)
    return CALM_HOURS[minutes // 60], minutes % 60


def systemd(jobs: Iterable[Job], place: Place) -> str:
    """One service template and a timer for each province; each file's name stands in a comment above it."""
    service = f"""# /etc/systemd/system/nianbao@.service
[Unit]
Description=nianbao: crawl what is due in %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={str(place.folder).replace("%", "%%")}
ExecStart={" ".join(map(_unit_word, place.command("%i")))} --metrics {_unit_word(str(place.data / "metrics" / "%i.prom"))}
# 1: some sites failed; each is in the ledger, and the log names it.
SuccessExitStatus=1
KillSignal=SIGTERM
TimeoutStopSec=90
Nice=10
"""
    timers = []
    every = list(jobs)
    for number, job in enumerate(every):
        hour, minute = minute_of(number, len(every))
        timers.append(f"""# /etc/systemd/system/nianbao@{job.province}.timer
[Unit]
Description=nianbao: {job.name}, {job.sites} sites

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00 UTC
RandomizedDelaySec=300
Persistent=true

[Install]
WantedBy=timers.target
""")
    names = " ".join(f"nianbao@{job.province}.timer" for job in every)
    return "\n".join([service, *timers, f"# systemctl daemon-reload && systemctl enable --now {names}\n"])


def crontab(jobs: Iterable[Job], place: Place) -> str:
    """A line for each province. `%` has a meaning of its own in a crontab, and stands in none of the words."""
    every = list(jobs)
    lines = ["# Hours are UTC. Mail comes when a site fails or something changed.", "CRON_TZ=UTC", "MAILTO=root"]
    for number, job in enumerate(every):
        hour, minute = minute_of(number, len(every))
        words = shlex.join([*place.command(job.province), "--brief"]).replace("%", r"\%")
        lines.append(
            f"{minute} {hour} * * * cd {shlex.quote(str(place.folder))} && {words}  # {job.name}, {job.sites} sites"
        )
    return "\n".join(lines) + "\n"


def scrapyd(due: Mapping[str, Iterable[str]], address: str, place: Place) -> str:
    """A call for each due site, province by province; `due` maps a province to site ids.

    A scrapyd job is one spider, here one site. Provinces have data directories of their own, so that their jobs run
    side by side; those of one province wait for each other. File names of the archive never collide, so the archives
    can be put together.
    """
    lines = [
        "#!/bin/sh",
        "# One snapshot of all provinces:",
        f"#   mkdir -p {shlex.quote(str(place.data / 'all/warc'))} && cp -lu {shlex.quote(str(place.data))}/*/warc/*.warc.gz"
        f" {shlex.quote(str(place.data / 'all/warc'))} && {shlex.quote(str(place.program))} reprocess"
        f" --data {shlex.quote(str(place.data / 'all'))}",
        "set -e",
    ]
    for province, ids in due.items():
        data = shlex.quote(f"setting=NIANBAO_DATA={place.data / province}")
        for site in ids:
            lines.append(
                f"curl -sS {shlex.quote(address.rstrip('/') + '/schedule.json')} -d project=nianbao"
                f" -d {shlex.quote(f'spider={site}')} -d {data} -d setting=NIANBAO_WAIT={WAIT}"
            )
    return "\n".join(lines) + "\n"


def _unit_word(word: str) -> str:
    """A word of an ExecStart line (systemd.service(5), systemd.unit(5)): `%i` is the instance, any other `%` a sign."""
    word = word.replace("%", "%%").replace("%%i", "%i")
    return f'"{word}"' if any(character in word for character in ' "\\') else word
