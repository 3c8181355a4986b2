"""Shares of attention as a heatmap, plans ordered by likeness under their tree."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from compare.plots.frames import attach_sentences, fit_row_labels, open_figure
from compare.plots.priorities import say_no_themes
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import BLUE, GROUPS, INK, MUTED, PAPER, Size, grey_map, shade_map
from compare.style.names import name_theme, say_percent

if TYPE_CHECKING:
    from compare.clusters import ClusterResult

_COLUMNS = ("plan_id", "theme", "share")
_STABILITY = {"zh": "稳定度", "en": "Stability"}


def plot_priority_heatmap(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    clusters: ClusterResult | None = None,
    sentences: pd.DataFrame | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Share of each theme in each plan as shades, the plans ordered by likeness under their tree.

    Between tree and shades stands how firmly each plan belongs where it is put. Plans stand side by side while their
    columns are wide enough to be named, else one below the other.

    Parameters
    ----------
    data : pandas.DataFrame
        Table priorities.
    plans : pandas.DataFrame
        Table plans.
    clusters : ClusterResult, optional
        Order, tree and clusters; without it plans stand as in `plans`.
    sentences : pandas.DataFrame, optional
        Table sentences; gives each share in the data beside the figure the sentence that is most surely of its theme.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
        The body; heatmap, tree and strip of stability are `ax.child_axes`.
    """
    with open_figure("plot_priority_heatmap", data, _COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, chosen, look = figure.names, figure.chosen, figure.look
        known = data[data["plan_id"].isin(names) & data["share"].notna()]
        if known.empty:
            return say_no_themes(figure)
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
            body_cm = row_cm * len(wide) + (2.2 + row_cm if tree else 0) + 1.4
        else:
            body_cm = min(max(look.row * 0.8 * len(order), 6), look.height - 3) + 2.0
        axes = figure.start(body_cm)
        axes.set_axis_off()
        if upright:
            _draw_upright(axes, wide, names, chosen, clusters if tree else None, look, lang, label_cm, column)
        else:
            _draw_lying(axes, wide, names, chosen, clusters if tree else None, look, lang)
        figure.finish(
            axes,
            title=_heat_title(wide, names, lang),
            subtitle=figure.say("各主题占有主题文字的份额，%", "Share of the themed text, %"),
            note=_tree_note(clusters if tree else None, lang),
            data=_tidy(attach_sentences(known, sentences), names, order, clusters if tree else None),
        )
        fit_row_labels(axes.child_axes[0], len(wide) if upright else len(order), look.text)
        return axes


def _draw_upright(
    ax: Axes,
    wide: pd.DataFrame,
    names: dict[str, str],
    chosen: set[str],
    clusters: ClusterResult | None,
    look: Size,
    lang: str,
    label_cm: float,
    column: float,
) -> None:
    """Themes in rows, plans in columns, the tree above."""
    firm = None if clusters is None else _measure_firmness(clusters)
    rows = len(wide) + (0 if firm is None else 1.25)
    heats = 0.86 if look.fixed else 0.78  # a slide leaves little height for the rows
    share = 1.0 if clusters is None else heats * len(wide) / rows
    heat = ax.inset_axes((0, 0, 1, share))
    _shade(heat, wide * 100, look, column)
    heat.set_yticks(np.arange(len(wide)) + 0.5, [name_theme(t, lang) for t in wide.index], rotation=0)
    widest = max(measure_text(names[p], look.text, "bold") for p in wide.columns)
    flat = widest <= column * 0.96
    font = look.text if flat else min(look.text, column * 0.84)
    room = look.height / 2.54 * 72 * (0.13 if look.fixed else 0.16)
    heat.set_xticks(
        np.arange(wide.shape[1]) + 0.5,
        [names[p] if flat else shorten_text(names[p], room, font) for p in wide.columns],
        rotation=0 if flat else 90,
    )
    heat.tick_params(axis="x", labelsize=font, labelcolor=INK)
    _mark_chosen(heat.get_xticklabels(), list(wide.columns), chosen)
    if clusters is None:
        return
    top = share
    if firm is not None:
        row = share / len(wide)
        top = share + 1.25 * row
        strip = ax.inset_axes((0, share + 0.25 * row, 1, row))
        order = list(wide.columns)
        _shade(strip, firm[order].to_frame().T * 100, look, column, grey=True)
        strip.set_yticks([0.5], [_STABILITY[lang]], rotation=0)
        strip.tick_params(axis="y", labelcolor=MUTED)
        for first, last, group in _find_runs([int(clusters.candidate[p]) for p in order]):
            strip.plot([first + 0.06, last - 0.06], [0, 0], color=_colour(clusters, {group}), linewidth=look.text / 4,
                       clip_on=False, solid_capstyle="butt", gid="group")  # fmt: skip
    tree = ax.inset_axes((0, top + 0.015, 1, 1 - top - 0.015))
    _draw_tree(tree, clusters, list(wide.columns), look, upright=True)


def _draw_lying(
    ax: Axes,
    wide: pd.DataFrame,
    names: dict[str, str],
    chosen: set[str],
    clusters: ClusterResult | None,
    look: Size,
    lang: str,
) -> None:
    """Plans in rows, themes in columns, the tree at the right."""
    firm = None if clusters is None else _measure_firmness(clusters)
    share = 1.0 if clusters is None else 0.85 if firm is None else 0.8
    heat = ax.inset_axes((0, 0, share, 1))
    _shade(heat, wide.T * 100, look, look.width / 2.54 * 72 * 0.6 / len(wide))
    row = look.height / 2.54 * 72 * 0.82 / wide.shape[1]
    font = min(look.text, row * 0.82)
    room = look.width / 2.54 * 72 * 0.25
    heat.set_yticks(
        np.arange(wide.shape[1]) + 0.5, [shorten_text(names[p], room, font) for p in wide.columns], rotation=0
    )
    heat.tick_params(axis="y", labelsize=font)
    heat.set_xticks(np.arange(len(wide)) + 0.5, [name_theme(t, lang) for t in wide.index], rotation=90)
    heat.xaxis.tick_top()
    heat.tick_params(axis="x", labelsize=look.text, labelcolor=INK)
    _mark_chosen(heat.get_yticklabels(), list(wide.columns), chosen)
    if clusters is None:
        return
    order = list(wide.columns)
    if firm is not None:
        column = share / len(wide)
        strip = ax.inset_axes((share + column * 0.25, 0, column, 1))
        _shade(strip, firm[order].to_frame() * 100, look, look.width / 2.54 * 72 * 0.6 / len(wide), grey=True)
        strip.set_xticks([0.5], [_STABILITY[lang]], rotation=90)
        strip.xaxis.tick_top()
        strip.tick_params(axis="x", labelsize=look.text, labelcolor=MUTED)
        for first, last, group in _find_runs([int(clusters.candidate[p]) for p in order]):
            strip.plot([1, 1], [first + 0.06, last - 0.06], color=_colour(clusters, {group}), linewidth=look.text / 4,
                       clip_on=False, solid_capstyle="butt", gid="group")  # fmt: skip
        share += column * 1.25
    tree = ax.inset_axes((share + 0.015, 0, 1 - share - 0.015, 1))
    _draw_tree(tree, clusters, order, look, upright=False)


def _shade(ax: Axes, cells: pd.DataFrame, look: Size, column: float, *, grey: bool = False) -> None:
    """Shaded cells of percentages; the number in each where it fits."""
    values = cells.to_numpy(dtype=float)
    top = 100.0 if grey else max(float(np.nanmax(values)), 1.0)
    sns.heatmap(
        cells,
        ax=ax,
        cmap=grey_map() if grey else shade_map(),
        vmin=0,
        vmax=top,
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        linewidths=look.text / 12,
        linecolor=PAPER,
    )
    ax.set(xlabel="", ylabel="")
    if column < look.small * 2.1:
        return
    for y, x in np.ndindex(values.shape):
        value = values[y, x]
        if not np.isnan(value):
            dark = not grey and value / top > 0.52
            text = "0" if value == 0 else "<1" if value < 0.5 else f"{value:.0f}"
            ax.text(x + 0.5, y + 0.5, text, ha="center", va="center_baseline", fontsize=look.small,
                    color=PAPER if dark else INK)  # fmt: skip


def _measure_firmness(clusters: ClusterResult) -> pd.Series | None:
    """For each plan, how often resampled texts put it with the same plans and apart from the same plans as here."""
    together = clusters.together
    if len(together) < 2 or clusters.candidate_k < 2:
        return None
    labels = clusters.candidate[together.index].to_numpy()
    alike = np.where(labels[:, None] == labels[None, :], together.to_numpy(), 1 - together.to_numpy())
    return pd.Series((alike.sum(axis=1) - np.diag(alike)) / (len(labels) - 1), index=together.index)


def _find_runs(groups: list[int]) -> list[tuple[int, int, int]]:
    """Start, end and group of each stretch of neighbours in one group."""
    edges = [0, *(i for i in range(1, len(groups)) if groups[i] != groups[i - 1]), len(groups)]
    return [(first, last, groups[first]) for first, last in pairwise(edges)]


def _colour(clusters: ClusterResult, groups: set[int]) -> str:
    """The colour of a clear cluster; grey for what is none, or for several."""
    clear = clusters.verdict == "clear" and len(groups) == 1
    return GROUPS[(min(groups) - 1) % len(GROUPS)] if clear else MUTED


def _draw_tree(ax: Axes, clusters: ClusterResult, order: list[str], look: Size, *, upright: bool) -> None:
    """The tree of the linkage over the cells, lines in the colour of their cluster."""
    ids = list(clusters.distances.index)
    places = {i: float(order.index(p)) for i, p in enumerate(ids)}
    heights = dict.fromkeys(places, 0.0)
    groups = {i: {int(clusters.candidate[p])} for i, p in enumerate(ids)}
    for step, (a, b, height, _) in enumerate(np.asarray(clusters.linkage)):
        a, b, node = int(a), int(b), len(ids) + step
        groups[node] = groups[a] | groups[b]
        colour = _colour(clusters, groups[node])
        across = [places[a], places[a], places[b], places[b]]
        along = [heights[a], height, height, heights[b]]
        ax.plot(
            across if upright else along,
            along if upright else across,
            color=colour,
            linewidth=look.text / 8,
            solid_joinstyle="miter",
            gid="tree",
        )
        places[node], heights[node] = (places[a] + places[b]) / 2, float(height)
    top = max(heights.values()) or 1.0
    if upright:
        ax.set_xlim(-0.5, len(order) - 0.5)
        ax.set_ylim(0, top * 1.04)
    else:
        ax.set_ylim(len(order) - 0.5, -0.5)
        ax.set_xlim(0, top * 1.04)
    ax.set_axis_off()


def _mark_chosen(labels: list, order: list[str], chosen: set[str]) -> None:
    """Names of the chosen plans in bold."""
    for tick, plan in zip(labels, order, strict=True):
        tick.set_fontweight(700 if plan in chosen else 400)
        tick.set_color(BLUE if plan in chosen else INK)


def _heat_title(wide: pd.DataFrame, names: dict[str, str], lang: str) -> str:
    """The theme with most room on average, and the plan that stands out most."""
    top = wide.index[0]
    mean = wide.mean(axis=1)
    if wide.shape[1] == 1:
        name = names[wide.columns[0]]
        return (
            f"{name}着墨最多的是{name_theme(top)}（{say_percent(mean[top])}）"
            if lang == "zh"
            else f"{name} gives most room to {name_theme(top, 'en').lower()} ({say_percent(mean[top])})"
        )
    gap = wide.sub(mean, axis=0).to_numpy()
    row, column = divmod(int(np.nanargmax(gap)), gap.shape[1])
    theme, plan = str(wide.index[row]), str(wide.columns[column])
    share = say_percent(float(wide.to_numpy()[row, column]))
    if lang == "zh":
        first = f"各地平均着墨最多的是{name_theme(top)}（{say_percent(mean[top])}）"
        return f"{first}；最突出的是{names[plan]}的{name_theme(theme)}（{share}）"
    return (
        f"Most room on average goes to {name_theme(top, 'en').lower()} ({say_percent(mean[top])}); "
        f"what stands out is {name_theme(theme, 'en').lower()} in {names[plan]} ({share})"
    )


def _tree_note(clusters: ClusterResult | None, lang: str) -> str:
    """What the tree means and whether its branches hold."""
    if clusters is None:
        return ""
    zh = lang == "zh"
    parts = [
        "树形图：越早汇合，侧重越相近（Hellinger距离，平均联结）。"
        if zh
        else "Tree: the sooner two plans join, the more alike their emphasis (Hellinger distance, average linkage)."
    ]
    if clusters.verdict == "too_few":
        parts.append("计划太少，不作聚类。" if zh else "Too few plans to cluster.")
    elif clusters.candidate_k < 2:
        parts.append("各计划的侧重完全相同。" if zh else "All plans have the same profile.")
    else:
        k = clusters.candidate_k
        silhouette, stability = float(clusters.silhouettes[k]), float(clusters.stability[k])
        said = (
            (f"分为{k}类" if zh else f"{k} clusters")
            if clusters.verdict == "clear"
            else (f"没有明显的聚类，最好的分法是{k}类" if zh else f"No clear clusters; the best grouping has {k}")
        )
        parts.append(
            f"{said}：轮廓系数{silhouette:.2f}，重抽样稳定性{stability:.2f}。"
            if zh
            else f"{said} (silhouette {silhouette:.2f}, stability under resampling {stability:.2f})."
        )
        if _measure_firmness(clusters) is not None:
            parts.append(
                "稳定度：重抽样后，该地与其他各地同组或不同组的关系不变的比例，%；粗线示分组。"
                if zh
                else "Stability: how often resampled texts leave a plan with the same plans, and apart from the same, "
                "as in the grouping marked by bars, %."
            )
    return ("" if zh else " ").join(parts)


def _tidy(known: pd.DataFrame, names: dict[str, str], order: list[str], clusters: ClusterResult | None) -> pd.DataFrame:
    """The shares behind the cells and the stability of each plan, plans in the order of the figure."""
    tidy = known.reset_index(drop=True).copy()
    tidy["_order"] = tidy["plan_id"].map({p: i for i, p in enumerate(order)})
    tidy = tidy.sort_values(["_order", "theme"], kind="stable").drop(columns="_order").reset_index(drop=True)
    tidy.insert(1, "city", tidy["plan_id"].map(names).astype("string"))
    firm = None if clusters is None else _measure_firmness(clusters)
    if clusters is not None and firm is not None:
        tidy["group"] = tidy["plan_id"].map(clusters.candidate).astype("Int64")
        tidy["stability"] = tidy["plan_id"].map(firm).round(4)
    return tidy
