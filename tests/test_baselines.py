"""The key figures look as they did when someone last looked at them.

Pictures are kept small in `baselines/` and compared after blurring, so that another version of matplotlib, which moves
type by a fraction of a dot, still passes, and a mark, a label or a colour that went elsewhere does not. After a change
that is meant, renew them with `python tests/test_baselines.py` and look at each before it is committed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image, ImageFilter

import compare
from compare.clusters import cluster_plans
from compare.comparison import compare_targets, compare_years
from compare.priorities import measure_priorities
from compare.schema import PLANS, SENTENCES, TARGETS, THEMES, make_frame
from compare.style import drawing, find_sheet

FOLDER = Path(__file__).parent / "baselines"
GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
CITIES = ("甲市", "乙市", "丙县", "丁市", "戊自治州")
BLUR = 1.2
MEAN_DIFFERENCE = 1.5
STRONG = 48
STRONG_SHARE = 0.004


def make_plans(year: int) -> pd.DataFrame:
    rows = [
        {"plan_id": f"p{i}_{year}", "file": f"p{i}_{year}.txt", "city": city, "plan_year": year, "name_basis": "stated",
         "format": "txt", "encoding": "utf-8", "sha256": f"{i:064d}", "province": ""}
        for i, city in enumerate(CITIES)
    ]  # fmt: skip
    return make_frame(PLANS, rows)


def make_sentences(plans: pd.DataFrame) -> pd.DataFrame:
    """Sentences of equal length whose themes lean one way in two plans and another way in three."""
    rows = []
    for i, plan in enumerate(plans.to_dict("records")):
        for n in range(56):
            lean = ("talent", "platforms") if i < 2 else ("industry", "finance")
            theme = lean[n % 2] if n % 7 < 3 + i % 2 else THEMES[(n * (i + 3)) % len(THEMES)]
            rows.append(
                {"plan_id": plan["plan_id"], "file": plan["file"], "n": n + 1, "paragraph": n // 2 + 1, "start": n * 20,
                 "end": n * 20 + 20, "text": "字" * 20, "theme": theme, "confidence": 0.9}
            )  # fmt: skip
    return make_frame(SENTENCES, rows)


BOUNDS = (
    {"bound": "exact", "value_min": 30.0, "value_max": 30.0, "number": "30家"},
    {"bound": "at_least", "value_min": 20.0, "number": "20家以上"},
    {"bound": "range", "value_min": 12.0, "value_max": 18.0, "number": "12-18家"},
    {"bound": "about", "value_min": 25.0, "value_max": 25.0, "number": "25家左右"},
    {"bound": "at_least", "masked": True, "number": "X家以上"},
)


INDICATORS = ("hightech_firms", "innovation_platforms", "tech_contract_value")


def make_targets(plans: pd.DataFrame, raised: float = 1.0) -> pd.DataFrame:
    """Three indicators, put in five ways; the last of them by some plans alone."""
    rows = []
    for i, plan in enumerate(plans.to_dict("records")):
        for k, indicator in enumerate(INDICATORS[: 3 if i % 2 or i == 2 else 2]):
            number = dict(BOUNDS[(i + k) % len(BOUNDS)])
            money = indicator == "tech_contract_value"
            for end in ("value_min", "value_max"):
                if end in number:
                    number[end] = float(number[end]) * (raised if i % 2 else 1 / raised)
                    number[f"{end}_std"] = number[end] * (1e8 if money else 1)
            number["number"] = str(number["number"]).replace("家", "亿元" if money else "家")
            if raised != 1:
                number["number"] = "" if not number.get("masked") else number["number"]
            at = 100 * k + 10
            rows.append(
                {"target_id": f"{plan['plan_id']}-{k}", "plan_id": plan["plan_id"], "file": plan["file"],
                 "quote": "引文", "start": at, "end": at + 2, "number_start": at, "number_end": at + 1,
                 "indicator": indicator, "indicator_zh": indicator, "theme": THEMES[k], "tier": "",
                 "unit": "亿元" if money else "家", "unit_std": "CNY" if money else "thing",
                 "measure": "level" if money else "flow", "period": "plan_year", "masked": False, "headline": False,
                 "firmness": ("binding", "planned", "aspired")[i % 3], "confidence": 0.9, "corrected": False} | number
            )  # fmt: skip
    return make_frame(TARGETS, rows)


@cache
def list_figures() -> dict[str, Callable[[], Axes]]:
    """The key figures by name, each as a function that draws it."""
    plans, before = make_plans(2031), make_plans(2030)
    sentences, targets = make_sentences(plans), make_targets(plans)
    both = pd.concat([targets, make_targets(before, 0.8)], ignore_index=True)
    every = pd.concat([plans, before], ignore_index=True)
    people = [5e6, 1e6, 4e5, 2e6, 3e6]
    gdp = [3e11, 9e10, 4e10, 1e11, 2e11]
    context = pd.DataFrame({"city": list(CITIES), "year": 2030, "population": people, "gdp_cny": gdp})
    comparisons = compare_targets(targets, plans, context)
    priorities = measure_priorities(sentences, targets)
    clusters = cluster_plans(sentences, priorities)
    given = {"plans": plans, "size": "column"}
    return {
        "coverage": partial(compare.plot_coverage, targets, **given),
        "targets": partial(compare.plot_targets, comparisons, targets=targets, indicator="hightech_firms", **given),
        "target_panels": partial(compare.plot_target_panels, comparisons, targets=targets, **given),
        "target_structure": partial(compare.plot_target_structure, targets, **given),
        "priority_heatmap": partial(compare.plot_priority_heatmap, priorities, clusters=clusters, **given),
        "differences": partial(compare.plot_differences, priorities, first=CITIES[0], second=CITIES[2], **given),
        "relative": partial(compare.plot_relative, comparisons, targets=targets, lang="en", **given),
        "years": partial(compare.plot_years, compare_years(both, every), targets=both, plans=every, size="page"),
    }  # fmt: skip


def list_gallery() -> dict[str, Callable[[], Axes]]:
    """Pictures of docs/gallery.md that the shipped plans cannot give."""
    relative, years = list_figures()["relative"], list_figures()["years"]
    return {"relative_gdp": partial(relative, per="gdp", lang="zh", size="page"), "years": years}


def render(ax: Axes, dots: int = 0) -> Image.Image:
    """A figure as a small picture."""
    target = io.BytesIO()
    sheet = find_sheet(ax)
    assert sheet is not None
    with drawing(sheet.size):
        ax.figure.savefig(target, format="png", dpi=dots or (72 if sheet.size.name == "page" else 110))
    plt.close(ax.figure)
    return Image.open(target).convert("RGB")


def measure_difference(picture: Image.Image, kept: Image.Image) -> tuple[float, float]:
    """Mean difference of two pictures, and the share of places where they differ strongly."""
    if max(abs(a - b) for a, b in zip(picture.size, kept.size, strict=True)) > 2:
        return 255.0, 1.0
    if picture.size != kept.size:
        picture = picture.resize(kept.size)
    blurred = [np.asarray(p.convert("L").filter(ImageFilter.GaussianBlur(BLUR)), dtype=float) for p in (picture, kept)]
    apart = np.abs(blurred[0] - blurred[1])
    return float(apart.mean()), float((apart > STRONG).mean())


@pytest.mark.parametrize("name", list(list_figures()))
def test_a_key_figure_looks_as_before(name, tmp_path):
    picture = render(list_figures()[name]())
    mean, strong = measure_difference(picture, Image.open(FOLDER / f"{name}.png"))
    if mean > MEAN_DIFFERENCE or strong > STRONG_SHARE:
        picture.save(tmp_path / f"{name}.png")
    assert (mean <= MEAN_DIFFERENCE, strong <= STRONG_SHARE) == (True, True), (
        f"{name} differs ({mean:.2f}, {strong:.2%}); see {tmp_path}. If it is meant: python tests/test_baselines.py"
    )


def test_a_mark_that_moves_is_noticed():
    plans = make_plans(2031)
    targets = make_targets(plans)
    for column in ("value_min_std", "value_max_std"):
        targets.loc[targets["plan_id"] == "p1_2031", column] *= 0.5
    ax = compare.plot_targets(
        compare_targets(targets, plans), plans=plans, targets=targets, indicator="hightech_firms", size="column"
    )
    mean, strong = measure_difference(render(ax), Image.open(FOLDER / "targets.png"))
    assert mean > MEAN_DIFFERENCE or strong > STRONG_SHARE


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for figure, draw in list_figures().items():
        render(draw()).save(FOLDER / f"{figure}.png", optimize=True)
        sys.stdout.write(f"{FOLDER / figure}.png\n")
    GALLERY.mkdir(exist_ok=True)
    for figure, draw in list_gallery().items():
        render(draw(), 150).save(GALLERY / f"{figure}.png", optimize=True)
        sys.stdout.write(f"{GALLERY / figure}.png\n")
