"""Marks that say how a number bounds a target: what is open stays open, and what is hidden stays hollow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from compare.style.look import BLUE, FAINT, INK, MUTED, PAPER, SKY, Size
from compare.style.names import say_target
from compare.vocabulary.labels import label

NOTES = {
    "at_least": {"zh": "箭头向右：“以上”，上不封顶", "en": "arrow right: at least, open above"},
    "at_most": {"zh": "箭头向左：“以内”", "en": "arrow left: at most"},
    "range": {"zh": "横条：区间", "en": "bar: a range"},
    "about": {"zh": "浅带：“左右”（宽度无数值含义）", "en": "soft band: about (its width has no meaning)"},
    "masked": {"zh": "空心：原文隐去数字", "en": "hollow: number hidden by the source"},
    "benchmark": {"zh": "文字：以某一水平代替数字", "en": "words: a benchmark in place of a number"},
}


def find_place(row: Mapping[Any, Any]) -> float | None:
    """Where on the axis the mark of a target stands: its lower end, or its upper where that alone is given."""
    for column in ("value_min_std", "value_max_std"):
        if not pd.isna(row[column]):
            return float(row[column])
    return None


def draw_target(
    ax: Axes,
    row: Mapping[Any, Any],
    y: float,
    *,
    size: Size,
    lang: str,
    scale: float = 1.0,
    start: float = 0.0,
    strong: bool = True,
    labelled: bool = True,
) -> None:
    """Draw one target on a horizontal value axis, with its number beside it.

    Parameters
    ----------
    ax : Axes
    row : mapping
        A row of table comparisons or targets.
    y : float
        Row of the plot.
    size : Size
    lang : {"zh", "en"}
    scale : float
        What values are divided by to come onto the axis.
    start : float
        Where on the axis the marks without a number stand.
    strong : bool
        In the main colour, else set back.
    labelled : bool
        With the number as a label.
    """
    colour = BLUE if strong else SKY
    text = say_target(row, lang)
    dot = size.text * 0.72
    place = find_place(row)
    if row["bound"] == "benchmark" and place is None:
        if labelled:
            _write(ax, start, y, text, 0, size, MUTED)
        return
    masked = bool(row["masked"]) or place is None
    x = start if place is None or masked else place / scale
    reach = dot * 0.5
    face = PAPER if masked else colour
    bound = row["bound"]
    if bound == "range" and not masked and not (pd.isna(row["value_min_std"]) or pd.isna(row["value_max_std"])):
        low, high = float(row["value_min_std"]) / scale, float(row["value_max_std"]) / scale
        ax.plot(
            [low, high], [y, y], color=colour, linewidth=dot * 0.55, solid_capstyle="butt", gid="mark:range", zorder=3
        )
        ax.plot(
            [low, high],
            [y, y],
            linestyle="none",
            marker="|",
            markersize=dot * 1.15,
            markeredgewidth=dot * 0.2,
            color=colour,
            gid="mark:end",
            zorder=3,
        )
        x = high
    elif bound == "about":
        ax.plot(
            [x],
            [y],
            marker=_BAND,
            markersize=dot * 4.2,
            color=SKY,
            alpha=0.45,
            markeredgewidth=0,
            gid="mark:about",
            clip_on=False,
            zorder=2,
        )
        reach = dot * 2.1
    elif bound in ("at_least", "at_most"):
        arrow = _ARROW if bound == "at_least" else _ARROW_BACK
        ax.plot(
            [x],
            [y],
            marker=arrow,
            markersize=dot * 5,
            markeredgewidth=dot * 0.17,
            color=colour,
            fillstyle="none",
            gid=f"mark:{bound}",
            clip_on=False,
            zorder=3,
        )
        reach = dot * 2.5 if bound == "at_least" else reach
    if bound != "range" or masked:
        ax.plot(
            [x],
            [y],
            marker="o",
            markersize=dot,
            markerfacecolor=face,
            markeredgecolor=colour,
            markeredgewidth=dot * 0.17,
            linestyle="none",
            gid="mark:masked" if masked else "mark:point",
            clip_on=False,
            zorder=4,
        )
    if labelled and text:
        _write(ax, x, y, text, reach + size.text * 0.45, size, MUTED if masked else INK)


def draw_absent(ax: Axes, y: float, *, size: Size, lang: str, start: float = 0.0, otherwise: str = "") -> None:
    """Say that a plan does not name the indicator, or names it in other terms.

    Parameters
    ----------
    ax : Axes
    y : float
        Row of the plot.
    size : Size
    lang : {"zh", "en"}
    start : float
        Where on the axis the words begin.
    otherwise : str
        What differs where the plan does name it: `column:value`, or `unit`.
    """
    text = "未提出" if lang == "zh" else "not stated"
    if otherwise:
        column, _, value = otherwise.partition(":")
        named = label(column, value, lang) if value else ""
        text = "口径不同" if lang == "zh" else "in other terms"
        text += (f"（{named}）" if lang == "zh" else f" ({named})") if named else ""
    _write(ax, start, y, text, 0, size, MUTED if otherwise else FAINT)


def explain_marks(rows: pd.DataFrame, lang: str) -> str:
    """The note that explains the marks that occur, and no others."""
    kinds = [b for b in ("at_least", "at_most", "range", "about") if ((rows["bound"] == b) & ~rows["masked"]).any()]
    kinds += ["masked"] if rows["masked"].any() else []
    kinds += ["benchmark"] if (rows["bound"] == "benchmark").any() else []
    if not kinds:
        return ""
    texts = [NOTES[k][lang] for k in kinds]
    return ("；".join(texts) + "。") if lang == "zh" else ("; ".join(texts) + ".").capitalize()


def choose_scale(values: list[float], unit: str, lang: str, written: list[str] | None = None) -> tuple[float, str]:
    """What to divide values by so that the axis stays short, and what the axis is then called.

    Chinese counting words are taken from the units as written where these agree.
    """
    names = {
        "thing": ("个", ""),
        "person": ("人", "people"),
        "person_time": ("人次", "person-times"),
        "event": ("场次", "events"),
        "item": ("条、件", "items"),
        "percent": ("%", "%"),
        "percentage_point": ("百分点", "percentage points"),
    }
    top = max((abs(v) for v in values), default=0.0)
    if unit == "CNY":
        steps = ((1e9, "CNY billion"), (1e6, "CNY million"), (1.0, "CNY"))
        if lang == "zh":
            steps = ((1e8, "亿元"), (1e4, "万元"), (1.0, "元"))
        return next(((s, n) for s, n in steps if top >= s), steps[-1])
    name = names[unit][lang == "en"] if unit in names else label("unit", unit, lang)
    alike = {w for w in written or [] if w} if unit in names else set()  # others are converted, as 亩 to 平方米
    if lang == "zh" and len(alike) == 1 and not (word := next(iter(alike))).startswith(("万", "亿", "千", "百")):
        name = word
    if lang == "zh" and top >= 1e5:
        return 1e4, f"万{name}"
    if lang == "en" and top >= 1e6:
        return 1e6, f"million {name}"
    return 1.0, name


def say_tick(value: float) -> str:
    """A value of an axis, short."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else ""
    text = f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:.2g}"
    return text.replace("-", "−")


def say_number(value: float) -> str:
    """A value in a label: thousands separated, three figures where it is small."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def _write(ax: Axes, x: float, y: float, text: str, offset: float, size: Size, colour: str) -> None:
    """A label to the right of a place."""
    ax.annotate(
        text,
        (x, y),
        xytext=(offset, 0),
        textcoords="offset points",
        ha="left",
        va="center_baseline",
        fontsize=size.small,
        color=colour,
        annotation_clip=False,
        gid="label",
        zorder=5,
    )


_ARROW_TIPS = [(0, 0), (0.5, 0), (0.36, 0.11), (0.5, 0), (0.36, -0.11), (-0.5, 0)]
_ARROW_CODES = [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO, Path.MOVETO]
_ARROW = Path(_ARROW_TIPS, _ARROW_CODES)
_ARROW_BACK = Path([(-x, y) for x, y in _ARROW_TIPS], _ARROW_CODES)
_BAND = Path([(-0.5, -0.11), (0.5, -0.11), (0.5, 0.11), (-0.5, 0.11), (-0.5, -0.11)], closed=True)
