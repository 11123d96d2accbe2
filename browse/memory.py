"""Pages remembered while the snapshot stays the same: the site is read-only and knows no visitor, so a page is a pure
function of address and snapshot, and the second reader need not wait for what the first one asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

ONE_PAGE = 1 << 20
ALL_PAGES = 64 << 20
KINDS = (b"text/html", b"application/json")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer of status 200."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Memory:
    """Answers by address, for one state of the snapshot; the longest unused go first."""

    def __init__(self) -> None:
        self._state: Hashable = None
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0

    def find(self, state: Hashable, address: Hashable) -> Kept | None:
        """The answer for `address`, if it was made from the snapshot in this `state`."""
        if state != self._state:
            self._state, self._size = state, 0
            self._pages.clear()
        kept = self._pages.get(address)
        if kept is not None:
            self._pages.move_to_end(address)
        return kept

    def keep(
        self, state: Hashable, address: Hashable, status: int, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Remember a page of moderate size; files and errors are not remembered, nor what an older state said."""
        kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
        if state != self._state or status != 200 or len(body) > ONE_PAGE or not kind.startswith(KINDS):
            return
        replaced = self._pages.pop(address, None)
        self._size += len(body) - (len(replaced.body) if replaced else 0)
        self._pages[address] = Kept(headers, body)
        while self._size > ALL_PAGES:
            _, oldest = self._pages.popitem(last=False)
            self._size -= len(oldest.body)
