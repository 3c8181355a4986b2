"""What may be compared with what: the guard, ranks that bounds allow, coverage, contradictions, years, context."""

from __future__ import annotations

import doctest
import importlib
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from compare import schema
from compare.comparison import (
    bound_values,
    collapse_repeats,
    compare_targets,
    compare_years,
    describe_rank,
    find_context,
    find_contradictions,
    measure_coverage,
    name_groups,
    order_promises,
    rank_bounds,
    select_comparable,
)
from compare.errors import ComparabilityError

DEFAULTS: dict[str, Any] = {
    "quote": "新增高新技术企业20家", "start": 0, "end": 11, "number": "20家", "indicator": "hightech_firms",
    "indicator_zh": "高新技术企业", "theme": "enterprises", "tier": "", "unit": "家", "unit_std": "thing",
    "bound": "exact", "measure": "flow", "period": "plan_year", "masked": False, "headline": False, "parent": "",
    "same_as": "", "firmness": "planned", "confidence": 1.0, "corrected": False,
}  # fmt: skip


def make_targets(*rows: dict[str, Any]) -> pd.DataFrame:
    """Table targets; `value` gives both ends, `low` or `high` one, and number and place follow."""
    full = []
    for i, given_row in enumerate(rows):
        row = {"plan_id": "a", **given_row}
        value = row.pop("value", None)
        low, high = row.pop("low", value), row.pop("high", value)
        if value is None and "bound" not in row:
            row["bound"] = "range" if None not in (low, high) else "at_least" if low is not None else "at_most"
        row.setdefault("target_id", f"t{i}")
        row.setdefault("file", f"{row['plan_id']}.txt")
        row |= {"value_min": low, "value_max": high, "value_min_std": low, "value_max_std": high}
        full.append({**DEFAULTS, **row, "number_start": 100 * i, "number_end": 100 * i + 3})
    return schema.make_frame(schema.TARGETS, full)


def make_plans(**more: list[Any]) -> pd.DataFrame:
    names = more.pop("plan_id", ["a", "b", "c", "d"])
    fixed = {"format": "txt", "encoding": "utf-8", "sha256": "0", "name_basis": "stated"}
    count = len(names)
    columns = {"city": [f"{n}市" for n in names], "province": [""] * count, "plan_year": [2022] * count, **more}
    rows = [
        {**fixed, "plan_id": n, "file": f"{n}.txt", **{k: v[i] for k, v in columns.items()}}
        for i, n in enumerate(names)
    ]
    return schema.make_frame(schema.PLANS, rows)


def ranks(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    known = table[table["rank_low"].notna()].set_index("plan_id")
    return {plan: (int(row["rank_low"]), int(row["rank_high"])) for plan, row in known.iterrows()}


# Repeats


def test_a_masked_headline_with_its_number_in_the_body_is_one_target():
    targets = make_targets(
        {"target_id": "head", "masked": True, "headline": True, "bound": "at_least", "number": "X家以上"},
        {"target_id": "body", "low": 20, "same_as": "head", "number": "20家以上"},
    )
    (row,) = collapse_repeats(targets).to_dict("records")
    assert (row["target_id"], row["kind"], row["value_min_std"]) == ("body", "number", 20)
    assert (row["mentions"], row["mention_ids"], row["headline"]) == (2, "head;body", True)


def test_the_first_number_stands_and_chains_are_followed():
    targets = make_targets(
        {"target_id": "a1", "value": 5}, {"target_id": "a2", "value": 7, "same_as": "a1"},
        {"target_id": "a3", "value": 5, "same_as": "a2"}, {"target_id": "b1", "value": 5, "plan_id": "b"},
    )  # fmt: skip
    table = collapse_repeats(targets)
    assert table[["target_id", "mentions"]].values.tolist() == [["a1", 3], ["b1", 1]]


# The guard


def test_comparable_targets_come_in_one_call_with_masked_ones_as_their_own_kind():
    targets = make_targets(
        {"value": 20}, {"plan_id": "b", "masked": True, "bound": "at_least"}, {"plan_id": "c", "low": 5}
    )
    table = select_comparable(targets, "hightech_firms")
    assert table[["plan_id", "kind"]].values.tolist() == [["a", "number"], ["b", "masked"], ["c", "number"]]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("measure", {"measure": "level"}),
        ("period", {"period": "per_year"}),
        ("period", {"period": "cumulative", "due_year": 2025}),
        ("tier", {"tier": "provincial"}),
        ("unit_std", {"unit_std": "person"}),
    ],
)
def test_the_guard_names_what_differs_and_how_to_relax_it(field, change):
    targets = make_targets({"value": 20}, {"value": 25, "plan_id": "b", **change})
    with pytest.raises(ComparabilityError) as caught:
        select_comparable(targets, "hightech_firms")
    assert f"differ in {field}" in str(caught.value)
    assert f"relax=('{field}',)" in str(caught.value)
    assert len(select_comparable(targets, "hightech_firms", relax=(field,))) == 2
    groups = name_groups(targets)
    assert groups.nunique() == 2


