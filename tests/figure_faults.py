"""What a reader would call a fault of a figure: text off the canvas, text over text, text over marks, an empty plot."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def find_faults(figure: Figure) -> list[str]:
    """All faults, each as a sentence; an empty list is what a test wants."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [(text, text.get_window_extent(renderer)) for text in list_texts(figure)]
    canvas = figure.bbox
    faults = []
    for text, box in texts:
        if box.x0 < canvas.x0 - 1 or box.x1 > canvas.x1 + 1 or box.y0 < canvas.y0 - 1 or box.y1 > canvas.y1 + 1:
            faults.append(f"{text.get_text()!r} leaves the canvas")
    for (one, a), (two, b) in combinations(texts, 2):
        if _overlap(a, b):
            faults.append(f"{one.get_text()!r} overlaps {two.get_text()!r}")
    for x, y, size in _list_marks(figure):
        box = Bbox([[x - size, y - size], [x + size, y + size]])
        faults += [f"a mark stands on {text.get_text()!r}" for text, place in texts if _overlap(box, place)]
    for axes in _list_axes(figure):
        if axes.axison and not (axes.lines or axes.collections or axes.patches or axes.texts):
            faults.append("a plot is empty")
        if axes.get_legend() is not None:
            faults.append("there is a legend")
    return faults


def list_texts(figure: Figure) -> list[Text]:
    """Every text that is seen."""
    seen = []
    for text in figure.findobj(Text):
        axes = text.axes
        if not text.get_text().strip() or not text.get_visible():
            continue
        if isinstance(axes, Axes) and _is_tick(text, axes) and not _shown_tick(text, axes):
            continue
        seen.append(text)
    return seen


def _is_tick(text: Text, axes: Axes) -> bool:
    ticks = [t for axis in (axes.xaxis, axes.yaxis) for k in axis.get_major_ticks() for t in (k.label1, k.label2)]
    own = [axes.title, axes._left_title, axes._right_title, axes.xaxis.label, axes.yaxis.label]
    return text in ticks or text in own or text in (axes.xaxis.offsetText, axes.yaxis.offsetText)


def _shown_tick(text: Text, axes: Axes) -> bool:
    """Whether a tick label belongs to a tick that stands inside the limits of a plot whose axes are drawn."""
    if not axes.axison:
        return False
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if text in (tick.label1, tick.label2):
                return low - 1e-9 <= tick.get_loc() <= high + 1e-9
    return True


def _list_axes(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.findobj(Axes) if axes.get_visible()]


def _list_marks(figure: Figure) -> list[tuple[float, float, float]]:
    """Points and half widths, in dots, of marks that stand for data."""
    dots = figure.dpi / 72
    marks = []
    for line in figure.findobj(Line2D):
        if str(line.get_gid() or "").split(":")[0] in ("plan", "state") or line.get_gid() in ("mark:point", "mark:masked"):
            size = line.get_markersize() * dots * 0.35
            marks += [(x, y, size) for x, y in line.get_transform().transform(line.get_xydata())]
    return marks


def _overlap(a: Bbox, b: Bbox) -> bool:
    """Whether two boxes share more than a sliver; line boxes of a font are higher than its letters."""
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide > 1.5 and high > 0.22 * min(a.height, b.height)
