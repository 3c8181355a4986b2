"""Plans by emphasis: the heatmap with its tree, and the map."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.transforms import Bbox

from compare.plots.frames import need_columns, pick_plans
from compare.style.fonts import FAMILY, measure_text, shorten_text
from compare.style.look import BLUE, FAINT, GRID, GROUP_MARKS, GROUPS, INK, MUTED, PAPER, Size, drawing, shade_map
from compare.style.names import name_plans, name_theme, say_percent, say_source
from compare.style.sheet import finish_sheet, say_instead, settle_sheet, start_sheet

if TYPE_CHECKING:
    from compare.clusters import ClusterResult

_COLUMNS = ("plan_id", "theme", "share")
_PULL = "#9a5b00"
_MOST_CLOUDS = 12


def plot_priority_heatmap(
    data: pd.DataFrame, *, plans: pd.DataFrame, clusters: ClusterResult | None = None,
    highlight: str | Iterable[str] | None = None, lang: str = "zh", size: str = "page", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Share of each theme in each plan as shades, the plans ordered by likeness under their tree.

    Plans stand side by side while their columns are wide enough to be named, else one below the other.

    Parameters
    ----------
    data : pandas.DataFrame
        Table priorities.
    plans : pandas.DataFrame
        Table plans.
    clusters : ClusterResult, optional
        Order, tree and clusters; without it plans stand as in `plans`.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
        The body; heatmap and tree are `ax.child_axes`.
    """
    need_columns(data, _COLUMNS, "plot_priority_heatmap")
    names = name_plans(plans, lang)
    chosen = pick_plans(highlight, names, "plot_priority_heatmap")
    with drawing(size) as look:
        known = data[data["plan_id"].isin(names) & data["share"].notna()]
        if known.empty:
            title = "侧重" if lang == "zh" else "Priorities"
            say = "这些计划中没有可归入主题的文字。" if lang == "zh" else "These plans have no text that belongs to a theme."
            return say_instead(ax or start_sheet(look, 2.5), say, title=title, source=say_source(plans, lang))
        wide = known.pivot(index="theme", columns="plan_id", values="share").astype(float)
        order = [p for p in (clusters.order if clusters else names) if p in wide.columns]
        order += [p for p in wide.columns if p not in order]
        wide = wide.loc[wide.mean(axis=1).sort_values(ascending=False, kind="stable").index, order]
        tree = clusters is not None and len(clusters.linkage) > 0 and len(clusters.linkage) == len(order) - 1
        label_cm = max(measure_text(name_theme(t, lang), look.text) for t in wide.index) / 72 * 2.54 + 0.25
        column = (look.width - 2 * look.margin - label_cm) / 2.54 * 72 / len(order)
        upright = column >= look.small * 1.2
        row_cm = look.row * 1.15
        if upright:
            body_cm = row_cm * len(wide) + (2.2 if tree else 0) + 1.4
        else:
            body_cm = min(max(look.row * 0.8 * len(order), 6), look.height - 3) + 2.0
        axes = ax or start_sheet(look, body_cm)
        axes.set_axis_off()
        if upright:
            _draw_upright(axes, wide, names, chosen, clusters if tree else None, look, lang, label_cm, column)
        else:
            _draw_lying(axes, wide, names, chosen, clusters if tree else None, look, lang)
        return finish_sheet(
            axes, title=_heat_title(wide, names, lang),
            subtitle="各主题占有主题文字的份额，%" if lang == "zh" else "Share of the themed text, %",
            note=_tree_note(clusters if tree else None, lang), source=say_source(plans, lang),
            data=_tidy(known, names, order),
        )  # fmt: skip


