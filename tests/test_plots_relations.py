"""Figures that need more than the plans: earlier plans of the same cities, population and GDP."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import compare
from compare.comparison import compare_targets
from compare.errors import FigureError
from compare.pipeline import Tables
from compare.plots import draw_figures
from compare.plots.marks import choose_scale
from compare.style import find_sheet
from figure_faults import find_faults, list_texts
from test_plots import multiply_plans

CITIES = ("甲市", "双江拉祜族佤族布朗族傣族自治县", "丙市", "丁市", "戊市")
BOTH = [("zh", "page"), ("en", "column"), ("en", "slide")]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def add_years(tables: Tables, cities: int, years: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Targets and plans of some cities with made earlier years: numbers halved, raised, kept; some left out."""
    draw = np.random.default_rng(3)
    plans = tables.plans.head(cities).assign(name_basis="stated", city=list(CITIES[:cities]))
    rows = tables.targets[tables.targets["plan_id"].isin(plans["plan_id"])]
    all_plans, all_rows = [plans], [rows]
    for back in range(1, years):
        all_plans.append(plans.assign(plan_id=plans["plan_id"] + f"_{back}", plan_year=plans["plan_year"] - back))
        old = rows.assign(plan_id=rows["plan_id"] + f"_{back}", number="")
        for column in ("target_id", "same_as", "parent"):
            old[column] = old[column].where(old[column] == "", old[column] + f"_{back}")
        factor = draw.choice([0.5, 0.8, 1.0, 1.25], len(old))
        for column in ("value_min", "value_max", "value_min_std", "value_max_std"):
            old[column] = (old[column] * factor).round(1)
        all_rows.append(old[draw.random(len(old)) < 0.8])
    return pd.concat(all_rows, ignore_index=True), pd.concat(all_plans, ignore_index=True)


def make_context(plans: pd.DataFrame) -> pd.DataFrame:
    """Population and GDP, the larger city by far the poorer."""
    people = [9e6, 0.5e6, 2.7e6, 4.4e6, 1.7e6]
    frame = pd.DataFrame({"city": plans["city"], "year": 2020, "population": people, "gdp_cny": 1e11})
    return frame.assign(gdp_cny=[8e9, 4.5e11, 2e11, 7.7e10, 1e11])


@pytest.mark.parametrize(("lang", "size"), BOTH)
@pytest.mark.parametrize(("cities", "years"), [(1, 2), (5, 2), (3, 4)])
def test_slopes_have_no_visual_fault(tables, lang, size, cities, years):
    targets, plans = add_years(tables, cities, years)
    ax = compare.plot_years(compare.compare_years(targets, plans), plans=plans, targets=targets, lang=lang, size=size)
    assert find_faults(ax.figure) == []
    assert not find_sheet(ax).needs_more


@pytest.mark.parametrize(("lang", "size"), [("zh", "page"), ("en", "column")])
def test_slopes_of_forty_cities_name_those_that_stand_free(tables, lang, size):
    many = multiply_plans(tables, 40)
    plans = many.plans.assign(name_basis="stated")
    before = plans.assign(plan_id=plans["plan_id"] + "_b", plan_year=plans["plan_year"] - 1)
    old = many.targets.assign(plan_id=many.targets["plan_id"] + "_b", target_id=many.targets["target_id"] + "_b")
    old = old.assign(same_as="", parent="", value_min_std=old["value_min_std"] * 0.8, number="")
    both, every = pd.concat([many.targets, old], ignore_index=True), pd.concat([plans, before], ignore_index=True)
    ax = compare.plot_years(compare.compare_years(both, every), plans=every, lang=lang, size=size)
    assert find_faults(ax.figure) == []
    assert all(0 < sum(t.get_gid() == "label" for t in p.texts) < 40 for p in ax.child_axes if p.lines)


def test_slopes_join_the_two_numbers_and_say_what_changed(tables):
    targets, plans = add_years(tables, 1)
    followed = compare.compare_years(targets, plans)
    ax = compare.plot_years(followed, plans=plans, targets=targets)
    sheet = find_sheet(ax)
    for kind, word in (("raised", "提高"), ("lowered", "下调"), ("continued", "持平")):
        assert f"{word}{(sheet.data['change'] == kind).sum()}项" in sheet.title
    row = sheet.data.iloc[0]
    slope = next(line for line in ax.child_axes[0].lines if line.get_gid() == "slope")
    assert list(slope.get_xdata()) == [row["year_from"], row["year_to"]]
    low, high = (float(row[f"value_min_{s}"]) for s in ("from", "to"))
    assert slope.get_ydata()[1] / slope.get_ydata()[0] == pytest.approx(high / low)
    text = tables.text(plans["plan_id"].iloc[0])
    assert text[row["start_to"] : row["end_to"]] == row["quote_to"]