def test_one_value_of_a_field_can_be_chosen():
    targets = make_targets({"value": 20}, {"value": 25, "plan_id": "b", "tier": "municipal+"})
    assert select_comparable(targets, "hightech_firms", tier="")["plan_id"].tolist() == ["a"]
    assert select_comparable(targets, "hightech_firms", tier="municipal+")["plan_id"].tolist() == ["b"]
    with pytest.raises(ComparabilityError, match="no target of indicator 'hightech_firms', tier 'national'"):
        select_comparable(targets, "hightech_firms", tier="national")
    with pytest.raises(ComparabilityError, match="cannot relax colour"):
        select_comparable(targets, "hightech_firms", relax=("colour",))


def test_cumulative_targets_compare_only_when_they_run_to_the_same_year():
    rows = [{"value": 9, "period": "cumulative", "due_year": y, "plan_id": p} for p, y in (("a", 2025), ("b", 2027))]
    targets = make_targets(*rows)
    with pytest.raises(ComparabilityError, match="cumulative:2025"):
        select_comparable(targets, "hightech_firms")
    assert len(select_comparable(targets, "hightech_firms", period="cumulative:2025")) == 1


def test_other_compares_only_where_the_indicator_is_the_same_in_words():
    words = {"a": "甲", "b": "甲", "c": "乙"}
    targets = make_targets(
        *({"value": 9, "indicator": "other", "indicator_zh": word, "plan_id": plan} for plan, word in words.items())
    )
    with pytest.raises(ComparabilityError, match="indicator_zh"):
        select_comparable(targets, "other")
    assert len(select_comparable(targets, "other", indicator_zh="甲")) == 2
    table = compare_targets(targets, make_plans())
    assert table.set_index("plan_id")["plans"].to_dict() == {"a": 2, "b": 2, "c": 1}


def test_a_benchmark_is_no_reason_for_a_unit_error():
    targets = make_targets(
        {"indicator": "rd_intensity", "measure": "ratio", "value": 2.5, "unit_std": "percent"},
        {"indicator": "rd_intensity", "measure": "ratio", "bound": "benchmark", "unit_std": "", "plan_id": "b"},
    )
    table = select_comparable(targets, "rd_intensity")
    assert table["kind"].tolist() == ["number", "benchmark"]


# Ranks


