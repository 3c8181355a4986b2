"""The plan map: plans by likeness of emphasis, with what pulls them and how sure their places are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.transforms import Bbox

from compare.plots.frames import open_figure
from compare.style.fonts import FAMILY, measure_text
from compare.style.look import BLUE, FAINT, GRID, GROUP_MARKS, GROUPS, INK, MUTED, PAPER, Size
from compare.style.names import name_theme, say_percent
from compare.style.sheet import settle_sheet

if TYPE_CHECKING:
    from compare.clusters import ClusterResult

_PULL = "#9a5b00"
_MOST_CLOUDS = 12


def plot_plan_map(
    data: ClusterResult,
    *,
    plans: pd.DataFrame,
    highlight: str | Iterable[str] | None = None,
    arrows: int = 6,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plans by likeness of emphasis: the nearer, the more alike; arrows show which themes pull where.

    Parameters
    ----------
    data : ClusterResult
        From `cluster_plans`.
    plans : pandas.DataFrame
        Table plans.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    arrows : int
        Themes to show, those with the longest loadings.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
    """
    with open_figure("plot_plan_map", None, (), plans, highlight, lang, size, ax) as figure:
        names, chosen, look = figure.names, figure.chosen, figure.look
        points = data.coordinates
        if len(points) < 3 or float(np.ptp(points.to_numpy(), axis=0).max()) == 0:
            need = figure.say(
                f"至少要有3份侧重不同的计划才能画出地图，现有{len(points)}份。",
                f"A map needs at least 3 plans that differ in emphasis; plans with a place: {len(points)}.",
            )
            return figure.say_need(figure.say("计划地图", "Map of plans"), need)
        axes = figure.start(look.width * (0.92 if look.name == "column" else 0.66))
        ends = _frame_map(axes, data, arrows, look)
        _draw_clouds(axes, data, chosen, look)
        _draw_plans(axes, data, chosen, look)
        sheet_axes = figure.finish(
            axes,
            title=_map_title(data, names, lang),
            subtitle=_map_subtitle(data, lang),
            note=_map_note(data, len(ends), chosen, lang),
            data=_map_rows(data, names),
        )
        _even_scales(axes)
        _label_map(axes, data, ends, names, chosen, look, lang)
        settle_sheet(axes)
        return sheet_axes


def _frame_map(ax: Axes, data: ClusterResult, arrows: int, look: Size) -> pd.DataFrame:
    """Limits and axes through the mean; returns where the arrows of the themes end."""
    points = data.coordinates
    clouds = data.clouds.groupby("plan_id")[["x", "y"]].quantile(np.array([0.03, 0.97])) if len(data.clouds) else points
    both = pd.concat([points[["x", "y"]], clouds[["x", "y"]]])
    reach = float(np.abs(points.to_numpy()).max())
    length = (data.loadings[["x", "y"]].astype(float) ** 2).sum(axis=1) ** 0.5
    longest = length.sort_values(ascending=False, kind="stable").head(arrows)
    kept = list(longest.index[longest > 0.12])
    scale = reach * 0.95 / float(length.max()) if length.max() > 0 else 0.0
    ends = data.loadings.loc[kept, ["x", "y"]].astype(float) * scale
    both = pd.concat([both, ends * 1.08])
    low, high = both.min(), both.max()
    pad = (high - low) * 0.07
    ax.set_xlim(low["x"] - pad["x"], high["x"] + pad["x"])
    ax.set_ylim(low["y"] - pad["y"], high["y"] + pad["y"])
    ax.set_xticks([])
    ax.set_yticks([])
    ax.axhline(0, color=GRID, linewidth=look.text / 11, zorder=0)
    ax.axvline(0, color=GRID, linewidth=look.text / 11, zorder=0)
    return ends


def _even_scales(ax: Axes) -> None:
    """Widen the shorter side, so that a step is as long across as up."""
    area = ax.get_window_extent()
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    step = max((x1 - x0) / area.width, (y1 - y0) / area.height)
    wide, high = step * area.width / 2, step * area.height / 2
    ax.set_xlim((x0 + x1) / 2 - wide, (x0 + x1) / 2 + wide)
    ax.set_ylim((y0 + y1) / 2 - high, (y0 + y1) / 2 + high)


