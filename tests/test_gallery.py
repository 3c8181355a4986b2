"""The gallery shows every figure, and each of its lines draws one."""

from __future__ import annotations

import re

import pytest
from matplotlib import pyplot as plt

import compare
from compare import plots
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
