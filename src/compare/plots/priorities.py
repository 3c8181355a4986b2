"""Priorities: shares of attention by theme, with intervals, side by side, and against the plans' own numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from compare.plots.frames import Drawing, attach_sentences, open_figure, use_panels
from compare.priorities import words_against_numbers
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import AMBER, BLUE, FAINT, GRID, INK, MUTED, SKY, Size
from compare.style.names import join_names, name_theme, say_percent
from compare.style.sheet import split_body

COLUMNS = ("plan_id", "theme", "share", "share_low", "share_high", "targets")


def plot_priority_profiles(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    sentences: pd.DataFrame | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Share of each theme with its interval, one panel per plan, against the mean of all plans.

    With more plans than there is room for, those that differ most from the mean are shown, the chosen ones first.

    Parameters
    ----------
    data : pandas.DataFrame
        Table priorities.
    plans : pandas.DataFrame
        Table plans.
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
        The body; its panels are `ax.child_axes`.
    """
    with open_figure("plot_priority_profiles", data, COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, chosen, look = figure.names, figure.chosen, figure.look
        known = keep_known(data, names)
        if known.empty:
            return say_no_themes(figure)
        wide = known.pivot(index="plan_id", columns="theme", values="share").astype(float)
        themes = wide.mean().sort_values(ascending=False, kind="stable").index.tolist()
        columns = min({"column": 2, "page": 3, "slide": 6}[look.name], len(wide))
        row_cm = look.row * 0.86
        panel_cm, head_cm = row_cm * len(themes) + 0.1, look.row * 1.15
        most = columns * max(int((look.height - 4.5) / (panel_cm + head_cm + look.row)), 1)
        shown = _most_distinct(wide, names, chosen, most)
        rows = -(-len(shown) // columns)
        axes = figure.start(rows * (panel_cm + head_cm + look.row) + 0.1)
        label_cm = max(measure_text(name_theme(t, lang), look.small) for t in themes) / 72 * 2.54 + 0.2
        panels = split_body(
            axes,
            columns,
            rows,
            gap_cm=(0.45, head_cm + look.row * 0.9),
            outer_cm=(label_cm, look.row * 0.8, 0.15, head_cm),
        )
        top = float(known[["share", "share_high"]].max().max())
        for index, panel in use_panels(panels, len(shown)):
            part = known[known["plan_id"] == shown[index]].set_index("theme").reindex(themes)
            mean = wide.mean().reindex(themes) if len(wide) > 1 else None
            _draw_profile(
                panel,
                part,
                mean,
                names[shown[index]],
                look,
                lang,
                top,
                labels=index % columns == 0,
                strong=not chosen or shown[index] in chosen,
            )
        return figure.finish(
            axes,
            title=_profiles_title(wide, names, lang),
            subtitle=figure.say("各主题占有主题文字的份额，%", "Share of the themed text, %"),
            note=_profiles_note(len(wide), len(shown), lang),
            data=list_shares(attach_sentences(known, sentences), names),
        )


def plot_words_numbers(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    sentences: pd.DataFrame | None = None,
    highlight: str | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Words against numbers: for each theme its share of the text and its share of the targets.

    Parameters
    ----------
    data : pandas.DataFrame
        Table priorities.
    plans : pandas.DataFrame
        Table plans.
    highlight : str, optional
        Show this plan alone; the mean of all plans if not given.
    sentences, lang, size, ax
        As in `plot_priority_profiles`.

    Returns
    -------
    Axes
    """
    with open_figure("plot_words_numbers", data, COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, chosen, look = figure.names, figure.chosen, figure.look
        known = keep_known(data, names)
        if chosen:
            known = known[known["plan_id"].isin(chosen)]
        table = words_against_numbers(known).dropna(subset=["share", "target_share"]) if len(known) else known
        if table.empty:
            need = figure.say(
                "至少要有一份既有主题文字又有目标的计划。",
                "At least one plan with both themed text and targets is needed.",
            )
            return figure.say_need(figure.say("言与数", "Words against numbers"), need)
        means = table.groupby("theme", observed=True).agg(
            share=("share", "mean"), target_share=("target_share", "mean"), targets=("targets", "sum")
        )
        means = (
            means.astype(float)
            .assign(gap=lambda f: f["share"] - f["target_share"])
            .sort_values("gap", kind="stable", ascending=False)
        )
        axes = figure.start(len(means) * look.row * 1.05 + 1.4)
        _draw_gaps(axes, means, look, lang)
        n = table["plan_id"].nunique()
        who = join_names([names[p] for p in sorted(chosen)], lang) if chosen else ""
        return figure.finish(
            axes,
            title=_gap_title(means, who, n, lang),
            subtitle=_gap_subtitle(n, who, lang),
            key=[
                (figure.say("文字份额", "share of text"), {"color": BLUE}),
                (figure.say("目标份额", "share of targets"), {"color": AMBER, "marker": "s"}),
            ],
            note=figure.say(
                "右侧为目标条数（重复提及只计一次）。", "At right, number of targets (repeats counted once)."
            ),
            data=list_shares(attach_sentences(table, sentences), names),
        )


def keep_known(data: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Rows of the plans at hand that have a share."""
    return data[data["plan_id"].isin(names) & data["share"].notna()]


def say_no_themes(figure: Drawing) -> Axes:
    """What the figures of themes say where there are none."""
    need = figure.say("这些计划中没有可归入主题的文字。", "These plans have no text that belongs to a theme.")
    return figure.say_need(figure.say("侧重", "Priorities"), need)


def _most_distinct(wide: pd.DataFrame, names: dict[str, str], chosen: set[str], most: int) -> list[str]:
    """The plans to show: all if they fit, else the chosen and those furthest from the mean (Hellinger)."""
    known = [p for p in names if p in wide.index]
    if len(known) <= most:
        return known
    roots = np.sqrt(wide)
    far = ((roots - np.sqrt(wide.mean())) ** 2).sum(axis=1).sort_values(ascending=False, kind="stable").index
    first = [p for p in known if p in chosen]
    keep = set((first + [p for p in far if p not in chosen])[:most])
    return [p for p in known if p in keep]


def _draw_profile(
    ax: Axes,
    part: pd.DataFrame,
    mean: pd.Series | None,
    name: str,
    look: Size,
    lang: str,
    top: float,
    *,
    labels: bool,
    strong: bool,
) -> None:
    """One plan: point and interval by theme, the mean of all plans as a tick."""
    y = np.arange(len(part))
    colour = BLUE if strong else SKY
    low, high, share = (part[c].astype(float).to_numpy() * 100 for c in ("share_low", "share_high", "share"))
    ax.hlines(y, low, high, color=colour, alpha=0.4, linewidth=look.text / 3.4, zorder=2)
    ax.plot(share, y, "o", markersize=look.text * 0.56, color=colour, zorder=4, gid="mark:point", clip_on=False)
    if mean is not None:
        ax.plot(
            mean.to_numpy() * 100,
            y,
            "|",
            markersize=look.text * 0.85,
            markeredgewidth=look.text / 8,
            color=AMBER,
            zorder=3,
        )
    width = look.width / 2.54 * 72 / {"column": 2.6, "page": 3.6, "slide": 7}[look.name]
    ax.annotate(
        shorten_text(name, width, look.text * 1.05, "bold"),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, look.text * 0.35),
        textcoords="offset points",
        fontweight=700,
        fontsize=look.text * 1.05,
        color=INK,
        annotation_clip=False,
    )
    set_share_axis(ax, top * 100, look, ticks=3)
    set_theme_axis(ax, list(part.index), look, lang, fontsize=look.small)
    if not labels:
        ax.tick_params(axis="y", labelleft=False)


def set_share_axis(ax: Axes, top: float, look: Size, ticks: int = 6) -> None:
    """Shares from zero, in per cent."""
    ax.set_xlim(-top * 0.018, top * 1.04 if top > 0 else 1)
    ax.xaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    ax.tick_params(axis="x", labelsize=look.small)
    ax.grid(axis="x", zorder=0)
    ax.axvline(0, color=FAINT, linewidth=look.text / 9, zorder=1)


def set_theme_axis(
    ax: Axes, themes: list[str], look: Size, lang: str, bold: set[str] | None = None, fontsize: float | None = None
) -> None:
    """Themes down the left side."""
    ax.set_yticks(range(len(themes)), [name_theme(t, lang) for t in themes])
    ax.set_ylim(len(themes) - 0.4, -0.6)
    ax.tick_params(axis="y", labelsize=fontsize or look.text)
    for tick, theme in zip(ax.get_yticklabels(), themes, strict=True):
        tick.set_fontweight(700 if bold and theme in bold else 400)


def _draw_gaps(ax: Axes, means: pd.DataFrame, look: Size, lang: str) -> None:
    """Share of the text and share of the targets, joined by a bar."""
    y = np.arange(len(means))
    words, numbers = means["share"].to_numpy() * 100, means["target_share"].to_numpy() * 100
    ax.hlines(
        y, np.minimum(words, numbers), np.maximum(words, numbers), color=GRID, linewidth=look.text / 2.2, zorder=2
    )
    ax.plot(numbers, y, "s", markersize=look.text * 0.72, color=AMBER, zorder=3, gid="mark:numbers", clip_on=False)
    ax.plot(words, y, "o", markersize=look.text * 0.78, color=BLUE, zorder=4, gid="mark:words", clip_on=False)
    set_share_axis(ax, float(max(words.max(), numbers.max())), look)
    set_theme_axis(ax, list(means.index), look, lang)
    for place, count in zip(y, means["targets"], strict=True):
        ax.annotate(
            f"{int(count)}",
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(look.text * 0.8, 0),
            ha="left",
            textcoords="offset points",
            va="center_baseline",
            fontsize=look.small,
            color=MUTED,
            annotation_clip=False,
        )


def _gap_title(means: pd.DataFrame, who: str, plans: int, lang: str) -> str:
    """The theme most talked about beyond its numbers, and the reverse."""
    talk, count = means.index[0], means.index[-1]
    t, c = means.loc[talk], means.loc[count]
    if lang == "zh":
        none = "却没有一个目标" if t["targets"] == 0 else f"只有{say_percent(t['target_share'])}的目标"
        return (
            f"{who + '：' if who else ''}{name_theme(talk)}占{say_percent(t['share'])}的文字，{none}；"
            f"{name_theme(count)}正相反，{say_percent(c['share'])}的文字，{say_percent(c['target_share'])}的目标"
        )
    none = "not one target" if t["targets"] == 0 else f"{say_percent(t['target_share'])} of the targets"
    return (
        f"{who + ': ' if who else ''}{name_theme(talk, 'en')} takes {say_percent(t['share'])} of the words and {none}; "
        f"{name_theme(count, 'en').lower()} {say_percent(c['share'])} of the words and "
        f"{say_percent(c['target_share'])} of the targets"
    )


def _gap_subtitle(plans: int, who: str, lang: str) -> str:
    if lang == "zh":
        return "各主题的文字份额与目标份额，%" + ("" if who or plans == 1 else f"，{plans}份计划的平均")
    return "Share of the themed text and of the targets by theme, %" + (
        "" if who or plans == 1 else f", mean of {plans} plans"
    )


def _profiles_title(wide: pd.DataFrame, names: dict[str, str], lang: str) -> str:
    """Which theme leads where."""
    leaders = wide.idxmax(axis=1)
    if len(wide) == 1:
        theme = str(leaders.iloc[0])
        share, name = say_percent(wide.iloc[0][theme]), names[wide.index[0]]
        return (
            f"{name}着墨最多的是{name_theme(theme)}，占{share}"
            if lang == "zh"
            else f"{name} gives most room to {name_theme(theme, 'en').lower()}: {share}"
        )
    counts = leaders.value_counts()
    counts = counts[sorted(counts.index, key=lambda t: (-counts[t], t))]
    top = counts.index[0]
    if counts.iloc[0] == 1:
        return (
            f"{len(wide)}份计划着墨最多的主题各不相同"
            if lang == "zh"
            else f"Each of the {len(wide)} plans gives most room to another theme"
        )
    if lang == "zh":
        return (
            f"{len(wide)}份计划中，{counts.iloc[0]}份着墨最多的是{name_theme(top)}，"
            f"其余{len(wide) - counts.iloc[0]}份另有侧重"
            if counts.iloc[0] < len(wide)
            else f"{len(wide)}份计划着墨最多的都是{name_theme(top)}"
        )
    return f"{name_theme(top, 'en')} leads in {counts.iloc[0]} of {len(wide)} plans" + (
        "" if counts.iloc[0] == len(wide) else "; the others have their own first theme"
    )


def _profiles_note(plans: int, shown: int, lang: str) -> str:
    parts = []
    if lang == "zh":
        parts.append("点：份额；横条：段落重抽样得到的95%区间" + ("；竖线：各计划平均。" if plans > 1 else "。"))
        if shown < plans:
            parts.append(f"只画出与平均差别最大的{shown}份，共{plans}份。")
    else:
        parts.append(
            "Dot: share; bar: 95% interval, paragraphs resampled" + ("; tick: mean of all plans." if plans > 1 else ".")
        )
        if shown < plans:
            parts.append(f" The {shown} plans furthest from the mean are shown, of {plans}.")
    return "".join(parts)


def list_shares(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The rows behind the marks, with the city's name."""
    tidy = frame.reset_index(drop=True).copy()
    tidy.insert(1, "city", tidy["plan_id"].map(names).astype("string"))
    return tidy