def test_20_or_more_against_exactly_25_is_undecided():
    targets = make_targets({"low": 20}, {"value": 25, "plan_id": "b"}, {"value": 10, "plan_id": "c"})
    table = compare_targets(targets, make_plans())
    schema.validate(schema.COMPARISONS, table)
    assert ranks(table) == {"a": (1, 2), "b": (1, 2), "c": (3, 3)}
    assert describe_rank(1, 2) == "第1至2位（未定）"
    assert describe_rank(1, 2, "en") == "rank 1 to 2 (undecided)"
    assert describe_rank(pd.NA, pd.NA) == "不排序"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"value": 5}, {"value": 5}, {"value": 3}], [(1, 1), (1, 1), (3, 3)]),
        ([{"low": 1, "high": 2}, {"value": 3}, {"value": 2}], [(2, 3), (1, 1), (2, 2)]),
        ([{"high": 4}, {"value": 4}, {"value": 5}], [(2, 3), (2, 2), (1, 1)]),
        ([{"value": 10, "bound": "about"}, {"value": 10.5}, {"value": 12}], [(2, 3), (2, 3), (1, 1)]),
        ([{"low": 20}, {"low": 25}, {"value": 19}], [(1, 2), (1, 2), (3, 3)]),
        ([{"value": -3}, {"high": -3.5, "bound": "at_most"}], [(1, 1), (2, 2)]),
    ],
    ids=["ties", "range", "at most", "about", "two arrows", "falls"],
)
def test_ranks_respect_bounds(rows, expected):
    targets = make_targets(*({"plan_id": p, **row} for p, row in zip("abcd", rows, strict=False)))
    found = ranks(compare_targets(targets, make_plans()))
    assert [found[p] for p in sorted(found)] == expected


def test_ranks_of_exact_numbers_are_scipys():
    values = np.random.default_rng(1).integers(0, 20, 30).astype(float)
    best, worst = rank_bounds(values, values)
    expected = stats.rankdata(-values, method="min")
    assert best.tolist() == worst.tolist() == expected.tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=4))
def test_rank_bounds_are_the_extremes_of_all_outcomes(intervals):
    low = np.array([a for a, _ in intervals], dtype=float)
    high = low + np.array([width for _, width in intervals], dtype=float)
    outcomes = np.array(list(product(*(np.arange(a, b + 0.5, 0.5) for a, b in zip(low, high, strict=True)))))
    reached = np.array([stats.rankdata(-row, method="min") for row in outcomes])
    best, worst = rank_bounds(low, high)
    assert best.tolist() == reached.min(axis=0).tolist()
    assert worst.tolist() == reached.max(axis=0).tolist()


def test_masked_and_benchmark_targets_are_listed_but_never_ranked():
    targets = make_targets(
        {"value": 5}, {"plan_id": "b", "masked": True, "bound": "at_least"}, {"plan_id": "c", "bound": "benchmark"}
    )
    table = compare_targets(targets, make_plans())
    assert ranks(table) == {"a": (1, 1)}
    assert table["plans"].max() == 3
    assert table.loc[table["masked"], "value_min_std"].isna().all()


def test_a_plan_is_ranked_once_in_a_group_by_its_headline():
    targets = make_targets(
        {"target_id": "part", "value": 40, "indicator_zh": "科技领域高层次人才"},
        {"target_id": "whole", "value": 400, "headline": True, "indicator_zh": "各领域高层次人才"},
        {"target_id": "other", "value": 100, "plan_id": "b"},
    )
    table = compare_targets(targets, make_plans()).set_index("target_id")
    assert len(table) == 3
    assert table.loc["whole", "rank_low"] == 1
    assert table.loc["other", "rank_low"] == 2
    assert pd.isna(table.loc["part", "rank_low"])


def test_plans_of_different_years_are_not_ranked_against_each_other():
    targets = make_targets({"value": 5}, {"value": 6, "plan_id": "b"})
    table = compare_targets(targets, make_plans(plan_year=[2021, 2022, 2022, 2022]))
    assert ranks(table) == {"a": (1, 1), "b": (1, 1)}
    assert table["group"].nunique() == 1
    assert (table["plans"] == 1).all()


def test_no_targets_give_empty_tables():
    none = make_targets()
    for table in (compare_targets(none, make_plans()), collapse_repeats(none), find_contradictions(none)):
        assert table.empty
    schema.validate(schema.COMPARISONS, compare_targets(none, make_plans()))
    assert compare_years(none, make_plans()).empty
    assert measure_coverage(none, make_plans()).empty


def test_promises_are_ordered_where_both_ends_agree():
    assert order_promises(25, np.inf, 20, np.inf) == "higher"
    assert order_promises(20, 20, 20, np.inf) == "lower"
    assert order_promises(25, 25, 20, np.inf) == "undecided"
    assert order_promises(5, 5, 5, 5) == "same"


