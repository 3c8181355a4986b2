"""The standard set of figures of a brief, drawn from the tables and exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from compare.plots.clusters import plot_priority_heatmap
from compare.plots.coverage import plot_coverage
from compare.plots.differences import plot_differences
from compare.plots.map import plot_plan_map
from compare.plots.panels import find_groups, plot_target_panels
from compare.plots.priorities import plot_priority_profiles, plot_words_numbers
from compare.plots.relative import PER, plot_relative, relate_rows
from compare.plots.structure import plot_target_structure
from compare.plots.targets import plot_targets
from compare.plots.wording import plot_wording
from compare.plots.years import plot_years
from compare.style.export import FORMATS, export_figure

if TYPE_CHECKING:
    from compare.clusters import ClusterResult
    from compare.pipeline import Tables

_SINGLE = 4


def export_figures(
    tables: Tables,
    folder: str | Path,
    *,
    lang: str = "zh",
    size: str = "page",
    clusters: ClusterResult | None = None,
    formats: tuple[str, ...] = FORMATS,
    progress: bool | None = None,
) -> list[Path]:
    """Draw and save the standard set: coverage, targets, priorities, clusters, words against numbers.

    Targets relative to people and GDP, and changes from year to year, are in it where the tables allow them.

    Files are called `<number>_<figure>_<lang>`, with the size added where it is not page; PNG, SVG, PDF and the data
    as CSV. The same tables give the same bytes.

    Parameters
    ----------
    tables : Tables
        From `load_tables`.
    folder : str or Path
    lang : {"zh", "en"}
    size : {"page", "column", "slide"}
    clusters : ClusterResult, optional
        From `cluster_plans`; computed from the tables if not given.
    formats : tuple of str
        Of png, svg, pdf.
    progress : bool, optional
        Show a progress bar. Default: on a terminal.

    Returns
    -------
    list of Path
        The files written.
    """
    from tqdm import tqdm

    suffix = f"_{lang}" if size == "page" else f"_{lang}_{size}"
    written: list[Path] = []
    figures = list(_list_figures(tables, clusters))
    for name, draw in tqdm(figures, desc="figures", unit="figure", disable=None if progress is None else not progress):
        written += export_figure(
            draw(lang=lang, size=size), Path(folder) / f"{name}{suffix}", formats=formats, close=True
        )
    return written


def draw_figures(
    tables: Tables, *, lang: str = "zh", size: str = "page", clusters: ClusterResult | None = None
) -> Iterator[tuple[str, Axes]]:
    """The standard set one after the other: its name without language, and the axes drawn.

    Parameters
    ----------
    tables, lang, size, clusters
        As in `export_figures`.
    """
    for name, draw in _list_figures(tables, clusters):
        yield name, draw(lang=lang, size=size)


def _list_figures(tables: Tables, clusters: ClusterResult | None) -> Iterator[tuple[str, Callable[..., Axes]]]:
    """Name and drawing function of each figure of the set."""
    from compare.clusters import cluster_plans
    from compare.comparison import compare_years
    from compare.wording import distinctive_terms

    result = clusters or cluster_plans(tables.sentences, tables.priorities)
    given: dict[str, Any] = {"plans": tables.plans}
    read: dict[str, Any] = given | {"sentences": tables.sentences}
    yield "01_coverage", partial(plot_coverage, tables.targets, **given)
    yield "02_target_panels", partial(plot_target_panels, tables.comparisons, targets=tables.targets, **given)
    for name, group in _name_groups(tables.comparisons):
        yield (
            f"03_targets_{name}",
            partial(plot_targets, tables.comparisons, targets=tables.targets, group=group, **given),
        )
    yield "04_target_structure", partial(plot_target_structure, tables.targets, **given)
    yield "05_priority_heatmap", partial(plot_priority_heatmap, tables.priorities, clusters=result, **read)
    yield "06_priority_profiles", partial(plot_priority_profiles, tables.priorities, **read)
    yield "07_plan_map", partial(plot_plan_map, result, **given)
    yield "08_words_numbers", partial(plot_words_numbers, tables.priorities, **read)
    yield "09_differences", partial(plot_differences, tables.priorities, **read)
    yield "10_wording", partial(plot_wording, distinctive_terms(tables.sentences, tables.plans), **read)
    for at, per in enumerate(PER, 11):
        if len(find_groups(relate_rows(tables.comparisons, per))):
            yield (
                f"{at}_relative_{per}",
                partial(plot_relative, tables.comparisons, per=per, targets=tables.targets, **given),
            )
    followed = compare_years(tables.targets, tables.plans)
    if len(followed):
        yield "13_years", partial(plot_years, followed, targets=tables.targets, **given)


def _name_groups(comparisons: pd.DataFrame) -> list[tuple[str, str]]:
    """The groups that most plans give numbers for, by indicator and measure, as parts of file names."""
    groups = find_groups(comparisons, least=2)
    named: dict[str, str] = {}
    for group in groups.index:
        rows = comparisons[comparisons["group"] == group]
        first = rows.iloc[0]
        if first["indicator"] != "other" and len(named) < _SINGLE:
            named.setdefault(f"{first['indicator']}_{first['measure']}", str(group))
    return list(named.items())