def plot_plan_map(
    data: ClusterResult, *, plans: pd.DataFrame, highlight: str | Iterable[str] | None = None, arrows: int = 6,
    lang: str = "zh", size: str = "page", ax: Axes | None = None,
) -> Axes:  # fmt: skip
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
    names = name_plans(plans, lang)
    chosen = pick_plans(highlight, names, "plot_plan_map")
    with drawing(size) as look:
        source = say_source(plans, lang)
        points = data.coordinates
        if len(points) < 3 or float(np.ptp(points.to_numpy(), axis=0).max()) == 0:
            title = "计划地图" if lang == "zh" else "Map of plans"
            say = (
                f"至少要有3份侧重不同的计划才能画出地图，现有{len(points)}份。" if lang == "zh"
                else f"A map needs at least 3 plans that differ in emphasis; there {'is' if len(points) == 1 else 'are'} {len(points)}."
            )  # fmt: skip
            return say_instead(ax or start_sheet(look, 2.5), say, title=title, source=source)
        axes = ax or start_sheet(look, look.width * (0.92 if look.name == "column" else 0.66))
        ends = _frame_map(axes, data, arrows, look)
        _draw_clouds(axes, data, chosen, look)
        _draw_plans(axes, data, chosen, look)
        sheet_axes = finish_sheet(
            axes, title=_map_title(data, names, lang), subtitle=_map_subtitle(data, lang), note=_map_note(data, len(ends), chosen, lang),
            source=source, data=_map_rows(data, names),
        )  # fmt: skip
        _even_scales(axes)
        _label_map(axes, data, ends, names, chosen, look, lang)
        settle_sheet(axes)
        return sheet_axes


def _draw_upright(
    ax: Axes, wide: pd.DataFrame, names: dict[str, str], chosen: set[str], clusters: ClusterResult | None, look: Size,
    lang: str, label_cm: float, column: float,
) -> None:  # fmt: skip
    """Themes in rows, plans in columns, the tree above."""
    share = 0.86 if clusters is None else 0.78
    heat = ax.inset_axes((0, 0, 1, share))
    _shade(heat, wide, look, column)
    heat.set_yticks(range(len(wide)), [name_theme(t, lang) for t in wide.index])
    widest = max(measure_text(names[p], look.text, "bold") for p in wide.columns)
    flat = widest <= column * 0.96
    font = look.text if flat else min(look.text, column * 0.84)
    room = look.height / 2.54 * 72 * 0.16
    heat.set_xticks(range(wide.shape[1]), [names[p] if flat else shorten_text(names[p], room, font) for p in wide.columns],
                    rotation=0 if flat else 90)  # fmt: skip
    heat.tick_params(axis="x", labelsize=font, labelcolor=INK)
    _mark_chosen(heat.get_xticklabels(), list(wide.columns), chosen)
    if clusters is not None:
        room = 0.045 if clusters.verdict == "clear" else 0.015
        tree = ax.inset_axes((0, share + room, 1, 1 - share - room))
        _draw_tree(tree, clusters, list(wide.columns), look, upright=True)
        if clusters.verdict == "clear":
            _name_clusters(heat, clusters, list(wide.columns), look, lang)


def _draw_lying(
    ax: Axes, wide: pd.DataFrame, names: dict[str, str], chosen: set[str], clusters: ClusterResult | None, look: Size, lang: str
) -> None:
    """Plans in rows, themes in columns, the tree at the right."""
    share = 1.0 if clusters is None else 0.85
    heat = ax.inset_axes((0, 0, share, 1))
    _shade(heat, wide.T, look, look.width / 2.54 * 72 * 0.6 / len(wide))
    row = look.height / 2.54 * 72 * 0.82 / wide.shape[1]
    font = min(look.text, row * 0.82)
    room = look.width / 2.54 * 72 * 0.25
    heat.set_yticks(range(wide.shape[1]), [shorten_text(names[p], room, font) for p in wide.columns])
    heat.tick_params(axis="y", labelsize=font)
    heat.set_xticks(range(len(wide)), [name_theme(t, lang) for t in wide.index], rotation=90)
    heat.xaxis.tick_top()
    heat.tick_params(axis="x", labelsize=look.text, labelcolor=INK)
    _mark_chosen(heat.get_yticklabels(), list(wide.columns), chosen)
    if clusters is not None:
        tree = ax.inset_axes((share + 0.015, 0, 1 - share - 0.015, 1))
        _draw_tree(tree, clusters, list(wide.columns), look, upright=False)


