"""What comes out of reading a plan: rows of the tables targets and unclaimed."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """One committed quantity; fields as the columns of table ``targets``, and the number of its sentence."""

    target_id: str
    sentence: int
    section: str
    item: str
    quote: str
    start: int
    end: int
    number: str
    number_start: int
    number_end: int
    indicator: str
    indicator_zh: str
    theme: str
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
    parent: str
    same_as: str
    firmness: str
    confidence: float


class Unclaimed(NamedTuple):
    """One number with a unit that is no target, and why; fields as the columns of table ``unclaimed``."""

    section: str
    quote: str
    start: int
    end: int
    number: str
    number_start: int
    number_end: int
    unit: str
    reason: str


class Extraction(NamedTuple):
    """All numbers of a plan: its targets, the others, and notes for the problems table."""

    targets: tuple[Target, ...]
    unclaimed: tuple[Unclaimed, ...]
    notes: tuple[str, ...]
    plan_year: int | None
