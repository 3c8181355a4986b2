"""Targets of one indicator across plans, and of all comparable indicators at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from compare.errors import FigureError
from compare.plots.frames import attach_source, fit_rows, need_columns, pick_plans
from compare.plots.marks import choose_scale, draw_absent, draw_target, explain_marks, find_place, say_tick
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import BLUE, FAINT, GRID, INK, MUTED, SKY, Size, drawing
from compare.style.names import join_names, name_indicator, name_plans, say_source, say_target
from compare.style.sheet import finish_sheet, say_instead, split_body, start_sheet
from compare.vocabulary.labels import label

_COLUMNS = (
    "target_id", "plan_id", "group", "indicator", "indicator_zh", "tier", "measure", "unit_std", "value_min_std",
    "value_max_std", "bound", "masked",
)  # fmt: skip
_PANEL_PLANS = 8


def plot_targets(
    data: pd.DataFrame, *, plans: pd.DataFrame, indicator: str | None = None, group: str | None = None,
    targets: pd.DataFrame | None = None, highlight: str | Iterable[str] | None = None, lang: str = "zh",
    size: str = "page", ax: Axes | None = None,
) -> Axes:  # fmt: skip
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
    need_columns(data, _COLUMNS, "plot_targets")
    names = name_plans(plans, lang)
    chosen_plans = pick_plans(highlight, names, "plot_targets")
    with drawing(size) as look:
        title = "各地目标" if lang == "zh" else "Targets by city"
        if data.empty:
            say = "还没有可比的目标。" if lang == "zh" else "No plan names a target that can be compared yet."
            return say_instead(ax or start_sheet(look, 2.5), say, title=title, source=say_source(plans, lang))
        chosen = group or _choose_group(data, indicator)
        rows = _order_rows(_rows_of_group(data, chosen), chosen)
        rows = attach_source(rows, targets)
        absent = [p for p in names if p not in set(rows["plan_id"])]
        listed = absent if len(names) <= 12 else []
        row_cm = look.row * 1.12
        most = fit_rows(look, len(rows) + len(listed), row_cm, 5.0 if look.fixed else 4.0)
        left_out = max(len(rows) + len(listed) - most, 0)
        shown = rows if left_out == 0 else rows.head(most)
        axes = ax or start_sheet(look, (len(shown) + (len(listed) if not left_out else 0)) * row_cm + 0.9)
        scale, unit = _draw_rows(axes, shown, [] if left_out else listed, names, chosen_plans, look, lang)
        note = explain_marks(shown, lang) + _say_left_out(left_out, absent if not listed else [], lang)
        first = rows[rows["group"] == chosen].iloc[0]
        return finish_sheet(
            axes, title=_title(rows, names, lang), subtitle=_subtitle(first, unit, lang), note=note,
            source=say_source(plans, lang), data=_tidy(rows, names),
        )  # fmt: skip


def plot_target_panels(
    data: pd.DataFrame, *, plans: pd.DataFrame, targets: pd.DataFrame | None = None, least: int = 2,
    highlight: str | Iterable[str] | None = None, lang: str = "zh", size: str = "page", ax: Axes | None = None,
) -> Axes:  # fmt: skip
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
    need_columns(data, _COLUMNS, "plot_target_panels")
    names = name_plans(plans, lang)
    chosen_plans = pick_plans(highlight, names, "plot_target_panels")
    with drawing(size) as look:
        counts = data.groupby("group")["plan_id"].nunique() if len(data) else pd.Series(dtype=int)
        numbers = data[data["value_min_std"].notna() | data["value_max_std"].notna()].groupby("group")["plan_id"].nunique()
        groups = pd.DataFrame({"plans": counts, "numbers": numbers}).fillna(0)
        groups = groups[(groups["plans"] >= least) & (groups["numbers"] >= 1)]
        groups = groups.sort_values(["numbers", "plans"], ascending=False, kind="stable")
        source = say_source(plans, lang)
        if groups.empty:
            title = "没有可比的指标" if lang == "zh" else "No indicator can be compared yet"
            say = (
                f"至少要有{least}份计划以同样口径写出同一指标；现有{len(names)}份计划。" if lang == "zh"
                else f"At least {least} plans must state the same indicator in the same way; there are {len(names)} plans."
            )  # fmt: skip
            return say_instead(ax or start_sheet(look, 2.5), say, title=title, source=source)
        columns = {"column": 2, "page": 3, "slide": 4}[look.name]
        many = len(names) > _PANEL_PLANS
        panel_cm = (look.row * 1.9 if many else look.row * 0.95 * len(names)) + 0.1
        head_cm = look.row * (2.0 if lang == "zh" else 2.0)
        rows = min(-(-len(groups) // columns), max(int((look.height - 4.5) / (panel_cm + head_cm + 0.3)), 1))
        shown = list(groups.index[: rows * columns])
        rows = -(-len(shown) // columns)
        label_cm = 0.0 if many else max(measure_text(n, look.small) for n in names.values()) / 72 * 2.54 + 0.2
        axes = ax or start_sheet(look, rows * (panel_cm + head_cm))
        gap_x = {"column": 0.5, "page": 0.7, "slide": 1.2}[look.name]
        panels = split_body(axes, columns, rows, gap_cm=(gap_x, head_cm), outer_cm=(label_cm, 0.05, 0.1, head_cm))
        width = (look.width - 2 * look.margin - label_cm - 0.1 - gap_x * (columns - 1)) / columns / 2.54 * 72
        for index, panel in enumerate(panels):
            if index >= len(shown):
                panel.set_axis_off()
                panel.set_in_layout(False)
                continue
            part = attach_source(data[data["group"] == shown[index]], targets)
            _draw_panel(panel, part, names, chosen_plans, look, lang, width, first=index % columns == 0, many=many)
        note = explain_marks(data[data["group"].isin(shown)], lang)
        if len(shown) < len(groups):
            more = len(groups) - len(shown)
            note += f"另有{more}项未画出。" if lang == "zh" else f" {more} more indicators are not shown."
        every = int((groups["numbers"] >= len(names)).sum())
        return finish_sheet(
            axes, title=_panels_title(groups, names, every, lang),
            subtitle="每格一项指标，同一格内口径相同；各格刻度不同" if lang == "zh"
            else "One indicator per panel, like compared with like; each panel has its own scale",
            note=note, source=source,
            data=_tidy(attach_source(data[data["group"].isin(shown)], targets), names),
        )  # fmt: skip


def _choose_group(data: pd.DataFrame, indicator: str | None) -> str:
    """The group of an indicator (or of all) that has most numbers."""
    part = data if indicator is None else data[data["indicator"] == indicator]
    if part.empty:
        found = ", ".join(sorted(set(data["indicator"]))[:20])
        raise FigureError(f"no plan has the indicator {indicator!r}.", where="plot_targets", hint=f"Choose among {found}.")
    known = part["value_min_std"].notna() | part["value_max_std"].notna()
    order = pd.DataFrame({"group": part["group"], "known": known.astype(int), "plan": 1, "other": part["indicator"] == "other"})
    counts = order.groupby("group").agg(known=("known", "sum"), plan=("plan", "sum"), other=("other", "max"))
    return str(counts.sort_values(["other", "known", "plan"], ascending=[True, False, False], kind="stable").index[0])


def _rows_of_group(data: pd.DataFrame, group: str) -> pd.DataFrame:
    """Rows of a group, and the benchmarks other plans set for the same thing."""
    rows = data[data["group"] == group]
    if rows.empty:
        raise FigureError(f"there is no group {group!r}.", where="plot_targets", hint="See column group of comparisons.")
    first = rows.iloc[0]
    alike = (
        (data["indicator"] == first["indicator"]) & (data["bound"] == "benchmark") & (data["measure"] == first["measure"])
        & (data["tier"] == first["tier"]) & ~data["plan_id"].isin(rows["plan_id"])
    )  # fmt: skip
    if first["indicator"] == "other":
        alike &= data["indicator_zh"] == first["indicator_zh"]
    return pd.concat([rows, data[alike].drop_duplicates("plan_id")])


def _order_rows(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Largest first, then masked, then benchmarks."""
    place = rows.apply(find_place, axis=1).astype(float)
    kind = (rows["masked"].astype(int) + 2 * (rows["bound"] == "benchmark").astype(int)).where(place.isna(), 0)
    return (
        rows.assign(_kind=kind, _place=-place.fillna(0))
        .sort_values(["_kind", "_place", "plan_id"], kind="stable")
        .drop(columns=["_kind", "_place"])
    )