def _shade(ax: Axes, values: pd.DataFrame, look: Size, column: float) -> None:
    """Shaded cells; the number in each where it fits."""
    cells = values.to_numpy() * 100
    shades = shade_map()
    top = max(float(np.nanmax(cells)), 1.0)
    ax.pcolormesh(np.arange(cells.shape[1] + 1) - 0.5, np.arange(cells.shape[0] + 1) - 0.5, cells, cmap=shades, vmin=0, vmax=top,
                  edgecolor=PAPER, linewidth=look.text / 12)  # fmt: skip
    ax.set_xlim(-0.5, cells.shape[1] - 0.5)
    ax.set_ylim(cells.shape[0] - 0.5, -0.5)
    if column < look.small * 2.1:
        return
    for y, x in np.ndindex(cells.shape):
        if not np.isnan(cells[y, x]):
            dark = cells[y, x] / top > 0.52
            text = "0" if cells[y, x] == 0 else "<1" if cells[y, x] < 0.5 else f"{cells[y, x]:.0f}"
            ax.text(x, y, text, ha="center", va="center_baseline", fontsize=look.small, color=PAPER if dark else INK)


def _draw_tree(ax: Axes, clusters: ClusterResult, order: list[str], look: Size, *, upright: bool) -> None:
    """The tree of the linkage over the cells, lines in the colour of their cluster."""
    ids = list(clusters.distances.index)
    places = {i: float(order.index(p)) for i, p in enumerate(ids)}
    heights = dict.fromkeys(places, 0.0)
    groups = {i: {int(clusters.candidate[p])} for i, p in enumerate(ids)}
    clear = clusters.verdict == "clear"
    for step, (a, b, height, _) in enumerate(np.asarray(clusters.linkage)):
        a, b, node = int(a), int(b), len(ids) + step
        groups[node] = groups[a] | groups[b]
        colour = GROUPS[(min(groups[node]) - 1) % len(GROUPS)] if clear and len(groups[node]) == 1 else MUTED
        across = [places[a], places[a], places[b], places[b]]
        along = [heights[a], height, height, heights[b]]
        ax.plot(across if upright else along, along if upright else across, color=colour, linewidth=look.text / 8,
                solid_joinstyle="miter", gid="tree")  # fmt: skip
        places[node], heights[node] = (places[a] + places[b]) / 2, float(height)
    top = max(heights.values()) or 1.0
    if upright:
        ax.set_xlim(-0.5, len(order) - 0.5)
        ax.set_ylim(0, top * 1.04)
    else:
        ax.set_ylim(len(order) - 0.5, -0.5)
        ax.set_xlim(0, top * 1.04)
    ax.set_axis_off()


def _name_clusters(ax: Axes, clusters: ClusterResult, order: list[str], look: Size, lang: str) -> None:
    """Above each clear cluster how firm it is, where its columns leave room."""
    table = clusters.table.set_index("plan_id")
    spans = {k: [order.index(p) for p in part.index if p in order] for k, part in table.groupby("cluster")}
    width = ax.get_window_extent().width / (ax.figure.dpi_scale_trans.transform((1, 0))[0]) * 72
    for k, places in spans.items():
        value = table.loc[table["cluster"] == k, "stability"].mean()
        if pd.isna(value) or not places:
            continue
        text = f"稳定度{value:.2f}" if lang == "zh" else f"stability {value:.2f}"
        if measure_text(text, look.small) < width * len(places) / len(order):
            middle = (min(places) + max(places)) / 2
            ax.annotate(text, (middle, -0.5), xytext=(0, look.small * 0.25), textcoords="offset points", ha="center", va="bottom",
                        fontsize=look.small, color=GROUPS[(int(k) - 1) % len(GROUPS)], annotation_clip=False)  # fmt: skip


def _mark_chosen(labels: list, order: list[str], chosen: set[str]) -> None:
    """Names of the chosen plans in bold."""
    for tick, plan in zip(labels, order, strict=True):
        tick.set_fontweight(700 if plan in chosen else 400)
        tick.set_color(BLUE if plan in chosen else INK)


