"""What kinds of targets a plan sets: who recognises them, what they measure, how firmly they are put."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from compare.plots.frames import fit_rows, open_figure
from compare.schema import FIRMNESS, MEASURES
from compare.style.fonts import measure_text, shorten_text, wrap_text
from compare.style.look import BLUE, INK, MUTED, PAPER, Size, shade_map
from compare.style.names import say_percent
from compare.vocabulary.labels import label

_COLUMNS = ("target_id", "plan_id", "tier", "measure", "firmness", "same_as", "masked")
_SOURCE = ("masked", "number", "quote", "file", "start", "end", "number_start", "number_end")
_TIERS = ("national", "provincial", "municipal", "county", "")
_PARTS = (
    ("measure", MEASURES, "性质", "Measure"),
    ("tier", _TIERS, "级别", "Tier"),
    ("firmness", FIRMNESS, "语气", "Wording"),
)


def plot_target_structure(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Number of targets by measure, tier and wording, a row for each plan, shaded by their share in the plan.

    Parameters
    ----------
    data : pandas.DataFrame
        Table targets; repeats are left out.
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
    with open_figure("plot_target_structure", data, _COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, look = figure.names, figure.look
        rows = data[(data["same_as"] == "") & data["plan_id"].isin(names)]
        if rows.empty:
            need = figure.say("这些计划没有提出目标。", "These plans set no targets.")
            return figure.say_need(figure.say("目标构成", "Kinds of targets"), need)
        counts = _count(rows, list(names))
        row_cm = look.row * (0.9 if look.fixed else 1.1)
        heads, upright = _say_heads(counts, look, lang)
        high = _head_height(heads, upright, look)
        head_cm = (high + look.text * 2.4) / 72 * 2.54
        shown = list(names)[: fit_rows(look, len(names), row_cm, head_cm + (6.5 if look.fixed else 4.0))]
        axes = figure.start(row_cm * len(shown) + head_cm)
        _draw_cells(axes, counts.loc[shown], names, figure.chosen, look)
        _name_columns(axes, heads, upright, high, look, lang)
        note = figure.say(
            "颜色越深，在该计划的目标中占比越高；重复提及只计一次。",
            "The darker, the larger its share of the plan's targets; repeats counted once.",
        )
        if more := len(names) - len(shown):
            note += figure.say(f"另有{more}份计划未画出。", f" {more} more plans are not shown.")
        return figure.finish(
            axes,
            title=_title(rows, lang),
            subtitle=figure.say("各类目标的条数", "Number of targets of each kind"),
            note=note,
            data=_tidy(rows, names),
        )


def _count(rows: pd.DataFrame, plans: list[str]) -> pd.DataFrame:
    """Targets by plan (rows) and by (aspect, kind) in columns; tiers with 以上 count with their level."""
    rows = rows.assign(tier=rows["tier"].str.rstrip("+"))
    parts = {("all", "all"): rows.groupby("plan_id").size()}
    for aspect, kinds, _, _ in _PARTS:
        for kind in kinds:
            parts[(aspect, kind)] = rows[rows[aspect] == kind].groupby("plan_id").size()
    return pd.DataFrame(parts).reindex(plans).fillna(0).astype(int)


def _place_columns(columns: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Where each column stands; blocks are set apart."""
    places, at = {}, 0.0
    for i, column in enumerate(columns):
        at += 0.45 if i and columns[i - 1][0] != column[0] else 0
        places[column] = at
        at += 1
    return places


def _kinds(counts: pd.DataFrame) -> list[tuple[str, str]]:
    """The columns of kinds, without the total."""
    return [(str(c[0]), str(c[1])) for c in counts.columns if c[0] != "all"]


