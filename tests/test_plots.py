"""Every figure, in both languages and all sizes, on few plans and on many: faults a reader would see, and marks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

import compare
from compare.clusters import ClusterResult, cluster_plans
from compare.comparison import compare_targets
from compare.errors import FigureError
from compare.pipeline import Tables
from compare.plots import draw_figures
from compare.plots.clusters import plot_priority_heatmap
from compare.priorities import measure_priorities
from compare.schema import COMPARISONS, PLANS, make_frame
from compare.style import find_sheet
from compare.style.look import PAPER
from figure_faults import find_faults, list_texts

EVERY = [(lang, size) for lang in ("zh", "en") for size in ("page", "column", "slide")]
LONG = ("双江拉祜族佤族布朗族傣族自治县", "恩施土家族苗族自治州")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def keep_plans(tables: Tables, plans: list[str]) -> Tables:
    """The tables of some plans alone."""
    frames = {
        name: getattr(tables, name)[getattr(tables, name)["plan_id"].isin(plans)].reset_index(drop=True)
        for name in ("plans", "sentences", "targets", "unclaimed", "priorities", "clusters")
    }
    comparisons = compare_targets(frames["targets"], frames["plans"])
    return replace(tables, comparisons=comparisons, **frames)


def multiply_plans(tables: Tables, count: int) -> Tables:
    """Many plans made of the shipped ones: sentences left out, themes moved, numbers scaled far up and down."""
    draw = np.random.default_rng(7)
    plans, sentences, targets = [], [], []
    for i in range(count):
        source = tables.plans["plan_id"].iloc[i % len(tables.plans)]
        own = {"plan_id": f"plan_{i:02d}", "file": f"plan_{i:02d}.txt"}
        city = LONG[i] if i < len(LONG) else f"第{i}市"
        plans.append(tables.plans[tables.plans["plan_id"] == source].assign(**own, city=city))
        lines = tables.sentences[tables.sentences["plan_id"] == source]
        lines = lines[draw.random(len(lines)) < 0.8].assign(**own)
        sentences.append(lines.assign(theme=lines["theme"].where(draw.random(len(lines)) < 0.85, "talent")))
        rows = tables.targets[tables.targets["plan_id"] == source].assign(**own)
        for column in ("target_id", "same_as", "parent"):
            rows[column] = rows[column].where(rows[column] == "", rows[column] + f"-{i}")
        for column in ("value_min", "value_max", "value_min_std", "value_max_std"):
            rows[column] = (rows[column] * float(10 ** draw.uniform(-1, 2))).round(1)
        targets.append(rows)
    frames = {"plans": pd.concat(plans), "sentences": pd.concat(sentences), "targets": pd.concat(targets)}
    frames = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    priorities = measure_priorities(frames["sentences"], frames["targets"])
    comparisons = compare_targets(frames["targets"], frames["plans"])
    return replace(tables, priorities=priorities, comparisons=comparisons, **frames)


@pytest.fixture(scope="module")
def clusters(tables: Tables) -> ClusterResult:
    return cluster_plans(tables.sentences, tables.priorities)


@pytest.fixture(scope="module")
def fifty(tables: Tables) -> tuple[Tables, ClusterResult]:
    many = multiply_plans(tables, 50)
    return many, cluster_plans(many.sentences, many.priorities)


def faults_of(tables: Tables, clusters: ClusterResult, lang: str, size: str) -> dict[str, list[str]]:
    """Faults of the standard set, by figure."""
    found = {}
    for name, ax in draw_figures(tables, lang=lang, size=size, clusters=clusters):
        sheet = find_sheet(ax)
        assert sheet is not None, name
        assert sheet.title, name
        assert sheet.data is not None or sheet.needs_more, name
        found[name] = find_faults(ax.figure)
        plt.close(ax.figure)
    return found


@pytest.mark.parametrize(("lang", "size"), EVERY)
def test_the_standard_set_has_no_visual_fault(tables, clusters, lang, size):
    found = faults_of(tables, clusters, lang, size)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) >= 9


@pytest.mark.parametrize(("lang", "size"), [("zh", "page"), ("en", "column"), ("en", "slide")])
def test_fifty_plans_have_no_visual_fault(fifty, lang, size):
    found = faults_of(*fifty, lang, size)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_plans_give_figures_or_say_what_they_need(tables, count):
    few = keep_plans(tables, list(tables.plans["plan_id"])[:count])
    found = faults_of(few, cluster_plans(few.sentences, few.priorities), "zh", "page")
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_one_plan_alone_says_why_there_is_no_map(tables):
    one = keep_plans(tables, list(tables.plans["plan_id"])[:1])
    result = cluster_plans(one.sentences, one.priorities)
    ax = compare.plot_plan_map(result, plans=one.plans)
    assert find_sheet(ax).needs_more
    assert any("至少要有3份" in t.get_text().replace("\n", "") for t in list_texts(ax.figure))


def test_no_targets_give_a_sentence(tables):
    for plot, data in ((compare.plot_coverage, tables.targets), (compare.plot_targets, tables.comparisons)):
        ax = plot(data.head(0), plans=tables.plans)
        assert find_sheet(ax).needs_more


ROWS = {
    "exact": {"value_min_std": 30.0, "value_max_std": 30.0},
    "at_least": {"value_min_std": 20.0},
    "at_most": {"value_max_std": 10.0},
    "range": {"value_min_std": 12.0, "value_max_std": 18.0},
    "about": {"value_min_std": 25.0, "value_max_std": 25.0},
    "masked": {"bound": "at_least", "masked": True},
    "benchmark": {},
}


def compare_bounds(values: dict[str, dict] = ROWS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A comparisons table with a plan for each bound, and its plans."""
    shared = {
        "group": "g",
        "indicator": "hightech_firms",
        "measure": "flow",
        "period": "plan_year",
        "unit_std": "thing",
    }
    rows = [
        shared
        | {"target_id": kind, "plan_id": kind, "file": f"{kind}.txt", "bound": kind, "masked": False, "rank_low": 1}
        | more
        for kind, more in values.items()
    ]
    plans = [
        {
            "plan_id": k,
            "file": f"{k}.txt",
            "city": f"{k}市",
            "plan_year": 2030,
            "format": "txt",
            "encoding": "utf-8",
            "sha256": "0",
        }
        for k in values
    ]
    return make_frame(COMPARISONS, rows), make_frame(PLANS, plans)