def _draw_clouds(ax: Axes, data: ClusterResult, chosen: set[str], look: Size) -> None:
    """An ellipse over nine in ten of a plan's resampled places; with many plans only for the chosen ones."""
    many = len(data.coordinates) > _MOST_CLOUDS
    for plan, draws in data.clouds.groupby("plan_id", sort=True):
        if many and plan not in chosen:
            continue
        spread = draws[["x", "y"]].to_numpy(dtype=float)
        if len(spread) < 3:
            continue
        values, vectors = np.linalg.eigh(np.cov(spread.T))
        width, height = 2 * 2.146 * np.sqrt(np.maximum(values, 0))
        angle = float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
        colour = _group_style(data, str(plan))[0]
        ax.add_patch(
            Ellipse(
                tuple(spread.mean(axis=0)),
                width,
                height,
                angle=angle,
                facecolor=colour,
                gid="cloud",
                zorder=1.5,
                edgecolor=colour,
                alpha=0.13,
                linewidth=look.text / 14,
            )
        )


def _group_style(data: ClusterResult, plan: str) -> tuple[str, str]:
    """Colour and mark of a plan: those of its cluster where clusters are clear."""
    if data.verdict != "clear" or plan not in data.candidate.index:
        return BLUE, "o"
    k = int(data.candidate[plan]) - 1
    return GROUPS[k % len(GROUPS)], GROUP_MARKS[k % len(GROUP_MARKS)]


def _draw_plans(ax: Axes, data: ClusterResult, chosen: set[str], look: Size) -> None:
    """A mark for each plan."""
    small = len(data.coordinates) > 30
    for plan, row in data.coordinates.iterrows():
        colour, mark = _group_style(data, str(plan))
        back = bool(chosen) and plan not in chosen
        ax.plot(
            [row["x"]],
            [row["y"]],
            linestyle="none",
            marker=mark,
            color=FAINT if back else colour,
            gid="plan",
            markersize=look.text * (0.6 if small else 0.85),
            markeredgecolor=PAPER,
            markeredgewidth=look.text / 14,
            zorder=4,
        )


def _label_map(
    ax: Axes, data: ClusterResult, ends: pd.DataFrame, names: dict[str, str], chosen: set[str], look: Size, lang: str
) -> None:
    """Names of themes at the arrows and of plans at the marks, without overlap; what has no room stays unnamed."""
    renderer = ax.figure._get_renderer()  # type: ignore[union-attr]
    dots = ax.figure.dpi / 72
    area = ax.get_window_extent(renderer)
    taken: list[Bbox] = []
    marks = {str(p): ax.transData.transform((r["x"], r["y"])) for p, r in data.coordinates.iterrows()}
    radius = look.text * 0.5 * dots
    blocked = [Bbox([[x - radius, y - radius], [x + radius, y + radius]]) for x, y in marks.values()]
    origin = ax.transData.transform((0, 0))
    for theme, row in ends.iterrows():
        tip = ax.transData.transform((row["x"], row["y"]))
        text = name_theme(str(theme), lang)
        away = (tip - origin) / (np.hypot(*(tip - origin)) or 1)
        aside = np.array([-away[1], away[0]])
        wide, high = measure_text(text, look.small) * dots, look.small * 1.25 * dots
        for step, slide in itertools.product((0.6, 1.2, 2.0, 3.0), (0, 0.6, -0.6, 1.2, -1.2)):
            reach = np.array([wide, high]) / 2 * np.abs(away) + step * look.small * dots * 0.7
            centre = tip + away * reach + aside * slide * np.array([wide, high]) * 0.6
            box = Bbox([[centre[0] - wide / 2, centre[1] - high / 2], [centre[0] + wide / 2, centre[1] + high / 2]])
            if _free(box, taken + blocked, area):
                _put(ax, text, box, look.small, _PULL, 400)
                _draw_arrow(ax, row["x"], row["y"], look)
                taken.append(box)
                blocked += [
                    Bbox([origin + (tip - origin) * t - radius / 3, origin + (tip - origin) * t + radius / 3])
                    for t in np.linspace(0.15, 1, 24)
                ]
                break
    density = {p: sum(np.hypot(*(marks[p] - m)) < 60 * dots for m in marks.values()) for p in marks}
    order = sorted(marks, key=lambda p: (p not in chosen, density[p], p))
    for plan in order:
        text = names.get(plan, plan)
        bold = plan in chosen
        points = look.text if len(marks) <= 12 else look.small
        wide, high = measure_text(text, points, "bold" if bold else "regular") * dots, points * 1.25 * dots
        x, y = marks[plan]
        for dx, dy in (
            (1, 0),
            (-1, 0),
            (0, 1),
            (0, -1),
            (1, 1),
            (1, -1),
            (-1, 1),
            (-1, -1),
            (1, 2),
            (-1, 2),
            (1, -2),
            (-1, -2),
        ):
            cx = x + dx * (wide / 2 + radius * 1.25)
            cy = y + dy * (high / 2 + radius * (0.9 if dx == 0 else 0.2))
            box = Bbox([[cx - wide / 2, cy - high / 2], [cx + wide / 2, cy + high / 2]])
            if _free(box, taken + blocked, area):
                _put(ax, text, box, points, INK if not chosen or bold else MUTED, 700 if bold else 400)
                taken.append(box)
                break


