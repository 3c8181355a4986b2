"""Menus above a figure in a notebook, and what stands in their place on a page: the figure."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from compare.errors import CompareError
from compare.notebooks.prose import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass
class Explorer:
    """A figure with menus above it; on a page and in print, the figure as it is first drawn.

    Attributes
    ----------
    draw : callable
        Draws the figure for the values of the menus, given by name.
    menus : dict
        For each name the label of its menu and the choices as pairs of what is shown and the value.
    chosen : dict
        What is chosen at first.
    lang : {"zh", "en"}
    """

    draw: Callable[..., Axes]
    menus: dict[str, tuple[str, list[tuple[str, str]]]]
    chosen: dict[str, str]
    lang: str = "zh"
    box: Any = field(default=None, repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The menus for a notebook, and the picture for whoever cannot run them."""
        picture, says = self.picture(**self.chosen)
        bundle = {"image/png": base64.b64encode(picture).decode("ascii"), "text/plain": says}
        view = self._build(picture, says)
        return bundle if view is None else bundle | view

    def picture(self, **values: str) -> tuple[bytes, str]:
        """The figure for these values as PNG, and its title."""
        from matplotlib import pyplot as plt

        from compare.style.look import drawing
        from compare.style.sheet import find_sheet

        ax = self.draw(**values)
        sheet = find_sheet(ax)
        target = io.BytesIO()
        with drawing(sheet.size if sheet else "page"):
            ax.figure.savefig(target, format="png", dpi=144, metadata={"Software": None})  # type: ignore[union-attr]
        plt.close(ax.figure)  # type: ignore[arg-type]
        return target.getvalue(), sheet.title if sheet else ""

    def _build(self, picture: bytes, says: str) -> dict[str, Any] | None:
        """The view of the menus, or None outside a notebook."""
        from ipywidgets import HTML, Dropdown, HBox, Layout, VBox

        image = HTML(_show(picture, says))
        told = HTML()
        menus = {
            name: Dropdown(
                options=choices, value=self.chosen[name], description=label,
                layout=Layout(width="max-content", min_width="20em", max_width="100%"),
            )
            for name, (label, choices) in self.menus.items()
        }  # fmt: skip

        def redraw(_: Any) -> None:
            try:
                image.value = _show(*self.picture(**{name: menu.value for name, menu in menus.items()}))
                told.value = ""
            except CompareError as error:
                told.value = f"<p role='alert'>{escape(str(error))}</p>"

        for menu in menus.values():
            menu.observe(redraw, names="value")
        self.box = VBox([HBox(list(menus.values()), layout=Layout(flex_flow="row wrap")), told, image])
        view = self.box._repr_mimebundle_()
        if isinstance(view, tuple):
            view = view[0]
        return {_VIEW: view[_VIEW]} if view and _VIEW in view else None


def _show(picture: bytes, says: str) -> str:
    """A picture with its words for those who cannot see it."""
    data = base64.b64encode(picture).decode("ascii")
    return f'<img class="figure" style="max-width:100%" alt="{escape(says)}" src="data:image/png;base64,{data}">'


def explore_targets(
    comparisons: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    targets: pd.DataFrame | None = None,
    indicator: str | None = None,
    highlight: str | Iterable[str] | None = None,
    lang: str = "zh",
    size: str = "page",
) -> Explorer | Nothing:
    """`plot_targets` with a menu of the indicators, those most plans give numbers for first.

    Parameters
    ----------
    comparisons, plans, targets, indicator, highlight, lang, size
        As in `plot_targets`; `indicator` is chosen at first.
    """
    from compare.plots.panels import find_groups
    from compare.plots.targets import plot_targets, say_kind
    from compare.style.names import name_indicator
    from compare.vocabulary.labels import label

    shown = comparisons[comparisons["plan_id"].isin(plans["plan_id"])]
    groups = find_groups(shown, least=1)
    if indicator is None and len(groups) and len(named := groups[~groups.index.str.startswith("other:")]):
        groups = pd.concat([named, groups.drop(named.index)])
    if groups.empty:
        return Nothing(say("no_numbers", lang))
    first = {str(row["group"]): row for row in shown.drop_duplicates("group").to_dict("records")}
    choices = []
    for group, number in groups["plans"].head(60).items():
        row = first[str(group)]
        name = name_indicator(row["indicator"], lang, row["indicator_zh"])
        words = f"{name} · {say_kind(row, label('unit', row['unit_std'], lang), lang)} · {number}"
        choices.append((words, str(group)))
    own = [g for _, g in choices if first[g]["indicator"] == indicator]

    def draw(group: str) -> Axes:
        return plot_targets(shown, plans=plans, targets=targets, group=group, highlight=highlight, lang=lang, size=size)

    return Explorer(draw, {"group": (say("indicator", lang), choices)}, {"group": (own or [choices[0][1]])[0]}, lang)


def explore_differences(
    priorities: pd.DataFrame,
    *,
    plans: pd.DataFrame,
    first: str | None = None,
    second: str | None = None,
    lang: str = "zh",
    size: str = "page",
) -> Explorer | Nothing:
    """`plot_differences` with two menus of the cities.

    Parameters
    ----------
    priorities, plans, first, second, lang, size
        As in `plot_differences`.
    """
    from compare.plots.differences import choose_pair, plot_differences
    from compare.plots.frames import pick_plans
    from compare.plots.priorities import keep_known
    from compare.style.names import name_plans

    names = name_plans(plans, lang)
    known = keep_known(priorities, names)
    choices = [(name, plan) for plan, name in names.items() if plan in set(known["plan_id"])]
    if len(choices) < 2:
        return Nothing(say("no_pair", lang))
    given = [next(iter(pick_plans(city, names, "explore_differences")), None) for city in (first, second)]
    pair = choose_pair(known, names, *given)

    def draw(first: str, second: str) -> Axes:
        return plot_differences(priorities, plans=plans, first=first, second=second, lang=lang, size=size)

    menus = {name: (say(name, lang), choices) for name in ("first", "second")}
    return Explorer(draw, menus, {"first": pair[0], "second": pair[1]}, lang)


@dataclass(frozen=True)
class Nothing:
    """A sentence in place of menus that would be empty."""

    says: str

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.says)}</p>"