def _draw_rows(
    ax: Axes, rows: pd.DataFrame, absent: list[str], names: dict[str, str], chosen: set[str], look: Size, lang: str
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
            ax.plot([0, place / scale], [y, y], color=GRID, linewidth=look.text / 7, zorder=1, solid_capstyle="butt", gid="stem")
        draw_target(ax, row, y, size=look, lang=lang, scale=scale, start=start, strong=strong)
    for y, _ in enumerate(absent, len(records)):
        draw_absent(ax, y, size=look, lang=lang, start=start)
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


def _draw_panel(
    ax: Axes, rows: pd.DataFrame, names: dict[str, str], chosen: set[str], look: Size, lang: str, width: float, *,
    first: bool, many: bool,
) -> None:  # fmt: skip
    """One indicator: a row per plan, or with many plans one strip of them."""
    records = {r["plan_id"]: r for r in rows.to_dict("records")}
    example = next(iter(records.values()))
    places = [float(r[c]) for r in records.values() for c in ("value_min_std", "value_max_std") if not pd.isna(r[c])]
    scale, unit = choose_scale(places, example["unit_std"], lang, [str(r.get("unit") or "") for r in records.values()])
    name = name_indicator(example["indicator"], lang, example["indicator_zh"])
    ax.annotate(
        shorten_text(name, width, look.text, "bold"), (0, 1), xycoords="axes fraction", xytext=(0, look.small * 1.55),
        textcoords="offset points", fontsize=look.text, fontweight=700, color=INK, ha="left", va="bottom", annotation_clip=False,
    )  # fmt: skip
    ax.annotate(
        shorten_text(_say_kind(example, unit, lang), width, look.small), (0, 1), xycoords="axes fraction",
        xytext=(0, look.small * 0.35), textcoords="offset points", fontsize=look.small, color=MUTED, ha="left", va="bottom",
        annotation_clip=False,
    )  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])
    if many:
        _draw_strip(ax, list(records.values()), names, chosen, look, lang, scale, width)
        return
    ax.axvline(0, color=FAINT, linewidth=look.text / 9, zorder=1)
    low, high = min([0.0, *(p / scale for p in places)]), max([0.0, *(p / scale for p in places)])
    longest = max((measure_text(say_target(r, lang), look.small) for r in records.values()), default=0) + look.text * 2.6
    free = max(1 - longest / width, 0.25)
    ax.set_xlim(low, low + (high - low) / free if high > low else 1)
    for y, plan in enumerate(names):
        if plan in records:
            place = find_place(records[plan])
            if place is not None:
                ax.plot([0, place / scale], [y, y], color=GRID, linewidth=look.text / 7, zorder=1, gid="stem")
            draw_target(
                ax, records[plan], y, size=look, lang=lang, scale=scale, start=(ax.get_xlim()[1] - low) * 0.03,
                strong=not chosen or plan in chosen,
            )  # fmt: skip
        else:
            ax.annotate("–", (0, y), xytext=(look.small * 0.4, 0), textcoords="offset points", fontsize=look.small, color=FAINT,
                        va="center_baseline")  # fmt: skip
    ax.set_ylim(len(names) - 0.4, -0.6)
    if first:
        ax.set_yticks(range(len(names)), list(names.values()))
        ax.tick_params(axis="y", labelsize=look.small)
        for tick, plan in zip(ax.get_yticklabels(), names, strict=True):
            tick.set_color(BLUE if plan in chosen else INK)
            tick.set_fontweight(700 if plan in chosen else 400)


