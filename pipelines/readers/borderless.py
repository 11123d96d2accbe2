"""Tables without lines around their cells."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.readers.typeset import TextLine

Row = list[TextLine | None]


def borderless(printed: Sequence[TextLine]) -> tuple[list[TextLine], list[list[Row]]]:
    """The lines that are running text, and the tables among the others."""
    return list(printed), []
