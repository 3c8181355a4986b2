"""Targets in relation to how many people live in a city, or how much it produces."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from compare.errors import FigureError
from compare.plots.frames import attach_source, open_figure
from compare.plots.marks import explain_marks, find_place
from compare.plots.panels import PANEL_PLANS, draw_panels, find_groups
from compare.plots.targets import COLUMNS, keep_standing, list_marks
from compare.style.names import join_names, name_indicator

PER = {"people": "per_100k_people", "gdp": "per_gdp"}
_WORDS = {
    "people": {
        "zh": ("人口", "每10万人", "按每10万人折算；每格一项指标，同一格内口径相同，各格刻度不同"),
        "en": ("population", "per 100,000 people",
               "Per 100,000 people; one indicator per panel, like compared with like, each with its own scale"),
    },
    "gdp": {
        "zh": ("地区生产总值", "占地区生产总值",
               "占地区生产总值的百分比；每格一项指标，同一格内口径相同，各格刻度不同"),
        "en": ("GDP", "relative to GDP",
               "As a percentage of GDP; one indicator per panel, like compared with like, each with its own scale"),
    },
}  # fmt: skip


def plot_relative(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    per: str = "people",
    targets: pd.DataFrame | None = None,
    least: int = 2,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Comparable targets per 100,000 people, or as a percentage of GDP, a small panel for each indicator.

    Parameters
    ----------
    data : pandas.DataFrame
        Table comparisons, built with `data/raw/context.csv`.
    plans : pandas.DataFrame
        Table plans.
    per : {"people", "gdp"}
    targets : pandas.DataFrame, optional
        Table targets, for the sentences behind the marks.
    least : int
        Plans that must share an indicator and have the context.
    highlight, lang, size, ax
        As in `plot_targets`.

    Returns
    -------
    Axes
        The body; its panels are `ax.child_axes`. Where the context does not allow it, a sentence that says so.

    Raises
    ------
    FigureError
        A column or a plan is unknown, or `per` is neither.
    """
    if per not in PER:
        raise FigureError(f"per={per!r} is unknown.", where="plot_relative", hint=f"Choose one of {', '.join(PER)}.")
    columns = (*COLUMNS, PER[per])
    with open_figure("plot_relative", data, columns, plans, highlight, lang, size, ax) as figure:
        every = figure.names
        data = data[data["plan_id"].isin(every)]
        rows = relate_rows(data, per)
        groups = find_groups(rows, least=least)
        basis, short, subtitle = _WORDS[per][lang]
        if groups.empty:
            need = figure.say(
                f"要有至少{least}份计划以同样口径写明数量，且data/raw/context.csv中有这些城市的{basis}。",
                f"At least {least} plans must state an amount in the same terms, and data/raw/context.csv must have "
                f"the {basis} of their cities.",
            )
            return figure.say_need(figure.say(f"与{basis}相比的目标", f"Targets {short}"), need)
        rows = rows[rows["group"].isin(groups.index)]
        names = {p: n for p, n in every.items() if p in set(rows["plan_id"])}
        axes, shown = draw_panels(figure, rows, groups, names)
        kept = rows[rows["group"].isin(shown)]
        lacking = [n for p, n in every.items() if p not in names]
        return figure.finish(
            axes,
            title=_title(rows, data, list(groups.index), names, per, lang),
            subtitle=subtitle,
            note=_note(kept, lacking, len(groups) - len(shown), per, lang, dashes=len(kept) < len(shown) * len(names)),
            data=_tidy(kept, data, targets, per, names),
        )


def relate_rows(data: pd.DataFrame, per: str) -> pd.DataFrame:
    """The standing rows that have a ratio, both ends of each number brought to it."""
    ratio = data[PER[per]].astype("Float64")
    rows = data[ratio.notna() & ~data["masked"]]
    parts = [keep_standing(part) for _, part in rows.groupby("group", sort=True)]
    rows = pd.concat(parts) if parts else rows
    places = pd.Series([find_place(r) for r in rows.to_dict("records")], index=rows.index, dtype="float64")
    factor = rows[PER[per]].astype(float) / places.where(places != 0) * (100 if per == "gdp" else 1)
    for column in ("value_min_std", "value_max_std"):
        rows = rows.assign(**{column: (rows[column].astype(float) * factor).map(_round).astype("Float64")})
    return rows.assign(unit_std="percent") if per == "gdp" else rows


