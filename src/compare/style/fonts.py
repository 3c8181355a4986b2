"""The Chinese font of every figure, and how wide text set in it is; only the list of fonts is global."""

from __future__ import annotations

import os
import re
import sys
from functools import cache, lru_cache
from importlib import util
from pathlib import Path

from compare.errors import FigureError

# Other environments read matplotlib's shared font list; ours stays out of it.
os.environ.setdefault("MPLCONFIGDIR", str(Path(sys.prefix) / "share" / "plancompare" / "matplotlib"))

from dataclasses import replace

from matplotlib import font_manager, ft2font

FAMILY = "Plan Sans"
_FILES = {"regular": ("NotoSansCJKsc-Regular.otf", 400), "bold": ("NotoSansCJKsc-Bold.otf", 700)}
_UNBREAKABLE = re.compile(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ.,%+\-–−/'’:]*[A-Za-z0-9À-ɏ%]|\s+|.", re.DOTALL)
_NOT_FIRST = set("，。、；：？！,.;:?!）)」』》”’】%‰％…·–—")
_NOT_LAST = set("（(「『《“‘【")


@cache
def load_fonts() -> str:
    """Register the two weights that ship with the environment, and return the family they are known by.

    The family has a name of its own, so that a font of the machine is never taken in its place.

    Raises
    ------
    FigureError
        The package `mpl-font` is missing or holds other files than expected.
    """
    spec = util.find_spec("mpl_font")
    folder = Path(next(iter(spec.submodule_search_locations or []), "")) / "fonts" / "noto" if spec else None
    for name, weight in _FILES.values():
        if folder is None or not (folder / name).is_file():
            raise FigureError(
                f"the font file {name} is missing.",
                where="package mpl-font",
                hint="Reinstall with `pip install mpl-font`.",
            )
        font_manager.fontManager.addfont(str(folder / name))
        entry = font_manager.fontManager.ttflist[-1]
        font_manager.fontManager.ttflist.append(replace(entry, name=FAMILY, weight=weight))
    return FAMILY


@cache
def _font(weight: str) -> ft2font.FT2Font:
    """The opened font file of one weight."""
    properties = font_manager.FontProperties(family=load_fonts(), weight=_FILES[weight][1])
    return font_manager.get_font(font_manager.findfont(properties, fallback_to_default=False))


@lru_cache(maxsize=4096)
def measure_text(text: str, points: float, weight: str = "regular") -> float:
    """Width of one line of text in points."""
    if not text:
        return 0.0
    font = _font(weight)
    font.set_size(100, 72)
    font.set_text(text, 0.0, flags=ft2font.LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 * points / 100


def wrap_text(text: str, width: float, points: float, weight: str = "regular") -> str:
    """Break a text into lines no wider than `width` points, by the rules of Chinese and of English setting.

    Chinese breaks between any two characters, but no line begins with a closing mark or ends with an opening one;
    words and numbers stay whole.

    Examples
    --------
    >>> wrap_text("五份计划，三个主题", 50, 10)
    '五份计\\n划，三个\\n主题'
    """
    return "\n".join(_wrap_line(line, width, points, weight) for line in text.split("\n"))


def _wrap_line(text: str, width: float, points: float, weight: str) -> str:
    """One paragraph, broken greedily."""
    lines: list[str] = []
    line = ""
    for piece in _glue(_UNBREAKABLE.findall(text)):
        if line and measure_text((line + piece).rstrip(), points, weight) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _glue(pieces: list[str]) -> list[str]:
    """Pieces with closing marks joined to what stands before them and opening marks to what follows."""
    glued: list[str] = []
    for piece in pieces:
        if glued and (piece[0] in _NOT_FIRST or glued[-1][-1] in _NOT_LAST):
            glued[-1] += piece
        else:
            glued.append(piece)
    return glued


def shorten_text(text: str, width: float, points: float, weight: str = "regular") -> str:
    """The text, cut with … where it is wider than `width` points."""
    if measure_text(text, points, weight) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        if measure_text(text[:end] + "…", points, weight) <= width:
            return text[:end].rstrip() + "…"
    return "…"