def marks_by_plan(ax) -> dict[str, dict[str, list]]:
    """The marks in the row of each plan, by what they stand for."""
    labels = {round(t.get_position()[1]): t.get_text().removesuffix("市") for t in ax.get_yticklabels()}
    marks: dict[str, dict[str, list]] = {plan: {} for plan in labels.values()}
    for line in ax.lines:
        kind = str(line.get_gid() or "")
        if kind.startswith("mark:"):
            marks[labels[round(line.get_ydata()[0])]][kind.removeprefix("mark:")] = [line, *line.get_xdata()]
    return marks


def test_marks_respect_bounds():
    data, plans = compare_bounds()
    ax = compare.plot_targets(data, plans=plans, lang="en")
    marks = marks_by_plan(ax)
    assert set(marks["exact"]) == {"point"}
    assert marks["exact"]["point"][1] == 30
    assert set(marks["at_least"]) == {"point", "at_least"}
    assert marks["at_least"]["at_least"][0].get_marker().vertices[1][0] > 0
    assert marks["at_most"]["at_most"][0].get_marker().vertices[1][0] < 0
    assert marks["range"]["range"][1:] == [12, 18]
    assert "point" not in marks["range"]
    assert set(marks["about"]) == {"point", "about"}
    hollow = marks["masked"]["masked"][0]
    assert to_rgb(hollow.get_markerfacecolor()) == to_rgb(PAPER)
    assert hollow.get_xdata()[0] < 1.0
    assert marks["benchmark"] == {}
    assert "benchmark" in [t.get_text() for t in list_texts(ax.figure)]
    assert find_faults(ax.figure) == []


def test_only_the_marks_that_occur_are_explained():
    data, plans = compare_bounds({k: ROWS[k] for k in ("exact", "at_least")})
    sheet = find_sheet(compare.plot_targets(data, plans=plans))
    assert "以上" in sheet.note
    assert "空心" not in sheet.note


def test_extreme_values_stay_legible():
    data, plans = compare_bounds(
        {
            "exact": {"value_min_std": 3e6, "value_max_std": 3e6},
            "at_least": {"value_min_std": 2.0},
            "range": ROWS["range"],
        }
    )
    for lang in ("zh", "en"):
        ax = compare.plot_targets(data, plans=plans, lang=lang, size="column")
        assert find_faults(ax.figure) == []
        assert ax.get_xscale() == "log"


def test_falls_stand_left_of_zero():
    data, plans = compare_bounds({"exact": {"value_min_std": -3.0, "value_max_std": -3.0}, "about": ROWS["about"]})
    ax = compare.plot_targets(data, plans=plans)
    assert ax.get_xlim()[0] < -3
    assert find_faults(ax.figure) == []


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({}, "的数字最高"),
        ({"at_least": {"value_min_std": 99.0}}, "目标最高"),
        ({"exact": {"bound": "exact", "masked": True}}, "只有"),
    ],
)
def test_the_title_says_no_more_than_the_bounds_allow(change, title):
    data, plans = compare_bounds({k: ROWS[k] for k in ("exact", "at_least")} | change)
    assert title in find_sheet(compare.plot_targets(data, plans=plans)).title


