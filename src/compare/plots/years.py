"""What became of a city's targets from one plan year to the next, as slopes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from compare.plots.frames import open_figure, use_panels
from compare.plots.marks import choose_scale, say_number
from compare.plots.targets import say_kind
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import AMBER, BLUE, FAINT, GRID, INK, MUTED, PAPER, SKY, Size
from compare.style.names import join_names, lower_first, name_cities, name_indicator
from compare.style.sheet import split_body

_COLUMNS = (
    "city", "indicator", "indicator_zh", "measure", "tier", "period", "unit_std", "year_from", "year_to", "target_from",
    "target_to", "number_from", "number_to", "value_min_from", "value_max_from", "value_min_to", "value_max_to",
    "change",
)  # fmt: skip
_GROUP = ["indicator", "measure", "period", "tier", "unit_std", "of"]
_COLOURS = {"raised": BLUE, "lowered": AMBER, "continued": MUTED, "undecided": SKY}
_SAID = {
    "raised": {"zh": "提高", "en": "raised"},
    "lowered": {"zh": "下调", "en": "lowered"},
    "continued": {"zh": "持平", "en": "unchanged"},
    "undecided": {"zh": "“以上”等写法交错，高低难断", "en": "bounds cross, undecided"},
}
_COUNTED = {
    "zh": {"raised": "提高", "lowered": "下调", "continued": "持平", "undecided": "难断高低"},
    "en": {"raised": "raised", "lowered": "lowered", "continued": "kept", "undecided": "undecided"},
}
_FEW = 5
_UP = Path([(0, 0.08), (0, 0.5), (-0.11, 0.36), (0, 0.5), (0.11, 0.36), (0, -0.5)],
           [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO, Path.MOVETO])  # fmt: skip
_DOWN = Path(np.asarray(_UP.vertices) * [1, -1], _UP.codes)


def plot_years(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    targets: pd.DataFrame | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Targets of the same city in plans of several years: a panel for each indicator, a slope for each city.

    Parameters
    ----------
    data : pandas.DataFrame
        Result of `compare_years`.
    plans : pandas.DataFrame
        Table plans.
    targets : pandas.DataFrame, optional
        Table targets, for the sentences behind both ends.
    highlight : str or list of str, optional
        Cities to bring out.
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
        The body; its panels are `ax.child_axes`. Where no city has plans of two years, a sentence that says so.
    """
    cities = name_cities(sorted({str(c) for c in data.get("city", ())}), lang)
    with open_figure("plot_years", data, _COLUMNS, plans, highlight, lang, size, ax, cities) as figure:
        look = figure.look
        rows = _find_slopes(data)
        if rows.empty:
            return figure.say_need(figure.say("各年目标", "Targets from year to year"), _say_need(data, lang))
        groups = [part for _, part in rows.groupby("panel", sort=True)]
        columns = min({"column": 2, "page": 3, "slide": 4}[look.name], len(groups))
        lines_most = max(part["city"].nunique() for part in groups)
        panel_cm, head_cm = look.row * min(max(3.4, 1.6 + lines_most * 1.15), 9.0), look.row * 2.1
        around = 6.0 if look.fixed else 5.0
        most = max(int((look.height - around) / (panel_cm + head_cm + look.row * 0.9)), 1) * columns
        shown = groups[:most]
        lines = -(-len(shown) // columns)
        axes = figure.start(lines * (panel_cm + head_cm + look.row))
        gap = {"column": 0.4, "page": 1.0, "slide": 1.6}[look.name]
        panels = split_body(
            axes, columns, lines, gap_cm=(gap, head_cm + look.row * 0.9), outer_cm=(0, look.row, 0, head_cm)
        )
        width = (look.width - 2 * look.margin - gap * (columns - 1)) / columns / 2.54 * 72
        for index, panel in use_panels(panels, len(shown)):
            _draw_panel(panel, shown[index], cities, figure.chosen, look, lang, width, panel_cm / 2.54 * 72)
        kinds = [k for k in _SAID if k in set(pd.concat(shown)["change"])]
        return figure.finish(
            axes,
            title=_title(rows, cities, lang),
            subtitle=figure.say(
                "同一城市前后两份计划中口径相同的目标；每格一项指标，各格刻度不同",
                "Targets put in the same terms in a city's plans of different years; each panel has its own scale",
            ),
            key=[(_SAID[k][lang], _style(k)) for k in kinds],
            note=_note(data, rows, len(groups) - len(shown), lang),
            data=_tidy(rows, targets, cities),
        )


def _find_slopes(data: pd.DataFrame) -> pd.DataFrame:
    """Targets with a number at both ends, one for each city, indicator and pair of years; panels numbered."""
    for side in ("from", "to"):
        place = data[f"value_min_{side}"].fillna(data[f"value_max_{side}"]).astype(float)
        data = data.assign(**{f"place_{side}": place})
    rows = data[data["place_from"].notna() & data["place_to"].notna()].copy()
    if rows.empty:
        return rows
    rows["of"] = rows["indicator_zh"].where(rows["indicator"] == "other", "")
    rows["_words"] = rows["indicator_zh"].str.len()
    rows["_less"] = -rows["place_to"]
    own = ["province", "city", "year_from", "year_to", *_GROUP]
    rows = rows.sort_values(["_words", "_less"], kind="stable").drop_duplicates([c for c in own if c in rows])
    rows["step"] = (rows["place_to"] / rows["place_from"].where(rows["place_from"] != 0) - 1).abs().fillna(0)
    groups = rows.groupby(_GROUP, dropna=False)
    rows["_cities"], rows["_most"] = groups["city"].transform("nunique"), groups["step"].transform("max")
    keys = rows[["_cities", "_most", *_GROUP]].drop_duplicates(_GROUP)
    keys = keys.sort_values(["_cities", "_most", *_GROUP], ascending=[False, False, *[True] * len(_GROUP)])
    order = {tuple(key): at for at, key in enumerate(keys[_GROUP].fillna("").to_numpy())}
    rows["panel"] = [order[tuple(key)] for key in rows[_GROUP].fillna("").to_numpy()]
    rows = rows.sort_values(["panel", "city", "year_from"], kind="stable", ignore_index=True)
    return rows.drop(columns=["_words", "_less", "_cities", "_most"])


def _draw_panel(
    ax: Axes,
    rows: pd.DataFrame,
    cities: dict[str, str],
    chosen: set[str],
    look: Size,
    lang: str,
    width: float,
    height: float,
) -> None:
    """One indicator: years from left to right, a line for each city, numbers at both ends."""
    records = rows.to_dict("records")
    values = [r[f"place_{side}"] for r in records for side in ("from", "to")]
    scale, unit = choose_scale(values, records[0]["unit_std"], lang)
    _write_head(ax, records[0], unit, look, lang, width)
    years = sorted({int(y) for y in rows["year_from"]} | {int(y) for y in rows["year_to"]})
    named = _choose_named(rows, chosen, look, height)
    left = [(r["place_from"] / scale, _say_end(r, "from", lang, scale), r) for r in records if _is_first(r, rows)]
    right = [
        (r["place_to"] / scale, f"{cities[r['city']]} {_say_end(r, 'to', lang, scale)}", r)
        for r in records if _is_last(r, rows)
    ]  # fmt: skip
    ends = [r[f"value_max_{side}"] for r in records for side in ("from", "to") if r["city"] in named]
    tops = [float(end) for end in ends if not pd.isna(end)]
    low, high = min(0.0, *values) / scale, max(0.0, *values, *tops) / scale
    arrows = any(_find_bound(r, side) == "at_least" for r in records for side in ("from", "to"))
    above = look.text * (1.7 if arrows else 0.6) / height
    ax.set_ylim(low - (high - low or 1) * 0.04, high + (high - low or 1) * above / (1 - above) * 1.1)
    room = [
        min(max((measure_text(text, look.small) for _, text, r in ends if r["city"] in named), default=0), width * most)
        + look.text
        for ends, most in ((left, 0.3), (right, 0.45))
    ]
    span = max(years[-1] - years[0], 1)
    per_point = span / max(width - sum(room), width * 0.2)
    ax.set_xlim(years[0] - room[0] * per_point, years[-1] + room[1] * per_point)
    for year in years:
        ax.axvline(year, color=GRID, linewidth=look.text / 9, zorder=1)
    for row in records:
        _draw_slope(ax, row, scale, look, strong=row["city"] in (chosen or named), dimmed=row["city"] not in named)
    for ends, side, most in ((left, -1, 0.3), (right, 1, 0.45)):
        _label_ends(
            ax, [e for e in ends if e[2]["city"] in named], side, look, height, width * most, years, chosen=chosen
        )
    ax.set_yticks([])
    ticks = years if len(years) <= 3 else [years[0], years[-1]]
    ax.set_xticks(ticks, [str(y) for y in ticks])
    ax.tick_params(axis="x", labelsize=look.small, labelcolor=MUTED, length=0)


def _write_head(ax: Axes, row: dict[Any, Any], unit: str, look: Size, lang: str, width: float) -> None:
    """Name of the indicator, and its terms below."""
    name = name_indicator(row["indicator"], lang, row["indicator_zh"])
    for text, points, weight, colour, raised in (
        (name, look.text, "bold", INK, 1.9),
        (say_kind(row, unit, lang), look.small, "regular", MUTED, 0.6),
    ):
        ax.annotate(
            shorten_text(text, width, points, weight),
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, look.small * raised),
            textcoords="offset points",
            fontsize=points,
            fontweight=700 if weight == "bold" else 400,
            color=colour,
            ha="left",
            va="bottom",
            annotation_clip=False,
        )