def _frame_map(ax: Axes, data: ClusterResult, arrows: int, look: Size) -> pd.DataFrame:
    """Limits and axes through the mean; returns where the arrows of the themes end."""
    points = data.coordinates
    clouds = data.clouds.groupby("plan_id")[["x", "y"]].quantile([0.03, 0.97]) if len(data.clouds) else points
    both = pd.concat([points[["x", "y"]], clouds[["x", "y"]]])
    reach = float(np.abs(points.to_numpy()).max())
    length = np.hypot(data.loadings["x"], data.loadings["y"]).astype(float)
    kept = length.sort_values(ascending=False, kind="stable").index[:arrows]
    kept = [t for t in kept if length[t] > 0.12]
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
        ax.add_patch(Ellipse(tuple(spread.mean(axis=0)), width, height, angle=angle, facecolor=colour, gid="cloud", zorder=1.5,
                             edgecolor=colour, alpha=0.13, linewidth=look.text / 14))  # fmt: skip


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
        ax.plot([row["x"]], [row["y"]], linestyle="none", marker=mark, color=FAINT if back else colour, gid="plan",
                markersize=look.text * (0.6 if small else 0.85), markeredgecolor=PAPER, markeredgewidth=look.text / 14, zorder=4)  # fmt: skip


def _label_map(
    ax: Axes, data: ClusterResult, ends: pd.DataFrame, names: dict[str, str], chosen: set[str], look: Size, lang: str
) -> None:
    """Names of themes at the arrows and of plans at the marks, without overlap; what has no room stays unnamed."""
    renderer = ax.figure._get_renderer()  # type: ignore[union-attr]
    dots = ax.figure.dpi / 72  # type: ignore[union-attr]
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
                blocked += [Bbox.from_bounds(*(origin + (tip - origin) * t - radius / 3), radius * 0.66, radius * 0.66)
                            for t in np.linspace(0.15, 1, 24)]  # fmt: skip
                break
    density = {p: sum(np.hypot(*(marks[p] - m)) < 60 * dots for m in marks.values()) for p in marks}
    order = sorted(marks, key=lambda p: (p not in chosen, density[p], p))
    for plan in order:
        text = names.get(plan, plan)
        bold = plan in chosen
        points = look.text if len(marks) <= 12 else look.small
        wide, high = measure_text(text, points, "bold" if bold else "regular") * dots, points * 1.25 * dots
        x, y = marks[plan]
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 2), (-1, 2), (1, -2), (-1, -2)):
            cx = x + dx * (wide / 2 + radius * 1.25)
            cy = y + dy * (high / 2 + radius * (0.9 if dx == 0 else 0.2))
            box = Bbox([[cx - wide / 2, cy - high / 2], [cx + wide / 2, cy + high / 2]])
            if _free(box, taken + blocked, area):
                _put(ax, text, box, points, INK if not chosen or bold else MUTED, 700 if bold else 400)
                taken.append(box)
                break


def _draw_arrow(ax: Axes, x: float, y: float, look: Size) -> None:
    """An arrow from the mean to where a theme pulls."""
    ax.annotate("", (x, y), (0, 0), zorder=1.8, arrowprops={
        "arrowstyle": "-|>,head_width=0.2,head_length=0.42", "color": _PULL, "linewidth": look.text / 11, "shrinkA": 0,
        "shrinkB": 0, "alpha": 0.75})  # fmt: skip


def _free(box: Bbox, taken: list[Bbox], area: Bbox) -> bool:
    """Whether a label stands inside the plot and on nothing else."""
    inside = area.x0 <= box.x0 and box.x1 <= area.x1 and area.y0 <= box.y0 and box.y1 <= area.y1
    return inside and not any(box.overlaps(other) for other in taken)


def _put(ax: Axes, text: str, box: Bbox, points: float, colour: str, weight: int) -> None:
    """Write a label into a box of the canvas, held in axes coordinates."""
    x, y = ax.transAxes.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    ax.text(x, y, text, transform=ax.transAxes, ha="center", va="center", fontsize=points, color=colour, fontweight=weight,
            fontfamily=FAMILY, gid="label", zorder=6)  # fmt: skip


def _heat_title(wide: pd.DataFrame, names: dict[str, str], lang: str) -> str:
    """The theme with most room on average, and the plan that stands out most."""
    top = wide.index[0]
    mean = wide.mean(axis=1)
    if wide.shape[1] == 1:
        name = names[wide.columns[0]]
        return f"{name}着墨最多的是{name_theme(top)}（{say_percent(mean[top])}）" if lang == "zh" else f"{name} gives most room to {name_theme(top, 'en').lower()} ({say_percent(mean[top])})"
    gap = wide.sub(mean, axis=0).stack()
    theme, plan = gap.idxmax()
    share = say_percent(wide.loc[theme, plan])
    if lang == "zh":
        return f"各地平均着墨最多的是{name_theme(top)}（{say_percent(mean[top])}）；最突出的是{names[plan]}的{name_theme(theme)}（{share}）"
    return (
        f"{name_theme(top, 'en')} takes most room on average ({say_percent(mean[top])}); "
        f"what stands out is {name_theme(theme, 'en').lower()} in {names[plan]} ({share})"
    )


