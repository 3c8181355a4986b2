"""What a reader would call a fault of a figure.

Text off the canvas, over other text or over marks, crowded labels, an empty plot, a mark beyond its plot.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text


def find_faults(figure: Figure) -> list[str]:
    """All faults, each as a sentence; an empty list is what a test wants."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    texts = list_texts(figure)
    words = [text.get_text() for text in texts]
    boxes = np.array([text.get_window_extent(renderer).extents for text in texts]).reshape(-1, 4)
    canvas = figure.bbox.extents + np.array([-1, -1, 1, 1])
    outside = (boxes[:, :2] < canvas[:2]).any(axis=1) | (boxes[:, 2:] > canvas[2:]).any(axis=1)
    faults = [f"{words[i]!r} leaves the canvas" for i in np.flatnonzero(outside)]
    faults += [f"{words[i]!r} overlaps {words[j]!r}" for i, j in _overlaps(boxes, boxes) if i < j]
    faults += [f"a mark stands on {words[i]!r}" for i, _ in _overlaps(boxes, _list_marks(figure))]
    faults += _find_crowds(figure, renderer) + _find_strays(figure)
    for axes in figure.findobj(Axes):
        if axes.get_visible() and axes.axison and not (axes.lines or axes.collections or axes.patches or axes.texts):
            faults.append("a plot is empty")
        if axes.get_legend() is not None:
            faults.append("there is a legend")
    return faults


def _find_crowds(figure: Figure, renderer: object) -> list[str]:
    """Labels of one axis that stand closer than lines of print do."""
    faults = []
    for axes in figure.findobj(Axes):
        for axis, side in ((axes.xaxis, 0), (axes.yaxis, 1)):
            ticks = axis._update_ticks() if axes.axison else []
            labels = [label for tick in ticks for label in (tick.label1, tick.label2) if label.get_visible()]
            labels = [t for t in labels if t.get_text().strip() and "\n" not in t.get_text()]
            labels = [t for t in labels if (t.get_rotation() == 90) == (side == 0)]
            boxes = [label.get_window_extent(renderer).extents.reshape(2, 2) for label in labels]
            places = sorted((float(box.mean(axis=0)[side]), at) for at, box in enumerate(boxes))
            for (a, one), (b, other) in pairwise(places):
                if b - a < 1.04 * labels[one].get_fontsize() * figure.dpi / 72:
                    faults.append(f"{labels[one].get_text()!r} crowds {labels[other].get_text()!r}")
    return faults


def _find_strays(figure: Figure) -> list[str]:
    """Points and ends of lines that stand beyond their axes, so that a reader sees them cut or in a neighbour."""
    faults = []
    for axes in figure.findobj(Axes):
        box = axes.get_window_extent().extents
        slack = 2.0 * figure.dpi / 72
        for line in axes.lines:
            if not str(line.get_gid() or "").startswith(("mark:point", "mark:range", "plan", "slope", "range")):
                continue
            places = line.get_transform().transform(line.get_xydata())
            low, high = places.min(axis=0), places.max(axis=0)
            if (low < box[:2] - slack).any() or (high > box[2:] + slack).any():
                faults.append(f"a mark {line.get_gid()} leaves its plot")
    return faults


def list_texts(figure: Figure) -> list[Text]:
    """Every text that is drawn."""
    hidden: set[int] = set()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            drawn = (
                [label for tick in axis._update_ticks() for label in (tick.label1, tick.label2)] if axes.axison else []
            )
            kept = {id(label) for label in drawn}
            hidden |= {id(text) for text in axis.findobj(Text) if id(text) not in kept}
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and id(t) not in hidden]


def _list_marks(figure: Figure) -> np.ndarray:
    """Boxes of the marks that stand for data, in dots."""
    boxes = [np.empty((0, 4))]
    for line in figure.findobj(Line2D):
        kind = str(line.get_gid() or "")
        if kind in ("plan", "mark:point", "mark:masked", "mark:words", "mark:numbers") or kind.startswith("state:"):
            half = line.get_markersize() * figure.dpi / 72 * 0.35
            places = line.get_transform().transform(line.get_xydata())
            boxes.append(np.hstack([places - half, places + half]))
    return np.vstack(boxes)


def _overlaps(a: np.ndarray, b: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of boxes that share more than a sliver; line boxes of a font are higher than its letters."""
    wide = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    high = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    least = 0.22 * np.minimum((a[:, 3] - a[:, 1])[:, None], (b[:, 3] - b[:, 1])[None, :])
    return [(int(i), int(j)) for i, j in np.argwhere((wide > 1.5) & (high > least))]
