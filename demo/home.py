"""The demo's data directory: which ports its portals had, so that a second run finds the same addresses."""

from __future__ import annotations

import json
from pathlib import Path

NAME = "demo.json"


class NotTheDemos(Exception):
    """The folder holds something else; the message is one line with the cure."""


def remembered_ports(folder: Path) -> list[int] | None:
    """The ports of the last run in `folder`, None on a first run. Raises NotTheDemos when other data are there."""
    marker = folder / NAME
    if marker.is_file():
        try:
            ports = json.loads(marker.read_text(encoding="utf-8"))["ports"]
            return [int(port) for port in ports]
        except (ValueError, KeyError, TypeError):
            raise NotTheDemos(f"{marker}: not readable; remove {folder} and start the demo again") from None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotTheDemos(f"{folder}: holds something that is not the demo's; name another folder with --data")
    return None


def remember_ports(folder: Path, ports: list[int]) -> None:
    """Write them down, the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(json.dumps({"ports": ports}) + "\n", encoding="utf-8")