def _draw_arrow(ax: Axes, x: float, y: float, look: Size) -> None:
    """An arrow from the mean to where a theme pulls."""
    ax.annotate(
        "",
        (x, y),
        (0, 0),
        zorder=1.8,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.2,head_length=0.42",
            "color": _PULL,
            "linewidth": look.text / 11,
            "shrinkA": 0,
            "shrinkB": 0,
            "alpha": 0.75,
        },
    )


def _free(box: Bbox, taken: list[Bbox], area: Bbox) -> bool:
    """Whether a label stands inside the plot and on nothing else."""
    inside = area.x0 <= box.x0 and box.x1 <= area.x1 and area.y0 <= box.y0 and box.y1 <= area.y1
    return inside and not any(box.overlaps(other) for other in taken)


def _put(ax: Axes, text: str, box: Bbox, points: float, colour: str, weight: int) -> None:
    """Write a label into a box of the canvas, held in axes coordinates."""
    x, y = ax.transAxes.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    ax.text(
        x,
        y,
        text,
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=points,
        color=colour,
        fontweight=weight,
        fontfamily=FAMILY,
        gid="label",
        zorder=6,
    )


def _map_title(data: ClusterResult, names: dict[str, str], lang: str) -> str:
    """The two plans most alike, and whether there are clusters."""
    if data.verdict == "clear":
        return (
            f"{len(data.coordinates)}份计划按侧重分为{data.n_clusters}类"
            if lang == "zh"
            else f"{len(data.coordinates)} plans fall into {data.n_clusters} clusters by emphasis"
        )
    distances = data.distances.to_numpy(dtype=float, copy=True)
    if len(distances) > 2:
        np.fill_diagonal(distances, np.inf)
        i, j = divmod(int(np.argmin(distances)), len(distances))
        a, b = sorted((str(data.distances.index[i]), str(data.distances.index[j])))
        mean_far = data.distances.mean().astype(float)
        lone = str(mean_far.idxmax())
        if lone not in (a, b):
            return (
                f"侧重最相近的是{names[a]}与{names[b]}，{names[lone]}离其他计划最远"
                if lang == "zh"
                else f"{names[a]} and {names[b]} are most alike in emphasis; {names[lone]} stands furthest apart"
            )
        return (
            f"侧重最相近的是{names[a]}与{names[b]}"
            if lang == "zh"
            else f"{names[a]} and {names[b]} are most alike in emphasis"
        )
    return "计划的侧重各不相同" if lang == "zh" else "The plans differ in emphasis"


def _map_subtitle(data: ClusterResult, lang: str) -> str:
    first, second = (say_percent(v) for v in data.explained)
    if lang == "zh":
        return f"越近侧重越相似；横轴、纵轴分别解释差异的{first}和{second}"
    return f"The nearer, the more alike in emphasis; the axes explain {first} and {second} of the differences"


def _map_note(data: ClusterResult, arrows: int, chosen: set[str], lang: str) -> str:
    zh = lang == "zh"
    parts = []
    if arrows:
        parts.append(
            "箭头：该主题着墨越多，越往这个方向。"
            if zh
            else "Arrows: the more room for the theme, the further that way."
        )
    if len(data.clouds) and (chosen or len(data.coordinates) <= _MOST_CLOUDS):
        parts.append(
            "浅色椭圆：段落重抽样后计划位置的90%范围，重叠的计划难分远近。"
            if zh
            else "Ellipses: 90% of the places under resampled paragraphs; plans that overlap may lie together."
        )
    return ("" if zh else " ").join(parts)


def _map_rows(data: ClusterResult, names: dict[str, str]) -> pd.DataFrame:
    """Places, clusters and spread of the plans."""
    table = data.table.copy()
    table.insert(1, "city", table["plan_id"].map(names).astype("string"))
    return table