def _tree_note(clusters: ClusterResult | None, lang: str) -> str:
    """What the tree means and whether its branches hold."""
    if clusters is None:
        return ""
    zh = lang == "zh"
    parts = ["树形图：越早汇合，侧重越相近（Hellinger距离，平均联结）。" if zh
             else "Tree: the sooner two plans join, the more alike their emphasis (Hellinger distance, average linkage)."]  # fmt: skip
    if clusters.verdict == "too_few":
        parts.append("计划太少，不作聚类。" if zh else "Too few plans to cluster.")
    else:
        k = clusters.candidate_k
        silhouette, stability = float(clusters.silhouettes[k]), float(clusters.stability[k])
        said = (
            (f"分为{k}类" if zh else f"{k} clusters") if clusters.verdict == "clear"
            else (f"没有明显的聚类，最好的分法是{k}类" if zh else f"No clear clusters; the best grouping has {k}")
        )  # fmt: skip
        parts.append(f"{said}：轮廓系数{silhouette:.2f}，重抽样稳定性{stability:.2f}。" if zh
                     else f"{said} (silhouette {silhouette:.2f}, stability under resampling {stability:.2f}).")  # fmt: skip
    return ("" if zh else " ").join(parts)


def _map_title(data: ClusterResult, names: dict[str, str], lang: str) -> str:
    """The two plans most alike, and whether there are clusters."""
    if data.verdict == "clear":
        return f"{len(data.coordinates)}份计划按侧重分为{data.n_clusters}类" if lang == "zh" else f"{len(data.coordinates)} plans fall into {data.n_clusters} clusters by emphasis"
    distances = data.distances.to_numpy(dtype=float, copy=True)
    if len(distances) > 2:
        np.fill_diagonal(distances, np.inf)
        i, j = np.unravel_index(int(np.argmin(distances)), distances.shape)
        a, b = sorted((str(data.distances.index[i]), str(data.distances.index[j])))
        mean_far = data.distances.mean().astype(float)
        lone = str(mean_far.idxmax())
        if lone not in (a, b):
            return (
                f"侧重最相近的是{names[a]}与{names[b]}，{names[lone]}离其他计划最远" if lang == "zh"
                else f"{names[a]} and {names[b]} are most alike in emphasis; {names[lone]} stands furthest apart"
            )  # fmt: skip
        return f"侧重最相近的是{names[a]}与{names[b]}" if lang == "zh" else f"{names[a]} and {names[b]} are most alike in emphasis"
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
        parts.append("箭头：该主题着墨越多，越往这个方向。" if zh else "Arrows: the more room for the theme, the further that way.")
    if len(data.clouds) and (chosen or len(data.coordinates) <= _MOST_CLOUDS):
        parts.append("浅色椭圆：段落重抽样后计划位置的90%范围，重叠的计划难分远近。" if zh
                     else "Ellipses: 90% of the places under resampled paragraphs; where they overlap, plans cannot be told apart.")  # fmt: skip
    return ("" if zh else " ").join(parts)


def _map_rows(data: ClusterResult, names: dict[str, str]) -> pd.DataFrame:
    """Places, clusters and spread of the plans."""
    table = data.table.copy()
    table.insert(1, "city", table["plan_id"].map(names).astype("string"))
    return table


def _tidy(known: pd.DataFrame, names: dict[str, str], order: list[str]) -> pd.DataFrame:
    """The shares behind the cells, plans in the order of the figure."""
    tidy = known.reset_index(drop=True).copy()
    tidy["_order"] = tidy["plan_id"].map({p: i for i, p in enumerate(order)})
    tidy = tidy.sort_values(["_order", "theme"], kind="stable").drop(columns="_order").reset_index(drop=True)
    tidy.insert(1, "city", tidy["plan_id"].map(names).astype("string"))
    return tidy

