"""Sizes, colours and line weights: the one look of all figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl  # after fonts, which gives matplotlib its own folder
from matplotlib.colors import LinearSegmentedColormap

from compare.errors import FigureError
from compare.style.fonts import load_fonts

CM = 1 / 2.54


@dataclass(frozen=True)
class Size:
    """A place in a brief: width and greatest height in cm, type sizes in points.

    `fixed` sizes, such as a slide, are always as high as `height`; the others only as high as their content.
    """

    name: str
    width: float
    height: float
    text: float
    small: float
    title: float
    margin: float
    fixed: bool = False

    @property
    def row(self) -> float:
        """Height in cm of one comfortable row of text."""
        return self.text * 1.75 / 72 * 2.54


SIZES = {
    s.name: s
    for s in (
        Size("column", 8.6, 24.0, text=6.5, small=5.5, title=9.0, margin=0.25),
        Size("page", 17.0, 24.0, text=7.5, small=6.5, title=12.0, margin=0.35),
        Size("slide", 33.87, 19.05, text=14.0, small=11.5, title=22.0, margin=1.0, fixed=True),
    )
}

# Each pair differs in lightness too, so that grey print and colour-blind readers keep the difference.
INK = "#1b1e23"
MUTED = "#5f666d"
FAINT = "#a9b0b6"
GRID = "#dfe3e6"
PAPER = "#ffffff"
BLUE = "#0f4c75"
SKY = "#8fbcd9"
PALE = "#d9e6ef"
AMBER = "#e08e0b"
RED = "#b3261e"
GROUPS = ("#0f4c75", "#e08e0b", "#5aa9a4", "#8c2d5e", "#9aa3ab", "#c9b458", "#3d3d3d", "#7f9c3b")
GROUP_MARKS = ("o", "s", "^", "D", "v", "P", "X", "h")


def shade_map() -> LinearSegmentedColormap:
    """From paper to dark blue in even steps of lightness."""
    stops = ["#f7fafc", "#d3e3ee", "#9fc3dc", "#5b97c0", "#1f6698", "#0a3554"]
    return LinearSegmentedColormap.from_list("plan_blues", stops)


def grey_map() -> LinearSegmentedColormap:
    """From paper to a grey that dark type still stands on."""
    return LinearSegmentedColormap.from_list("plan_greys", [PAPER, "#e9ecee", "#b9c0c6"])


def find_size(size: str | Size) -> Size:
    """The size of that name.

    Raises
    ------
    FigureError
        There is no such size.
    """
    if isinstance(size, Size):
        return size
    if size not in SIZES:
        raise FigureError(f"there is no size {size!r}.", where="figure", hint=f"Choose one of {', '.join(SIZES)}.")
    return SIZES[size]


@contextmanager
def drawing(size: str | Size) -> Iterator[Size]:
    """Draw with the look of the suite; everything is as before when the block ends."""
    from matplotlib import pyplot as plt

    chosen = find_size(size)
    plt.draw_if_interactive()  # loads the backend now: a notebook's turns itself on in settings that the block restores
    with mpl.rc_context(_settings(chosen)):
        yield chosen


def _settings(size: Size) -> dict[Any, Any]:
    """The settings of matplotlib that make the look."""
    line = size.text / 11
    return {
        "font.family": [load_fonts()],
        "font.size": size.text,
        "font.weight": 400,
        "axes.unicode_minus": True,
        "text.color": INK,
        "text.usetex": False,
        "text.hinting": "none",
        "axes.labelsize": size.text,
        "axes.labelcolor": MUTED,
        "axes.titlesize": size.text,
        "axes.titleweight": 700,
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.edgecolor": FAINT,
        "axes.linewidth": line * 0.9,
        "axes.facecolor": PAPER,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.spines.bottom": False,
        "axes.grid": False,
        "grid.color": GRID,
        "grid.linewidth": line * 0.9,
        "grid.linestyle": "-",
        "xtick.labelsize": size.small,
        "ytick.labelsize": size.text,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "xtick.major.pad": size.small * 0.4,
        "ytick.major.pad": size.text * 0.6,
        "lines.linewidth": line * 2,
        "lines.markersize": size.text * 0.75,
        "patch.linewidth": line,
        "hatch.linewidth": line,
        "figure.facecolor": PAPER,
        "figure.edgecolor": PAPER,
        "savefig.facecolor": PAPER,
        "figure.dpi": 144,
        "legend.frameon": False,
        "axes.autolimit_mode": "data",
        "svg.hashsalt": "plancompare",
        "svg.fonttype": "path",
        "pdf.fonttype": 3,
        "pdf.compression": 6,
        "path.simplify": True,
    }
