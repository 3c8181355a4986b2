"""The sheet a figure stands on: finding as title, subtitle, body, notes and source, laid out in any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from compare.style.fonts import FAMILY, measure_text, wrap_text
from compare.style.look import CM, INK, MUTED, RED, Size, find_size

if TYPE_CHECKING:
    import pandas as pd

Key = Sequence[tuple[str, dict[str, Any]]]
_LEADING = 1.34


@dataclass
class _Block:
    """One wrapped text of the sheet: a line and an artist for each."""

    lines: list[str]
    points: float
    artists: list[Any]


@dataclass
class _Mark:
    """One entry of the key: where it stands in points from the left and from the top line, and its artists."""

    x: float
    line: int
    mark: Line2D
    name: Any


class Sheet(LayoutEngine):
    """Places header, body and footer each time the figure is drawn.

    Attributes
    ----------
    size : Size
        Where the figure is to stand.
    title, subtitle, note : str
        What is written around the body.
    data : pandas.DataFrame or None
        The tidy rows behind the marks, written beside the figure on export.
    needs_more : bool
        The figure is a sentence saying what it needs, because the data are too few.
    """

    _colorbar_gridspec = False
    _adjust_compatible = False

    def __init__(self, size: Size, body: Axes, body_cm: float) -> None:
        super().__init__()
        self.size = size
        self.body = body
        self.body_cm = body_cm
        self.head: list[_Block] = []
        self.foot: list[_Block] = []
        self.key: list[_Mark] = []
        self.data: pd.DataFrame | None = None
        self.needs_more = False
        self.frozen = False
        self.stripe: Any = None
        self.title = self.subtitle = self.note = ""

    def fit_height(self, figure: Figure) -> None:
        """Make the figure as high as its content, within what the size allows."""
        if self.size.fixed:
            return
        around = self._stack(self.head) + self._key_height() + self._stack(self.foot)
        wanted = self.body_cm + around * 2.54 / 72 + 2 * self.size.margin
        figure.set_size_inches(self.size.width * CM, min(wanted, self.size.height) * CM)

    def _stack(self, blocks: list[_Block]) -> float:
        """Height in points of some blocks with the gap that parts them from the body."""
        lines = sum(len(block.lines) * block.points * _LEADING for block in blocks)
        return lines + (self.size.text if lines else 0)

    def _key_height(self) -> float:
        """Height in points of the key with the gap below it."""
        return (
            (max(mark.line for mark in self.key) + 1) * self.size.text * 1.7 + self.size.text * 0.3 if self.key else 0.0
        )

    def execute(self, fig: Figure) -> None:
        """Place everything; called by matplotlib before each drawing."""
        if self.frozen:
            return
        width, height = fig.get_size_inches() * 72
        margin = self.size.margin / 2.54 * 72
        if self.head and self.stripe is None:
            self.stripe = fig.add_artist(Rectangle((0, 0), 0, 0, transform=fig.transFigure, color=RED, linewidth=0))
        if self.stripe is not None:
            wide, high = self.size.title * 2.6, self.size.title * 0.32
            self.stripe.set_bounds(margin / width, 1 - high / height, wide / width, high / height)
        top = self._place(self.head, height - margin, margin, width, height)
        bottom = margin + self._stack(self.foot)
        self._place(self.foot, bottom - (self.size.text if self.foot else 0), margin, width, height)
        if self.head:
            top -= self.size.text
        for entry in self.key:
            y = (top - self.size.text * (0.6 + 1.7 * entry.line)) / height
            entry.mark.set_data([(margin + entry.x + self.size.text * 0.4) / width], [y])
            entry.name.set_position(((margin + entry.x + self.size.text * 1.1) / width, y))
        top -= self._key_height()
        self._fit_body(fig, Bbox([[margin / width, bottom / height], [1 - margin / width, top / height]]))

    def _place(self, blocks: list[_Block], top: float, left: float, width: float, height: float) -> float:
        """Stack blocks downwards from `top`, and return where the last one ends."""
        for block in blocks:
            for artist in block.artists:
                top -= block.points * _LEADING
                artist.set_position((left / width, (top + block.points * (_LEADING - 1)) / height))
        return top

    def _fit_body(self, fig: Figure, room: Bbox) -> None:
        """Shrink the body until its labels, too, stand inside the room."""
        renderer = fig._get_renderer()  # type: ignore[attr-defined]
        box = room
        for _ in range(3):
            self.body.set_position(box)
            drawn = self.body.get_tightbbox(renderer)
            if drawn is None:
                return
            drawn = drawn.transformed(fig.transFigure.inverted())
            left, right = box.x0 - drawn.x0, drawn.x1 - box.x1
            below, above = box.y0 - drawn.y0, drawn.y1 - box.y1
            last = box
            box = Bbox(
                [
                    [room.x0 + max(left, 0), room.y0 + max(below, 0)],
                    [
                        max(room.x1 - max(right, 0), room.x0 + max(left, 0) + 0.02),
                        max(room.y1 - max(above, 0), room.y0 + max(below, 0) + 0.02),
                    ],
                ]
            )
            if np.allclose(box.extents, last.extents, atol=1e-4):
                break
        self.body.set_position(box)


def start_sheet(size: str | Size, body_cm: float) -> Axes:
    """A new figure of that size whose body is about `body_cm` high; returns the axes of the body."""
    chosen = find_size(size)
    high = chosen.height if chosen.fixed else min(body_cm + 2, chosen.height)
    figure = plt.figure(figsize=(chosen.width * CM, high * CM), dpi=144)
    body = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    figure.set_layout_engine(Sheet(chosen, body, body_cm))
    return body


def find_sheet(ax: Axes) -> Sheet | None:
    """The sheet that `ax` is the body of, if a plot function made it."""
    engine = ax.figure.get_layout_engine() if isinstance(ax.figure, Figure) else None
    return engine if isinstance(engine, Sheet) and engine.body is ax else None


def finish_sheet(
    ax: Axes,
    *,
    title: str,
    subtitle: str = "",
    key: Key = (),
    note: str = "",
    source: str = "",
    data: pd.DataFrame | None = None,
) -> Axes:
    """Write header and footer around a body and keep its data; on foreign axes the title alone is set.

    Parameters
    ----------
    ax : Axes
        From `start_sheet`, or axes of someone else's figure.
    title, subtitle : str
        The finding, and what is shown in which unit.
    key : sequence of tuple
        Name and mark of each series, in a line below the subtitle; a mark is a dict of Line2D properties.
    note, source : str
        What the reader must know of the marks, and where the data come from.
    data : pandas.DataFrame, optional
        The tidy rows behind the marks.
    """
    _fix_ticks(ax)
    sheet = find_sheet(ax)
    if sheet is None:
        ax.set_title(title, fontfamily=FAMILY, fontweight=700)
        return ax
    size = sheet.size
    width = (size.width - 2 * size.margin) / 2.54 * 72
    figure = ax.figure
    for blocks, text, points, weight, colour in (
        (sheet.head, title, size.title, "bold", INK),
        (sheet.head, subtitle, size.text * 1.1, "regular", MUTED),
        (sheet.foot, note, size.small, "regular", MUTED),
        (sheet.foot, source, size.small, "regular", MUTED),
    ):
        if not text:
            continue
        lines = wrap_text(text, width, points, weight).split("\n")
        artists = [
            figure.text(
                0,
                1,
                line,
                ha="left",
                va="baseline",
                fontsize=points,
                color=colour,
                fontfamily=FAMILY,
                fontweight=700 if weight == "bold" else 400,
            )
            for line in lines
        ]
        blocks.append(_Block(lines, points, artists))
    sheet.key = _make_key(figure, key, size, width)  # type: ignore[arg-type]
    sheet.title, sheet.subtitle, sheet.note = title, subtitle, note
    sheet.data = data
    sheet.fit_height(figure)  # type: ignore[arg-type]
    settle_sheet(ax)
    return ax


def _make_key(figure: Figure, entries: Key, size: Size, width: float) -> list[_Mark]:
    """Entries of the key side by side, on further lines where one is full."""
    marks: list[_Mark] = []
    x, line = 0.0, 0
    for name, properties in entries:
        wide = size.text * 1.1 + measure_text(name, size.text)
        if x and x + wide > width:
            x, line = 0.0, line + 1
        style: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": size.text * 0.75} | properties
        mark = Line2D([0], [0], transform=figure.transFigure, gid="key", **style)
        figure.add_artist(mark)
        text = figure.text(0, 0, name, fontsize=size.text, color=INK, fontfamily=FAMILY, va="center_baseline")
        marks.append(_Mark(x, line, mark, text))
        x += wide + size.text * 1.8
    return marks


def settle_sheet(ax: Axes) -> None:
    """Lay the figure out now, so that positions may be measured."""
    if isinstance(ax.figure, Figure) and (engine := ax.figure.get_layout_engine()) is not None:
        engine.execute(ax.figure)


def say_instead(ax: Axes, sentence: str, *, title: str, source: str = "", subtitle: str = "") -> Axes:
    """A figure that says in one sentence what it would need."""
    ax.set_axis_off()
    sheet = find_sheet(ax)
    size = sheet.size if sheet else find_size("page")
    room = (size.width - 2 * size.margin) / 2.54 * 72 * 0.9
    if sheet:
        sheet.needs_more = True
        sheet.body_cm = 2.5
    ax.text(
        0,
        0.5,
        wrap_text(sentence, room, size.text * 1.3),
        transform=ax.transAxes,
        ha="left",
        va="center",
        fontsize=size.text * 1.3,
        color=MUTED,
    )
    return finish_sheet(ax, title=title, subtitle=subtitle, source=source)


def split_body(
    ax: Axes,
    columns: int,
    rows: int,
    *,
    gap_cm: tuple[float, float],
    outer_cm: tuple[float, float, float, float] = (0, 0, 0, 0),
) -> list[Axes]:
    """Panels inside a body, row by row, with gaps in cm that hold on every drawing.

    Parameters
    ----------
    ax : Axes
        The body; it is switched off and keeps the panels as its children.
    columns, rows : int
    gap_cm : tuple of float
        Between columns and between rows.
    outer_cm : tuple of float
        Left, bottom, right and top, kept free for labels of the panels.
    """
    ax.set_axis_off()
    panels = []
    for index in range(columns * rows):
        place = _Grid(ax, columns, rows, index % columns, index // columns, gap_cm, outer_cm)
        panel = ax.inset_axes((0, 0, 1, 1))
        panel.set_axes_locator(place)  # type: ignore[arg-type]
        panels.append(panel)
    return panels


@dataclass(frozen=True)
class _Grid:
    """Where one panel stands inside its body; called by matplotlib on each drawing."""

    body: Axes
    columns: int
    rows: int
    column: int
    row: int
    gap_cm: tuple[float, float]
    outer_cm: tuple[float, float, float, float]

    def __call__(self, panel: Axes, renderer: Any) -> Bbox:
        width, height = np.asarray(self.body.figure.get_size_inches()) * 2.54  # type: ignore[union-attr]
        box = self.body.get_position()
        left, bottom, right, top = self.outer_cm
        inner = Bbox(
            [[box.x0 + left / width, box.y0 + bottom / height], [box.x1 - right / width, box.y1 - top / height]]
        )
        gap_x, gap_y = self.gap_cm[0] / width, self.gap_cm[1] / height
        wide = max((inner.width - gap_x * (self.columns - 1)) / self.columns, 0.01)
        high = max((inner.height - gap_y * (self.rows - 1)) / self.rows, 0.01)
        x0 = inner.x0 + self.column * (wide + gap_x)
        y1 = inner.y1 - self.row * (high + gap_y)
        return Bbox([[x0, y1 - high], [x0 + wide, y1]])


def _fix_ticks(ax: Axes) -> None:
    """Give ticks that matplotlib makes later the font of the suite."""
    for axes in (ax, *ax.child_axes):
        axes.tick_params(labelfontfamily=FAMILY)
