"""How much stands on a page of a brief: what findings, rows and their notes take of it, and where to break them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from compare.style.fonts import wrap_text

CM = 72 / 2.54
PAGE_CM = (17.0, 25.8)  # what A4 leaves for text
WIDTH, HEIGHT = (side * CM for side in PAGE_CM)
BODY_POINTS, BODY_GAP = 12.0, 6.0
BODY_LEADING = {"zh": 21.0, "en": 18.0}  # Chinese type fills its square and needs more room between the lines
NOTE_POINTS, NOTE_LEADING = 8.5, 11.0
CELL_POINTS, CELL_LEADING, CELL_MARGINS = 9.0, 14.0, 12.0
HANG = 26.0
# The programs that open the file have fonts of other widths and break lines by other rules.
_SURE = 0.95
_RULE = 12.0  # above the notes of a page

Item = TypeVar("Item")


def measure_body(text: str, lang: str, indent: float = 0) -> float:
    """Height in points of a paragraph of the text, without the gap below it, which the items of a list do not have."""
    return _count_lines(text, WIDTH - indent, BODY_POINTS) * BODY_LEADING[lang]


def measure_note(text: str) -> float:
    """Height in points of a note at the foot of a page."""
    return _count_lines(f"99 {text}", WIDTH, NOTE_POINTS) * NOTE_LEADING


def measure_row(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Height in points of a row of a table whose columns have these shares of the width."""
    pairs = zip(cells, widths, strict=True)
    return max(_count_lines(cell, WIDTH * wide - CELL_MARGINS, CELL_POINTS) for cell, wide in pairs) * CELL_LEADING


def fill_pages(items: Sequence[Item], measure: Callable[[Item], float], taken: float = 0.0) -> list[list[Item]]:
    """Items in order, as many to a page as stand on it.

    Parameters
    ----------
    items : sequence
    measure : callable
        Height in points of an item with the notes that it brings; called once for each, in order.
    taken : float
        What stands on the first page already, in points.
    """
    pages: list[list[Item]] = [[]]
    left = HEIGHT * _SURE - _RULE - taken
    for item in items:
        high = measure(item)
        if high > left and pages[-1]:
            pages.append([])
            left = HEIGHT * _SURE - _RULE
        pages[-1].append(item)
        left -= high
    return pages


def _count_lines(text: str, width: float, points: float) -> int:
    return wrap_text(text, width, points).count("\n") + 1
