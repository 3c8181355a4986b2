"""What all figures share: how one is opened and finished, checks, rows that fit, panels, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from compare.errors import FigureError
from compare.style.look import Size, drawing
from compare.style.names import name_plans, say_source
from compare.style.sheet import Key, finish_sheet, say_instead, start_sheet

if TYPE_CHECKING:
    from matplotlib.axes._base import _AxesBase


@dataclass(frozen=True)
class Drawing:
    """A figure while it is drawn.

    Attributes
    ----------
    look : Size
        Sizes of type and paper.
    lang : {"zh", "en"}
    names : dict of str to str
        What plans are called, by plan_id.
    chosen : set of str
        Plans to bring out, by plan_id.
    source : str
        The source line.
    ax : Axes or None
        Someone else's axes to draw on.
    """

    look: Size
    lang: str
    names: dict[str, str]
    chosen: set[str]
    source: str
    ax: Axes | None

    def say(self, chinese: str, english: str) -> str:
        """The words of the figure's language."""
        return chinese if self.lang == "zh" else english

    def start(self, body_cm: float) -> Axes:
        """The axes to draw on, those of a new sheet if none were given."""
        return self.ax or start_sheet(self.look, body_cm)

    def say_need(self, title: str, sentence: str) -> Axes:
        """A sentence in place of the figure, saying what it needs."""
        return say_instead(self.start(2.5), sentence, title=title, source=self.source)

    def finish(
        self,
        axes: Axes,
        *,
        title: str,
        subtitle: str,
        data: pd.DataFrame,
        note: str = "",
        key: Key = (),
        source: str = "",
    ) -> Axes:
        """Write finding, units, key, notes and source around the body, and keep the rows behind its marks."""
        return finish_sheet(
            axes, title=title, subtitle=subtitle, key=key, note=note, source=source or self.source, data=data
        )


@contextmanager
def open_figure(
    figure: str,
    data: pd.DataFrame | None,
    columns: Iterable[str],
    plans: pd.DataFrame,
    highlight: str | Iterable[str] | None,
    lang: str,
    size: str,
    ax: Axes | None,
    names: dict[str, str] | None = None,
) -> Iterator[Drawing]:
    """Check what a figure was given, and draw it with the look of the suite.

    Parameters
    ----------
    figure : str
        Name of the function, for messages.
    data : pandas.DataFrame or None
        What must have these columns.
    columns : iterable of str
    plans : pandas.DataFrame
        Table plans.
    highlight, lang, size, ax
        As the function was given them.
    names : dict of str to str, optional
        What `highlight` chooses among; the plans if not given.

    Raises
    ------
    FigureError
        A column, a plan, the language or the size is unknown.
    """
    if data is not None:
        need_columns(data, columns, figure)
    names = name_plans(plans, lang) if names is None else names
    chosen = pick_plans(highlight, names, figure)
    with drawing(size) as look:
        yield Drawing(look, lang, names, chosen, say_source(plans, lang), ax)


def use_panels(panels: Sequence[Axes], count: int) -> Iterator[tuple[int, Axes]]:
    """The first so many panels with their number; the others are switched off."""
    for spare in panels[count:]:
        spare.set_axis_off()
        spare.set_in_layout(False)
    return enumerate(panels[:count])


def need_columns(frame: pd.DataFrame, columns: Iterable[str], figure: str) -> None:
    """Refuse a frame that lacks columns.

    Raises
    ------
    FigureError
        Names the missing columns and those found.
    """
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise FigureError(
            f"the columns {', '.join(missing)} are missing; found {', '.join(map(str, frame.columns))}.",
            where=figure,
            hint="Pass the table of that name from compare.load_tables().",
        )


def pick_plans(highlight: str | Iterable[str] | None, names: dict[str, str], figure: str) -> set[str]:
    """The plan_ids to bring out, given as plan_id or as the name shown.

    Raises
    ------
    FigureError
        One of them is neither.
    """
    if highlight is None:
        return set()
    asked = [highlight] if isinstance(highlight, str) else list(highlight)
    by_name = {name: plan for plan, name in names.items()}
    chosen = set()
    for key in asked:
        plan = key if key in names else by_name.get(key)
        if plan is None:
            raise FigureError(
                f"there is no plan {key!r}.", where=figure, hint=f"Choose among {', '.join(list(names.values())[:12])}."
            )
        chosen.add(plan)
    return chosen


def fit_rows(size: Size, rows: int, row_cm: float, around_cm: float) -> int:
    """How many rows of that height stand on the size beside `around_cm` of other things."""
    return max(min(rows, int((size.height - around_cm) / row_cm)), 1)


def fit_row_labels(ax: _AxesBase, rows: int, points: float) -> None:
    """Shrink the names of rows that are lower than their type, as on a slide of many plans; after the layout."""
    place: Any = ax.get_axes_locator()
    box = ax.get_position() if place is None else place(ax, None)
    row = box.height * ax.figure.get_size_inches()[1] * 72 / rows  # type: ignore[union-attr]
    if row < points * 1.1:
        ax.tick_params(axis="y", labelsize=row * 0.9)


def attach_sentences(frame: pd.DataFrame, sentences: pd.DataFrame | None) -> pd.DataFrame:
    """Shares of themes, each with the sentence of its plan that is most surely about the theme, and where it stands."""
    if sentences is None:
        return frame
    best = sentences.sort_values(["confidence", "n"], ascending=[False, True], kind="stable")
    best = best.drop_duplicates(["plan_id", "theme"]).rename(columns={"text": "quote"})
    return frame.merge(best[["plan_id", "theme", "quote", "start", "end"]], on=["plan_id", "theme"], how="left")


def attach_source(frame: pd.DataFrame, targets: pd.DataFrame | None) -> pd.DataFrame:
    """Rows with a target_id, together with the number and the sentence they were read from."""
    if targets is None:
        return frame
    more = [
        "target_id",
        "number",
        "unit",
        "quote",
        "start",
        "end",
        "number_start",
        "number_end",
        "section",
        "firmness",
        "confidence",
    ]
    add = targets[[c for c in more if c == "target_id" or c not in frame.columns]]
    return frame.merge(add, on="target_id", how="left", validate="m:1")
