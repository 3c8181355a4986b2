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
    value_min_std: float | None
    value_max_std: float | None
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


def convert(value: float | None, factor: float) -> float | None:
    """A value in the canonical unit, without the last digits that floating point adds."""
    if value is None:
        return None
    product = value * factor
    # A whole number of fewer digits is the same when it is rounded.
    return product if product.is_integer() and -1e12 < product < 1e12 else float(f"{product:.12g}")
