"""Which plan states which indicator, and how: with a number, masked, by a benchmark, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from compare.comparison import find_kinds, measure_coverage
from compare.comparison.comparability import BENCHMARK, MASKED, NUMBER
from compare.plots.frames import fit_rows, open_figure
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import AMBER, BLUE, FAINT, GRID, INK, MUTED, PAPER, Size
from compare.style.names import name_indicator

STATES = ("reported", "masked", "benchmark")
_COLUMNS = (
    "target_id",
    "plan_id",
    "file",
    "indicator",
    "bound",
    "masked",
    "value_min_std",
    "value_max_std",
    "number",
    "quote",
    "start",
    "end",
)


def plot_coverage(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Indicators in rows, plans in columns, and a mark for how each plan states each indicator.

    With more plans than fit side by side, each indicator becomes a bar of how many plans state it and how.

    Parameters
    ----------
    data : pandas.DataFrame
        Table targets.
    plans : pandas.DataFrame
        Table plans.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
    """
    with open_figure("plot_coverage", data, _COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, look = figure.names, figure.look
        cells = find_coverage(data, plans)
        if cells.empty:
            need = figure.say("这些计划没有写出任何指标目标。", "These plans state no target for any indicator.")
            return figure.say_need(figure.say("指标覆盖", "Coverage of indicators"), need)
        counts = pd.crosstab(cells["indicator"], cells["state"]).reindex(columns=list(STATES), fill_value=0)
        counts["all"] = counts.sum(axis=1)
        order = counts.sort_values(["all", "reported"], ascending=False, kind="stable").index.tolist()
        row_cm = look.row * 0.98
        shown = order[: fit_rows(look, len(order), row_cm, 5.6 if look.fixed else 4.6)]
        widest = max(measure_text(name_indicator(i, lang), look.text) for i in shown)
        column = (look.width - 2 * look.margin - 1.1) / 2.54 * 72 - widest
        matrix = column / max(len(names), 1) >= look.small * 1.3
        axes = figure.start(len(shown) * row_cm + (1.6 if matrix else 0.6))
        if matrix:
            _draw_matrix(axes, cells, counts, shown, names, figure.chosen, look, lang, column / len(names))
        else:
            _draw_bars(axes, counts, shown, len(names), look, lang)
        _label_rows(axes, shown, look, lang)
        more = len(order) - len(shown)
        return figure.finish(
            axes,
            title=_title(counts, len(names), lang),
            subtitle=_subtitle(matrix, lang),
            key=_key(matrix, look, lang),
            note=figure.say(f"另有{more}项指标未画出。", f"{more} more indicators are not shown.") if more else "",
            data=_tidy(cells, data, names),
        )


def find_coverage(targets: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """How each plan states each indicator: plan_id, indicator, state, target_id of the first row that shows it."""
    cells = measure_coverage(targets, plans)
    cells = cells[cells["state"] != "absent"]
    kinds = find_kinds(targets).map({NUMBER: "reported", MASKED: "masked", BENCHMARK: "benchmark"})
    shown = targets[["plan_id", "indicator", "target_id"]].assign(state=kinds)
    shown = shown.drop_duplicates(["plan_id", "indicator", "state"])
    joined = cells.merge(shown, on=["plan_id", "indicator", "state"], how="left")
    return joined[["plan_id", "indicator", "state", "target_id"]].reset_index(drop=True)


def _draw_matrix(
    ax: Axes,
    cells: pd.DataFrame,
    counts: pd.DataFrame,
    shown: list[str],
    names: dict[str, str],
    chosen: set[str],
    look: Size,
    lang: str,
    column: float,
) -> None:
    """One mark per plan and indicator."""
    places = {plan: i for i, plan in enumerate(names)}
    rows = {indicator: i for i, indicator in enumerate(shown)}
    dot = min(look.text * 0.95, column * 0.72)
    for y in rows.values():
        ax.axhline(y + 0.5, color=GRID, linewidth=look.text / 14, zorder=0)
    for plan in chosen:
        ax.axvspan(places[plan] - 0.5, places[plan] + 0.5, color="#f1f5f8", zorder=-1, linewidth=0)
    found = set()
    for plan, indicator, state in zip(cells["plan_id"], cells["indicator"], cells["state"], strict=True):
        if indicator in rows and plan in places:
            found.add((plan, indicator))
            ax.plot(
                [places[plan]],
                [rows[indicator]],
                clip_on=False,
                gid=f"state:{state}",
                zorder=3,
                **_style_state(state, dot),
            )
    empty = [(places[p], rows[i]) for p in places for i in rows if (p, i) not in found]
    if empty:
        ax.plot(*zip(*empty, strict=True), gid="state:absent", **_style_state("absent", dot))
    ax.set_xlim(-0.5, len(names) - 0.5)
    widest = max(measure_text(n, look.text, "bold") for n in names.values())
    flat = widest < column * 0.95
    room = look.height / 2.54 * 72 * 0.16
    font = look.text if flat else min(look.text, column * 0.86)
    ax.set_xticks(
        range(len(names)),
        [n if flat else shorten_text(n, room, font) for n in names.values()],
        rotation=0 if flat else 90,
    )
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelsize=font, labelcolor=INK)
    for tick, plan in zip(ax.get_xticklabels(), names, strict=True):
        tick.set_fontweight(700 if plan in chosen else 400)
        tick.set_color(BLUE if plan in chosen else INK)
    for indicator, y in rows.items():
        ax.annotate(
            f"{int(counts['reported'][indicator])}/{len(names)}",
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(look.text * 0.5, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=look.small,
            color=MUTED,
            annotation_clip=False,
        )


def _key(matrix: bool, look: Size, lang: str) -> list[tuple[str, dict[str, Any]]]:
    """The marks and what they stand for."""
    texts = {
        "reported": ("写明数字", "number given"),
        "masked": ("数字隐去", "masked"),
        "benchmark": ("以参照水平代替", "benchmark"),
    }
    if matrix:
        texts["absent"] = ("未提出", "not stated")
    styles = {state: _style_state(state, look.text * 0.8) | ({} if matrix else {"marker": "s"}) for state in texts}
    return [(pair[lang == "en"], styles[state]) for state, pair in texts.items()]


def _style_state(state: str, dot: float) -> dict[str, Any]:
    """Filled for a number, hollow for a masked one, a diamond for a benchmark, a speck for nothing."""
    look: dict[str, Any] = {
        "reported": {"marker": "s", "markerfacecolor": BLUE, "markeredgecolor": BLUE, "markersize": dot},
        "masked": {"marker": "s", "markerfacecolor": PAPER, "markeredgecolor": BLUE, "markersize": dot},
        "benchmark": {"marker": "D", "markerfacecolor": AMBER, "markeredgecolor": AMBER, "markersize": dot * 0.72},
        "absent": {"marker": "o", "markerfacecolor": FAINT, "markeredgecolor": FAINT, "markersize": dot * 0.12},
    }
    return {"linestyle": "none", "markeredgewidth": dot * 0.13, **look[state]}


def _draw_bars(ax: Axes, counts: pd.DataFrame, shown: list[str], plans: int, look: Size, lang: str) -> None:
    """For each indicator how many plans state it, and how."""
    colours = {"reported": BLUE, "masked": PAPER, "benchmark": AMBER}
    for y, indicator in enumerate(shown):
        left = 0
        for state in STATES:
            n = int(counts[state][indicator])
            if n:
                ax.barh(
                    y,
                    n,
                    left=left,
                    height=0.62,
                    color=colours[state],
                    edgecolor=BLUE if state != "benchmark" else AMBER,
                    linewidth=look.text / 12,
                    gid=f"state:{state}",
                    zorder=2,
                )
            left += n
        ax.annotate(
            str(left),
            (left, y),
            xytext=(look.text * 0.4, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=look.small,
            color=MUTED,
            annotation_clip=False,
        )
    ax.set_xlim(0, plans)
    ax.grid(axis="x", zorder=0)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelsize=look.small)
    ax.axvline(0, color=FAINT, linewidth=look.text / 9, zorder=3)


def _label_rows(ax: Axes, shown: list[str], look: Size, lang: str) -> None:
    """Indicators down the left side."""
    ax.set_yticks(range(len(shown)), [name_indicator(i, lang) for i in shown])
    ax.set_ylim(len(shown) - 0.45, -0.55)


def _title(counts: pd.DataFrame, plans: int, lang: str) -> str:
    """How much of what is stated could be compared at all."""
    stated, shared = len(counts), int((counts["reported"] >= 2).sum())
    if plans == 1:
        masked = int(((counts["masked"] > 0) & (counts["reported"] == 0)).sum())
        if lang == "zh":
            return (
                f"这份计划提出{stated}项指标，其中{masked}项隐去数字"
                if masked
                else f"这份计划提出{stated}项指标，数字全部公开"
            )
        return f"The plan states {stated} indicators, {masked or 'none'} of them masked"
    few = shared / stated < 0.5
    if lang == "zh":
        return f"{plans}份计划共提出{stated}项指标，两份以上写明数字的{'只有' if few else '有'}{shared}项"
    verb = "has" if shared == 1 else "have"
    return f"Of {stated} indicators in {plans} plans, {'only ' if few else ''}{shared} {verb} a number in two or more"


def _subtitle(matrix: bool, lang: str) -> str:
    """The key to the marks in words."""
    if matrix:
        return (
            "各份计划怎样写出每项指标；右侧为写明数字的份数"
            if lang == "zh"
            else "How each plan states each indicator; at right, plans that give a number"
        )
    return "提出该指标的计划份数" if lang == "zh" else "Number of plans that state the indicator"


def _tidy(cells: pd.DataFrame, targets: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """One row per plan and indicator stated, with the sentence that shows it."""
    source = targets[["target_id", "file", "number", "quote", "start", "end"]]
    frame = cells.merge(source, on="target_id", how="left", validate="1:1")
    frame.insert(1, "city", frame["plan_id"].map(names).astype("string"))
    return frame
