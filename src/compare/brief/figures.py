"""The figures of a brief: found in a folder or drawn for it, and put on pages without large gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from compare.brief.settings import STANDARD, STANDARD_ALONE, FigureChoice
from compare.errors import BuildError

if TYPE_CHECKING:
    from compare.pipeline import Tables

_NUMBER = re.compile(r"^\d+_")
_LEAST_SCALE = 0.84  # the smallest type of a figure is then 5.5 points, as in the size column
_CAPTION_LINE, _CAPTION_GAP, _CAPTION_LETTERS = 0.55, 0.6, 46


@dataclass(frozen=True)
class BriefFigure:
    """A figure of the brief: a PNG, what is said under it, and what it shows for those who cannot see it."""

    path: Path
    caption: str
    description: str = ""


@dataclass(frozen=True)
class PlacedFigure:
    """A figure with its width in cm and whether it begins a page."""

    figure: BriefFigure
    width: float
    begins_page: bool = False


def find_figures(folder: Path | str, lang: str = "zh") -> list[BriefFigure]:
    """The exported figures of a folder in one language and page size, in order of their names.

    Caption and description are what the PNG says of itself, or its name. The title stands in the picture, so the
    caption is the subtitle, which says what is shown; the description has both, as it stands in for the figure.
    """
    figures = []
    for path in sorted(Path(folder).glob(f"*_{lang}.png")):
        with Image.open(path) as image:
            texts = {key: str(value).strip() for key, value in image.info.items()}
        title = texts.get("Title") or path.stem.removesuffix(f"_{lang}").replace("_", " ")
        stop = ". " if lang == "en" else "。"
        description = stop.join(filter(None, (title, texts.get("Description"))))
        figures.append(BriefFigure(path, texts.get("Subtitle") or title, description))
    return figures


def name_figure(path: Path, lang: str) -> str:
    """What the settings call a figure: its file's name without number and language."""
    return _NUMBER.sub("", path.stem.removesuffix(f"_{lang}"))


def choose_figures(
    found: Sequence[BriefFigure], choices: Sequence[FigureChoice], lang: str, plans: int, where: str = "settings"
) -> list[BriefFigure]:
    """The chosen of the figures found, with the captions chosen for them; of the standard ones those that suit.

    Parameters
    ----------
    found : sequence of BriefFigure
    choices : sequence of FigureChoice
    lang : {"zh", "en"}
    plans : int
        How many plans the brief is about.
    where : str
        What chose them, for the message.

    Raises
    ------
    BuildError
        One that was asked for is not there; those of the standard brief may be missing.
    """
    by_name = {name_figure(figure.path, lang): figure for figure in found}
    standard = tuple(choice.name for choice in choices) == STANDARD
    chosen = []
    if standard and plans < 2:
        choices = [FigureChoice(name) for name in STANDARD_ALONE]
    for choice in choices:
        figure = by_name.get(choice.name) or by_name.get(_NUMBER.sub("", choice.name))
        if figure is not None:
            chosen.append(
                replace(
                    figure, caption=choice.caption or figure.caption,
                    description=choice.description or figure.description,
                )
            )  # fmt: skip
        elif not standard:
            raise BuildError(
                f"there is no figure {choice.name!r}.", where=f"{where}, figures",
                hint=f"There are: {', '.join(by_name) or 'none, run plancompare figures'}.",
            )  # fmt: skip
    return chosen


def draw_chosen(tables: Tables, folder: Path, lang: str) -> list[BriefFigure]:
    """Draw the standard set for these tables into a folder."""
    from compare.plots import export_figures

    export_figures(tables, folder, lang=lang, formats=("png",))
    return find_figures(folder, lang)


def place_figures(
    figures: Sequence[BriefFigure], width: float, height: float, taken: float = 0.0
) -> list[PlacedFigure]:
    """Put figures on pages so that two share a page where they fit, with little or no shrinking.

    Each page takes the next figure and the one of those after it that fills the page best. A figure that stays alone
    goes to the end, where text follows it.

    Parameters
    ----------
    figures : sequence of BriefFigure
    width, height : float
        Of the page, in cm.
    taken : float
        What a heading takes of the first page, in cm.
    """
    waiting = list(figures)
    pairs: list[tuple[list[BriefFigure], float]] = []
    alone: list[tuple[list[BriefFigure], float]] = []
    while waiting:
        room = height - (0 if pairs else taken)
        first = waiting.pop(0)
        fits = [(scale, other) for other in waiting if (scale := _fit([first, other], width, room)) >= _LEAST_SCALE]
        if fits:
            _, other = max(fits, key=lambda pair: _measure([pair[1]], width))
            waiting.remove(other)
            page = [first, other]
            while more := [figure for figure in waiting if _fit([*page, figure], width, room) >= _LEAST_SCALE]:
                page.append(more[0])
                waiting.remove(more[0])
            pairs.append((page, _fit(page, width, room)))
        else:
            alone.append(([first], _fit([first], width, height - taken)))
    return [
        PlacedFigure(figure, width * scale, begins_page=not at and 0 < number < len(pairs))
        for number, (page, scale) in enumerate(pairs + alone)
        for at, figure in enumerate(page)
    ]


def _measure(figures: Sequence[BriefFigure], width: float) -> float:
    """Height in cm of figures at full width."""
    total = 0.0
    for figure in figures:
        with Image.open(figure.path) as image:
            total += width * image.height / image.width
    return total


def _fit(figures: Sequence[BriefFigure], width: float, height: float) -> float:
    """The scale at which these figures share a page, at most 1."""
    captions = sum(_CAPTION_GAP + _CAPTION_LINE * -(-len(figure.caption) // _CAPTION_LETTERS) for figure in figures)
    return min((height - captions) / _measure(figures, width), 1.0)
