"""Targets of one indicator across plans, and of all comparable indicators at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from compare.errors import FigureError
from compare.plots.frames import attach_source, fit_rows, open_figure
from compare.plots.marks import choose_scale, draw_absent, draw_target, explain_marks, find_place, say_tick
from compare.style.fonts import shorten_text
from compare.style.look import BLUE, FAINT, GRID, INK, Size
from compare.style.names import join_names, name_indicator, say_target
from compare.vocabulary.labels import label

COLUMNS = (
    "target_id",
    "plan_id",
    "group",
    "indicator",
    "indicator_zh",
    "tier",
    "measure",
    "unit_std",
    "value_min_std",
    "value_max_std",
    "bound",
    "masked",
    "rank_low",
)


def plot_targets(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    indicator: str | None = None,
    group: str | None = None,
    targets: pd.DataFrame | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Targets of one comparable indicator, a row for each plan, with marks that respect bounds.

    Parameters
    ----------
    data : pandas.DataFrame
        Table comparisons.
    plans : pandas.DataFrame
        Table plans.
    indicator : str, optional
        Canonical indicator; its group with most plans is shown.
    group : str, optional
        One group of the table; the group with most numbers if neither is given.
    targets : pandas.DataFrame, optional
        Table targets, for numbers as written and the sentences behind them.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    FigureError
        A column, the indicator, the group or a plan is unknown.
    """
    with open_figure("plot_targets", data, COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, look = figure.names, figure.look
        data = data[data["plan_id"].isin(names)]
        if data.empty:
            need = figure.say("还没有可比的目标。", "No plan names a target that can be compared yet.")
            return figure.say_need(figure.say("各地目标", "Targets by city"), need)
        chosen = group or _choose_group(data, indicator)
        rows = _order_rows(_rows_of_group(data, chosen), chosen)
        rows = attach_source(rows, targets)
        absent = [p for p in names if p not in set(rows["plan_id"])]
        elsewhere = _find_elsewhere(data, rows.iloc[0], absent)
        absent.sort(key=lambda plan: plan not in elsewhere)
        listed = absent if len(names) <= 12 else []
        row_cm = look.row * 1.12
        most = fit_rows(look, len(rows) + len(listed), row_cm, 5.0 if look.fixed else 4.0)
        left_out = max(len(rows) + len(listed) - most, 0)
        shown = rows if left_out == 0 else rows.head(most)
        axes = figure.start((len(shown) + (len(listed) if not left_out else 0)) * row_cm + 0.9)
        _, unit = _draw_rows(axes, shown, [] if left_out else listed, elsewhere, names, figure.chosen, look, lang)
        note = explain_marks(shown, lang) + _say_left_out(left_out, absent if not listed else [], lang)
        first = rows[rows["group"] == chosen].iloc[0]
        return figure.finish(
            axes,
            title=_title(rows, names, lang),
            subtitle=_subtitle(first, unit, lang),
            note=note,
            data=list_marks(rows, names),
        )


def _choose_group(data: pd.DataFrame, indicator: str | None) -> str:
    """The group of an indicator (or of all) that has most numbers."""
    part = data if indicator is None else data[data["indicator"] == indicator]
    if part.empty:
        found = ", ".join(sorted(set(data["indicator"]))[:20])
        raise FigureError(
            f"no plan has the indicator {indicator!r}.", where="plot_targets", hint=f"Choose among {found}."
        )
    known = part["value_min_std"].notna() | part["value_max_std"].notna()
    order = pd.DataFrame(
        {"group": part["group"], "known": known.astype(int), "plan": 1, "other": part["indicator"] == "other"}
    )
    counts = order.groupby("group").agg(known=("known", "sum"), plan=("plan", "sum"), other=("other", "max"))
    return str(counts.sort_values(["other", "known", "plan"], ascending=[True, False, False], kind="stable").index[0])


def _rows_of_group(data: pd.DataFrame, group: str) -> pd.DataFrame:
    """Rows of a group, and the benchmarks other plans set for the same thing."""
    rows = keep_standing(data[data["group"] == group])
    if rows.empty:
        raise FigureError(
            f"there is no group {group!r}.", where="plot_targets", hint="See column group of comparisons."
        )
    first = rows.iloc[0]
    alike = (
        (data["indicator"] == first["indicator"])
        & (data["bound"] == "benchmark")
        & (data["measure"] == first["measure"])
        & (data["tier"] == first["tier"])
        & ~data["plan_id"].isin(rows["plan_id"])
    )
    if first["indicator"] == "other":
        alike &= data["indicator_zh"] == first["indicator_zh"]
    return pd.concat([rows, data[alike].drop_duplicates("plan_id")])


def keep_standing(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each plan and group: the one that is ranked, else one with a number, else a masked one."""
    place = rows["value_min_std"].isna() & rows["value_max_std"].isna()
    order = rows.assign(_unranked=rows["rank_low"].isna(), _open=place, _at=range(len(rows)))
    first = order.sort_values(["_unranked", "_open", "_at"], kind="stable").drop_duplicates(["group", "plan_id"])
    return first.sort_values("_at").drop(columns=["_unranked", "_open", "_at"])


def _find_elsewhere(data: pd.DataFrame, first: pd.Series, absent: list[str]) -> dict[str, str]:
    """Group names of the same indicator in plans that state it in terms that cannot be compared."""
    if first["indicator"] == "other":
        return {}
    rows = data[(data["indicator"] == first["indicator"]) & data["plan_id"].isin(absent)]
    rows = keep_standing(rows).drop_duplicates("plan_id")
    parts = {}
    for row in rows.to_dict("records"):
        changed = [(c, row[c]) for c in ("tier", "measure", "period") if row[c] != first[c] and row[c]]
        parts[row["plan_id"]] = changed[0][0] + ":" + changed[0][1] if changed else "unit"
    return parts


def _order_rows(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Largest first, then masked, then benchmarks."""
    place = rows["value_min_std"].fillna(rows["value_max_std"]).astype(float)
    kind = (rows["masked"].astype(int) + 2 * (rows["bound"] == "benchmark").astype(int)).where(place.isna(), 0)
    return (
        rows.assign(_kind=kind, _place=-place.fillna(0))
        .sort_values(["_kind", "_place", "plan_id"], kind="stable")
        .drop(columns=["_kind", "_place"])
    )


def _draw_rows(
    ax: Axes,
    rows: pd.DataFrame,
    absent: list[str],
    elsewhere: dict[str, str],
    names: dict[str, str],
    chosen: set[str],
    look: Size,
    lang: str,
) -> tuple[float, str]:
    """Rows from top to bottom; returns the scale and the unit's name."""
    records = rows.to_dict("records")
    places = [float(r[c]) for r in records for c in ("value_min_std", "value_max_std") if not pd.isna(r[c])]
    unit = next((r["unit_std"] for r in records if find_place(r) is not None), records[0]["unit_std"])
    scale, name = choose_scale(places, unit, lang, [str(r.get("unit") or "") for r in records])
    start = _set_value_axis(ax, [p / scale for p in places], look)
    for y, row in enumerate(records):
        strong = not chosen or row["plan_id"] in chosen
        place = find_place(row)
        if place is not None and not row["masked"] and ax.get_xscale() == "linear":
            ax.plot(
                [0, place / scale],
                [y, y],
                color=GRID,
                linewidth=look.text / 7,
                zorder=1,
                solid_capstyle="butt",
                gid="stem",
            )
        draw_target(ax, row, y, size=look, lang=lang, scale=scale, start=start, strong=strong)
    for y, plan in enumerate(absent, len(records)):
        draw_absent(ax, y, size=look, lang=lang, start=start, otherwise=elsewhere.get(plan, ""))
    _set_plan_axis(ax, [r["plan_id"] for r in records] + absent, set(absent), names, chosen, look)
    return scale, name


def _set_value_axis(ax: Axes, values: list[float], look: Size) -> float:
    """Limits and grid of the value axis; returns where marks without a value stand."""
    low, high = min([0.0, *values]), max([0.0, *values])
    positive = [v for v in values if v > 0]
    ax.tick_params(axis="x", labelsize=look.small, pad=look.small * 0.3)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: say_tick(v)))
    ax.grid(axis="x", zorder=0)
    if len(positive) == len(values) and len(values) > 1 and high / min(positive) > 200:
        ax.set_xscale("log")
        ax.set_xlim(min(positive) / 1.6, high * 1.15)
        ax.minorticks_off()
        return min(positive) / 1.6
    if low == high:
        ax.set_xticks([])
        ax.set_xlim(0, 1)
        return 0.02
    ax.set_xlim(low * 1.04, high * 1.04)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=high >= 5))
    ax.axvline(0, color=FAINT, linewidth=look.text / 9, zorder=1.5)
    return (high - low) * 0.012