def _choose_named(rows: pd.DataFrame, chosen: set[str], look: Size, height: float) -> set[str]:
    """Cities that get a label: all if few, else those asked for, then those that changed most and stand free."""
    moved = list(rows.groupby("city")["step"].max().sort_values(ascending=False, kind="stable").index)
    if len(moved) <= _FEW:
        return set(moved)
    places = rows[["place_from", "place_to"]].astype(float)
    span = places.to_numpy().max() - min(places.to_numpy().min(), 0.0) or 1.0
    apart = look.small * 1.5 / height * span
    named: list[str] = []
    taken: list[tuple[float, float]] = []
    for city in [c for c in moved if c in chosen] + [c for c in moved if c not in chosen]:
        own = places[rows["city"] == city]
        ends = float(own["place_from"].iloc[0]), float(own["place_to"].iloc[-1])
        free = all(abs(ends[0] - other[0]) >= apart and abs(ends[1] - other[1]) >= apart for other in taken)
        if free or city in chosen:
            named.append(city)
            taken.append(ends)
    return set(named)


def _is_first(row: dict[Any, Any], rows: pd.DataFrame) -> bool:
    return row["year_from"] == rows.loc[rows["city"] == row["city"], "year_from"].min()


def _is_last(row: dict[Any, Any], rows: pd.DataFrame) -> bool:
    return row["year_to"] == rows.loc[rows["city"] == row["city"], "year_to"].max()


