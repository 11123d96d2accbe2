"""How one document prints its numbers and its empty cells, and what a reader may therefore know of each cell."""

from __future__ import annotations

from random import Random

from .figures import Figures, Key

MONEY = ("art20_8_fees_amount", "art20_9_procurement_amount", "stat_fees", "stat_budget")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


class Numbers:
    """`zeros` is how a zero is printed: 0, blank, dash, none (无), mixed. `truth` fills as cells are printed:
    the number, or None for a cell whose number the document does not print."""

    def __init__(self, rng: Random, figures: Figures, *, zeros: str, fancy: bool) -> None:
        self._rng, self._figures, self._zeros = rng, figures, zeros
        self._dash = rng.choice(("-", "/", "—", "——", "－"))
        style = rng.random() if fancy else 0.0
        self._thousands = 0.55 < style < 0.65
        self._wide = 0.65 <= style < 0.75
        self._units = 0.75 <= style < 0.85
        self._signs = rng.random() < 0.5
        self.truth: dict[Key, float | None] = {}

    def __call__(self, key: Key) -> str:
        value = self._figures[key]
        text, known = self._print(key, value)
        self.truth[key] = known
        return text

    def _print(self, key: Key, value: float) -> tuple[str, float | None]:
        if value == 0 and not key[0].endswith("_change"):
            kind = self._zeros
            if kind == "mixed":
                kind = self._rng.choice(("0", "blank"))
            if kind == "organs":
                kind = "blank" if key[1] not in ("", "natural_person", "total") else "0"
            if kind == "blank":
                return "", None
            if kind == "dash":
                return self._dash, None
            if kind == "none":
                return "无", 0
        return self._number(key[0], value), value

    def _number(self, indicator: str, value: float) -> str:
        text = f"{value:.6f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))
        if self._thousands and abs(value) >= 1000 and value == int(value):
            text = f"{int(value):,}"
        if indicator.endswith("_change") and value > 0 and self._signs:
            text = f"+{text}"
        if self._units and indicator not in MONEY and not indicator.endswith(("_prev", "_change")):
            text += "件"
        if self._units and indicator in MONEY:
            text += "万元"
        return text.translate(_WIDE) if self._wide else text
