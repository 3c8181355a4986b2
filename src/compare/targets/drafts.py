"""A target on its way from its clause to its row."""

from __future__ import annotations

from dataclasses import dataclass

from compare.targets.clauses import Clause


@dataclass(slots=True, eq=False)
class Draft:
    """A target on its way: what is known of it before ids and links."""

    sentence: int
    clause: Clause
    phrase: str
    indicator: str
    tier: str
    value_min: float | None
    value_max: float | None
    unit: str
    factor: float
    unit_std: str
    bound: str
    measure: str
    period: str
    masked: bool
    headline: bool
    due_year: int | None
    firmness: str
    confidence: float
    number: str
    number_at: tuple[int, int]
    quote_at: tuple[int, int]
    quote_from: int
    parent: Draft | None = None
    same_as: Draft | None = None

    @property
    def value_min_std(self) -> float | None:
        """Lower end in the canonical unit."""
        return None if self.value_min is None else float(f"{self.value_min * self.factor:.12g}")

    @property
    def value_max_std(self) -> float | None:
        """Upper end in the canonical unit."""
        return None if self.value_max is None else float(f"{self.value_max * self.factor:.12g}")
