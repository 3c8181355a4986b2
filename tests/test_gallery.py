"""The gallery shows every figure, and each of its lines draws one."""

from __future__ import annotations

import re

import pytest
from matplotlib import pyplot as plt

import compare
from compare import plots
from compare.plots.standard import draw_figures
from compare.site.gallery import read_gallery
from compare.style import find_sheet
from conftest import PROJECT

TEXT = (PROJECT / "docs" / "gallery.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.+?)\n\n!\[(.+?)\]\((.+?)\)\n\n```python\n(.+?)\n```", TEXT, re.MULTILINE | re.DOTALL)


def test_every_figure_is_in_the_gallery():
    assert len(SECTIONS) == TEXT.count("\n## ")
    shown = set(re.findall(r"compare\.(plot_\w+)", TEXT))
    assert shown == {name for name in plots.__all__ if name.startswith("plot_")}
    assert all(hasattr(compare, name) for name in shown)


@pytest.mark.parametrize("picture", [picture for _, _, picture, _ in SECTIONS])
def test_every_picture_is_there(picture):
    assert (PROJECT / "docs" / picture).resolve().is_file()


def test_every_line_draws_a_figure(tables):
    for title, _, _, code in SECTIONS:
        *before, last = code.split("\n")
        names = {"compare": compare, "tables": tables, "plans": tables.plans}
        exec("\n".join(before), names)
        ax = eval(last, names)
        assert find_sheet(ax).title, title
        plt.close(ax.figure)


def test_the_site_shows_the_same_lines():
    before, recipes = read_gallery()
    assert f"```python\n{before}\n```" in TEXT
    shown = [(r.says[1], r.code.strip().replace("{indicator}", "hightech_firms")) for r in recipes]
    assert [(says, code) for says, _, _, code in SECTIONS] == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_line_beside_a_figure_draws_that_figure(tables, lang):
    _, recipes = read_gallery()
    for name, drawn in draw_figures(tables, lang=lang):
        figure = name.split("_", 1)[1]
        (recipe,) = (r for r in recipes if r.fits(figure))
        for by_measure in (False, True):
            *before, last = recipe.write_code(figure, lang, by_measure=by_measure).split("\n")
            names = {"compare": compare, "tables": tables, "plans": tables.plans}
            exec("\n".join(before), names)
            ax = eval(last, names)
            assert find_sheet(ax).title == find_sheet(drawn).title, name
            plt.close(ax.figure)
        plt.close(drawn.figure)