def test_about_is_a_band_and_bounds_are_open():
    low, high = bound_values(make_targets({"value": 10, "bound": "about"}, {"low": 3}, {"high": 4}))
    assert low.tolist() == [9, 3, -np.inf]
    assert high.tolist() == [11, np.inf, 4]


# Context


CONTEXT = pd.DataFrame(
    {
        "city": ["a市", "a市", "a市", "b市"],
        "year": [2020, 2021, 2023, 2023],
        "population": [1_000_000, None, 4_000_000, 1_000_000],
        "gdp_cny": [1e11, 2e11, 9e11, 1e11],
    }
)


def test_targets_are_related_to_people_and_gdp_of_the_latest_year_not_after_the_plans():
    money = {"indicator": "rd_spending", "measure": "level", "unit_std": "CNY"}
    targets = make_targets(
        {"target_id": "firms", "low": 20},
        {"target_id": "money", "value": 4e9, **money},
        {"target_id": "growth", "value": 15, "measure": "growth", "unit_std": "percent"},
        {"target_id": "masked", "masked": True, "bound": "at_least"},
        {"target_id": "later", "low": 20, "plan_id": "b"},
    )
    table = compare_targets(targets, make_plans(), CONTEXT).set_index("target_id")
    assert table.loc["firms", "per_100k_people"] == 2
    assert pd.isna(table.loc["firms", "per_gdp"])
    assert table.loc["money", "per_gdp"] == 0.02
    assert table.loc["money", "per_100k_people"] == 4e8
    assert table.loc[["growth", "masked", "later"], ["per_100k_people", "per_gdp"]].isna().all(axis=None)


def test_each_figure_of_the_context_carries_its_own_year():
    found = find_context(make_plans(plan_year=[2022, 2023, 2022, None], city=["a市", "b市", "", "a市"]), CONTEXT)
    assert found.loc["a", ["population", "population_year", "gdp_cny", "gdp_year"]].tolist() == [1e6, 2020, 2e11, 2021]
    assert found.loc["d", "population_year"] == 2023
    assert found.loc["c"].isna().all()
    assert find_context(make_plans(), None).isna().all(axis=None)


# Coverage and contradictions


def test_coverage_tells_reported_masked_benchmark_and_absent():
    targets = make_targets(
        {"target_id": "h", "masked": True, "bound": "at_least"},
        {"target_id": "b", "value": 5, "same_as": "h"},
        {"plan_id": "b", "masked": True, "bound": "at_least"},
        {"plan_id": "c", "bound": "benchmark"},
        {"plan_id": "a", "value": 1, "indicator": "patents"},
        {"plan_id": "a", "value": 1, "indicator": "other"},
    )
    table = measure_coverage(targets, make_plans())
    firms = table[table["indicator"].eq("hightech_firms")].set_index("plan_id")
    assert firms["state"].to_dict() == {"a": "reported", "b": "masked", "c": "benchmark", "d": "absent"}
    assert firms["targets"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 0}
    assert table["indicator"].unique().tolist() == ["hightech_firms", "patents"]
    assert "other" in set(measure_coverage(targets, make_plans(), include_other=True)["indicator"])


def test_headline_and_body_that_contradict_each_other_are_shown():
    head = {"headline": True, "number": "20家", "value": 20}
    targets = make_targets(
        {"target_id": "h", **head},
        {"target_id": "linked", "value": 25, "same_as": "h", "number": "25家"},
        {"target_id": "h2", "plan_id": "b", **head},
        {"target_id": "restated", "plan_id": "b", "low": 15, "number": "15家以上"},
        {"target_id": "h3", "plan_id": "c", **head},
        {"target_id": "agrees", "plan_id": "c", "value": 20},
        {"target_id": "elsewhere", "plan_id": "c", "value": 7, "indicator_zh": "农业高新技术企业"},
        {"target_id": "h4", "plan_id": "d", "headline": True, "masked": True, "bound": "at_least"},
        {"target_id": "unmasked", "plan_id": "d", "value": 9, "same_as": "h4"},
    )
    table = find_contradictions(targets)
    assert table[["headline_id", "body_id", "linked", "kind"]].values.tolist() == [
        ["h", "linked", True, "disjoint"],
        ["h2", "restated", False, "differs"],
    ]