def _set_plan_axis(
    ax: Axes, order: list[str], faint: set[str], names: dict[str, str], chosen: set[str], look: Size
) -> None:
    """Plans down the left side."""
    widest = look.width / 2.54 * 72 * 0.3
    ax.set_yticks(range(len(order)), [shorten_text(names.get(p, p), widest, look.text) for p in order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    for tick, plan in zip(ax.get_yticklabels(), order, strict=True):
        tick.set_color(FAINT if plan in faint else BLUE if plan in chosen else INK)
        tick.set_fontweight(700 if plan in chosen else 400)


def say_kind(row: dict[Any, Any] | pd.Series, unit: str, lang: str) -> str:
    """Tier, measure and unit of a group in a few words."""
    tier = label("tier", row["tier"], lang) if row["tier"] else ""
    words = [w for w in (tier, label("measure", row["measure"], lang), unit) if w]
    return "，".join(words) if lang == "zh" else ", ".join(words)


def _subtitle(row: pd.Series, unit: str, lang: str) -> str:
    """What is shown, in which unit."""
    name = name_indicator(row["indicator"], lang, row["indicator_zh"])
    return f"{name}（{say_kind(row, unit, lang)}）" if lang == "zh" else f"{name} ({say_kind(row, unit, lang)})"


def _title(rows: pd.DataFrame, names: dict[str, str], lang: str) -> str:
    """Who aims highest, as far as the bounds let one say."""
    name = name_indicator(rows.iloc[0]["indicator"], lang, rows.iloc[0]["indicator_zh"])
    known = [r for r in rows.to_dict("records") if find_place(r) is not None and not r["masked"]]
    if not known:
        return f"{name}：没有一地写出数字" if lang == "zh" else f"{name}: no city gives a number"
    top = known[0]
    city, value = names[top["plan_id"]], say_target(top, lang)
    if len(known) == 1:
        only = {"zh": f"{name}：只有{city}写出数字，{value}", "en": f"{name}: only {city} gives a number, {value}"}
        return only[lang]
    place = find_place(top) or 0.0
    tied = [r for r in known if find_place(r) == place]
    open_below = [r for r in known if r["bound"] == "at_least" and r not in tied]
    closed = top["bound"] in ("exact", "about", "range", "at_most") and open_below
    if len(tied) > 1:
        cities = join_names([names[r["plan_id"]] for r in tied], lang, 3)
        return (
            f"{name}：{cities}同为最高，{value}"
            if lang == "zh"
            else f"{name}: {cities} share the highest target, {value}"
        )
    if closed:
        return (
            f"{name}：{city}的数字最高（{value}），但写“以上”的可以更高"
            if lang == "zh"
            else f'{name}: {city} names the highest figure ({value}), but "at least" leaves others room above'
        )
    second = known[1]
    return (
        f"{name}：{city}目标最高，{value}，其次是{names[second['plan_id']]}{say_target(second, lang)}"
        if lang == "zh"
        else f"{name}: {city} aims highest with {value}, ahead of {names[second['plan_id']]} "
        f"with {say_target(second, lang)}"
    )


def _say_left_out(rows: int, absent: list[str], lang: str) -> str:
    """What is not on the figure."""
    parts = []
    if rows:
        parts.append(
            f"另有{rows}行较小或没有数字，未画出。" if lang == "zh" else f" {rows} further rows are not shown."
        )
    if absent:
        parts.append(
            f"{len(absent)}份计划未以同样口径提出。" if lang == "zh" else f" {len(absent)} plans do not state it alike."
        )
    return "".join(parts)


def list_marks(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The rows behind the marks, with the sentence each was read from."""
    first = [
        "target_id",
        "plan_id",
        "city",
        "indicator",
        "indicator_zh",
        "tier",
        "measure",
        "period",
        "value_min_std",
        "value_max_std",
        "unit_std",
        "bound",
        "masked",
        "number",
        "quote",
        "file",
        "start",
        "end",
        "number_start",
        "number_end",
    ]
    frame = rows.assign(city=rows["plan_id"].map(names).astype("string"))
    return frame[[c for c in first if c in frame.columns]].reset_index(drop=True)