def test_a_name_inside_a_sentence_keeps_its_initials(tables):
    targets, plans = add_years(tables, 5)
    rows = compare.compare_years(targets, plans)
    rows = rows[rows["target_from"].ne("") & rows["target_to"].ne("")].assign(indicator="rd_spending", change="raised")
    title = find_sheet(compare.plot_years(rows, plans=plans, targets=targets, lang="en")).title
    assert "the steepest rise is R&D spending" in title


def test_one_year_says_that_two_are_needed(tables):
    ax = compare.plot_years(compare.compare_years(tables.targets, tables.plans), plans=tables.plans)
    assert find_sheet(ax).needs_more
    assert any("两个年份" in t.get_text() for t in list_texts(ax.figure))


@pytest.mark.parametrize(("lang", "size"), BOTH)
@pytest.mark.parametrize("per", ["people", "gdp"])
def test_relative_figures_have_no_visual_fault(tables, lang, size, per):
    table = compare_targets(tables.targets, tables.plans, make_context(tables.plans))
    ax = compare.plot_relative(table, plans=tables.plans, targets=tables.targets, per=per, lang=lang, size=size)
    assert find_faults(ax.figure) == []
    assert not find_sheet(ax).needs_more


def test_a_number_per_head_is_the_number_by_the_people(tables):
    context = make_context(tables.plans)
    table = compare_targets(tables.targets, tables.plans, context)
    ax = compare.plot_relative(table, plans=tables.plans, targets=tables.targets, lang="en")
    people = tables.plans.set_index("plan_id")["city"].map(context.set_index("city")["population"])
    for row in find_sheet(ax).data.to_dict("records"):
        stated = row["value_min_std"] if not pd.isna(row["value_min_std"]) else row["value_max_std"]
        assert row["per_100k_people"] == pytest.approx(stated / people[row["plan_id"]] * 1e5, rel=1e-3)
        assert tables.text(row["plan_id"])[row["start"] : row["end"]] == row["quote"]


def test_without_context_a_sentence_says_what_is_needed(tables):
    table = compare_targets(tables.targets, tables.plans)
    for per, word in (("people", "人口"), ("gdp", "地区生产总值")):
        ax = compare.plot_relative(table, plans=tables.plans, per=per)
        assert find_sheet(ax).needs_more
        assert any("context.csv" in t.get_text() for t in list_texts(ax.figure))
        assert word in find_sheet(ax).title
    with pytest.raises(FigureError, match="people, gdp"):
        compare.plot_relative(table, plans=tables.plans, per="area")


def test_the_standard_set_has_these_figures_where_the_tables_allow_them(tables):
    targets, plans = add_years(tables, 5)
    table = compare_targets(targets, plans, make_context(tables.plans.assign(city=list(CITIES))))
    more = replace(tables, targets=targets, plans=plans, comparisons=table)
    extra = {"11_relative_people", "12_relative_gdp", "13_years"}
    plain = replace(tables, comparisons=compare_targets(tables.targets, tables.plans))
    drawn: list[set[str]] = []
    for some in (more, plain):
        drawn.append(set())
        for name, ax in draw_figures(some):
            drawn[-1].add(name)
            plt.close(ax.figure)
    assert extra <= drawn[0]
    assert not extra & drawn[1]


def test_the_heatmap_says_how_firmly_each_plan_belongs(tables):
    clusters = compare.cluster_plans(tables.sentences, tables.priorities)
    settings = dict(mpl.rcParams)
    ax = compare.plot_priority_heatmap(tables.priorities, plans=tables.plans, clusters=clusters)
    assert dict(mpl.rcParams) == settings
    assert "稳定度" in [t.get_text() for t in list_texts(ax.figure)]
    data = find_sheet(ax).data.drop_duplicates("plan_id").set_index("plan_id")
    together, labels = clusters.together, clusters.candidate
    plan, *others = together.index
    alike = [together.loc[plan, o] if labels[o] == labels[plan] else 1 - together.loc[plan, o] for o in others]
    assert data.loc[plan, "stability"] == pytest.approx(np.mean(alike), abs=1e-4)
    assert "重抽样" in find_sheet(ax).note


@pytest.mark.parametrize(
    ("values", "unit", "written", "lang", "expected"),
    [
        ([2e6], "tonne", ["万吨"], "zh", (1e4, "万吨")),
        ([4e4], "square_metre", ["亩"], "zh", (1.0, "平方米")),
        ([3e6], "square_metre", ["亩"], "en", (1e6, "million m²")),
        ([20], "thing", ["家", "家"], "zh", (1.0, "家")),
        ([5], "rank", ["位"], "en", (1.0, "place")),
    ],
)
def test_an_axis_is_named_by_the_unit_of_its_values(values, unit, written, lang, expected):
    assert choose_scale(values, unit, lang, written) == expected
