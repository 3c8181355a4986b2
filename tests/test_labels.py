"""Labels: every value that a table may hold has a name in both languages, and amounts read as they should."""

from __future__ import annotations

import pytest

from compare import schema
from compare.vocabulary.labels import label, say_amount, say_bounds

LISTS = {
    "bound": schema.BOUNDS, "measure": schema.MEASURES, "period": schema.PERIODS, "firmness": schema.FIRMNESS,
    "tier": schema.TIERS, "reason": schema.REASONS, "name_basis": schema.NAME_BASES,
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_value_has_a_label(kind: str, lang: str) -> None:
    labels = [label(kind, key, lang) for key in LISTS[kind]]
    assert len(set(labels)) == len(labels)
    assert all("_" not in name for name in labels)
    assert lang == "en" or all(not name.isascii() for name in labels)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1.5e10, "CNY", "150亿元", "CNY 15 billion"), (3.5e8, "CNY", "3.5亿元", "CNY 350 million"),
        (5e5, "CNY", "50万元", "CNY 500,000"), (1000, "thing", "1,000个", "1,000"), (12.5, "percent", "12.5%", "12.5%"),
        (-3, "percent", "-3%", "-3%"), (2, "percentage_point", "2个百分点", "2 percentage points"),
        (3, "万亩", "3万亩", "3 万亩"),
    ],
)  # fmt: skip
def test_amounts_read_in_both_languages(value: float, unit: str, zh: str, en: str) -> None:
    assert say_amount(value, unit) == zh
    assert say_amount(value, unit, "en") == en


@pytest.mark.parametrize(
    ("low", "high", "bound", "said"),
    [
        (20, None, "at_least", "≥20个"), (None, 20, "at_most", "≤20个"), (20, 20, "about", "≈20个"),
        (20, 20, "exact", "20个"), (1, 2, "range", "1–2个"), (None, None, "exact", ""),
    ],
)  # fmt: skip
def test_bounds_stay_bounds(low: float | None, high: float | None, bound: str, said: str) -> None:
    assert say_bounds(low, high, bound, "thing") == said
