"""Where two plans differ in emphasis."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from compare.errors import FigureError
from compare.plots.frames import attach_sentences, open_figure, pick_plans
from compare.plots.priorities import COLUMNS, keep_known, list_shares, set_share_axis, set_theme_axis
from compare.style.look import AMBER, BLUE, PAPER
from compare.style.names import join_names, name_theme, say_source


def plot_differences(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    first: str | None = None,
    second: str | None = None,
    sentences: pd.DataFrame | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Where two plans differ in emphasis, with the intervals of both.

    Parameters
    ----------
    data : pandas.DataFrame
        Table priorities.
    plans : pandas.DataFrame
        Table plans.
    first, second : str, optional
        The two plans, by plan_id or city; those that differ most (Hellinger distance) where either is not given.
    sentences, lang, size, ax
        As in `plot_priority_profiles`.

    Returns
    -------
    Axes

    Raises
    ------
    FigureError
        A plan is unknown, or both are the same.
    """
    with open_figure("plot_differences", data, COLUMNS, plans, None, lang, size, ax) as figure:
        names, look = figure.names, figure.look
        known = keep_known(data, names)
        if known["plan_id"].nunique() < 2:
            need = figure.say("要有两份写到主题的计划才能相比。", "Two plans with themed text are needed.")
            return figure.say_need(figure.say("两地相比", "Two cities compared"), need)
        one, two = choose_pair(known, names, first, second)
        known = known[known["plan_id"].isin((one, two))]
        known = known.astype(dict.fromkeys(("share", "share_low", "share_high"), float))
        parts = [known[known["plan_id"] == p].set_index("theme") for p in (one, two)]
        gaps = (parts[0]["share"] - parts[1]["share"]).astype(float).sort_values(ascending=False, kind="stable")
        apart = (parts[0]["share_low"] > parts[1]["share_high"]) | (parts[1]["share_low"] > parts[0]["share_high"])
        axes = figure.start(len(gaps) * look.row * 1.2 + 1.4)
        for y, theme in enumerate(gaps.index):
            firm = bool(apart[theme])
            for part, colour, shift, mark in ((parts[0], BLUE, -0.17, "o"), (parts[1], AMBER, 0.17, "s")):
                row = part.loc[theme]
                axes.plot(
                    [row["share_low"] * 100, row["share_high"] * 100],
                    [y + shift] * 2,
                    color=colour,
                    linewidth=look.text / (4 if firm else 9),
                    alpha=0.55,
                    solid_capstyle="butt",
                    zorder=2,
                )
                axes.plot(
                    [row["share"] * 100],
                    [y + shift],
                    marker=mark,
                    markersize=look.text * 0.62,
                    color=colour,
                    markerfacecolor=colour if firm else PAPER,
                    markeredgewidth=look.text / 8,
                    zorder=3,
                )
        set_share_axis(axes, float(known[["share", "share_high"]].max().max()) * 100, look)
        set_theme_axis(axes, list(gaps.index), look, lang, bold={t for t in gaps.index if apart[t]})
        return figure.finish(
            axes,
            title=_difference_title(gaps, apart, names[one], names[two], lang),
            subtitle=figure.say(
                "各主题占有主题文字的份额及95%区间，%", "Share of the themed text with 95% interval, %"
            ),
            key=[(names[one], {"color": BLUE}), (names[two], {"color": AMBER, "marker": "s"})],
            note=figure.say(
                "实心：两地区间不重叠；空心：差异可能出于偶然。",
                "Filled: the intervals do not touch; hollow: the difference may be chance.",
            ),
            source=say_source(plans[plans["plan_id"].isin((one, two))], lang),
            data=list_shares(attach_sentences(known, sentences), names),
        )


def choose_pair(known: pd.DataFrame, names: dict[str, str], first: str | None, second: str | None) -> tuple[str, str]:
    """The plans asked for, or the two most unlike."""
    if first is None or second is None:
        roots = known.pivot(index="plan_id", columns="theme", values="share").astype(float).fillna(0.0) ** 0.5
        values = roots.to_numpy()
        far = ((values[:, None, :] - values[None, :, :]) ** 2).sum(axis=2).round(9)
        np.fill_diagonal(far, -1.0)  # where all plans are alike, still two of them
        row, column = divmod(int(far.argmax()), len(far))
        return str(roots.index[row]), str(roots.index[column])
    (one,), (two,) = (pick_plans(p, names, "plot_differences") for p in (first, second))
    lacking = {one, two} - set(known["plan_id"])
    if one == two or lacking:
        found = f"{names[lacking.pop()]} has no themed text." if lacking else "both plans are the same."
        raise FigureError(found, where="plot_differences", hint="Choose two different plans with themed text.")
    return one, two


def _difference_title(gaps: pd.Series, apart: pd.Series, one: str, two: str, lang: str) -> str:
    firm = [t for t in gaps.index if apart[t]]
    if not firm:
        return (
            f"{one}与{two}：各主题的差异都在误差之内"
            if lang == "zh"
            else f"{one} and {two}: every difference lies within the margin of error"
        )
    more = [name_theme(t, lang) for t in firm if gaps[t] > 0]
    less = [name_theme(t, lang) for t in reversed(firm) if gaps[t] < 0]
    if lang == "zh":
        parts = [f"{who}更重{join_names(list(what), lang, 3)}" for who, what in ((one, more), (two, less)) if what]
        return "，".join(parts)
    parts = [
        f"{who} stresses {join_names([w.lower() for w in what], lang, 3)}"
        for who, what in ((one, more), (two, less))
        if what
    ]
    return "; ".join(parts)
