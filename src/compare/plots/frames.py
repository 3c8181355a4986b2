"""Checks and orders that all figures share."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from compare.errors import FigureError
from compare.style.look import Size


def need_columns(frame: pd.DataFrame, columns: Iterable[str], figure: str) -> None:
    """Refuse a frame that lacks columns.

    Raises
    ------
    FigureError
        Names the missing columns and those found.
    """
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise FigureError(
            f"the columns {', '.join(missing)} are missing; found {', '.join(map(str, frame.columns))}.",
            where=figure,
            hint="Pass the table of that name from compare.load_tables().",
        )


def pick_plans(highlight: str | Iterable[str] | None, names: dict[str, str], figure: str) -> set[str]:
    """The plan_ids to bring out, given as plan_id or as the name shown.

    Raises
    ------
    FigureError
        One of them is neither.
    """
    if highlight is None:
        return set()
    asked = [highlight] if isinstance(highlight, str) else list(highlight)
    by_name = {name: plan for plan, name in names.items()}
    chosen = set()
    for key in asked:
        plan = key if key in names else by_name.get(key)
        if plan is None:
            raise FigureError(
                f"there is no plan {key!r}.", where=figure, hint=f"Choose among {', '.join(list(names.values())[:12])}."
            )
        chosen.add(plan)
    return chosen


def fit_rows(size: Size, rows: int, row_cm: float, around_cm: float) -> int:
    """How many rows of that height stand on the size beside `around_cm` of other things."""
    return max(min(rows, int((size.height - around_cm) / row_cm)), 1)


def attach_source(frame: pd.DataFrame, targets: pd.DataFrame | None) -> pd.DataFrame:
    """Rows with a target_id, together with the number and the sentence they were read from."""
    if targets is None:
        return frame
    more = [
        "target_id",
        "number",
        "unit",
        "quote",
        "start",
        "end",
        "number_start",
        "number_end",
        "section",
        "firmness",
        "confidence",
    ]
    add = targets[[c for c in more if c == "target_id" or c not in frame.columns]]
    return frame.merge(add, on="target_id", how="left", validate="m:1")
