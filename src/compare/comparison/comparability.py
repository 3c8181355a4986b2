"""What may be compared with what: one target for all its mentions, and the guard that keeps unlike things apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import ComparabilityError
from compare.priorities import find_first_mentions

if TYPE_CHECKING:
    from collections.abc import Collection

GUARDED = ("indicator_zh", "measure", "period", "tier", "unit_std")
NUMBER, MASKED, BENCHMARK = "number", "masked", "benchmark"


def find_kinds(targets: pd.DataFrame) -> pd.Series:
    """What each target gives: `number`, `masked` (hidden by the source) or `benchmark` (a named level instead)."""
    hidden = targets["masked"].fillna(False).astype(bool)
    valued = targets["value_min_std"].notna() | targets["value_max_std"].notna()
    named = targets["bound"].eq("benchmark").fillna(False).astype(bool)
    kinds = np.where(valued & ~hidden, NUMBER, np.where(named & ~hidden, BENCHMARK, MASKED))
    return pd.Series(kinds, index=targets.index, dtype="string")


def collapse_repeats(targets: pd.DataFrame) -> pd.DataFrame:
    """One row for each target, however often the plan states it.

    The mention that stands for a target is the first one with a number; where no mention has one, the first with a named
    benchmark; else the first. So a masked headline whose number follows in the body is one target, and the number
    wins. Mentions that contradict each other are not resolved: see `find_contradictions`.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets.

    Returns
    -------
    pandas.DataFrame
        The rows that stand, with `headline` true where any mention is a headline, and the columns kind (`number`,
        `masked`, `benchmark`), mentions (count) and mention_ids (target_ids in the order of the text, joined by ;).

    Examples
    --------
    >>> targets = pd.DataFrame({"target_id": ["a", "b"], "plan_id": "p", "same_as": ["", "a"], "masked": [True, False],
    ...     "headline": [True, False], "value_min_std": [None, 20.0], "value_max_std": [None, None], "bound": "at_least",
    ...     "number_start": [5, 90]})
    >>> collapse_repeats(targets)[["target_id", "kind", "headline", "mentions"]].values.tolist()
    [['b', 'number', True, 2]]
    """
    ordered = targets.sort_values(["plan_id", "number_start"], kind="stable")
    ordered = ordered.assign(kind=find_kinds(ordered))
    root = find_first_mentions(ordered)
    rank = ordered["kind"].map({NUMBER: 0, BENCHMARK: 1, MASKED: 2})
    groups = ordered.groupby([ordered["plan_id"], root], sort=False)
    best = groups["target_id"].transform("size")
    mention_ids = groups["target_id"].transform(lambda ids: ";".join(ids))
    headline = groups["headline"].transform("max")
    stands = rank.groupby([ordered["plan_id"], root], sort=False).rank(method="first").eq(1)
    table = ordered.assign(
        mentions=best.astype("Int64"), mention_ids=mention_ids.astype("string"), headline=headline.astype("boolean")
    )
    return table[stands].reset_index(drop=True)


def name_groups(targets: pd.DataFrame) -> pd.Series:
    """The comparability group of each target: targets with the same name may be compared.

    A name is indicator|measure|period|tier|unit_std; the period carries the year it runs to where it is cumulative, and
    `other` carries the indicator as written, since targets without a canonical indicator agree in nothing else.
    """
    indicator = targets["indicator"].where(targets["indicator"] != "other", "other:" + targets["indicator_zh"])
    parts = [indicator, targets["measure"], name_periods(targets), targets["tier"].fillna(""), targets["unit_std"]]
    return pd.Series(["|".join(row) for row in zip(*parts, strict=True)], index=targets.index, dtype="string")


def name_periods(targets: pd.DataFrame) -> pd.Series:
    """Period of each target, cumulative ones with the year they run to (cumulative:2025)."""
    due = targets["due_year"].astype("Int64").astype("string")
    runs_to = targets["period"].eq("cumulative").fillna(False) & due.notna()
    return targets["period"].mask(runs_to.astype(bool), targets["period"] + ":" + due.fillna("")).astype("string")


def select_comparable(
    targets: pd.DataFrame,
    indicator: str,
    *,
    measure: str | None = None,
    period: str | None = None,
    tier: str | None = None,
    unit_std: str | None = None,
    indicator_zh: str | None = None,
    relax: Collection[str] = (),
) -> pd.DataFrame:
    """The targets of one indicator that may stand on one axis, or an error that says what keeps them apart.

    Comparable means the same measure, period, tier and unit; for `other` also the same indicator as written. Choose one
    value of a field where they differ, or relax that field on purpose.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets of one or many plans.
    indicator : str
        Canonical indicator, or `other`.
    measure, period, tier, unit_std, indicator_zh : str, optional
        Keep only targets with this value; `tier=""` keeps those that name no level.
    relax : collection of str
        Fields that may differ: measure, period, tier, unit_std, indicator_zh.

    Returns
    -------
    pandas.DataFrame
        As `collapse_repeats`, sorted by plan and place; masked and benchmark targets are there as kinds of their own.

    Raises
    ------
    ComparabilityError
        The targets differ in a field, or there are none, or a field is unknown.

    Examples
    --------
    >>> select_comparable(targets, "hightech_firms", measure="flow", relax=("tier",))  # doctest: +SKIP
    """
    unknown = set(relax) - set(GUARDED)
    if unknown:
        raise ComparabilityError(
            f"cannot relax {', '.join(sorted(unknown))}.", hint=f"Fields that may be relaxed: {', '.join(GUARDED)}."
        )
    chosen = {"measure": measure, "period": period, "tier": tier, "unit_std": unit_std, "indicator_zh": indicator_zh}
    found = collapse_repeats(targets[targets["indicator"] == indicator])
    found = found.assign(period_named=name_periods(found))
    columns = {field: "period_named" if field == "period" else field for field in GUARDED}
    for field, value in chosen.items():
        if value is not None and len(found):
            keep = found[columns[field]].fillna("").eq(value)
            found = found[keep | found["period"].eq(value)] if field == "period" else found[keep]
    if not len(found):
        named = "".join(f", {field} {value!r}" for field, value in chosen.items() if value is not None)
        raise ComparabilityError(
            f"no target of indicator {indicator!r}{named}.",
            hint="See the coverage table for what the plans report.",
        )
    differing = {
        field: found[column].fillna("").value_counts()
        for field, column in columns.items()
        if field not in relax and found[column].fillna("").nunique() > 1 and (field != "indicator_zh" or indicator == "other")
    }
    if differing:
        raise _explain(indicator, differing, found, relax)
    return found.drop(columns="period_named").reset_index(drop=True)


def _explain(
    indicator: str, differing: dict[str, pd.Series], found: pd.DataFrame, relax: Collection[str]
) -> ComparabilityError:
    """The error that names the fields that differ, their values, and both ways out."""
    said = "; ".join(
        f"{field} ({', '.join(f'{value or repr('')}: {count}' for value, count in sorted(counts.items()))})"
        for field, counts in differing.items()
    )
    first, counts = next(iter(differing.items()))
    most = str(counts.idxmax())
    relaxed = ", ".join(repr(field) for field in dict.fromkeys([*relax, first]))
    return ComparabilityError(
        f"{len(found)} targets of {indicator!r} in {found['plan_id'].nunique()} plans differ in {said}.",
        hint=f"Choose one, such as {first}={most!r}, or compare across it on purpose: "
        f"select_comparable(targets, {indicator!r}, relax=({relaxed},)).",
    )