def test_steps_due_in_different_years_are_no_contradiction():
    steps = [{"value": 20, "headline": True, "due_year": 2023}, {"value": 30, "due_year": 2025}, {"value": 25}]
    targets = make_targets(*({"target_id": f"t{i}", **step} for i, step in enumerate(steps)))
    assert find_contradictions(targets)[["headline_id", "body_id"]].values.tolist() == [["t0", "t2"]]


# Year on year


def test_year_on_year_tells_continued_raised_lowered_dropped_and_new():
    def indicator(name: str, **more: Any) -> list[dict[str, Any]]:
        return [{"plan_id": plan, "indicator": name, "indicator_zh": name, **more[plan]} for plan in more]

    level = {"bound": "benchmark", "number": "达到全省平均水平"}
    targets = make_targets(
        *indicator("hightech_firms", a={"low": 20}, b={"low": 25}),
        *indicator("tech_smes", a={"value": 9}, b={"value": 9}),
        *indicator("labs", a={"value": 4}, b={"value": 2}),
        *indicator("patents", a={"low": 20}, b={"value": 25}),
        *indicator("events", a={"value": 3}),
        *indicator("awards", b={"value": 3}),
        *indicator("incubators", a={"value": 3}, b={"masked": True, "bound": "at_least"}),
        *indicator("jobs", a=level, b=level),
        *indicator("parks", a={"value": 1}, b={"value": 1, "tier": "national"}),
    )
    plans = make_plans(city=["甲市", "甲市", "丙市", "丁市"], plan_year=[2021, 2022, 2022, 2022])
    table = compare_years(targets, plans)
    changes = table[table["indicator"] != "parks"].set_index("indicator")["change"].to_dict()
    assert changes == {
        "hightech_firms": "raised", "tech_smes": "continued", "labs": "lowered", "patents": "undecided",
        "events": "dropped", "awards": "new", "incubators": "undecided", "jobs": "continued",
    }  # fmt: skip
    assert sorted(table.loc[table["indicator"].eq("parks"), "change"]) == ["dropped", "new"]
    assert table[["city", "year_from", "year_to"]].drop_duplicates().values.tolist() == [["甲市", 2021, 2022]]


def test_years_are_compared_one_after_the_other_and_masked_names_never():
    rows = [{"plan_id": plan, "value": value} for plan, value in zip("abcd", (1, 2, 3, 4), strict=True)]
    plans = make_plans(city=["甲市"] * 4, plan_year=[2020, 2021, 2023, 2024])
    table = compare_years(make_targets(*rows), plans)
    assert table[["year_from", "year_to"]].values.tolist() == [[2020, 2021], [2021, 2023], [2023, 2024]]
    hidden = plans.assign(name_basis=pd.array(["masked"] * 4, dtype="string"))
    assert compare_years(make_targets(*rows), hidden).empty


def test_two_targets_of_one_indicator_are_matched_by_their_words():
    targets = make_targets(
        {"value": 1, "indicator_zh": "甲类平台"},
        {"value": 2, "indicator_zh": "乙类平台"},
        {"plan_id": "b", "value": 3, "indicator_zh": "乙类平台"},
        {"plan_id": "b", "value": 1, "indicator_zh": "甲类平台"},
    )
    plans = make_plans(city=["甲市"] * 4, plan_year=[2021, 2022, 2022, 2022])
    table = compare_years(targets, plans).set_index("indicator_zh")["change"]
    assert table.to_dict() == {"甲类平台": "continued", "乙类平台": "raised"}


@pytest.mark.parametrize("module", ["comparability", "coverage", "ranks"])
def test_examples_in_docstrings_run(module):
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testmod(importlib.import_module(f"compare.comparison.{module}"), optionflags=flags)
    assert result.attempted
    assert not result.failed
