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
_IMPLIED_UNITS = {"ratio": "percent", "growth": "percent", "ratio_change": "percentage_point"}
_NAMED = {"period": "period_named", "unit_std": "unit_named"}
_SHOWN_VALUES = 5
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

    The mention that stands for a target is the first one with a number; where no mention has one, the first with a
    named benchmark; else the first. So a masked headline whose number follows in the body is one target, and the
    number wins. Mentions that contradict each other are not resolved: see `find_contradictions`.

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
    >>> targets = pd.DataFrame({"target_id": ["a", "b"], "plan_id": "p", "same_as": ["", "a"],
    ...     "masked": [True, False], "headline": [True, False], "value_min_std": [None, 20.0],
    ...     "value_max_std": [None, None], "bound": "at_least", "number_start": [5, 90]})
    >>> collapse_repeats(targets)[["target_id", "kind", "headline", "mentions"]].values.tolist()
    [['b', 'number', True, 2]]
    """
    ordered = targets.sort_values(["plan_id", "number_start"], kind="stable", ignore_index=True)
    kind = find_kinds(ordered)
    first = ordered["plan_id"] + "\n" + find_first_mentions(ordered)
    code, _ = pd.factorize(first)
    rank = kind.map({NUMBER: 0, BENCHMARK: 1, MASKED: 2})
    stands = ~pd.Series(code).loc[rank.sort_values(kind="stable").index].duplicated().sort_index()
    counts = np.bincount(code)[code]
    mentions = ordered["target_id"].astype("string")
    several = counts > 1
    together: dict[int, list[str]] = {}
    for number, target_id in zip(code[several].tolist(), mentions[several].tolist(), strict=True):
        together.setdefault(number, []).append(target_id)
    mentions[several] = pd.array([";".join(together[number]) for number in code[several].tolist()], dtype="string")
    headlines = ordered["headline"].fillna(False).to_numpy(dtype=bool)
    table = ordered.assign(
        kind=kind,
        mentions=pd.array(counts, dtype="Int64"),
        mention_ids=mentions,
        headline=pd.array(np.bincount(code, weights=headlines)[code] > 0, dtype="boolean"),
    )
    return table[stands].reset_index(drop=True)


def name_groups(targets: pd.DataFrame) -> pd.Series:
    """The comparability group of each target: targets with the same name may be compared.

    A name is indicator|measure|period|tier|unit_std; the period carries the year it runs to where it is cumulative, and
    `other` carries the indicator as written, since targets without a canonical indicator agree in nothing else. A
    benchmark, which is written without a unit, has the one that its measure implies.
    """
    indicator = targets["indicator"].where(targets["indicator"] != "other", "other:" + targets["indicator_zh"])
    parts = [indicator, targets["measure"], name_periods(targets), targets["tier"], _name_units(targets)]
    name, *others = [part.astype("string").fillna("") for part in parts]
    for other in others:
        name = name + "|" + other
    return name


def name_periods(targets: pd.DataFrame) -> pd.Series:
    """Period of each target, cumulative ones with the year they run to (cumulative:2025)."""
    due = targets["due_year"].astype("Int64").astype("string")
    runs_to = targets["period"].eq("cumulative").fillna(False) & due.notna()
    return targets["period"].mask(runs_to.astype(bool), targets["period"] + ":" + due.fillna("")).astype("string")


def _name_units(targets: pd.DataFrame) -> pd.Series:
    """unit_std of each target; for a benchmark without one, what its measure implies."""
    implied = targets["measure"].map(_IMPLIED_UNITS).fillna("")
    bare = targets["bound"].eq("benchmark").fillna(False) & targets["unit_std"].fillna("").eq("")
    return targets["unit_std"].mask(bare.astype(bool), implied).astype("string")


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
    >>> same = {"indicator": "labs", "indicator_zh": "重点实验室", "measure": "flow", "period": "plan_year",
    ...     "same_as": "", "unit_std": "thing", "due_year": None, "masked": False, "headline": False, "bound": "exact"}
    >>> targets = pd.DataFrame([
    ...     {"target_id": "s", "plan_id": "p", "number_start": 0, "tier": "", "value_min_std": 2, "value_max_std": 2},
    ...     {"target_id": "t", "plan_id": "q", "number_start": 0, "tier": "national", "value_min_std": 1,
    ...      "value_max_std": 1}]).assign(**same)
    >>> select_comparable(targets, "labs")
    Traceback (most recent call last):
    ...
    compare.errors.ComparabilityError: 2 targets of 'labs' in 2 plans differ in tier ('': 1, 'national': 1). Choose ...
    >>> select_comparable(targets, "labs", relax=("tier",))["target_id"].tolist()
    ['s', 't']
    """
    unknown = set(relax) - set(GUARDED)
    if unknown:
        raise ComparabilityError(
            f"cannot relax {', '.join(sorted(unknown))}.", hint=f"Fields that may be relaxed: {', '.join(GUARDED)}."
        )
    chosen = {"measure": measure, "period": period, "tier": tier, "unit_std": unit_std, "indicator_zh": indicator_zh}
    found = collapse_repeats(targets[targets["indicator"] == indicator])
    found = found.assign(period_named=name_periods(found), unit_named=_name_units(found))
    columns = {field: _NAMED.get(field, field) for field in GUARDED}
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
    guarded = [f for f in GUARDED if f not in relax and (f != "indicator_zh" or indicator == "other")]
    counts = {field: found[columns[field]].fillna("").value_counts() for field in guarded}
    differing = {field: values for field, values in counts.items() if len(values) > 1}
    if differing:
        raise _explain(indicator, differing, found, relax)
    return found.drop(columns=list(_NAMED.values())).reset_index(drop=True)


def _explain(
    indicator: str, differing: dict[str, pd.Series], found: pd.DataFrame, relax: Collection[str]
) -> ComparabilityError:
    """The error that names the fields that differ, their values, and both ways out."""
    said = "; ".join(f"{field} ({_list_values(counts)})" for field, counts in differing.items())
    first, counts = next(iter(differing.items()))
    loose = [field for field in differing if field not in ("measure", "unit_std")][:1] or list(differing)
    relaxed = ", ".join(repr(field) for field in dict.fromkeys([*relax, *loose]))
    return ComparabilityError(
        f"{len(found)} targets of {indicator!r} in {found['plan_id'].nunique()} plans differ in {said}.",
        hint=f"Choose one, such as {first}={str(counts.idxmax())!r}, or compare across it on purpose: "
        f"select_comparable(targets, {indicator!r}, relax=({relaxed},)).",
    )


def _list_values(counts: pd.Series) -> str:
    """The most frequent values with how many targets have them."""
    shown = [f"{value!r}: {count}" for value, count in list(counts.items())[:_SHOWN_VALUES]]
    rest = len(counts) - len(shown)
    return ", ".join(shown) + (f", and {rest} more" if rest else "")
