"""All comparable indicators at once, a small panel for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from compare.plots.frames import Drawing, attach_source, open_figure, use_panels
from compare.plots.marks import choose_scale, draw_target, explain_marks, find_place
from compare.plots.targets import COLUMNS, keep_standing, list_marks, say_kind
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import BLUE, FAINT, GRID, INK, MUTED, SKY, Size
from compare.style.names import name_indicator, say_target
from compare.style.sheet import split_body

PANEL_PLANS = 8


def plot_target_panels(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    targets: pd.DataFrame | None = None,
    least: int = 2,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """All indicators that at least `least` plans state in a comparable way, a small panel for each.

    Parameters
    ----------
    data : pandas.DataFrame
        Table comparisons.
    plans : pandas.DataFrame
        Table plans.
    targets : pandas.DataFrame, optional
        Table targets, for numbers as written.
    least : int
        Plans that must share a group.
    highlight, lang, size, ax
        As in `plot_targets`.

    Returns
    -------
    Axes
        The body; its panels are `ax.child_axes`.
    """
    with open_figure("plot_target_panels", data, COLUMNS, plans, highlight, lang, size, ax) as figure:
        names = figure.names
        data = data[data["plan_id"].isin(names)]
        groups = find_groups(data, least=least)
        if groups.empty:
            need = figure.say(
                f"至少要有{least}份计划以同样口径写出同一指标；现有{len(names)}份计划。",
                f"At least {least} plans must state an indicator in the same way; plans here: {len(names)}.",
            )
            return figure.say_need(figure.say("没有可比的指标", "No indicator can be compared yet"), need)
        axes, shown = draw_panels(figure, attach_source(data, targets), groups, names)
        many = len(names) > PANEL_PLANS
        note = explain_marks(data[data["group"].isin(shown)], lang)
        if not many:
            note += figure.say("“–”：未以同样口径提出。", " Dash: not stated in these terms.")
        if more := len(groups) - len(shown):
            note += figure.say(f"另有{more}项未画出。", f" {more} more indicators are not shown.")
        every = int((groups["numbers"] >= len(names)).sum())
        return figure.finish(
            axes,
            title=_panels_title(groups, names, every, lang),
            subtitle=figure.say(
                "每格一项指标，同一格内口径相同；各格刻度不同",
                "One indicator per panel, like compared with like; each panel has its own scale",
            ),
            note=note,
            data=list_marks(attach_source(keep_standing(data[data["group"].isin(shown)]), targets), names),
        )


def draw_panels(
    figure: Drawing, rows: pd.DataFrame, groups: pd.DataFrame, names: dict[str, str]
) -> tuple[Axes, list[str]]:
    """A panel for each group as far as the size allows; returns the body and the groups shown.

    Parameters
    ----------
    figure : Drawing
    rows : pandas.DataFrame
        Table comparisons, or rows like it.
    groups : pandas.DataFrame
        From `find_groups`.
    names : dict of str to str
        Plans in the order of the rows.
    """
    look = figure.look
    columns = min({"column": 2, "page": 3, "slide": 4}[look.name], max(len(groups), 1))
    many = len(names) > PANEL_PLANS
    panel_cm = (look.row * 1.9 if many else look.row * 0.95 * len(names)) + 0.1
    head_cm = look.row * 2.0
    lines = min(-(-len(groups) // columns), max(int((look.height - 4.5) / (panel_cm + head_cm + 0.3)), 1))
    shown = list(groups.index[: lines * columns])
    lines = -(-len(shown) // columns)
    label_cm = 0.0 if many else max(measure_text(n, look.small) for n in names.values()) / 72 * 2.54 + 0.2
    axes = figure.start(lines * (panel_cm + head_cm))
    gap_x = {"column": 0.5, "page": 0.7, "slide": 1.2}[look.name]
    panels = split_body(axes, columns, lines, gap_cm=(gap_x, head_cm), outer_cm=(label_cm, 0.05, 0.1, head_cm))
    width = (look.width - 2 * look.margin - label_cm - 0.1 - gap_x * (columns - 1)) / columns / 2.54 * 72
    chosen = figure.chosen & set(names)
    for index, panel in use_panels(panels, len(shown)):
        part = keep_standing(rows[rows["group"] == shown[index]])
        _draw_panel(panel, part, names, chosen, look, figure.lang, width, first=index % columns == 0, many=many)
    return axes, shown


def find_groups(data: pd.DataFrame, *, least: int = 2) -> pd.DataFrame:
    """Groups that at least `least` plans share and at least one gives a number for, those with most numbers first.

    Parameters
    ----------
    data : pandas.DataFrame
        Table comparisons.
    least : int

    Returns
    -------
    pandas.DataFrame
        Index group; plans and numbers (counts of plans).
    """
    known = data[data["value_min_std"].notna() | data["value_max_std"].notna()]
    counts = {
        "plans": data.groupby("group")["plan_id"].nunique(),
        "numbers": known.groupby("group")["plan_id"].nunique(),
    }
    groups = pd.DataFrame(counts).fillna(0).astype(int)
    groups = groups[(groups["plans"] >= least) & (groups["numbers"] >= 1)]
    return groups.sort_values(["numbers", "plans"], ascending=False, kind="stable")


def _draw_panel(
    ax: Axes,
    rows: pd.DataFrame,
    names: dict[str, str],
    chosen: set[str],
    look: Size,
    lang: str,
    width: float,
    *,
    first: bool,
    many: bool,
) -> None:
    """One indicator: a row per plan, or with many plans one strip of them."""
    records = {r["plan_id"]: r for r in rows.to_dict("records")}
    example = next(iter(records.values()))
    places = [float(r[c]) for r in records.values() for c in ("value_min_std", "value_max_std") if not pd.isna(r[c])]
    scale, unit = choose_scale(places, example["unit_std"], lang, [str(r.get("unit") or "") for r in records.values()])
    name = name_indicator(example["indicator"], lang, example["indicator_zh"])
    ax.annotate(
        shorten_text(name, width, look.text, "bold"),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, look.small * 1.55),
        textcoords="offset points",
        fontsize=look.text,
        fontweight=700,
        color=INK,
        ha="left",
        va="bottom",
        annotation_clip=False,
    )
    ax.annotate(
        shorten_text(say_kind(example, unit, lang), width, look.small),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, look.small * 0.35),
        textcoords="offset points",
        fontsize=look.small,
        color=MUTED,
        ha="left",
        va="bottom",
        annotation_clip=False,
    )
    ax.set_xticks([])
    ax.set_yticks([])
    if many:
        _draw_strip(ax, list(records.values()), names, chosen, look, lang, scale, width)
        return
    ax.axvline(0, color=FAINT, linewidth=look.text / 9, zorder=1)
    low, high = min([0.0, *(p / scale for p in places)]), max([0.0, *(p / scale for p in places)])
    longest = (
        max((measure_text(say_target(r, lang), look.small) for r in records.values()), default=0) + look.text * 2.6
    )
    free = max(1 - longest / width, 0.25)
    ax.set_xlim(low, low + (high - low) / free if high > low else 1)
    for y, plan in enumerate(names):
        if plan in records:
            place = find_place(records[plan])
            if place is not None:
                ax.plot([0, place / scale], [y, y], color=GRID, linewidth=look.text / 7, zorder=1, gid="stem")
            draw_target(
                ax,
                records[plan],
                y,
                size=look,
                lang=lang,
                scale=scale,
                start=(ax.get_xlim()[1] - low) * 0.03,
                strong=not chosen or plan in chosen,
            )
        else:
            ax.annotate(
                "–",
                (0, y),
                xytext=(look.small * 0.4, 0),
                textcoords="offset points",
                fontsize=look.small,
                color=FAINT,
                va="center_baseline",
            )
    ax.set_ylim(len(names) - 0.4, -0.6)
    if first:
        ax.set_yticks(range(len(names)), list(names.values()))
        ax.tick_params(axis="y", labelsize=look.small)
        for tick, plan in zip(ax.get_yticklabels(), names, strict=True):
            tick.set_color(BLUE if plan in chosen else INK)
            tick.set_fontweight(700 if plan in chosen else 400)


def _draw_strip(
    ax: Axes,
    records: list[dict[Any, Any]],
    names: dict[str, str],
    chosen: set[str],
    look: Size,
    lang: str,
    scale: float,
    width: float,
) -> None:
    """Many plans as dots on one line; the largest, the smallest and the chosen are named."""
    known = sorted((r for r in records if find_place(r) is not None), key=lambda r: (find_place(r) or 0, r["plan_id"]))
    values = [(find_place(r) or 0.0) / scale for r in known]
    low, high = min([0.0, *values]), max([0.0, *values])
    ax.set_xlim(low - (high - low) * 0.03, high + (high - low) * 0.05 if high > low else 1)
    stacked: dict[int, int] = {}
    for row, value in zip(known, values, strict=True):
        place = round((value - low) / ((high - low) or 1) * 40)
        level = stacked.get(place, 0)
        stacked[place] = level + 1
        strong = row["plan_id"] in chosen
        ax.plot(
            [value],
            [level % 4],
            marker="o",
            markersize=look.text * 0.5,
            color=BLUE if strong or not chosen else SKY,
            alpha=1 if strong else 0.7,
            markeredgewidth=0,
            zorder=4 if strong else 3,
            gid="mark:point",
        )
    ax.axhline(-0.9, color=FAINT, linewidth=look.text / 11, zorder=1)
    ax.set_ylim(-4.2, 4.2)
    for row, align in ((known[0], "left"), (known[-1], "right")):
        if row is known[0] and len(known) == 1:
            continue
        at = 0.0 if align == "left" else 1.0
        text = f"{names[row['plan_id']]} {say_target(row, lang)}"
        ax.annotate(
            shorten_text(text, width * 0.47, look.small * 0.95),
            (at, -1.5),
            xycoords=("axes fraction", "data"),
            ha=align,
            va="top",
            fontsize=look.small * 0.95,
            color=MUTED,
            annotation_clip=False,
        )


def _panels_title(groups: pd.DataFrame, names: dict[str, str], every: int, lang: str) -> str:
    """How many indicators can be compared at all."""
    n = len(groups)
    if lang == "zh":
        tail = f"{len(names)}地都有数字的{f'有{every}项' if every else '一项也没有'}"
        return f"口径一致、可以跨城市比较的指标有{n}项，{tail}"
    tail = (
        f"{every} {'has' if every == 1 else 'have'} a number in all {len(names)}"
        if every
        else f"none has a number in all {len(names)}"
    )
    return f"{n} indicator{'s' if n != 1 else ''} can be compared across cities; {tail}"
