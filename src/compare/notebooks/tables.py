"""A table to search and to sort in a notebook and on its page; without scripts it is the whole table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from unicodedata import east_asian_width

import pandas as pd

from compare.notebooks.prose import say
from compare.reading.rows import name_rows
from compare.style.names import name_plans

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
_SEEN_AT_ONCE = 7
_MOST_ROWS, _MOST_CELLS = 1000, 30_000  # more make a page of many megabytes; the frame itself has them
_WIDEST = 18  # em, so that a column of sentences is not squeezed to a few characters a line


@dataclass(frozen=True)
class SearchableTable:
    """A frame as a table with a search field and columns to sort by, with names in place of codes.

    Attributes
    ----------
    rows : pandas.DataFrame
        As given, with its codes.
    lang : {"zh", "en"}
    names : mapping of str to str
        What plans are called, by plan_id.
    """

    rows: pd.DataFrame
    lang: str = "zh"
    names: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        """What a notebook and its page show."""
        if self.rows.empty:
            return f"<p>{escape(say('no_rows', self.lang))}</p>"
        most = min(_MOST_ROWS, _MOST_CELLS // len(self.rows.columns))
        said = name_rows(self.rows.head(most), self.lang, self.names)
        cut = say("cut", self.lang, shown=f"{most:,}", all=f"{len(self.rows):,}")
        heads = "".join(
            f'<th scope="col" style="text-align:start;min-width:{_measure(said.iloc[:, at])}em">'
            f'<button type="button" onclick="{_SORT}" style="all:unset;cursor:pointer;font-weight:bold">'
            f"{escape(str(name))}</button></th>"
            for at, name in enumerate(said.columns)
        )
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:start'>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in said.itertuples(index=False, name=None)
        )
        search = say("search", self.lang)
        search_field = (
            f'<p><label>{search} <input type="search" oninput="{_SEARCH}"></label> '
            f"<output>{len(said)}</output> {say('rows', self.lang)}</p>"
            if len(said) > _SEEN_AT_ONCE
            else ""
        )
        return (
            f'<div class="rows">{f"<p>{escape(cut)}</p>" if len(self.rows) > most else ""}{search_field}'
            f'<div style="max-height:32em;overflow:auto" tabindex="0" role="region" aria-label="{search}">'
            f'<table class="dataframe"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></div>'
        )


def show_table(rows: pd.DataFrame, lang: str = "zh", *, plans: pd.DataFrame | None = None) -> SearchableTable:
    """A table to search and sort in a notebook and on its page, without a network or a library of scripts.

    Columns and values are shown by their names; the frame itself keeps its codes for calculations.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its index is not shown.
    lang : {"zh", "en"}
    plans : pandas.DataFrame, optional
        Table plans; with it, plans are called by their cities.

    Returns
    -------
    SearchableTable
    """
    return SearchableTable(rows, lang, {} if plans is None else name_plans(plans, lang))


def _measure(cells: pd.Series) -> int:
    """Width of a column in em that its longest cell asks for, up to a limit."""
    widths = (sum(1 if east_asian_width(letter) in "WF" else 0.55 for letter in cell[:40]) for cell in cells)
    return min(_WIDEST, round(max(widths)) + 3)
