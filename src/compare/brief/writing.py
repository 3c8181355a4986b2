"""Write a brief by its settings: figures found or drawn, then the Word file and the page."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.brief.content import write_content
from compare.brief.document import write_document
from compare.brief.figures import BriefFigure, choose_figures, draw_chosen, find_figures
from compare.brief.page import write_brief_page
from compare.brief.settings import BriefSettings, choose_plans
from compare.errors import BuildError

if TYPE_CHECKING:
    from compare.pipeline import Tables


def write_brief(
    tables: Tables,
    path: Path | str = "reports/brief.docx",
    *,
    figures: Sequence[BriefFigure] | Mapping[str, Path] | Path | str | None = None,
    lang: str = "zh",
    title: str = "",
    settings: BriefSettings | None = None,
) -> Path:
    """Write the brief as one file: findings, figures, comparable targets, method, and a note for each number.

    Parameters
    ----------
    tables : Tables
    path : Path or str
        The file to write; one that ends in .html becomes a page with everything inside, any other a Word document.
    figures : sequence of BriefFigure, mapping of str to Path, Path or str, optional
        Figures with their captions, captions with their PNG files, or a folder of exported figures to take all from.
        Default: those of the settings from the folder `figures` beside `path`, as far as they are there.
    lang : {"zh", "en"}
        Where there are no settings.
    title : str
        In place of the title made from the plans or given in the settings.
    settings : BriefSettings, optional
        From `read_settings`.

    Returns
    -------
    Path
        The file written; the same input gives the same bytes.

    Raises
    ------
    BuildError
        There is no plan, or a figure is missing.
    """
    path = Path(path)
    settings = settings or BriefSettings(language=lang)
    if title:
        settings = replace(settings, title=title)
    chosen_tables = choose_plans(tables, settings.cities, settings.origin)
    if not len(chosen_tables.plans):
        raise BuildError("there is no plan to write a brief about.", where=str(path), hint="Put plans into data/raw.")
    chosen_figures = _list_figures(figures, settings, path.parent, len(chosen_tables.plans))
    content = write_content(chosen_tables, settings, chosen_figures)
    return write_brief_page(content, path) if path.suffix == ".html" else write_document(content, path)


def write_briefs(tables: Tables, folder: Path | str, settings: BriefSettings | None = None) -> list[Path]:
    """Write the brief in each format of the settings as `brief.<format>`.

    Figures are taken from `figures` in the same folder. Where they show other plans than the settings choose, or are
    not there in its language, they are drawn for the brief.

    Parameters
    ----------
    tables : Tables
    folder : Path or str
    settings : BriefSettings, optional
        Default: the standard brief.

    Returns
    -------
    list of Path
        The files written.
    """
    settings = settings or BriefSettings()
    folder = Path(folder)
    chosen_tables = choose_plans(tables, settings.cities, settings.origin)
    own = replace(settings, cities=())
    with tempfile.TemporaryDirectory(prefix="brief") as scratch:
        found = [] if settings.cities or not settings.figures else find_figures(folder / "figures", settings.language)
        if settings.figures and not found and len(chosen_tables.plans):
            found = draw_chosen(chosen_tables, Path(scratch), settings.language)
        figures = choose_figures(found, settings.figures, settings.language, len(chosen_tables.plans), settings.origin)
        return [
            write_brief(chosen_tables, folder / f"brief.{name}", figures=figures, settings=own)
            for name in settings.formats
        ]


def _list_figures(figures: Any, settings: BriefSettings, beside: Path, plans: int) -> list[BriefFigure]:
    lang = settings.language
    if figures is None:
        return choose_figures(find_figures(beside / "figures", lang), settings.figures, lang, plans, settings.origin)
    if isinstance(figures, str | Path):
        return find_figures(figures, lang)
    if isinstance(figures, Mapping):
        figures = [BriefFigure(Path(path), caption, caption) for caption, path in figures.items()]
    for figure in figures:
        if not Path(figure.path).is_file():
            raise BuildError("the figure is missing.", where=str(figure.path), hint="Run `plancompare all`.")
    return list(figures)
