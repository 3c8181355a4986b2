"""What an analyst may play with in a notebook, and what stands in its place on a page: a picture, a whole table."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from compare.errors import CompareError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WORDS = {
    "indicator": {"zh": "指标", "en": "Indicator"},
    "first": {"zh": "城市", "en": "City"},
    "second": {"zh": "另一城市", "en": "Other city"},
    "search": {"zh": "查找", "en": "Search"},
    "rows": {"zh": "行", "en": "rows"},
    "none": {"zh": "没有可选的内容。", "en": "There is nothing to choose from."},
}
_VIEW = "application/vnd.jupyter.widget-view+json"
# Handlers stand in the tags, so that a table needs no script of its own and a page with ten tables no ten copies.
_SEARCH = (
    "const f=this.closest('.rows'),w=this.value.toLowerCase().split(/\\s+/).filter(Boolean);let n=0;"
    "for(const r of f.querySelectorAll('tbody tr')){const t=r.textContent.toLowerCase();"
    "r.hidden=!w.every(x=>t.includes(x));n+=!r.hidden}f.querySelector('output').value=n"
)
_SORT = (
    "const h=this.parentElement,i=h.cellIndex,b=h.closest('table').tBodies[0],d=h.ariaSort==='ascending'?-1:1;"
    "for(const o of h.parentElement.cells)o.ariaSort=null;h.ariaSort=d>0?'ascending':'descending';"
    "b.append(...[...b.rows].sort((p,q)=>{const x=p.cells[i].textContent,y=q.cells[i].textContent,m=+x,n=+y;"
    "return d*(x!==''&amp;&amp;y!==''&amp;&amp;!isNaN(m)&amp;&amp;!isNaN(n)?m-n:x.localeCompare(y,'zh'))}))"
)


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
            name: Dropdown(options=choices, value=self.chosen[name], description=label, layout=Layout(width="20em"))
            for name, (label, choices) in self.menus.items()
        }

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
    if indicator is None and len(groups) and len(named := groups[~groups.index.str.startswith("other|")]):
        groups = pd.concat([named, groups.drop(named.index)])
    if groups.empty:
        return Nothing(_WORDS["none"][lang])
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

    return Explorer(draw, {"group": (_WORDS["indicator"][lang], choices)}, {"group": (own or [choices[0][1]])[0]}, lang)


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
        return Nothing(_WORDS["none"][lang])
    given = [next(iter(pick_plans(city, names, "explore_differences")), None) for city in (first, second)]
    pair = choose_pair(known, names, *given)

    def draw(first: str, second: str) -> Axes:
        return plot_differences(priorities, plans=plans, first=first, second=second, lang=lang, size=size)

    menus = {name: (_WORDS[name][lang], choices) for name in ("first", "second")}
    return Explorer(draw, menus, {"first": pair[0], "second": pair[1]}, lang)


@dataclass(frozen=True)
class Nothing:
    """A sentence in place of menus that would be empty."""

    says: str

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.says)}</p>"


@dataclass(frozen=True)
class SearchableTable:
    """A table with a search field and columns to sort by; without scripts it is the whole table."""

    rows: pd.DataFrame
    lang: str = "zh"

    def _repr_html_(self) -> str:
        """What a notebook and its page show."""
        heads = "".join(
            f'<th scope="col"><button type="button" onclick="{_SORT}" '
            f'style="all:unset;cursor:pointer;font-weight:bold">{escape(str(name))}</button></th>'
            for name in self.rows.columns
        )
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:start'>{escape(_say(cell))}</td>" for cell in row) + "</tr>"
            for row in self.rows.itertuples(index=False, name=None)
        )
        return (
            f'<div class="rows"><p><label>{_WORDS["search"][self.lang]} <input type="search" oninput="{_SEARCH}">'
            f"</label> <output>{len(self.rows)}</output> {_WORDS['rows'][self.lang]}</p>"
            f'<div style="max-height:32em;overflow:auto" tabindex="0"><table class="dataframe"><thead><tr>{heads}</tr>'
            f"</thead><tbody>{body}</tbody></table></div></div>"
        )


def show_table(rows: pd.DataFrame, lang: str = "zh") -> SearchableTable:
    """A table to search and sort in a notebook and on its page, without a network or a library of scripts.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its index is not shown.
    lang : {"zh", "en"}

    Returns
    -------
    SearchableTable
    """
    return SearchableTable(rows, lang)


def _say(cell: Any) -> str:
    """A cell as text; missing is empty."""
    if not isinstance(cell, str) and pd.isna(cell):
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
