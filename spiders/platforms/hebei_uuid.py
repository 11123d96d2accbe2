"""河北: columns and articles named by UUIDs."""

from __future__ import annotations

from typing import ClassVar

from spiders.page import Page
from spiders.platforms.base import like
from spiders.platforms.generic import Generic


class HebeiUuid(Generic):
    """The date in an address is that of the migration, never of the report."""

    name: ClassVar[str] = "hebei_uuid"

    def detect(self, page: Page) -> str | None:
        return like(page, r"/columns/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/")
