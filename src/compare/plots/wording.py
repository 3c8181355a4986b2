"""Words that set each plan apart from the others."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from compare.plots.frames import open_figure, use_panels
from compare.style.fonts import measure_text, shorten_text
from compare.style.look import BLUE, FAINT, INK, MUTED, SKY, Size
from compare.style.sheet import split_body

_COLUMNS = ("plan_id", "term", "count", "count_others", "z")
_CHANCE = 1.96


def plot_wording(
    data: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    top: int = 8,
    sentences: pd.DataFrame | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """The terms that a plan uses more than the others do, a panel for each plan.

    Parameters
    ----------
    data : pandas.DataFrame
        Result of `distinctive_terms`.
    plans : pandas.DataFrame
        Table plans.
    top : int
        Terms for each plan.
    sentences : pandas.DataFrame, optional
        Table sentences; gives each term in the data beside the figure the first sentence that has it.
    highlight : str or list of str, optional
        Plans to bring out, by plan_id or city.
    lang : {"zh", "en"}
        Language of the labels; the terms stay as written.
    size : {"page", "column", "slide"}
    ax : Axes, optional
        Draw here; a new figure if not given.

    Returns
    -------
    Axes
        The body; its panels are `ax.child_axes`.
    """
    with open_figure("plot_wording", data, _COLUMNS, plans, highlight, lang, size, ax) as figure:
        names, chosen, look = figure.names, figure.chosen, figure.look
        rows = data[data["plan_id"].isin(names) & (data["z"] > 0)]
        rows = rows.sort_values(["plan_id", "z", "term"], ascending=[True, False, True], kind="stable")
        rows = rows.groupby("plan_id", sort=False).head(top)
        if len(names) < 2 or rows.empty:
            need = figure.say("至少要有两份计划，才能看出谁的用词不同。", "Two plans at least are needed.")
            return figure.say_need(figure.say("用词", "Wording"), need)
        known = [p for p in names if p in set(rows["plan_id"])]
        columns = min({"column": 2, "page": 3, "slide": 5}[look.name], len(known))
        panel_cm, head_cm = look.row * 0.95 * top, look.row * 1.2
        most = columns * max(int((look.height - 4.5) / (panel_cm + head_cm)), 1)
        shown = _choose(rows, known, chosen, most)
        lines = -(-len(shown) // columns)
        axes = figure.start(lines * (panel_cm + head_cm))
        term = max(measure_text(t, look.small) for t in rows.loc[rows["plan_id"].isin(shown), "term"]) / 72 * 2.54
        gap = term + {"column": 0.7, "page": 0.9, "slide": 1.4}[look.name]
        panels = split_body(axes, columns, lines, gap_cm=(gap, head_cm), outer_cm=(term + 0.2, 0.05, 0.4, head_cm))
        width = (look.width - 2 * look.margin - term - 0.6 - gap * (columns - 1)) / columns / 2.54 * 72
        limit = float(rows["z"].max()) * 1.12
        for index, panel in use_panels(panels, len(shown)):
            part = rows[rows["plan_id"] == shown[index]]
            strong = not chosen or shown[index] in chosen
            _draw_terms(panel, part, names[shown[index]], look, width + term / 2.54 * 72, limit, top, strong=strong)
        return figure.finish(
            axes,
            title=_title(rows, shown, names, lang),
            subtitle=figure.say(
                "用得比其他计划多的词；条长为差异的显著程度（z），数字为本计划出现次数",
                "Terms used more than in the other plans; bar: how marked the difference is (z), number: uses",
            ),
            note=_note(len(known), len(shown), lang),
            data=_tidy(rows, names, sentences),
        )


def _choose(rows: pd.DataFrame, known: list[str], chosen: set[str], most: int) -> list[str]:
    """The plans to show: all if they fit, else the chosen and those with the most marked words."""
    if len(known) <= most:
        return known
    marked = rows.groupby("plan_id")["z"].sum().sort_values(ascending=False, kind="stable").index
    keep = set(([p for p in known if p in chosen] + [p for p in marked if p not in chosen])[:most])
    return [p for p in known if p in keep]


def _draw_terms(
    ax: Axes, part: pd.DataFrame, name: str, look: Size, width: float, limit: float, top: int, *, strong: bool
) -> None:
    """Bars for the terms of one plan; pale where chance would do as well."""
    records = part.to_dict("records")
    for y, row in enumerate(records):
        colour = (BLUE if strong else SKY) if row["z"] > _CHANCE else "#c3cad0"
        ax.barh(y, row["z"], height=0.6, color=colour, linewidth=0, gid="bar")
        ax.annotate(
            f"{int(row['count'])}",
            (row["z"], y),
            xytext=(look.small * 0.4, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=look.small,
            color=MUTED,
            annotation_clip=False,
        )
    ax.set_xlim(0, limit)
    ax.set_ylim(top - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks(range(len(records)), [str(row["term"]) for row in records])
    ax.tick_params(axis="y", labelsize=look.small)
    ax.axvline(0, color=FAINT, linewidth=look.text / 9)
    ax.annotate(
        shorten_text(name, width * 0.8, look.text, "bold"),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, look.text * 0.4),
        textcoords="offset points",
        fontsize=look.text,
        fontweight=700,
        color=INK,
        annotation_clip=False,
    )


def _title(rows: pd.DataFrame, shown: list[str], names: dict[str, str], lang: str) -> str:
    """The most marked word of up to three plans."""
    first = rows.drop_duplicates("plan_id").sort_values("z", ascending=False, kind="stable")
    first = first[first["plan_id"].isin(shown)].head(3)
    pairs = [(names[p], t) for p, t in zip(first["plan_id"], first["term"], strict=True)]
    if lang == "zh":
        return "最见特色的用词：" + "，".join(f"{city}“{term}”" for city, term in pairs)
    return "What marks them out: " + ", ".join(f"{term} in {city}" for city, term in pairs)


def _note(plans: int, shown: int, lang: str) -> str:
    """What the shades mean, and who is not shown."""
    zh = lang == "zh"
    parts = [
        "浅色：单看一词，差异可能出于偶然（z<1.96）；加权对数优势比，先验取自全部计划。"
        if zh
        else "Pale: for a single term, chance would do as well (z<1.96). Weighted log-odds with a prior from all plans."
    ]
    if shown < plans:
        parts.append(
            f"只画出用词最有特色的{shown}份，共{plans}份。"
            if zh
            else f"The {shown} most marked of {plans} plans are shown."
        )
    return ("" if zh else " ").join(parts)


def _tidy(rows: pd.DataFrame, names: dict[str, str], sentences: pd.DataFrame | None) -> pd.DataFrame:
    """The terms behind the bars, with the city's name and the first sentence of the plan that has the term."""
    tidy = rows.reset_index(drop=True).copy()
    tidy.insert(1, "city", tidy["plan_id"].map(names).astype("string"))
    tidy = tidy.astype({"plan_id": "string", "term": "string"})
    if sentences is None:
        return tidy
    plain = sentences["text"].str.replace(r"\s", "", regex=True)
    found = []
    for plan, term in zip(tidy["plan_id"], tidy["term"], strict=True):
        having = sentences[(sentences["plan_id"] == plan) & plain.str.contains(term, regex=False)]
        found.append(having.sort_values("n").head(1).assign(term=term))
    first = pd.concat(found)[["plan_id", "term", "file", "text", "start", "end"]].rename(columns={"text": "quote"})
    return tidy.merge(first, on=["plan_id", "term"], how="left", validate="1:1")