def _round(value: float) -> float:
    """Three figures: the context is no more exact."""
    return value if not np.isfinite(value) or value == 0 else float(f"{value:.3g}")


def _leader(rows: pd.DataFrame) -> str | None:
    """The plan with the largest number, if there is one alone."""
    places = pd.Series([find_place(r) for r in rows.to_dict("records")], index=rows["plan_id"], dtype="float64")
    top = places[places == places.max()]
    return str(top.index[0]) if len(top) == 1 else None


def _title(
    rows: pd.DataFrame, data: pd.DataFrame, groups: list[str], names: dict[str, str], per: str, lang: str
) -> str:
    """In how many indicators another city comes first once size is taken into account."""
    basis, short, _ = _WORDS[per][lang]
    moved: list[tuple[str, str | None, str | None]] = []
    for group in groups:
        now = rows[rows["group"] == group]
        before = data[data["target_id"].isin(now["target_id"])]
        leaders = _leader(before), _leader(now)
        if None not in leaders and leaders[0] != leaders[1]:
            moved.append((group, leaders[0], leaders[1]))
    n = len(groups)
    group, old, new = moved[0] if moved else (groups[0], None, _leader(rows[rows["group"] == groups[0]]))
    first = rows[rows["group"] == group].iloc[0]
    name = name_indicator(first["indicator"], lang, first["indicator_zh"])
    after = names[new] if new else ""
    if not moved:
        if n == 1 and after:
            zh, en = f"{short}的{name}：{after}的数字仍最高", f"{name} {short}: {after} still names most"
            return zh if lang == "zh" else en
        if lang == "zh":
            return f"按{basis}折算，{n}项指标的最高数字都没有换城市"
        return f"Relative to {basis}, no lead changes hands"
    earlier = names[str(old)]
    if lang == "zh":
        head = f"{name}的最高数字由{earlier}换成{after}"
        return f"按{basis}折算，{head if n == 1 else f'{n}项指标中{len(moved)}项换了第一：{head}'}"
    head = f"{name} {short}: {after} names most, not {earlier}"
    return head if n == 1 else f"The lead changes in {len(moved)} of {n} indicators. {head}"


def _note(rows: pd.DataFrame, lacking: list[str], hidden: int, per: str, lang: str, *, dashes: bool) -> str:
    """What marks mean, where the context comes from, and who is missing."""
    basis = _WORDS[per][lang][0]
    zh = lang == "zh"
    parts = [explain_marks(rows, lang)]
    if dashes and rows["plan_id"].nunique() <= PANEL_PLANS:
        parts.append("“–”：未以同样口径提出。" if zh else "Dash: not stated in these terms.")
    parts.append(f"{basis}取计划年份前最近一年。" if zh else f"The latest {basis} not after the plan's year is taken.")
    if lacking:
        cities = join_names(lacking, lang, 6)
        parts.append(
            f"不在图中：{cities}（缺{basis}，或没有可比的数量）。"
            if zh
            else f"Not shown, for want of {basis} or of a comparable amount: {cities}."
        )
    if hidden > 0:
        parts.append(f"另有{hidden}项未画出。" if zh else f"{hidden} more indicators are not shown.")
    return ("" if zh else " ").join(part for part in parts if part)


def _tidy(
    rows: pd.DataFrame, data: pd.DataFrame, targets: pd.DataFrame | None, per: str, names: dict[str, str]
) -> pd.DataFrame:
    """The rows behind the marks: the number as stated, the ratio, and the sentence."""
    stated = attach_source(data[data["target_id"].isin(rows["target_id"])], targets)
    tidy = list_marks(stated, names)
    ratios = stated.set_index("target_id")[PER[per]]
    tidy.insert(12, PER[per], tidy["target_id"].map(ratios))
    return tidy
