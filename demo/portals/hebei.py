"""河北: columns and articles are named by UUIDs, and the date in an address is that of the move."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portals.base import Entry
from demo.portals.family import Family, invented, parts

COLUMN = "8aef2fa0-cc14-409e-9f68-fbdba00a0c72"


class Hebei(Family):
    """All addresses say 2023-08-21, whenever a report was published."""

    slug = "hebei"
    place = invented(27, "燕北县", "hebei_uuid")

    def address(self, number: int, date: str) -> str:
        return f"/columns/{COLUMN}/202308/21/{number:08}-6610-4d9e-9cc8-9e0f056c2101.html"

    def lists(self, rows: Sequence[Entry]) -> None:
        pages = parts(rows, 5)
        for at, part in enumerate(pages):
            names = ["index.html", *(f"index_{n}.html" for n in range(1, len(pages)))]
            turns = "".join(f"<a href='{name}'>{n}</a>" for n, name in enumerate(names, 1))
            page = self.annual_column(f"<ul>{self.rows(part, 10)}</ul><div>{turns}</div>")
            self.put(f"/columns/{COLUMN}/{names[at]}", page)
        self.put(self.paths.annual, f"<script>location.replace('/columns/{COLUMN}/index.html')</script>")