def _draw_cells(ax: Axes, counts: pd.DataFrame, names: dict[str, str], chosen: set[str], look: Size) -> None:
    """A table of shaded counts in three blocks."""
    shades, top = shade_map(), 0.9
    places = _place_columns(_kinds(counts))
    for column, x in places.items():
        for y, plan in enumerate(counts.index):
            n, total = int(counts.loc[plan, column]), int(counts.loc[plan, ("all", "all")])
            share = n / total if total else 0.0
            cell = Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shades(min(share / top, 1.0)), edgecolor=PAPER)
            ax.add_patch(cell)
            colour = PAPER if share / top > 0.52 else INK if n else MUTED
            ax.text(x, y, str(n) if n else "·", ha="center", va="center_baseline", fontsize=look.small, color=colour)
    ax.set_xlim(-0.5, max(places.values()) + 0.5)
    ax.set_ylim(len(counts) - 0.5, -0.5)
    room = look.width / 2.54 * 72 * 0.24
    ax.set_yticks(range(len(counts)), [shorten_text(names[p], room, look.text) for p in counts.index])
    for tick, plan in zip(ax.get_yticklabels(), counts.index, strict=True):
        tick.set_fontweight(700 if plan in chosen else 400)
        tick.set_color(BLUE if plan in chosen else INK)


def _say_heads(counts: pd.DataFrame, look: Size, lang: str) -> tuple[dict[tuple[str, str], str], bool]:
    """Column heads, and whether they must stand upright because their longest word is too wide."""
    columns = _kinds(counts)
    last = max(_place_columns(columns).values()) + 1
    wide = (look.width - 2 * look.margin) / 2.54 * 72 * 0.8 / last
    plain = {
        (aspect, kind): ("不分级" if lang == "zh" else "none") if kind == "" else label(aspect, kind, lang)
        for aspect, kind in columns
    }
    heads = {c: wrap_text(text, wide * 0.98, look.small) for c, text in plain.items()}
    if max(measure_text(line, look.small) for h in heads.values() for line in h.split("\n")) <= wide:
        return heads, False
    return {c: shorten_text(text, look.text * 9, look.small) for c, text in plain.items()}, True


def _head_height(heads: dict[tuple[str, str], str], upright: bool, look: Size) -> float:
    """Height of the column heads in points."""
    if upright:
        return max(measure_text(h, look.small) for h in heads.values()) + look.small * 0.5
    return max(h.count("\n") + 1 for h in heads.values()) * look.small * 1.3 + look.small * 0.5


def _name_columns(
    ax: Axes, heads: dict[tuple[str, str], str], upright: bool, high: float, look: Size, lang: str
) -> None:
    """Column heads, and above them what each block is about."""
    places = _place_columns(list(heads))
    ax.set_xticks(list(places.values()), list(heads.values()), rotation=90 if upright else 0)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelsize=look.small, labelcolor=MUTED)
    for aspect, _, chinese, english in _PARTS:
        first = next(x for column, x in places.items() if column[0] == aspect)
        ax.annotate(
            chinese if lang == "zh" else english,
            (first - 0.45, -0.5),
            xytext=(0, high + look.text * 0.5),
            va="bottom",
            textcoords="offset points",
            fontsize=look.text,
            fontweight=700,
            color=INK,
            annotation_clip=False,
        )


def _title(rows: pd.DataFrame, lang: str) -> str:
    """The commonest measure, and how many targets only aspire."""
    kinds = rows["measure"].value_counts()
    kinds = kinds[sorted(kinds.index, key=lambda k: (-kinds[k], k))]
    top, share = str(kinds.index[0]), say_percent(kinds.iloc[0] / len(rows))
    aspired, binding = (say_percent((rows["firmness"] == f).mean()) for f in ("aspired", "binding"))
    if lang == "zh":
        return f"{len(rows)}个目标中{share}是{label('measure', top)}；约束性的占{binding}，力争性的占{aspired}"
    kind = label("measure", top, "en")
    return f'{share} of {len(rows)} targets are put as "{kind}"; {binding} are binding, {aspired} are aspirations'


def _tidy(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The targets that are counted, each with its kinds and the sentence it was read from."""
    columns = ["target_id", "plan_id", "city", *(aspect for aspect, *_ in _PARTS), *_SOURCE]
    tidy = rows.assign(city=rows["plan_id"].map(names).astype("string"))
    return tidy[[c for c in columns if c in tidy.columns]].reset_index(drop=True)