def _draw_strip(
    ax: Axes, records: list[dict[str, Any]], names: dict[str, str], chosen: set[str], look: Size, lang: str, scale: float,
    width: float,
) -> None:  # fmt: skip
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
        ax.plot([value], [level % 4], marker="o", markersize=look.text * 0.5, color=BLUE if strong or not chosen else SKY,
                alpha=1 if strong else 0.7, markeredgewidth=0, zorder=4 if strong else 3, gid="mark:point")  # fmt: skip
    ax.axhline(-0.9, color=FAINT, linewidth=look.text / 11, zorder=1)
    ax.set_ylim(-4.2, 4.2)
    for row, align in ((known[0], "left"), (known[-1], "right")):
        if row is known[0] and len(known) == 1:
            continue
        at = 0.0 if align == "left" else 1.0
        text = f"{names[row['plan_id']]} {say_target(row, lang)}"
        ax.annotate(
            shorten_text(text, width * 0.47, look.small * 0.95), (at, -1.5), xycoords=("axes fraction", "data"), ha=align,
            va="top", fontsize=look.small * 0.95, color=MUTED, annotation_clip=False,
        )  # fmt: skip


def _say_kind(row: dict[str, Any] | pd.Series, unit: str, lang: str) -> str:
    """Tier, measure and unit of a group in a few words."""
    tier = label("tier", row["tier"], lang) if row["tier"] else ""
    words = [w for w in (tier, label("measure", row["measure"], lang), unit) if w]
    return "，".join(words) if lang == "zh" else ", ".join(words)