def _find_bound(row: dict[Any, Any], side: str) -> str:
    """How the number bounds the target, from its two ends."""
    low, high = row[f"value_min_{side}"], row[f"value_max_{side}"]
    if pd.isna(high):
        return "at_least"
    return "at_most" if pd.isna(low) else "exact" if low == high else "range"


def _say_end(row: dict[Any, Any], side: str, lang: str, scale: float) -> str:
    """The number at one end: as written in Chinese, else in the unit that stands above the panel."""
    written = "".join(str(row[f"number_{side}"] or "").split())
    if lang == "zh" and written:
        return written
    bound = _find_bound(row, side)
    ends = [row[f"value_min_{side}"], row[f"value_max_{side}"]]
    given = [say_number(float(end) / scale) for end in ends if not pd.isna(end)]
    return "–".join(given) if bound == "range" else {"at_least": "≥", "at_most": "≤"}.get(bound, "") + given[0]


def _style(change: str) -> dict[str, Any]:
    """The mark of a kind of change in the key."""
    hollow = {"markerfacecolor": PAPER} if change == "undecided" else {}
    return {"color": _COLOURS[change], "marker": "o"} | hollow


def _draw_slope(ax: Axes, row: dict[Any, Any], scale: float, look: Size, *, strong: bool, dimmed: bool) -> None:
    """A line with a mark at each end that says whether the number is open."""
    colour = FAINT if dimmed else _COLOURS[row["change"]]
    ends = [(int(row[f"year_{side}"]), row[f"place_{side}"] / scale, side) for side in ("from", "to")]
    ax.plot(
        [x for x, _, _ in ends],
        [y for _, y, _ in ends],
        color=colour,
        linewidth=look.text / (9 if dimmed else 4.5 if strong else 6),
        linestyle=(0, (2.5, 1.5)) if row["change"] == "undecided" else "-",
        zorder=2 if dimmed else 3,
        gid="slope",
    )
    for x, y, side in ends:
        bound = _find_bound(row, side)
        if bound == "range" and not dimmed:
            span = [row[f"value_min_{side}"] / scale, row[f"value_max_{side}"] / scale]
            ax.plot([x, x], span, color=colour, linewidth=look.text * 0.3, solid_capstyle="butt", zorder=3)
        elif bound in ("at_least", "at_most") and not dimmed:
            ax.plot([x], [y], marker=_UP if bound == "at_least" else _DOWN, markersize=look.text * 3.2, color=colour,
                    markeredgewidth=look.text * 0.12, fillstyle="none", clip_on=False, zorder=4)  # fmt: skip
        hollow = row["change"] == "undecided"
        ax.plot([x], [y], marker="o", markersize=look.text * (0.35 if dimmed else 0.6), color=colour,
                markerfacecolor=PAPER if hollow else colour, markeredgewidth=look.text * 0.12, clip_on=False,
                zorder=2.5 if dimmed else 5, gid="other" if dimmed else "mark:point")  # fmt: skip