def test_a_highlighted_plan_stands_out():
    data, plans = compare_bounds()
    ax = compare.plot_targets(data, plans=plans, highlight="exact市")
    weights = {t.get_text(): t.get_fontweight() for t in ax.get_yticklabels()}
    assert weights["exact市"] == 700
    assert weights["range市"] == 400
    with pytest.raises(FigureError, match="there is no plan '丙市'"):
        compare.plot_targets(data, plans=plans, highlight="丙市")


def test_wrong_input_says_what_there_is(tables):
    with pytest.raises(FigureError, match="Choose among"):
        compare.plot_targets(tables.comparisons, plans=tables.plans, indicator="nothing")
    with pytest.raises(FigureError, match="columns share_low"):
        compare.plot_priority_profiles(tables.priorities.drop(columns="share_low"), plans=tables.plans)
    city = tables.plans["city"].iloc[0]
    with pytest.raises(FigureError, match="different plans"):
        compare.plot_differences(tables.priorities, plans=tables.plans, first=city, second=city)


@pytest.mark.filterwarnings("error:Glyph")
def test_figures_stand_on_axes_of_others(tables, clusters):
    figure, axes = plt.subplots(2, 2, figsize=(12, 12))
    compare.plot_coverage(tables.targets, plans=tables.plans, ax=axes[0, 0])
    compare.plot_words_numbers(tables.priorities, plans=tables.plans, ax=axes[0, 1])
    compare.plot_plan_map(clusters, plans=tables.plans, ax=axes[1, 0])
    ax = compare.plot_priority_heatmap(tables.priorities, plans=tables.plans, clusters=clusters, ax=axes[1, 1])
    assert ax is axes[1, 1]
    assert all(a.get_title(loc="left") for a in axes.flat)
    figure.canvas.draw()


def test_the_heatmap_orders_plans_as_the_tree_does(tables, clusters):
    ax = plot_priority_heatmap(tables.priorities, plans=tables.plans, clusters=clusters)
    cities = tables.plans.set_index("plan_id")["city"]
    shown = [t.get_text() for t in ax.child_axes[0].get_xticklabels()]
    assert shown == [cities[p] for p in clusters.order]


def test_every_mark_can_be_traced_to_its_sentence(tables):
    traced = set()
    for name, ax in draw_figures(tables):
        data = find_sheet(ax).data
        assert data["file"].notna().all(), name
        if name == "07_plan_map":  # a place on it stands for the whole plan
            continue
        traced.add(name)
        rows = data.dropna(subset=["start"])
        assert len(rows) >= 0.9 * (len(data) if "share" not in data else (data["share"] > 0).sum()), name
        for row in rows.to_dict("records"):
            assert tables.text(row["plan_id"])[int(row["start"]) : int(row["end"])] == row["quote"], name
        plt.close(ax.figure)
    assert len(traced) >= 9


def test_the_finder_finds_what_a_reader_sees():
    figure, (one, two) = plt.subplots(1, 2, figsize=(4, 2))
    one.set_yticks(range(30), [f"city {i}" for i in range(30)])
    one.plot([0, 1], [0, 29], gid="plan")
    two.plot([0.5], [0.5], marker="o", gid="mark:point", clip_on=False)
    two.set_xlim(0, 0.4)
    two.text(0.2, 0.5, "over the edge of the canvas " * 3)
    two.text(0.1, 0.5, "one over another")
    found = " ".join(find_faults(figure))
    for fault in ("crowds", "leaves the canvas", "overlaps", "a mark mark:point leaves its plot"):
        assert fault in found


def test_the_set_is_exported_with_the_same_bytes(tables, clusters, tmp_path):
    one = keep_plans(tables, list(tables.plans["plan_id"])[:2])
    result = cluster_plans(one.sentences, one.priorities)
    first = compare.export_figures(one, tmp_path / "a", clusters=result, formats=("svg",), progress=False)
    second = compare.export_figures(one, tmp_path / "b", clusters=result, formats=("svg",), progress=False)
    assert [p.name for p in first] == [p.name for p in second]
    assert "01_coverage_zh.svg" in [p.name for p in first]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    assert not plt.get_fignums()


def test_a_plan_that_states_it_in_other_terms_is_not_called_silent():
    data, plans = compare_bounds({k: ROWS[k] for k in ("exact", "at_least", "range")})
    data.loc[data["plan_id"] == "range", ["group", "tier"]] = ["h", "national"]
    ax = compare.plot_targets(data, plans=plans, group="g")
    assert "口径不同（国家级）" in [t.get_text() for t in list_texts(ax.figure)]
    ax = compare.plot_targets(data[data["plan_id"] != "range"], plans=plans)
    assert "未提出" in [t.get_text() for t in list_texts(ax.figure)]
