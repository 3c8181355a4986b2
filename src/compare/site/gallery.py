"""The page of figures: each with what it answers, its files, and the line of code that draws it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from compare.brief import find_figures
from compare.brief.figures import name_figure
from compare.reading.page import fill_page, write_page
from compare.schema import MEASURES
from compare.vocabulary.loading import read_yaml

_ANY = "*"


@dataclass(frozen=True)
class Recipe:
    """One kind of figure: its name, what it answers in Chinese and English, and the code that draws it."""

    name: str
    says: tuple[str, str]
    code: str

    def fits(self, figure: str) -> bool:
        """Whether a figure is of this kind."""
        return figure == self.name or (self.name.endswith(_ANY) and figure.startswith(self.name[:-1]))

    def write_code(self, figure: str, lang: str = "zh", *, by_measure: bool = False) -> str:
        """The code that draws one figure of this kind.

        Parameters
        ----------
        figure : str
            Its name, such as ``targets_hightech_firms_flow``.
        lang : {"zh", "en"}
        by_measure : bool
            Name the measure too, where the indicator alone does not tell which of its figures is meant.
        """
        indicator, measure = _split(figure.removeprefix(self.name[:-1]))
        code = self.code.strip().replace("{indicator}", indicator)
        if by_measure and _ANY in self.name:
            code = code.replace("(tables.comparisons,", f"(tables.comparisons.query(\"measure == '{measure}'\"),")
        return code if lang == "zh" else f'{code[:-1]}, lang="en")'


@cache
def read_gallery() -> tuple[str, tuple[Recipe, ...]]:
    """The lines that all figures begin with, and the kinds of figures in their order."""
    text = resources.files("compare").joinpath("site/gallery.yml").read_text(encoding="utf-8")
    data = read_yaml(text, "gallery.yml")
    recipes = (Recipe(entry["name"], tuple(entry["says"]), entry["code"]) for entry in data["figures"])
    return data["before"].strip(), tuple(recipes)


def copy_figures(source: Path, folder: Path, lang: str) -> list[dict[str, Any]]:
    """Figures with their other formats, copied into the site."""
    from PIL import Image

    target = folder / "figures"
    shutil.rmtree(target, ignore_errors=True)
    figures = []
    for figure in find_figures(source, lang):
        target.mkdir(exist_ok=True)
        beside = [path for path in sorted(source.glob(f"{figure.path.stem}.*")) if path.is_file()]
        for path in beside:
            shutil.copyfile(path, target / path.name)
        with Image.open(figure.path) as image:
            width, height = image.size
        figures.append(
            {
                "name": name_figure(figure.path, lang), "href": f"figures/{quote(figure.path.name)}", "width": width,
                "height": height, "caption": figure.caption, "description": figure.description or figure.caption,
                "formats": [(path.suffix[1:].upper(), f"figures/{quote(path.name)}") for path in beside],
            }
        )  # fmt: skip
    return figures


def write_gallery(
    figures: Sequence[Mapping[str, Any]], folder: Path, words: Mapping[str, str], styles: tuple[str, ...], lang: str
) -> None:
    """Write the page of figures; without figures there is none."""
    page = folder / "figures.html"
    if not figures:
        page.unlink(missing_ok=True)
        return
    before, recipes = read_gallery()
    drawn = [dict(figure) | _explain(figure["name"], figures, recipes, lang) for figure in figures]
    missing = [
        {"says": _mark_code(recipe.says[lang == "en"]), "code": recipe.write_code("", lang)} for recipe in recipes
        if _ANY not in recipe.name and not any(recipe.fits(figure["name"]) for figure in figures)
    ]  # fmt: skip
    write_page(
        page,
        fill_page(
            "site/figures.html", styles=styles, w=words, lang=lang, before=before, figures=drawn, missing=missing
        ),
    )


def _explain(
    name: str, figures: Sequence[Mapping[str, Any]], recipes: Sequence[Recipe], lang: str
) -> dict[str, str | Markup]:
    """What a figure answers and its code; a figure that someone put there has neither."""
    recipe = next((recipe for recipe in recipes if recipe.fits(name)), None)
    if recipe is None:
        return {"says": name.replace("_", " "), "code": ""}
    kin = Counter(_split(figure["name"])[0] for figure in figures if recipe.fits(figure["name"]))
    code = recipe.write_code(name, lang, by_measure=kin[_split(name)[0]] > 1)
    return {"says": _mark_code(recipe.says[lang == "en"]), "code": code}


def _split(name: str) -> tuple[str, str]:
    """Indicator and measure of the name of a figure of one indicator."""
    measure = next((m for m in sorted(MEASURES, key=len, reverse=True) if name.endswith(f"_{m}")), "")
    return name.removesuffix(f"_{measure}"), measure


def _mark_code(text: str) -> Markup:
    """A text in which what stands between backticks is code."""
    marked = Markup("")
    for at, part in enumerate(text.split("`")):
        marked += Markup("<code>{}</code>").format(part) if at % 2 else part
    return marked
