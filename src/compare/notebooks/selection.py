"""Part of the tables: some cities, a year, some indicators, some themes; and every comparison among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from compare.comparison import compare_targets
from compare.errors import CompareError
from compare.priorities import measure_priorities
from compare.schema import THEMES
from compare.vocabulary.indicators import load_indicators

if TYPE_CHECKING:
    import pandas as pd

    from compare.pipeline import Tables

_RATIOS = ["per_100k_people", "per_gdp"]


def select_tables(
    tables: Tables,
    *,
    cities: Collection[str] = (),
    year: int | None = None,
    indicators: Collection[str] = (),
    themes: Collection[str] = (),
) -> Tables:
    """The tables as if only part of the plans, indicators or themes existed.

    Ranks are those among the plans that are left; with fewer themes, shares are those of the text on these themes.

    Parameters
    ----------
    tables : Tables
        From `load_tables`.
    cities : collection of str
        Cities as in table plans, or plan_ids; all if empty.
    year : int, optional
        Plan year; all if not given.
    indicators : collection of str
        Canonical indicators, such as hightech_firms; all if empty.
    themes : collection of str
        Keys of themes, such as talent; all if empty.

    Returns
    -------
    Tables

    Raises
    ------
    CompareError
        A city, the year, an indicator or a theme is unknown, or no plan is left.
    """
    plans = tables.plans
    if cities:
        _check("cities", cities, [*plans["city"].dropna(), *plans["plan_id"]])
        plans = plans[plans["city"].isin(list(cities)) | plans["plan_id"].isin(list(cities))]
    if year is not None:
        _check("year", [year], sorted({int(y) for y in tables.plans["plan_year"].dropna()}))
        plans = plans[plans["plan_year"] == year]
    _check("indicators", indicators, [*load_indicators(), "other"])
    _check("themes", themes, THEMES)
    if plans.empty:
        raise CompareError("no plan is left.", where="parameters", hint="Choose another year, or other cities.")
    if len(plans) == len(tables.plans) and not indicators and not themes:
        return tables
    kept = set(plans["plan_id"])
    frames = {
        name: frame[frame["plan_id"].isin(kept)].reset_index(drop=True)
        for name in ("plans", "sentences", "targets", "unclaimed", "priorities", "clusters")
        if (frame := getattr(tables, name)) is not None
    }
    targets = frames["targets"]
    if indicators:
        targets = targets[targets["indicator"].isin(list(indicators))]
    if themes:
        targets = targets[targets["theme"].isin(list(themes))]
        sentences = frames["sentences"]
        left = sentences["theme"].where(sentences["theme"].isin(list(themes)), "none")
        frames["sentences"] = sentences.assign(theme=left)
    if indicators or themes:
        frames["priorities"] = _keep_themes(measure_priorities(frames["sentences"], targets), themes or THEMES)
    frames["targets"] = targets.reset_index(drop=True)
    frames["comparisons"] = _compare_again(frames["targets"], frames["plans"], tables.comparisons)
    return replace(tables, **frames)


def _keep_themes(priorities: pd.DataFrame, themes: Collection[str]) -> pd.DataFrame:
    """Rows of the themes that are left."""
    return priorities[priorities["theme"].isin(list(themes))].reset_index(drop=True)


def _compare_again(targets: pd.DataFrame, plans: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Ranks among the targets that are left; ratios are as they were, since they rest on one city alone."""
    table = compare_targets(targets, plans)
    known = before.set_index("target_id")
    for name in _RATIOS:
        table[name] = table["target_id"].map(known[name]).astype(before[name].dtype)
    return table


def _check(parameter: str, asked: Iterable[object], known: Iterable[object]) -> None:
    """Refuse what is not there, and say what is."""
    there = list(dict.fromkeys(known))
    if lacking := [value for value in asked if value not in there]:
        raise CompareError(
            f"{parameter} has no {lacking[0]!r}.", where="parameters",
            hint=f"There are: {', '.join(map(str, there[:40]))}.",
        )  # fmt: skip
