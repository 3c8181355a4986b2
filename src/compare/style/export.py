"""Saving figures: the only place that does."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.errors import FigureError
from compare.style.fonts import FAMILY
from compare.style.look import CM, MUTED, Size, drawing, find_size
from compare.style.names import say_source
from compare.style.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("png", "svg", "pdf")
DOTS_PER_INCH = {"column": 400, "page": 300, "slide": 150}
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}


def export_figure(
    figure: Figure | Axes,
    path: str | Path,
    *,
    size: str | Size | None = None,
    plans: pd.DataFrame | None = None,
    data: pd.DataFrame | None = None,
    lang: str = "zh",
    formats: tuple[str, ...] = FORMATS,
    close: bool = False,
) -> list[Path]:
    """Save a figure for a brief, with the data behind it.

    The same figure gives the same bytes on every run: no date, no random ids, and a font that comes with the
    environment.

    Parameters
    ----------
    figure : Figure or Axes
        From a `plot_` function, or any other figure.
    path : str or Path
        Where to, without suffix; the folder is made.
    size : str, optional
        Column, page or slide. A figure of a `plot_` function has its size already and keeps it; another figure is
        brought to this one (page if not given).
    plans : pandas.DataFrame, optional
        Table plans; gives a figure of your own its source line.
    data : pandas.DataFrame, optional
        Tidy rows to write beside it; those the `plot_` function kept if not given.
    lang : {"zh", "en"}
        Language of the source line.
    formats : tuple of str
        Of png, svg, pdf.
    close : bool
        Close the figure afterwards.

    Returns
    -------
    list of Path
        The files written, the CSV last.

    Raises
    ------
    FigureError
        The font lacks a character, the size does not fit, or the file cannot be written.
    """
    drawn = figure.figure if isinstance(figure, Axes) else figure
    if not isinstance(drawn, Figure):
        raise FigureError("a part of a figure cannot be saved alone.", where=str(path), hint="Pass the whole figure.")
    stem = Path(path)
    sheet = drawn.get_layout_engine()
    if isinstance(sheet, Sheet):
        if size is not None and find_size(size) != sheet.size:
            raise FigureError(
                f"it was drawn for {sheet.size.name}, not for {find_size(size).name}.",
                where=stem.name,
                hint=f"Draw it with size={find_size(size).name!r}: type and labels depend on it.",
            )
        chosen = sheet.size
        data = sheet.data if data is None else data
    else:
        chosen = find_size(size or "page")
        _fit_foreign(drawn, chosen, plans, lang)
    files = _render(drawn, stem.name, chosen, formats)
    if data is not None:
        from compare.schema import to_csv

        files["csv"] = to_csv(data)
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        written = []
        for suffix, content in files.items():
            target = stem.with_name(f"{stem.name}.{suffix}")
            target.write_bytes(content)
            written.append(target)
    except OSError as error:
        raise FigureError(
            f"cannot be written ({error.strerror}).",
            where=str(stem),
            hint="Close it elsewhere or choose another folder.",
        ) from error
    if close:
        plt.close(drawn)
    return written


def _render(figure: Figure, name: str, size: Size, formats: tuple[str, ...]) -> dict[str, bytes]:
    """The figure as bytes of each format, all with the layout of the first."""
    files = {}
    dpi = DOTS_PER_INCH.get(size.name, 300)
    engine = figure.get_layout_engine()
    with drawing(size), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for suffix in formats:
                target = io.BytesIO()
                figure.savefig(target, format=suffix, dpi=dpi, metadata=_METADATA[suffix] | _describe(engine, suffix))
                files[suffix] = target.getvalue()
                if isinstance(engine, Sheet):
                    engine.frozen = True
        finally:
            if isinstance(engine, Sheet):
                engine.frozen = False
    missing = sorted({str(w.message) for w in caught if "missing from" in str(w.message)})
    if missing:
        raise FigureError(
            f"the font cannot show some characters ({missing[0]}).",
            where=name,
            hint="Take the character out of the label, or use a font that has it.",
        )
    for warning in caught:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return files


def _describe(sheet: Any, suffix: str) -> dict[str, str]:
    """Title and description inside the file, for captions and for those who cannot see the figure."""
    if not isinstance(sheet, Sheet):
        return {}
    key = "Subject" if suffix == "pdf" else "Description"
    described = {"Title": sheet.title, key: " ".join(part for part in (sheet.subtitle, sheet.note) if part)}
    return described | ({"Subtitle": sheet.subtitle} if suffix == "png" and sheet.subtitle else {})


def _fit_foreign(figure: Figure, size: Size, plans: pd.DataFrame | None, lang: str) -> None:
    """Bring someone else's figure to a size, and give it its source line once."""
    width, height = figure.get_size_inches()
    scale = size.width * CM / width
    figure.set_size_inches(size.width * CM, min(height * scale, size.height * CM))
    if plans is not None and not any(text.get_gid() == "source" for text in figure.texts):
        figure.text(
            0.01,
            0.005,
            say_source(plans, lang),
            fontsize=size.small,
            color=MUTED,
            fontfamily=FAMILY,
            va="bottom",
            gid="source",
        )
