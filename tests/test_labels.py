"""Labels: every value that a table may hold has a name in both languages, and amounts read as they should."""

from __future__ import annotations

import pytest

from compare import schema
from compare.reading.rows import name_column, say_value
from compare.vocabulary.labels import label, say_amount, say_bounds
from compare.vocabulary.units import load_units

LISTS = {
    "bound": schema.BOUNDS, "measure": schema.MEASURES, "period": schema.PERIODS, "firmness": schema.FIRMNESS,
    "tier": schema.TIERS, "reason": schema.REASONS, "name_basis": schema.NAME_BASES,
    "admin_level": next(c.allowed for c in schema.PLANS.columns if c.name == "admin_level"),
    "stage": next(c.allowed for c in schema.PROBLEMS.columns if c.name == "stage"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_value_has_a_label(kind: str, lang: str) -> None:
    labels = [label(kind, key, lang) for key in LISTS[kind]]
    assert len(set(labels)) == len(labels)
    assert all("_" not in name for name in labels)
    assert lang == "en" or all(not name.isascii() for name in labels)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_unit_that_a_target_may_have_is_named(lang: str) -> None:
    dated = ("date", "ordinal")
    units = {unit.standard for unit in load_units().by_word.values() if unit.kind not in dated} | {"rank", "index"}
    assert [unit for unit in sorted(units) if "_" in label("unit", unit, lang)] == []
    assert lang == "en" or [unit for unit in sorted(units) if label("unit", unit, lang) == unit] == []


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=lambda table: table.name)
def test_every_column_has_a_name_in_both_languages(table: schema.Table) -> None:
    for lang in ("zh", "en"):
        names = [name_column(column, lang) for column in table.names]
        assert len(set(names)) == len(names)
        assert [name for name in names if "_" in name or (lang == "zh" and name.isascii())] == []


@pytest.mark.parametrize(
    ("column", "value", "zh", "en"),
    [
        ("also", "talent;platforms", "人才、创新平台", "Talent, Platforms"), ("theme", "none", "无主题", "none"),
        ("masked", True, "是", "yes"), ("value_min", None, "", ""), ("value_min", float("nan"), "", ""),
        ("quote", "True", "True", "True"), ("share", 0.5, "0.5", "0.5"), ("rank_low", 3, "3", "3"),
        ("group", "other:甲项目|flow|cumulative:2025||thing", "甲项目 · 增量 · 累计 2025 · 个（家、项）",
         "甲项目 · added in the period · cumulative 2025 · units"),
        ("plan_ids", "a;b", "甲市、b", "甲市, b"), ("terms", "section;人才", "所在标题、人才", "the heading, 人才"),
    ],
)  # fmt: skip
def test_cells_are_said_in_both_languages(column: str, value: object, zh: str, en: str) -> None:
    names = {"a": "甲市"}
    assert (say_value(column, value, "zh", names), say_value(column, value, "en", names)) == (zh, en)


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