def _label_ends(
    ax: Axes,
    ends: list[tuple[float, str, dict[Any, Any]]],
    side: int,
    look: Size,
    height: float,
    room: float,
    years: list[int],
    *,
    chosen: set[str],
) -> None:
    """Numbers beside the ends of the lines, moved apart where they would touch."""
    low, high = ax.get_ylim()
    step = look.small * 1.35 / height * (high - low)
    ends = sorted(ends, key=lambda end: (end[0], end[1]))
    for (_, text, row), y in zip(ends, _spread([end[0] for end in ends], step, low, high), strict=True):
        x = years[0] if side < 0 else years[-1]
        city = row["city"]
        ax.annotate(
            shorten_text(text, room, look.small),
            (x, y),
            xytext=(side * look.text * 0.75, 0),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="center",
            fontsize=look.small,
            fontweight=700 if city in chosen else 400,
            color=MUTED if side < 0 else INK,
            annotation_clip=False,
            gid="label",
        )


def _spread(places: list[float], step: float, low: float, high: float) -> list[float]:
    """Ascending places moved so that each is `step` above the one before it, all within the limits if they fit."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + step) if moved else max(place, low + step / 2))
    limit = high - step / 4
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], limit)
        limit = moved[at] - step
    return moved


def _say_need(data: pd.DataFrame, lang: str) -> str:
    """What is missing for a figure of slopes."""
    if data.empty:
        return (
            "要有同一城市两个年份的计划，才能看出目标的变化。"
            if lang == "zh"
            else "Plans of one city from two years are needed to see how its targets change."
        )
    return (
        "同一城市两个年份的计划中，没有口径相同且都写明数字的目标。"
        if lang == "zh"
        else "No target has a number in the same terms in a city's plans of two years."
    )


def _title(rows: pd.DataFrame, cities: dict[str, str], lang: str) -> str:
    """How many targets went up and down, and where most did."""
    counts = rows["change"].value_counts()
    who = [cities[c] for c in sorted(set(rows["city"]))]
    up = rows[rows["change"] == "raised"].sort_values("step", ascending=False, kind="stable")
    top = up.iloc[0] if len(who) > 1 and len(up) else None
    name = "" if top is None else name_indicator(top["indicator"], lang, top["indicator_zh"])
    if lang == "zh":
        head = f"{who[0]}{f'等{len(who)}地' if len(who) > 1 else ''}前后可比的{len(rows)}项目标："
        head += "，".join(f"{word}{counts[kind]}项" for kind, word in _COUNTED["zh"].items() if counts.get(kind, 0))
        return head if top is None else f"{head}；升幅最大的是{cities[top['city']]}的{name}"
    head = f"{join_names(who, lang, 3)}: of {len(rows)} targets followed, "
    head += ", ".join(f"{counts[kind]} {word}" for kind, word in _COUNTED["en"].items() if counts.get(kind, 0))
    return head if top is None else f"{head}; the steepest rise is {lower_first(name)} in {cities[top['city']]}"


def _note(data: pd.DataFrame, rows: pd.DataFrame, hidden: int, lang: str) -> str:
    """What open ends mean, and what is not on the figure."""
    zh = lang == "zh"
    open_ends = {_find_bound(r, side) for r in rows.to_dict("records") for side in ("from", "to")}
    parts = []
    if "at_least" in open_ends:
        parts.append("箭头向上：“以上”，上不封顶。" if zh else "Arrow up: at least, open above.")
    if "at_most" in open_ends:
        parts.append("箭头向下：“以内”。" if zh else "Arrow down: at most.")
    if "range" in open_ends:
        parts.append("竖条：区间。" if zh else "Upright bar: a range.")
    if rows.groupby("panel")["city"].nunique().max() > _FEW:
        parts.append("灰线：因拥挤未标名的城市。" if zh else "Grey: cities not named for want of room.")
    new, dropped = (int((data["change"] == kind).sum()) for kind in ("new", "dropped"))
    if new or dropped:
        said = f"新提{new}项、不再提{dropped}项，未画出。", f"Not shown: {new} new and {dropped} dropped."
        parts.append(said[not zh])
    if hidden > 0:
        parts.append(f"另有{hidden}项指标未画出。" if zh else f"{hidden} more indicators are not shown.")
    return ("" if zh else " ").join(parts)


def _tidy(rows: pd.DataFrame, targets: pd.DataFrame | None, cities: dict[str, str]) -> pd.DataFrame:
    """Both ends of each slope, with the sentences they were read from."""
    tidy = rows.drop(columns=["of", "step", "place_from", "place_to"]).assign(shown_as=rows["city"].map(cities))
    if targets is None:
        return tidy
    more = ["file", "quote", "start", "end", "number_start", "number_end"]
    for side in ("from", "to"):
        add = targets[["target_id", *more]].rename(columns={c: f"{c}_{side}" for c in ("target_id", *more)})
        add = add.rename(columns={f"target_id_{side}": f"target_{side}"})
        tidy = tidy.merge(add, on=f"target_{side}", how="left", validate="m:1")
    return tidy