def _subtitle(row: pd.Series, unit: str, lang: str) -> str:
    """What is shown, in which unit."""
    name = name_indicator(row["indicator"], lang, row["indicator_zh"])
    return f"{name}（{_say_kind(row, unit, lang)}）" if lang == "zh" else f"{name} ({_say_kind(row, unit, lang)})"


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
        return f"{name}：{cities}同为最高，{value}" if lang == "zh" else f"{name}: {cities} share the highest target, {value}"
    if closed:
        return (
            f"{name}：{city}的数字最高（{value}），但写“以上”的可以更高" if lang == "zh"
            else f'{name}: {city} names the highest figure ({value}), but "at least" leaves others room above'
        )  # fmt: skip
    second = known[1]
    return (
        f"{name}：{city}目标最高，{value}，其次是{names[second['plan_id']]}{say_target(second, lang)}" if lang == "zh"
        else f"{name}: {city} aims highest with {value}, ahead of {names[second['plan_id']]} with {say_target(second, lang)}"
    )  # fmt: skip


def _panels_title(groups: pd.DataFrame, names: dict[str, str], every: int, lang: str) -> str:
    """How many indicators can be compared at all."""
    n = len(groups)
    if lang == "zh":
        tail = f"{len(names)}地都有数字的{f'有{every}项' if every else '一项也没有'}"
        return f"口径一致、可以跨城市比较的指标有{n}项，{tail}"
    tail = f"{every} {'has' if every == 1 else 'have'} a number in all {len(names)}" if every else f"none has a number in all {len(names)}"
    return f"{n} indicator{'s' if n != 1 else ''} can be compared across cities; {tail}"


def _say_left_out(rows: int, absent: list[str], lang: str) -> str:
    """What is not on the figure."""
    parts = []
    if rows:
        parts.append(f"另有{rows}行较小或没有数字，未画出。" if lang == "zh" else f" {rows} further rows are not shown.")
    if absent:
        parts.append(f"{len(absent)}份计划未提出该指标。" if lang == "zh" else f" {len(absent)} plans do not state it.")
    return "".join(parts)


def _tidy(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The rows behind the marks, with the sentence each was read from."""
    first = [
        "target_id", "plan_id", "city", "indicator", "indicator_zh", "tier", "measure", "period", "value_min_std",
        "value_max_std", "unit_std", "bound", "masked", "number", "quote", "file", "start", "end", "number_start", "number_end",
    ]  # fmt: skip
    frame = rows.assign(city=rows["plan_id"].map(names).astype("string"))
    return frame[[c for c in first if c in frame.columns]].reset_index(drop=True)
